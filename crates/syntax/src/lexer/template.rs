//! Embedded Puppet: text with code between tags.

use super::{Lexed, Lexer, Token, TokenKind};
use crate::Issue;

/// What is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A manifest, in which `%>` is nothing special.
    Code,
    /// Text of a template.
    Text,
    /// Code between `<%` and `%>`.
    Tag,
    /// Code between `<%=` and `%>`.
    Expression,
}

/// What a stretch of text ends with.
enum End {
    Text,
    Tag,
    Expression,
}

impl Lexer<'_> {
    pub(super) fn in_template(&self) -> bool {
        self.mode != Mode::Code
    }

    /// Queues the start of the template and its first text.
    pub(super) fn start_template(&mut self) {
        self.mode = Mode::Text;
        self.queue.push_back(self.token(TokenKind::TemplateStart, 0, 0));
        self.template_text_or_issue(false);
    }

    /// `%>` or `-%>`, and the text behind it.
    pub(super) fn template_tag_end(&mut self, trims: bool) -> Lexed {
        let start = self.at;
        let kind = if trims { TokenKind::TemplateTagEndTrim } else { TokenKind::TemplateTagEnd };
        self.at += kind.text().len();
        if self.mode == Mode::Expression {
            self.queue.push_back(self.token(kind, start, self.at));
        }
        if !trims {
            self.mode = Mode::Text;
        }
        self.template_text(trims)?;
        Ok(None)
    }

    /// What Puppet says at the end of a template whose last tag is open.
    pub(super) fn unclosed_template_tag(&mut self) -> Option<Box<Issue>> {
        if !matches!(self.mode, Mode::Tag | Mode::Expression) {
            return None;
        }
        self.mode = Mode::Text;
        let message = "Unbalanced epp tag, reached <eof> without closing tag.";
        Some(self.issue("EPP_UNBALANCED_TAG", message, self.at).hint("a tag ends with `%>`").into())
    }

    fn template_text_or_issue(&mut self, trims: bool) {
        if let Err(issue) = self.template_text(trims) {
            let token = self.token(TokenKind::Invalid, self.at, self.at);
            self.queue.push_back(Token { value: super::Value::Issue(issue), ..token });
        }
    }

    /// Queues the text up to the next tag, and the tag's token if it is one.
    fn template_text(&mut self, trims: bool) -> Result<(), Box<Issue>> {
        let start = self.at;
        let (text, end) = self.scan_template_text(trims)?;
        if let Some(text) = text
            && (!text.is_empty() || matches!(end, End::Text))
        {
            self.queue.push_back(self.text_token(TokenKind::RenderString, start, self.at, text));
        }
        self.mode = match end {
            End::Text => Mode::Text,
            End::Tag => Mode::Tag,
            End::Expression => {
                self.queue.push_back(self.token(TokenKind::RenderExpression, start, self.at));
                Mode::Expression
            }
        };
        Ok(())
    }

    /// Reads text, `<%%`, `%%>` and comments, and steps behind the tag that follows. As in Puppet, the text is lost
    /// if the template ends with a comment or with `<%%`.
    fn scan_template_text(&mut self, mut trims: bool) -> Result<(Option<String>, End), Box<Issue>> {
        let mut text = String::new();
        if self.at >= self.text.len() {
            return Ok((None, End::Text));
        }
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let tag = rest.find("<%");
            let mut part = &rest[..tag.unwrap_or(rest.len())];
            self.at += tag.map_or(rest.len(), |at| at + 2);
            if std::mem::take(&mut trims) {
                part = without_line_end(part);
            }
            text.push_str(&part.replace("%%>", "%>"));
            if tag.is_none() {
                return Ok((Some(text), End::Text));
            }
            match self.byte(0) {
                _ if self.at == self.text.len() => return Err(self.unbalanced_expression()),
                b'-' => {
                    self.at += 1;
                    text.truncate(text.trim_end_matches([' ', '\t']).len());
                    return Ok((Some(text), End::Tag));
                }
                b'%' => {
                    self.at += 1;
                    text.push_str("<%");
                }
                b'=' => {
                    self.at += 1;
                    return Ok((Some(text), End::Expression));
                }
                b'#' => trims = self.template_comment(&mut text)?,
                _ => return Ok((Some(text), End::Tag)),
            }
        }
        Ok((None, End::Text))
    }

    /// Steps over a comment. Gives whether what follows is trimmed.
    fn template_comment(&mut self, text: &mut String) -> Result<bool, Box<Issue>> {
        let rest = &self.text[self.at..];
        let end = rest.match_indices("%>").find(|(at, _)| !rest[..*at].ends_with('%')).map(|(at, _)| at);
        let Some(end) = end else {
            let message = "Reaching end after opening <%# without seeing %>";
            let issue = self.issue("EPP_UNBALANCED_COMMENT", message, self.at);
            self.at = self.text.len();
            return Err(issue.hint("a comment ends with `%>`").into());
        };
        if rest[1..].starts_with('-') {
            text.truncate(text.trim_end_matches([' ', '\t']).len());
        }
        self.at += end + 2;
        Ok(rest[..end].ends_with('-'))
    }

    fn unbalanced_expression(&self) -> Box<Issue> {
        let message = "Unbalanced embedded expression - opening <% and reaching end of input";
        self.issue("EPP_UNBALANCED_EXPRESSION", message, self.at).into()
    }
}

/// Without the space at the beginning, and the line end behind it.
fn without_line_end(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '\t']);
    let line_end = text.strip_prefix('\r').unwrap_or(text);
    match line_end.strip_prefix('\n') {
        Some(rest) => rest,
        None => line_end,
    }
}
