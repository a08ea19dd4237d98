//! What Psych makes of an untagged plain scalar: YAML 1.1 as Ruby understands it.
//!
//! Follows Psych 5's order of tests, which decides where two of them would match. Ruby's `^` and `$` stand at
//! line breaks, so that a short folded scalar can be a boolean by one of its lines; this is kept.

use values::Value;

/// What a scalar stands for, before it is known where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Value(Value),
    /// `:name`, a Ruby symbol. Puppet takes it as a key, and as the value `default`.
    Symbol(String),
}

/// Why a scalar cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusal {
    /// A Ruby class that safe loading does not make: `Date`, `Time`.
    Class(String),
    /// A message of Ruby's own.
    Message(String),
}

/// Reads a plain scalar without a tag.
pub(super) fn resolve(text: &str) -> Result<Scalar, Refusal> {
    if text.is_empty() {
        return Ok(Scalar::Value(Value::Undef));
    }
    if text.contains('\n') || text.lines().any(begins_as_word) {
        return Ok(Scalar::Value(word(text)));
    }
    let lower = text.to_ascii_lowercase();
    let value = if is_time(text) {
        return Err(Refusal::Class("Time".to_owned()));
    } else if is_date(text) {
        return Err(Refusal::Class("Date".to_owned()));
    } else if lower == ".inf" || lower == "+.inf" {
        Value::Float(f64::INFINITY)
    } else if lower == "-.inf" {
        Value::Float(f64::NEG_INFINITY)
    } else if lower == ".nan" {
        Value::Float(f64::NAN)
    } else if let Some(name) = text.strip_prefix(':').filter(|name| !name.is_empty()) {
        return Ok(symbol(name));
    } else {
        number(text)?.unwrap_or_else(|| Value::string(text))
    };
    Ok(Scalar::Value(value))
}

/// A symbol's name without the quotes around it.
fn symbol(name: &str) -> Scalar {
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        let rest = name.strip_prefix(quote)?;
        rest.rfind(quote).map(|end| &rest[..end])
    });
    let name = quoted.map_or(name, |inner| inner.strip_prefix(':').unwrap_or(inner));
    if name == "default" { Scalar::Value(Value::Default) } else { Scalar::Symbol(name.to_owned()) }
}

/// Psych's first test, which keeps most strings from all others: a letter or a sign that begins no number,
/// perhaps behind one other character.
fn begins_as_word(line: &str) -> bool {
    let mut characters = line.chars();
    let Some(first) = characters.next() else { return false };
    if is_wordy(first) {
        return true;
    }
    !matches!(first, '0'..='9' | '.' | ':' | '-') && characters.next().is_some_and(is_wordy)
}

fn is_wordy(character: char) -> bool {
    character.is_alphabetic()
        || matches!(character, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
        || "_!@#$%^&*(){}<>|/\\~;=".contains(character)
}

fn word(text: &str) -> Value {
    let other = || Value::string(text);
    if text.chars().count() > 5 {
        return other();
    }
    let begins_otherwise =
        |line: &str| line.chars().next().is_some_and(|first| !"ytonf~".contains(first.to_ascii_lowercase()));
    // A line break is itself no such letter where a line is empty.
    if text.split('\n').any(begins_otherwise) || text.contains("\n\n") || text.starts_with('\n') {
        return other();
    }
    let any = |words: &[&str]| {
        text.split('\n').any(|line| words.iter().any(|word| line.eq_ignore_ascii_case(word)))
    };
    if text == "~" || any(&["null"]) {
        Value::Undef
    } else if any(&["yes", "true", "on"]) {
        Value::Boolean(true)
    } else if any(&["no", "false", "off"]) {
        Value::Boolean(false)
    } else {
        other()
    }
}

/// The base 60, floating point and integer forms, in this order.
fn number(text: &str) -> Result<Option<Value>, Refusal> {
    if let Some(value) = base_sixty(text) {
        return Ok(Some(value));
    }
    if let Some(float) = float(text) {
        return float.map(|value| Some(Value::Float(value)));
    }
    integer(text)
}

/// `1:30` is 5400: Psych reads hours, minutes, seconds, the last of which may be missing.
fn base_sixty(text: &str) -> Option<Value> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = whole.split(':').collect();
    let (first, rest) = parts.split_first()?;
    let digits = first.strip_prefix(['-', '+']).unwrap_or(first);
    let well_formed = (1..=2).contains(&rest.len())
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && consists_of(digits, "0123456789_")
        && rest.iter().all(|part| is_sixtieth(part))
        && fraction.is_none_or(|fraction| consists_of(fraction, "0123456789_"));
    if !well_formed {
        return None;
    }
    let number = |part: &str| part.replace('_', "").parse::<f64>().unwrap_or_default();
    let scale = [3600.0, 60.0, 1.0];
    let mut sum: f64 = parts.iter().zip(scale).map(|(part, scale)| number(part) * scale).sum();
    if let Some(fraction) = fraction {
        let scale = scale[parts.len() - 1];
        let part = number(&format!("{}.{}", parts[parts.len() - 1], fraction));
        sum += (part - number(parts[parts.len() - 1])) * scale;
        return Some(Value::Float(sum));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "sums of integers; beyond 2^53 seconds nobody counts"
    )]
    Some(Value::Integer(sum as i64))
}

fn is_sixtieth(part: &str) -> bool {
    match part.as_bytes() {
        [units] => units.is_ascii_digit(),
        [b'0'..=b'5', units] => units.is_ascii_digit(),
        _ => false,
    }
}

/// Only what has a point is a float to Psych; `1e3` is a string.
fn float(text: &str) -> Option<Result<f64, Refusal>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, rest) = unsigned.split_once('.')?;
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let whole_fits = whole.is_empty()
        || whole.starts_with(|c: char| c.is_ascii_digit()) && consists_of(whole, "0123456789_,");
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|digits| !digits.is_empty() && consists_of(digits, "0123456789"))
    });
    if !whole_fits || !consists_of(fraction, "0123456789") || !exponent_fits || unsigned == "." {
        return None;
    }
    let plain = text.replace(['_', ','], "");
    let digits = plain.replace(".e", "e").replace(".E", "E");
    let digits = digits.strip_suffix('.').unwrap_or(&digits);
    let message = || Refusal::Message(format!("invalid value for Float(): {digits:?}"));
    Some(if whole.is_empty() && fraction.is_empty() {
        Err(message())
    } else {
        digits.parse().map_err(|_| message())
    })
}

/// Binary, octal, decimal and hexadecimal integers; commas and underscores are left out.
fn integer(text: &str) -> Result<Option<Value>, Refusal> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = if let Some(digits) = unsigned.strip_prefix("0b") {
        (digits, 2)
    } else if let Some(digits) = unsigned.strip_prefix("0x") {
        (digits, 16)
    } else if unsigned.len() > 1 && unsigned.starts_with('0') {
        (&unsigned[1..], 8)
    } else {
        (unsigned, 10)
    };
    let fits = match radix {
        10 => is_decimal(digits),
        _ => !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix) || matches!(c, '_' | ',')),
    };
    if !fits {
        return Ok(None);
    }
    let plain = digits.replace(['_', ','], "");
    if plain.is_empty() && radix != 8 {
        let all = text.replace(['_', ','], "");
        return Err(Refusal::Message(format!("invalid value for Integer(): {all:?}")));
    }
    let magnitude = if plain.is_empty() { Ok(0) } else { i128::from_str_radix(&plain, radix) };
    let value = magnitude.ok().map(|value| if negative { -value } else { value });
    Ok(Some(match value.and_then(|value| i64::try_from(value).ok()) {
        Some(value) => Value::Integer(value),
        // Ruby's integers have no end, Puppet's have 64 bits.
        None => {
            let digits = plain.chars().filter_map(|digit| digit.to_digit(radix));
            let magnitude = digits.fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit));
            Value::Float(if negative { -magnitude } else { magnitude })
        }
    }))
}

/// `0`, or digits that begin with another; a comma or underscore must have a digit behind it.
fn is_decimal(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    match bytes {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => {
            let follows = |at: usize| rest.get(at + 1).is_some_and(u8::is_ascii_digit);
            rest.iter().enumerate().all(|(at, byte)| match byte {
                b'0'..=b'9' => true,
                b',' | b'_' => follows(at),
                _ => false,
            })
        }
        _ => false,
    }
}

fn consists_of(text: &str, characters: &str) -> bool {
    text.chars().all(|character| characters.contains(character))
}

/// `2001-01-01`, whatever the month.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len()).then(|| part.parse::<u32>().ok()).flatten()
    };
    let digits = parts.iter().all(|part| consists_of(part, "0123456789"));
    digits
        && year.len() == 4
        && number(month, 2).is_some_and(|month| month <= 12)
        && number(day, 2).is_some_and(|day| day <= 31)
}

/// `2001-01-01 12:30:00.5 +01:00` and its shorter forms.
fn is_time(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let Some(at) = text.find(|c: char| matches!(c, 'T' | 't') || c.is_ascii_whitespace()) else {
        return false;
    };
    let (date, rest) = text.split_at(at);
    let date: Vec<&str> = date.split('-').collect();
    let [year, month, day] = date.as_slice() else { return false };
    let counts = |part: &str, range: std::ops::RangeInclusive<usize>| {
        range.contains(&part.len()) && consists_of(part, "0123456789")
    };
    if !counts(year, 4..=4) || !counts(month, 1..=2) || !counts(day, 1..=2) {
        return false;
    }
    let rest = match rest.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None => rest.trim_start(),
    };
    let mut fields = rest.splitn(3, ':');
    let (Some(hour), Some(minute), Some(rest)) = (fields.next(), fields.next(), fields.next()) else {
        return false;
    };
    let Some((second, rest)) = rest.split_at_checked(2) else { return false };
    if !counts(hour, 1..=2) || !counts(minute, 2..=2) || !counts(second, 2..=2) {
        return false;
    }
    let rest =
        rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = rest.trim_start();
    match zone.strip_prefix(['-', '+']) {
        None => zone.is_empty() && rest.is_empty() || zone == "Z",
        Some(offset) => {
            let (hours, minutes) = match offset.split_once(':') {
                Some((hours, minutes)) => (hours, minutes),
                None if offset.len() > 2 => offset.split_at(offset.len() - 2),
                None => (offset, ""),
            };
            counts(hours, 1..=2) && (minutes.is_empty() || counts(minutes, 2..=2))
        }
    }
}
