//! Lengths of time in formats that users give: `%D-%H:%M:%S.%N`.
//!
//! The greatest unit of a format takes all that is above it: `%H:%M` of two days is `48:00`.

use super::directive::{Directive, Whole};
use super::error::FormatError;
use crate::time::{SECOND, Timespan};

const USUAL: [&str; 8] =
    ["%D-%H:%M:%S.%-N", "%H:%M:%S.%-N", "%M:%S.%-N", "%S.%-N", "%D-%H:%M:%S", "%H:%M:%S", "%D-%H:%M", "%S"];

/// A length of time in a format.
pub fn format_timespan(span: Timespan, format: &str) -> Result<String, FormatError> {
    let mut result = String::from(if span.nanoseconds() < 0 { "-" } else { "" });
    for segment in segments(format)? {
        match segment {
            Segment::Literal(text) => result.push_str(&text),
            Segment::Field(field) => result.push_str(&field.written(span.nanoseconds().saturating_abs())?),
        }
    }
    Ok(result)
}

/// Reads a length of time in the first format that fits, or in Puppet's own where none is given.
pub fn parse_timespan(text: &str, formats: Option<&[&str]>) -> Result<Timespan, FormatError> {
    let formats = formats.unwrap_or(&USUAL);
    for format in formats {
        let segments = segments(format)?;
        if let Ok(span) = read(text, format, &segments) {
            return Ok(span);
        }
    }
    let formats = formats.join(", ");
    Err(FormatError::Time(format!("Unable to parse '{text}' using any of the formats {formats}")))
}

/// Reads a length of time in one format.
pub(crate) fn parse_timespan_as(text: &str, format: &str) -> Result<Timespan, FormatError> {
    read(text, format, &segments(format)?)
}

enum Segment {
    Literal(String),
    Field(Field),
}

/// A unit and how it is written.
#[derive(Clone, Copy)]
struct Field {
    unit: Unit,
    padding: Option<char>,
    width: Option<usize>,
    /// Whether it takes all that is above it.
    total: bool,
}

/// Units, the least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Nanosecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'D' => Self::Day,
            'H' => Self::Hour,
            'M' => Self::Minute,
            'S' => Self::Second,
            'L' => Self::Millisecond,
            'N' => Self::Nanosecond,
            _ => return None,
        })
    }

    fn nanoseconds(self) -> i128 {
        match self {
            Self::Nanosecond => 1,
            Self::Millisecond => 1_000_000,
            Self::Second => SECOND,
            Self::Minute => 60 * SECOND,
            Self::Hour => 3_600 * SECOND,
            Self::Day => 86_400 * SECOND,
        }
    }

    /// How many of it make one of the next; absent for the greatest.
    fn modulus(self) -> Option<i128> {
        match self {
            Self::Nanosecond => Some(SECOND),
            Self::Millisecond => Some(1_000),
            Self::Second | Self::Minute => Some(60),
            Self::Hour => Some(24),
            Self::Day => None,
        }
    }

    fn is_fraction(self) -> bool {
        self <= Self::Millisecond
    }

    fn usual_width(self) -> usize {
        match self {
            Self::Nanosecond => 9,
            Self::Millisecond => 3,
            Self::Second | Self::Minute | Self::Hour => 2,
            Self::Day => 1,
        }
    }
}

fn segments(format: &str) -> Result<Vec<Segment>, FormatError> {
    let mut segments = Vec::new();
    let mut characters = format.chars().enumerate();
    while let Some((start, character)) = characters.next() {
        if character != '%' {
            literal(&mut segments, character);
            continue;
        }
        let bad = |end: usize| {
            let directive: String = format.chars().skip(start).take(end - start).collect();
            FormatError::Time(format!("Bad format specifier '{directive}' in '{format}', at position {end}"))
        };
        let mut field = Field { unit: Unit::Day, padding: Some('0'), width: None, total: false };
        let mut first = true;
        loop {
            let Some((place, letter)) = characters.next() else {
                return Err(bad(format.chars().count() - 1));
            };
            match letter {
                '%' => {
                    literal(&mut segments, '%');
                    break;
                }
                '-' | '_' if first => field.padding = if letter == '_' { Some(' ') } else { None },
                '0' if first => field.padding = Some('0'),
                '0'..='9' => {
                    let digit = letter.to_digit(10).map_or(0, |digit| digit as usize);
                    field.width = Some(field.width.unwrap_or(0).saturating_mul(10).saturating_add(digit));
                }
                letter => {
                    field.unit = Unit::of(letter).ok_or_else(|| bad(place))?;
                    segments.push(Segment::Field(field));
                    break;
                }
            }
            first = false;
        }
    }
    let units = segments.iter().filter_map(|segment| match segment {
        Segment::Field(field) => Some(field.unit),
        Segment::Literal(_) => None,
    });
    let greatest = units.max();
    for segment in &mut segments {
        if let Segment::Field(field) = segment
            && Some(field.unit) == greatest
        {
            field.total = true;
            break;
        }
    }
    Ok(segments)
}

fn literal(segments: &mut Vec<Segment>, character: char) {
    match segments.last_mut() {
        Some(Segment::Literal(text)) => text.push(character),
        _ => segments.push(Segment::Literal(character.into())),
    }
}

impl Field {
    fn written(self, nanoseconds: i128) -> Result<String, FormatError> {
        let width = self.width.unwrap_or(self.unit.usual_width());
        if Directive::too_big(width) {
            return Err(FormatError::sprintf("width too big"));
        }
        let (unit, modulus) = match self.unit {
            // Fewer digits than there are: those to the right are left out.
            Unit::Nanosecond if width < 9 => {
                let digits = u32::try_from(width).unwrap_or(0);
                (10_i128.pow(9 - digits), Some(10_i128.pow(digits)))
            }
            unit => (unit.nanoseconds(), unit.modulus()),
        };
        let mut value = nanoseconds / unit;
        if let Some(modulus) = modulus.filter(|_| !self.total) {
            value %= modulus;
        }
        let mut directive = Directive { width: Some(width), ..Directive::default() };
        if self.unit.is_fraction() {
            if !self.total && self.padding != Some('0') {
                while value != 0 && value % 10 == 0 {
                    value /= 10;
                }
            }
            directive.minus = true;
        } else {
            directive.zero = self.padding == Some('0');
        }
        if self.padding.is_none() {
            directive = Directive::default();
        }
        Ok(directive.integer('d', Whole::Integer(value)))
    }

    /// The digits that it takes, as a pattern.
    fn pattern(self) -> String {
        let usual = self.unit.usual_width();
        match (self.width, self.padding) {
            (None, Some(' ')) if self.total => r"\s*([0-9]+)".into(),
            (None, Some(' ')) => format!(r"([0-9\s]{{1,{usual}}})"),
            (None, _) if self.total => "([0-9]+)".into(),
            (None, _) => format!("([0-9]{{1,{usual}}})"),
            (Some(width), None) => format!("([0-9]{{1,{width}}})"),
            (Some(width), Some('0')) => format!("([0-9]{{{width}}})"),
            (Some(width), Some(_)) => format!(r"([0-9\s]{{{width}}})"),
        }
    }

    fn nanoseconds(self, digits: &str) -> Result<i128, FormatError> {
        if !self.unit.is_fraction() {
            let count: i128 = digits.parse().unwrap_or(i128::from(i64::MAX));
            return Ok(count.saturating_mul(self.unit.nanoseconds()));
        }
        if self.total {
            let message = "Format specifiers %L and %N denotes fractions and must be used together with a \
                           specifier of higher magnitude";
            return Err(FormatError::Time(message.into()));
        }
        let value: i128 = digits.parse().unwrap_or(i128::from(i64::MAX));
        let places = u32::try_from(9_usize.saturating_sub(digits.len())).unwrap_or(0);
        Ok(value * 10_i128.pow(places))
    }
}

fn read(text: &str, format: &str, segments: &[Segment]) -> Result<Timespan, FormatError> {
    let refused = || FormatError::Time(format!("Unable to parse '{text}' using format '{format}'"));
    let mut pattern = String::from(r"\A-?");
    for segment in segments {
        match segment {
            Segment::Literal(text) => pattern.push_str(&format!("({})", crate::new::escaped(text))),
            Segment::Field(field) => pattern.push_str(&field.pattern()),
        }
    }
    pattern.push_str(r"\z");
    let pattern = regexp::Regexp::new(&pattern).map_err(|error| FormatError::Time(error.to_string()))?;
    let captures = pattern.captures(text).ok().flatten().ok_or_else(refused)?;
    let mut total: i128 = 0;
    for (place, segment) in (1..).zip(segments) {
        let Segment::Field(field) = segment else { continue };
        let digits = captures.get(place).unwrap_or_default().trim_start();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        total = total.saturating_add(field.nanoseconds(digits)?);
    }
    Ok(Timespan::from_nanoseconds(if text.starts_with('-') { -total } else { total }))
}
