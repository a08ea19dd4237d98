//! Ruby's `Kernel#format`: directives with flags, widths and precisions, and its error messages.

use super::arguments::Arguments;
use super::directive::{Directive, Whole};
use super::error::FormatError;
use super::ruby;
use crate::value::Value;

/// Formats values as Ruby's `Kernel#format` does.
pub(crate) fn apply(format: &str, arguments: &[Value]) -> Result<String, FormatError> {
    let mut writer = Writer { rest: format, arguments: Arguments::new(arguments) };
    let mut result = String::with_capacity(format.len());
    while let Some(start) = writer.rest.find('%') {
        result.push_str(writer.rest.get(..start).unwrap_or_default());
        writer.rest = writer.rest.get(start + 1..).unwrap_or_default();
        if writer.rest.is_empty() {
            return Err(FormatError::sprintf("incomplete format specifier; use %% (double %) instead"));
        }
        result.push_str(&writer.directive()?);
    }
    result.push_str(writer.rest);
    Ok(result)
}

struct Writer<'a> {
    rest: &'a str,
    arguments: Arguments<'a>,
}

/// What is known of a directive while it is read.
#[derive(Default)]
struct State {
    directive: Directive,
    any_flag: bool,
    precision_given: bool,
    value: Option<Value>,
    name: Option<String>,
}

impl Writer<'_> {
    /// What follows a `%`.
    fn directive(&mut self) -> Result<String, FormatError> {
        let mut state = State::default();
        loop {
            let Some(letter) = self.rest.chars().next() else { return percent(&state) };
            match letter {
                ' ' | '#' | '+' | '-' | '0' => self.flag(&mut state, letter)?,
                '1'..='9' => self.number_or_place(&mut state)?,
                '<' | '{' => {
                    self.named(&mut state, letter)?;
                    if letter == '{' {
                        let value = self.value(&mut state)?;
                        return Ok(state.directive.text(&ruby::to_s(&value)));
                    }
                }
                '*' => {
                    check_width(&state)?;
                    self.skip(letter);
                    let width = self.counted("width")?;
                    state.directive.minus |= width < 0;
                    state.directive.width = Some(bounded(width.unsigned_abs(), "width")?);
                    state.any_flag = true;
                }
                '.' => self.precision(&mut state)?,
                '\n' | '\0' => return percent(&state),
                letter => {
                    self.skip(letter);
                    return self.conversion(&mut state, letter);
                }
            }
        }
    }

    fn conversion(&mut self, state: &mut State, letter: char) -> Result<String, FormatError> {
        match letter {
            '%' => percent(state),
            's' => {
                let value = self.value(state)?;
                Ok(state.directive.text(&ruby::to_s(&value)))
            }
            'p' => {
                let value = self.value(state)?;
                Ok(state.directive.text(&ruby::inspect(&value)))
            }
            'c' => {
                let value = self.value(state)?;
                character(&mut state.directive, &value)
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'b' | 'B' => {
                let value = ruby::to_whole(&self.value(state)?)?;
                Ok(state.directive.integer(letter, value))
            }
            'f' => match self.value(state)? {
                Value::Integer(value) => Ok(fixed_integer(&state.directive, value)),
                other => Ok(state.directive.float(letter, ruby::to_float(&other)?)),
            },
            'e' | 'E' | 'g' | 'G' | 'a' | 'A' => {
                let value = ruby::to_float(&self.value(state)?)?;
                Ok(state.directive.float(letter, value))
            }
            letter if letter.is_control() || !letter.is_ascii() => {
                Err(FormatError::sprintf("malformed format string"))
            }
            letter => Err(FormatError::sprintf(format!("malformed format string - %{letter}"))),
        }
    }

    fn skip(&mut self, letter: char) {
        self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
    }

    fn flag(&mut self, state: &mut State, letter: char) -> Result<(), FormatError> {
        if state.directive.width.is_some() {
            return Err(FormatError::sprintf("flag after width"));
        }
        if state.precision_given {
            return Err(FormatError::sprintf("flag after precision"));
        }
        let directive = &mut state.directive;
        *match letter {
            ' ' => &mut directive.space,
            '#' => &mut directive.alternate,
            '+' => &mut directive.plus,
            '-' => &mut directive.minus,
            _ => &mut directive.zero,
        } = true;
        state.any_flag = true;
        self.skip(letter);
        Ok(())
    }

    /// `5`, a width, or `5$`, the place of the value.
    fn number_or_place(&mut self, state: &mut State) -> Result<(), FormatError> {
        let number = self.number("width")?;
        if self.rest.starts_with('$') {
            if state.value.is_some() {
                return Err(FormatError::sprintf(format!("value given twice - {number}$")));
            }
            state.value = Some(self.arguments.numbered(number)?);
            self.skip('$');
            return Ok(());
        }
        check_width(state)?;
        state.directive.width = Some(bounded(number as u64, "width")?);
        state.any_flag = true;
        Ok(())
    }

    fn precision(&mut self, state: &mut State) -> Result<(), FormatError> {
        if state.precision_given {
            return Err(FormatError::sprintf("precision given twice"));
        }
        state.precision_given = true;
        state.any_flag = true;
        self.skip('.');
        if self.rest.starts_with('*') {
            self.skip('*');
            let precision = self.counted("precision")?;
            if let Ok(precision) = u64::try_from(precision) {
                state.directive.precision = Some(bounded(precision, "precision")?);
            }
            return Ok(());
        }
        let number = self.number("precision")?;
        state.directive.precision = Some(bounded(number as u64, "precision")?);
        Ok(())
    }

    /// Digits, after which something must follow.
    fn number(&mut self, what: &str) -> Result<usize, FormatError> {
        let end = self.rest.find(|character: char| !character.is_ascii_digit());
        let digits = self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default();
        let number = match digits {
            "" => 0,
            digits => digits.parse::<i32>().map_err(|_| FormatError::sprintf(format!("{what} too big")))?,
        };
        let Some(end) = end else { return Err(FormatError::sprintf("malformed format string - %*[0-9]")) };
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(usize::try_from(number).unwrap_or(0))
    }

    /// A width or a precision that is an argument: `*`, or `*1$`.
    fn counted(&mut self, what: &str) -> Result<i64, FormatError> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let value = if digits > 0 && self.rest.get(digits..).is_some_and(|rest| rest.starts_with('$')) {
            let number = self.number(what)?;
            self.skip('$');
            self.arguments.numbered(number)?
        } else {
            self.arguments.next()?
        };
        match implicit(&value)? {
            Whole::Integer(value) => Ok(i64::try_from(value).unwrap_or(i64::MAX)),
            Whole::Float(_) => Err(FormatError::sprintf(format!("{what} too big"))),
        }
    }

    fn named(&mut self, state: &mut State, open: char) -> Result<(), FormatError> {
        let close = if open == '<' { '>' } else { '}' };
        let Some(end) = self.rest.find(close) else {
            return Err(FormatError::sprintf("malformed name - unmatched parenthesis"));
        };
        let (written, rest) = self.rest.split_at(end + 1);
        let name = written.get(1..end).unwrap_or_default();
        if let Some(earlier) = &state.name {
            return Err(FormatError::sprintf(format!("named{written} after <{earlier}>")));
        }
        state.value = Some(self.arguments.named(written)?);
        state.name = Some(name.to_owned());
        self.rest = rest;
        Ok(())
    }

    fn value(&mut self, state: &mut State) -> Result<Value, FormatError> {
        match state.value.take() {
            Some(value) => Ok(value),
            None => self.arguments.next(),
        }
    }
}

fn check_width(state: &State) -> Result<(), FormatError> {
    if state.directive.width.is_some() {
        return Err(FormatError::sprintf("width given twice"));
    }
    if state.precision_given {
        return Err(FormatError::sprintf("width after precision"));
    }
    Ok(())
}

fn bounded(number: u64, what: &str) -> Result<usize, FormatError> {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    if Directive::too_big(number) { Err(FormatError::sprintf(format!("{what} too big"))) } else { Ok(number) }
}

fn percent(state: &State) -> Result<String, FormatError> {
    if state.any_flag {
        return Err(FormatError::sprintf("invalid format character - %"));
    }
    Ok("%".into())
}

/// An integer that is one without being read.
fn implicit(value: &Value) -> Result<Whole, FormatError> {
    match value {
        Value::Integer(_) | Value::Float(_) | Value::Timespan(_) | Value::Timestamp(_) => {
            ruby::to_whole(value)
        }
        other => Err(FormatError::NotImplicit { name: ruby::class_of(other), kind: "Integer" }),
    }
}

/// The first character of a text, or the one of a number.
fn character(directive: &mut Directive, value: &Value) -> Result<String, FormatError> {
    let text = match value {
        Value::String(text) => Some(text.to_string()),
        Value::Uri(uri) => Some(uri.to_string()),
        _ => None,
    };
    if let Some(text) = text {
        directive.precision = Some(1);
        return Ok(directive.text(&text));
    }
    let Whole::Integer(code) = implicit(value)? else {
        return Err(FormatError::sprintf("invalid character"));
    };
    let character = u32::try_from(code).ok().and_then(char::from_u32);
    let character = character.ok_or_else(|| FormatError::sprintf("invalid character"))?;
    directive.precision = None;
    Ok(directive.text(character.encode_utf8(&mut [0; 4])))
}

/// `%f` of an integer, without the loss of becoming a float.
fn fixed_integer(directive: &Directive, value: i64) -> String {
    let precision = directive.precision.unwrap_or(6);
    let point = if precision > 0 { "." } else { "" };
    let fraction = format!("{point}{}", "0".repeat(precision));
    let room = directive.width.map(|width| width.saturating_sub(fraction.len()));
    let whole = Directive { width: room, precision: None, alternate: false, minus: false, ..*directive };
    let mut text = whole.integer('d', Whole::Integer(value.into()));
    if directive.minus {
        text = Directive { width: None, ..whole }.integer('d', Whole::Integer(value.into()));
    }
    text.push_str(&fraction);
    Directive { precision: None, ..*directive }.text(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_as_ruby_does() {
        let cases = [
            (
                "%05.2f|%-5d|%+d",
                vec![Value::Float(2.555), Value::Integer(3), Value::Integer(4)],
                "02.56|3    |+4",
            ),
            (
                "%x %#o %b",
                vec![Value::Integer(-255), Value::Integer(8), Value::Integer(-5)],
                "..f01 010 ..1011",
            ),
            ("%2$s %1$s", vec!["a".into(), "b".into()], "b a"),
            ("100%%", vec![], "100%"),
        ];
        for (format, arguments, expected) in cases {
            assert_eq!(apply(format, &arguments).as_deref(), Ok(expected));
        }
        let named = Value::hash([("a", Value::Integer(1))]);
        assert_eq!(apply("%<a>03d %{a}", std::slice::from_ref(&named)).as_deref(), Ok("001 1"));
        assert_eq!(apply("%<b>d", &[named]).unwrap_err().to_string(), "key<b> not found");
        assert_eq!(apply("%.70000f", &[1.5.into()]).map(|text| text.len()), Ok(70_002));
        assert_eq!(apply("%.70000e", &[1.5.into()]).map(|text| text.len()), Ok(70_006));
        assert_eq!(apply("%.70000a", &[1.5.into()]).map(|text| text.len()), Ok(70_007));
        assert_eq!(apply("%d", &[]).unwrap_err().to_string(), "too few arguments");
    }
}
