//! Resources, their defaults and overrides, and attributes.

use super::{Checker, error, labels, model::Model};
use crate::ast::{
    AttributeOperation, AttributeOperator, ExpressionKind, Resource, ResourceBody, ResourceForm,
};

impl<'tree> Checker<'tree> {
    pub(super) fn check_resource(&mut self, node: Model<'tree>, resource: &'tree Resource) {
        let is_class =
            matches!(&resource.type_name.kind, ExpressionKind::QualifiedName(name) if **name == *"class");
        if is_class && resource.form != ResourceForm::Regular {
            let hint = "remove the `@`; a class is either in the catalog or not";
            self.report(error("CLASS_NOT_VIRTUALIZABLE", node, "Classes are not virtualizable").hint(hint));
        }
    }

    /// Defaults and overrides are not resources: nothing of them can be virtual.
    pub(super) fn check_resource_form(&mut self, node: Model<'tree>, form: ResourceForm) {
        if form != ResourceForm::Regular {
            let message = "Resource Defaults are not virtualizable";
            let hint = "remove the `@`; virtual resources take the defaults too";
            self.report(error("NOT_VIRTUALIZEABLE", node, message).hint(hint));
        }
    }

    pub(super) fn check_resource_body(&mut self, body: &'tree ResourceBody) {
        let splats =
            body.operations.iter().filter(|operation| matches!(operation, AttributeOperation::Splat { .. }));
        for splat in splats.skip(1) {
            let message = "Unfolding of attributes from Hash can only be used once per resource body";
            let hint = "join the hashes: * => $one + $other";
            self.report(error("MULTIPLE_ATTRIBUTES_UNFOLD", Model::Attribute(splat), message).hint(hint));
        }
    }

    pub(super) fn check_attribute(&mut self, node: Model<'tree>, operation: &'tree AttributeOperation) {
        if let AttributeOperation::Attribute { name, operator: AttributeOperator::Append, .. } = operation {
            self.check_append(node, name);
        }
        self.require_value(Model::of(operation.value()));
    }

    fn check_append(&mut self, node: Model<'tree>, name: &str) {
        let Some(container) = self.container() else { return };
        if !matches!(
            container.kind(),
            Some(ExpressionKind::Collector(_) | ExpressionKind::ResourceOverride(_))
        ) {
            let message = format!(
                "Illegal +> operation on attribute {name}. This operator can not be used in {}",
                labels::a(container)
            );
            let hint = "write `=>`; `+>` adds to a resource that is overridden or collected";
            self.report(error("ILLEGAL_ATTRIBUTE_APPEND", node, message).hint(hint));
        }
    }
}
