//! What is told to people when something is wrong: hints here, source texts and spans in the modules.

mod hint;

pub use hint::Hint;
