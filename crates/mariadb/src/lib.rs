//! The data directory of a MariaDB server that was stopped, brought into one normal form.
//!
//! Two servers that were told the same write the same rows, but number what they write (log sequence numbers,
//! LSNs) by how their threads happened to take turns. The numbers matter while a server runs and after a crash; of
//! a server that was stopped properly they say nothing. So here they become the same everywhere:
//!
//! ```text
//! ibdata1, undo*, *.ibd   every page gets the LSN `NORMAL_LSN` and its checksum anew; the doublewrite area is blank
//! ib_logfile0             a log that begins at this LSN and holds one checkpoint, taken there
//! aria_log.0*             gone: a server that was stopped properly makes a new one (aria_log_control stays)
//! ib_buffer_pool          gone: which pages were in memory
//! ```
//! Nothing is touched unless everything is recognised and shows that nothing is left to recover; see [`Outcome::Left`].
//!
//! Deliberately unaware of rows, tables, SQL and images; MySQL's files are left alone.

mod aria;
mod checksum;
mod directory;
mod error;
mod redo;
mod rewrite;
mod tablespace;

use std::path::Path;

pub use directory::find;
pub use error::Error;
use error::Refusal;

/// The LSN of every page and of the log, in the normal form. Any would do that a log can begin at.
pub(crate) const NORMAL_LSN: u64 = 0x1000_0000;

/// What became of a data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the normal form now.
    Normal {
        /// How many tablespaces were rewritten.
        tablespaces: usize,
    },
    /// It is as it was.
    Left {
        /// What was found that is not recognised or not safe to change.
        reason: String,
    },
}

/// Brings a data directory into the normal form: all of it, or nothing.
///
/// `below` is the same directory in what `directory` is seen on top of (an overlay's lower layers), if it is there:
/// `directory` then holds only what has changed, and the rest has to be in the normal form already.
pub fn normalize(directory: &Path, below: Option<&Path>) -> Result<Outcome, Error> {
    let examined = match directory::examine(directory, below) {
        Ok(examined) => examined,
        Err(Refusal::Left(reason)) => return Ok(Outcome::Left { reason }),
        Err(Refusal::Failed(error)) => return Err(error),
    };
    rewrite::write(&examined)?;
    Ok(Outcome::Normal { tablespaces: examined.tablespaces.len() })
}

#[cfg(test)]
mod tests;
