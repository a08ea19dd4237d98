//! Resources, their defaults and overrides, and collectors.

use diagnostics::Span;

use super::expression::Rank;
use super::statement::transform_calls;
use super::{Parsed, Parser, exact};
use crate::ast::{
    AttributeOperation, AttributeOperator, Collector, Expression, ExpressionKind, HashEntry, Query, Resource,
    ResourceBody, ResourceDefaults, ResourceForm, ResourceOverride,
};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `resource`: an expression, or one that braces follow.
    pub(super) fn resource(&mut self) -> Parsed<(Expression, Rank)> {
        let kind = self.current.kind;
        let mut left = match kind {
            TokenKind::At | TokenKind::DoubleAt => (self.nested(Self::with_form)?, Rank::Resource),
            TokenKind::Class if self.peek() == TokenKind::LeftBrace => {
                (self.class_resource()?, Rank::Resource)
            }
            _ => (self.expression()?, Rank::Expression),
        };
        while self.at(TokenKind::LeftBrace) {
            left = (self.braces_after(left.0)?, Rank::Resource);
            self.grow()?;
        }
        Ok(left)
    }

    /// `AT resource` or `ATAT resource`.
    fn with_form(&mut self) -> Parsed<Expression> {
        let mark = self.take();
        let (mut expression, _) = self.resource()?;
        let (form, name) = match mark.kind {
            TokenKind::At => (ResourceForm::Virtual, "Virtual (@)"),
            _ => (ResourceForm::Exported, "Exported (@@)"),
        };
        let start = mark.span.start;
        let (place, position) = match &mut expression.kind {
            ExpressionKind::Resource(resource) => (&mut resource.form, &mut resource.position),
            ExpressionKind::ResourceDefaults(defaults) => (&mut defaults.form, &mut defaults.position),
            ExpressionKind::ResourceOverride(resource) => (&mut resource.form, &mut resource.position),
            _ => {
                let message = format!("{name} can only be applied to a Resource Expression");
                return Err(self.refuse(message, mark.span));
            }
        };
        (*place, *position) = (form, start);
        expression.span = expression.span.cover(mark.span);
        Ok(expression)
    }

    /// `CLASS LBRACE resource_bodies endsemi RBRACE`.
    fn class_resource(&mut self) -> Parsed<Expression> {
        let class = self.take();
        let span = class.span;
        let type_name = Expression::new(ExpressionKind::QualifiedName(class.into_text()), span);
        self.take();
        let bodies = self.resource_bodies()?;
        self.close(TokenKind::RightBrace)?;
        let resource = Resource { form: ResourceForm::Regular, type_name, bodies, position: span.start };
        Ok(Expression::new(ExpressionKind::Resource(Box::new(resource)), self.span_from(span.start)))
    }

    /// Braces after an expression: bodies with titles, or attributes alone.
    fn braces_after(&mut self, left: Expression) -> Parsed<Expression> {
        let brace = self.take();
        if self.begins_expression() && !self.at_attribute() {
            return self.titled(left);
        }
        let operations = self.attribute_operations()?;
        self.take_if(TokenKind::Comma);
        self.close(TokenKind::RightBrace)?;
        self.untitled(left, operations, brace.span)
    }

    /// `resource LBRACE expression COLON ...`.
    fn titled(&mut self, type_name: Expression) -> Parsed<Expression> {
        let bodies = self.resource_bodies()?;
        self.close(TokenKind::RightBrace)?;
        let (start, position) = (type_name.span.start, type_name.position());
        let resource = Resource { form: ResourceForm::Regular, type_name, bodies, position };
        Ok(Expression::new(ExpressionKind::Resource(Box::new(resource)), self.span_from(start)))
    }

    /// What attributes without title mean depends on what they follow: a type, a reference, or a name, whose title
    /// was forgotten.
    fn untitled(
        &mut self,
        left: Expression,
        operations: Vec<AttributeOperation>,
        brace: Span,
    ) -> Parsed<Expression> {
        let span = self.span_from(left.span.start);
        let (form, position) = (ResourceForm::Regular, left.position());
        let kind = match &left.kind {
            ExpressionKind::QualifiedName(_) => return self.without_title(left, operations, brace),
            ExpressionKind::QualifiedReference(_) => {
                let defaults = ResourceDefaults { form, type_reference: left, operations, position };
                ExpressionKind::ResourceDefaults(Box::new(defaults))
            }
            // `Resource[file] {}` too, though Puppet meant it to set defaults.
            ExpressionKind::Access(_) => {
                let overridden = ResourceOverride { form, resources: left, operations, position };
                ExpressionKind::ResourceOverride(Box::new(overridden))
            }
            _ => {
                let message = "Expression is not valid as a resource, resource-default, or resource-override";
                let place = Span { start: position, end: left.span.end.max(position) };
                return Err(self.refuse(message, place));
            }
        };
        Ok(Expression::new(kind, span))
    }

    /// A name and attributes: the argument of a statement, or a resource whose title is missing.
    fn without_title(
        &mut self,
        left: Expression,
        operations: Vec<AttributeOperation>,
        brace: Span,
    ) -> Parsed<Expression> {
        let span = self.span_from(left.span.start);
        let mut entries = Vec::with_capacity(operations.len());
        for operation in operations {
            let (name, value, span) = match operation {
                AttributeOperation::Attribute { name, operator: AttributeOperator::Set, value, span } => {
                    (name, value, span)
                }
                AttributeOperation::Attribute { .. } => {
                    return Err(
                        self.refuse("Syntax error resource body without title or hash with +>", brace)
                    );
                }
                // Puppet stumbles here, and says nothing that helps.
                AttributeOperation::Splat { span, .. } => return Err(self.refuse(SPLAT_WITHOUT_TITLE, span)),
            };
            let name_span = Span { start: span.start, end: span.start + name.len() as u32 };
            let key = Expression::new(ExpressionKind::String(name), name_span);
            // Puppet gives such an entry no place of its own.
            entries.push(HashEntry { key, value, arrow: brace });
        }
        let hash = Expression::new(ExpressionKind::Hash(entries), self.span_from(brace.start));
        let mut statements = transform_calls(left, hash);
        match statements.pop() {
            Some(only) if statements.is_empty() => Ok(Expression { span, ..only }),
            Some(last) => {
                statements.push(last);
                Ok(Expression::new(ExpressionKind::Block(statements), span))
            }
            None => Err(self.unexpected()),
        }
    }

    /// `resource_bodies endsemi`.
    fn resource_bodies(&mut self) -> Parsed<Vec<ResourceBody>> {
        let mut bodies = vec![self.resource_body()?];
        while self.take_if(TokenKind::Semicolon) && !self.at(TokenKind::RightBrace) {
            bodies.push(self.resource_body()?);
        }
        Ok(exact(bodies))
    }

    /// `resource_body`.
    fn resource_body(&mut self) -> Parsed<ResourceBody> {
        let start = self.current.span.start;
        let title = self.expression()?;
        self.expect(TokenKind::Colon)?;
        let operations = self.attribute_operations()?;
        let span = self.span_from(start);
        self.take_if(TokenKind::Comma);
        Ok(ResourceBody { title, operations, span })
    }

    /// `attribute_operations`. Stops before a comma that no attribute follows. The grammar lets a comma stand before
    /// the first.
    fn attribute_operations(&mut self) -> Parsed<Vec<AttributeOperation>> {
        let mut operations = Vec::new();
        if self.begins_attribute() {
            operations.push(self.attribute_operation()?);
        }
        while self.at(TokenKind::Comma) && begins_attribute(self.peek()) {
            self.take();
            operations.push(self.attribute_operation()?);
        }
        Ok(exact(operations))
    }

    /// `attribute_operation`.
    fn attribute_operation(&mut self) -> Parsed<AttributeOperation> {
        let name = self.take();
        let start = name.span.start;
        if name.kind == TokenKind::Times {
            self.expect(TokenKind::FatArrow)?;
            let value = self.expression()?;
            return Ok(AttributeOperation::Splat { value, span: self.span_from(start) });
        }
        let operator = match self.current.kind {
            TokenKind::FatArrow => AttributeOperator::Set,
            TokenKind::PlusArrow => AttributeOperator::Append,
            _ => return Err(self.unexpected()),
        };
        self.take();
        let value = self.expression()?;
        let span = self.span_from(start);
        Ok(AttributeOperation::Attribute { name: name.into_text(), operator, value, span })
    }

    fn begins_attribute(&self) -> bool {
        begins_attribute(self.current.kind)
    }

    /// Whether an attribute begins here, where a title may too.
    fn at_attribute(&mut self) -> bool {
        self.begins_attribute() && matches!(self.peek(), TokenKind::FatArrow | TokenKind::PlusArrow)
    }

    /// `collection_expression`, whose type was just read.
    pub(super) fn collector(&mut self, type_expression: Expression) -> Parsed<Expression> {
        let opening = self.take();
        let exported = opening.kind == TokenKind::LeftExportedCollect;
        let closing = if exported { TokenKind::RightExportedCollect } else { TokenKind::RightCollect };
        let expression = if self.at(closing) { None } else { Some(self.expression()?) };
        self.expect(closing)?;
        let query = Query { exported, expression, span: self.span_from(opening.span.start) };
        let mut operations = Vec::new();
        if self.take_if(TokenKind::LeftBrace) {
            operations = self.attribute_operations()?;
            self.take_if(TokenKind::Comma);
            self.close(TokenKind::RightBrace)?;
        }
        let span = self.span_from(type_expression.span.start);
        let collector = Collector { type_expression, query, operations };
        Ok(Expression::new(ExpressionKind::Collector(Box::new(collector)), span))
    }
}

const SPLAT_WITHOUT_TITLE: &str = "Attributes from a hash are only accepted in a resource with a title";

/// Whether a token may be an attribute's name, or the star.
fn begins_attribute(kind: TokenKind) -> bool {
    let value = matches!(kind, TokenKind::True | TokenKind::False);
    matches!(kind, TokenKind::Name | TokenKind::Times) || (kind.is_keyword() && !value)
}
