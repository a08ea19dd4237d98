//! What begins with `type`: aliases, mappings, definitions, and the function of that name.

use diagnostics::Span;

use super::{Parsed, Parser};
use crate::ast::{Access, Expression, ExpressionKind, HashEntry, TypeAlias, TypeDefinition, TypeMapping};
use crate::lexer::TokenKind;

impl Parser<'_> {
    pub(super) fn type_expression(&mut self) -> Parsed<Expression> {
        let keyword = self.take();
        let start = keyword.span.start;
        match self.current.kind {
            TokenKind::LeftParenthesis => {
                let function = Expression::new(
                    ExpressionKind::QualifiedName(keyword.into_text()),
                    self.span_from(start),
                );
                self.call(function)
            }
            TokenKind::ClassReference => match self.peek() {
                TokenKind::LeftBrace | TokenKind::Inherits => self.type_definition(start),
                _ => self.type_alias(start),
            },
            _ => Err(self.unexpected()),
        }
    }

    /// `type_definition`.
    fn type_definition(&mut self, start: u32) -> Parsed<Expression> {
        let name = self.take().into_text();
        let parent = if self.take_if(TokenKind::Inherits) {
            Some(self.expect(TokenKind::ClassReference)?.into_text())
        } else {
            None
        };
        let body = self.body()?;
        let definition = TypeDefinition { name, parent, body };
        Ok(Expression::new(ExpressionKind::TypeDefinition(Box::new(definition)), self.span_from(start)))
    }

    /// `type_alias`.
    fn type_alias(&mut self, start: u32) -> Parsed<Expression> {
        let left = self.parameter_type()?;
        self.expect(TokenKind::Equals)?;
        let right = match self.current.kind {
            TokenKind::ClassReference => self.aliased_type()?,
            TokenKind::LeftBrace => self.hash()?,
            TokenKind::LeftBracket | TokenKind::ListStart => self.array()?,
            _ => return Err(self.unexpected()),
        };
        let span = self.span_from(start);
        let name_span = left.span;
        let kind = match left.kind {
            ExpressionKind::QualifiedReference(name) => {
                let type_expression = object_type(right);
                ExpressionKind::TypeAlias(Box::new(TypeAlias { name, name_span, type_expression }))
            }
            _ => ExpressionKind::TypeMapping(Box::new(TypeMapping { type_expression: left, mapping: right })),
        };
        Ok(Expression::new(kind, span))
    }

    /// A type with arguments, a type that a hash follows, or a type.
    fn aliased_type(&mut self) -> Parsed<Expression> {
        let name = self.take();
        let span = name.span;
        let left = Expression::new(ExpressionKind::QualifiedReference(name.into_text()), span);
        match self.current.kind {
            TokenKind::LeftBrace => {
                let hash = self.hash()?;
                Ok(object_with_parent(left, hash))
            }
            TokenKind::LeftBracket => {
                self.take();
                let keys = self.access_keys(true)?;
                self.expect(TokenKind::RightBracket)?;
                let access = Access { left, keys };
                Ok(Expression::new(ExpressionKind::Access(Box::new(access)), self.span_from(span.start)))
            }
            _ => Ok(left),
        }
    }
}

/// `{...}` alone stands for `Object[{...}]`.
fn object_type(right: Expression) -> Expression {
    if !matches!(right.kind, ExpressionKind::Hash(_)) {
        return right;
    }
    let place = Span { start: right.span.start, end: right.span.start };
    let object = Expression::new(ExpressionKind::QualifiedReference("Object".into()), place);
    access(object, right)
}

/// `Object {...}` and `TypeSet {...}` stand for `Object[{...}]`; any other type is the parent of the object.
fn object_with_parent(parent: Expression, mut hash: Expression) -> Expression {
    if matches!(&parent.kind, ExpressionKind::QualifiedReference(name) if matches!(&**name, "Object" | "TypeSet"))
    {
        return access(parent, hash);
    }
    let span = parent.span;
    let place = Span { start: span.start, end: span.start };
    if let ExpressionKind::Hash(entries) = &mut hash.kind {
        let key = Expression::new(ExpressionKind::QualifiedName("parent".into()), place);
        let arrow = Span { start: hash.span.start, end: hash.span.start };
        entries.push(HashEntry { key, value: parent, arrow });
    }
    access(Expression::new(ExpressionKind::QualifiedReference("Object".into()), place), hash)
}

fn access(left: Expression, key: Expression) -> Expression {
    let span = left.span.cover(key.span);
    Expression::new(ExpressionKind::Access(Box::new(Access { left, keys: vec![key] })), span)
}
