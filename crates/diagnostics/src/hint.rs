//! Errors that know the way out.

/// An error that may say how to mend what it reports. The command line crate prints the error with its
/// chain of sources, then `hint: ...` on a line of its own.
pub trait Hint: std::error::Error {
    /// One or more sentences in the imperative, without a final stop, e.g. ``run `apt-get install uidmap` ``.
    fn hint(&self) -> Option<String> {
        None
    }
}
