//! Ruby's regular expressions, as Puppet code has them.
//!
//! ```
//! let regexp = regexp::Regexp::new(r"^(?<name>\w+)@(?<host>\h+)$")?;
//! let captures = regexp.captures("to\nroot@cafe\n")?.expect("the second line matches");
//! assert_eq!(captures.name("host"), Some("cafe"));
//! assert_eq!(regexp::check("[a").unwrap_err().to_string(), "premature end of char-class: /[a/");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Syntax is that of Ruby 3.3 (the engine Onigmo, with Unicode strings): [`check`] refuses what Ruby
//! refuses, with Ruby's message, in time linear in the source. Matching is done by `fancy-regex`, to which
//! the tree is translated; what it cannot do is a [`MatchError`], never a wrong answer by intention.
//!
//! Deliberately unaware of Puppet, of encodings other than UTF-8, and of Ruby's warnings.

mod analysis;
mod ast;
#[cfg(test)]
mod case_tests;
mod charset;
mod class;
mod error;
mod group;
#[cfg(test)]
mod limit_tests;
mod matching;
mod name;
mod parser;
mod properties;
mod repeat;
mod token;
mod translate;
mod unescape;

use std::fmt;

pub use error::{MatchError, SyntaxError};
pub use matching::{Captures, CapturesIter, Regexp};

/// What `Regexp.new` takes beside the source. None by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    /// `m`: a dot matches a newline.
    pub multi_line: bool,
    /// `i`
    pub ignore_case: bool,
    /// `x`: blanks and comments do not count.
    pub extended: bool,
}

/// The letters that are set, in Ruby's order.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = [(self.multi_line, "m"), (self.ignore_case, "i"), (self.extended, "x")];
        letters.into_iter().filter(|(set, _)| *set).try_for_each(|(_, letter)| f.write_str(letter))
    }
}

/// Says what Ruby's `Regexp.new` says to a source.
pub fn check(source: &str) -> Result<(), SyntaxError> {
    tree(source, Flags::default()).map(drop)
}

fn tree(source: &str, flags: Flags) -> Result<ast::Tree, SyntaxError> {
    let Flags { multi_line, ignore_case, extended } = flags;
    let options = ast::Options { ignore_case, extended, multi_line, charset: ast::Charset::Default };
    let parsed = unescape::unescape(source, extended)
        .and_then(|input| parser::parse(input, options))
        .and_then(|tree| analysis::check(&tree).map(|()| tree));
    parsed.map_err(|problem| SyntaxError::new(problem, source, flags))
}
