//! `versioncmp`.

use std::cmp::Ordering;

use crate::prelude::*;

/// Compares two version numbers: -1, 0 or 1.
pub(crate) static VERSIONCMP: Function = Function {
    name: "versioncmp",
    summary: "Compares two version numbers: -1, 0 or 1.",
    dispatches: &[Dispatch {
        signature: "(String $a, String $b, Boolean $ignore_trailing_zeroes = false)",
        run,
    }],
    examples: &[
        Example { code: "versioncmp('2.10', '2.9')", gives: "1" },
        Example { code: "versioncmp('1.0', '1.0.0', true)", gives: "0" },
    ],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let text = |index| arguments.get(index).as_str().unwrap_or_default();
    let (left, right) = (text(0), text(1));
    let order = if arguments.get(2).is_truthy() {
        compare(&normalized(left)?, &normalized(right)?)
    } else {
        compare(left, right)
    };
    Ok(Value::Integer(order as i64))
}

/// Without zeros and dots at the end of what stands before the first dash.
fn normalized(version: &str) -> Result<String, Raised> {
    let version = version.trim_end_matches('-');
    if version.is_empty() {
        return fail("undefined method `sub!' for nil");
    }
    let (first, rest) = version.split_at(version.find('-').unwrap_or(version.len()));
    Ok(format!("{}{rest}", first.trim_end_matches(['.', '0'])))
}

fn compare(left: &str, right: &str) -> Ordering {
    for (a, b) in parts(left).zip(parts(right)) {
        if a == b {
            continue;
        }
        match (a, b) {
            ("-", _) => return Ordering::Less,
            (_, "-") => return Ordering::Greater,
            (".", _) => return Ordering::Less,
            (_, ".") => return Ordering::Greater,
            _ => {}
        }
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let octal = a.starts_with('0') || b.starts_with('0');
        if is_number(a) && is_number(b) && !octal {
            // Without leading zeros, the longer number is the greater.
            return a.len().cmp(&b.len()).then_with(|| a.cmp(b));
        }
        return a.to_uppercase().cmp(&b.to_uppercase());
    }
    left.cmp(right)
}

/// Dots and dashes, numbers, and what is between them.
fn parts(version: &str) -> impl Iterator<Item = &str> {
    let kind = |character: char| match character {
        '-' | '.' => 0,
        '0'..='9' => 1,
        _ => 2,
    };
    let mut rest = version;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        let end = if first == 0 { 1 } else { rest.find(|other| kind(other) != first).unwrap_or(rest.len()) };
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}
