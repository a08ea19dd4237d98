//! The Puppet language: source text to a syntax tree, and what real Puppet would say against it.
//!
//! ```
//! let parse = syntax::parse("notice(\"Hello ${name}\")", &syntax::Options::default());
//! assert!(parse.issues.is_empty());
//! assert_eq!(
//!     syntax::notation(&parse.program),
//!     r#"(invoke {:functor (qn "notice") :args [(concat "Hello " (str (var "name")))]})"#,
//! );
//! ```
//!
//! Parsing never fails: it gives a tree and the [`Issue`]s found. What has no issue of severity error is what
//! Puppet 8 accepts; where Puppet refuses a text, the first issue says it in Puppet's words, at Puppet's place.
//! Everything here is pure: no file is read, nothing printed, and one text is looked at at a time.
//!
//! Deliberately unaware of what names mean, of which functions and types exist, and of where a file lies in a
//! module (whoever knows that checks it).

pub mod ast;
mod issue;
mod lexer;
mod notation;
mod parser;
mod ruby;
mod validation;

pub use issue::{Issue, Severity, Stage};
pub use notation::{NotationForm, notation, notation_in};
pub use validation::Location;

use ast::Program;

/// How a text is to be read. The default is a manifest, as `puppet apply` takes it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the text is a template in Embedded Puppet.
    pub epp: bool,
    /// Whether `plan` and `apply` are keywords, as they are to Bolt.
    pub tasks: bool,
}

/// A tree, and what is to be said against it.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The tree. Where the text has errors, what could be made of it.
    pub program: Program,
    /// Errors first, in the order in which Puppet finds them, then warnings.
    pub issues: Vec<Issue>,
}

impl Parse {
    /// Whether Puppet refuses the text.
    pub fn has_errors(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }
}

/// Parses and validates a text of any size up to 4 GiB. Time and memory are linear in its length.
pub fn parse(text: &str, options: &Options) -> Parse {
    parse_within(text, options, 0)
}

/// Parses a text that stands in `depth` heredocs of Puppet text.
fn parse_within(text: &str, options: &Options, depth: u32) -> Parse {
    let (program, mut issues) = parser::parse(text, options);
    let refused = |issue: &Issue| issue.severity == Severity::Error && issue.stage != Stage::Validation;
    if !issues.iter().any(refused) {
        validation::validate(&program, text, options, depth, &mut issues);
    }
    Parse { program, issues }
}
