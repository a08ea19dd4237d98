//! Floats by a directive: `%f`, `%e`, `%g`, `%a`, with Ruby's own rounding.

use super::directive::Directive;

impl Directive {
    /// A float: `f`, `e`, `g`, `a`, and these in capitals.
    pub(crate) fn float(&self, letter: char, value: f64) -> String {
        if !value.is_finite() {
            let name = if value.is_nan() { "NaN" } else { "Inf" };
            let sign = self.sign(value < 0.0);
            return self.filled(&format!("{sign}{name}"));
        }
        let magnitude = value.abs();
        let asked = self.precision.unwrap_or(6);
        let (precision, more) = (asked.min(DIGITS), asked.saturating_sub(DIGITS));
        let body = match letter.to_ascii_lowercase() {
            'e' => with_zeros(scientific(magnitude, precision, self.alternate), more),
            'g' if self.alternate => with_zeros(general(magnitude, precision, true), more),
            'g' => general(magnitude, precision, false),
            'a' => hexadecimal(magnitude, self.precision, self.alternate),
            _ => with_zeros(fixed(magnitude, precision, self.alternate), more),
        };
        let (mark, body) = body.strip_prefix("0x").map_or(("", body.as_str()), |digits| ("0x", digits));
        let sign = self.sign(value.is_sign_negative());
        let length = sign.len() + mark.len() + body.len();
        let zeros = if self.zero && !self.minus { self.width.unwrap_or(0).saturating_sub(length) } else { 0 };
        let text = format!("{sign}{mark}{}{body}", "0".repeat(zeros));
        self.filled(&if letter.is_ascii_uppercase() { text.to_ascii_uppercase() } else { text })
    }
}

/// The most digits that a float has after its point; all that follow are zeros.
const DIGITS: usize = 1_100;

/// With so many zeros after the last digit of the number.
fn with_zeros(text: String, count: usize) -> String {
    if count == 0 {
        return text;
    }
    let (number, exponent) = text.split_at(text.find('e').unwrap_or(text.len()));
    format!("{number}{}{exponent}", "0".repeat(count))
}

/// The most digits that Ruby makes with floats alone.
const QUICK: i32 = 14;

/// What Ruby takes for a tie: what floats cannot tell from one. Of these it keeps the even digit. `long` has
/// all digits, of which `kept` bytes are asked for; absent where it is no tie.
fn tie(magnitude: f64, long: &str, kept: usize, significant: i32) -> Option<String> {
    if magnitude == 0.0 || !(1..=QUICK).contains(&significant) {
        return None;
    }
    let (before, after) = (long.get(..kept)?, long.get(kept..)?);
    let rest: f64 = format!("0.{}", after.trim_start_matches('.')).parse().ok()?;
    let power = i32::try_from(magnitude.log10().floor() as i64).ok()?;
    let first = magnitude / 10_f64.powi(power);
    let tolerance = (2.0 * first + 7.0) * f64::EPSILON * 10_f64.powi(significant - 1);
    if (rest - 0.5).abs() > tolerance {
        return None;
    }
    let odd = before.bytes().rev().find(u8::is_ascii_digit).is_some_and(|digit| digit % 2 == 1);
    Some(if odd { next_digit(before) } else { before.to_owned() })
}

/// A decimal number with one more in its last place.
fn next_digit(digits: &str) -> String {
    let mut digits = digits.as_bytes().to_vec();
    for digit in digits.iter_mut().rev().filter(|digit| digit.is_ascii_digit()) {
        if *digit < b'9' {
            *digit += 1;
            return digits.iter().map(|digit| char::from(*digit)).collect();
        }
        *digit = b'0';
    }
    std::iter::once('1').chain(digits.iter().map(|digit| char::from(*digit))).collect()
}

/// Digits enough to tell a tie from what is next to it.
const MORE: usize = 40;

fn fixed(magnitude: f64, precision: usize, point: bool) -> String {
    let rounded = || {
        let digits = i32::try_from(precision).ok()? + 1 + magnitude.log10().floor() as i32;
        if !(1..=QUICK).contains(&digits) {
            return None;
        }
        let long = format!("{magnitude:.*}", precision + MORE);
        let whole = long.find('.')?;
        let kept = if precision == 0 { whole } else { whole + 1 + precision };
        tie(magnitude, &long, kept, digits)
    };
    let text = rounded().unwrap_or_else(|| format!("{magnitude:.precision$}"));
    if point && precision == 0 { format!("{text}.") } else { text }
}

/// As Rust writes it, `1.5e-7`, with Ruby's rounding.
fn rounded_scientific(magnitude: f64, precision: usize) -> String {
    let rounded = || {
        if precision >= DIGITS {
            return None;
        }
        let long = format!("{magnitude:.*e}", precision + MORE);
        let (digits, exponent) = long.split_once('e')?;
        let kept = if precision == 0 { 1 } else { 2 + precision };
        let text = tie(magnitude, digits, kept, i32::try_from(precision + 1).ok()?)?;
        // A ten before the point is a one, with the point moved.
        if text.find('.').unwrap_or(text.len()) == 1 {
            return Some(format!("{text}e{exponent}"));
        }
        let zeros = "0".repeat(precision);
        let point = if precision == 0 { "" } else { "." };
        Some(format!("1{point}{zeros}e{}", exponent.parse::<i32>().ok()? + 1))
    };
    rounded().unwrap_or_else(|| format!("{magnitude:.precision$e}"))
}

fn scientific(magnitude: f64, precision: usize, point: bool) -> String {
    let text = rounded_scientific(magnitude, precision);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if point && precision == 0 { "." } else { "" };
    let power: i32 = exponent.parse().unwrap_or(0);
    format!("{digits}{point}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
}

/// The shorter of the two, with as many digits as asked for.
fn general(magnitude: f64, precision: usize, keep_zeros: bool) -> String {
    let digits = precision.max(1);
    let text = rounded_scientific(magnitude, digits - 1);
    let power: i64 = text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let limit = i64::try_from(digits).unwrap_or(i64::MAX);
    if power < -4 || power >= limit {
        let text = scientific(magnitude, digits - 1, keep_zeros);
        let (number, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        let number = if keep_zeros { number } else { without_zeros(number) };
        return format!("{number}e{exponent}");
    }
    let places = usize::try_from(limit - 1 - power).unwrap_or(0);
    let text = fixed(magnitude, places, keep_zeros);
    if keep_zeros { text } else { without_zeros(&text).to_owned() }
}

fn without_zeros(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// `0x1.8p+1`. Of ties it keeps the even digit.
fn hexadecimal(magnitude: f64, precision: Option<usize>, point: bool) -> String {
    let bits = magnitude.to_bits();
    let (mut mantissa, mut power) = (bits & ((1 << 52) - 1), i64::try_from(bits >> 52).unwrap_or(0) - 1_023);
    let mut lead = u32::from(magnitude != 0.0);
    if magnitude == 0.0 {
        power = 0;
    } else if power == -1_023 {
        // Numbers too small for a leading one are given it.
        let shift = mantissa.leading_zeros() - 11;
        mantissa = mantissa << shift & ((1 << 52) - 1);
        power = -1_022 - i64::from(shift);
    }
    let all = format!("{mantissa:013x}");
    let digits = match precision {
        None => all.trim_end_matches('0').to_owned(),
        Some(precision) if precision >= all.len() => all.clone() + &"0".repeat(precision - all.len()),
        Some(precision) => {
            let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0);
            let mut kept: Vec<u32> =
                std::iter::once(lead).chain(all.bytes().take(precision).map(value)).collect();
            let next = all.as_bytes().get(precision).copied().map_or(0, value);
            let beyond = all.bytes().skip(precision + 1).any(|digit| digit != b'0');
            if next > 8 || next == 8 && (beyond || kept.last().is_some_and(|last| last % 2 == 1)) {
                for digit in kept.iter_mut().rev() {
                    *digit = (*digit + 1) % 16;
                    if *digit != 0 {
                        break;
                    }
                }
            }
            lead = kept.first().copied().unwrap_or(0);
            if lead == 2 && point {
                (lead, power) = (1, power + 1);
            }
            kept.iter().skip(1).filter_map(|digit| char::from_digit(*digit, 16)).collect()
        }
    };
    let mark = if digits.is_empty() && !point { "" } else { "." };
    format!("0x{lead}{mark}{digits}p{}{}", if power < 0 { '-' } else { '+' }, power.abs())
}
