//! From text to values with references in them.

use values::Value;

use super::{Raw, put};
use crate::json::JsonError;

/// Deepest nesting.
const MAXIMUM_DEPTH: usize = 128;

pub(super) fn read(text: &str) -> Result<Raw, JsonError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text, line: 1, depth: 0 };
    reader.skip_blanks();
    let root = match reader.peek() {
        Some('{') => reader.object()?,
        Some('[') => reader.list()?,
        _ => Raw::Object(reader.entries(None)?),
    };
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(root),
        Some(character) => Err(reader.error(format!("expected the end of the text, found `{character}`"))),
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    depth: usize,
}

impl Reader<'_> {
    fn object(&mut self) -> Result<Raw, JsonError> {
        self.nested(|reader| reader.entries(Some('}')).map(Raw::Object))
    }

    fn list(&mut self) -> Result<Raw, JsonError> {
        self.nested(|reader| {
            let mut elements = Vec::new();
            loop {
                reader.skip_separators();
                match reader.peek() {
                    None => return Err(reader.error("expected `]`, found the end of the text".to_owned())),
                    Some(']') => {
                        reader.take();
                        return Ok(Raw::List(elements));
                    }
                    Some(_) => elements.push(reader.value()?),
                }
            }
        })
    }

    /// Steps over an opening bracket and reads what it opens.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Raw, JsonError>) -> Result<Raw, JsonError> {
        if self.depth >= MAXIMUM_DEPTH {
            return Err(self.error(format!("nested deeper than {MAXIMUM_DEPTH} levels")));
        }
        self.take();
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn entries(&mut self, close: Option<char>) -> Result<Vec<(String, Raw)>, JsonError> {
        let mut entries = Vec::new();
        loop {
            self.skip_separators();
            let next = self.peek();
            if next == close {
                if close.is_some() {
                    self.take();
                }
                return Ok(entries);
            }
            if next.is_none() {
                return Err(self.error("expected `}`, found the end of the text".to_owned()));
            }
            self.entry(&mut entries)?;
        }
    }

    fn entry(&mut self, entries: &mut Vec<(String, Raw)>) -> Result<(), JsonError> {
        let path = self.path()?;
        if path.first().is_some_and(|first| first == "include") && self.peek() == Some('"') {
            return Err(self.error("`include` is not supported".to_owned()));
        }
        self.skip_blanks();
        if self.rest.starts_with("+=") {
            self.rest = &self.rest[2..];
            self.skip_blanks();
            let added = Raw::List(vec![self.value()?]);
            let before = find(entries, &path).cloned();
            put(entries, &path, Raw::Joined(before.into_iter().chain([added]).collect()));
            return Ok(());
        }
        match self.peek() {
            Some('=' | ':') => {
                self.take();
                self.skip_blanks();
            }
            Some('{') => {}
            Some(other) => return Err(self.error(format!("expected `=` behind a key, found `{other}`"))),
            None => return Err(self.error("expected `=` behind a key, found the end of the text".to_owned())),
        }
        let value = self.value()?;
        put(entries, &path, value);
        Ok(())
    }

    /// `a.b."c.d"`, up to what cannot be part of it.
    fn path(&mut self) -> Result<Vec<String>, JsonError> {
        let mut path = vec![String::new()];
        loop {
            match self.peek() {
                Some('"') => {
                    let text = self.quoted()?;
                    last(&mut path).push_str(&text);
                }
                Some('.') => {
                    self.take();
                    path.push(String::new());
                }
                Some(' ' | '\t') => {
                    let blanks = self.while_matching(|c| matches!(c, ' ' | '\t'));
                    if self.peek().is_some_and(is_unquoted) && !last(&mut path).is_empty() {
                        last(&mut path).push_str(&blanks);
                    }
                }
                Some(character) if is_unquoted(character) => {
                    let text = self.while_matching(|c| is_unquoted(c) && c != '.');
                    last(&mut path).push_str(&text);
                }
                _ => break,
            }
        }
        if path.iter().all(String::is_empty) {
            let found = self.peek().map_or_else(|| "the end of the text".to_owned(), |c| format!("`{c}`"));
            return Err(self.error(format!("expected a key, found {found}")));
        }
        Ok(path)
    }

    /// One value, or several side by side up to the end of the line.
    fn value(&mut self) -> Result<Raw, JsonError> {
        let mut parts: Vec<Raw> = Vec::new();
        loop {
            let blanks = self.while_matching(|c| matches!(c, ' ' | '\t' | '\r'));
            let part = match self.peek() {
                None | Some('\n' | ',' | '}' | ']' | '#') => break,
                Some('/') if self.rest.starts_with("//") => break,
                Some('{') => self.object()?,
                Some('[') => self.list()?,
                Some('"') => {
                    let text = self.quoted()?;
                    Raw::Scalar(Value::from(text.as_str()), text)
                }
                Some('$') => self.reference()?,
                Some(character) if is_unquoted(character) => {
                    let mut text = String::new();
                    while self.peek().is_some_and(is_unquoted) && !self.rest.starts_with("//") {
                        text.extend(self.take());
                    }
                    scalar(text)
                }
                Some(other) => return Err(self.error(format!("expected a value, found `{other}`"))),
            };
            if !parts.is_empty() && !blanks.is_empty() {
                parts.push(Raw::Scalar(Value::from(blanks.as_str()), blanks));
            }
            parts.push(part);
        }
        match parts.len() {
            0 => Err(self.error("expected a value".to_owned())),
            1 => Ok(parts.remove(0)),
            _ => Ok(Raw::Joined(parts)),
        }
    }

    fn reference(&mut self) -> Result<Raw, JsonError> {
        let line = self.line;
        self.take();
        if self.take() != Some('{') {
            return Err(self.error("expected `{` behind `$`".to_owned()));
        }
        let optional = self.peek() == Some('?');
        if optional {
            self.take();
        }
        let path = self.path()?;
        match self.take() {
            Some('}') => Ok(Raw::Reference { path, optional, line }),
            _ => Err(self.error("expected `}` behind a path".to_owned())),
        }
    }

    fn quoted(&mut self) -> Result<String, JsonError> {
        if let Some(behind) = self.rest.strip_prefix("\"\"\"") {
            let end = behind.find("\"\"\"").ok_or_else(|| self.error("expected `\"\"\"`".to_owned()))?;
            // Quotes at the very end belong to the text.
            let more = behind[end + 3..].chars().take_while(|c| *c == '"').count();
            let text = &behind[..end + more];
            self.line += u32::try_from(text.matches('\n').count()).unwrap_or_default();
            self.rest = &behind[end + more + 3..];
            return Ok(text.to_owned());
        }
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends || *c == '\n'
        });
        let Some((end, '"')) = end else { return Err(self.error("expected `\"`".to_owned())) };
        let (literal, rest) = self.rest.split_at(end + 1);
        let text = serde_json::from_str(literal);
        let text = text.map_err(|_| self.error(format!("not a JSON string: {literal}")))?;
        self.rest = rest;
        Ok(text)
    }

    fn skip_separators(&mut self) {
        self.skip_blanks();
        while self.peek() == Some(',') {
            self.take();
            self.skip_blanks();
        }
    }

    /// Blanks, line breaks and comments.
    fn skip_blanks(&mut self) {
        loop {
            self.while_matching(char::is_whitespace);
            if !self.rest.starts_with('#') && !self.rest.starts_with("//") {
                return;
            }
            self.while_matching(|c| c != '\n');
        }
    }

    fn while_matching(&mut self, matching: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while self.peek().is_some_and(&matching) {
            text.extend(self.take());
        }
        text
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.rest = &self.rest[character.len_utf8()..];
        self.line += u32::from(character == '\n');
        Some(character)
    }

    fn error(&self, message: String) -> JsonError {
        JsonError { message: format!("String: {}: {message}", self.line), line: self.line }
    }
}

fn last(path: &mut [String]) -> &mut String {
    path.last_mut().expect("a path begins with one segment")
}

fn find<'a>(entries: &'a [(String, Raw)], path: &[String]) -> Option<&'a Raw> {
    let (first, rest) = path.split_first()?;
    let (_, value) = entries.iter().find(|(key, _)| key == first)?;
    match (value, rest) {
        (value, []) => Some(value),
        (Raw::Object(entries), rest) => find(entries, rest),
        _ => None,
    }
}

fn is_unquoted(character: char) -> bool {
    !character.is_whitespace() && !"$\"{}[]:=,+#`^?!@*&\\".contains(character)
}

/// `true`, `null`, a number, or a text.
fn scalar(text: String) -> Raw {
    let value = match text.as_str() {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        "null" => Value::Undef,
        _ if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Value::from(text.as_str()),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(value), _) => Value::Integer(value),
            (_, Ok(value)) if value.is_finite() => Value::Float(value),
            _ => Value::from(text.as_str()),
        },
    };
    Raw::Scalar(value, text)
}
