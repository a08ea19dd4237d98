//! Notation as symbolic expressions.
//!
//! Deliberately unaware of what is written: brackets, space and escapes only.

use std::fmt::Write;

use super::{Group, Literal, Sink};
use crate::ruby;

/// Writes `(name [1 2] {:key "value"})`.
pub(super) struct Text {
    written: String,
    /// Whether every element gets a line of its own.
    pretty: bool,
    /// What is open, and whether it has an element yet.
    open: Vec<(Group, bool)>,
    /// Whether a key stands before the next element.
    after_key: bool,
}

impl Text {
    pub(super) fn new(pretty: bool) -> Self {
        Self { written: String::new(), pretty, open: Vec::new(), after_key: false }
    }

    /// What separates the next element, or its key, from what stands before it.
    fn separate(&mut self) {
        let depth = self.open.len();
        let Some((group, has_element)) = self.open.last_mut() else { return };
        if self.pretty {
            self.written.push('\n');
            self.written.extend(std::iter::repeat_n("  ", depth));
        } else if *has_element || matches!(group, Group::Call(_)) {
            self.written.push(' ');
        }
        *has_element = true;
    }

    fn begin_element(&mut self) {
        if self.after_key {
            self.after_key = false;
        } else {
            self.separate();
        }
    }

    fn quoted(&mut self, text: &str) {
        self.written.push('"');
        for character in text.chars() {
            match character {
                '\t' => self.written.push_str("\\t"),
                '\n' => self.written.push_str("\\n"),
                '\r' => self.written.push_str("\\r"),
                '"' => self.written.push_str("\\\""),
                '\\' => self.written.push_str("\\\\"),
                '\0'..'\x20' => {
                    write!(self.written, "\\o{:03o}", character as u32).expect("a string takes all")
                }
                _ => self.written.push(character),
            }
        }
        self.written.push('"');
    }
}

impl Sink for Text {
    fn open(&mut self, group: Group) {
        self.begin_element();
        match group {
            Group::Call(name) => {
                self.written.push('(');
                self.written.push_str(name);
            }
            Group::List => self.written.push('['),
            Group::Map => self.written.push('{'),
        }
        self.open.push((group, false));
    }

    fn close(&mut self) {
        let (group, _) = self.open.pop().expect("something is open");
        self.written.push(match group {
            Group::Call(_) => ')',
            Group::List => ']',
            Group::Map => '}',
        });
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.written.push(':');
        self.written.push_str(key);
        self.written.push(' ');
        self.after_key = true;
    }

    fn literal(&mut self, literal: Literal<'_>) {
        self.begin_element();
        match literal {
            Literal::Nil => self.written.push_str("nil"),
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
