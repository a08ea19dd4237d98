//! Values that hold no others, each kind with the letters that it knows.

use super::error::FormatError;
use super::specification::Specification;
use super::{kernel, ruby};
use crate::base64;
use crate::text::{delimited_pattern, double_quoted, float, interpolated, pattern_text, quoted};
use crate::value::Value;

type Written = Result<String, FormatError>;

/// A value by its format.
pub(super) fn written(value: &Value, format: &Specification) -> Written {
    match value {
        Value::Undef => undef(format),
        Value::Default => default(format),
        Value::Boolean(value) => boolean(*value, format),
        Value::Integer(value) => integer(*value, format),
        Value::Float(value) => of_float(*value, format),
        Value::String(text) => string(text, format),
        Value::Binary(bytes) => binary(bytes, format),
        Value::Regexp(pattern) => {
            let text = match format.letter {
                'p' => delimited_pattern(pattern),
                's' if format.alternate => quoted(&pattern_text(pattern)),
                's' => pattern_text(pattern),
                found => return Err(illegal("Regexp", found, "sp")),
            };
            as_text(&format.with_letter('s'), &text)
        }
        Value::Type(found) => match format.letter {
            's' if format.alternate => as_text(&format.text, &format!("\"{found}\"")),
            's' | 'p' => as_text(&format.with_letter('s'), &found.to_string()),
            letter => Err(illegal("Type", letter, "sp")),
        },
        Value::SemVerRange(range) if format.letter == 'p' => {
            as_text(&format.with_letter('s'), &range.normal_form())
        }
        // Puppet shows where in memory a time is; this shows the time.
        Value::Timespan(_) | Value::Timestamp(_) if format.letter == 'p' => {
            as_text(&format.with_letter('s'), &interpolated(value))
        }
        other => kernel::apply(&format.text, std::slice::from_ref(other)),
    }
}

fn illegal(kind: &'static str, found: char, expected: &'static str) -> FormatError {
    FormatError::Illegal { kind, found, expected }
}

fn as_text(format: &str, text: &str) -> Written {
    kernel::apply(format, &[text.into()])
}

/// With the format's width and precision, and none of its other flags.
fn fitted(format: &Specification, text: &str) -> Written {
    if !format.left && format.width.is_none() && format.precision.is_none() {
        return Ok(text.to_owned());
    }
    let left = if format.left { "-" } else { "" };
    let width = format.width.map(|width| width.to_string()).unwrap_or_default();
    let precision = format.precision.map(|precision| format!(".{precision}")).unwrap_or_default();
    as_text(&format!("%{left}{width}{precision}s"), text)
}

fn undef(format: &Specification) -> Written {
    let text = match (format.letter, format.alternate) {
        ('n', false) => "nil",
        ('n', true) => "null",
        ('u', false) | ('p', false) => "undef",
        ('u', true) => "undefined",
        ('d' | 'x' | 'X' | 'o' | 'b' | 'B' | 'e' | 'E' | 'f' | 'g' | 'G' | 'a' | 'A', _) => "NaN",
        ('v', _) => "n/a",
        ('V', _) => "N/A",
        ('s', false) => "",
        ('s', true) => "\"\"",
        ('p', true) => "\"undef\"",
        (found, _) => return Err(illegal("Undef", found, "nudxXobBeEfgGaAvVsp")),
    };
    fitted(format, text)
}

fn default(format: &Specification) -> Written {
    let text = match (format.letter, format.alternate) {
        ('d' | 's' | 'p', false) => "default",
        ('d' | 's' | 'p', true) => "\"default\"",
        ('D', false) => "Default",
        ('D', true) => "\"Default\"",
        (found, _) => return Err(illegal("Default", found, "dDsp")),
    };
    fitted(format, text)
}

fn boolean(value: bool, format: &Specification) -> Written {
    let (yes, no) = match format.letter {
        't' | 's' | 'p' => ("true", "false"),
        'T' => ("True", "False"),
        'y' => ("yes", "no"),
        'Y' => ("Yes", "No"),
        'd' | 'x' | 'X' | 'o' | 'b' | 'B' => return integer(value.into(), format),
        'e' | 'E' | 'f' | 'g' | 'G' | 'a' | 'A' => return of_float(value.into(), format),
        found => return Err(illegal("Boolean", found, "tTyYdxXobBeEfgGaAsp")),
    };
    let text = if value { yes } else { no };
    let short = format.alternate && !matches!(format.letter, 's' | 'p');
    fitted(format, if short { text.get(..1).unwrap_or(text) } else { text })
}

#[expect(clippy::cast_precision_loss, reason = "what Ruby does")]
fn integer(value: i64, format: &Specification) -> Written {
    match format.letter {
        'd' | 'x' | 'X' | 'o' | 'b' | 'B' | 'p' => kernel::apply(&format.text, &[value.into()]),
        'e' | 'E' | 'f' | 'g' | 'G' | 'a' | 'A' => kernel::apply(&format.text, &[(value as f64).into()]),
        'c' => {
            let character =
                u32::try_from(value).ok().and_then(char::from_u32).ok_or(FormatError::OutOfRange)?;
            let text = if format.alternate { format!("\"{character}\"") } else { character.into() };
            as_text(&format.with_letter('s'), &text)
        }
        's' => as_text(&format.with_letter(if format.alternate { 'p' } else { 's' }), &value.to_string()),
        found => Err(illegal("Integer", found, "dxXobBeEfgGaAspc")),
    }
}

fn of_float(value: f64, format: &Specification) -> Written {
    match format.letter {
        'd' | 'x' | 'X' | 'o' | 'b' | 'B' => {
            let whole = value.trunc();
            kernel::apply(&format.text, &[whole.into()])
        }
        'e' | 'E' | 'f' | 'g' | 'G' | 'a' | 'A' | 'p' => kernel::apply(&format.text, &[value.into()]),
        's' if format.alternate => as_text(&format.text, &format!("\"{}\"", float(value))),
        's' => as_text(&format.text, &float(value)),
        found => Err(illegal("Float", found, "dxXobBeEfgGaAsp")),
    }
}

fn string(text: &str, format: &Specification) -> Written {
    let changed = match format.letter {
        's' => return as_text(&format.text, text),
        'p' if format.alternate => return fitted(format, &double_quoted(text)),
        'p' => return fitted(format, &quoted(text)),
        'c' => capitalized(text),
        'C' => {
            text.split("::").map(capitalized).collect::<Vec<_>>().join("::").trim_end_matches("::").to_owned()
        }
        'u' => text.to_uppercase(),
        'd' => text.to_lowercase(),
        't' => text
            .trim_matches(|character: char| character.is_ascii_whitespace() || "\0\x0b".contains(character))
            .into(),
        found => return Err(illegal("String", found, "cCudspt")),
    };
    if format.alternate {
        fitted(format, &quoted(&changed))
    } else {
        as_text(&format.with_letter('s'), &changed)
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + &characters.as_str().to_lowercase(),
        None => String::new(),
    }
}

fn binary(bytes: &[u8], format: &Specification) -> Written {
    let encoded = match format.letter {
        's' if format.alternate => return as_text(&format.with_letter('s'), &ruby::inspect_bytes(bytes)),
        's' => {
            let text = std::str::from_utf8(bytes).map_err(|_| not_text(bytes))?;
            return as_text(&format.text, text);
        }
        'p' => {
            return Ok(format!("Binary(\"{}\")", as_text(&format.with_letter('s'), &base64::encode(bytes))?));
        }
        'b' => lines(&base64::encode(bytes)),
        'B' => base64::encode(bytes),
        'u' => base64::encode(bytes).replace('+', "-").replace('/', "_"),
        't' => "Binary".into(),
        'T' => "BINARY".into(),
        found => return Err(illegal("Binary", found, "bButTsp")),
    };
    as_text(&format.with_letter(if format.alternate { 'p' } else { 's' }), &encoded)
}

/// The first byte that is none of ASCII, which is where Ruby gives up.
fn not_text(bytes: &[u8]) -> FormatError {
    FormatError::NotText(bytes.iter().copied().find(|byte| *byte > 0x7f).unwrap_or(0))
}

/// In lines of 60 characters, each ended.
fn lines(text: &str) -> String {
    let mut result = String::new();
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % 60 == 0 {
            result.push('\n');
        }
        result.push(character);
    }
    if !result.is_empty() {
        result.push('\n');
    }
    result
}
