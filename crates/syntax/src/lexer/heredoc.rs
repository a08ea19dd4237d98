//! Heredocs: `@(END)` and the lines that follow.

use super::escapes::Escapes;
use super::interpolation::Style;
use super::position::Origin;
use super::{Lexed, Lexer, TokenKind, is_blank};
use crate::Issue;

/// What stands between the parentheses.
struct Specification {
    tag: String,
    interpolates: bool,
    syntax: String,
    escapes: Option<String>,
}

/// What the line that ends a heredoc says.
struct EndLine<'text> {
    /// The space before the bar or the tag: the margin.
    leading: &'text str,
    has_margin: bool,
    removes_line_end: bool,
}

impl Lexer<'_> {
    /// Queues `@(END)` and the tokens of its text, and goes on behind the parenthesis. The text begins on the next
    /// line, or behind the heredocs before it on this one.
    pub(super) fn heredoc(&mut self) -> Lexed {
        let start = self.at;
        if self.in_heredoc {
            // Puppet stumbles over it when it works out where the inner text stands.
            let message = "A heredoc cannot begin within the text of another";
            return Err(self.issue("HEREDOC_IN_HEREDOC", message, start).into());
        }
        let Some(length) = self.text[start..].find(')') else {
            let message = format!("Unclosed parenthesis after '@(' followed by '{}'", self.followed_by());
            let issue = self.issue("HEREDOC_UNCLOSED_PARENTHESIS", message, start);
            self.at = start + 2;
            return Err(issue.into());
        };
        let behind = start + length + 1;
        self.at = behind;
        self.matched = Some((start, behind));
        let specification = self.specification(&self.text[start..behind])?;
        let named = self.named_escapes(specification.escapes.as_deref())?;
        self.queue.push_back(self.text_token(
            TokenKind::Heredoc,
            start,
            behind,
            specification.syntax.as_str(),
        ));
        let text_start =
            match self.newline_jump.or_else(|| self.text[behind..].find('\n').map(|at| behind + at + 1)) {
                Some(text_start) => text_start,
                None => {
                    let message = "Heredoc without any following lines of text";
                    return Err(self.issue("HEREDOC_WITHOUT_TEXT", message, behind).into());
                }
            };
        let style = Style {
            quoted: false,
            interpolates: specification.interpolates,
            escapes: Escapes::of_heredoc(&named),
        };
        self.heredoc_text(text_start, &specification.tag, &style)?;
        self.at = behind;
        Ok(None)
    }

    fn heredoc_text(&mut self, text_start: usize, tag: &str, style: &Style) -> Result<(), Box<Issue>> {
        let mut line_start = text_start;
        while line_start < self.text.len() {
            let length = self.text[line_start..].find('\n').map_or(self.text.len() - line_start, |at| at + 1);
            let line = &self.text[line_start..line_start + length];
            if let Some(end) = end_line(line, tag) {
                let behind = line_start + length;
                self.newline_jump = Some(behind);
                let text = &self.text[text_start..line_start];
                return self.lex_heredoc_text(text, text_start, &end, style);
            }
            line_start += length;
        }
        let issue =
            self.issue("HEREDOC_WITHOUT_END_TAGGED_LINE", "Heredoc without end-tagged line", text_start);
        self.at = self.text.len();
        Err(issue.hint(format!("a line that ends with `{tag}` closes the text")).into())
    }

    /// Reads the text with a lexer of its own, and queues what that finds.
    fn lex_heredoc_text(
        &mut self,
        text: &str,
        offset: usize,
        end: &EndLine<'_>,
        style: &Style,
    ) -> Result<(), Box<Issue>> {
        let (text, lines) = without_margin(text, end);
        let lines = lines
            .into_iter()
            .map(|(local, outer)| (position(local), self.origin.offset(offset + outer)))
            .collect();
        let mut lexer = Lexer::within(&text, Origin::of_lines(lines), self.tasks, self.nesting);
        lexer.in_heredoc = true;
        let lexed = lexer.string(0, style);
        self.warnings.append(&mut lexer.warnings);
        if let Some(token) = lexed? {
            self.queue.push_back(token);
        }
        self.queue.append(&mut lexer.queue);
        Ok(())
    }

    /// `@("END":json/tn)` taken apart. Puppet looks for it anywhere up to the parenthesis.
    fn specification(&self, text: &str) -> Result<Specification, Box<Issue>> {
        let found = text
            .match_indices("@(")
            .find_map(|(at, mark)| Pattern::of(&text[at + mark.len()..text.len() - 1]));
        let Some(Pattern { tag, syntax, escapes }) = found else {
            let message = "Invalid syntax in heredoc expected @(endtag[:syntax][/escapes])";
            return Err(self.issue("HEREDOC_INVALID_SYNTAX", message, self.at).into());
        };
        let mut tag = tag.trim();
        let quoted = tag.len() > 1 && tag.starts_with('"') && tag.ends_with('"');
        if quoted {
            tag = tag[1..tag.len() - 1].trim();
        }
        if tag.is_empty() {
            return Err(self.issue("HEREDOC_EMPTY_ENDTAG", "Heredoc with an empty endtag", self.at).into());
        }
        Ok(Specification {
            tag: tag.to_owned(),
            interpolates: quoted,
            syntax: syntax.to_owned(),
            escapes: escapes.map(str::to_owned),
        })
    }

    /// The escapes that a heredoc turns on: none without a slash, all after a slash alone.
    fn named_escapes(&self, written: Option<&str>) -> Result<String, Box<Issue>> {
        let Some(written) = written else { return Ok(String::new()) };
        let named = if written.is_empty() { "trnsuL$" } else { written };
        let twice = named.char_indices().any(|(at, c)| named[..at].contains(c));
        if twice {
            let list: Vec<String> = named.chars().map(String::from).collect();
            let message = format!("An escape char for @() may only appear once. Got '{}'", list.join(", "));
            return Err(self.issue("HEREDOC_MULTIPLE_AT_ESCAPES", message, self.at).into());
        }
        if let Some(other) = named.chars().find(|c| !"trnsuL$".contains(*c)) {
            let message =
                format!("Invalid heredoc escape char. Only t, r, n, s,  u, L, $ allowed. Got '{other}'");
            return Err(self.issue("HEREDOC_INVALID_ESCAPE", message, self.at).into());
        }
        Ok(named.to_owned())
    }
}

/// The parts of a specification as they are written.
struct Pattern<'text> {
    tag: &'text str,
    syntax: &'text str,
    escapes: Option<&'text str>,
}

impl<'text> Pattern<'text> {
    /// Takes what stands between the parentheses apart, if it is a specification.
    fn of(inner: &'text str) -> Option<Self> {
        let length = inner.find([':', '/', '\r', '\n']).unwrap_or(inner.len());
        let (tag, mut rest) = inner.split_at(length);
        if tag.is_empty() {
            return None;
        }
        let mut syntax = "";
        if let Some(after) = rest.strip_prefix(':') {
            let after = after.trim_start_matches(is_blank);
            let length =
                after.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+')).count();
            (syntax, rest) = after.split_at(length);
            if length < 2 || !syntax.starts_with(|c: char| c.is_ascii_lowercase()) {
                return None;
            }
            rest = rest.trim_start_matches(is_blank);
        }
        let mut escapes = None;
        if let Some(after) = rest.strip_prefix('/') {
            let length = after.bytes().take_while(|b| super::is_word(*b) || *b == b'$').count();
            escapes = Some(&after[..length]);
            rest = after[length..].trim_start_matches(is_blank);
        }
        rest.is_empty().then_some(Self { tag, syntax, escapes })
    }
}

/// What this line says if it ends the heredoc. Puppet looks for the tag at the end of the line only, so that
/// anything may stand before it.
fn end_line<'text>(line: &'text str, tag: &str) -> Option<EndLine<'text>> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(is_blank);
    let mut before = line.strip_suffix(tag)?;
    let removes_line_end = before.trim_end_matches(is_blank).ends_with('-');
    if removes_line_end {
        before = before.trim_end_matches(is_blank).trim_end_matches_once('-');
    }
    let has_margin = before.trim_end_matches(is_blank).ends_with('|');
    if has_margin {
        before = before.trim_end_matches(is_blank).trim_end_matches_once('|');
    }
    let kept = before.trim_end_matches(is_blank).len();
    Some(EndLine { leading: &before[kept..], has_margin, removes_line_end })
}

/// Strips one character from the end.
trait TrimOnce {
    fn trim_end_matches_once(&self, character: char) -> &str;
}

impl TrimOnce for str {
    fn trim_end_matches_once(&self, character: char) -> &str {
        self.strip_suffix(character).unwrap_or(self)
    }
}

/// The text without its margin, and for each line where it begins: there, and in the text given. As in Puppet, a
/// line that has text in the margin is left as it is.
fn without_margin(text: &str, end: &EndLine<'_>) -> (String, Vec<(usize, usize)>) {
    let margin = if end.has_margin { end.leading } else { "" };
    let mut result = String::with_capacity(text.len());
    let mut lines = vec![];
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let kept = line.strip_prefix(margin).unwrap_or(line);
        let outer = offset + line.len() - kept.len();
        lines.push((result.len(), outer));
        result.push_str(kept);
        offset += line.len();
    }
    if lines.is_empty() {
        lines.push((0, 0));
    }
    if end.removes_line_end && result.ends_with('\n') {
        result.pop();
        if result.ends_with('\r') {
            result.pop();
        }
    }
    (result, lines)
}

fn position(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
