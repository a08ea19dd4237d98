//! Numbers, and what looks like one.

use super::{Lexed, Lexer, TokenKind, is_word};
use crate::Issue;

impl Lexer<'_> {
    /// A decimal, octal or hexadecimal integer, or a float.
    pub(super) fn number(&mut self) -> Lexed {
        let start = self.at;
        let Some(length) = number_length(&self.text[start..]) else {
            self.matched = None;
            return Err(self.not_a_number(start));
        };
        let end = start + length;
        self.matched = Some((start, end));
        let number = &self.text[start..end];
        if let Some(issue) = self.check(number, start) {
            self.at = end;
            return Err(issue);
        }
        self.at = end;
        Ok(Some(self.text_token(TokenKind::Number, start, end, number)))
    }

    /// Says what is wrong with a word that begins with a digit. If digits and a dot stand before it, Puppet takes
    /// all of it for one decimal number gone wrong.
    fn not_a_number(&mut self, start: usize) -> Box<Issue> {
        let bytes = self.text.as_bytes();
        let mut end = start + bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
        let mut begin = start;
        if start > 1 && bytes[start - 1] == b'.' {
            let digits = bytes[..start - 1].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 {
                begin = start - 1 - digits;
            }
        }
        // Puppet's scan goes by bytes of a whole word; a word never ends inside of a character.
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        let number = &self.text[begin..end];
        self.check(number, begin).unwrap_or_else(|| {
            illegal(self.issue("ILLEGAL_NUMBER", format!("Illegal number '{number}'"), begin + 1))
        })
    }

    fn check(&self, number: &str, at: usize) -> Option<Box<Issue>> {
        let bytes = number.as_bytes();
        let (code, kind) = if bytes[0] == b'0' && matches!(bytes.get(1), Some(b'x' | b'X')) {
            if bytes.len() > 2 && bytes[2..].iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            ("INVALID_HEX_NUMBER", "hex")
        } else if bytes[0] == b'0' && bytes.len() > 1 && bytes[1] != b'.' {
            if bytes[1..].iter().all(|byte| matches!(byte, b'0'..=b'7')) {
                return None;
            }
            ("INVALID_OCTAL_NUMBER", "octal")
        } else if bytes.iter().all(u8::is_ascii_digit) {
            return None;
        } else if matches!(bytes.iter().find(|byte| !byte.is_ascii_digit()), Some(b'e' | b'E' | b'.')) {
            if decimal_length(bytes) == Some(bytes.len()) {
                return None;
            }
            ("INVALID_DECIMAL_NUMBER", "decimal")
        } else {
            let message = format!("Illegal number '{number}'");
            return Some(illegal(self.issue("ILLEGAL_NUMBER", message, at)));
        };
        let message = format!("Not a valid {kind} number {number}");
        Some(self.issue(code, message, at).into())
    }
}

fn illegal(issue: Issue) -> Box<Issue> {
    issue.hint("a word that begins with a digit is written in quotes; digits are not grouped by `_`").into()
}

/// How many bytes of a number the text begins with; none if a letter or digit would follow directly.
fn number_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = |length: usize| !text[length..].chars().next().is_some_and(is_letter_of_any_script);
    if bytes[0] == b'0' && matches!(bytes.get(1), Some(b'x' | b'X')) {
        let digits = bytes[2..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        return (digits > 0 && ends(2 + digits)).then_some(2 + digits);
    }
    let integer = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // The longest of: with exponent, with fraction, the integer alone.
    let fraction = fraction_end(bytes, integer);
    let candidates = [
        fraction.and_then(|end| exponent_end(bytes, end)),
        fraction,
        exponent_end(bytes, integer),
        Some(integer),
    ];
    candidates.into_iter().flatten().find(|length| ends(*length))
}

/// How many bytes are `\d+(\.\d+)?([eE]-?\d+)?`.
fn decimal_length(bytes: &[u8]) -> Option<usize> {
    let integer = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = fraction_end(bytes, integer).unwrap_or(integer);
    (integer > 0).then(|| exponent_end(bytes, end).unwrap_or(end))
}

fn fraction_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes.get(at + 1..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (bytes[at] == b'.' && digits > 0).then_some(at + 1 + digits)
}

fn exponent_end(bytes: &[u8], at: usize) -> Option<usize> {
    if !matches!(bytes.get(at), Some(b'e' | b'E')) {
        return None;
    }
    let at = if bytes.get(at + 1) == Some(&b'-') { at + 2 } else { at + 1 };
    let digits = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then_some(at + digits)
}

/// Ruby's `\b` knows letters of every script, unlike its `\w`.
fn is_letter_of_any_script(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
