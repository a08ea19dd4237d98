//! What follows an opening parenthesis.

use crate::ast::{Charset, Node, Options};
use crate::error::Problem;
use crate::parser::{FrameKind, Parser};
use crate::token::closing;

/// How many groups may capture.
const MOST_GROUPS: u32 = 32_767;

impl Parser {
    /// Opens a group, from behind its parenthesis.
    pub(crate) fn open_group(&mut self) -> Result<(), Problem> {
        let options = self.options;
        if self.peek().is_none() {
            return Err(Problem::UnmatchedOpen);
        }
        if self.peek() != Some('?') {
            let number = self.add_group()?;
            return self.open(FrameKind::Group { number, named: false }, options);
        }
        self.position += 1;
        let Some(character) = self.next() else { return Err(Problem::EndInGroup) };
        let kind = match character {
            ':' => FrameKind::Plain,
            '=' => FrameKind::Look { behind: false, negated: false },
            '!' => FrameKind::Look { behind: false, negated: true },
            '>' => FrameKind::Atomic,
            '~' => FrameKind::Absent,
            '\'' => self.named_group('\'')?,
            '<' => match self.next() {
                None => return Err(Problem::UnmatchedOpen),
                Some('=') => FrameKind::Look { behind: true, negated: false },
                Some('!') => FrameKind::Look { behind: true, negated: true },
                Some(_) => {
                    self.position -= 1;
                    self.named_group('<')?
                }
            },
            '(' => self.condition()?,
            '-' | 'i' | 'm' | 's' | 'x' | 'a' | 'd' | 'l' | 'u' => return self.options_group(character),
            _ => return Err(Problem::GroupOption),
        };
        self.open(kind, options)
    }

    fn add_group(&mut self) -> Result<u32, Problem> {
        if self.tree.groups == MOST_GROUPS {
            return Err(Problem::TooManyGroups);
        }
        self.tree.groups += 1;
        Ok(self.tree.groups)
    }

    fn named_group(&mut self, open: char) -> Result<FrameKind, Problem> {
        let start = self.position;
        let (end, _) = self.name(closing(open), false)?;
        let number = self.add_group()?;
        let name = self.input[start..end].to_vec();
        let names = &mut self.tree.names;
        let index = *self.name_index.entry(name).or_insert_with_key(|name| {
            names.push((name.iter().collect(), Vec::new()));
            names.len() - 1
        });
        self.tree.names[index].1.push(number);
        self.tree.named_groups += 1;
        Ok(FrameKind::Group { number, named: true })
    }

    /// `(1)` or `(<name>)` of a conditional, behind its parenthesis.
    fn condition(&mut self) -> Result<FrameKind, Problem> {
        match self.peek() {
            None => Err(Problem::GroupOption),
            Some(digit) if digit.is_ascii_digit() => {
                let (_, number) = self.name(')', true)?;
                let group = number.and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX);
                Ok(FrameKind::Conditional { group, by_name: false })
            }
            Some('<' | '\'') => {
                let Node::BackReference { target, .. } = self.named_reference()? else {
                    return Err(Problem::Conditional);
                };
                let group = self.tree.referenced(&target)[0];
                if self.next() != Some(')') {
                    return Err(Problem::GroupOption);
                }
                Ok(FrameKind::Conditional { group, by_name: true })
            }
            Some(_) => Err(Problem::Conditional),
        }
    }

    /// `(?i-mx)` or `(?i-mx:...)`, behind the first letter.
    fn options_group(&mut self, first: char) -> Result<(), Problem> {
        let mut options: Options = self.options;
        let mut on = true;
        let mut character = first;
        loop {
            match character {
                ')' => return self.open(FrameKind::Rest, options),
                ':' => return self.open(FrameKind::Scope, options),
                '-' => on = false,
                'x' => options.extended = on,
                'i' => options.ignore_case = on,
                'm' => options.multi_line = on,
                'a' if on => options.charset = Charset::Ascii,
                'u' if on => options.charset = Charset::Unicode,
                'd' if on => options.charset = Charset::Default,
                _ => return Err(Problem::GroupOption),
            }
            character = self.next().ok_or(Problem::EndInGroup)?;
        }
    }
}
