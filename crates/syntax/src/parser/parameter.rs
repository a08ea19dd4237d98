//! Parameters, and the types that they and functions are given.

use super::{Parsed, Parser, exact};
use crate::ast::{Access, Expression, ExpressionKind, Parameter};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `parameter_list`, or nothing.
    pub(super) fn parameter_list(&mut self) -> Parsed<Vec<Parameter>> {
        if !matches!(self.current.kind, TokenKind::LeftParenthesis | TokenKind::LineParenthesis) {
            return Ok(Vec::new());
        }
        let open = self.open.len();
        self.take();
        let parameters = self.parameters(TokenKind::RightParenthesis);
        // A mistake in the head of a class is none in its body.
        parameters.or_else(|failed| if self.skip_parentheses(open) { Ok(Vec::new()) } else { Err(failed) })
    }

    /// `lambda_parameter_list`.
    pub(super) fn piped_parameters(&mut self) -> Parsed<Vec<Parameter>> {
        self.expect(TokenKind::Pipe)?;
        self.parameters(TokenKind::Pipe)
    }

    /// `epp_parameters_list`: none if the template does not say.
    pub(super) fn template_parameters(&mut self) -> Parsed<Option<Vec<Parameter>>> {
        if self.at(TokenKind::Pipe) { self.piped_parameters().map(Some) } else { Ok(None) }
    }

    /// `parameters`, or none, up to this token and with it.
    fn parameters(&mut self, closing: TokenKind) -> Parsed<Vec<Parameter>> {
        let mut parameters = Vec::new();
        while !self.at(closing) {
            parameters.push(self.parameter()?);
            if !self.take_if(TokenKind::Comma) {
                break;
            }
        }
        self.close(closing)?;
        Ok(exact(parameters))
    }

    /// `parameter`.
    fn parameter(&mut self) -> Parsed<Parameter> {
        let start = self.current.span.start;
        let type_expression =
            if self.at(TokenKind::ClassReference) { Some(self.parameter_type()?) } else { None };
        let captures_rest = self.take_if(TokenKind::Times);
        let name = self.expect(TokenKind::Variable)?;
        let name_span = name.span;
        let value = if self.take_if(TokenKind::Equals) { Some(self.expression()?) } else { None };
        let span = self.span_from(start);
        Ok(Parameter { name: name.into_text(), name_span, type_expression, captures_rest, value, span })
    }

    /// `parameter_type`: a type's name, or one with arguments. Nothing else of an expression.
    pub(super) fn parameter_type(&mut self) -> Parsed<Expression> {
        let name = self.expect(TokenKind::ClassReference)?;
        let span = name.span;
        let left = Expression::new(ExpressionKind::QualifiedReference(name.into_text()), span);
        if !self.take_if(TokenKind::LeftBracket) {
            return Ok(left);
        }
        let keys = self.access_keys(false)?;
        self.expect(TokenKind::RightBracket)?;
        Ok(Expression::new(
            ExpressionKind::Access(Box::new(Access { left, keys })),
            self.span_from(span.start),
        ))
    }

    /// `opt_return_type`.
    pub(super) fn return_type(&mut self) -> Parsed<Option<Expression>> {
        if self.take_if(TokenKind::RightShift) { self.parameter_type().map(Some) } else { Ok(None) }
    }
}
