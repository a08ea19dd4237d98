//! Strings with expressions in them: in double quotes, and in heredocs.

use super::escapes::{Escapes, find};
use super::word::variable_length;
use super::{Lexed, Lexer, MAXIMUM_NESTING, Token, TokenKind, is_blank};
use crate::Issue;

/// What a stretch of text ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The closing quote, or the end of a heredoc's text.
    String,
    /// `${`.
    Expression,
    /// `$` and a variable's name.
    Variable,
}

/// How a string is read.
pub(super) struct Style {
    pub(super) quoted: bool,
    pub(super) interpolates: bool,
    pub(super) escapes: Escapes,
}

impl Lexer<'_> {
    /// `"a"`, or `"a ${b} c"`, whose tokens are queued.
    pub(super) fn double_quoted(&mut self) -> Lexed {
        let start = self.at;
        self.matched = Some((start, start + 1));
        self.at += 1;
        let style = Style { quoted: true, interpolates: true, escapes: Escapes::double_quoted() };
        self.string(start, &style)
    }

    /// A string whose opening quote, if it has one, was just read. Queues its tokens if there are several, and
    /// gives none then: as in Puppet, a string within a string leaves it open what the last token was.
    pub(super) fn string(&mut self, start: usize, style: &Style) -> Lexed {
        self.nesting += 1;
        if self.nesting > MAXIMUM_NESTING {
            self.at = self.text.len();
            let message = format!("strings are nested more than {MAXIMUM_NESTING} deep");
            return Err(self.issue("TOO_DEEP", message, start).into());
        }
        let mut kind = TokenKind::StringStart;
        let mut part = start;
        loop {
            let (text, end) = self.stretch(style)?;
            if end == End::String {
                self.nesting -= 1;
                if kind == TokenKind::StringStart {
                    return Ok(Some(self.text_token(TokenKind::String, part, self.at, text)));
                }
                self.queue.push_back(self.text_token(TokenKind::StringEnd, part, self.at, text));
                return Ok(None);
            }
            self.queue.push_back(self.text_token(kind, part, self.at, text));
            kind = TokenKind::StringMiddle;
            if end == End::Variable {
                self.interpolated_variable();
            } else {
                self.interpolated_expression()?;
            }
            part = self.at;
        }
    }

    /// Text up to the next interpolation or the end, its escapes resolved. Steps behind `${`, or onto the `$` of a
    /// variable.
    fn stretch(&mut self, style: &Style) -> Result<(String, End), Box<Issue>> {
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let escaping = style.quoted || style.escapes.of_dollar();
            let found = find(rest.as_bytes(), escaping, |byte| {
                (byte == b'$' && style.interpolates) || (byte == b'"' && style.quoted)
            });
            let Some(found) = found.or((!style.quoted).then_some(rest.len())) else {
                let after =
                    self.matched.map_or(String::new(), |(start, end)| self.text[start..end].to_owned());
                return Err(self.unclosed_quote(&format!("'{after}'")));
            };
            let (start, end) = (self.at, self.at + found);
            self.at = end;
            let terminated = self.byte(0);
            let variable =
                if terminated == b'$' { variable_length(&self.text.as_bytes()[end + 1..]) } else { 0 };
            // Puppet resolves escapes, and warns of them, when it stands behind what ends the text.
            self.at =
                (end + 1 + usize::from(self.byte(1) == b'{' && terminated == b'$')).min(self.text.len());
            self.matched = Some((self.match_start(start, end), self.at));
            text.push_str(&self.unescape(&self.text[start..end], &style.escapes)?);
            if terminated != b'$' || end >= self.text.len() {
                return Ok((text, End::String));
            }
            if self.at == end + 2 {
                return Ok((text, End::Expression));
            }
            if variable > 0 {
                self.at = end;
                return Ok((text, End::Variable));
            }
            // A dollar sign that no name follows is text.
            self.matched = None;
            text.push('$');
        }
    }

    /// Steps over space. As in Puppet, what was matched is then that space, or nothing.
    fn skip_space(&mut self) {
        let before = self.at;
        let rest = &self.text[before..];
        self.at += rest.find(|c| !(is_blank(c) || c == '\r')).unwrap_or(rest.len());
        self.matched = (self.at > before).then_some((before, self.at));
    }

    fn interpolated_variable(&mut self) {
        let start = self.at;
        let end = start + 1 + variable_length(&self.text.as_bytes()[start + 1..]);
        self.matched = Some((start + 1, end));
        self.at = end;
        let name = &self.text[start + 1..end];
        self.queue.push_back(self.text_token(TokenKind::Variable, start, end, name));
    }

    /// Queues tokens up to the brace that closes `${`, or to the end of the text. A name that stands alone, or
    /// before `.` or `[`, is a variable.
    fn interpolated_expression(&mut self) -> Result<(), Box<Issue>> {
        let outside = self.braces;
        self.braces = self.braces.wrapping_add(1);
        let first = self.queue.len();
        self.skip_space();
        while self.at < self.text.len() {
            let Some(token) = self.lex()? else {
                self.skip_space();
                continue;
            };
            self.after = Some(token.kind);
            if token.kind == TokenKind::RightBrace && self.braces == outside {
                let second = self.queue.get(first + 1).map(|token| token.kind);
                if matches!(second, None | Some(TokenKind::Dot | TokenKind::LeftBracket))
                    && let Some(token) = self.queue.get_mut(first)
                {
                    make_variable(token);
                }
                return Ok(());
            }
            self.queue.push_back(token);
        }
        Ok(())
    }
}

fn make_variable(token: &mut Token) {
    let named = matches!(token.kind, TokenKind::Number | TokenKind::Name | TokenKind::Word);
    if named || token.kind.is_keyword() {
        let text = token.clone().into_text();
        token.kind = TokenKind::Variable;
        token.value = super::Value::Text(text);
    }
}
