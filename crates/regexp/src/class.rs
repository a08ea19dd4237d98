//! Bracketed classes: `[a-z&&[^aeiou][:digit:]]`.
//!
//! Knows syntax only; what a class matches is for `translate` to say.

use crate::ast::{Class, ClassItem, TypeKind};
use crate::error::Problem;
use crate::parser::{MOST_DEPTH, Parser};

/// The names of POSIX brackets.
pub(crate) const POSIX_NAMES: [&str; 14] = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
    "xdigit", "ascii", "word",
];

enum Token {
    End,
    Close,
    Dash,
    And,
    Open,
    Posix { start: usize },
    Property { letter: char },
    Character(char),
    Item(ClassItem),
}

/// What came last in a class, to tell what a dash means.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Value(char),
    AfterClass,
    Range(char),
    Complete,
}

struct Level {
    class: Class,
    union: Vec<ClassItem>,
    state: State,
}

impl Level {
    fn character(&mut self, character: char) -> Result<(), Problem> {
        self.state = match self.state {
            State::Range(first) if first > character => return Err(Problem::EmptyRange),
            State::Range(first) => {
                self.union.push(ClassItem::Range(first, character));
                State::Complete
            }
            _ => {
                self.flush();
                State::Value(character)
            }
        };
        Ok(())
    }

    fn item(&mut self, item: ClassItem) -> Result<(), Problem> {
        if matches!(self.state, State::Range(_)) {
            return Err(Problem::ClassEndsRange);
        }
        self.flush();
        self.union.push(item);
        self.state = State::AfterClass;
        Ok(())
    }

    fn flush(&mut self) {
        if let State::Value(character) = self.state {
            self.union.push(ClassItem::Range(character, character));
        }
    }

    fn end_union(&mut self) {
        self.flush();
        self.state = State::Start;
        self.class.operands.push(std::mem::take(&mut self.union));
    }
}

impl Parser {
    /// Reads a class, from behind its `[`.
    pub(crate) fn class(&mut self) -> Result<Class, Problem> {
        let (first, mut token) = self.class_start()?;
        let mut levels = vec![first];
        loop {
            let level = levels.last_mut().expect("the outermost level returns");
            let mut next = None;
            match token {
                Token::End => return Err(Problem::PrematureClassEnd),
                Token::Close => {
                    level.end_union();
                    let class = levels.pop().map(|level| level.class).unwrap_or_default();
                    self.depth -= 1;
                    match levels.last_mut() {
                        // A nested class does not end what came before it: `[a[b]-c]` is a range from a to c.
                        Some(outer) => outer.union.push(ClassItem::Nested(Box::new(class))),
                        None => return Ok(class),
                    }
                }
                Token::Open => {
                    let (inner, first) = self.class_start()?;
                    levels.push(inner);
                    next = Some(first);
                }
                Token::And => level.end_union(),
                Token::Character(character) => level.character(character)?,
                Token::Item(item) => level.item(item)?,
                Token::Property { letter } => level.item(self.property(letter)?)?,
                Token::Posix { start } => match self.posix_bracket(start)? {
                    Some(item) => level.item(item)?,
                    None => level.character('[')?,
                },
                Token::Dash => next = self.dash(level)?,
            }
            token = match next {
                Some(token) => token,
                None => self.class_token()?,
            };
        }
    }

    fn class_start(&mut self) -> Result<(Level, Token), Problem> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Problem::TooDeep);
        }
        let escaped = self.peek() == Some('\\');
        let mut token = self.class_token()?;
        let negated = !escaped && matches!(token, Token::Character('^'));
        if negated {
            token = self.class_token()?;
        }
        if matches!(token, Token::Close) {
            if self.last_bracket.is_none_or(|last| last < self.position) {
                return Err(Problem::EmptyClass);
            }
            token = Token::Character(']');
        }
        let class = Class { negated, operands: Vec::new() };
        Ok((Level { class, union: Vec::new(), state: State::Start }, token))
    }

    /// Decides what a dash is. Gives the token after it where that was needed.
    fn dash(&mut self, level: &mut Level) -> Result<Option<Token>, Problem> {
        if let State::Range(_) = level.state {
            level.character('-')?;
            return Ok(None);
        }
        let next = self.class_token()?;
        let literal = match level.state {
            State::Start | State::Complete => true,
            _ => matches!(next, Token::Close | Token::And),
        };
        match level.state {
            _ if literal => level.character('-')?,
            State::AfterClass => return Err(Problem::UnmatchedRange),
            State::Value(first) => level.state = State::Range(first),
            _ => {}
        }
        Ok(Some(next))
    }

    fn class_token(&mut self) -> Result<Token, Problem> {
        let Some(character) = self.next() else { return Ok(Token::End) };
        Ok(match character {
            ']' => Token::Close,
            '-' => Token::Dash,
            '\\' => return self.class_escape(),
            '[' if self.peek() == Some(':') && self.posix_end(self.position + 1) => {
                let start = self.position;
                self.position += 1;
                Token::Posix { start }
            }
            '[' => Token::Open,
            '&' if self.peek() == Some('&') => {
                self.position += 1;
                Token::And
            }
            _ => Token::Character(character),
        })
    }

    fn class_escape(&mut self) -> Result<Token, Problem> {
        let Some(character) = self.next() else { return Err(Problem::EndAtEscape) };
        let kind = match character {
            'w' | 'W' => TypeKind::Word,
            'd' | 'D' => TypeKind::Digit,
            's' | 'S' => TypeKind::Space,
            'h' | 'H' => TypeKind::HexDigit,
            'p' | 'P' if self.peek() == Some('{') => return Ok(Token::Property { letter: character }),
            'x' => return Ok(Token::Character(self.byte(16, 2))),
            '0'..='7' => {
                self.position -= 1;
                return Ok(Token::Character(self.byte(8, 3)));
            }
            'b' => return Ok(Token::Character('\u{8}')),
            _ => return Ok(Token::Character(control_character(character))),
        };
        Ok(Token::Item(ClassItem::Type { kind, negated: character.is_ascii_uppercase() }))
    }

    /// `{name}` or `{^name}` after `\p` or `\P`.
    pub(crate) fn property(&mut self, letter: char) -> Result<ClassItem, Problem> {
        self.position += 1;
        let mut negated = letter == 'P';
        if self.peek() == Some('^') {
            self.position += 1;
            negated = !negated;
        }
        let start = self.position;
        let mut end = start;
        while let Some(character) = self.next() {
            match character {
                '}' => {
                    let name = &self.input[start..end];
                    let name = crate::properties::find(name)
                        .ok_or_else(|| Problem::Property(crate::error::shown_name(name)))?;
                    return Ok(ClassItem::Property { name, negated });
                }
                '(' | ')' | '{' | '|' => break,
                _ => end = self.position,
            }
        }
        if self.position == self.input.len() && end == self.position {
            end = end.saturating_sub(1).max(start);
        }
        Err(Problem::Property(crate::error::shown_name(&self.input[start..end])))
    }

    /// Whether `:]` comes before any `]`, from a place on. Answers are kept, as brackets may come in
    /// thousands.
    fn posix_end(&mut self, start: usize) -> bool {
        if self.posix_ends.is_empty() {
            let input = &self.input;
            let mut ends = vec![false; input.len() + 2];
            for place in (0..input.len()).rev() {
                ends[place] = match input[place] {
                    ':' if input.get(place + 1) == Some(&']') => true,
                    ']' => false,
                    '\\' => ends[place + 2],
                    _ => ends[place + 1],
                };
            }
            self.posix_ends = ends;
        }
        self.posix_ends.get(start).copied().unwrap_or(false)
    }

    /// Reads `name:]`. None when this is no bracket after all; the place is then behind the `[` again.
    fn posix_bracket(&mut self, start: usize) -> Result<Option<ClassItem>, Problem> {
        /// How far Ruby looks for the end of a name that it does not know.
        const LONGEST_NAME: usize = 20;
        let negated = self.peek() == Some('^');
        let name_start = self.position + usize::from(negated);
        let rest = &self.input[name_start..];
        if rest.len() >= 7 {
            let known = |name: &&str| name.chars().eq(rest.iter().copied().take(name.len()));
            if let Some(name) = POSIX_NAMES.iter().position(known) {
                let length = POSIX_NAMES[name].len();
                if rest.get(length..length + 2) != Some(&[':', ']']) {
                    return Err(Problem::PosixBracket);
                }
                self.position = name_start + length + 2;
                return Ok(Some(ClassItem::Posix { name, negated }));
            }
        }
        let length = rest.iter().take(LONGEST_NAME + 1).take_while(|next| !matches!(next, ':' | ']')).count();
        if length <= LONGEST_NAME && rest.get(length) == Some(&':') && rest.get(length + 1) == Some(&']') {
            return Err(Problem::PosixBracket);
        }
        self.position = start;
        Ok(None)
    }
}

/// The character of an escape with a letter; itself for any other.
pub(crate) fn control_character(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'a' => '\u{7}',
        'e' => '\u{1b}',
        _ => letter,
    }
}
