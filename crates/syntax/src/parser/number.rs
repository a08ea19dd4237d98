//! Numbers.

use super::{Parsed, Parser};
use crate::ast::{Expression, ExpressionKind, Integer, Radix};
use crate::{Issue, Stage};

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Parsed<Expression> {
        let token = self.take();
        let span = token.span;
        let text = token.into_text();
        let (digits, radix) =
            if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                (digits, Radix::Hexadecimal)
            } else if text.contains(['.', 'e', 'E']) {
                return self.float(&text).map(|value| Expression::new(ExpressionKind::Float(value), span));
            } else if text.len() > 1 && text.starts_with('0') {
                (&text[1..], Radix::Octal)
            } else {
                (&*text, Radix::Decimal)
            };
        let value = i64::from_str_radix(digits, radix.number()).unwrap_or_else(|_| {
            let message = format!(
                "A Literal Integer resulted in a value outside of Puppet Integer max range, got '+0x{}'",
                hexadecimal(digits, radix.number())
            );
            let issue = Issue::error(Stage::Validation, "NUMERIC_OVERFLOW", message, span);
            self.issues.push(issue.hint("integers go up to 9223372036854775807"));
            0
        });
        Ok(Expression::new(ExpressionKind::Integer(Integer { value, radix }), span))
    }

    /// A float. As in Puppet, one without limit is no number, nor is zero with an exponent.
    fn float(&mut self, text: &str) -> Parsed<f64> {
        let value: f64 = text.parse().unwrap_or(f64::INFINITY);
        let zero = value == 0.0 && text.contains(['e', 'E']) && only_zeros(text);
        if value.is_finite() && !zero {
            return Ok(value);
        }
        let message = format!("Internal Error, NUMBER token does not contain a valid number, {text}");
        let mut issue = Issue::error(Stage::Parsing, "INVALID_NUMBER", message, self.span_from(self.end));
        issue.span = None;
        Err(self.note(issue))
    }
}

/// Whether integer and fraction are all zeros.
fn only_zeros(text: &str) -> bool {
    text.chars().take_while(|c| !matches!(c, 'e' | 'E')).all(|c| matches!(c, '0' | '.'))
}

/// The digits of a number of any size, in base 16.
fn hexadecimal(digits: &str, radix: u32) -> String {
    if radix == 16 {
        return digits.trim_start_matches('0').to_ascii_lowercase();
    }
    // Lowest first. Long enough numbers are cut: nobody reads them, and the time must stay linear.
    let mut words: Vec<u32> = Vec::new();
    for digit in digits.chars().take(1000).filter_map(|c| c.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for word in &mut words {
            let sum = u64::from(*word) * u64::from(radix) + carry;
            *word = (sum & u64::from(u32::MAX)) as u32;
            carry = sum >> 32;
        }
        if carry > 0 {
            words.push((carry & u64::from(u32::MAX)) as u32);
        }
    }
    let text: String = words.iter().rev().map(|word| format!("{word:08x}")).collect();
    text.trim_start_matches('0').to_owned()
}
