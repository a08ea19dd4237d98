//! Lists of statements, and the calls among them that have no parentheses.

use diagnostics::Span;

use super::{Failed, Parsed, Parser};
use crate::ast::{Body, Call, Expression, ExpressionKind};
use crate::lexer::TokenKind;

/// The functions that may be called without parentheses.
const STATEMENT_FUNCTIONS: &[&str] = &[
    "require", "realize", "include", "contain", "tag", "debug", "info", "notice", "warning", "err", "fail",
    "import", "break", "next", "return",
];

/// What the grammar calls a syntactic statement: an expression, or several with commas between.
struct Statement {
    first: Expression,
    /// What follows the first, and the first comma.
    more: Option<(Span, Vec<Expression>)>,
}

impl Parser<'_> {
    /// `LBRACE statements RBRACE`, or empty braces. Gives nothing for those.
    pub(super) fn body(&mut self) -> Parsed<Option<Body>> {
        let start = self.expect(TokenKind::LeftBrace)?.span.start;
        let statements = self.statement_list(TokenKind::RightBrace);
        self.expect(TokenKind::RightBrace)?;
        let span = self.span_from(start);
        Ok(self.body_of(statements, span))
    }

    /// `statements`, up to this token, or to one that no statement begins with. Skips what has errors.
    pub(super) fn statement_list(&mut self, closing: TokenKind) -> Vec<Expression> {
        self.statement_list_after(None, closing)
    }

    /// The same, where the first expression was already read.
    pub(super) fn statement_list_after(
        &mut self,
        mut first: Option<Expression>,
        closing: TokenKind,
    ) -> Vec<Expression> {
        let open = self.open.len();
        let mut list = List::default();
        loop {
            while first.is_some() || self.begins_expression() {
                let position = self.current.span.start;
                match self.statement(first.take()) {
                    Ok(statement) => list.add(statement),
                    Err(Failed) => self.skip_statement(open, position),
                }
            }
            // Puppet looks at the list before it looks at what ends it.
            if let Some((comma, name)) = list.refused.take()
                && !self.at(TokenKind::Invalid)
            {
                self.refuse_list(comma, name);
            }
            if self.at(closing) || self.at(TokenKind::EndOfInput) || closing == TokenKind::EndOfInput {
                break;
            }
            // Noted here, so that the body is read to its end.
            let Failed = self.unexpected();
            self.recover(open);
        }
        list.statements
    }

    fn skip_statement(&mut self, open: usize, position: u32) {
        self.recover(open);
        // A token that is refused where a statement begins must not be met again.
        if self.current.span.start == position && self.begins_expression() {
            self.take();
            self.open.truncate(open);
        }
    }

    fn refuse_list(&mut self, comma: Span, name: Option<String>) {
        let message = match name {
            Some(name) => format!(
                "attempt to pass argument list to the function '{name}' which cannot be called without parentheses"
            ),
            None => "illegal comma separated argument list".to_owned(),
        };
        let Failed = self.refuse(message, comma);
    }

    /// `syntactic_statement`, and a semicolon, which another must follow.
    fn statement(&mut self, first: Option<Expression>) -> Parsed<Statement> {
        let first = match first {
            Some(first) => first,
            None => self.assignment()?,
        };
        let mut more: Option<(Span, Vec<Expression>)> = None;
        while self.at(TokenKind::Comma) {
            let comma = self.take().span;
            let next = self.assignment()?;
            more.get_or_insert((comma, Vec::new())).1.push(next);
        }
        if self.take_if(TokenKind::Semicolon) && !self.begins_expression() {
            return Err(self.unexpected());
        }
        Ok(Statement { first, more })
    }
}

/// Statements read so far.
#[derive(Default)]
struct List {
    statements: Vec<Expression>,
    /// The first list with commas that belongs to no function: its first comma, and the name before it if there is
    /// one.
    refused: Option<(Span, Option<String>)>,
}

impl List {
    /// Adds a statement, or makes it the arguments of the function that the one before names.
    fn add(&mut self, statement: Statement) {
        let more = statement.more;
        if self.statements.last().is_some_and(names_statement_function)
            && let Some(function) = self.statements.pop()
        {
            let mut arguments = vec![statement.first];
            arguments.extend(more.into_iter().flat_map(|(_, more)| more));
            return self.statements.push(statement_call(function, arguments));
        }
        let name = match self.statements.last().map(|last| &last.kind) {
            Some(ExpressionKind::QualifiedName(name)) => Some(name.to_string()),
            _ => None,
        };
        let mut first = statement.first;
        if let ExpressionKind::Call(call) = &mut first.kind {
            call.value_required = false;
        }
        self.statements.push(first);
        if let Some((comma, more)) = more {
            self.statements.extend(more);
            self.refused.get_or_insert((comma, name));
        }
    }
}

/// Statements as the grammar's actions combine them where no list of the text is at hand.
pub(super) fn transform_calls(function: Expression, argument: Expression) -> Vec<Expression> {
    if names_statement_function(&function) {
        vec![statement_call(function, vec![argument])]
    } else {
        vec![function, argument]
    }
}

fn statement_call(function: Expression, arguments: Vec<Expression>) -> Expression {
    let span = arguments.iter().fold(function.span, |span, argument| span.cover(argument.span));
    let call = Call { function, arguments, lambda: None, value_required: false };
    Expression::new(ExpressionKind::Call(Box::new(call)), span)
}

fn names_statement_function(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::QualifiedName(name) if STATEMENT_FUNCTIONS.contains(&name.as_ref()))
}
