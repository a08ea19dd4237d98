//! `Integer.new`, `Float.new`, `Numeric.new`: of numbers, booleans, times, and texts with a sign and a radix.

use std::sync::OnceLock;

use super::constructor::{Constructor, Form, Refusal};
use super::{ConversionError, not_convertible};
use crate::format::{numeral, ruby};
use crate::mismatch;
use crate::value::{Map, Text, Value};

/// What floats are made of, the kinds of numbers being named.
macro_rules! convertible_to_float {
    ($numbers:literal) => {
        concat!(
            "Variant[",
            $numbers,
            r", Boolean, Pattern[/\A[+-]?\s*(?:(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE]-?\d+)?)",
            r"|(?:0[xX][0-9A-Fa-f]+)|(?:0[0-7]+)|(?:0[bB][01]+))\z/], Timespan, Timestamp]"
        )
    };
}

const INTEGERS: &str = concat!(
    r"Variant[Numeric, Boolean, Pattern[/\A[+-]?\s*(?:(?:\d+)|(?:0[xX][0-9A-Fa-f]+)|(?:0[bB][01]+))\z/],",
    "Timespan, Timestamp]"
);

pub(super) static INTEGER: Constructor = Constructor {
    name: "new",
    types: &[
        ("Radix", "Variant[Default, Integer[2,2], Integer[8,8], Integer[10,10], Integer[16,16]]"),
        ("Convertible", INTEGERS),
        ("NamedArgs", "Struct[{from => Convertible, Optional[radix] => Radix, Optional[abs] => Boolean}]"),
    ],
    forms: &[
        Form {
            parameters: &[("Convertible", "from"), ("Radix", "radix"), ("Boolean", "abs")],
            required: 1,
            make: |arguments, _| integer(&arguments[0], arguments.get(1), arguments.get(2)),
        },
        Form {
            parameters: &[("NamedArgs", "hash_args")],
            required: 1,
            make: |arguments, _| {
                let named = |name: &str| named(arguments, name);
                integer(named("from").unwrap_or(&Value::Undef), named("radix"), named("abs"))
            },
        },
    ],
    refuse: refuse_integer,
    read: OnceLock::new(),
};

pub(super) static FLOAT: Constructor = Constructor {
    name: "new_float",
    types: &[
        ("Convertible", convertible_to_float!("Numeric")),
        ("NamedArgs", "Struct[{from => Convertible, Optional[abs] => Boolean}]"),
    ],
    forms: &[
        Form {
            parameters: &[("Convertible", "from"), ("Boolean", "abs")],
            required: 1,
            make: |arguments, _| absolute(float(&arguments[0])?, arguments.get(1)),
        },
        Form {
            parameters: &[("NamedArgs", "hash_args")],
            required: 1,
            make: |arguments, _| {
                absolute(float(named(arguments, "from").unwrap_or(&Value::Undef))?, named(arguments, "abs"))
            },
        },
    ],
    refuse: |arguments| refuse(arguments, "Float"),
    read: OnceLock::new(),
};

pub(super) static NUMERIC: Constructor = Constructor {
    name: "new_numeric",
    types: &[
        ("Convertible", convertible_to_float!("Integer, Float")),
        ("NamedArgs", "Struct[{from => Convertible, Optional[abs] => Boolean}]"),
    ],
    forms: &[
        Form {
            parameters: &[("Convertible", "from"), ("Boolean", "abs")],
            required: 1,
            make: |arguments, _| absolute(numeric(&arguments[0])?, arguments.get(1)),
        },
        Form {
            parameters: &[("NamedArgs", "hash_args")],
            required: 1,
            make: |arguments, _| {
                absolute(numeric(named(arguments, "from").unwrap_or(&Value::Undef))?, named(arguments, "abs"))
            },
        },
    ],
    refuse: |arguments| refuse(arguments, "Numeric"),
    read: OnceLock::new(),
};

type Made = Result<Value, ConversionError>;

fn named<'a>(arguments: &'a [Value], name: &str) -> Option<&'a Value> {
    arguments.first()?.as_hash()?.get(&Text(name))
}

fn refuse(arguments: &[Value], kind: &str) -> Option<Refusal> {
    match arguments {
        [from] | [from, Value::Boolean(_)] => Some(Refusal::Named(not_convertible(from, kind))),
        _ => None,
    }
}

fn refuse_integer(arguments: &[Value]) -> Option<Refusal> {
    if let [Value::Hash(entries)] = arguments {
        return refuse_named(entries);
    }
    let radix = match arguments {
        [_] => None,
        [_, Value::Integer(radix)] | [_, Value::Integer(radix), Value::Boolean(_)] => Some(*radix),
        _ => return None,
    };
    let illegal = radix.and_then(illegal_radix);
    Some(illegal.unwrap_or_else(|| Refusal::Named(not_convertible(&arguments[0], "Integer"))))
}

fn refuse_named(entries: &Map) -> Option<Refusal> {
    if let Some(from) = entries.get(&Text("from"))
        && !INTEGER.local_type("Convertible").is_instance(from)
    {
        return Some(Refusal::Named(not_convertible(from, "Integer")));
    }
    if let Some(Value::Integer(radix)) = entries.get(&Text("radix"))
        && let Some(refusal) = illegal_radix(*radix)
    {
        return Some(refusal);
    }
    let value = Value::Hash(std::sync::Arc::new(entries.clone()));
    let message =
        mismatch::assert_instance_of("Integer.new", &INTEGER.local_type("NamedArgs"), &value).err()?;
    Some(Refusal::Plain(message))
}

fn illegal_radix(radix: i64) -> Option<Refusal> {
    let known = matches!(radix, 2 | 8 | 10 | 16);
    (!known).then(|| Refusal::Plain(format!("Illegal radix: {radix}, expected 2, 8, 10, 16, or default")))
}

fn is_set(flag: Option<&Value>) -> bool {
    matches!(flag, Some(Value::Boolean(true)))
}

fn too_large(text: impl std::fmt::Display) -> ConversionError {
    ConversionError::failed(format!("the integer `{text}` does not fit in 64 bits"))
}

fn integer(from: &Value, radix: Option<&Value>, abs: Option<&Value>) -> Made {
    let value: i128 = match from {
        Value::Integer(value) => i128::from(*value),
        Value::Float(value) => truncated(*value)?,
        Value::Boolean(value) => i128::from(*value),
        Value::Timespan(span) => span.whole_seconds(),
        Value::Timestamp(stamp) => stamp.whole_seconds(),
        Value::String(text) => {
            let radix =
                radix.and_then(Value::as_integer).and_then(|radix| u32::try_from(radix).ok()).unwrap_or(0);
            read_integer(text, radix)?
        }
        other => return Err(ConversionError::failed(not_convertible(other, "Integer"))),
    };
    let value = if is_set(abs) { value.abs() } else { value };
    i64::try_from(value).map(Value::Integer).map_err(|_| too_large(value))
}

#[expect(clippy::cast_possible_truncation, reason = "larger ones are refused before")]
fn truncated(value: f64) -> Result<i128, ConversionError> {
    if !value.is_finite() {
        return Err(ConversionError::failed(crate::text::float(value)));
    }
    if value.abs() < 1e30 { Ok(value as i128) } else { Err(too_large(value)) }
}

fn read_integer(text: &str, radix: u32) -> Result<i128, ConversionError> {
    let joined = || numeral::integer(&without_blanks(text)?, radix);
    numeral::integer(text, radix).or_else(joined).ok_or_else(|| invalid("Integer", text))
}

fn invalid(kind: &str, text: &str) -> ConversionError {
    ConversionError::failed(format!("invalid value for {kind}(): {}", ruby::inspect_string(text)))
}

/// The number without the blanks between it and its sign.
fn without_blanks(text: &str) -> Option<String> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
    let rest = text.get(1..)?;
    let number = rest.trim_start_matches([' ', '\t']);
    (number.len() < rest.len()).then(|| format!("{sign}{number}"))
}

#[expect(clippy::cast_precision_loss, reason = "what Ruby does")]
fn float(from: &Value) -> Made {
    Ok(Value::Float(match from {
        Value::Float(value) => *value,
        Value::Integer(value) => *value as f64,
        Value::Boolean(value) => f64::from(u8::from(*value)),
        Value::Timespan(span) => span.seconds(),
        Value::Timestamp(stamp) => stamp.seconds(),
        Value::String(text) if text == "0" => {
            return Err(ConversionError::failed("undefined method `casecmp' for nil"));
        }
        Value::String(text) if text.starts_with("0b") || text.starts_with("0B") => {
            numeral::integer(text, 0).ok_or_else(|| invalid("Integer", text))? as f64
        }
        Value::String(text) => {
            let joined = || numeral::float(&without_blanks(text)?);
            numeral::float(text).or_else(joined).ok_or_else(|| invalid("Float", text))?
        }
        other => return Err(ConversionError::failed(not_convertible(other, "Float"))),
    }))
}

fn numeric(from: &Value) -> Made {
    match from {
        Value::Boolean(value) => Ok(Value::Integer(i64::from(*value))),
        Value::Timespan(span) => Ok(Value::Float(span.seconds())),
        Value::Timestamp(stamp) => Ok(Value::Float(stamp.seconds())),
        Value::String(text) => read_numeric(text),
        other => Ok(other.clone()),
    }
}

/// As Puppet reads numbers everywhere; `undef` where it is none.
fn read_numeric(text: &str) -> Made {
    let is_prefix = |prefix: &str| text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let in_range = |value: i128| i64::try_from(value).map(Value::Integer).map_err(|_| too_large(value));
    if is_prefix("0b") || is_prefix("0x") {
        return in_range(numeral::integer(text, 0).ok_or_else(|| invalid("Integer", text))?);
    }
    let trimmed = text.trim_matches([' ', '\t']);
    let (negative, rest) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let rest = rest.trim_start_matches([' ', '\t']);
    let is_float = !is_hexadecimal(rest) && rest.contains(['.', 'e', 'E']);
    if !is_float {
        let usual =
            !rest.starts_with("0b") && !rest.starts_with("0B") && !rest.starts_with(char::is_whitespace);
        let value = numeral::integer(rest, 0).filter(|_| usual);
        return value.map_or(Ok(Value::Undef), |value| in_range(if negative { -value } else { value }));
    }
    let (whole, _) = rest.split_at(rest.find(['.', 'e', 'E']).unwrap_or(rest.len()));
    // Zero to some power is no number.
    let zeros = rest
        .split_once(['e', 'E'])
        .is_some_and(|(number, _)| number.bytes().all(|byte| b"0.".contains(&byte)));
    if zeros || numeral::integer(whole, 0).is_none() {
        return Ok(Value::Undef);
    }
    match numeral::float(rest).filter(|value| value.is_finite()) {
        Some(value) => Ok(Value::Float(if negative { -value } else { value })),
        None => Ok(Value::Undef),
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.starts_with("0x") || text.starts_with("0X")
}

fn absolute(value: Value, abs: Option<&Value>) -> Made {
    Ok(match value {
        Value::Integer(value) if is_set(abs) => {
            Value::Integer(value.checked_abs().ok_or_else(|| too_large(value.unsigned_abs()))?)
        }
        Value::Float(value) if is_set(abs) => Value::Float(value.abs()),
        other => other,
    })
}
