//! One directive of Ruby's `sprintf`, its flags read already: numbers and texts at a width and a precision.

/// The most characters that a width or a precision asks for. Ruby would fill gigabytes.
const MOST: usize = 1 << 24;

/// What stands between `%` and the letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directive {
    /// `+`
    pub plus: bool,
    /// A blank.
    pub space: bool,
    /// `-`
    pub minus: bool,
    /// `0`
    pub zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// What follows the point.
    pub precision: Option<usize>,
}

/// A whole number of any size that a value can stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whole {
    /// Of 128 bits.
    Integer(i128),
    /// A float without a fraction, too large for that.
    Float(f64),
}

impl Whole {
    /// A float without its fraction.
    #[expect(clippy::cast_possible_truncation, reason = "floats of that size are told apart before")]
    pub(crate) fn of_float(value: f64) -> Self {
        if value.abs() < 1e38 { Self::Integer(value.trunc() as i128) } else { Self::Float(value) }
    }

    fn is_negative(self) -> bool {
        match self {
            Self::Integer(value) => value < 0,
            Self::Float(value) => value < 0.0,
        }
    }

    fn decimal(self) -> String {
        match self {
            Self::Integer(value) => value.unsigned_abs().to_string(),
            Self::Float(value) => format!("{:.0}", value.abs()),
        }
    }

    /// The digits of its magnitude in base 2.
    fn binary(self) -> String {
        match self {
            Self::Integer(value) => format!("{:b}", value.unsigned_abs()),
            Self::Float(value) => {
                let bits = value.to_bits();
                let exponent = usize::try_from(bits >> 52 & 0x7ff).unwrap_or(0).saturating_sub(1_075);
                let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
                format!("{mantissa:b}{}", "0".repeat(exponent))
            }
        }
    }
}

impl Directive {
    /// Whether a width or a precision is more than is ever written.
    pub(crate) fn too_big(number: usize) -> bool {
        number > MOST
    }

    /// A text, cut to the precision and filled to the width.
    pub(crate) fn text(&self, text: &str) -> String {
        let cut: String;
        let text = match self.precision {
            Some(precision) if text.chars().nth(precision).is_some() => {
                cut = text.chars().take(precision).collect();
                &cut
            }
            _ => text,
        };
        self.filled(text)
    }

    /// Filled to the width with blanks.
    pub(super) fn filled(&self, text: &str) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        let blanks = " ".repeat(missing);
        if self.minus { format!("{text}{blanks}") } else { format!("{blanks}{text}") }
    }

    /// An integer: `d` and its like in base 10, `o`, `x`, `X`, `b`, `B`.
    pub(crate) fn integer(&self, letter: char, value: Whole) -> String {
        let (bits, mut prefix) = match letter {
            'o' => (3, "0"),
            'x' => (4, "0x"),
            'X' => (4, "0X"),
            'b' => (1, "0b"),
            'B' => (1, "0B"),
            _ => (0, ""),
        };
        let signed = bits == 0 || self.plus || self.space;
        // Without a sign, negative numbers go on with their first digit for ever: `..f01`.
        let endless = !signed && value.is_negative();
        let mut digits = match (bits, endless) {
            (0, _) => value.decimal(),
            (bits, true) => complement(&value.binary(), bits),
            (bits, false) => grouped(&value.binary(), bits),
        };
        if letter == 'X' {
            digits.make_ascii_uppercase();
        }
        let mut precision = self.precision;
        if endless {
            precision = precision.map(|precision| precision.saturating_sub(2));
        }
        let wide_enough = precision.is_some_and(|precision| precision > digits.len());
        if !self.alternate || bits == 3 && (endless || wide_enough) {
            prefix = "";
        } else if digits == "0" {
            // The prefix of an octal number is its zero.
            if bits == 3 {
                digits.clear();
            } else {
                prefix = "";
            }
        }
        if precision == Some(0) && digits == "0" && prefix.is_empty() && !self.alternate {
            digits.clear();
        }
        let sign = if signed { self.sign(value.is_negative()) } else { "" };
        let dots = if endless { ".." } else { "" };
        let before = sign.len() + prefix.len() + dots.len();
        let zeros = self.zero && !self.minus && self.precision.is_none();
        let length =
            if zeros { self.width.unwrap_or(0).saturating_sub(before) } else { precision.unwrap_or(0) };
        let fill = match digits.chars().next() {
            Some(first) if endless => first,
            _ => '0',
        };
        let fill: String = std::iter::repeat_n(fill, length.saturating_sub(digits.len())).collect();
        self.filled(&format!("{sign}{prefix}{dots}{fill}{digits}"))
    }

    pub(super) fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }
}

/// Binary digits as digits of as many bits.
fn grouped(binary: &str, bits: usize) -> String {
    let padded = padded(binary, binary.len().div_ceil(bits) * bits);
    digits_of(padded.as_bytes(), bits)
}

fn padded(binary: &str, length: usize) -> String {
    format!("{}{binary}", "0".repeat(length.saturating_sub(binary.len())))
}

fn digits_of(binary: &[u8], bits: usize) -> String {
    let value = |chunk: &[u8]| chunk.iter().fold(0, |value, bit| value << 1 | u32::from(bit & 1));
    binary.chunks(bits).filter_map(|chunk| char::from_digit(value(chunk), 16)).collect()
}

/// The digits of a negative number of this magnitude, the first of which stands for all before it.
fn complement(magnitude: &str, bits: usize) -> String {
    let length = (magnitude.len() + 1).div_ceil(bits) * bits;
    let mut binary: Vec<u8> = padded(magnitude, length).bytes().map(|bit| bit ^ 1).collect();
    for bit in binary.iter_mut().rev() {
        *bit ^= 1;
        if *bit == b'1' {
            break;
        }
    }
    let digits = digits_of(&binary, bits);
    let first = char::from_digit((1 << bits) - 1, 16).unwrap_or('1');
    format!("{first}{}", digits.trim_start_matches(first))
}
