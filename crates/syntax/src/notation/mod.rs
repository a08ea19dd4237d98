//! Puppet Notation: a tree as symbolic expressions, or the same as JSON, byte for byte what `puppet parser
//! dump` prints with `--format pn` and `--format json`.
//!
//! [`transform`] knows the shape of the notation and drives a [`Sink`]; `text` and `json` know how it is
//! written. Deliberately unaware of source positions, comments and space: the notation has none. In one place
//! it says more than Puppet 8, whose notation has no parameter that takes all remaining arguments (it fails
//! there): ours gives such a parameter `:splat true`, as Puppet's source means to.

mod definition;
mod json;
mod regexp;
mod text;
mod transform;

use crate::ast::Program;

/// How notation is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotationForm {
    /// Symbolic expressions on one line: `(+ 1 (var "a"))`.
    #[default]
    Text,
    /// Symbolic expressions, an element a line.
    PrettyText,
    /// JSON on one line, a call as `{"^":["+",1,{"^":["var","a"]}]}` and a map as `{"#":["key",1]}`.
    Json,
    /// JSON, an element a line.
    PrettyJson,
}

/// The tree in Puppet Notation, on one line and without a line break at its end.
pub fn notation(program: &Program) -> String {
    notation_in(program, NotationForm::Text)
}

/// The tree in Puppet Notation, in any form and without a line break at its end.
pub fn notation_in(program: &Program, form: NotationForm) -> String {
    match form {
        NotationForm::Text => written(program, text::Text::new(false)),
        NotationForm::PrettyText => written(program, text::Text::new(true)),
        NotationForm::Json => written(program, json::Json::new(false)),
        NotationForm::PrettyJson => written(program, json::Json::new(true)),
    }
}

fn written<S: Sink>(program: &Program, mut sink: S) -> String {
    transform::program(program, &mut sink);
    sink.finish()
}

/// What can stand in notation and holds other elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// `(name elements)`
    Call(&'static str),
    /// `[elements]`
    List,
    /// `{:key element}`
    Map,
}

/// What can stand in notation and holds nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Literal<'tree> {
    /// `nil`, in JSON `null`.
    Nil,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(&'tree str),
}

/// Something that notation is written to, from its first to its last bracket.
trait Sink {
    /// Begins an element that holds others, until the [`Sink::close`] that belongs to it.
    fn open(&mut self, group: Group);
    /// Ends the element that was opened last.
    fn close(&mut self);
    /// In a map: the next element is the value of this key.
    fn key(&mut self, key: &str);
    /// An element that holds nothing.
    fn literal(&mut self, literal: Literal<'_>);
    /// What was written.
    fn finish(self) -> String
    where
        Self: Sized;
}

#[cfg(test)]
mod tests;
