//! The names and numbers of groups, as they are written where groups are made and referred to.
//!
//! Any character may stand in a name but its closing delimiter and `)`.

use crate::error::{Problem, shown_name};
use crate::parser::Parser;
use crate::token::closing;

/// What stands in `\k<...>`.
pub(crate) struct LeveledName {
    /// The place behind the name.
    pub end: usize,
    pub number: Option<i64>,
    pub level: Option<i64>,
}

impl Parser {
    /// Reads a name up to its closing delimiter. Gives the place behind it and its number, if it is one,
    /// which only a reference may be. Negative numbers count backwards.
    pub(crate) fn name(&mut self, close: char, reference: bool) -> Result<(usize, Option<i64>), Problem> {
        let start = self.position;
        let first = match self.next() {
            Some(first) if first != close => first,
            _ => return Err(Problem::EmptyName),
        };
        let negative = first == '-';
        let numeric = first.is_ascii_digit() || negative;
        let mut has_digit = first.is_ascii_digit();
        if numeric && !reference {
            return Err(self.bad_name(start, close));
        }
        let mut end = self.input.len();
        let mut last = first;
        while let Some(character) = self.next() {
            end = self.position - 1;
            last = character;
            if character == close || character == ')' {
                if negative && !has_digit {
                    return Err(self.bad_name_from(start, end, close));
                }
                break;
            }
            if numeric && !character.is_ascii_digit() {
                let problem = self.bad_name_from(start, end, close);
                return Err(match problem {
                    Problem::GroupName(name) if !is_word(character) => Problem::CharInGroupName(name),
                    _ => problem,
                });
            }
            has_digit |= numeric;
        }
        if last != close {
            return Err(self.group_name(start, self.input.len()));
        }
        if !numeric {
            return Ok((end, None));
        }
        let number = self.number_between(start + usize::from(negative), end)?;
        if number == 0 {
            return Err(self.group_name(start, end));
        }
        Ok((end, Some(if negative { -number } else { number })))
    }

    /// Reads what stands in `\k<...>`, from its opening delimiter on.
    pub(crate) fn leveled_name(&mut self) -> Result<LeveledName, Problem> {
        let close = closing(self.next().unwrap_or_default());
        let start = self.position;
        let first = match self.next() {
            Some(first) if first != close => first,
            _ => return Err(Problem::EmptyName),
        };
        let negative = first == '-';
        let mut digits = if negative { 0 } else { 1 };
        let mut numeric = first.is_ascii_digit() || negative;
        let mut valid = true;
        let mut end = self.input.len();
        let mut last = first;
        while let Some(character) = self.next() {
            end = self.position - 1;
            last = character;
            if character == close || matches!(character, ')' | '+' | '-') {
                valid &= !(numeric && digits == 0);
                break;
            }
            if numeric && !character.is_ascii_digit() {
                valid = false;
                numeric = false;
            }
            digits += 1;
        }
        if !valid {
            return Err(self.group_name(start, end));
        }
        let level = if last == close { None } else { Some(self.level(start, end, last, close)?) };
        let mut number = None;
        if numeric {
            let value = self.number_between(start + usize::from(negative), end)?;
            if value == 0 {
                return Err(self.group_name(start, self.input.len()));
            }
            number = Some(if negative { -value } else { value });
        }
        Ok(LeveledName { end, number, level })
    }

    fn level(&mut self, start: usize, end: usize, sign: char, close: char) -> Result<i64, Problem> {
        let whole = self.group_name(start, self.input.len());
        if !matches!(sign, '+' | '-') {
            return Err(whole);
        }
        if self.peek().is_none() {
            return Err(Problem::CharInGroupName(shown_name(&self.input[start..end])));
        }
        if !self.peek().is_some_and(|digit| digit.is_ascii_digit()) {
            return Err(whole);
        }
        let level = self.number().ok_or(Problem::TooBigNumber)? as i64;
        if self.next() != Some(close) {
            return Err(whole);
        }
        Ok(if sign == '-' { -level } else { level })
    }

    fn number_between(&mut self, start: usize, end: usize) -> Result<i64, Problem> {
        let position = std::mem::replace(&mut self.position, start);
        let number = self.number().ok_or(Problem::TooBigNumber)? as i64;
        debug_assert!(self.position <= end, "a number ends before its delimiter");
        self.position = position;
        Ok(number)
    }

    /// The error for a name that is wrong from its first character on.
    fn bad_name(&mut self, start: usize, close: char) -> Problem {
        self.bad_name_from(start, self.input.len(), close)
    }

    /// Ruby shows the name up to where it would have ended.
    fn bad_name_from(&mut self, start: usize, end: usize, close: char) -> Problem {
        let mut end = end;
        while let Some(character) = self.next() {
            end = self.position - 1;
            if character == close || character == ')' {
                break;
            }
        }
        if self.position == self.input.len() {
            end = self.input.len();
        }
        self.group_name(start, end)
    }

    fn group_name(&self, start: usize, end: usize) -> Problem {
        Problem::GroupName(shown_name(&self.input[start..end]))
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
