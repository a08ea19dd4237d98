//! Tokens outside of classes.
//!
//! What a character means depends on the options that hold and on the groups opened so far, which the parser
//! keeps; nothing is looked at twice.

use crate::ast::{Assertion, CallTarget, ClassItem, Greed, Node, Reference, TypeKind};
use crate::class::control_character;
use crate::error::{Problem, shown_name};
use crate::parser::Parser;

/// The largest number in `{n,m}`.
const MOST_REPEATS: u64 = 100_000;
/// The largest number after a backslash that can be a reference.
const MOST_REFERENCE: u64 = 1000;
/// The largest number anywhere.
const MOST_NUMBER: u64 = i32::MAX as u64;

pub(crate) enum Token {
    End,
    Atom(Node),
    Type { kind: TypeKind, negated: bool },
    Property(ClassItem),
    Repeat { least: u32, most: Option<u32>, greed: Greed },
    Alternate,
    Open,
    Close,
    Class,
}

impl Parser {
    pub(crate) fn token(&mut self) -> Result<Token, Problem> {
        loop {
            let Some(character) = self.next() else { return Ok(Token::End) };
            return Ok(match character {
                '\\' => return self.escape(),
                '.' => Token::Atom(Node::Any),
                '*' => self.repeat(0, None),
                '+' => self.repeat(1, None),
                '?' => self.repeat(0, Some(1)),
                '{' => match self.interval()? {
                    Some(token) => token,
                    None => Token::Atom(Node::Literal('{')),
                },
                '|' => Token::Alternate,
                '(' if self.input[self.position..].starts_with(&['?', '#']) => {
                    self.comment()?;
                    continue;
                }
                '(' => Token::Open,
                ')' => Token::Close,
                '^' => Token::Atom(Node::Assertion(Assertion::LineStart)),
                '$' => Token::Atom(Node::Assertion(Assertion::LineEnd)),
                '[' => Token::Class,
                '#' if self.options.extended => {
                    while self.next().is_some_and(|skipped| skipped != '\n') {}
                    continue;
                }
                ' ' | '\t' | '\n' | '\r' | '\u{c}' if self.options.extended => continue,
                _ => Token::Atom(Node::Literal(character)),
            });
        }
    }

    fn comment(&mut self) -> Result<(), Problem> {
        self.position += 2;
        loop {
            match self.next() {
                None => return Err(Problem::EndInGroup),
                Some('\\') => drop(self.next()),
                Some(')') => return Ok(()),
                Some(_) => {}
            }
        }
    }

    fn escape(&mut self) -> Result<Token, Problem> {
        let Some(character) = self.next() else { return Err(Problem::EndAtEscape) };
        let node = match character {
            'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'h' | 'H' => {
                let kind = match character.to_ascii_lowercase() {
                    'w' => TypeKind::Word,
                    'd' => TypeKind::Digit,
                    's' => TypeKind::Space,
                    _ => TypeKind::HexDigit,
                };
                return Ok(Token::Type { kind, negated: character.is_ascii_uppercase() });
            }
            'p' | 'P' if self.peek() == Some('{') => return self.property(character).map(Token::Property),
            'b' => Node::Assertion(Assertion::WordBoundary),
            'B' => Node::Assertion(Assertion::NotWordBoundary),
            'A' => Node::Assertion(Assertion::TextStart),
            'Z' => Node::Assertion(Assertion::TextEndOrNewline),
            'z' => Node::Assertion(Assertion::TextEnd),
            'G' => Node::Assertion(Assertion::SearchStart),
            'K' => Node::Keep,
            'R' => Node::LineBreak,
            'X' => Node::Grapheme,
            'x' => Node::Literal(self.byte(16, 2)),
            '0' => Node::Literal(self.byte(8, 2)),
            '1'..='9' => self.numbered(character)?,
            'k' if matches!(self.peek(), Some('<' | '\'')) => self.named_reference()?,
            'g' if matches!(self.peek(), Some('<' | '\'')) => self.call()?,
            _ => Node::Literal(control_character(character)),
        };
        Ok(Token::Atom(node))
    }

    /// A character by its number, of some digits at most.
    pub(crate) fn byte(&mut self, radix: u32, most: usize) -> char {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|digit| digit.to_digit(radix)) else { break };
            value = value * radix + digit;
            self.position += 1;
        }
        char::from_u32(value).unwrap_or_default()
    }

    /// `\1` as a reference, an octal number, or a digit.
    fn numbered(&mut self, first: char) -> Result<Node, Problem> {
        let start = self.position - 1;
        self.position = start;
        let number = self.number().unwrap_or(u64::MAX);
        if number <= MOST_REFERENCE && (number <= u64::from(self.tree.groups) || number <= 9) {
            let target = Reference::Number(number as u32);
            return Ok(Node::BackReference { target, level: None });
        }
        self.position = start;
        if matches!(first, '8' | '9') {
            self.position += 1;
            return Ok(Node::Literal(first));
        }
        Ok(Node::Literal(self.byte(8, 3)))
    }

    /// Decimal digits; 0 if there are none, nothing if it is too big.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        while let Some(digit) = self.peek().and_then(|digit| digit.to_digit(10)) {
            value = value * 10 + u64::from(digit);
            if value > MOST_NUMBER {
                return None;
            }
            self.position += 1;
        }
        Some(value)
    }

    fn repeat(&mut self, least: u32, most: Option<u32>) -> Token {
        let greed = match self.peek() {
            Some('?') => Greed::Reluctant,
            Some('+') => Greed::Possessive,
            _ => Greed::Greedy,
        };
        if greed != Greed::Greedy {
            self.position += 1;
        }
        Token::Repeat { least, most, greed }
    }

    /// Reads an interval from behind its brace; nothing is read if it is none.
    fn interval(&mut self) -> Result<Option<Token>, Problem> {
        let start = self.position;
        if self.peek().is_none() {
            return Ok(None);
        }
        let mut limit = || match self.number() {
            Some(number) if number <= MOST_REPEATS => Ok(number as u32),
            _ => Err(Problem::TooBigRepeat),
        };
        let least = limit()?;
        let has_least = self.position > start;
        let mut most = Some(least);
        let mut fixed = true;
        if self.peek() == Some(',') {
            self.position += 1;
            fixed = false;
            let before = self.position;
            let number =
                self.number().filter(|number| *number <= MOST_REPEATS).ok_or(Problem::TooBigRepeat)?;
            most = (self.position > before).then_some(number as u32);
        }
        let has_most = !fixed && most.is_some();
        if !(has_least || has_most) || self.peek() != Some('}') {
            self.position = start;
            return Ok(None);
        }
        self.position += 1;
        if most.is_some_and(|most| most < least) {
            return Err(Problem::RepeatBackwards);
        }
        // `a{2}?` is an optional `a{2}`, `a{2}+` and `a{1,2}+` are repeated ones; only `a{1,2}?` is
        // reluctant.
        let reluctant = !fixed && self.peek() == Some('?');
        if reluctant {
            self.position += 1;
        }
        let greed = if reluctant { Greed::Reluctant } else { Greed::Greedy };
        Ok(Some(Token::Repeat { least, most, greed }))
    }

    /// `\k<name>`, `\k<1>`, `\k<-1>`, each also with a level; from its opening delimiter on.
    pub(crate) fn named_reference(&mut self) -> Result<Node, Problem> {
        let start = self.position + 1;
        let reference = self.leveled_name()?;
        let level = reference.level;
        if let Some(number) = reference.number {
            let number = if number < 0 { i64::from(self.tree.groups) + 1 + number } else { number };
            let number =
                u32::try_from(number).ok().filter(|number| *number > 0).ok_or(Problem::BackReference)?;
            return Ok(Node::BackReference { target: Reference::Number(number), level });
        }
        let name = &self.input[start..reference.end];
        let Some(&index) = self.name_index.get(name) else {
            return Err(Problem::UndefinedName(shown_name(name)));
        };
        let target = Reference::Name { index, groups: self.tree.names[index].1.len() };
        Ok(Node::BackReference { target, level })
    }

    /// `\g<name>`, `\g<1>`, `\g<-1>`, `\g<+1>`, `\g<0>`; from its opening delimiter on.
    fn call(&mut self) -> Result<Node, Problem> {
        let close = closing(self.next().unwrap_or_default());
        let mut relative = false;
        match self.peek() {
            Some('0') => {
                self.position += 1;
                if self.peek() == Some(close) {
                    self.position += 1;
                    self.tree.calls += 1;
                    return Ok(Node::Call(CallTarget::Number(0, Vec::new())));
                }
            }
            Some('+') => {
                self.position += 1;
                relative = true;
            }
            _ => {}
        }
        let start = self.position;
        let (end, number) = self.name(close, true)?;
        let written = self.input[start..end].to_vec();
        self.tree.calls += 1;
        if number.is_none() && !relative {
            return Ok(Node::Call(CallTarget::Name(written)));
        }
        let mut number = number.unwrap_or(0);
        if number < 0 || relative {
            number -= i64::from(number > 0);
            number += i64::from(self.tree.groups) + 1;
        }
        let number = u32::try_from(number).ok().filter(|number| *number > 0).ok_or(Problem::BackReference)?;
        Ok(Node::Call(CallTarget::Number(number, written)))
    }
}

pub(crate) fn closing(open: char) -> char {
    match open {
        '<' => '>',
        '(' => ')',
        other => other,
    }
}
