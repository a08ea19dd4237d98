//! Texts that are numbers, as Ruby's `Integer` and `Float` read them.

/// An integer: blanks around it, a sign, a prefix that says or repeats the base, digits with single `_`
/// between them. Of base 0 the prefix alone says it. Absent for what is none.
pub(crate) fn integer(text: &str, base: u32) -> Option<i128> {
    let text = text.trim_matches(is_blank);
    let (negative, rest) = sign(text);
    let prefixes =
        [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8), ("0d", 10), ("0D", 10)];
    let prefix =
        prefixes.iter().find(|(prefix, own)| rest.starts_with(prefix) && (base == 0 || base == *own));
    let (base, digits) = match prefix {
        Some((prefix, own)) => (*own, rest.get(prefix.len()..)?),
        None if base != 0 => (base, rest),
        None if rest.len() > 1 && rest.starts_with('0') => {
            (8, rest.get(1..)?.strip_prefix('_').unwrap_or(rest.get(1..)?))
        }
        None => (10, rest),
    };
    let magnitude = i128::from_str_radix(&without_underscores(digits)?, base).ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

/// A float: digits before and after the point, an exponent, or hexadecimal digits. Absent for what is none.
pub(crate) fn float(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_blank);
    let (negative, rest) = sign(text);
    let magnitude = match rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
        Some(digits) => hexadecimal(&without_underscores(digits)?)?,
        None => decimal(rest)?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

fn decimal(text: &str) -> Option<f64> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut plain = without_underscores(whole).filter(|digits| is_number(digits))?;
    if let Some(fraction) = fraction {
        let digits = without_underscores(fraction).filter(|digits| is_number(digits))?;
        plain.push('.');
        plain.push_str(&digits);
    }
    if let Some(exponent) = exponent {
        let (negative, digits) = sign(exponent);
        let digits = without_underscores(digits).filter(|digits| is_number(digits))?;
        plain.push_str(if negative { "e-" } else { "e" });
        plain.push_str(&digits);
    }
    plain.parse().ok()
}

#[expect(clippy::cast_precision_loss, reason = "a float has no more digits")]
fn hexadecimal(text: &str) -> Option<f64> {
    let (number, power) = match text.split_once(['p', 'P']) {
        Some((number, power)) => (number, power.parse().ok()?),
        None => (text, 0_i32),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    let value = u128::from_str_radix(&digits, 16).ok()? as f64;
    let places = i32::try_from(fraction.len()).ok()?.saturating_mul(4);
    Some(value * 2_f64.powi(power.saturating_sub(places)))
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The digits without the `_` between them; absent where they stand elsewhere.
fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.is_empty()
        || digits.starts_with(['_', '+', '-'])
        || digits.ends_with('_')
        || digits.contains("__");
    (!misplaced).then(|| digits.replace('_', ""))
}

fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\x0b'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let cases = [
            ("12", 0, Some(12)),
            (" -0x1F ", 0, Some(-31)),
            ("010", 0, Some(8)),
            ("08", 0, None),
            ("0", 0, Some(0)),
            ("0b11", 16, Some(0xb11)),
            ("0b11", 8, None),
            ("1_000", 0, Some(1000)),
            ("1__0", 0, None),
            ("- 1", 0, None),
            ("", 0, None),
        ];
        for (text, base, expected) in cases {
            assert_eq!(integer(text, base), expected, "{text}");
        }
    }

    #[test]
    fn floats() {
        let cases = [
            ("1.5", Some(1.5)),
            ("1.", None),
            (".5", None),
            ("0x1F", Some(31.0)),
            ("1_0.2_5e-1", Some(1.025)),
            ("abc", None),
        ];
        for (text, expected) in cases {
            assert_eq!(float(text), expected, "{text}");
        }
    }
}
