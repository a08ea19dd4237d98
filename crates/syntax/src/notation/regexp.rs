//! Regular expressions as Ruby shows them.
//!
//! Deliberately unaware of what a pattern means, and of whether it is one.

/// The pattern, in a group that spells out the options where Ruby takes the pattern for one of a fixed
/// encoding. It sets an option for that, and Puppet writes the group for every option that is set.
pub(super) fn shown(pattern: &str) -> String {
    if has_fixed_encoding(pattern) { format!("(?-imx:{pattern})") } else { pattern.to_owned() }
}

/// Whether Ruby ties the pattern to UTF-8: for a character beyond ASCII, written or escaped, or a property.
fn has_fixed_encoding(pattern: &str) -> bool {
    if !pattern.is_ascii() {
        return true;
    }
    let mut rest = pattern;
    while let Some(start) = rest.find('\\') {
        let escape = &rest[start + 1..];
        if escape_is_beyond_ascii(escape) {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// Whether what follows a backslash is a character beyond ASCII, or a property.
fn escape_is_beyond_ascii(escape: &str) -> bool {
    let beyond = |digits: &str, radix: u32| u32::from_str_radix(digits, radix).is_ok_and(|code| code > 0x7f);
    let digits = |text: &str, most: usize, radix: u32| {
        text.chars().take(most).take_while(|digit| digit.is_digit(radix)).count()
    };
    match escape.as_bytes().first() {
        Some(b'p' | b'P') => true,
        Some(b'u') if escape[1..].starts_with('{') => {
            let list = escape[2..].split('}').next().unwrap_or_default();
            list.split_ascii_whitespace().any(|code| beyond(code, 16))
        }
        Some(b'u') => beyond(&escape[1..1 + digits(&escape[1..], 4, 16)], 16),
        Some(b'x') => beyond(&escape[1..1 + digits(&escape[1..], 2, 16)], 16),
        Some(b'0'..=b'3' | b'5'..=b'7') => beyond(&escape[..digits(escape, 3, 8)], 8),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_ties_a_pattern_to_an_encoding_puts_it_in_a_group() {
        for plain in
            ["a/b", r"\x41", r"\u0041", r"\u{41 7f}", r"\\u00e9", r"\1", r"\177", r"\C-a", "(?i)a", "\\"]
        {
            assert_eq!(shown(plain), plain);
        }
        for fixed in [
            "é",
            r"\é",
            r"\u00e9",
            r"\u{41 e9}",
            r"\xc3\xa9",
            r"\303\251",
            r"\p{Alpha}",
            r"\P{Alpha}",
            "a # é",
        ] {
            assert_eq!(shown(fixed), format!("(?-imx:{fixed})"));
        }
    }
}
