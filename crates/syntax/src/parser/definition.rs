//! Classes, defined types, functions, plans and nodes.

use super::{Parsed, Parser};
use crate::ast::{Apply, Class, Define, Expression, ExpressionKind, Function, Name, Node, Plan};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `hostclass_expression`.
    pub(super) fn class(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let name = self.name()?;
        self.classes.push(name.to_string());
        let class = self.rest_of_class(name);
        self.classes.pop();
        let mut class = class?;
        class.name = self.qualified(&class.name);
        Ok(Expression::new(ExpressionKind::Class(Box::new(class)), self.span_from(start)))
    }

    fn rest_of_class(&mut self, name: Name) -> Parsed<Class> {
        let parameters = self.parameter_list()?;
        let parent = if self.take_if(TokenKind::Inherits) { Some(self.parent_name()?) } else { None };
        Ok(Class { name, parameters, parent, body: self.body()? })
    }

    /// `definition_expression`.
    pub(super) fn define(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let name = self.name()?;
        let parameters = self.parameter_list()?;
        let body = self.body()?;
        let define = Define { name: self.qualified(&name), parameters, body };
        Ok(Expression::new(ExpressionKind::Define(Box::new(define)), self.span_from(start)))
    }

    /// `function_definition`.
    pub(super) fn function(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let name = self.name()?;
        let parameters = self.parameter_list()?;
        let return_type = self.return_type()?;
        let body = self.body()?;
        let function = Function { name, parameters, return_type, body };
        Ok(Expression::new(ExpressionKind::Function(Box::new(function)), self.span_from(start)))
    }

    /// `plan_expression`.
    pub(super) fn plan(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let name = self.name()?;
        self.classes.push(name.to_string());
        let plan = self.rest_of_plan(name);
        self.classes.pop();
        let mut plan = plan?;
        plan.name = self.qualified(&plan.name);
        Ok(Expression::new(ExpressionKind::Plan(Box::new(plan)), self.span_from(start)))
    }

    fn rest_of_plan(&mut self, name: Name) -> Parsed<Plan> {
        Ok(Plan { name, parameters: self.parameter_list()?, body: self.body()? })
    }

    /// `apply_expression`.
    pub(super) fn apply(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        self.expect(TokenKind::LeftParenthesis)?;
        let arguments = self.arguments(true)?;
        self.expect(TokenKind::RightParenthesis)?;
        let body = self.body()?;
        let apply = Apply { arguments, body };
        Ok(Expression::new(ExpressionKind::Apply(Box::new(apply)), self.span_from(start)))
    }

    /// `node_definition_expression`.
    pub(super) fn node(&mut self) -> Parsed<Expression> {
        let start = self.take().span.start;
        let mut matches = vec![self.host_match()?];
        while self.take_if(TokenKind::Comma)
            && !matches!(self.current.kind, TokenKind::Inherits | TokenKind::LeftBrace)
        {
            matches.push(self.host_match()?);
        }
        let parent = if self.take_if(TokenKind::Inherits) { Some(self.host_match()?) } else { None };
        let body = self.body()?;
        let node = Node { matches, parent, body };
        Ok(Expression::new(ExpressionKind::Node(Box::new(node)), self.span_from(start)))
    }

    /// `hostname`.
    fn host_match(&mut self) -> Parsed<Expression> {
        match self.current.kind {
            TokenKind::Name | TokenKind::Number => self.dotted_name(),
            TokenKind::Default => {
                let span = self.take().span;
                Ok(Expression::new(ExpressionKind::Default, span))
            }
            TokenKind::Regexp => {
                let token = self.take();
                let span = token.span;
                Ok(Expression::new(ExpressionKind::Regexp(token.into_text()), span))
            }
            _ => self.string(),
        }
    }

    /// `dotted_name`: a string, without its space.
    fn dotted_name(&mut self) -> Parsed<Expression> {
        let start = self.current.span.start;
        let mut name = String::from(self.take().into_text());
        while self.take_if(TokenKind::Dot) {
            if !matches!(self.current.kind, TokenKind::Name | TokenKind::Number) {
                return Err(self.unexpected());
            }
            name.push('.');
            name.push_str(&self.take().into_text());
        }
        Ok(Expression::new(ExpressionKind::String(name.into()), self.span_from(start)))
    }

    /// `classname`.
    fn name(&mut self) -> Parsed<Name> {
        match self.current.kind {
            TokenKind::Name | TokenKind::Word | TokenKind::ClassReference => Ok(self.take().into_text()),
            TokenKind::Class => {
                let span = self.take().span;
                Err(self.refuse("'class' keyword not allowed at this location", span))
            }
            TokenKind::String => {
                let span = self.take().span;
                Err(self.refuse("A quoted string is not valid as a name here", span))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `classnameordefault`.
    fn parent_name(&mut self) -> Parsed<Name> {
        if self.at(TokenKind::Default) { Ok(self.take().into_text()) } else { self.name() }
    }

    /// The name with those of the classes around before it.
    fn qualified(&self, name: &str) -> Name {
        // As in Puppet, a name that begins with colons keeps them, and is refused for it.
        if self.classes.is_empty() {
            name.into()
        } else {
            format!("{}::{name}", self.classes.join("::")).into()
        }
    }
}
