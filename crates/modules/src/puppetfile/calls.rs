//! Tokens to calls: a name, values, and options in any of Ruby's three spellings.
//!
//! Knows Ruby's way of writing a call and the names of a Puppetfile's statements, not what they mean.

use diagnostics::Span;

use super::Placed;
use super::lexer::{self, Kind, Token};
use super::problem::Problem;

/// The statements of a Puppetfile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    Mod,
    Forge,
    Moduledir,
    Metadata,
    Exclusion,
}

impl Statement {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Mod, Self::Forge, Self::Moduledir, Self::Metadata, Self::Exclusion];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mod => "mod",
            Self::Forge => "forge",
            Self::Moduledir => "moduledir",
            Self::Metadata => "metadata",
            Self::Exclusion => "exclusion",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|statement| statement.name() == name)
    }
}

/// `statement argument, option: value`, with or without parentheses.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    pub statement: Statement,
    pub arguments: Vec<Argument>,
    pub options: Vec<NamedValue>,
    /// From the statement's name to the last argument or the closing parenthesis.
    pub span: Span,
}

/// A value by position.
#[derive(Debug, PartialEq, Eq)]
pub struct Argument {
    pub value: Value,
    pub span: Span,
}

/// `name: value`, `:name => value` or `"name": value`.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedValue {
    pub name: String,
    pub name_span: Span,
    pub value: Value,
    pub value_span: Span,
}

/// A literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Symbol(String),
    Boolean(bool),
    /// A whole number, as written.
    Number(String),
    Nil,
}

impl Value {
    /// For messages: the value as one would write it.
    pub fn describe(&self) -> String {
        match self {
            Self::Text(text) => format!("'{text}'"),
            Self::Symbol(name) => format!(":{name}"),
            Self::Boolean(value) => value.to_string(),
            Self::Number(digits) => digits.clone(),
            Self::Nil => "nil".to_owned(),
        }
    }
}

/// All calls of a text, and what is wrong. After an error, reading goes on with the next line that begins
/// with a word and is no part of a call.
pub fn read(text: &str) -> (Vec<Call>, Vec<Placed>) {
    let tokens = lexer::tokens(text);
    let mut parser = Parser { tokens: &tokens, position: 0, end: Span::at(text.len()) };
    let (mut calls, mut problems) = (Vec::new(), Vec::new());
    while parser.next_statement() {
        match parser.call() {
            Ok(call) => calls.push(call),
            Err(problem) => {
                problems.push(problem);
                parser.recover();
            }
        }
    }
    (calls, problems)
}

const A_VALUE: &str = "a string, a symbol, `true`, `false` or an option";

struct Parser<'a> {
    tokens: &'a [Token],
    position: usize,
    /// The empty span at the end of the text.
    end: Span,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Kind> {
        self.tokens.get(self.position).map(|token| &token.kind)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.position).map_or(self.end, |token| token.span)
    }

    /// The span of the token before this one.
    fn previous_span(&self) -> Span {
        self.position
            .checked_sub(1)
            .and_then(|index| self.tokens.get(index))
            .map_or(self.end, |token| token.span)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let is_next = self.peek() == Some(kind);
        self.position += usize::from(is_next);
        is_next
    }

    fn skip_breaks(&mut self) {
        while self.take(&Kind::Break) {}
    }

    fn next_statement(&mut self) -> bool {
        self.skip_breaks();
        self.peek().is_some()
    }

    /// To the next line break that is followed by a word.
    fn recover(&mut self) {
        while let Some(kind) = self.peek() {
            self.position += 1;
            if *kind == Kind::Break && matches!(self.peek(), Some(Kind::Word(_))) {
                return;
            }
        }
    }

    fn unexpected(&self, expected: &'static str) -> Placed {
        let problem = match self.peek() {
            Some(Kind::Broken(problem)) => problem.clone(),
            Some(kind) => Problem::Unexpected { expected, found: describe(kind) },
            None => Problem::Unexpected { expected, found: "the end of the file".to_owned() },
        };
        (problem, self.span())
    }

    fn call(&mut self) -> Result<Call, Placed> {
        let start = self.span();
        let statement = self.statement()?;
        let mut call = Call { statement, arguments: Vec::new(), options: Vec::new(), span: start };
        if self.take(&Kind::OpenParenthesis) {
            self.arguments_in_parentheses(&mut call)?;
        } else {
            self.arguments_on_line(&mut call)?;
        }
        call.span = start.cover(self.previous_span());
        match self.peek() {
            None | Some(Kind::Break) => Ok(call),
            Some(_) => Err(self.unexpected("`,` or the end of the line")),
        }
    }

    fn statement(&mut self) -> Result<Statement, Placed> {
        let Some(Kind::Word(name)) = self.peek() else {
            return Err(self.unexpected("`mod`, `forge` or `moduledir`"));
        };
        let unknown = || (Problem::UnknownStatement { name: name.clone() }, self.span());
        let statement = Statement::named(name).ok_or_else(unknown)?;
        self.position += 1;
        Ok(statement)
    }

    /// Arguments that end with the line, unless a comma stands before its break.
    fn arguments_on_line(&mut self, call: &mut Call) -> Result<(), Placed> {
        if matches!(self.peek(), None | Some(Kind::Break)) {
            return Ok(());
        }
        loop {
            self.argument(call)?;
            if !self.take(&Kind::Comma) {
                return Ok(());
            }
            self.skip_breaks();
        }
    }

    /// Arguments after an opening parenthesis, and the closing one. A comma may come last.
    fn arguments_in_parentheses(&mut self, call: &mut Call) -> Result<(), Placed> {
        loop {
            self.skip_breaks();
            if self.take(&Kind::CloseParenthesis) {
                return Ok(());
            }
            self.argument(call)?;
            self.skip_breaks();
            if !self.take(&Kind::Comma) && self.peek() != Some(&Kind::CloseParenthesis) {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
    }

    fn argument(&mut self, call: &mut Call) -> Result<(), Placed> {
        if self.take(&Kind::OpenBrace) {
            return self.braces(call);
        }
        let span = self.span();
        if let Some(option) = self.option()? {
            call.options.push(option);
            return Ok(());
        }
        let value = self.value()?;
        if !call.options.is_empty() {
            let found = value.describe();
            return Err((Problem::ValueAfterOptions { found }, span));
        }
        call.arguments.push(Argument { value, span });
        Ok(())
    }

    /// The options of an explicit hash, after its opening brace.
    fn braces(&mut self, call: &mut Call) -> Result<(), Placed> {
        loop {
            self.skip_breaks();
            if self.take(&Kind::CloseBrace) {
                return Ok(());
            }
            let Some(option) = self.option()? else {
                return Err(self.unexpected("an option or `}`"));
            };
            call.options.push(option);
            self.skip_breaks();
            if !self.take(&Kind::Comma) && self.peek() != Some(&Kind::CloseBrace) {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    /// An option, if one begins here.
    fn option(&mut self) -> Result<Option<NamedValue>, Placed> {
        let name_span = self.span();
        let arrow_next = self.tokens.get(self.position + 1).is_some_and(|token| token.kind == Kind::Arrow);
        let (name, length) = match self.peek() {
            Some(Kind::Label(name)) => (name, 1),
            Some(Kind::Symbol(name)) if arrow_next => (name, 2),
            Some(Kind::Text(name)) if arrow_next => {
                return Err((Problem::TextAsOption { name: name.clone() }, name_span));
            }
            _ => return Ok(None),
        };
        self.position += length;
        self.skip_breaks();
        let value_span = self.span();
        let value = self.value()?;
        Ok(Some(NamedValue { name: name.clone(), name_span, value, value_span }))
    }

    fn value(&mut self) -> Result<Value, Placed> {
        let value = match self.peek() {
            Some(Kind::Text(text)) => Value::Text(text.clone()),
            Some(Kind::Symbol(name)) => Value::Symbol(name.clone()),
            Some(Kind::Number(digits)) => Value::Number(digits.clone()),
            Some(Kind::Word(word)) => match word.as_str() {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                "nil" => Value::Nil,
                // The comma before it has nothing after it.
                name if Statement::named(name).is_some() => {
                    return Err(self.unexpected(A_VALUE));
                }
                _ => return Err((Problem::Code { found: word.clone() }, self.span())),
            },
            _ => return Err(self.unexpected(A_VALUE)),
        };
        self.position += 1;
        Ok(value)
    }
}

/// A token for messages.
fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Word(word) => format!("`{word}`"),
        Kind::Text(text) => format!("`'{text}'`"),
        Kind::Symbol(name) => format!("`:{name}`"),
        Kind::Label(name) => format!("`{name}:`"),
        Kind::Number(digits) => format!("`{digits}`"),
        Kind::Comma => "`,`".to_owned(),
        Kind::Arrow => "`=>`".to_owned(),
        Kind::OpenParenthesis => "`(`".to_owned(),
        Kind::CloseParenthesis => "`)`".to_owned(),
        Kind::OpenBrace => "`{`".to_owned(),
        Kind::CloseBrace => "`}`".to_owned(),
        Kind::Break => "the end of the line".to_owned(),
        Kind::Broken(_) => "something unreadable".to_owned(),
    }
}
