//! `strftime`.

use std::time::{SystemTime, UNIX_EPOCH};

use values::format::{FormatError, format_timespan, format_timestamp};
use values::time::Timestamp;

use crate::context::Level;
use crate::prelude::*;

/// Writes a point in time or a length of time as a format says.
pub(crate) static STRFTIME: Function = Function {
    name: "strftime",
    summary: "Writes a point in time or a length of time as a format says.",
    dispatches: &[
        Dispatch { signature: "(Timespan $time_object, String $format)", run: of_timespan },
        Dispatch {
            signature: "(Timestamp $time_object, String $format, String $timezone = '')",
            run: of_timestamp,
        },
        Dispatch { signature: "(String $format, String $timezone = '')", run: now },
    ],
    examples: &[
        Example {
            code: "strftime(Timestamp('2020-02-29T12:30:15.25 UTC'), '%d %b %Y %T.%L')",
            gives: "'29 Feb 2020 12:30:15.250'",
        },
        Example {
            code: "strftime(Timestamp(0), '%F %T %z', '+02:00')",
            gives: "'1970-01-01 02:00:00 +0200'",
        },
        Example { code: "strftime(Timespan(93784), '%D-%H:%M:%S')", gives: "'1-02:03:04'" },
    ],
    signatures: OnceLock::new(),
};

fn of_timespan(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    match arguments.get(0) {
        Value::Timespan(span) => Ok(format_timespan(*span, text(arguments, 1)).map_err(refused)?.into()),
        other => Ok(other.clone()),
    }
}

fn of_timestamp(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    match arguments.get(0) {
        Value::Timestamp(stamp) => written(*stamp, text(arguments, 1), text(arguments, 2)),
        other => Ok(other.clone()),
    }
}

/// The old form, which takes the present time.
fn now(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let message = "The argument signature (String format, [String timezone]) is deprecated for #strftime. See #strftime \
                   documentation and Timespan type for more info";
    context.log(Level::Warning, message.into());
    let elapsed =
        SystemTime::now().duration_since(UNIX_EPOCH).map(|elapsed| elapsed.as_nanos()).unwrap_or_default();
    let stamp = Timestamp::from_nanoseconds(i128::try_from(elapsed).unwrap_or_default());
    written(stamp, text(arguments, 0), text(arguments, 1))
}

/// The zone `current` is UTC: where the compiler runs must not matter.
fn written(stamp: Timestamp, format: &str, zone: &str) -> Answer {
    Ok(format_timestamp(stamp, format, Some(zone), 0).map_err(refused)?.into())
}

fn refused(error: FormatError) -> Failure {
    Failure::new(error.to_string())
}

fn text<'a>(arguments: &'a Arguments<'_>, index: usize) -> &'a str {
    arguments.get(index).as_str().unwrap_or_default()
}
