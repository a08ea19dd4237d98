//! The arguments of `sprintf`: one after another, by number, or by name; the ways do not mix.

use super::error::FormatError;
use crate::value::{Text, Value};

/// The arguments, and how they were asked for.
pub(super) struct Arguments<'a> {
    values: &'a [Value],
    used: Used,
}

/// How arguments were asked for so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Used {
    Nothing,
    /// One after another, so many.
    Next(usize),
    Numbered,
    Named,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(values: &'a [Value]) -> Self {
        Self { values, used: Used::Nothing }
    }

    /// By name; `written` is the name between its brackets.
    pub(super) fn named(&mut self, written: &str) -> Result<Value, FormatError> {
        match self.used {
            Used::Next(count) => {
                return Err(FormatError::sprintf(format!("named{written} after unnumbered({count})")));
            }
            Used::Numbered => return Err(FormatError::sprintf(format!("named{written} after numbered"))),
            Used::Nothing | Used::Named => self.used = Used::Named,
        }
        let [Value::Hash(entries)] = self.values else {
            return Err(FormatError::sprintf("one hash required"));
        };
        let name = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        entries.get(&Text(name)).cloned().ok_or_else(|| FormatError::Key(written.to_owned()))
    }

    /// The next.
    pub(super) fn next(&mut self) -> Result<Value, FormatError> {
        let count = match self.used {
            Used::Nothing => 1,
            Used::Next(count) => count + 1,
            Used::Numbered => return Err(FormatError::sprintf("unnumbered(1) mixed with numbered")),
            Used::Named => return Err(FormatError::sprintf("unnumbered(1) mixed with named")),
        };
        self.used = Used::Next(count);
        self.at(count)
    }

    /// By number, from 1.
    pub(super) fn numbered(&mut self, place: usize) -> Result<Value, FormatError> {
        match self.used {
            Used::Next(count) => {
                return Err(FormatError::sprintf(format!("numbered({place}) after unnumbered({count})")));
            }
            Used::Named => return Err(FormatError::sprintf(format!("numbered({place}) after named"))),
            Used::Nothing | Used::Numbered => self.used = Used::Numbered,
        }
        if place == 0 {
            return Err(FormatError::sprintf("invalid index - 0$"));
        }
        self.at(place)
    }

    fn at(&self, place: usize) -> Result<Value, FormatError> {
        self.values.get(place - 1).cloned().ok_or_else(|| FormatError::sprintf("too few arguments"))
    }
}
