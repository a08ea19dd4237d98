//! Ruby's `strptime`: what a text in a format says of a point in time.

use super::zone;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// What was found. What was read and says nothing of these is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) year: Option<i64>,
    pub(super) month: Option<u32>,
    pub(super) day: Option<u32>,
    pub(super) hour: Option<u32>,
    pub(super) minute: Option<u32>,
    pub(super) second: Option<u32>,
    pub(super) nanoseconds: Option<i128>,
    /// As it was written.
    pub(super) zone: Option<String>,
    /// Whether text remains.
    pub(super) leftover: bool,
    century: Option<i64>,
    afternoon: Option<bool>,
}

/// Reads a text; absent where it does not have the format.
pub(super) fn parse(text: &str, format: &str) -> Option<Parsed> {
    let mut reader = Reader { rest: text, parsed: Parsed::default() };
    reader.format(format)?;
    let mut parsed = reader.parsed;
    parsed.leftover = !reader.rest.is_empty();
    if let (Some(century), Some(year)) = (parsed.century, parsed.year) {
        parsed.year = Some(century * 100 + year);
    }
    if let (Some(afternoon), Some(hour)) = (parsed.afternoon, parsed.hour) {
        parsed.hour = Some(hour % 12 + if afternoon { 12 } else { 0 });
    }
    Some(parsed)
}

struct Reader<'a> {
    rest: &'a str,
    parsed: Parsed,
}

impl Reader<'_> {
    fn format(&mut self, format: &str) -> Option<()> {
        let mut format = format;
        while let Some(letter) = format.chars().next() {
            format = format.get(letter.len_utf8()..)?;
            if letter != '%' {
                self.literal(letter)?;
                continue;
            }
            let directive = format.trim_start_matches(':');
            let colons = format.len() - directive.len();
            let next = directive.as_bytes().get(1).copied();
            format = match directive.chars().next() {
                Some('z') if colons <= 3 => directive,
                Some('E') if colons == 0 && next.is_some_and(|next| b"cCxXyY".contains(&next)) => {
                    directive.get(1..)?
                }
                Some('O') if colons == 0 && next.is_some_and(|next| b"deHImMSuUVwWy".contains(&next)) => {
                    directive.get(1..)?
                }
                _ => format,
            };
            let Some(letter) = format.chars().next() else { return self.literal('%') };
            format = format.get(letter.len_utf8()..)?;
            self.directive(letter, format)?;
        }
        Some(())
    }

    /// A character as it stands; of blanks, any number.
    fn literal(&mut self, letter: char) -> Option<()> {
        if letter.is_ascii_whitespace() || letter == '\x0b' {
            self.rest =
                self.rest.trim_start_matches(|next: char| next.is_ascii_whitespace() || next == '\x0b');
            return Some(());
        }
        self.rest = self.rest.strip_prefix(letter)?;
        Some(())
    }

    fn directive(&mut self, letter: char, following: &str) -> Option<()> {
        let composed = match letter {
            'c' => "%a %b %e %H:%M:%S %Y",
            'D' | 'x' => "%m/%d/%y",
            'F' => "%Y-%m-%d",
            'n' | 't' => " ",
            'R' => "%H:%M",
            'r' => "%I:%M:%S %p",
            'T' | 'X' => "%H:%M:%S",
            'v' => "%e-%b-%Y",
            '+' => "%a %b %e %H:%M:%S %Z %Y",
            _ => "",
        };
        if !composed.is_empty() {
            return self.format(composed);
        }
        self.field(letter, following)
    }

    fn field(&mut self, letter: char, following: &str) -> Option<()> {
        match letter {
            'A' | 'a' => self.name(&DAYS).map(|_| ()),
            'B' | 'b' | 'h' => {
                self.parsed.month = Some(self.name(&MONTHS)?);
                Some(())
            }
            'C' => {
                let most = if is_number(following) { 2 } else { usize::MAX };
                self.parsed.century = Some(self.signed(most)?);
                Some(())
            }
            'd' | 'e' => self.small(1..=31, 2, true).map(|value| self.parsed.day = Some(value)),
            'H' | 'k' => self.small(0..=24, 2, true).map(|value| self.parsed.hour = Some(value)),
            'I' | 'l' => self.small(1..=12, 2, true).map(|value| self.parsed.hour = Some(value)),
            'j' => self.small(1..=366, 3, false).map(|_| ()),
            'M' => self.small(0..=59, 2, false).map(|value| self.parsed.minute = Some(value)),
            'm' => self.small(1..=12, 2, false).map(|value| self.parsed.month = Some(value)),
            'S' => self.small(0..=60, 2, false).map(|value| self.parsed.second = Some(value)),
            'L' | 'N' => self.fraction(if letter == 'L' { 3 } else { 9 }, following),
            'P' | 'p' => self.meridian(),
            'G' => self.signed(if is_number(following) { 4 } else { usize::MAX }).map(|_| ()),
            'g' => self.small(0..=99, 2, false).map(|_| ()),
            'Q' | 's' => self.signed(usize::MAX).map(|_| ()),
            'U' | 'W' => self.small(0..=53, 2, false).map(|_| ()),
            'u' => self.small(1..=7, 1, false).map(|_| ()),
            'V' => self.small(1..=53, 2, false).map(|_| ()),
            'w' => self.small(0..=6, 1, false).map(|_| ()),
            'Y' => {
                self.parsed.year = Some(self.signed(if is_number(following) { 4 } else { usize::MAX })?);
                Some(())
            }
            'y' => {
                let year = i64::from(self.small(0..=99, 2, false)?);
                self.parsed.year = Some(year);
                self.parsed.century.get_or_insert(if year >= 69 { 19 } else { 20 });
                Some(())
            }
            'Z' | 'z' => {
                let (zone, rest) = zone::read(self.rest)?;
                self.parsed.zone = Some(zone.to_owned());
                self.rest = rest;
                Some(())
            }
            '%' => self.literal('%'),
            other => {
                self.literal('%')?;
                self.rest = self.rest.strip_prefix(other)?;
                Some(())
            }
        }
    }

    /// So many digits at most.
    fn digits(&mut self, most: usize) -> Option<&str> {
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        (count > 0).then_some(digits)
    }

    fn small(&mut self, range: std::ops::RangeInclusive<u32>, most: usize, blank: bool) -> Option<u32> {
        let most = match self.rest.strip_prefix(' ') {
            Some(rest) if blank => {
                self.rest = rest;
                1
            }
            _ => most,
        };
        self.digits(most)?.parse().ok().filter(|value| range.contains(value))
    }

    fn signed(&mut self, most: usize) -> Option<i64> {
        let negative = self.rest.starts_with('-');
        self.rest = self.rest.strip_prefix(['-', '+']).unwrap_or(self.rest);
        let value: i64 = self.digits(most)?.parse().ok().filter(|value| *value < 1_000_000_000_000)?;
        Some(if negative { -value } else { value })
    }

    fn name(&mut self, names: &[&str]) -> Option<u32> {
        for (number, name) in (1..).zip(names) {
            for text in [Some(*name), name.get(..3)].into_iter().flatten() {
                if self.rest.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text)) {
                    self.rest = self.rest.get(text.len()..)?;
                    return Some(number);
                }
            }
        }
        None
    }

    fn fraction(&mut self, usual: usize, following: &str) -> Option<()> {
        let negative = self.rest.starts_with('-');
        self.rest = self.rest.strip_prefix(['-', '+']).unwrap_or(self.rest);
        let digits = self.digits(if is_number(following) { usual } else { usize::MAX })?;
        let nine = format!("{digits:0<9}");
        let value: i128 = nine.get(..9)?.parse().ok()?;
        self.parsed.nanoseconds = Some(if negative { -value } else { value });
        Some(())
    }

    /// `am`, `P.M.`
    fn meridian(&mut self) -> Option<()> {
        let lower = self.rest.get(..4).or(self.rest.get(..2))?.to_ascii_lowercase();
        let afternoon = lower.starts_with('p');
        (afternoon || lower.starts_with('a')).then_some(())?;
        let rest = lower.get(1..)?;
        let length = if rest.starts_with(".m.") {
            4
        } else if rest.starts_with('m') {
            2
        } else {
            return None;
        };
        self.parsed.afternoon = Some(afternoon);
        self.rest = self.rest.get(length..)?;
        Some(())
    }
}

/// Whether what follows in a format is a number, so that what stands before it must end.
fn is_number(format: &str) -> bool {
    let mut bytes = format.bytes();
    match bytes.next() {
        Some(b'%') => {
            let letter = match bytes.next() {
                Some(b'E' | b'O') => bytes.next(),
                other => other,
            };
            letter.is_some_and(|letter| {
                letter.is_ascii_digit() || b"CDdeFGgHIjkLlMmNQRrSsTUuVvWwXxYy".contains(&letter)
            })
        }
        Some(byte) => byte.is_ascii_digit(),
        None => false,
    }
}
