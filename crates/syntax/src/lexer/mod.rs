//! Characters to tokens.
//!
//! Puppet's lexer depends on what came before: a slash begins a regular expression or divides, a bracket is an index
//! or an array, a parenthesis is a call's or its own, a heredoc's text is read out of order, a string holds
//! expressions. All of that is here, so that the parser sees plain tokens. What Puppet reads in a surprising way
//! is read in the same way, with a comment.
//!
//! Tokens are made one at a time, as they are asked for; only strings with interpolation and heredocs are read as
//! a whole, as Puppet does: an error in one of them comes before everything else in it.
//!
//! Deliberately unaware of the grammar.

mod escapes;
mod heredoc;
mod interpolation;
mod number;
mod position;
mod regular_expression;
mod template;
mod token;
mod word;

use std::collections::VecDeque;

use diagnostics::Span;
use position::Origin;
pub(crate) use token::{Token, TokenKind, Value};

use crate::ast::Name;
use crate::{Issue, Options, Stage};

/// How deep strings and heredocs may stand in each other's interpolations.
const MAXIMUM_NESTING: usize = 100;

/// A token, nothing (space, or tokens that were queued), or what is wrong.
type Lexed = Result<Option<Token>, Box<Issue>>;

pub(crate) struct Lexer<'text> {
    text: &'text str,
    /// Where the next token begins.
    at: usize,
    origin: Origin,
    /// Tokens that were read ahead.
    queue: VecDeque<Token>,
    /// The kind of the last token, on which the meaning of a slash and of a brace depends.
    after: Option<TokenKind>,
    /// How many braces are open.
    braces: usize,
    /// Where the line begins on which the lexer is, as far as it has seen line ends by themselves.
    line_start: usize,
    /// Where reading goes on after the end of this line: behind the heredocs that began on it.
    newline_jump: Option<usize>,
    /// What is read: code, or which part of a template.
    mode: template::Mode,
    /// What was matched last, which is named when a quote is not closed.
    matched: Option<(usize, usize)>,
    /// How deep this lexer and its strings stand in others.
    nesting: usize,
    /// Whether this reads the text of a heredoc.
    in_heredoc: bool,
    tasks: bool,
    /// Warnings found so far.
    pub(crate) warnings: Vec<Issue>,
}

impl<'text> Lexer<'text> {
    pub(crate) fn new(text: &'text str, options: &Options) -> Self {
        let mut lexer = Self::within(text, Origin::default(), options.tasks, 0);
        if options.epp {
            lexer.start_template();
        }
        lexer
    }

    fn within(text: &'text str, origin: Origin, tasks: bool, nesting: usize) -> Self {
        Self {
            text,
            at: 0,
            origin,
            queue: VecDeque::new(),
            after: None,
            braces: 0,
            line_start: 0,
            newline_jump: None,
            mode: template::Mode::Code,
            matched: None,
            nesting,
            in_heredoc: false,
            tasks,
            warnings: Vec::new(),
        }
    }

    /// The next token; at the end of the text, again and again the end of input.
    pub(crate) fn next(&mut self) -> Token {
        loop {
            if let Some(token) = self.queue.pop_front() {
                self.after = Some(token.kind);
                return token;
            }
            let start = self.at;
            if start >= self.text.len() {
                return self.end_of_input();
            }
            match self.lex() {
                Ok(Some(token)) => {
                    self.after = Some(token.kind);
                    return token;
                }
                Ok(None) => {}
                Err(issue) => return self.invalid(start, issue),
            }
        }
    }

    fn end_of_input(&mut self) -> Token {
        if let Some(issue) = self.unclosed_template_tag() {
            return self.invalid(self.text.len(), issue);
        }
        self.token(TokenKind::EndOfInput, self.text.len(), self.text.len())
    }

    /// What began at `start` cannot be read. Drops what of it was read, and goes on behind it.
    fn invalid(&mut self, start: usize, issue: Box<Issue>) -> Token {
        self.queue.clear();
        self.nesting = 0;
        self.at = self.at.max(start + 1).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        let mut token = self.token(TokenKind::Invalid, start, self.at);
        token.value = Value::Issue(issue);
        self.after = Some(TokenKind::Invalid);
        token
    }

    /// One token at the current place, which is not the end.
    fn lex(&mut self) -> Lexed {
        let (first, second, third) = (self.byte(0), self.byte(1), self.byte(2));
        let kind = match first {
            b' ' | b'\t' | b'\r' => return self.space(),
            b'\n' => return self.line_end(),
            b'#' => return self.line_comment(),
            b'a'..=b'z' | b'_' => return self.bare_word(),
            b'A'..=b'Z' => return self.class_reference(),
            b'0'..=b'9' => return self.number(),
            b'$' => return self.variable(),
            b'\'' => return self.single_quoted(),
            b'"' => return self.double_quoted(),
            b'/' if second == b'*' => return self.block_comment(),
            b'/' => return self.regular_expression_or_slash(),
            b':' if second == b':' => return self.qualified(),
            b'@' if second == b'(' => return self.heredoc(),
            b'%' if second == b'>' && self.in_template() => return self.template_tag_end(false),
            b'-' if second == b'%' && third == b'>' && self.in_template() => {
                return self.template_tag_end(true);
            }
            b'[' if self.after_space() => TokenKind::ListStart,
            b'[' => TokenKind::LeftBracket,
            b']' => TokenKind::RightBracket,
            b'(' if self.first_on_line() => TokenKind::LineParenthesis,
            b'(' => TokenKind::LeftParenthesis,
            b')' => TokenKind::RightParenthesis,
            b'{' | b'}' => return Ok(Some(self.brace(first))),
            _ => match operator(first, second, third) {
                Some(kind) => kind,
                None => return self.unknown(),
            },
        };
        Ok(Some(self.take(kind)))
    }

    /// A token that is always written in the same way, and steps behind it.
    fn take(&mut self, kind: TokenKind) -> Token {
        let start = self.at;
        self.at += kind.text().len();
        self.token(kind, start, self.at)
    }

    fn token(&self, kind: TokenKind, start: usize, end: usize) -> Token {
        Token { kind, span: self.origin.span(start, end), value: Value::None }
    }

    fn text_token(&self, kind: TokenKind, start: usize, end: usize, text: impl Into<Name>) -> Token {
        Token { kind, span: self.origin.span(start, end), value: Value::Text(text.into()) }
    }

    fn space(&mut self) -> Lexed {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !(is_blank(c) || c == '\r')).unwrap_or(rest.len());
        self.matched = Some((self.at, self.at + length));
        self.at += length;
        Ok(None)
    }

    fn line_end(&mut self) -> Lexed {
        self.at = self.newline_jump.take().unwrap_or(self.at + 1);
        self.line_start = self.at;
        Ok(None)
    }

    fn line_comment(&mut self) -> Lexed {
        let length = self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at);
        self.matched = Some((self.at, self.at + length));
        self.at += length;
        Ok(None)
    }

    fn block_comment(&mut self) -> Lexed {
        let Some(length) = self.text[self.at + 2..].find("*/") else {
            let issue = self.issue("UNCLOSED_MLCOMMENT", "Unclosed multiline comment", self.at);
            self.at = self.text.len();
            return Err(issue.hint("`/*` begins a comment, which ends with `*/`").into());
        };
        self.at += 2 + length + 2;
        Ok(None)
    }

    fn brace(&mut self, brace: u8) -> Token {
        if brace == b'}' {
            // More may be closed than were opened: the parser complains.
            self.braces = self.braces.wrapping_sub(1);
            return self.take(TokenKind::RightBrace);
        }
        self.braces = self.braces.wrapping_add(1);
        let selector = self.after == Some(TokenKind::QuestionMark);
        self.take(if selector { TokenKind::SelectorBrace } else { TokenKind::LeftBrace })
    }

    /// Other kinds of space, or a character that starts nothing.
    fn unknown(&mut self) -> Lexed {
        let character = self.text[self.at..].chars().next().unwrap_or_default();
        if is_blank(character) {
            return self.space();
        }
        self.matched = None;
        let start = self.at;
        self.at += character.len_utf8();
        Ok(Some(self.token(TokenKind::Other, start, self.at)))
    }

    fn after_space(&self) -> bool {
        let before = self.text[..self.at].chars().next_back();
        before.is_none_or(|c| is_blank(c) || c == '\r' || c == '\n')
    }

    fn first_on_line(&self) -> bool {
        let line = self.text.get(self.line_start..self.at).unwrap_or_default();
        line.chars().all(|c| is_blank(c) || c == '\r')
    }

    /// The byte this far ahead; 0 behind the end, where nothing begins.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// An error at this offset of the text.
    fn issue(&self, code: &'static str, message: impl Into<String>, at: usize) -> Issue {
        Issue::error(Stage::Lexing, code, message, self.place(at))
    }

    fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        let place = self.place(self.at);
        self.warnings.push(Issue::warning(Stage::Lexing, code, message, place));
    }

    /// The character at this offset.
    fn place(&self, at: usize) -> Span {
        let length = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.origin.span(at, at + length)
    }

    /// What follows, as messages show it.
    fn followed_by(&self) -> String {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return "<eof>".to_owned();
        }
        let shown: String = rest.chars().take(5).collect();
        shown.replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r") + "..."
    }
}

/// What Ruby calls `[[:blank:]]`.
fn is_blank(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// What Ruby calls `\w`.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The operator or punctuation that these bytes begin with.
fn operator(first: u8, second: u8, third: u8) -> Option<TokenKind> {
    Some(match (first, second, third) {
        (b'@', b'@', _) => TokenKind::DoubleAt,
        (b'@', ..) => TokenKind::At,
        (b'|', b'>', b'>') => TokenKind::RightExportedCollect,
        (b'|', b'>', _) => TokenKind::RightCollect,
        (b'|', ..) => TokenKind::Pipe,
        (b'=', b'=', _) => TokenKind::IsEqual,
        (b'=', b'>', _) => TokenKind::FatArrow,
        (b'=', b'~', _) => TokenKind::Match,
        (b'=', ..) => TokenKind::Equals,
        (b'+', b'=', _) => TokenKind::Appends,
        (b'+', b'>', _) => TokenKind::PlusArrow,
        (b'+', ..) => TokenKind::Plus,
        (b'-', b'>', _) => TokenKind::Before,
        (b'-', b'=', _) => TokenKind::Deletes,
        (b'-', ..) => TokenKind::Minus,
        (b'!', b'=', _) => TokenKind::NotEqual,
        (b'!', b'~', _) => TokenKind::NotMatch,
        (b'!', ..) => TokenKind::Not,
        (b'~', b'>', _) => TokenKind::Notify,
        (b'~', ..) => TokenKind::Tilde,
        (b'<', b'<', b'|') => TokenKind::LeftExportedCollect,
        (b'<', b'<', _) => TokenKind::LeftShift,
        (b'<', b'=', _) => TokenKind::LessOrEqual,
        (b'<', b'|', _) => TokenKind::LeftCollect,
        (b'<', b'-', _) => TokenKind::After,
        (b'<', b'~', _) => TokenKind::Subscribe,
        (b'<', ..) => TokenKind::Less,
        (b'>', b'>', _) => TokenKind::RightShift,
        (b'>', b'=', _) => TokenKind::GreaterOrEqual,
        (b'>', ..) => TokenKind::Greater,
        (b'.', ..) => TokenKind::Dot,
        (b',', ..) => TokenKind::Comma,
        (b';', ..) => TokenKind::Semicolon,
        (b'?', ..) => TokenKind::QuestionMark,
        (b'*', ..) => TokenKind::Times,
        (b'%', ..) => TokenKind::Modulo,
        (b':', ..) => TokenKind::Colon,
        _ => return None,
    })
}
