//! Going on after an error.
//!
//! One mistake gives one error: the rest of the statement is skipped with everything in its brackets, up to a line
//! that begins another statement or to the brace that closes the body around.

use super::{Failed, Parser};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// Skips the rest of a statement that began when so many brackets were open.
    pub(super) fn recover(&mut self, open: usize) {
        loop {
            let kind = self.current.kind;
            match kind {
                TokenKind::EndOfInput => break,
                TokenKind::RightBrace | TokenKind::RightParenthesis | TokenKind::RightBracket => {
                    if !self.close_within(open) {
                        break;
                    }
                }
                _ if self.open.len() <= open && self.begins_statement() => break,
                _ => {
                    self.take();
                }
            }
        }
        self.open.truncate(open);
    }

    /// Skips the rest of what stands in the parentheses that were opened when so many brackets were open, and the
    /// closing one if it is there. Gives whether a body follows.
    pub(super) fn skip_parentheses(&mut self, open: usize) -> bool {
        while self.open.len() > open && !self.at(TokenKind::EndOfInput) {
            match self.current.kind {
                TokenKind::RightBrace | TokenKind::RightParenthesis | TokenKind::RightBracket => {
                    if !self.close_within(open) {
                        return false;
                    }
                }
                // The parenthesis was forgotten.
                TokenKind::LeftBrace if self.open.len() == open + 1 => self.open.truncate(open),
                _ => {
                    self.take();
                }
            }
        }
        matches!(self.current.kind, TokenKind::LeftBrace | TokenKind::Inherits | TokenKind::RightShift)
    }

    /// Takes a closing bracket, and closes what it closes. Not if that lies outside.
    fn close_within(&mut self, open: usize) -> bool {
        let inside = self.open.get(open..).unwrap_or_default();
        let Some(opening) = inside.iter().rposition(|token| closes(token.kind, self.current.kind)) else {
            if self.at(TokenKind::RightBrace) {
                return false;
            }
            // A stray parenthesis or bracket closes nothing: `take` must not close something else for it.
            let kept = self.open.clone();
            self.take();
            self.open = kept;
            return true;
        };
        self.open.truncate(open + opening + 1);
        self.take();
        true
    }

    /// A token that no statement begins with, where the text should end.
    pub(super) fn stray_token(&mut self) {
        let Failed = self.unexpected();
        let opened = self.open.len();
        self.take();
        self.open.truncate(opened);
        if !matches!(self.current.kind, TokenKind::EndOfInput | TokenKind::RightBrace)
            && !self.first_on_line()
        {
            self.recover(0);
        }
    }

    /// Whether a line begins here with a token that begins statements.
    fn begins_statement(&mut self) -> bool {
        let statement = matches!(
            self.current.kind,
            TokenKind::Name
                | TokenKind::Variable
                | TokenKind::ClassReference
                | TokenKind::At
                | TokenKind::DoubleAt
                | TokenKind::Case
                | TokenKind::Class
                | TokenKind::Define
                | TokenKind::If
                | TokenKind::NodeKeyword
                | TokenKind::Unless
                | TokenKind::Function
                | TokenKind::Type
                | TokenKind::RenderString
                | TokenKind::RenderExpression
        );
        // An attribute is the rest of a resource that lost its brace.
        statement
            && self.first_on_line()
            && !matches!(self.peek(), TokenKind::FatArrow | TokenKind::PlusArrow | TokenKind::Colon)
    }

    fn first_on_line(&self) -> bool {
        let before = self.text.get(..self.current.span.start as usize).unwrap_or_default();
        let line = before.trim_end_matches([' ', '\t', '\r']);
        line.is_empty() || line.ends_with('\n')
    }

    /// The bracket that is open where the text ends, for a person.
    pub(super) fn unclosed(&self) -> Option<String> {
        if !self.at(TokenKind::EndOfInput) {
            return None;
        }
        let token = self.open.last()?;
        let before = self.text.get(..token.span.start as usize)?;
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        Some(format!("the `{}` on line {line} is never closed", token.kind.text()))
    }
}

fn closes(opening: TokenKind, closing: TokenKind) -> bool {
    match closing {
        TokenKind::RightBrace => matches!(opening, TokenKind::LeftBrace | TokenKind::SelectorBrace),
        TokenKind::RightParenthesis => {
            matches!(opening, TokenKind::LeftParenthesis | TokenKind::LineParenthesis)
        }
        _ => matches!(opening, TokenKind::LeftBracket | TokenKind::ListStart),
    }
}
