//! Names and offsets of time zones, as Ruby's `Date` reads them.

use super::error::FormatError;

/// Hours, or half hours written as fractions, east of Greenwich.
const NAMES: &[(&str, f64)] = &[
    ("utc", 0.0),
    ("ut", 0.0),
    ("gmt", 0.0),
    ("z", 0.0),
    ("wet", 0.0),
    ("est", -5.0),
    ("edt", -4.0),
    ("cst", -6.0),
    ("cdt", -5.0),
    ("mst", -7.0),
    ("mdt", -6.0),
    ("pst", -8.0),
    ("pdt", -7.0),
    ("akst", -9.0),
    ("akdt", -8.0),
    ("hst", -10.0),
    ("hast", -10.0),
    ("hadt", -9.0),
    ("hdt", -9.0),
    ("ast", -4.0),
    ("adt", -3.0),
    ("nst", -3.5),
    ("ndt", -2.5),
    ("art", -3.0),
    ("brt", -3.0),
    ("brst", -2.0),
    ("clt", -4.0),
    ("clst", -3.0),
    ("at", -2.0),
    ("cat", 2.0),
    ("nt", -11.0),
    ("idlw", -12.0),
    ("bst", 1.0),
    ("cet", 1.0),
    ("fwt", 1.0),
    ("met", 1.0),
    ("mewt", 1.0),
    ("mez", 1.0),
    ("swt", 1.0),
    ("wat", 1.0),
    ("west", 1.0),
    ("cest", 2.0),
    ("eet", 2.0),
    ("fst", 2.0),
    ("mest", 2.0),
    ("mesz", 2.0),
    ("sast", 2.0),
    ("sst", -11.0),
    ("bt", 3.0),
    ("eat", 3.0),
    ("eest", 3.0),
    ("msk", 3.0),
    ("msd", 4.0),
    ("zp4", 4.0),
    ("zp5", 5.0),
    ("zp6", 6.0),
    ("ist", 5.5),
    ("wast", 2.0),
    ("cct", 6.5),
    ("sgt", 8.0),
    ("wadt", 8.0),
    ("jst", 9.0),
    ("kst", 9.0),
    ("east", -6.0),
    ("gst", 10.0),
    ("eadt", 11.0),
    ("idle", 12.0),
    ("nzst", 12.0),
    ("nzt", 12.0),
    ("nzdt", 13.0),
    ("eastern", -5.0),
    ("central", -6.0),
    ("mountain", -7.0),
    ("pacific", -8.0),
    ("alaskan", -9.0),
    ("hawaiian", -10.0),
    ("atlantic", -4.0),
    ("newfoundland", -3.5),
    ("romance", 1.0),
    ("w. europe", 1.0),
    ("central europe", 1.0),
    ("gtb", 2.0),
    ("russian", 3.0),
    ("india", 5.5),
    ("china", 8.0),
    ("tokyo", 9.0),
    ("korea", 9.0),
    ("greenwich", 0.0),
];

/// The zone that a text begins with, and what follows it.
pub(super) fn read(text: &str) -> Option<(&str, &str)> {
    let length = numeric(text).or_else(|| spelled_out(text)).or_else(|| word(text))?;
    Some(text.split_at(length))
}

/// `+0100`, `UTC+1`, `-3:30`, `+1.5`.
fn numeric(text: &str) -> Option<usize> {
    let name = ["gmt", "utc", "ut"].into_iter().find(|name| starts_with(text, name)).map_or(0, str::len);
    let rest = text.get(name..)?;
    rest.starts_with(['+', '-']).then_some(())?;
    let digits = |from: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        rest.bytes().take_while(u8::is_ascii_digit).count()
    };
    let mut end = 1 + digits(1);
    if end == 1 {
        return None;
    }
    for _ in 0..2 {
        let separated = rest.get(end..).is_some_and(|rest| rest.starts_with([',', '.', ':']));
        if separated && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
    }
    Some(name + end)
}

/// `Eastern Standard Time`.
fn spelled_out(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let end = [" standard time", " daylight time"]
        .iter()
        .find_map(|name| lower.find(name).map(|at| at + name.len()))?;
    let named =
        text.get(..end)?.chars().all(|character| character.is_ascii_alphabetic() || " .".contains(character));
    named.then_some(end)
}

/// `CEST`, `EST DST`.
fn word(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let ended = !text.get(length..)?.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    if length == 0 || !ended {
        return None;
    }
    Some(if starts_with(text.get(length..)?, " dst") { length + 4 } else { length })
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

/// Seconds east of Greenwich; absent where the name is not known.
#[expect(clippy::cast_possible_truncation, reason = "zones are within a day")]
pub(super) fn offset(zone: &str) -> Option<i64> {
    let lower = zone.to_ascii_lowercase();
    let (name, summer) = match lower.strip_suffix(" standard time") {
        Some(name) => (name, false),
        None => match lower.strip_suffix(" daylight time").or_else(|| lower.strip_suffix(" dst")) {
            Some(name) => (name, true),
            None => (lower.as_str(), false),
        },
    };
    let named = NAMES.iter().find(|(own, _)| *own == name).map(|(_, hours)| (hours * 3_600.0) as i64);
    if let Some(seconds) = named.or_else(|| military(name)) {
        return Some(seconds + if summer { 3_600 } else { 0 });
    }
    let rest = ["gmt", "utc", "ut"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let (sign, digits) = match rest.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, rest.strip_prefix('+')?),
    };
    Some(sign * clock(digits)?)
}

/// Letters of armed forces: `A` to `I`, `K` to `M` east, `N` to `Y` west.
fn military(name: &str) -> Option<i64> {
    let [letter] = name.as_bytes() else { return None };
    let hours = match letter {
        b'a'..=b'i' => i64::from(letter - b'a') + 1,
        b'k'..=b'm' => i64::from(letter - b'k') + 10,
        b'n'..=b'y' => -(i64::from(letter - b'n') + 1),
        _ => return None,
    };
    Some(hours * 3_600)
}

/// `1`, `01`, `130`, `0130`, `013015`, `1:30:15`, `1.5`.
#[expect(clippy::cast_possible_truncation, reason = "zones are within a day")]
fn clock(digits: &str) -> Option<i64> {
    if let Some((hours, rest)) = digits.split_once(':') {
        let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
        let [hours, minutes, seconds]: [i64; 3] =
            [hours.parse().ok()?, minutes.parse().ok()?, seconds.parse().ok()?];
        return Some(hours * 3_600 + minutes * 60 + seconds);
    }
    if digits.contains([',', '.']) {
        let hours: f64 = digits.replace(',', ".").parse().ok()?;
        return Some((hours * 3_600.0) as i64);
    }
    let first = 2 - digits.len() % 2;
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<i64>().ok());
    Some(part(0, first)? * 3_600 + part(first, first + 2)? * 60 + part(first + 2, first + 4)?)
}

/// The offset of a zone that a manifest names; `current` is the zone of whoever compiles.
pub(super) fn named(zone: &str, current: i64) -> Result<i64, FormatError> {
    if zone.eq_ignore_ascii_case("current") {
        return Ok(current);
    }
    let found = read(zone).and_then(|(zone, _)| offset(zone));
    found.ok_or_else(|| FormatError::Time(format!("Illegal timezone '{zone}'")))
}
