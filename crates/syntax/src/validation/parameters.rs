//! Parameters of definitions, lambdas and templates.

use std::collections::HashSet;

use super::{Checker, deprecation, error, labels, model::Model, names};
use crate::ast::{Lambda, Parameter};

impl<'tree> Checker<'tree> {
    /// Any parameter: its name, and that its default does not assign.
    pub(super) fn check_parameter(&mut self, node: Model<'tree>, parameter: &'tree Parameter) {
        let name = &parameter.name;
        if names::is_numeric_parameter(name) {
            let message = format!(
                "The numeric parameter name '${name}' cannot be used (clashes with numeric match \
                 result variables)"
            );
            let hint = "give the parameter a name that begins with a letter";
            self.report(error("ILLEGAL_NUMERIC_PARAMETER", node, message).hint(hint));
        }
        if !names::is_parameter(name) {
            let message = format!(
                "Illegal parameter name. The given name '{name}' does not conform to the naming rule \
                 /^[a-z_]\\w*$/"
            );
            let hint = "use small letters, digits and underscores, a letter first, and no namespace";
            self.report(error("ILLEGAL_PARAM_NAME", node, message).hint(hint));
        }
        if let Some(value) = &parameter.value {
            self.check_default(value);
        }
    }

    pub(super) fn check_lambda(&mut self, node: Model<'tree>, lambda: &'tree Lambda) {
        let others = lambda.parameters.split_last().map_or(&[][..], |(_, others)| others);
        for parameter in others.iter().filter(|parameter| parameter.captures_rest) {
            let message = format!("Parameter ${} is not last, and has 'captures rest'", parameter.name);
            let hint = "move the parameter with the star behind all others";
            self.report(error("CAPTURES_REST_NOT_LAST", Model::Parameter(parameter), message).hint(hint));
        }
        if let Some(return_type) = &lambda.return_type {
            self.check_return_type(node, return_type);
        }
    }

    pub(super) fn check_epp(&mut self, node: Model<'tree>, lambda: &'tree Lambda) {
        self.check_no_captures(node, &lambda.parameters);
        self.check_duplicate_parameters(&lambda.parameters);
    }

    /// Where arguments are given by name, none can take the rest.
    pub(super) fn check_no_captures(&mut self, container: Model<'tree>, parameters: &'tree [Parameter]) {
        for parameter in parameters.iter().filter(|parameter| parameter.captures_rest) {
            let message = format!(
                "Parameter ${} has 'captures rest' - not supported in {}",
                parameter.name,
                labels::a(container)
            );
            let hint = "remove the star, and give the parameter a type such as Array";
            self.report(
                error("CAPTURES_REST_NOT_SUPPORTED", Model::Parameter(parameter), message).hint(hint),
            );
        }
    }

    pub(super) fn check_duplicate_parameters(&mut self, parameters: &'tree [Parameter]) {
        let mut seen = HashSet::new();
        for parameter in parameters.iter().filter(|parameter| !seen.insert(&parameter.name)) {
            let message = format!(
                "The parameter '{}' is declared more than once in the parameter list",
                parameter.name
            );
            let hint = "remove or rename one of the two";
            self.report(error("DUPLICATE_PARAMETER", Model::Parameter(parameter), message).hint(hint));
        }
    }

    /// Every resource and class has these by itself.
    pub(super) fn check_reserved_parameters(
        &mut self,
        container: Model<'tree>,
        parameters: &'tree [Parameter],
    ) {
        for parameter in parameters.iter().filter(|parameter| matches!(&*parameter.name, "name" | "title")) {
            let message = format!(
                "The parameter ${} redefines a built in parameter in {}",
                parameter.name,
                labels::the(container)
            );
            let hint = format!("use `${}` in the body as it is, without declaring it", parameter.name);
            self.report(error("RESERVED_PARAMETER", Model::Parameter(parameter), message).hint(hint));
        }
    }

    /// The types of a class's parameters are read without evaluating anything.
    pub(super) fn check_literal_types(&mut self, parameters: &'tree [Parameter]) {
        for parameter in parameters {
            let Some(expression) = &parameter.type_expression else { continue };
            let node = Model::Parameter(parameter);
            let Err(failure) = self.literals.identity(expression) else { continue };
            if let Some(issue) = failure.raised(node) {
                return self.raise(issue);
            }
            let message = format!(
                "The parameter '${}' must be a literal type, not a {}",
                parameter.name,
                labels::class_name(&expression.kind)
            );
            let hint = "write the type without variables, calls or an array in brackets of its own";
            self.report(deprecation("ILLEGAL_NONLITERAL_PARAMETER_TYPE", node, message).hint(hint));
        }
    }
}
