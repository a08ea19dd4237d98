//! Tokens: what the lexer gives and the parser takes.

use diagnostics::Span;

use crate::Issue;
use crate::ast::Name;
use crate::ruby;

macro_rules! token_kinds {
    ($($(#[$about:meta])* $name:ident $text:literal)*) => {
        /// What a token is, by the names of Puppet's grammar.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum TokenKind { $($(#[$about])* $name,)* }

        impl TokenKind {
            /// The text of a token that is always written in the same way; empty for all others.
            pub(crate) fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

token_kinds! {
    // With a value: what they say.
    Name "" Word "" ClassReference "" Variable "" Number "" String "" Regexp ""
    /// The text before the first interpolation.
    StringStart ""
    /// The text between two interpolations.
    StringMiddle ""
    /// The text after the last interpolation.
    StringEnd ""
    /// `@(END:syntax)`, its value the syntax; the tokens of a string follow.
    Heredoc ""
    /// Text of a template.
    RenderString ""
    // Of templates.
    TemplateStart "" RenderExpression "" TemplateTagEnd "%>" TemplateTagEndTrim "-%>"
    // Brackets.
    LeftBracket "["
    /// `[` after space or at the start of the text: the start of an array, never of an index.
    ListStart "["
    RightBracket "]" LeftBrace "{"
    /// `{` after `?`.
    SelectorBrace "{"
    RightBrace "}" LeftParenthesis "("
    /// `(` that is the first on its line: never the start of a call's arguments.
    LineParenthesis "("
    RightParenthesis ")"
    // Operators and punctuation.
    Equals "=" Appends "+=" Deletes "-=" IsEqual "==" NotEqual "!=" Match "=~" NotMatch "!~"
    GreaterOrEqual ">=" Greater ">" LessOrEqual "<=" Less "<" FatArrow "=>" PlusArrow "+>"
    LeftShift "<<" RightShift ">>" LeftCollect "<|" LeftExportedCollect "<<|" RightCollect "|>"
    RightExportedCollect "|>>" Plus "+" Minus "-" Divide "/" Times "*" Modulo "%" Not "!" Dot "." Pipe "|"
    At "@" DoubleAt "@@" Colon ":" Comma "," Semicolon ";" QuestionMark "?" Tilde "~"
    Before "->" Notify "~>" After "<-" Subscribe "<~"
    // Keywords.
    Case "case" Class "class" Default "default" Define "define" If "if" Elsif "elsif" Else "else"
    Inherits "inherits" NodeKeyword "node" And "and" Or "or" Undef "undef" False "false" True "true" In "in"
    Unless "unless" Function "function" Type "type" Attr "attr" Private "private"
    // Keywords where tasks are on.
    Plan "plan" Apply "apply"
    // The rest.
    /// A character that starts nothing.
    Other ""
    /// What could not be read; its issue says why.
    Invalid ""
    EndOfInput ""
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a token holds besides its kind.
#[derive(Clone, Debug, Default)]
pub(crate) enum Value {
    #[default]
    None,
    /// Names as written, strings with their escapes resolved.
    Text(Name),
    /// Why the token is invalid.
    Issue(Box<Issue>),
}

impl Token {
    /// The text that Puppet names when it does not expect this token.
    pub(crate) fn shown(&self) -> String {
        match (&self.value, self.kind) {
            // What Ruby's Regexp#to_s says.
            (Value::Text(text), TokenKind::Regexp) => format!("(?-mix:{})", ruby::escaped_slashes(text)),
            (Value::Text(text), _) => text.to_string(),
            _ => self.kind.text().to_owned(),
        }
    }

    /// Takes the text out. Empty for a token without.
    pub(crate) fn into_text(self) -> Name {
        match self.value {
            Value::Text(text) => text,
            _ => self.kind.text().into(),
        }
    }
}

impl TokenKind {
    /// The keyword that is written like this.
    pub(crate) fn keyword(word: &str, tasks: bool) -> Option<Self> {
        Some(match word {
            "case" => Self::Case,
            "class" => Self::Class,
            "default" => Self::Default,
            "define" => Self::Define,
            "if" => Self::If,
            "elsif" => Self::Elsif,
            "else" => Self::Else,
            "inherits" => Self::Inherits,
            "node" => Self::NodeKeyword,
            "and" => Self::And,
            "or" => Self::Or,
            "undef" => Self::Undef,
            "false" => Self::False,
            "true" => Self::True,
            "in" => Self::In,
            "unless" => Self::Unless,
            "function" => Self::Function,
            "type" => Self::Type,
            "attr" => Self::Attr,
            "private" => Self::Private,
            "plan" if tasks => Self::Plan,
            "apply" if tasks => Self::Apply,
            _ => return None,
        })
    }

    /// Whether this is a keyword, true and false among them.
    pub(crate) fn is_keyword(self) -> bool {
        Self::keyword(self.text(), true) == Some(self)
    }
}
