//! Names, bare words, type names and variables.

use super::{Lexed, Lexer, TokenKind, is_word};

impl Lexer<'_> {
    /// A bare word: a keyword, a name, or a word with dashes or leading underscores.
    pub(super) fn bare_word(&mut self) -> Lexed {
        let start = self.at;
        let end = start + bare_word_length(&self.text.as_bytes()[start..]);
        let word = &self.text[start..end];
        self.step(start, end);
        if let Some(keyword) = TokenKind::keyword(word, self.tasks) {
            return Ok(Some(self.token(keyword, start, end)));
        }
        let kind = if is_name(word) { TokenKind::Name } else { TokenKind::Word };
        Ok(Some(self.text_token(kind, start, end, word)))
    }

    /// `A::B`.
    pub(super) fn class_reference(&mut self) -> Lexed {
        let start = self.at;
        let end = start + class_reference_length(&self.text.as_bytes()[start..]);
        self.step(start, end);
        if self.text[end..].starts_with("::") {
            // Puppet complains one character into the colons.
            let issue = self.issue("ILLEGAL_CLASS_REFERENCE", "Illegal class reference", end + 1);
            return Err(issue.hint("every part of a type's name begins with a capital letter").into());
        }
        Ok(Some(self.text_token(TokenKind::ClassReference, start, end, &self.text[start..end])))
    }

    /// What begins with `::`.
    pub(super) fn qualified(&mut self) -> Lexed {
        let start = self.at;
        if self.byte(2).is_ascii_uppercase() {
            let end = start + class_reference_length(&self.text.as_bytes()[start..]);
            self.step(start, end);
            if !self.text[end..].starts_with("::") {
                return Ok(Some(self.text_token(
                    TokenKind::ClassReference,
                    start,
                    end,
                    &self.text[start..end],
                )));
            }
            let message = "Illegal fully qualified class reference";
            let issue = self.issue("ILLEGAL_FULLY_QUALIFIED_CLASS_REFERENCE", message, end + 3);
            return Err(issue.hint("every part of a type's name begins with a capital letter").into());
        }
        let end = start + bare_word_length(&self.text.as_bytes()[start..]);
        if end == start {
            self.at = start + 2;
            let issue = self.issue("ILLEGAL_FULLY_QUALIFIED_NAME", "Illegal fully qualified name", self.at);
            return Err(issue.hint("a name follows `::`, beginning with a letter").into());
        }
        self.step(start, end);
        let word = &self.text[start..end];
        let kind = if is_name(word) { TokenKind::Name } else { TokenKind::Word };
        Ok(Some(self.text_token(kind, start, end, word)))
    }

    /// `$a::b`. A dollar sign alone is a variable without a name, which the validation refuses.
    pub(super) fn variable(&mut self) -> Lexed {
        let start = self.at;
        let length = variable_length(&self.text.as_bytes()[start + 1..]);
        let end = start + 1 + length;
        self.step(start, end);
        if length == 0 {
            self.matched = None;
        }
        Ok(Some(self.text_token(TokenKind::Variable, start, end, &self.text[start + 1..end])))
    }

    fn step(&mut self, start: usize, end: usize) {
        self.matched = Some((start, end));
        self.at = end;
    }
}

/// How many bytes of a variable's name these begin with: `(::)?(\w+::)*\w+`.
pub(super) fn variable_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    if bytes.starts_with(b"::") {
        at = 2;
    }
    let mut end = 0;
    loop {
        let word = bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
        if word == 0 {
            return end;
        }
        end = at + word;
        if !bytes[end..].starts_with(b"::") {
            return end;
        }
        at = end + 2;
    }
}

/// How many bytes of a bare word: `((::)?[a-z_]([\w-]*\w)?)+`.
fn bare_word_length(bytes: &[u8]) -> usize {
    let mut end = 0;
    loop {
        let mut at = end;
        if bytes[at..].starts_with(b"::") {
            at += 2;
        }
        if !bytes.get(at).is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'_') {
            return end;
        }
        let run = bytes[at..].iter().take_while(|byte| is_word(**byte) || **byte == b'-').count();
        let dashes = bytes[at..at + run].iter().rev().take_while(|byte| **byte == b'-').count();
        end = at + run - dashes;
    }
}

/// How many bytes of a type's name: `((::)?[A-Z]\w*)+`.
fn class_reference_length(bytes: &[u8]) -> usize {
    let mut end = 0;
    loop {
        let mut at = end;
        if bytes[at..].starts_with(b"::") {
            at += 2;
        }
        if !bytes.get(at).is_some_and(u8::is_ascii_uppercase) {
            return end;
        }
        end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
    }
}

/// Whether every part of a bare word begins with a letter and none holds a dash.
fn is_name(word: &str) -> bool {
    let word = word.strip_prefix("::").unwrap_or(word);
    word.split("::").all(|part| {
        part.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()) && part.bytes().all(is_word)
    })
}
