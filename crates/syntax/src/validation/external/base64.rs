//! Base64, as strict as Ruby's `strict_decode64` behind the removal of space.

/// What is wrong with the text, if anything.
pub(super) fn check(text: &str) -> Option<String> {
    // The question mark is a slip in Puppet's own pattern.
    let text: String = text.chars().filter(|&c| !matches!(c, '\r' | '\n' | '?') && !is_blank(c)).collect();
    let problem = if is_strict(text.as_bytes()) {
        return None;
    } else if (text.len() * 8).is_multiple_of(6) {
        "contains letters outside strict base 64 range (or whitespace)"
    } else {
        "padding is not correct"
    };
    Some(format!("Base64 syntax checker: Cannot parse invalid Base64 string - {problem}"))
}

/// A tab or one of Unicode's spaces.
fn is_blank(character: char) -> bool {
    matches!(
        character,
        '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Groups of four letters, the last padded, no bit set that is not part of a byte.
fn is_strict(text: &[u8]) -> bool {
    let (groups, last) = text.split_at(text.len().saturating_sub(1) / 4 * 4);
    let all = |letters: &[u8]| letters.iter().all(|&letter| sextet(letter).is_some());
    all(groups)
        && match *last {
            [] => true,
            [a, b, b'=', b'='] => all(&[a]) && sextet(b).is_some_and(|bits| bits & 0b1111 == 0),
            [a, b, c, b'='] => all(&[a, b]) && sextet(c).is_some_and(|bits| bits & 0b11 == 0),
            [_, _, _, _] => all(last),
            _ => false,
        }
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_strict_base64_passes() {
        for good in ["", "aGVsbG8=", "aGVs\n bG8=\n", "aA==", "YWJj", "aG?Vs"] {
            assert_eq!(super::check(good), None, "`{good}`");
        }
        for (bad, problem) in [
            ("a", "padding"),
            ("aGVsbG8", "padding"),
            ("a-_a", "padding"),
            ("$$$", "letters"),
            ("aB==", "padding"),
        ] {
            assert!(super::check(bad).is_some_and(|message| message.contains(problem)), "`{bad}`");
        }
    }
}
