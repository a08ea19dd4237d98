//! Debian's order of versions and the relations `name (<< version)`: as much as `Replaces` needs.

use std::cmp::Ordering;

/// Whether a relation such as `base (<< 2.0~)` names this package in this version.
pub fn matches(relation: &str, name: &str, version: &str) -> bool {
    let (wanted, constraint) = match relation.trim().split_once('(') {
        Some((wanted, constraint)) => (wanted.trim_end(), Some(constraint.trim_end().trim_end_matches(')'))),
        None => (relation.trim(), None),
    };
    // An architecture, as in `name:any`, does not matter for files.
    if wanted.split(':').next() != Some(name) {
        return false;
    }
    let Some(constraint) = constraint.map(str::trim) else { return true };
    let end = constraint.find(|c| !matches!(c, '<' | '=' | '>')).unwrap_or(constraint.len());
    let (operator, bound) = constraint.split_at(end);
    let order = compare(version, bound.trim());
    match operator {
        "<<" => order.is_lt(),
        "<=" | "<" => order.is_le(),
        "=" => order.is_eq(),
        ">=" | ">" => order.is_ge(),
        ">>" => order.is_gt(),
        _ => false,
    }
}

/// The order of deb-version(7).
fn compare(left: &str, right: &str) -> Ordering {
    let split = |version: &str| -> (u64, String, String) {
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (epoch.parse().unwrap_or(0), upstream.to_owned(), revision.to_owned())
    };
    let (left, right) = (split(left), split(right));
    left.0
        .cmp(&right.0)
        .then_with(|| compare_part(left.1.as_bytes(), right.1.as_bytes()))
        .then_with(|| compare_part(left.2.as_bytes(), right.2.as_bytes()))
}

/// Runs of other characters and runs of digits in turn.
fn compare_part(mut left: &[u8], mut right: &[u8]) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let (left_text, left_rest) = left.split_at(run(left, false));
        let (right_text, right_rest) = right.split_at(run(right, false));
        let longest = left_text.len().max(right_text.len());
        let weights = |text: &[u8], at: usize| weight(text.get(at).copied());
        for at in 0..longest {
            let order = weights(left_text, at).cmp(&weights(right_text, at));
            if order.is_ne() {
                return order;
            }
        }
        let (left_digits, left_rest) = left_rest.split_at(run(left_rest, true));
        let (right_digits, right_rest) = right_rest.split_at(run(right_rest, true));
        let order = number(left_digits).cmp(&number(right_digits));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

fn run(text: &[u8], digits: bool) -> usize {
    text.iter().position(|byte| byte.is_ascii_digit() != digits).unwrap_or(text.len())
}

/// `~` sorts before the end, letters before all else.
fn weight(character: Option<u8>) -> i32 {
    match character {
        Some(b'~') => -1,
        None => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(letter),
        Some(other) => i32::from(other) + 256,
    }
}

/// Comparable without a limit on length: the number of digits that count, then the digits.
fn number(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    (digits.len() - zeros, &digits[zeros..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_debian_does() {
        let ascending = [
            "0~~",
            "0~",
            "0",
            "0a",
            "0+",
            "0.1",
            "1.0~rc1-1",
            "1.0-0",
            "1.0-1",
            "1.0-1+b1",
            "1.0-1.1",
            "1.0-10",
            "1.0a-1",
            "1.00b-1",
            "1:0.1",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare("0:1.0", "1.0-"), Ordering::Equal);
    }

    #[test]
    fn relations_name_packages_and_versions() {
        for (relation, matched) in [
            ("base", true),
            (" base (<< 2.0~)", true),
            ("base (<< 1.5)", false),
            ("base(<=1.5)", true),
            ("base:any (= 1.5)", true),
            ("base (>> 1.5)", false),
            ("basement", false),
            ("base (?? 1)", false),
        ] {
            assert_eq!(matches(relation, "base", "1.5"), matched, "{relation}");
        }
    }
}
