//! Variables, names of types, reserved words, calls.

use super::{Checker, error, labels, model::Model, names};
use crate::Issue;
use crate::ast::{Call, ExpressionKind};

impl<'tree> Checker<'tree> {
    /// An integer that does not fit has been seen by the parser; here it is put in its place among the
    /// issues.
    pub(super) fn check_integer(&mut self, node: Model<'tree>) {
        let noted = self.noted.remove(&node.span().start);
        self.issues.extend(noted);
    }

    pub(super) fn check_variable(&mut self, node: Model<'tree>, name: &str) {
        if self.noted.remove(&node.span().start).is_some() {
            // `"${true}"`: Puppet takes the value for a name, and Ruby raises an error at its first letter.
            let issue = error("NO_METHOD_ERROR", node, format!("undefined method `[]' for {name}"));
            return self
                .raise(Issue { span: None, ..issue }.hint(format!("write `{name}` without the braces")));
        }
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            if !names::is_numeric_variable(name) {
                let message = format!(
                    "Illegal numeric variable name, The given name '{name}' must be a decimal value if it \
                     starts with a digit 0-9"
                );
                let hint = "begin the name with a letter; `$1` is a part of the last match";
                self.report(self.error_in_text("ILLEGAL_NUMERIC_VAR_NAME", node, message).hint(hint));
            }
        } else if !names::is_variable(name) {
            let message = format!(
                "Illegal variable name, The given name '{name}' does not conform to the naming rule \
                 /^((::)?[a-z]\\w*)*((::)?[a-z_]\\w*)$/"
            );
            let hint =
                "use small letters, digits and underscores; only the last part may begin with an underscore";
            self.report(self.error_in_text("ILLEGAL_VAR_NAME", node, message).hint(hint));
        }
    }

    pub(super) fn check_reference(&mut self, node: Model<'tree>, name: &str) {
        if !names::is_type_reference(name) {
            let message = format!(
                "Illegal type reference. The given name '{name}' does not conform to the naming rule"
            );
            let hint = "begin each part of the name with a capital letter";
            self.report(error("ILLEGAL_CLASSREF", node, message).hint(hint));
        }
    }

    pub(super) fn check_reserved_word(&mut self, node: Model<'tree>, word: &str) {
        let message =
            format!("Use of reserved word: {word}, must be quoted if intended to be a String value");
        self.report(error("RESERVED_WORD", node, message).hint(format!("write '{word}'")));
    }

    /// What is called is a name, or a type, which makes a value of that type.
    pub(super) fn check_call(&mut self, node: Model<'tree>, call: &'tree Call) {
        let function = Model::of(&call.function);
        match &call.function.kind {
            ExpressionKind::QualifiedReference(_) | ExpressionKind::QualifiedName(_) => {}
            ExpressionKind::Access(access)
                if matches!(access.left.kind, ExpressionKind::QualifiedReference(_)) => {}
            ExpressionKind::RenderString(_) => {
                let message = "Ambiguous EPP parameter expression. Probably missing '<%-' before parameters \
                               to remove leading whitespace";
                let hint = "begin the template with `<%- | $parameter | -%>`, with nothing before it";
                self.report(error("ILLEGAL_EPP_PARAMETERS", node, message).hint(hint));
            }
            _ => {
                let hint = "call a function by its name, or with `call($name, ...)` if a variable holds it";
                self.report_illegal(function, "function name", node, hint);
            }
        }
    }

    /// What this kind of expression cannot be there.
    pub(super) fn report_illegal(
        &mut self,
        node: Model<'tree>,
        feature: &str,
        container: Model<'tree>,
        hint: &'static str,
    ) {
        let message = format!(
            "Illegal expression. {} is unacceptable as {feature} in {}",
            labels::upper_a(node),
            labels::a(container)
        );
        self.report(error("ILLEGAL_EXPRESSION", node, message).hint(hint));
    }
}
