//! The names of character properties that Ruby knows, as in `\p{Greek}`.
//!
//! The list beside this file was recorded from Ruby: one normalised name a line, in byte order. A name that
//! no Rust crate knows has its code points behind it: `first-last`, hexadecimal, separated by blanks.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

static LINES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let lines = include_str!("properties.txt").lines();
    lines.map(|line| line.split_once(' ').unwrap_or((line, ""))).collect()
});

/// Index in the list of a name as written, if Ruby knows it. Blanks, `-`, `_` and case do not count.
pub(crate) fn find(name: &[char]) -> Option<usize> {
    let normal: String = name
        .iter()
        .filter(|character| !matches!(character, ' ' | '-' | '_'))
        .map(char::to_ascii_lowercase)
        .collect();
    LINES.binary_search_by_key(&normal.as_str(), |line| line.0).ok()
}

/// The normalised name at an index.
pub(crate) fn name(index: usize) -> &'static str {
    LINES[index].0
}

/// The recorded code points at an index; none for a name that is known elsewhere.
pub(crate) fn ranges(index: usize) -> impl Iterator<Item = RangeInclusive<u32>> {
    LINES[index].1.split_ascii_whitespace().filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(u32::from_str_radix(first, 16).ok()?..=u32::from_str_radix(last, 16).ok()?)
    })
}
