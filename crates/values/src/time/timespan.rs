//! Lengths of time: Puppet's default form, `D-HH:MM:SS.fraction`.

use std::fmt;

use super::{SECOND, Timespan};

impl fmt::Display for Timespan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.nanoseconds();
        let sign = if total < 0 { "-" } else { "" };
        let total = total.unsigned_abs();
        let second = SECOND.unsigned_abs();
        let (seconds, fraction) = (total / second, total % second);
        let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
        write!(f, "{sign}{days}-{hours:02}:{:02}:{:02}.", seconds / 60 % 60, seconds % 60)?;
        // As Puppet writes it: zeros at the end are cut, and then the number is written without leading ones.
        let mut number = fraction;
        while number != 0 && number % 10 == 0 {
            number /= 10;
        }
        write!(f, "{number}")
    }
}

/// Reads the default formats, the first that fits: days, hours, minutes and seconds with a fraction, then
/// fewer of them.
pub fn parse_timespan(text: &str) -> Option<Timespan> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (days, rest, has_days) = match rest.split_once('-') {
        Some((days, rest)) => (number(days)?, rest, true),
        None => (0, rest, false),
    };
    let (clock, fraction) = match rest.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (rest, None),
    };
    let fields: Vec<i128> = clock.split(':').map(number).collect::<Option<_>>()?;
    let seconds = match (has_days, fields.as_slice()) {
        (_, [hours, minutes, seconds]) if !has_days || *hours < 100 => hours * 3_600 + minutes * 60 + seconds,
        (true, [hours, minutes]) if fraction.is_none() => hours * 3_600 + minutes * 60,
        (false, [minutes, seconds]) if fraction.is_some() => minutes * 60 + seconds,
        (false, [seconds]) => *seconds,
        _ => return None,
    };
    let nanoseconds = fraction.map_or(Some(0), fraction_of_second)?;
    let total = (days * 86_400 + seconds) * SECOND + nanoseconds;
    Some(Timespan::from_nanoseconds(if negative { -total } else { total }))
}

fn number(text: &str) -> Option<i128> {
    let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

pub(super) fn fraction_of_second(digits: &str) -> Option<i128> {
    if digits.len() > 9 {
        return None;
    }
    let places = u32::try_from(9 - digits.len()).ok()?;
    Some(number(digits)? * 10_i128.pow(places))
}
