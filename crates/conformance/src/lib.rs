//! Cases answered in the form in which real Puppet answers them, so that the two can be compared.
//!
//! Cases and answers are JSON objects with an `id`, one a line. Each kind of case is a module here and a
//! subcommand of the program: it says what a case holds and what its answer is. The answers are Puppet's in
//! every field, also where Puppet fails by a mistake of its own; nothing here is for people to read.
//!
//! Deliberately unaware of where cases come from and of what the right answers are.

mod answer;
pub mod eval;
pub mod parse;
mod refusal;
mod surroundings;

pub use answer::{Answer, answer_all};
pub use refusal::Refusal;
pub use surroundings::Surroundings;
