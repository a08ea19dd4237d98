//! Versions in Debian's order: `epoch:upstream-revision`, `~` before the end of the text.

use std::cmp::Ordering;
use std::fmt;

/// A version number. Compares as dpkg does, so `1.0`, `0:1.0` and `1.0-0` are equal.
///
/// Any text is taken: in an index that is signed, a malformed version is a fact to be lived with.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a>(&'a str);

impl<'a> Version<'a> {
    /// The version that `text` spells.
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// What is before the first colon, as digits without leading zeros; empty for none.
    pub fn epoch(&self) -> &'a str {
        self.0.split_once(':').map_or("", |(epoch, _)| epoch).trim_start_matches('0')
    }

    /// What is between the epoch and the last hyphen.
    pub fn upstream(&self) -> &'a str {
        let rest = self.without_epoch();
        rest.rsplit_once('-').map_or(rest, |(upstream, _)| upstream)
    }

    /// What is after the last hyphen; empty for a native package.
    pub fn revision(&self) -> &'a str {
        self.without_epoch().rsplit_once('-').map_or("", |(_, revision)| revision)
    }

    fn without_epoch(&self) -> &'a str {
        self.0.split_once(':').map_or(self.0, |(_, rest)| rest)
    }
}

impl Ord for Version<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_part(self.epoch(), other.epoch())
            .then_with(|| compare_part(self.upstream(), other.upstream()))
            .then_with(|| compare_part(self.revision(), other.revision()))
    }
}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version<'_> {}

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// Compares runs of other characters and runs of digits in turn.
fn compare_part(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while !left.is_empty() || !right.is_empty() {
        loop {
            let (a, b) = (weight(left), weight(right));
            if a != b {
                return a.cmp(&b);
            }
            if a == 0 {
                break;
            }
            (left, right) = (&left[1..], &right[1..]);
        }
        let (a, b) = (take_number(&mut left), take_number(&mut right));
        let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// How the first character sorts: tilde, then the end of the text or a digit, then letters, then the rest.
fn weight(text: &[u8]) -> i16 {
    match text.first() {
        None | Some(b'0'..=b'9') => 0,
        Some(b'~') => -1,
        Some(&letter) if letter.is_ascii_alphabetic() => i16::from(letter),
        Some(&other) => i16::from(other) + 256,
    }
}

/// Takes the leading digits off; returns them without leading zeros.
fn take_number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line says what `dpkg --compare-versions` says.
    const ORDERS: &[(&str, &str, &str)] = &[
        ("1.0", "=", "1.0"),
        ("1.0", "=", "0:1.0"),
        ("1.0", "=", "1.0-0"),
        ("1.0", "=", "1.00"),
        ("00:1.0-0", "=", "1.0"),
        ("1.0", "<", "1.1"),
        ("1.9", "<", "1.10"),
        ("1.0~rc1", "<", "1.0"),
        ("1.0~~", "<", "1.0~"),
        ("1.0~", "<", "1.0"),
        ("1.0", "<", "1.0a"),
        ("1.0a", "<", "1.0b"),
        ("1.0Z", "<", "1.0a"),
        ("1.0a", "<", "1.0+"),
        ("1.0+b1", "<", "1.0.1"),
        ("1.0", "<", "1:0.1"),
        ("9:1", "<", "10:0"),
        ("1.0-1", "<", "1.0-1+b1"),
        ("1.0-1~deb12u1", "<", "1.0-1"),
        ("1.0-1+deb13u1", "<", "1.0-2"),
        ("1.0-1-1", "<", "1.0-1-2"),
        ("1.0-1-2", "<", "1.0.1-1"),
        ("1.0-1.1", ">", "1.0-1"),
        ("2:8.2.1402-1", ">", "8.2.3995-1"),
        ("1.2.3.dfsg+really1.2.4", ">", "1.2.3.dfsg+really1.2.3"),
        ("0.0.20240101", "<", "0.1"),
        ("99999999999999999999999", "<", "100000000000000000000000"),
        ("1.0-a~1", "<", "1.0-a"),
        ("1.a", ">", "1.0"),
    ];

    #[test]
    fn the_order_is_that_of_dpkg() {
        for &(left, operator, right) in ORDERS {
            let expected = match operator {
                "<" => Ordering::Less,
                "=" => Ordering::Equal,
                _ => Ordering::Greater,
            };
            assert_eq!(Version::new(left).cmp(&Version::new(right)), expected, "{left} {operator} {right}");
            assert_eq!(Version::new(right).cmp(&Version::new(left)), expected.reverse(), "{right} ? {left}");
        }
    }

    #[test]
    fn parts() {
        let version = Version::new("1:2.0-rc-3");
        assert_eq!((version.epoch(), version.upstream(), version.revision()), ("1", "2.0-rc", "3"));
        let native = Version::new("2025.1");
        assert_eq!((native.epoch(), native.upstream(), native.revision()), ("", "2025.1", ""));
    }
}
