//! Notation as JSON, as Ruby's generator writes it.
//!
//! Written by hand, since the order of keys, the form of floating point numbers and the line breaks are all
//! Ruby's.

use std::fmt::Write;

use super::{Group, Literal, Sink};
use crate::ruby;

/// Writes `{"^":["name",[1,2],{"#":["key","value"]}]}`.
pub(super) struct Json {
    written: String,
    /// Whether every element gets a line of its own.
    pretty: bool,
    /// What is open, and whether it has an element yet.
    open: Vec<(Group, bool)>,
    /// How many brackets are open, which is two for a call or a map.
    depth: usize,
}

impl Json {
    pub(super) fn new(pretty: bool) -> Self {
        Self { written: String::new(), pretty, open: Vec::new(), depth: 0 }
    }

    /// What separates the next element from what stands before it.
    fn separate(&mut self) {
        let Some((_, has_element)) = self.open.last_mut() else { return };
        if *has_element {
            self.written.push(',');
        }
        *has_element = true;
        self.break_line();
    }

    fn break_line(&mut self) {
        if self.pretty {
            self.written.push('\n');
            self.written.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    /// Opens an object with the one key that says what its list is.
    fn open_object(&mut self, kind: &str) {
        self.written.push('{');
        self.depth += 1;
        self.break_line();
        self.written.push_str(kind);
        self.written.push_str(if self.pretty { ": [" } else { ":[" });
        self.depth += 1;
    }

    fn quoted(&mut self, text: &str) {
        self.written.push('"');
        for character in text.chars() {
            match character {
                '\u{8}' => self.written.push_str("\\b"),
                '\t' => self.written.push_str("\\t"),
                '\n' => self.written.push_str("\\n"),
                '\u{c}' => self.written.push_str("\\f"),
                '\r' => self.written.push_str("\\r"),
                '"' => self.written.push_str("\\\""),
                '\\' => self.written.push_str("\\\\"),
                '\0'..'\x20' => {
                    write!(self.written, "\\u{:04x}", character as u32).expect("a string takes all")
                }
                _ => self.written.push(character),
            }
        }
        self.written.push('"');
    }
}

impl Sink for Json {
    fn open(&mut self, group: Group) {
        self.separate();
        self.open.push((group, false));
        match group {
            Group::Call(name) => {
                self.open_object("\"^\"");
                self.key(name);
            }
            Group::List => {
                self.written.push('[');
                self.depth += 1;
            }
            Group::Map => self.open_object("\"#\""),
        }
    }

    fn close(&mut self) {
        let (group, has_element) = self.open.pop().expect("something is open");
        self.depth -= 1;
        if self.pretty && !has_element {
            self.written.push('\n'); // Ruby leaves an empty line in an empty list.
        }
        self.break_line();
        self.written.push(']');
        if group != Group::List {
            self.depth -= 1;
            self.break_line();
            self.written.push('}');
        }
    }

    fn key(&mut self, key: &str) {
        self.literal(Literal::Text(key));
    }

    fn literal(&mut self, literal: Literal<'_>) {
        self.separate();
        match literal {
            Literal::Nil => self.written.push_str("null"),
            Literal::Boolean(value) => self.written.push_str(if value { "true" } else { "false" }),
            Literal::Integer(value) => write!(self.written, "{value}").expect("a string takes all"),
            Literal::Float(value) => self.written.push_str(&ruby::float(value)),
            Literal::Text(text) => self.quoted(text),
        }
    }

    fn finish(self) -> String {
        self.written
    }
}
