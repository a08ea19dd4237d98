//! Expressions: assignments, relationships, operators, and what they are made of.

use diagnostics::Span;

use super::{Parsed, Parser, exact};
use crate::ast::{
    Access, AssignmentOperator, Binary, BinaryOperator, Expression, ExpressionKind, Name,
    RelationshipOperator, Selector, SelectorEntry, Unary, UnaryOperator,
};
use crate::lexer::TokenKind;

/// How tightly something binds, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Or,
    And,
    Selector,
    Comparison,
    Equality,
    Shift,
    Sum,
    Product,
    Match,
    In,
    /// Calls, access, collectors: what follows its operand directly. Tighter than every prefix.
    Postfix,
}

/// The kinds of expression that the grammar tells apart, by what may stand where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Expression,
    Resource,
    Relationship,
    Assignment,
}

impl Parser<'_> {
    /// `assignment`.
    pub(super) fn assignment(&mut self) -> Parsed<Expression> {
        self.ranked().map(|(expression, _)| expression)
    }

    /// `assignment`, and what it turned out to be.
    pub(super) fn ranked(&mut self) -> Parsed<(Expression, Rank)> {
        let (left, rank) = self.relationship()?;
        let operator = match self.current.kind {
            TokenKind::Equals => AssignmentOperator::Assign,
            TokenKind::Appends => AssignmentOperator::Append,
            TokenKind::Deletes => AssignmentOperator::Delete,
            _ => return Ok((left, rank)),
        };
        let operator_span = self.take().span;
        let right = self.nested(Self::assignment)?;
        let span = left.span.cover(right.span);
        let assignment = Binary { operator, operator_span, left, right };
        Ok((Expression::new(ExpressionKind::Assignment(Box::new(assignment)), span), Rank::Assignment))
    }

    /// `relationship`.
    fn relationship(&mut self) -> Parsed<(Expression, Rank)> {
        let (mut left, mut rank) = self.resource()?;
        loop {
            let operator = match self.current.kind {
                TokenKind::Before => RelationshipOperator::Before,
                TokenKind::Notify => RelationshipOperator::Notify,
                TokenKind::After => RelationshipOperator::After,
                TokenKind::Subscribe => RelationshipOperator::Subscribe,
                _ => return Ok((left, rank)),
            };
            let operator_span = self.take().span;
            let (right, _) = self.resource()?;
            let span = left.span.cover(right.span);
            let relationship = Binary { operator, operator_span, left, right };
            left = Expression::new(ExpressionKind::Relationship(Box::new(relationship)), span);
            rank = Rank::Relationship;
            self.grow()?;
        }
    }

    /// `expression`.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.expression_binding(Binding::Or)
    }

    /// An expression whose operators bind at least so tightly.
    fn expression_binding(&mut self, least: Binding) -> Parsed<Expression> {
        self.nested(|parser| {
            let left = parser.prefixed()?;
            parser.operators(left, least)
        })
    }

    /// The operators that follow a first operand.
    pub(super) fn operators(&mut self, mut left: Expression, least: Binding) -> Parsed<Expression> {
        loop {
            left = match self.current.kind {
                TokenKind::LeftParenthesis => self.call(left)?,
                TokenKind::Dot => self.method_call(left)?,
                TokenKind::LeftBracket => self.access(left)?,
                TokenKind::LeftCollect | TokenKind::LeftExportedCollect => self.collector(left)?,
                TokenKind::QuestionMark if least <= Binding::Selector => self.selector(left)?,
                kind => match binary_operator(kind) {
                    Some((operator, binding)) if least <= binding => self.binary(left, operator, binding)?,
                    _ => return Ok(left),
                },
            };
            self.grow()?;
        }
    }

    fn binary(&mut self, left: Expression, operator: BinaryOperator, binding: Binding) -> Parsed<Expression> {
        let operator_span = self.take().span;
        let right = self.expression_binding(tighter(binding))?;
        let span = left.span.cover(right.span);
        let binary = Binary { operator, operator_span, left, right };
        Ok(Expression::new(ExpressionKind::Binary(Box::new(binary)), span))
    }

    /// A prefix operator and its operand, or a primary expression. Prefixes bind tighter than every operator
    /// between operands, and looser than what follows an operand directly.
    fn prefixed(&mut self) -> Parsed<Expression> {
        let operator = match self.current.kind {
            TokenKind::Not => UnaryOperator::Not,
            TokenKind::Minus => UnaryOperator::Minus,
            TokenKind::Times => UnaryOperator::Splat,
            _ => return self.primary(),
        };
        let start = self.take().span.start;
        let operand = self.expression_binding(Binding::Postfix)?;
        let span = Span { start, end: operand.span.end };
        Ok(Expression::new(ExpressionKind::Unary(Box::new(Unary { operator, operand })), span))
    }

    /// `bracketed_expression`.
    fn access(&mut self, left: Expression) -> Parsed<Expression> {
        self.take();
        let keys = self.access_keys(true)?;
        self.expect(TokenKind::RightBracket)?;
        let span = self.span_from(left.span.start);
        Ok(Expression::new(ExpressionKind::Access(Box::new(Access { left, keys })), span))
    }

    /// `expression QMARK selector_entries`.
    fn selector(&mut self, left: Expression) -> Parsed<Expression> {
        self.take();
        let mut entries = Vec::new();
        if self.take_if(TokenKind::SelectorBrace) {
            loop {
                entries.push(self.selector_entry()?);
                if !self.take_if(TokenKind::Comma) || self.at(TokenKind::RightBrace) {
                    break;
                }
            }
            self.close(TokenKind::RightBrace)?;
        } else {
            entries.push(self.selector_entry()?);
        }
        let span = self.span_from(left.span.start);
        Ok(Expression::new(
            ExpressionKind::Selector(Box::new(Selector { left, entries: exact(entries) })),
            span,
        ))
    }

    fn selector_entry(&mut self) -> Parsed<SelectorEntry> {
        let matching = self.expression()?;
        let arrow = self.expect(TokenKind::FatArrow)?.span;
        let value = self.expression()?;
        Ok(SelectorEntry { matching, value, arrow })
    }

    /// `primary_expression`.
    fn primary(&mut self) -> Parsed<Expression> {
        match self.current.kind {
            TokenKind::Number => self.number(),
            TokenKind::String | TokenKind::Word | TokenKind::StringStart | TokenKind::Heredoc => {
                self.string()
            }
            TokenKind::LeftBracket | TokenKind::ListStart => self.array(),
            TokenKind::LeftBrace => self.hash(),
            TokenKind::LeftParenthesis | TokenKind::LineParenthesis => self.parenthesized(),
            TokenKind::If => self.if_expression(),
            TokenKind::Unless => self.unless_expression(),
            TokenKind::Case => self.case_expression(),
            TokenKind::Class => self.class(),
            TokenKind::Define => self.define(),
            TokenKind::NodeKeyword => self.node(),
            TokenKind::Function => self.function(),
            TokenKind::Plan => self.plan(),
            TokenKind::Apply => self.apply(),
            TokenKind::Type => self.type_expression(),
            TokenKind::RenderExpression => self.render_expression(),
            _ => self.word(),
        }
    }

    /// What one token says.
    fn word(&mut self) -> Parsed<Expression> {
        let make: fn(Name) -> ExpressionKind = match self.current.kind {
            TokenKind::Name => ExpressionKind::QualifiedName,
            TokenKind::Variable => return self.variable(),
            TokenKind::ClassReference => ExpressionKind::QualifiedReference,
            TokenKind::Regexp => ExpressionKind::Regexp,
            TokenKind::RenderString => ExpressionKind::RenderString,
            TokenKind::Attr | TokenKind::Private => ExpressionKind::ReservedWord,
            TokenKind::True => |_| ExpressionKind::Boolean(true),
            TokenKind::False => |_| ExpressionKind::Boolean(false),
            TokenKind::Undef => |_| ExpressionKind::Undef,
            TokenKind::Default => |_| ExpressionKind::Default,
            _ => return Err(self.unexpected()),
        };
        let token = self.take();
        let span = token.span;
        Ok(Expression::new(make(token.into_text()), span))
    }

    fn parenthesized(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let inner = self.assignment()?;
        self.expect(TokenKind::RightParenthesis)?;
        Ok(Expression::new(ExpressionKind::Parenthesized(Box::new(inner)), self.span_from(start)))
    }

    /// Whether the current token is one that an expression begins with.
    pub(super) fn begins_expression(&self) -> bool {
        matches!(
            self.current.kind,
            TokenKind::Name
                | TokenKind::Word
                | TokenKind::ClassReference
                | TokenKind::Variable
                | TokenKind::Number
                | TokenKind::String
                | TokenKind::StringStart
                | TokenKind::Heredoc
                | TokenKind::Regexp
                | TokenKind::RenderString
                | TokenKind::RenderExpression
                | TokenKind::LeftBracket
                | TokenKind::ListStart
                | TokenKind::LeftBrace
                | TokenKind::LeftParenthesis
                | TokenKind::LineParenthesis
                | TokenKind::Times
                | TokenKind::Minus
                | TokenKind::Not
                | TokenKind::At
                | TokenKind::DoubleAt
                | TokenKind::Case
                | TokenKind::Class
                | TokenKind::Default
                | TokenKind::Define
                | TokenKind::If
                | TokenKind::NodeKeyword
                | TokenKind::Undef
                | TokenKind::True
                | TokenKind::False
                | TokenKind::Unless
                | TokenKind::Function
                | TokenKind::Type
                | TokenKind::Attr
                | TokenKind::Private
                | TokenKind::Plan
                | TokenKind::Apply
        )
    }
}

/// What the right operand of an operator that groups to the left must at least bind like.
fn tighter(binding: Binding) -> Binding {
    match binding {
        Binding::Or => Binding::And,
        Binding::And => Binding::Selector,
        Binding::Selector => Binding::Comparison,
        Binding::Comparison => Binding::Equality,
        Binding::Equality => Binding::Shift,
        Binding::Shift => Binding::Sum,
        Binding::Sum => Binding::Product,
        Binding::Product => Binding::Match,
        Binding::Match => Binding::In,
        Binding::In | Binding::Postfix => Binding::Postfix,
    }
}

fn binary_operator(kind: TokenKind) -> Option<(BinaryOperator, Binding)> {
    Some(match kind {
        TokenKind::In => (BinaryOperator::In, Binding::In),
        TokenKind::Match => (BinaryOperator::Match, Binding::Match),
        TokenKind::NotMatch => (BinaryOperator::NotMatch, Binding::Match),
        TokenKind::Times => (BinaryOperator::Times, Binding::Product),
        TokenKind::Divide => (BinaryOperator::Divide, Binding::Product),
        TokenKind::Modulo => (BinaryOperator::Modulo, Binding::Product),
        TokenKind::Plus => (BinaryOperator::Plus, Binding::Sum),
        TokenKind::Minus => (BinaryOperator::Minus, Binding::Sum),
        TokenKind::LeftShift => (BinaryOperator::LeftShift, Binding::Shift),
        TokenKind::RightShift => (BinaryOperator::RightShift, Binding::Shift),
        TokenKind::IsEqual => (BinaryOperator::Equal, Binding::Equality),
        TokenKind::NotEqual => (BinaryOperator::NotEqual, Binding::Equality),
        TokenKind::GreaterOrEqual => (BinaryOperator::GreaterOrEqual, Binding::Comparison),
        TokenKind::Greater => (BinaryOperator::Greater, Binding::Comparison),
        TokenKind::Less => (BinaryOperator::Less, Binding::Comparison),
        TokenKind::LessOrEqual => (BinaryOperator::LessOrEqual, Binding::Comparison),
        TokenKind::And => (BinaryOperator::And, Binding::And),
        TokenKind::Or => (BinaryOperator::Or, Binding::Or),
        _ => return None,
    })
}
