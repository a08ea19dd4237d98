//! A clock that stands still, for servers that write down what time it is.
//!
//! A database server puts times into its files, and does housekeeping when some time has passed. So that the same
//! input gives the same files, it is shown a clock that stands. Waiting still works: it ends when it would have ended.
//! It is shown no network card either, since it would make UUIDs of the card's address.
//!
//! This crate holds the files that do it, and says where they go; see [`files`]. While they are in place, the loader
//! of the C library maps the first one, the gate, into every program that starts. It does nothing but look at the
//! program's name, and, if it is one of the few servers, start it again with the second one, the clock. So no other
//! program ever sees it. Programs that are linked statically or to another C library do not look for the gate.
//!
//! Deliberately unaware of roots, overlays and images.

/// A file to be seen by the programs in a root.
pub struct File {
    /// Where, from the root.
    pub path: &'static str,
    /// What is in it. To be readable by everybody.
    pub content: Vec<u8>,
}

/// What the loader reads, from the root: names of libraries, one a line.
pub const PRELOAD: &str = "etc/ld.so.preload";

/// Our line of it.
pub const PRELOADED: &str = "/usr/lib/effigy-gate.so";

/// The other files, from the root.
pub const PATHS: [&str; 3] =
    ["usr/lib/effigy-gate.so", "usr/lib/effigy-clock.so", "usr/lib/effigy-clock.epoch"];

const GATE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gate.so"));
const CLOCK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/clock.so"));

/// The files that make the clock of servers stand at `epoch`, in seconds since 1970, or at the year 2001 if that is
/// later: where times are small they could not be told from how long the machine runs.
pub fn files(epoch: u64) -> [File; 4] {
    let [gate, clock, time] = PATHS;
    [
        File { path: PRELOAD, content: format!("{PRELOADED}\n").into_bytes() },
        File { path: gate, content: GATE.to_vec() },
        File { path: clock, content: CLOCK.to_vec() },
        File { path: time, content: epoch.to_string().into_bytes() },
    ]
}

#[cfg(test)]
mod tests;
