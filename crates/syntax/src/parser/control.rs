//! `if`, `unless` and `case`.

use super::{Parsed, Parser, exact};
use crate::ast::{Case, CaseOption, Else, Expression, ExpressionKind, If};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `if_expression`, or its part that begins with `elsif`.
    pub(super) fn if_expression(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let test = self.expression()?;
        let then = self.body()?;
        let otherwise = if self.at(TokenKind::Elsif) {
            Some(Else::If(self.nested(Self::if_expression)?))
        } else {
            self.else_body()?
        };
        let branch = If { test, then, otherwise };
        Ok(Expression::new(ExpressionKind::If(Box::new(branch)), self.span_from(start)))
    }

    /// `unless_expression`.
    pub(super) fn unless_expression(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let test = self.expression()?;
        let then = self.body()?;
        let otherwise = self.else_body()?;
        let branch = If { test, then, otherwise };
        Ok(Expression::new(ExpressionKind::Unless(Box::new(branch)), self.span_from(start)))
    }

    fn else_body(&mut self) -> Parsed<Option<Else>> {
        if self.take_if(TokenKind::Else) { Ok(self.body()?.map(Else::Body)) } else { Ok(None) }
    }

    /// `case_expression`.
    pub(super) fn case_expression(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let test = self.expression()?;
        self.expect(TokenKind::LeftBrace)?;
        let mut options = vec![self.case_option()?];
        while !self.at(TokenKind::RightBrace) {
            options.push(self.case_option()?);
        }
        self.take();
        let case = Case { test, options: exact(options) };
        Ok(Expression::new(ExpressionKind::Case(Box::new(case)), self.span_from(start)))
    }

    fn case_option(&mut self) -> Parsed<CaseOption> {
        let start = self.current.span.start;
        let mut values = vec![self.expression()?];
        while self.take_if(TokenKind::Comma) {
            values.push(self.expression()?);
        }
        let colon = self.expect(TokenKind::Colon)?.span;
        let body = self.body()?;
        Ok(CaseOption { values: exact(values), colon, body, span: self.span_from(start) })
    }
}
