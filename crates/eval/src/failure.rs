//! Errors, and how Puppet tells them.
//!
//! An error is made without a place where only its words are known; whoever evaluates the innermost expression
//! around gives it that expression's place, and says what was being evaluated.

use std::fmt;

use diagnostics::{Place, Position};
use functions::{Failure, Raised};
use syntax::ast::{Expression, Parameter};

use crate::evaluator::Frame;
use crate::label;

/// What Puppet puts before errors of evaluation.
const PREFIX: &str = "Evaluation Error: ";
/// Calls within calls within calls. Puppet cannot say where.
pub(crate) const TOO_DEEP: &str = "stack level too deep";
/// How errors begin that are told with their column, not only with their line.
const WITH_COLUMN: [&str; 2] = [PREFIX, "Invalid produced text"];

impl<'w> Frame<'w> {
    /// An error at an expression, in Puppet's words.
    pub(crate) fn fail(&self, at: &Expression, message: impl fmt::Display) -> Raised {
        self.fail_at(self.source.place_of(at), message)
    }

    /// An error at a parameter.
    pub(crate) fn fail_at_parameter(&self, at: &Parameter, message: impl fmt::Display) -> Raised {
        self.fail_at(self.source.place(at.name_span), message)
    }

    /// An error at a place.
    pub(crate) fn fail_at(&self, place: Place, message: impl fmt::Display) -> Raised {
        let failure = Failure::new(format!("{PREFIX}{message}"));
        Raised::Failure(Box::new(Failure { place: Some(place), ..failure }))
    }

    /// Gives an error that has no place that of the expression being evaluated.
    #[cold]
    pub(crate) fn placed(&self, raised: Raised, at: &Expression) -> Raised {
        match raised {
            Raised::Failure(mut failure) if failure.place.is_none() => {
                if failure.message != TOO_DEEP {
                    let evaluated = label::a(&at.kind);
                    failure.message =
                        format!("{PREFIX}Error while evaluating {evaluated}, {}", failure.message);
                }
                failure.place = Some(self.source.place_of(at));
                Raised::Failure(failure)
            }
            other => other,
        }
    }
}

/// An error without a place.
pub(crate) fn unplaced(message: impl Into<String>) -> Raised {
    Failure::new(message).into()
}

/// An error that is told with its file and line, and with nothing before it.
pub(crate) fn bare(message: impl Into<String>, place: Option<Place>) -> Failure {
    Failure { place, ..Failure::new(message) }
}

/// A failure as Puppet shows it: its message and where it is.
pub fn puppet_message(failure: &Failure) -> String {
    Told(failure).to_string()
}

/// A failure as Puppet shows it: its message and where it is.
pub struct Told<'a>(pub &'a Failure);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.0.message.as_str();
        f.write_str(message)?;
        let Some(place) = self.0.place.as_ref().filter(|_| message != TOO_DEEP) else { return Ok(()) };
        let Position { line, column } = place.start();
        let with_column = WITH_COLUMN.iter().any(|start| message.starts_with(start));
        f.write_str(" (")?;
        match place.source.name() {
            "" if with_column => {}
            "" => f.write_str("file: unknown, ")?,
            file => write!(f, "file: {file}, ")?,
        }
        write!(f, "line: {line}")?;
        if with_column {
            write!(f, ", column: {column}")?;
        }
        f.write_str(")")
    }
}
