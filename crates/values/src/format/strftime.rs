//! Ruby's `strftime`: a point in time as a text.

use super::error::FormatError;
use crate::time::{Civil, SECOND, Timestamp, civil_from_days, days_from_civil};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// The most characters that a directive is filled to.
const MOST: usize = 50_000;

/// A point in time somewhere: what clocks and calendars show there.
pub(super) struct Moment {
    date: Civil,
    /// Days from 1970.
    days: i64,
    /// Seconds of the day.
    clock: i64,
    nanoseconds: i128,
    /// Seconds from 1970.
    seconds: i128,
    /// Seconds east of Greenwich; absent for UTC itself.
    offset: Option<i64>,
}

/// What stands between `%` and the letter.
#[derive(Clone, Copy, Default)]
struct Directive {
    unpadded: bool,
    upper: bool,
    lower: bool,
    change_case: bool,
    padding: Option<char>,
    width: usize,
    colons: usize,
}

impl Moment {
    pub(super) fn new(stamp: Timestamp, offset: Option<i64>) -> Self {
        let seconds = stamp.whole_seconds();
        let local = seconds + i128::from(offset.unwrap_or(0));
        let days = i64::try_from(local.div_euclid(86_400)).unwrap_or(i64::MAX / 4);
        let clock = i64::try_from(local.rem_euclid(86_400)).unwrap_or(0);
        let nanoseconds = stamp.nanoseconds().rem_euclid(SECOND);
        Self { date: civil_from_days(days), days, clock, nanoseconds, seconds, offset }
    }

    /// In a format.
    pub(super) fn format(&self, format: &str) -> Result<String, FormatError> {
        let mut result = String::new();
        let mut rest = format;
        while let Some(start) = rest.find('%') {
            result.push_str(rest.get(..start).unwrap_or_default());
            rest = rest.get(start..).unwrap_or_default();
            let (text, length) =
                self.directive(rest).ok_or_else(|| FormatError::Time(format!("invalid format: {format}")))?;
            result.push_str(&text);
            rest = rest.get(length..).unwrap_or_default();
        }
        result.push_str(rest);
        Ok(result)
    }

    /// The text of the directive that a text begins with, and its length; absent where the text ends before
    /// it does.
    fn directive(&self, text: &str) -> Option<(String, usize)> {
        let mut directive = Directive::default();
        let mut place = 1;
        loop {
            let letter = text.get(place..)?.chars().next()?;
            let unknown = || {
                let length = place + letter.len_utf8();
                Some((directive.text(text.get(..length).unwrap_or_default()), length))
            };
            let next = text.as_bytes().get(place + 1).copied();
            match letter {
                '-' | '^' | '#' | '_' | '0' if directive.width > 0 => return unknown(),
                '-' => {
                    directive.unpadded = true;
                    directive.padding = None;
                }
                '^' => directive.upper = true,
                '#' => directive.change_case = true,
                '_' => directive.padding = Some(' '),
                ':' => {
                    let colons = text.get(place..)?.bytes().take_while(|byte| *byte == b':').count();
                    if text.as_bytes().get(place + colons) != Some(&b'z') || colons > 3 {
                        return unknown();
                    }
                    directive.colons = colons;
                    place += colons - 1;
                }
                '0'..='9' => {
                    if letter == '0' {
                        directive.padding = Some('0');
                    }
                    let digits = text.get(place..)?.bytes().take_while(u8::is_ascii_digit).count();
                    directive.width = text.get(place..place + digits)?.parse().unwrap_or(MOST).min(MOST);
                    place += digits - 1;
                }
                'E' if next.is_some_and(|next| b"cCxXyY".contains(&next)) => {}
                'O' if next.is_some_and(|next| b"deHkIlmMSuUVwWy".contains(&next)) => {}
                letter => {
                    return match self.value(letter, directive) {
                        Some(written) => Some((written, place + letter.len_utf8())),
                        None => unknown(),
                    };
                }
            }
            place += letter.len_utf8();
        }
    }

    fn value(&self, letter: char, directive: Directive) -> Option<String> {
        let Civil { year, month, day } = self.date;
        let (hour, minute, second) = (self.clock / 3_600, self.clock / 60 % 60, self.clock % 60);
        let hour_of_12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        let weekday = (self.days + 4).rem_euclid(7);
        let day_of_year = self.days - days_from_civil(Civil { year, month: 1, day: 1 });
        let week = |first: i64| (day_of_year + 7 - (weekday - first).rem_euclid(7)) / 7;
        let number = |value: i64, places: usize| directive.number(value.into(), places, '0');
        let year_places = |year: i64| if year < 0 { 5 } else { 4 };
        Some(match letter {
            'Y' => number(year, year_places(year)),
            'C' => number(year.div_euclid(100), 2),
            'y' => number(year.rem_euclid(100), 2),
            'm' => number(month.into(), 2),
            'B' => directive.name(MONTHS.get(month as usize - 1)?),
            'b' | 'h' => directive.name(MONTHS.get(month as usize - 1)?.get(..3)?),
            'd' => number(day.into(), 2),
            'e' => directive.number(day.into(), 2, ' '),
            'j' => number(day_of_year + 1, 3),
            'H' => number(hour, 2),
            'k' => directive.number(hour.into(), 2, ' '),
            'I' => number(hour_of_12, 2),
            'l' => directive.number(hour_of_12.into(), 2, ' '),
            'P' | 'p' => directive.meridian(letter, hour < 12),
            'M' => number(minute, 2),
            'S' => number(second, 2),
            'L' => self.fraction(if directive.width > 0 { directive.width } else { 3 }),
            'N' => self.fraction(if directive.width > 0 { directive.width } else { 9 }),
            'z' => self.zone(directive),
            'Z' => {
                let lower = directive.change_case;
                let name = if self.offset.is_none() { "UTC" } else { "" };
                // Without a name nothing is filled either.
                let width = if name.is_empty() { 0 } else { directive.width };
                Directive { lower, upper: directive.upper && !lower, width, ..directive }.text(name)
            }
            'A' => directive.name(DAYS.get(usize::try_from(weekday).ok()?)?),
            'a' => directive.name(DAYS.get(usize::try_from(weekday).ok()?)?.get(..3)?),
            'u' => number(if weekday == 0 { 7 } else { weekday }, 1),
            'w' => number(weekday, 1),
            'G' => number(self.week_of_year().0, year_places(self.week_of_year().0)),
            'g' => number(self.week_of_year().0.rem_euclid(100), 2),
            'V' => number(self.week_of_year().1, 2),
            'U' => number(week(0), 2),
            'W' => number(week(1), 2),
            's' => directive.number(self.seconds, 1, '0'),
            'n' => directive.text("\n"),
            't' => directive.text("\t"),
            '%' => directive.text("%"),
            other => return self.composed(other, directive),
        })
    }

    fn composed(&self, letter: char, directive: Directive) -> Option<String> {
        let format = match letter {
            'c' => "%a %b %e %H:%M:%S %Y",
            'D' | 'x' => "%m/%d/%y",
            'F' => "%Y-%m-%d",
            'v' => "%e-%^b-%4Y",
            'X' | 'T' => "%H:%M:%S",
            'r' => "%I:%M:%S %p",
            'R' => "%H:%M",
            _ => return None,
        };
        let text = self.format(format).ok()?;
        let padding = if directive.padding == Some('0') { '0' } else { ' ' };
        Some(Directive { padding: Some(padding), unpadded: false, ..directive }.text(&text))
    }

    /// The year and the week of ISO 8601.
    fn week_of_year(&self) -> (i64, i64) {
        let thursday = self.days - (self.days + 3).rem_euclid(7) + 3;
        let year = civil_from_days(thursday).year;
        (year, (thursday - days_from_civil(Civil { year, month: 1, day: 1 })) / 7 + 1)
    }

    fn fraction(&self, digits: usize) -> String {
        let nine = format!("{:09}", self.nanoseconds);
        match nine.get(..digits) {
            Some(cut) => cut.to_owned(),
            None => format!("{nine:0<digits$}"),
        }
    }

    /// `+0100`, `+01:00`, `+01:00:00`.
    fn zone(&self, directive: Directive) -> String {
        let offset = self.offset.unwrap_or(0);
        let negative = offset < 0 || self.offset.is_none() && directive.unpadded;
        let magnitude = offset.abs();
        let (hours, minutes, seconds) = (magnitude / 3_600, magnitude / 60 % 60, magnitude % 60);
        let rest = match directive.colons {
            0 => format!("{minutes:02}"),
            1 => format!(":{minutes:02}"),
            2 => format!(":{minutes:02}:{seconds:02}"),
            _ if magnitude % 3_600 == 0 => String::new(),
            _ if magnitude % 60 == 0 => format!(":{minutes:02}"),
            _ => format!(":{minutes:02}:{seconds:02}"),
        };
        let sign = if negative { '-' } else { '+' };
        let room = directive.width.saturating_sub(rest.len() + 1).max(2);
        if directive.padding == Some(' ') {
            let signed = format!("{sign}{hours}");
            return format!("{signed:>width$}{rest}", width = room + 1);
        }
        format!("{sign}{hours:0room$}{rest}")
    }
}

impl Directive {
    fn number(self, value: i128, places: usize, usual: char) -> String {
        let width = if self.unpadded {
            1
        } else if self.width > 0 {
            self.width
        } else {
            places
        };
        if self.padding.unwrap_or(usual) == '0' {
            let sign = usize::from(value < 0);
            let digits = format!("{:0width$}", value.unsigned_abs(), width = width.saturating_sub(sign));
            return if value < 0 { format!("-{digits}") } else { digits };
        }
        format!("{value:width$}")
    }

    fn name(self, name: &str) -> String {
        Self { upper: self.upper || self.change_case, lower: false, ..self }.text(name)
    }

    fn meridian(self, letter: char, morning: bool) -> String {
        let lower = letter == 'p' && self.change_case || letter == 'P' && !(self.change_case || self.upper);
        let upper = self.upper && !lower;
        Self { lower, upper, ..self }.text(if morning { "AM" } else { "PM" })
    }

    /// With its case, filled to the width.
    fn text(self, text: &str) -> String {
        let text = match (self.upper, self.lower) {
            (true, _) => text.to_ascii_uppercase(),
            (_, true) => text.to_ascii_lowercase(),
            _ => text.to_owned(),
        };
        let missing = if self.unpadded { 0 } else { self.width.saturating_sub(text.len()) };
        let fill: String = std::iter::repeat_n(self.padding.unwrap_or(' '), missing).collect();
        fill + &text
    }
}
