//! Arrays, hashes, and the arguments of calls and access, which may hold entries of a hash.

use diagnostics::Span;

use super::expression::Rank;
use super::{Parsed, Parser, exact};
use crate::ast::{Expression, ExpressionKind, HashEntry};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `array`.
    pub(super) fn array(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let mut values = Values::default();
        while !self.at(TokenKind::RightBracket) {
            if self.at_collection_keyword() {
                let keyword = self.keyword_string();
                let value = self.entry_or(keyword, &mut values)?;
                value.into_iter().for_each(|value| values.push(value));
            } else {
                self.argument_into(&mut values)?;
            }
            if !self.take_if(TokenKind::Comma) {
                break;
            }
        }
        self.close(TokenKind::RightBracket)?;
        Ok(Expression::new(ExpressionKind::Array(exact(values.list)), self.span_from(start)))
    }

    /// `hash`.
    pub(super) fn hash(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        if self.take_if(TokenKind::RightBrace) {
            return Ok(Expression::new(ExpressionKind::Hash(Vec::new()), self.span_from(start)));
        }
        let key = self.hash_part()?;
        self.rest_of_hash(start, key)
    }

    /// What follows a brace that was just taken: the rest of a hash, or a statement.
    pub(super) fn hash_or_first(&mut self, start: u32) -> Parsed<HashOr> {
        if self.take_if(TokenKind::RightBrace) {
            return Ok(HashOr::Hash(Expression::new(
                ExpressionKind::Hash(Vec::new()),
                self.span_from(start),
            )));
        }
        let keyword = self.at_collection_keyword();
        let first = self.hash_part()?;
        if keyword || self.at(TokenKind::FatArrow) {
            return self.rest_of_hash(start, first).map(HashOr::Hash);
        }
        Ok(HashOr::First(first))
    }

    fn rest_of_hash(&mut self, start: u32, first: Expression) -> Parsed<Expression> {
        let mut entries = vec![self.entry(first)?];
        while self.take_if(TokenKind::Comma) && !self.at(TokenKind::RightBrace) {
            let key = self.hash_part()?;
            entries.push(self.entry(key)?);
        }
        self.close(TokenKind::RightBrace)?;
        Ok(Expression::new(ExpressionKind::Hash(exact(entries)), self.span_from(start)))
    }

    /// `hash_entry`: a key or a value.
    fn hash_part(&mut self) -> Parsed<Expression> {
        if self.at_collection_keyword() { Ok(self.keyword_string()) } else { self.assignment() }
    }

    /// The arrow and the value that follow a key.
    fn entry(&mut self, key: Expression) -> Parsed<HashEntry> {
        let arrow = self.expect(TokenKind::FatArrow)?.span;
        let value = self.hash_part()?;
        Ok(HashEntry { key, value, arrow })
    }

    /// `arguments`, of which there is at least one. A comma may follow only if `trailing_comma`.
    pub(super) fn arguments(&mut self, trailing_comma: bool) -> Parsed<Vec<Expression>> {
        let mut values = Values::default();
        loop {
            if self.at_collection_keyword() && self.keyword_entry_follows() {
                let key = self.keyword_string();
                let entry = self.entry(key)?;
                values.push_entry(entry);
            } else {
                self.argument_into(&mut values)?;
            }
            if !self.take_if(TokenKind::Comma) || (trailing_comma && self.at(TokenKind::RightParenthesis)) {
                return Ok(exact(values.list));
            }
        }
    }

    /// `access_args`: unlike arguments, neither assignments nor resources, unless as part of an entry. A comma may
    /// follow only if `trailing_comma`.
    pub(super) fn access_keys(&mut self, trailing_comma: bool) -> Parsed<Vec<Expression>> {
        let mut values = Values::default();
        loop {
            if self.at_collection_keyword() && self.keyword_entry_follows() {
                let key = self.keyword_string();
                let entry = self.entry(key)?;
                values.push_entry(entry);
            } else {
                let (value, rank) = self.ranked()?;
                if self.at(TokenKind::FatArrow) {
                    let entry = self.entry(value)?;
                    values.push_entry(entry);
                } else if rank == Rank::Expression {
                    values.push(value);
                } else {
                    return Err(self.unexpected());
                }
            }
            if !self.take_if(TokenKind::Comma) || (trailing_comma && self.at(TokenKind::RightBracket)) {
                return Ok(exact(values.list));
            }
        }
    }

    fn argument_into(&mut self, values: &mut Values) -> Parsed<()> {
        let value = self.assignment()?;
        if let Some(value) = self.entry_or(value, values)? {
            values.push(value);
        }
        Ok(())
    }

    /// Adds the entry whose key this is, if an arrow follows; else gives it back.
    fn entry_or(&mut self, key: Expression, values: &mut Values) -> Parsed<Option<Expression>> {
        if !self.at(TokenKind::FatArrow) {
            return Ok(Some(key));
        }
        let entry = self.entry(key)?;
        values.push_entry(entry);
        Ok(None)
    }

    /// Whether this is `type` or `function`, and no call, alias or definition follows.
    fn at_collection_keyword(&mut self) -> bool {
        matches!(self.current.kind, TokenKind::Type | TokenKind::Function)
            && !matches!(
                self.peek(),
                TokenKind::LeftParenthesis
                    | TokenKind::ClassReference
                    | TokenKind::Name
                    | TokenKind::Word
                    | TokenKind::Class
                    | TokenKind::String
            )
    }

    fn keyword_entry_follows(&mut self) -> bool {
        self.peek() == TokenKind::FatArrow
    }

    fn keyword_string(&mut self) -> Expression {
        let token = self.take();
        let span = token.span;
        Expression::new(ExpressionKind::String(token.into_text()), span)
    }
}

/// What stands between braces.
pub(super) enum HashOr {
    /// A hash, with its closing brace.
    Hash(Expression),
    /// The first of some statements.
    First(Expression),
}

/// Values in a row. Entries without braces that follow each other are one hash.
#[derive(Default)]
struct Values {
    list: Vec<Expression>,
    /// Whether the last value is a hash of such entries.
    unfolded: bool,
}

impl Values {
    fn push(&mut self, value: Expression) {
        self.list.push(value);
        self.unfolded = false;
    }

    fn push_entry(&mut self, entry: HashEntry) {
        let span: Span = entry.span();
        if self.unfolded
            && let Some(Expression { kind: ExpressionKind::Hash(entries), span: whole }) =
                self.list.last_mut()
        {
            *whole = whole.cover(span);
            entries.push(entry);
            return;
        }
        self.list.push(Expression::new(ExpressionKind::Hash(vec![entry]), span));
        self.unfolded = true;
    }
}
