//! Regular expressions, and the slash that divides.

use super::{Lexed, Lexer, TokenKind};

impl Lexer<'_> {
    /// `/a+/` where a value may begin and a second slash follows, else `/`.
    pub(super) fn regular_expression_or_slash(&mut self) -> Lexed {
        let start = self.at;
        let end = if self.may_begin_value() { self.closing_slash() } else { None };
        let Some(end) = end else {
            return Ok(Some(self.take(TokenKind::Divide)));
        };
        self.at = end;
        self.matched = Some((start, end));
        let source = self.text[start + 1..end - 1].replace("\\/", "/");
        if let Err(error) = regexp::check(&source) {
            let mut issue = self.issue("REGEXP_ERROR", error.to_string(), start);
            issue.span = Some(self.origin.span(start, end));
            return Err(issue.hint("Puppet reads regular expressions as Ruby does").into());
        }
        Ok(Some(self.text_token(TokenKind::Regexp, start, end, source)))
    }

    /// The offset behind the slash that closes the one here: the next that an even number of backslashes precedes.
    fn closing_slash(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut backslashes = 0;
        for (index, byte) in bytes.iter().enumerate().skip(self.at + 1) {
            match byte {
                b'/' if backslashes % 2 == 0 => return Some(index + 1),
                b'\\' => backslashes += 1,
                _ => {}
            }
            if *byte != b'\\' {
                backslashes = 0;
            }
        }
        None
    }

    /// Whether the last token ends no value. After `}` either may follow; a regular expression wins, for the sake of
    /// case options.
    fn may_begin_value(&self) -> bool {
        !matches!(
            self.after,
            Some(
                TokenKind::RightParenthesis
                    | TokenKind::RightBracket
                    | TokenKind::RightExportedCollect
                    | TokenKind::RightCollect
                    | TokenKind::Name
                    | TokenKind::ClassReference
                    | TokenKind::Number
                    | TokenKind::String
                    | TokenKind::True
                    | TokenKind::False
                    | TokenKind::StringStart
                    | TokenKind::StringMiddle
                    | TokenKind::StringEnd
                    | TokenKind::Heredoc
                    | TokenKind::Regexp
                    | TokenKind::Variable
                    | TokenKind::Word
            )
        )
    }
}
