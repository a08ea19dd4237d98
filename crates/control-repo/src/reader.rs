//! From nodes to typed values: says what was expected and found, and goes on to the next mistake.
//!
//! Knows types, not keys: what a key means is said in `definition`.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, Span, nearest};
use serde_json::Value as Json;

use crate::invalid::Invalid;
use crate::yaml::{Data, Entry, Node, Scalar, Value};

/// Reads one file's nodes and collects what is wrong.
pub(crate) struct Reader {
    source: Arc<SourceFile>,
    diagnostics: Vec<Diagnostic>,
}

/// The keys that a map may have.
pub(crate) struct Keys {
    /// Whose keys, with its article, e.g. `an image`.
    pub owner: &'static str,
    /// All of them.
    pub known: &'static [&'static str],
    /// Words that people who know other tools write, and the key that is meant.
    pub others: &'static [(&'static str, &'static str)],
}

impl Reader {
    /// With what the YAML parser already found wrong.
    pub fn new(source: &Arc<SourceFile>, diagnostics: Vec<Diagnostic>) -> Self {
        Self { source: Arc::clone(source), diagnostics }
    }

    /// The value if there was no error. Warnings and notes are handed over with it.
    pub fn finish<T>(self, value: T) -> Result<(T, Diagnostics), Diagnostics> {
        let mut diagnostics = Diagnostics(self.diagnostics);
        diagnostics.sort();
        if diagnostics.has_errors() { Err(diagnostics) } else { Ok((value, diagnostics)) }
    }

    /// Collects a diagnostic at a place of the file.
    pub fn report(&mut self, span: Span, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic.at(&self.source, span));
    }

    /// A value of the wrong type. `what` has its article: `a list of ports`.
    pub fn expected(&mut self, node: &Node, what: &str) {
        let message = format!("expected {what}, found {}", node.describe());
        self.report(node.span, Diagnostic::error(message).code("wrong-type"));
    }

    /// A text of the right type that is refused for what it says.
    pub fn refuse(&mut self, span: Span, invalid: Invalid) {
        let diagnostic = Diagnostic::error(invalid.message).code("invalid-value").hints(invalid.hint);
        self.report(span, diagnostic);
    }

    /// A key that its owner does not have.
    pub fn unknown_key(&mut self, entry: &Entry, keys: &Keys) {
        let key = entry.key.as_str();
        let known = keys.known.iter().copied();
        let other = keys.others.iter().find(|(other, _)| *other == key).map(|&(_, meant)| meant);
        let hint = match other.or_else(|| nearest(key, known.clone())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the keys of {} are {}", keys.owner, listed(known)),
        };
        let message = format!("unknown key `{key}` of {}", keys.owner);
        self.report(entry.key_span, Diagnostic::error(message).code("unknown-key").hint(hint));
    }

    /// A map's entries. Nothing written is an empty map; another type is reported.
    pub fn map<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Entry] {
        match &node.value {
            Value::Map(entries) => entries,
            _ if node.is_null() => &[],
            _ => {
                self.expected(node, what);
                &[]
            }
        }
    }

    /// A list of what `item` reads. What it refuses is left out (and reported by it).
    pub fn list<T>(
        &mut self,
        node: &Node,
        what: &str,
        mut item: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Option<Vec<T>> {
        match &node.value {
            Value::List(items) => Some(items.iter().filter_map(|node| item(self, node)).collect()),
            _ => {
                self.expected(node, what);
                None
            }
        }
    }

    /// A string, and nothing that YAML takes for something else.
    pub fn string<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar(Scalar { text, data: Data::String | Data::Ambiguous }) => Some(text),
            _ => {
                self.expected(node, what);
                None
            }
        }
    }

    /// The text of any scalar as it was written, e.g. `1.10`; nothing written is reported.
    pub fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar(Scalar { text, .. }) if !node.is_null() => Some(text),
            _ => {
                self.expected(node, what);
                None
            }
        }
    }

    /// A boolean.
    pub fn boolean(&mut self, node: &Node) -> Option<bool> {
        if let Value::Scalar(Scalar { data: Data::Bool(value), .. }) = node.value {
            return Some(value);
        }
        self.expected(node, "`true` or `false`");
        None
    }

    /// A text that `parse` makes a value of.
    pub fn parsed<T>(
        &mut self,
        node: &Node,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.text(node, what)?;
        parse(text).map_err(|invalid| self.refuse(node.span, invalid)).ok()
    }

    /// A path in the repository, or an absolute one.
    pub fn path(&mut self, node: &Node, what: &str) -> Option<PathBuf> {
        self.string(node, what)?;
        self.parsed(node, what, repository_path)
    }

    /// Any data. What JSON cannot say, and what Ruby would read otherwise, is reported.
    pub fn json(&mut self, node: &Node) -> Option<Json> {
        match &node.value {
            Value::List(items) => items.iter().map(|item| self.json(item)).collect(),
            Value::Map(entries) => {
                entries.iter().map(|entry| Some((entry.key.clone(), self.json(&entry.value)?))).collect()
            }
            Value::Scalar(Scalar { text, data }) => match *data {
                Data::Null => Some(Json::Null),
                Data::Bool(value) => Some(value.into()),
                Data::Integer(value) => Some(value.into()),
                Data::String => Some(text.as_str().into()),
                Data::Float(value) => self.number(node, text, value),
                Data::Ambiguous => {
                    let message = format!("`{text}` means different things to different YAML readers");
                    let hint = format!("write `\"{text}\"` for the string, or {}", unambiguous(text));
                    self.report(node.span, Diagnostic::error(message).code("ambiguous-value").hint(hint));
                    None
                }
            },
        }
    }

    fn number(&mut self, node: &Node, text: &str, value: f64) -> Option<Json> {
        let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'+');
        if whole || !value.is_finite() {
            let invalid = Invalid::new(format!("the number `{text}` is too large"));
            self.refuse(node.span, invalid.hint(format!("write `\"{text}\"` for the string")));
            return None;
        }
        Some(value.into())
    }
}

/// Checks that a path is absolute or stays in the repository, without looking at the disk.
pub(crate) fn repository_path(text: &str) -> Result<PathBuf, Invalid> {
    if text.is_empty() || text.contains('\0') {
        return Err(Invalid::new("expected a path, found an empty string or a NUL"));
    }
    let mut depth = 0_i32;
    for component in Path::new(text).components() {
        match component {
            Component::RootDir => return Ok(text.into()),
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir | Component::Prefix(_) => {}
        }
        if depth < 0 {
            return Err(Invalid::new(format!("the path `{text}` leads out of the repository"))
                .hint("write it as an absolute path, or move the file into the repository"));
        }
    }
    Ok(text.into())
}

/// How to write what an ambiguous scalar may have been meant as.
fn unambiguous(text: &str) -> String {
    if text.eq_ignore_ascii_case("yes") || text.eq_ignore_ascii_case("on") {
        return "`true`".to_owned();
    }
    if text.eq_ignore_ascii_case("no") || text.eq_ignore_ascii_case("off") {
        return "`false`".to_owned();
    }
    match text.trim_start_matches(['+', '-', '0']) {
        "" => "`0`".to_owned(),
        digits => format!("`{digits}` for the number"),
    }
}

/// Words in backticks, for people.
pub(crate) fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
