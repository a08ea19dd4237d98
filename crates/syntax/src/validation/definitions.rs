//! Definitions of classes, defined types, functions and plans.

use super::{Checker, deprecation, error, labels, model::Model, names};
use crate::ast::{Class, Define, Function, Plan};

/// Names of Puppet's own types, which nothing else may have.
const RESERVED: &[&str] = &[
    "type",
    "any",
    "unit",
    "scalar",
    "boolean",
    "numeric",
    "integer",
    "float",
    "collection",
    "array",
    "hash",
    "tuple",
    "struct",
    "variant",
    "optional",
    "enum",
    "regexp",
    "pattern",
    "runtime",
    "init",
    "object",
    "sensitive",
    "semver",
    "semverrange",
    "string",
    "timestamp",
    "timespan",
    "typeset",
];

impl<'tree> Checker<'tree> {
    pub(super) fn check_class(&mut self, node: Model<'tree>, class: &'tree Class) {
        self.check_definition(node, &class.name);
        self.check_no_captures(node, &class.parameters);
        self.check_duplicate_parameters(&class.parameters);
        self.check_reserved_parameters(node, &class.parameters);
        self.check_no_value_last(node, &class.body);
        self.check_literal_types(&class.parameters);
    }

    pub(super) fn check_define(&mut self, node: Model<'tree>, define: &'tree Define) {
        self.check_definition(node, &define.name);
        self.check_no_captures(node, &define.parameters);
        self.check_duplicate_parameters(&define.parameters);
        self.check_reserved_parameters(node, &define.parameters);
        self.check_no_value_last(node, &define.body);
    }

    pub(super) fn check_function(&mut self, node: Model<'tree>, function: &'tree Function) {
        self.check_definition(node, &function.name);
        if let Some(return_type) = &function.return_type {
            self.check_return_type(node, return_type);
        }
        self.check_duplicate_parameters(&function.parameters);
    }

    pub(super) fn check_plan(&mut self, node: Model<'tree>, plan: &'tree Plan) {
        self.check_definition(node, &plan.name);
        self.check_duplicate_parameters(&plan.parameters);
    }

    fn check_definition(&mut self, node: Model<'tree>, name: &str) {
        self.check_containment(node);
        if !names::is_definition(name) {
            let hint = "use small letters, digits and underscores, each part of the name with a letter first";
            self.report_illegal_name(node, name, hint);
        }
        self.check_reserved_type_name(node, name);
        self.check_future_reserved_word(node, name);
    }

    pub(super) fn report_illegal_name(&mut self, node: Model<'tree>, name: &str, hint: &'static str) {
        let message = format!(
            "Unacceptable name. The name '{name}' is unacceptable as the name of {}",
            labels::a(node)
        );
        self.report(error("ILLEGAL_DEFINITION_NAME", node, message).hint(hint));
    }

    pub(super) fn check_reserved_type_name(&mut self, node: Model<'tree>, name: &str) {
        if RESERVED.contains(&name) {
            let message = format!(
                "The name: '{name}' is already defined by Puppet and can not be used as the name of {}.",
                labels::a(node)
            );
            let hint = "choose another name, for instance within a module's namespace";
            self.report(error("RESERVED_TYPE_NAME", node, message).hint(hint));
        }
    }

    pub(super) fn check_future_reserved_word(&mut self, node: Model<'tree>, word: &str) {
        if word == "plan" {
            let message = format!("Use of future reserved word: '{word}'");
            let hint = "choose another name before a later Puppet refuses this one";
            self.report(deprecation("FUTURE_RESERVED_WORD", node, message).hint(hint));
        }
    }
}
