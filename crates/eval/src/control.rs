//! `if`, `unless`, `case` and selectors.

use functions::Raised;
use syntax::ast::{Case, Else, Expression, ExpressionKind, If, Selector};
use values::Value;
use values::compare;

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::literal::{splatted, without_parentheses};
use crate::ruby;

impl<'w> Evaluator<'w> {
    pub(crate) fn branch(&self, branch: &'w If, when: bool, frame: &Frame<'w>) -> Outcome {
        self.guarded(frame, || {
            if self.evaluate(&branch.test, frame)?.is_truthy() == when {
                return self.evaluate_body(branch.then.as_ref(), frame);
            }
            match &branch.otherwise {
                Some(Else::If(other)) => self.evaluate(other, frame),
                Some(Else::Body(body)) => self.evaluate_body(Some(body), frame),
                None => Ok(Value::Undef),
            }
        })
    }

    pub(crate) fn case(&self, case: &'w Case, frame: &Frame<'w>) -> Outcome {
        self.guarded(frame, || {
            let test = self.evaluate(&case.test, frame)?;
            let mut otherwise = None;
            for option in &case.options {
                for value in &option.values {
                    match self.option_matches(&test, value, frame)? {
                        None => otherwise = Some(option),
                        Some(true) => return self.evaluate_body(option.body.as_ref(), frame),
                        Some(false) => {}
                    }
                }
            }
            otherwise.map_or(Ok(Value::Undef), |option| self.evaluate_body(option.body.as_ref(), frame))
        })
    }

    pub(crate) fn selector(&self, selector: &'w Selector, frame: &Frame<'w>) -> Outcome {
        self.guarded(frame, || {
            let test = self.evaluate(&selector.left, frame)?;
            let mut otherwise = None;
            for entry in &selector.entries {
                match self.option_matches(&test, &entry.matching, frame)? {
                    None => otherwise = Some(&entry.value),
                    Some(true) => return self.evaluate(&entry.value, frame),
                    Some(false) => {}
                }
            }
            if let Some(value) = otherwise {
                return self.evaluate(value, frame);
            }
            let shown = ruby::to_s(&test);
            let message = format!("No matching entry for selector parameter with value '{shown}'");
            Err(frame.fail(&selector.left, message))
        })
    }

    /// Whether a value matches an option; absent for `default`.
    fn option_matches(
        &self,
        test: &Value,
        option: &'w Expression,
        frame: &Frame<'w>,
    ) -> Result<Option<bool>, Raised> {
        let option = without_parentheses(option);
        if matches!(option.kind, ExpressionKind::Default) {
            return Ok(None);
        }
        if let Some(operand) = splatted(option) {
            let patterns = self.splat(operand, frame)?;
            return Ok(Some(patterns.iter().any(|pattern| matches(test, pattern, frame))));
        }
        let pattern = self.evaluate(option, frame)?;
        Ok(Some(matches(test, &pattern, frame)))
    }
}

fn matches(value: &Value, pattern: &Value, frame: &Frame<'_>) -> bool {
    compare::matches_with(value, pattern, &mut |captures| frame.scope.remember_match(captures))
}
