//! What is told to people and programs when something is wrong: source texts and spans, diagnostics,
//! their rendering for a terminal and as data, and hints.
//!
//! Knows nothing of what is being diagnosed (YAML, Puppet, anything else), reads no files and prints
//! nothing: it gives strings and values.

mod diagnostic;
mod hint;
mod nearest;
mod record;
mod render;
mod source;

pub use diagnostic::{Diagnostic, Diagnostics, Label, Place, Severity};
pub use hint::Hint;
pub use nearest::nearest;
pub use record::DiagnosticRecord;
pub use render::Style;
pub use source::{Position, SourceFile, Span};
