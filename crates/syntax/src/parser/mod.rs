//! Tokens to a tree: recursive descent, with precedence climbing for operators.
//!
//! The grammar is that of Puppet's `egrammar.ra`, an LALR grammar whose conflicts are resolved in Puppet's own way;
//! each function here names the rule it reads. The first unexpected token is the first that Puppet does not expect.
//! After an error the rest of the statement is skipped, and reading goes on.
//!
//! Deliberately unaware of characters, and of the checks that Puppet makes on a whole tree.

mod call;
mod collection;
mod control;
mod definition;
mod expression;
mod number;
mod parameter;
mod recovery;
mod resource;
mod statement;
mod string;
mod type_alias;

use diagnostics::Span;

use crate::ast::{Body, Expression, ExpressionKind, Lambda, Program};
use crate::lexer::{Lexer, Token, TokenKind, Value};
use crate::{Issue, Options, Severity, Stage};

/// How deep expressions may stand in each other. Real Puppet runs out of stack at about 800.
const MAXIMUM_DEPTH: u32 = 500;

/// How high a tree may grow where operators follow each other, which takes no nesting.
const MAXIMUM_HEIGHT: u32 = 1000;

/// An error has been noted; the statement cannot be read on.
struct Failed;

type Parsed<T> = Result<T, Failed>;

struct Parser<'text> {
    text: &'text str,
    lexer: Lexer<'text>,
    current: Token,
    /// The token after the current one, if it was looked at.
    ahead: Option<Token>,
    /// Where the last token taken ended.
    end: u32,
    /// The brackets that are open, innermost last.
    open: Vec<Token>,
    /// The names of the classes around.
    classes: Vec<String>,
    issues: Vec<Issue>,
    depth: u32,
    /// The height of the highest expression that was read as part of the current one.
    height: u32,
}

/// The tree of a text, and what the lexer and the parser have to say.
pub(crate) fn parse(text: &str, options: &Options) -> (Program, Vec<Issue>) {
    let mut issues = Vec::new();
    if let Some(issue) = byte_order_mark(text) {
        issues.push(issue);
    }
    let mut lexer = Lexer::new(text, options);
    let current = lexer.next();
    let mut parser = Parser {
        text,
        lexer,
        current,
        ahead: None,
        end: 0,
        open: Vec::new(),
        classes: Vec::new(),
        issues,
        depth: 0,
        height: 0,
    };
    let statements = if options.epp { parser.template() } else { parser.program() };
    let program = Program { statements, span: Span::new(0, text.len()) };
    let mut issues = parser.issues;
    // What the whole tree is checked for counts only if there is one.
    if issues.iter().any(|issue| issue.stage != Stage::Validation && issue.severity == Severity::Error) {
        issues.retain(|issue| issue.stage != Stage::Validation);
    }
    issues.append(&mut parser.lexer.warnings);
    (program, issues)
}

/// `program`.
impl Parser<'_> {
    fn program(&mut self) -> Vec<Expression> {
        let mut statements = Vec::new();
        while self.current.kind != TokenKind::EndOfInput {
            statements.append(&mut self.statement_list(TokenKind::EndOfInput));
            if self.current.kind != TokenKind::EndOfInput {
                self.stray_token();
            }
        }
        statements
    }

    /// `epp_expression`.
    fn template(&mut self) -> Vec<Expression> {
        let start = self.take().span;
        let parameters = self.template_parameters();
        let (parameters, parameters_specified) = match parameters {
            Ok(Some(parameters)) => (parameters, true),
            Ok(None) => (Vec::new(), false),
            Err(Failed) => {
                self.recover(0);
                (Vec::new(), false)
            }
        };
        let statements = self.program();
        let span = Span::new(0, self.text.len());
        let body = self.body_of(statements, span);
        let lambda =
            Lambda { parameters, parameters_specified, return_type: None, body, span: start.cover(span) };
        vec![Expression::new(ExpressionKind::Epp(Box::new(lambda)), span)]
    }

    fn body_of(&self, statements: Vec<Expression>, span: Span) -> Option<Body> {
        (!statements.is_empty()).then(|| Body { statements: exact(statements), span })
    }
}

/// Tokens.
impl Parser<'_> {
    fn at(&self, kind: TokenKind) -> bool {
        self.current.kind == kind
    }

    /// The kind of the token after the current one.
    fn peek(&mut self) -> TokenKind {
        self.ahead.get_or_insert_with(|| self.lexer.next()).kind
    }

    /// Takes the current token and steps to the next.
    fn take(&mut self) -> Token {
        let next = self.ahead.take().unwrap_or_else(|| self.lexer.next());
        let token = std::mem::replace(&mut self.current, next);
        self.end = token.span.end;
        match token.kind {
            TokenKind::LeftBrace
            | TokenKind::SelectorBrace
            | TokenKind::LeftParenthesis
            | TokenKind::LineParenthesis
            | TokenKind::LeftBracket
            | TokenKind::ListStart => self.open.push(token.clone()),
            TokenKind::RightBrace | TokenKind::RightParenthesis | TokenKind::RightBracket => {
                self.open.pop();
            }
            _ => {}
        }
        token
    }

    fn take_if(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.take();
        }
        found
    }

    fn expect(&mut self, kind: TokenKind) -> Parsed<Token> {
        if self.at(kind) { Ok(self.take()) } else { Err(self.unexpected_for(|| expected(kind.text()))) }
    }

    /// The bracket that closes a list, after an element of which a comma may have been forgotten.
    fn close(&mut self, kind: TokenKind) -> Parsed<Token> {
        if self.at(kind) {
            Ok(self.take())
        } else {
            Err(self.unexpected_for(|| expected(&format!(",` or `{}", kind.text()))))
        }
    }

    /// From here to the end of the last token.
    fn span_from(&self, start: u32) -> Span {
        Span { start, end: self.end.max(start) }
    }
}

/// Errors.
impl Parser<'_> {
    /// Notes that the current token is not expected.
    fn unexpected(&mut self) -> Failed {
        self.unexpected_for(|| None)
    }

    /// The same, where it can be told what would be right.
    fn unexpected_for(&mut self, hint: impl FnOnce() -> Option<String>) -> Failed {
        if let Value::Issue(issue) = &self.current.value {
            let issue = (**issue).clone();
            return self.note(issue);
        }
        let end = self.at(TokenKind::EndOfInput);
        let found = if end { "end of input".to_owned() } else { format!("'{}'", self.current.shown()) };
        let message = format!("Syntax error at {found}");
        let mut issue = Issue::error(Stage::Parsing, "SYNTAX_ERROR", message, self.current.span);
        if end {
            issue.span = None;
        }
        issue.hint = self.unclosed().or_else(hint);
        self.note(issue)
    }

    /// An error that Puppet's grammar raises itself.
    fn refuse(&mut self, message: impl Into<String>, span: Span) -> Failed {
        let issue = Issue::error(Stage::Parsing, "SYNTAX_ERROR", message, span);
        self.note(issue)
    }

    /// Notes an error, unless it only follows from one before: after the first, the end of the text and stray
    /// tokens say nothing new.
    fn note(&mut self, issue: Issue) -> Failed {
        let first = self.issues.iter().all(|issue| issue.stage == Stage::Validation);
        let follows = self.at(TokenKind::EndOfInput) || self.at(TokenKind::RightBrace);
        if first || !follows {
            self.issues.push(issue);
        }
        Failed
    }

    /// Counts one level of nesting while `read` runs.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAXIMUM_DEPTH {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let outer = std::mem::take(&mut self.height);
        let result = stacker::maybe_grow(RED_ZONE, STACK, || read(self));
        self.depth -= 1;
        let grown = self.grow();
        self.height = self.height.max(outer);
        let value = result?;
        grown.map(|()| value)
    }

    /// Counts what was read as part of something, of which it is the highest part.
    fn grow(&mut self) -> Parsed<()> {
        self.height += 1;
        if self.height > MAXIMUM_HEIGHT { Err(self.too_deep()) } else { Ok(()) }
    }

    fn too_deep(&mut self) -> Failed {
        // Whatever is around is as deep: nothing after this can be read.
        self.height = 0;
        let issue =
            Issue::error(Stage::Parsing, "TOO_DEEP", "expressions are nested too deep", self.current.span);
        while !self.at(TokenKind::EndOfInput) {
            self.take();
        }
        let first = self.issues.iter().all(|issue| issue.stage == Stage::Validation);
        if first {
            self.issues
                .push(issue.hint("real Puppet runs out of stack here; assign parts of it to variables"));
        }
        Failed
    }
}

fn expected(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("expected `{text}` here"))
}

/// A list that will not grow: most have one or two elements, and a tree is kept long.
fn exact<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// How much stack is left when more is asked for, and how much is asked for, in bytes.
const RED_ZONE: usize = 128 * 1024;
const STACK: usize = 1024 * 1024;

/// Puppet reads no text that begins with a mark of its encoding.
fn byte_order_mark(text: &str) -> Option<Issue> {
    text.starts_with('\u{feff}').then(|| {
        let message = "Illegal UTF-8 Byte Order mark at beginning of input: [EF BB BF] - remove these from the puppet \
                       source";
        let issue = Issue::error(Stage::Lexing, "ILLEGAL_BOM", message, Span::new(0, 3));
        Issue { span: None, ..issue }
    })
}
