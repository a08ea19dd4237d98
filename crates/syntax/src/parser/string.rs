//! Strings, variables, and text of templates.

use super::collection::HashOr;
use super::expression::Binding;
use super::{Parsed, Parser, exact};
use crate::ast::{Body, Expression, ExpressionKind, Heredoc, Segment};
use crate::lexer::TokenKind;
use crate::{Issue, Stage};

impl Parser<'_> {
    /// `quotedtext`.
    pub(super) fn string(&mut self) -> Parsed<Expression> {
        match self.current.kind {
            TokenKind::StringStart => self.concatenated(),
            TokenKind::Heredoc => {
                let token = self.take();
                let span = token.span;
                let syntax = token.into_text();
                let text = self.string()?;
                Ok(Expression::new(ExpressionKind::Heredoc(Box::new(Heredoc { syntax, text })), span))
            }
            TokenKind::String | TokenKind::Word => {
                let token = self.take();
                let span = token.span;
                Ok(Expression::new(ExpressionKind::String(token.into_text()), span))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `dq_string`.
    fn concatenated(&mut self) -> Parsed<Expression> {
        let start = self.current.span.start;
        let mut segments = Vec::new();
        loop {
            match self.current.kind {
                TokenKind::StringStart | TokenKind::StringMiddle => self.text_segment(&mut segments),
                TokenKind::StringEnd => {
                    self.text_segment(&mut segments);
                    let span = self.span_from(start);
                    return Ok(Expression::new(ExpressionKind::ConcatenatedString(exact(segments)), span));
                }
                _ => return Err(self.unexpected()),
            }
            segments.push(Segment::Interpolation(self.interpolated()?));
        }
    }

    /// `text_expression`. A name alone is a variable, also where the lexer did not see its closing brace.
    fn interpolated(&mut self) -> Parsed<Expression> {
        let expression = self.assignment()?;
        Ok(match expression.kind {
            ExpressionKind::QualifiedName(name) => {
                Expression::new(ExpressionKind::Variable(name), expression.span)
            }
            _ => expression,
        })
    }

    fn text_segment(&mut self, segments: &mut Vec<Segment>) {
        let token = self.take();
        let span = token.span;
        let text = token.into_text();
        if !text.is_empty() {
            segments.push(Segment::Text(text, span));
        }
    }

    /// `variable`. Puppet stumbles over `"${true}"` and `"${false}"`, whose name is no text to it.
    pub(super) fn variable(&mut self) -> Parsed<Expression> {
        let token = self.take();
        let span = token.span;
        let name = token.into_text();
        if matches!(&*name, "true" | "false")
            && !self.text.get(span.range()).is_some_and(|text| text.starts_with('$'))
        {
            let message = format!(
                "Illegal variable name, The given name '{name}' does not conform to the naming rule \
                 /^((::)?[a-z]\\w*)*((::)?[a-z_]\\w*)$/"
            );
            self.issues.push(Issue::error(Stage::Validation, "ILLEGAL_VAR_NAME", message, span));
        }
        Ok(Expression::new(ExpressionKind::Variable(name), span))
    }

    /// `epp_render_expression` of code.
    pub(super) fn render_expression(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let body = if self.at(TokenKind::LeftBrace) { self.rendered_braces()? } else { self.rendered()? };
        if !matches!(self.current.kind, TokenKind::TemplateTagEnd | TokenKind::TemplateTagEndTrim) {
            return Err(self.unexpected());
        }
        self.take();
        Ok(Expression::new(ExpressionKind::RenderExpression(Box::new(body)), self.span_from(start)))
    }

    fn rendered(&mut self) -> Parsed<Body> {
        let expression = self.expression()?;
        let span = expression.span;
        Ok(Body { statements: vec![expression], span })
    }

    /// `{` after `<%=`: a hash, or statements of which the last is rendered.
    fn rendered_braces(&mut self) -> Parsed<Body> {
        let start = self.take().span.start;
        match self.hash_or_first(start)? {
            HashOr::Hash(hash) => {
                let expression = self.operators(hash, Binding::Or)?;
                let span = expression.span;
                Ok(Body { statements: vec![expression], span })
            }
            HashOr::First(first) => {
                let statements = self.statement_list_after(Some(first), TokenKind::RightBrace);
                self.expect(TokenKind::RightBrace)?;
                Ok(Body { statements, span: self.span_from(start) })
            }
        }
    }
}
