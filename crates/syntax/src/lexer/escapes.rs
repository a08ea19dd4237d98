//! What ends a string, and what backslashes mean in one.

use super::{Lexer, TokenKind};
use crate::{Issue, lexer::Lexed};

/// How often unicode escapes are looked for in what unicode escapes made.
const MAXIMUM_PASSES: usize = 16;

/// Which backslash sequences mean something.
#[derive(Clone, Debug, Default)]
pub(super) struct Escapes {
    /// The characters that may follow a backslash, the backslash and the quotes among them.
    characters: Vec<char>,
    /// Whether a backslash takes away the line end that follows.
    joins_lines: bool,
    /// Whether Puppet warns of sequences that mean nothing.
    warns: bool,
}

impl Escapes {
    /// Those of a string in double quotes.
    pub(super) fn double_quoted() -> Self {
        Self { characters: "\\$'\"rntsu".chars().collect(), joins_lines: true, warns: true }
    }

    /// Those that a heredoc names, a backslash among them if it names any.
    pub(super) fn of_heredoc(named: &str) -> Self {
        let mut characters: Vec<char> = named.chars().filter(|c| *c != 'L').collect();
        if !named.is_empty() {
            characters.push('\\');
        }
        Self { characters, joins_lines: named.contains('L'), warns: false }
    }

    /// Whether `\$` is a dollar sign.
    pub(super) fn of_dollar(&self) -> bool {
        self.characters.contains(&'$')
    }
}

impl Lexer<'_> {
    /// `'a'`.
    pub(super) fn single_quoted(&mut self) -> Lexed {
        let start = self.at;
        self.at += 1;
        let Some(end) = find(&self.text.as_bytes()[self.at..], true, |byte| byte == b'\'') else {
            return Err(self.unclosed_quote("\"'\""));
        };
        let end = self.at + end;
        let text = unescape_single(&self.text[self.at..end]);
        self.at = end + 1;
        self.matched = Some((self.match_start(start + 1, end), self.at));
        Ok(Some(self.text_token(TokenKind::String, start, self.at, text)))
    }

    /// Where Puppet's pattern for the end of a text begins to match: at the character before the backslashes before
    /// the end, if there is one.
    pub(super) fn match_start(&self, start: usize, end: usize) -> usize {
        let before = self.text[start..end].trim_end_matches('\\');
        start + before.char_indices().next_back().map_or(0, |(at, _)| at)
    }

    /// The string here is not closed. `after` is what Puppet says stands before its text.
    pub(super) fn unclosed_quote(&mut self, after: &str) -> Box<Issue> {
        let message = format!("Unclosed quote after {after} followed by '{}'", self.followed_by());
        let issue = self.issue("UNCLOSED_QUOTE", message, self.at);
        self.at = self.text.len();
        issue.hint("the string here has no closing quote up to the end of the file").into()
    }

    /// Resolves the escapes of a text. Errors: a unicode escape that names no character.
    pub(super) fn unescape(&mut self, text: &str, escapes: &Escapes) -> Result<String, Box<Issue>> {
        if !text.contains('\\') {
            return Ok(text.to_owned());
        }
        let mut text = text.to_owned();
        if escapes.characters.contains(&'u') {
            for _ in 0..MAXIMUM_PASSES {
                let Some(resolved) = self.resolve_unicode(&text)? else { break };
                text = resolved;
            }
        }
        if self.in_heredoc && escapes.characters.contains(&'u') && holds_bad_unicode(&text) {
            return Err(self.issue("ILLEGAL_UNICODE_ESCAPE", UNICODE_ESCAPE, self.at).into());
        }
        Ok(self.resolve(&text, escapes))
    }

    fn resolve(&mut self, text: &str, escapes: &Escapes) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(backslash) = rest.find('\\') {
            result.push_str(&rest[..backslash]);
            rest = &rest[backslash + 1..];
            let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
            if line_end > 0 {
                if !escapes.joins_lines {
                    result.push('\\');
                    result.push_str(&rest[..line_end]);
                }
                rest = &rest[line_end..];
                continue;
            }
            let Some(character) = rest.chars().next().filter(|c| *c != '\r') else {
                result.push('\\');
                continue;
            };
            rest = &rest[character.len_utf8()..];
            self.resolve_one(character, escapes, &mut result);
        }
        result.push_str(rest);
        result
    }

    fn resolve_one(&mut self, character: char, escapes: &Escapes, result: &mut String) {
        if !escapes.characters.contains(&character) {
            if escapes.warns {
                self.warn("UNRECOGNIZED_ESCAPE", format!("Unrecognized escape sequence '\\{character}'"));
            }
            result.push('\\');
            return result.push(character);
        }
        match character {
            'r' => result.push('\r'),
            'n' => result.push('\n'),
            't' => result.push('\t'),
            's' => result.push(' '),
            'u' => {
                self.warn("ILLEGAL_UNICODE_ESCAPE", UNICODE_ESCAPE);
                result.push_str("\\u");
            }
            other => result.push(other),
        }
    }

    /// Resolves `\u1234` and `\u{12}`, where an even number of backslashes precedes. As Puppet's substitution
    /// does, it needs a character before, so of escapes that follow each other every second waits for the next
    /// pass. None if there was none.
    fn resolve_unicode(&self, text: &str) -> Result<Option<String>, Box<Issue>> {
        let bytes = text.as_bytes();
        let mut result = String::new();
        let (mut copied, mut at) = (0, 0);
        while let Some(found) = text[at..].find("\\u") {
            let backslash = at + found;
            let run = bytes[..backslash].iter().rev().take_while(|byte| **byte == b'\\').count();
            let before = backslash - run;
            let anchored = before > copied || before == 0 || bytes[before - 1] == b'\n';
            let escape = if run % 2 == 0 && anchored { unicode_escape(&text[backslash + 2..]) } else { None };
            let Some((number, length)) = escape else {
                at = backslash + 2;
                continue;
            };
            let Some(character) = char::from_u32(number) else {
                return Err(self.issue("ILLEGAL_UNICODE_ESCAPE", UNICODE_ESCAPE, self.at).into());
            };
            result.push_str(&text[copied..backslash]);
            result.push(character);
            at = backslash + 2 + length;
            copied = at;
        }
        if copied == 0 {
            return Ok(None);
        }
        result.push_str(&text[copied..]);
        Ok(Some(result))
    }
}

const UNICODE_ESCAPE: &str =
    "Unicode escape '\\u' was not followed by 4 hex digits or 1-6 hex digits in {} or was > 10ffff";

/// The number that follows `\u`, and how many bytes it takes.
fn unicode_escape(text: &str) -> Option<(u32, usize)> {
    let (digits, length) = match text.strip_prefix('{') {
        Some(braced) => {
            let digits = &braced[..braced.find('}')?];
            ((1..=6).contains(&digits.len()).then_some(digits)?, digits.len() + 2)
        }
        None => (text.get(..4)?, 4),
    };
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?.map(|number| (number, length))
}

/// The offset of the first byte that ends a string: one that an even number of backslashes precedes, if they
/// escape. At the very beginning, Puppet prefers the second of two such bytes: in `"${a}""` the string holds a quote,
/// as `'''` does.
pub(super) fn find(bytes: &[u8], backslashes_escape: bool, ends: impl Fn(u8) -> bool) -> Option<usize> {
    if backslashes_escape && bytes.first().is_some_and(|byte| ends(*byte)) {
        let backslashes = bytes[1..].iter().take_while(|byte| **byte == b'\\').count();
        let second = bytes.get(1 + backslashes).is_some_and(|byte| ends(*byte));
        return Some(if second && backslashes % 2 == 0 { 1 + backslashes } else { 0 });
    }
    let mut escaped = false;
    bytes.iter().position(|byte| {
        let end = !escaped && ends(*byte);
        escaped = backslashes_escape && *byte == b'\\' && !escaped;
        end
    })
}

/// In single quotes, a backslash escapes itself and the quote alone.
fn unescape_single(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some(next @ ('\\' | '\''))) => {
                result.push(*next);
                characters.next();
            }
            _ => result.push(character),
        }
    }
    result
}

/// Whether `\u` is left after all unicode escapes were resolved. Puppet warns of it, and stumbles over the warning
/// if it is in a heredoc.
fn holds_bad_unicode(text: &str) -> bool {
    let mut escaped = false;
    text.bytes().any(|byte| {
        let bad = escaped && byte == b'u';
        escaped = byte == b'\\' && !escaped;
        bad
    })
}
