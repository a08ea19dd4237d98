//! Arrays, hashes, and texts with expressions in them.

use std::sync::Arc;

use functions::Raised;
use syntax::ast::{Expression, ExpressionKind, HashEntry, Heredoc, Segment, UnaryOperator};
use values::iterator::Iterator;
use values::text::interpolated;
use values::{Map, Value};

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::{bare, unplaced};

/// How many bytes a text may have that is put together: far more than any program needs that ends.
const MAXIMUM_LENGTH: usize = 1 << 25;

/// An expression without the parentheses around it.
pub(crate) fn without_parentheses(expression: &Expression) -> &Expression {
    let mut found = expression;
    while let ExpressionKind::Parenthesized(inner) = &found.kind {
        found = inner;
    }
    found
}

/// What `*` stands before, if it does.
pub(crate) fn splatted(expression: &Expression) -> Option<&Expression> {
    match &without_parentheses(expression).kind {
        ExpressionKind::Unary(unary) if unary.operator == UnaryOperator::Splat => Some(&unary.operand),
        _ => None,
    }
}

impl<'w> Evaluator<'w> {
    /// The values of expressions, after some that are there already; `*` puts in the elements of what follows it.
    pub(crate) fn unfolded(
        &self,
        mut values: Vec<Value>,
        expressions: &'w [Expression],
        frame: &Frame<'w>,
    ) -> Result<Vec<Value>, Raised> {
        values.reserve(expressions.len());
        for expression in expressions {
            match splatted(expression) {
                Some(operand) => values.extend(self.splat(operand, frame)?),
                None => values.push(self.evaluate(without_parentheses(expression), frame)?),
            }
        }
        Ok(values)
    }

    /// The elements of what `*` stands before.
    pub(crate) fn splat(&self, operand: &'w Expression, frame: &Frame<'w>) -> Result<Vec<Value>, Raised> {
        Ok(match self.evaluate(operand, frame)? {
            Value::Undef => Vec::new(),
            Value::Array(elements) => elements.into_iter().collect(),
            Value::Iterator(iterator) => iterator.iter().collect(),
            value @ Value::Hash(_) => {
                Iterator::over(&value).map_or_else(Vec::new, |pairs| pairs.iter().collect())
            }
            other => vec![other],
        })
    }

    pub(crate) fn hash(&self, entries: &'w [HashEntry], frame: &Frame<'w>) -> Outcome {
        let mut made = Map::with_capacity_and_hasher(entries.len(), Default::default());
        for entry in entries {
            let key = self.evaluate(&entry.key, frame)?;
            made.insert(key, self.evaluate(&entry.value, frame)?);
        }
        Ok(Value::Hash(Arc::new(made)))
    }

    pub(crate) fn concatenated(&self, segments: &'w [Segment], frame: &Frame<'w>) -> Outcome {
        let mut text = String::new();
        for segment in segments {
            match segment {
                Segment::Text(part, _) => text.push_str(part),
                Segment::Interpolation(expression) => match self.evaluate(expression, frame)? {
                    Value::String(part) => text.push_str(&part),
                    other => text.push_str(&interpolated(&other)),
                },
            }
            if text.len() > MAXIMUM_LENGTH {
                return Err(unplaced("the text is too long"));
            }
        }
        Ok(text.into())
    }

    /// The syntax of literal texts was looked at when they were read; that of others is now.
    pub(crate) fn heredoc(&self, heredoc: &'w Heredoc, frame: &Frame<'w>) -> Outcome {
        let value = self.evaluate(&heredoc.text, frame)?;
        if let (Value::String(text), ExpressionKind::ConcatenatedString(_)) = (&value, &heredoc.text.kind)
            && !heredoc.syntax.is_empty()
            && let Some(message) = syntax_problem(&heredoc.syntax, text)
        {
            return Err(bare(message, Some(frame.source.place_of(&heredoc.text))).into());
        }
        Ok(value)
    }
}

/// What is wrong with a text that is said to have a syntax: what would be said of it as a literal heredoc.
fn syntax_problem(syntax: &str, text: &str) -> Option<String> {
    let end = "END_OF_TEXT";
    let (dash, line_break) = if text.ends_with('\n') { ("", "") } else { ("-", "\n") };
    let literal = format!("@({end}:{syntax})\n{text}{line_break}|{dash} {end}\n");
    let issues = syntax::parse(&literal, &syntax::Options::default()).issues;
    let of_text = |issue: &syntax::Issue| issue.message.starts_with("Invalid produced text");
    issues.into_iter().find(of_text).map(|issue| issue.message)
}
