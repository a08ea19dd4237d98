//! What a plain scalar is by YAML 1.2's core schema, and where YAML 1.1 would disagree.

use super::Data;

/// The core schema's reading of a plain text.
pub(super) fn resolve(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        _ => {}
    }
    if is_ambiguous(text) {
        return Data::Ambiguous;
    }
    integer(text).map(Data::Integer).or_else(|| float(text).map(Data::Float)).unwrap_or(Data::String)
}

/// Whether Ruby, which reads YAML 1.1, makes a boolean or another number of it.
fn is_ambiguous(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let padded = unsigned.len() > 1 && unsigned.starts_with('0') && all_digits(unsigned);
    let word = ["yes", "no", "on", "off"].into_iter().any(|word| text.eq_ignore_ascii_case(word));
    padded || word
}

fn integer(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        // `from_str_radix` would take a sign here.
        return digits
            .starts_with(|c: char| c.is_ascii_hexdigit())
            .then(|| i64::from_str_radix(digits, 16))?
            .ok();
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all_digits(digits).then(|| i64::from_str_radix(digits, 8))?.ok();
    }
    all_digits(text.strip_prefix(['-', '+']).unwrap_or(text)).then(|| text.parse())?.ok()
}

fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    // Rust also reads `inf` and `nan`, and refuses nothing else that has only these characters.
    let numeric = unsigned.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'-' | b'+'));
    let starts = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    (numeric && starts && unsigned.bytes().any(|byte| byte.is_ascii_digit())).then(|| text.parse())?.ok()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let cases = [
            ("80", Data::Integer(80)),
            ("-7", Data::Integer(-7)),
            ("0", Data::Integer(0)),
            ("0x1F", Data::Integer(31)),
            ("0o17", Data::Integer(15)),
            ("1.5", Data::Float(1.5)),
            (".5", Data::Float(0.5)),
            ("-1e3", Data::Float(-1000.0)),
            ("99999999999999999999", Data::Float(1e20)),
            ("-.inf", Data::Float(f64::NEG_INFINITY)),
            ("True", Data::Bool(true)),
            ("~", Data::Null),
            ("Yes", Data::Ambiguous),
            ("0644", Data::Ambiguous),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text), expected, "{text}");
        }
        for text in [
            "trixie", "1.2.3", "80/tcp", "0x", "0x-1", "0o8", "inf", "nan", "-", "+", ".", "e", "1_000",
            "12:30", ".",
        ] {
            assert_eq!(resolve(text), Data::String, "{text}");
        }
    }
}
