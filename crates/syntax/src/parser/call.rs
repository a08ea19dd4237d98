//! Calls and lambdas.

use super::{Parsed, Parser};
use crate::ast::{Call, Expression, ExpressionKind, Lambda, MethodCall, NamedAccess};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `call_function_expression`, whose function was just read.
    pub(super) fn call(&mut self, function: Expression) -> Parsed<Expression> {
        let start = function.span.start;
        self.take();
        let arguments = if self.at(TokenKind::RightParenthesis) { Vec::new() } else { self.arguments(true)? };
        self.close(TokenKind::RightParenthesis)?;
        let lambda = self.lambda_if_any()?;
        let call = Call { function, arguments, lambda, value_required: true };
        Ok(Expression::new(ExpressionKind::Call(Box::new(call)), self.span_from(start)))
    }

    /// `call_method_with_lambda_expression`, whose first argument was just read.
    pub(super) fn method_call(&mut self, left: Expression) -> Parsed<Expression> {
        let start = left.span.start;
        let dot = self.take().span;
        if !matches!(self.current.kind, TokenKind::Name | TokenKind::Type) {
            return Err(self.unexpected());
        }
        let name = self.take();
        let name_span = name.span;
        let access = NamedAccess { left, dot, name: name.into_text(), name_span };
        let function = Expression::new(ExpressionKind::NamedAccess(Box::new(access)), self.span_from(start));
        let mut parenthesis = None;
        let mut arguments = Vec::new();
        if self.at(TokenKind::LeftParenthesis) {
            parenthesis = Some(self.take().span);
            if !self.at(TokenKind::RightParenthesis) {
                arguments = self.arguments(false)?;
            }
            self.close(TokenKind::RightParenthesis)?;
        }
        let lambda = self.lambda_if_any()?;
        let call = MethodCall { function, parenthesis, arguments, lambda };
        Ok(Expression::new(ExpressionKind::MethodCall(Box::new(call)), self.span_from(start)))
    }

    fn lambda_if_any(&mut self) -> Parsed<Option<Lambda>> {
        if self.at(TokenKind::Pipe) { self.nested(Self::lambda).map(Some) } else { Ok(None) }
    }

    /// `lambda`.
    fn lambda(&mut self) -> Parsed<Lambda> {
        let start = self.current.span.start;
        let parameters = self.piped_parameters()?;
        let return_type = self.return_type()?;
        let body = self.body()?;
        let span = self.span_from(start);
        Ok(Lambda { parameters, parameters_specified: true, return_type, body, span })
    }
}
