//! Reading values from a text by a format, as Ruby's `String#scanf` does.
//!
//! A format is cut into directives and words between them. Each becomes a regular expression, which must match where
//! the one before ended.

use std::sync::LazyLock;

use regexp::{Flags, Regexp};
use values::Value;

use crate::pattern::failure;
use crate::raised::Failure;

/// What becomes of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Nothing,
    Plain,
    Decimal,
    Hexadecimal,
    Octal,
    AnyBase,
    Float,
}

/// A part of a format.
struct Directive {
    pattern: Regexp,
    reading: Reading,
    /// Whether space before it counts.
    keeps_space: bool,
}

/// The values that a text holds, up to the first directive that does not match.
pub(crate) fn scan(text: &str, format: &str) -> Result<Vec<Value>, Failure> {
    let mut values = Vec::new();
    let mut rest = text;
    for directive in directives(format)? {
        let here = if directive.keeps_space { rest } else { rest.trim_start_matches(is_space) };
        let Some(captures) = directive.pattern.captures(here).map_err(failure)? else { break };
        values.extend(value(directive.reading, captures.get(1).unwrap_or_default()));
        rest = captures.after();
        if rest.is_empty() {
            break;
        }
    }
    Ok(values)
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

fn directives(format: &str) -> Result<Vec<Directive>, Failure> {
    static PARTS: LazyLock<Regexp> = LazyLock::new(|| {
        let conversion = r"(\s*)%(?:(%)|(\*)?(\d+)?(\[\[:\w+:\]\]|\[[^\]]*\]|[diuxofegsca]))";
        let flags = Flags { ignore_case: true, ..Flags::default() };
        Regexp::with_flags(&format!(r"{conversion}|[^%\s]+"), flags).expect("a pattern that is tested")
    });
    let mut found = Vec::new();
    for captures in PARTS.captures_iter(format) {
        let captures = captures.map_err(failure)?;
        let whole = captures.get(0).unwrap_or_default();
        let part = Part {
            after_space: captures.get(1).is_some_and(|space| !space.is_empty()),
            width: captures.get(4).map(|width| width.parse().unwrap_or(usize::MAX)),
            kind: captures.get(5).unwrap_or_default(),
        };
        let (pattern, reading) = match captures.get(2) {
            Some(_) => (r"(\s*%)".to_owned(), Reading::Nothing),
            None => part.pattern().unwrap_or_else(|| (format!("({})", escaped(whole)), Reading::Nothing)),
        };
        let skips = captures.get(3).is_some();
        let flags = Flags { multi_line: true, ..Flags::default() };
        let pattern = Regexp::with_flags(&format!(r"\A{pattern}"), flags);
        found.push(Directive {
            pattern: pattern.map_err(|error| Failure::new(error.to_string()))?,
            reading: if skips { Reading::Nothing } else { reading },
            keeps_space: part.kind.starts_with('[') && !skips || part.kind == "c" && !part.after_space,
        });
    }
    Ok(found)
}

fn escaped(text: &str) -> String {
    let escape = |letter: char| {
        let plain = letter.is_alphanumeric() || letter == '_' || !letter.is_ascii();
        (!plain).then_some('\\').into_iter().chain([letter])
    };
    text.chars().flat_map(escape).collect()
}

/// A directive as written: its width, and its letter or its set of characters.
struct Part<'a> {
    after_space: bool,
    width: Option<usize>,
    kind: &'a str,
}

impl Part<'_> {
    /// What it matches, and what becomes of it; absent for letters that only look like directives.
    fn pattern(&self) -> Option<(String, Reading)> {
        let up_to = |reach: &str| match self.width {
            Some(width) => format!("({reach}{{1,{width}}})"),
            None => format!("({reach}+)"),
        };
        Some(match self.kind {
            set if set.starts_with('[') => (up_to(set), Reading::Plain),
            "s" => (up_to(r"\S"), Reading::Plain),
            "c" => match self.width {
                Some(_) => (up_to("."), Reading::Plain),
                None if self.after_space => (r"\s*(.)".into(), Reading::Plain),
                None => ("(.)".into(), Reading::Plain),
            },
            "d" | "u" => (self.number("[-+]", r"\d"), Reading::Decimal),
            "o" => (self.number("[-+]", "[0-7]"), Reading::Octal),
            "x" | "X" => (self.hexadecimal(), Reading::Hexadecimal),
            "i" => (self.any_base(), Reading::AnyBase),
            "a" | "e" | "f" | "g" | "A" | "E" | "F" | "G" => (self.float(), Reading::Float),
            _ => return None,
        })
    }

    /// Choices that a width leaves: each is a start of a length, and a digit that may stand so often behind it. Then the
    /// last choice.
    fn choices(width: usize, choices: &[(&str, usize, &str)], last: &str) -> String {
        let fitting = choices.iter().filter(|(_, length, _)| width > *length);
        let parts = fitting.map(|(start, length, digit)| format!("{start}{digit}{{1,{}}}", width - length));
        format!("({})", parts.chain([last.to_owned()]).collect::<Vec<_>>().join("|"))
    }

    fn number(&self, sign: &str, digit: &str) -> String {
        match self.width {
            None => format!("({sign}?{digit}+)"),
            Some(width) => Self::choices(width, &[(sign, 1, digit)], &format!("{digit}{{1,{width}}}")),
        }
    }

    fn hexadecimal(&self) -> String {
        match self.width {
            None => r"([-+]?(?:0[Xx])?\h+)".into(),
            Some(width) => Self::choices(
                width,
                &[("[-+]0[Xx]", 3, r"\h"), ("0[Xx]", 2, r"\h"), ("[-+]", 1, r"\h")],
                &format!(r"\h{{1,{width}}}"),
            ),
        }
    }

    fn any_base(&self) -> String {
        let Some(width) = self.width else { return r"([-+]?(?:0[0-7]+|0[Xx]\h+|[1-9]\d*))".into() };
        let choices = [
            ("[1-9]", 1, r"\d"),
            ("0", 1, "[0-7]"),
            ("[-+]0", 2, "[0-7]"),
            ("[-+][1-9]", 2, r"\d"),
            ("0[Xx]", 2, r"\h"),
            ("[-+]0[Xx]", 3, r"\h"),
        ];
        Self::choices(width, &choices, r"\d")
    }

    fn float(&self) -> String {
        let hexadecimal = r"0[xX](?:\.\h+|\h+(?:\.\h*)?)[pP][-+]?\d+";
        let decimal = r"\d+(?![\d.])|\d*\.\d*(?:[eE][-+]?\d+)?";
        match self.width {
            None => format!("([-+]?(?:{hexadecimal}|{decimal}))"),
            Some(width) => format!(r"(?=[-+]?(?:{hexadecimal}|{decimal}))(\S{{1,{width}}})"),
        }
    }
}

fn value(reading: Reading, text: &str) -> Option<Value> {
    let integer = |base: u32, digits: &str| Value::Integer(i64::from_str_radix(digits, base).unwrap_or(0));
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    Some(match reading {
        Reading::Nothing => return None,
        Reading::Plain => text.into(),
        Reading::Decimal => integer(10, &format!("{sign}{digits}")),
        Reading::Octal => integer(8, &format!("{sign}{digits}")),
        Reading::Hexadecimal => integer(16, &format!("{sign}{}", hexadecimal.unwrap_or(digits))),
        Reading::AnyBase => match hexadecimal {
            Some(digits) => integer(16, &format!("{sign}{digits}")),
            None if digits.starts_with('0') => integer(8, &format!("{sign}{digits}")),
            None => integer(10, &format!("{sign}{digits}")),
        },
        Reading::Float => {
            let value = hexadecimal.map_or_else(|| decimal_float(digits), hexadecimal_float);
            Value::Float(if sign.is_empty() { value } else { -value })
        }
    })
}

/// The float that a text begins with.
fn decimal_float(text: &str) -> f64 {
    let text = text.replace(".e", ".0e").replace(".E", ".0E");
    let bounds = text.char_indices().map(|(index, letter)| index + letter.len_utf8());
    let starts = bounds.filter_map(|end| text.get(..end));
    let numeric =
        |start: &&str| start.ends_with(|last: char| last.is_ascii_digit()) && !start.starts_with('.');
    let mut read = starts.filter(numeric).filter_map(|start| start.parse().ok());
    read.next_back().unwrap_or_else(|| {
        if text.starts_with('.') { format!("0{text}").parse().unwrap_or(0.0) } else { 0.0 }
    })
}

fn hexadecimal_float(digits: &str) -> f64 {
    let Some((mantissa, exponent)) = digits.split_once(['p', 'P']) else { return 0.0 };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digit = |letter: char| f64::from(letter.to_digit(16).unwrap_or_default());
    let whole = whole.chars().fold(0.0, |sum, letter| sum * 16.0 + digit(letter));
    let fraction = fraction.chars().rev().fold(0.0, |sum, letter| (sum + digit(letter)) / 16.0);
    (whole + fraction) * 2_f64.powi(exponent.parse().unwrap_or(0))
}
