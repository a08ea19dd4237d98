//! Points in time in formats that users give.

use super::error::FormatError;
use super::strftime::Moment;
use super::strptime::{Parsed, parse};
use super::zone;
use crate::time::{Civil, SECOND, Timestamp, days_from_civil};

const WITHOUT_ZONE: [&str; 5] = ["%FT%T.%N", "%FT%T", "%F %T.%N", "%F %T", "%F"];
const USUAL: [&str; 10] = [
    "%FT%T.%N %Z",
    "%FT%T %Z",
    "%F %T.%N %Z",
    "%F %T %Z",
    "%F %Z",
    "%FT%T.%N",
    "%FT%T",
    "%F %T.%N",
    "%F %T",
    "%F",
];

/// A point in time in a format of Ruby's `strftime`, at a time zone: `CEST`, `+02:00`, `current`; UTC where
/// none is given. `current` is that zone's offset, in seconds east of Greenwich.
pub fn format_timestamp(
    stamp: Timestamp,
    format: &str,
    timezone: Option<&str>,
    current: i64,
) -> Result<String, FormatError> {
    let offset = match timezone {
        None | Some("") => None,
        Some(name) => Some(zone::named(name, current)?),
    };
    if offset.is_some_and(|offset| offset.abs() >= 86_400) {
        return Err(FormatError::Time("utc_offset out of range".into()));
    }
    // Puppet leaves out the seconds of an offset.
    Moment::new(stamp, offset.map(|offset| offset.div_euclid(60) * 60)).format(format)
}

/// Reads a point in time in the first format that fits, or in Puppet's own where none is given.
pub fn parse_timestamp(
    text: &str,
    formats: Option<&[&str]>,
    timezone: Option<&str>,
    current: i64,
) -> Result<Timestamp, FormatError> {
    let timezone = timezone.filter(|name| !name.is_empty());
    let usual: &[&str] = if timezone.is_some() { &WITHOUT_ZONE } else { &USUAL };
    let formats = formats.unwrap_or(usual);
    let fits = |parsed: &Parsed| !parsed.leftover && (timezone.is_none() || parsed.zone.is_none());
    let found = formats.iter().filter_map(|format| parse(text, format)).find(fits);
    let Some(parsed) = found else {
        let formats = formats.join(", ");
        return Err(FormatError::Time(format!(
            "Unable to parse '{text}' using any of the formats {formats}"
        )));
    };
    moment(&parsed, timezone, current)
}

/// Reads a point in time in one format.
pub(crate) fn parse_timestamp_as(
    text: &str,
    format: &str,
    timezone: Option<&str>,
    current: i64,
) -> Result<Timestamp, FormatError> {
    let timezone = timezone.filter(|name| !name.is_empty());
    let Some(parsed) = parse(text, format).filter(|parsed| !parsed.leftover) else {
        return Err(FormatError::Time(format!("Unable to parse '{text}' using format '{format}'")));
    };
    if timezone.is_some() && parsed.zone.is_some() {
        let exclusive = "Using a Timezone designator in format specification is mutually exclusive to providing \
                         an explicit timezone argument";
        return Err(FormatError::Time(exclusive.into()));
    }
    moment(&parsed, timezone, current)
}

fn moment(parsed: &Parsed, timezone: Option<&str>, current: i64) -> Result<Timestamp, FormatError> {
    let Some(year) = parsed.year else {
        return Err(FormatError::Time("no implicit conversion of nil into Integer".into()));
    };
    let out_of_range = || FormatError::Time("argument out of range".into());
    let clock = [parsed.hour, parsed.minute, parsed.second].map(|part| i64::from(part.unwrap_or(0)));
    if clock[0] == 24 && (clock[1] > 0 || clock[2] > 0) {
        return Err(out_of_range());
    }
    let nanoseconds = parsed.nanoseconds.unwrap_or(0);
    if nanoseconds < 0 {
        return Err(FormatError::Time("subsecx out of range".into()));
    }
    let offset = match timezone.or(parsed.zone.as_deref()) {
        Some(name) => zone::named(name, current)?,
        None => 0,
    };
    // Days beyond the end of a month belong to the next.
    let date = Civil { year, month: parsed.month.unwrap_or(1), day: parsed.day.unwrap_or(1) };
    let seconds = i128::from(days_from_civil(date)) * 86_400
        + i128::from(clock[0] * 3_600 + clock[1] * 60 + clock[2])
        - i128::from(offset);
    Ok(Timestamp::from_nanoseconds(seconds * SECOND + nanoseconds))
}
