//! Strings as a manifest writes them.

use std::fmt::Write;

/// Between single quotes; between double ones where there are control characters.
pub fn quoted(text: &str) -> String {
    if text.chars().any(|character| character < ' ') {
        return double_quoted(text);
    }
    let mut result = String::with_capacity(text.len() + 2);
    result.push('\'');
    let mut escaped = false;
    for character in text.chars() {
        // A backslash escapes what follows it, whatever that is, so both are written as they are.
        if escaped {
            result.push('\\');
            result.push(character);
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else {
            if character == '\'' {
                result.push('\\');
            }
            result.push(character);
        }
    }
    if escaped {
        result.push('\\');
    }
    result.push('\'');
    result
}

/// Between double quotes.
pub fn double_quoted(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 2);
    result.push('"');
    for character in text.chars() {
        match character {
            '\t' => result.push_str("\\t"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '"' => result.push_str("\\\""),
            '$' => result.push_str("\\$"),
            '\\' => result.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(result, "\\u{{{:X}}}", u32::from(control));
            }
            other => result.push(other),
        }
    }
    result.push('"');
    result
}
