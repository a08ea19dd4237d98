//! Embedded Puppet: texts and values that are put together while a template is evaluated.

use ecow::EcoString;
use functions::Raised;
use syntax::ast::{Body, Expression, ExpressionKind};
use values::text::interpolated;
use values::{Map, Value};

use crate::closure::Closure;
use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::source::Source;

/// A piece of a template's result.
pub(crate) enum Piece {
    /// A text.
    Text(EcoString),
    /// A text that nobody must see, which makes the whole one that nobody must see.
    Secret(EcoString),
}

impl<'w> Evaluator<'w> {
    pub(crate) fn render_text(&self, text: &EcoString) -> Outcome {
        self.output.borrow_mut().push(Piece::Text(text.clone()));
        Ok(Value::Undef)
    }

    pub(crate) fn render_value(&self, body: &'w Body, frame: &Frame<'w>) -> Outcome {
        let piece = match self.evaluate_statements(&body.statements, frame)? {
            Value::Sensitive(secret) => Piece::Secret(interpolated(secret.unwrap()).into()),
            Value::String(text) => Piece::Text(text),
            other => Piece::Text(interpolated(&other).into()),
        };
        self.output.borrow_mut().push(piece);
        Ok(Value::Undef)
    }

    /// Evaluates a template with parameters, as `epp` does. What the frame's scope has is seen in it; those who must
    /// see nothing but what is global give the global scope. The result is Sensitive where a part of it is. Errors:
    /// also parameters that do not fit, unless the template says nothing of parameters and some are given.
    pub fn render(&self, template: &'w Source, parameters: Option<&Map>, frame: &Frame<'w>) -> Outcome {
        let [Expression { kind: ExpressionKind::Epp(lambda), .. }] = template.program.statements.as_slice()
        else {
            return Err(unplaced("the text is no template"));
        };
        let frame = Frame { source: template, scope: frame.scope.clone() };
        let closure = Closure::of_lambda(self, lambda, &frame)?;
        let enforced = lambda.parameters_specified || parameters.is_none();
        let none = Map::default();
        let around = self.output.take();
        let outcome = closure.call_by_name(parameters.unwrap_or(&none), enforced);
        let pieces = self.output.replace(around);
        match outcome {
            Err(Raised::Return(value)) => return Ok(value),
            outcome => outcome?,
        };
        let is_secret = pieces.iter().any(|piece| matches!(piece, Piece::Secret(_)));
        let text: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Secret(text) => text.as_str(),
            })
            .collect();
        Ok(if is_secret { Value::sensitive(text.into()) } else { text.into() })
    }
}

#[cfg(test)]
mod tests {
    use syntax::Options;

    use super::*;
    use crate::world::MemoryWorld;

    fn rendered(text: &str, parameters: Option<Value>) -> String {
        let template = Source::read_with("t", text, &Options { epp: true, ..Options::default() }).unwrap();
        let world = MemoryWorld::default();
        let evaluator = Evaluator::new(&world);
        evaluator.top().set("x", "outer".into());
        let frame = Frame { source: &template, scope: evaluator.global() };
        let parameters = parameters.as_ref().and_then(Value::as_hash);
        match evaluator.render(&template, parameters, &frame) {
            Ok(value) => format!("{value:?}"),
            Err(raised) => evaluator.uncaught(raised).to_string(),
        }
    }

    #[test]
    fn templates_put_texts_and_values_together() {
        let given = |value: Value| Some(Value::hash([("a", value)]));
        assert_eq!(
            rendered("x <%= $x %>, <% [1, 2].each |$n| { -%><%= $n %>;<% } %>", None),
            "'x outer, 1;2;'"
        );
        let text = "<%- | Integer $a, $b = [$a] | -%>\n<%= [$a, $b] %>";
        assert_eq!(rendered(text, given(Value::Integer(1))), "'[1, [1]]'");
        assert_eq!(
            rendered(text, given("s".into())),
            "lambda: parameter 'a' expects an Integer value, got String"
        );
        assert_eq!(rendered(text, None), "lambda: expects a value for parameter $a");
        assert_eq!(
            rendered("<%= $a %>", given(Value::sensitive("s".into()))),
            "Instance of Sensitive[String]"
        );
    }
}
