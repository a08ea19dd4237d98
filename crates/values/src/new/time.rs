//! `Timespan.new` and `Timestamp.new`: of seconds, of texts in formats, of units.

use std::sync::OnceLock;

use super::constructor::{Constructor, Form, LIST_FORMS};
use super::{Context, ConversionError};
use crate::format::timespan::{parse_timespan, parse_timespan_as};
use crate::format::timestamp::{parse_timestamp, parse_timestamp_as};
use crate::time::{SECOND, Timespan, Timestamp};
use crate::value::{Text, Value};

const FORMATS: (&str, &str) = ("Formats", "Variant[String[2],Array[String[2], 1]]");
const UNITS: [&str; 7] =
    ["days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];

pub(super) static TIMESPAN: Constructor = Constructor {
    name: "new_timespan",
    types: &[FORMATS],
    forms: &[
        Form {
            parameters: &[("Variant[Integer,Float]", "seconds")],
            required: 1,
            make: |arguments, _| Ok(Value::Timespan(Timespan::from_nanoseconds(nanoseconds(&arguments[0])))),
        },
        Form {
            parameters: &[("String[1]", "string"), ("Formats", "format")],
            required: 1,
            make: |arguments, _| span(&arguments[0], arguments.get(1)),
        },
        Form {
            parameters: &[
                ("Integer", "days"),
                ("Integer", "hours"),
                ("Integer", "minutes"),
                ("Integer", "seconds"),
                ("Integer", "milliseconds"),
                ("Integer", "microseconds"),
                ("Integer", "nanoseconds"),
            ],
            required: 4,
            make: |arguments, _| Ok(of_units(|place, _| arguments.get(place), false)),
        },
        Form {
            parameters: &[("Struct[{string => String[1], Optional[format] => Formats}]", "hash_arg")],
            required: 1,
            make: |arguments, _| {
                span(named(arguments, "string").unwrap_or(&Value::Undef), named(arguments, "format"))
            },
        },
        Form {
            parameters: &[(
                "Struct[{
                    Optional[negative] => Boolean,
                    Optional[days] => Integer,
                    Optional[hours] => Integer,
                    Optional[minutes] => Integer,
                    Optional[seconds] => Integer,
                    Optional[milliseconds] => Integer,
                    Optional[microseconds] => Integer,
                    Optional[nanoseconds] => Integer
                }]",
                "hash_arg",
            )],
            required: 1,
            make: |arguments, _| {
                let negative = matches!(named(arguments, "negative"), Some(Value::Boolean(true)));
                Ok(of_units(|_, name| named(arguments, name), negative))
            },
        },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

pub(super) static TIMESTAMP: Constructor = Constructor {
    name: "new_timestamp",
    types: &[FORMATS],
    forms: &[
        Form { parameters: &[], required: 0, make: |_, context| Ok(Value::Timestamp(context.now)) },
        Form {
            parameters: &[("Variant[Integer,Float]", "seconds")],
            required: 1,
            make: |arguments, _| {
                Ok(Value::Timestamp(Timestamp::from_nanoseconds(nanoseconds(&arguments[0]))))
            },
        },
        Form {
            parameters: &[("String[1]", "string"), ("Formats", "format"), ("String[1]", "timezone")],
            required: 1,
            make: |arguments, context| stamp(&arguments[0], arguments.get(1), arguments.get(2), context),
        },
        Form {
            parameters: &[(
                "Struct[{string => String[1], Optional[format] => Formats, Optional[timezone] => String[1]}]",
                "hash_arg",
            )],
            required: 1,
            make: |arguments, context| {
                let text = named(arguments, "string").unwrap_or(&Value::Undef);
                stamp(text, named(arguments, "format"), named(arguments, "timezone"), context)
            },
        },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

fn named<'a>(arguments: &'a [Value], name: &str) -> Option<&'a Value> {
    arguments.first()?.as_hash()?.get(&Text(name))
}

#[expect(clippy::cast_possible_truncation, reason = "a float beyond all times becomes the last one")]
fn nanoseconds(seconds: &Value) -> i128 {
    match seconds {
        Value::Integer(seconds) => i128::from(*seconds) * SECOND,
        Value::Float(seconds) => (seconds * 1e9) as i128,
        _ => 0,
    }
}

/// Of units by place or by name.
fn of_units<'a>(unit: impl Fn(usize, &str) -> Option<&'a Value>, negative: bool) -> Value {
    let factors = [24, 60, 60, 1_000, 1_000, 1_000, 1];
    let mut total: i128 = 0;
    for (place, (name, factor)) in UNITS.into_iter().zip(factors).enumerate() {
        let count = unit(place, name).and_then(Value::as_integer).unwrap_or(0);
        total = total.saturating_add(count.into()).saturating_mul(factor);
    }
    Value::Timespan(Timespan::from_nanoseconds(if negative { -total } else { total }))
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array().map(|formats| formats.iter().filter_map(Value::as_str).collect())
}

fn span(text: &Value, format: Option<&Value>) -> Result<Value, ConversionError> {
    let text = text.as_str().unwrap_or_default();
    let span = match format {
        Some(Value::String(format)) => parse_timespan_as(text, format)?,
        Some(formats) => parse_timespan(text, texts(formats).as_deref())?,
        None => parse_timespan(text, None)?,
    };
    Ok(Value::Timespan(span))
}

fn stamp(
    text: &Value,
    format: Option<&Value>,
    timezone: Option<&Value>,
    context: &Context<'_>,
) -> Result<Value, ConversionError> {
    let text = text.as_str().unwrap_or_default();
    let timezone = timezone.and_then(Value::as_str);
    let stamp = match format {
        Some(Value::String(format)) => parse_timestamp_as(text, format, timezone, context.utc_offset)?,
        Some(formats) => parse_timestamp(text, texts(formats).as_deref(), timezone, context.utc_offset)?,
        None => parse_timestamp(text, None, timezone, context.utc_offset)?,
    };
    Ok(Value::Timestamp(stamp))
}
