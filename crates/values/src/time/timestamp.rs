//! Points in time: Puppet's default forms.

use std::fmt;

use super::calendar::{Civil, civil_from_days, days_from_civil};
use super::timespan::fraction_of_second;
use super::{SECOND, Timestamp};

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.whole_seconds();
        let fraction = self.nanoseconds().rem_euclid(SECOND);
        let days = i64::try_from(seconds.div_euclid(86_400)).unwrap_or(i64::MAX / 2);
        let clock = seconds.rem_euclid(86_400);
        let Civil { year, month, day } = civil_from_days(days);
        let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
        let sign = if year < 0 { "-" } else { "" };
        let year = year.unsigned_abs();
        write!(
            f,
            "{sign}{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{fraction:09} UTC"
        )
    }
}

/// Reads the default formats: a date, a time of day after `T` or a blank, a fraction of a second, a zone
/// after a blank. All but the date may be missing; a fraction needs a time.
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let (date, rest) = split_date(text)?;
    let (clock, rest) = match rest.strip_prefix(['T', ' ']) {
        Some(clock) if clock.as_bytes().first().is_some_and(u8::is_ascii_digit) => split_clock(clock)?,
        _ => (0, rest),
    };
    let offset = match rest.trim_start() {
        "" if rest.is_empty() => 0,
        zone => zone_offset(zone)?,
    };
    let seconds = i128::from(days_from_civil(date)) * 86_400 - offset;
    Some(Timestamp::from_nanoseconds(seconds * SECOND + clock))
}

fn split_date(text: &str) -> Option<(Civil, &str)> {
    let sign = usize::from(text.starts_with(['-', '+']));
    let year_end = sign + text.get(sign..)?.find('-')?;
    let year: i64 = text.get(..year_end)?.parse().ok()?;
    let (month, rest) = two_digits(text.get(year_end + 1..)?)?;
    let (day, rest) = two_digits(rest.strip_prefix('-')?)?;
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && year.abs() < 1_000_000_000;
    valid.then_some((Civil { year, month, day }, rest))
}

/// Nanoseconds of the day, and what follows.
fn split_clock(text: &str) -> Option<(i128, &str)> {
    let (hours, rest) = two_digits(text)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(':')?)?;
    let (seconds, rest) = two_digits(rest.strip_prefix(':')?)?;
    if hours > 24 || minutes > 59 || seconds > 60 {
        return None;
    }
    let nanoseconds = i128::from(hours * 3_600 + minutes * 60 + seconds) * SECOND;
    let Some(fraction) = rest.strip_prefix('.') else { return Some((nanoseconds, rest)) };
    let end = fraction.find(|character: char| !character.is_ascii_digit()).unwrap_or(fraction.len());
    let (digits, rest) = fraction.split_at(end);
    let kept = digits.get(..9).unwrap_or(digits);
    Some((nanoseconds + fraction_of_second(kept)?, rest))
}

fn two_digits(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

/// Seconds east of Greenwich.
fn zone_offset(zone: &str) -> Option<i128> {
    let names =
        [("UTC", 0), ("GMT", 0), ("Z", 0), ("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5), ("MST", -7)];
    let more =
        [("MDT", -6), ("PST", -8), ("PDT", -7), ("CET", 1), ("CEST", 2), ("MET", 1), ("BST", 1), ("JST", 9)];
    if let Some((_, hours)) = names.iter().chain(&more).find(|(name, _)| name.eq_ignore_ascii_case(zone)) {
        return Some(hours * 3_600);
    }
    let rest = ["UTC", "GMT"].iter().find_map(|name| zone.strip_prefix(name)).unwrap_or(zone);
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, rest.strip_prefix('+')?),
    };
    let (hours, rest) = two_digits(rest)?;
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { two_digits(rest.trim_start_matches(':'))? };
    rest.is_empty().then(|| sign * i128::from(hours * 3_600 + minutes * 60))
}
