//! The dates of Release files: `Sat, 21 Nov 2026 09:15:44 UTC`, and seconds since 1970.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds since 1970 of a date in UTC; nothing for any other text, or for a year before 1970.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let text = text.split_once(',').map_or(text, |(_weekday, rest)| rest);
    let mut words = text.split_ascii_whitespace();
    let day: u64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let year: u64 = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let in_utc = matches!(words.next(), Some("UTC" | "GMT" | "Z" | "+0000"));
    let in_range = (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !in_utc || !in_range || !(1970..10000).contains(&year) || time.next().is_some() {
        return None;
    }
    Some(((days_before(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second)
}

/// A date as people write it: `2026-11-21 09:15 UTC`.
pub(crate) fn show(seconds: u64) -> String {
    let (days, minutes) = (seconds / 86400, seconds % 86400 / 60);
    let mut year = 1970 + days / 366;
    while days_before(year + 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| days_before(year, *month) <= days).unwrap_or(1);
    let day = days - days_before(year, month) + 1;
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

/// How long ago something was, roughly: `3 hours`, `2 days`.
pub(crate) fn show_duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..3600 => (seconds / 60, "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Days from 1970 to the first of the month.
fn days_before(year: u64, month: u64) -> u64 {
    // Counted in years that begin in March, so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + (153 * month + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_release_files_write_them() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 UTC", 0),
            ("Sat, 21 Nov 2026 09:15:44 UTC", 1_795_252_544),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("1 Mar 2000 00:00:00 +0000", 951_868_800),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for text in
            ["", "yesterday", "Sat, 21 Nov 2026 09:15:44 CET", "Sat, 21 Nov 2026", "1 Foo 2026 1:1:1 UTC"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_and_durations_for_people() {
        assert_eq!(show(1_795_252_544), "2026-11-21 09:15 UTC");
        assert_eq!([show(0), show(951_868_799)], ["1970-01-01 00:00 UTC", "2000-02-29 23:59 UTC"]);
        assert_eq!(show(1_798_761_599), "2026-12-31 23:59 UTC");
        assert_eq!([60, 7200, 864_000].map(show_duration), ["1 minute", "2 hours", "10 days"]);
    }
}
