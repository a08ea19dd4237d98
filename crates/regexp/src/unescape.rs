//! The first of Ruby's two passes over a source: escapes of characters become characters.
//!
//! Ruby does this before its regular expression engine sees anything, so what goes wrong here is reported
//! first, wherever it stands. ASCII stays escaped (as `\xHH`), so that `\x2a` never becomes an operator.
//! Comments go too, which is why `a(?#)*` repeats `a`.
//!
//! Knows nothing of groups or classes beyond what is needed to tell comments.

use crate::error::Problem;

/// Gives what the second pass reads.
pub(crate) fn unescape(source: &str, extended: bool) -> Result<Vec<char>, Problem> {
    let mut pass = Pass {
        input: source.chars().collect(),
        position: 0,
        output: Vec::with_capacity(source.len()),
        scopes: vec![Scope { extended, class_depth: 0, parentheses: 0 }],
        comment_without_end: false,
    };
    while let Some(character) = pass.next() {
        pass.step(character)?;
    }
    Ok(pass.output)
}

/// A stretch in which the same comments count: the whole source, or a group that switches `x`.
struct Scope {
    extended: bool,
    class_depth: usize,
    parentheses: usize,
}

struct Pass {
    input: Vec<char>,
    position: usize,
    output: Vec<char>,
    scopes: Vec<Scope>,
    /// Whether a comment was found that has no end; later ones have none either.
    comment_without_end: bool,
}

impl Pass {
    fn peek(&self) -> Option<char> {
        self.input.get(self.position).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += 1;
        Some(character)
    }

    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the outermost scope is never left")
    }

    fn step(&mut self, character: char) -> Result<(), Problem> {
        let nested = self.scopes.len() > 1;
        let follows = self.input.get(self.position..self.position + 2);
        let (group, comment) = (follows.is_some_and(|next| next[0] == '?'), follows == Some(&['?', '#']));
        let in_class = self.scope().class_depth > 0;
        if character == '(' && comment && !in_class {
            if !self.skip_comment() {
                self.output.push(character);
            }
            return Ok(());
        }
        let scope = self.scope();
        match character {
            '\\' => return self.escape(),
            '#' if scope.extended && !in_class => {
                while self.next().is_some_and(|skipped| skipped != '\n') {}
                return Ok(());
            }
            '[' => scope.class_depth += 1,
            ']' => scope.class_depth = scope.class_depth.saturating_sub(1),
            ')' if nested && !in_class => {
                scope.parentheses -= 1;
                if scope.parentheses == 0 {
                    self.scopes.pop();
                }
            }
            '(' if in_class => {}
            '(' if group => self.group_options(nested),
            '(' if nested => scope.parentheses += 1,
            _ => {}
        }
        self.output.push(character);
        Ok(())
    }

    /// Moves behind the `)` of a comment; stays when there is none. Then the source is refused for it later.
    fn skip_comment(&mut self) -> bool {
        if self.comment_without_end {
            return false;
        }
        let start = self.position;
        while let Some(character) = self.next() {
            match character {
                ')' => return true,
                '\\' => drop(self.next()),
                _ => {}
            }
        }
        self.position = start;
        self.comment_without_end = true;
        false
    }

    /// Looks ahead whether the group after `(` switches `x`, for itself or for what follows.
    fn group_options(&mut self, nested: bool) {
        let mut extended = None;
        let mut inverted = false;
        let mut closes = None;
        for &character in &self.input[self.position + 1..] {
            match character {
                'x' => extended = Some(!inverted),
                '-' => inverted = true,
                'i' | 'm' | 'a' | 'd' | 'u' => {}
                ':' | ')' => {
                    closes = Some(character);
                    break;
                }
                _ => break,
            }
        }
        let scope = self.scope();
        if nested {
            scope.parentheses += 1;
        }
        match (closes, extended) {
            (Some(':'), Some(extended)) if extended != scope.extended => {
                // The outer scope goes on counting this parenthesis as open. That is a slip of Ruby's: it
                // never sees its own end then.
                self.scopes.push(Scope { extended, class_depth: 0, parentheses: 1 });
            }
            (Some(')'), Some(extended)) => scope.extended = extended,
            _ => {}
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), Problem> {
        let Some(character) = self.next() else { return Err(Problem::ShortEscape) };
        match character {
            '1'..='7' if self.octal_at(self.position - 1).0 <= 0o177 => {}
            '0'..='7' | 'x' | 'c' | 'C' | 'M' => {
                self.position -= 2;
                return self.escaped_character();
            }
            'u' => return self.unicode(),
            _ => {}
        }
        self.output.extend(['\\', character]);
        Ok(())
    }

    /// Value and length of the octal number at a place, of three digits at most.
    fn octal_at(&self, start: usize) -> (u32, usize) {
        let digits = self.input[start..].iter().take(3).map_while(|digit| digit.to_digit(8));
        digits.fold((0, 0), |(value, length), digit| (value * 8 + digit, length + 1))
    }

    /// A character from one or more escaped bytes.
    fn escaped_character(&mut self) -> Result<(), Problem> {
        let mut bytes = vec![self.escaped_byte()?];
        loop {
            match std::str::from_utf8(&bytes) {
                Ok(text) => {
                    let character = text.chars().next().unwrap_or_default();
                    self.push(character);
                    return Ok(());
                }
                Err(error) if error.error_len().is_some() => return Err(Problem::InvalidMultibyteEscape),
                Err(_) => bytes.push(self.escaped_byte()?),
            }
        }
    }

    fn push(&mut self, character: char) {
        if character.is_ascii() {
            self.output.extend(format!("\\x{:02X}", u32::from(character)).chars());
        } else {
            self.output.push(character);
        }
    }

    /// One byte, from its backslash on.
    fn escaped_byte(&mut self) -> Result<u8, Problem> {
        if self.next() != Some('\\') {
            return Err(Problem::ShortEscapedMultibyte);
        }
        let (mut meta, mut control) = (false, false);
        let value = loop {
            let Some(character) = self.next() else { return Err(Problem::ShortEscape) };
            match character {
                'M' => {
                    if std::mem::replace(&mut meta, true) {
                        return Err(Problem::DuplicateMeta);
                    }
                    let follows = self.input.get(self.position + 1).is_some_and(char::is_ascii);
                    if self.next() != Some('-') || !follows {
                        return Err(Problem::ShortMeta);
                    }
                }
                'C' | 'c' => {
                    if character == 'C' && self.next() != Some('-') {
                        return Err(Problem::ShortControl);
                    }
                    if std::mem::replace(&mut control, true) {
                        return Err(Problem::DuplicateControl);
                    }
                    if !self.peek().is_some_and(|next| next.is_ascii()) {
                        return Err(Problem::ShortControl);
                    }
                }
                _ => break self.plain_byte(character)?,
            }
            match self.next() {
                Some('\\') => {}
                Some(literal) => break u32::from(literal),
                None => return Err(Problem::ShortEscape),
            }
        };
        let byte = u8::try_from(value).map_err(|_| Problem::InvalidEscapeCode)?;
        let byte = if control { byte & 0x1f } else { byte };
        Ok(if meta { byte | 0x80 } else { byte })
    }

    fn plain_byte(&mut self, character: char) -> Result<u32, Problem> {
        Ok(match character {
            '\\' => u32::from('\\'),
            'n' => 10,
            't' => 9,
            'r' => 13,
            'f' => 12,
            'v' => 11,
            'a' => 7,
            'e' => 27,
            '0'..='7' => {
                let (value, length) = self.octal_at(self.position - 1);
                self.position += length - 1;
                value
            }
            'x' => {
                let (value, length) = self.hexadecimal(2);
                if length == 0 {
                    return Err(Problem::InvalidHexEscape);
                }
                value
            }
            _ => return Err(Problem::UnexpectedEscape),
        })
    }

    /// Reads hexadecimal digits: value (of the first eight) and length.
    fn hexadecimal(&mut self, most: usize) -> (u32, usize) {
        let (mut value, mut length) = (0u32, 0);
        while length < most {
            let Some(digit) = self.peek().and_then(|digit| digit.to_digit(16)) else { break };
            value = value.wrapping_mul(16).wrapping_add(digit);
            length += 1;
            self.position += 1;
        }
        (value, length)
    }

    /// `\uHHHH` or `\u{H HH ...}`, behind the `u`.
    fn unicode(&mut self) -> Result<(), Problem> {
        match self.peek() {
            None => return Err(Problem::ShortEscape),
            Some('{') => self.position += 1,
            Some(_) => {
                let (value, length) = self.hexadecimal(4);
                if length != 4 {
                    return Err(Problem::InvalidUnicodeEscape);
                }
                return self.push_code_point(value);
            }
        }
        self.skip_space();
        let mut found = false;
        loop {
            let (value, length) = self.hexadecimal(usize::MAX);
            if length == 0 {
                break;
            }
            if length > 6 {
                return Err(Problem::InvalidUnicodeRange);
            }
            self.push_code_point(value)?;
            found = true;
            self.skip_space();
        }
        if found && self.next() == Some('}') { Ok(()) } else { Err(Problem::InvalidUnicodeList) }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|space| matches!(space, ' ' | '\t'..='\r')) {
            self.position += 1;
        }
    }

    fn push_code_point(&mut self, value: u32) -> Result<(), Problem> {
        self.push(char::from_u32(value).ok_or(Problem::InvalidUnicodeRange)?);
        Ok(())
    }
}
