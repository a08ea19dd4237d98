//! The characters of a Puppetfile to tokens: the literals and the few signs that Ruby's calls are made of.
//!
//! Comments and line breaks that cannot end a statement are gone afterwards.

use diagnostics::Span;

use super::problem::Problem;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bare word: a method's name, `true`, `false`, `nil`, or anything else that Ruby would look up.
    Word(String),
    /// A string's content.
    Text(String),
    /// `:name`
    Symbol(String),
    /// `name:`, which begins an option.
    Label(String),
    /// A whole number, as written.
    Number(String),
    Comma,
    Arrow,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    /// A line break or `;`.
    Break,
    /// Something that no Puppetfile needs, and why it cannot be read.
    Broken(Problem),
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// All tokens of a text, in order. What is wrong stands among them as [`Kind::Broken`].
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, offset: 0, tokens: Vec::new() };
    while let Some(first) = lexer.peek() {
        lexer.token(first);
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    offset: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over characters while they match, and gives them.
    fn take_while(&mut self, matches: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !matches(c)).unwrap_or(rest.len())];
        self.offset += taken.len();
        taken
    }

    fn push(&mut self, start: usize, kind: Kind) {
        self.tokens.push(Token { kind, span: Span::new(start, self.offset) });
    }

    /// One token, or what stands between tokens.
    fn token(&mut self, first: char) {
        let start = self.offset;
        match first {
            '#' => drop(self.take_while(|c| c != '\n')),
            '\n' | ';' => self.sign(Kind::Break, 1),
            '\\' if self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r\n") => {
                self.take_while(|c| c != '\n');
                self.offset += 1;
            }
            // A byte order mark stands at the start of files from some editors.
            '\u{feff}' if start == 0 => self.offset += first.len_utf8(),
            c if c.is_whitespace() => self.offset += c.len_utf8(),
            '\'' | '"' => self.text(first),
            ',' => self.sign(Kind::Comma, 1),
            '(' => self.sign(Kind::OpenParenthesis, 1),
            ')' => self.sign(Kind::CloseParenthesis, 1),
            '{' => self.sign(Kind::OpenBrace, 1),
            '}' => self.sign(Kind::CloseBrace, 1),
            '=' if self.rest().starts_with("=>") => self.sign(Kind::Arrow, 2),
            ':' => self.symbol(),
            c if c.is_ascii_digit() => {
                let number =
                    self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.').to_owned();
                self.push(start, Kind::Number(number));
            }
            c if is_word(c) => self.word(),
            other => {
                self.offset += other.len_utf8();
                self.push(start, Kind::Broken(Problem::Character { found: other }));
            }
        }
    }

    fn sign(&mut self, kind: Kind, length: usize) {
        let start = self.offset;
        self.offset += length;
        self.push(start, kind);
    }

    /// A word, or a label if a single colon follows at once.
    fn word(&mut self) {
        let start = self.offset;
        let word = self.take_while(is_word).to_owned();
        let kind = if self.label_colon() { Kind::Label(word) } else { Kind::Word(word) };
        self.push(start, kind);
    }

    /// Steps over a colon that makes a label of what stands before it.
    fn label_colon(&mut self) -> bool {
        let is_label = self.rest().starts_with(':') && !self.rest().starts_with("::");
        self.offset += usize::from(is_label);
        is_label
    }

    fn symbol(&mut self) {
        let start = self.offset;
        self.offset += 1;
        let name = self.take_while(is_word).to_owned();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            self.push(start, Kind::Broken(Problem::Character { found: ':' }));
        } else {
            self.push(start, Kind::Symbol(name));
        }
    }

    fn text(&mut self, quote: char) {
        let start = self.offset;
        match self.text_content(quote) {
            Ok(content) if self.label_colon() => self.push(start, Kind::Label(content)),
            Ok(content) => self.push(start, Kind::Text(content)),
            Err(problem) => {
                // To the closing quote, so that what is left of the string is not taken for code.
                self.take_while(|c| c != quote && c != '\n');
                self.offset += usize::from(self.rest().starts_with(quote));
                self.push(start, Kind::Broken(problem));
            }
        }
    }

    /// The content up to and including the closing quote.
    fn text_content(&mut self, quote: char) -> Result<String, Problem> {
        self.offset += 1;
        let mut content = String::new();
        loop {
            content.push_str(self.take_while(|c| c != quote && !matches!(c, '\\' | '\n' | '#')));
            let Some(sign) = self.peek().filter(|&c| c != '\n') else {
                return Err(Problem::OpenString);
            };
            if quote == '"' && self.rest().starts_with("#{") {
                return Err(Problem::Interpolation);
            }
            self.offset += sign.len_utf8();
            match sign {
                '\\' => content.push_str(&self.escape(quote)?),
                _ if sign == quote => return Ok(content),
                _ => content.push(sign),
            }
        }
    }

    /// What a backslash and the character after it stand for.
    fn escape(&mut self, quote: char) -> Result<String, Problem> {
        let Some(escaped) = self.peek().filter(|&c| c != '\n') else {
            return Err(Problem::OpenString);
        };
        let stands_for = match (quote, escaped) {
            (_, '\\' | '\'') => escaped.to_string(),
            // Between single quotes any other backslash is just a backslash.
            ('\'', _) => format!("\\{escaped}"),
            (_, '"' | '#') => escaped.to_string(),
            (_, 'n') => "\n".to_owned(),
            (_, 't') => "\t".to_owned(),
            (_, 's') => " ".to_owned(),
            _ => return Err(Problem::Escape { found: escaped }),
        };
        self.offset += escaped.len_utf8();
        Ok(stands_for)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
