//! How an ordinary user becomes root: of a user namespace of their own, filled from the id ranges that
//! `/etc/subuid` and `/etc/subgid` grant, by the setuid helpers `newuidmap` and `newgidmap`.
//!
//! The whole program is started again inside that namespace, so that everything after it (unpacking,
//! overlay mounts, reading layers) is written once, for root.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::thread;

use rustix::process::{Signal, geteuid, getgid, getuid, set_parent_process_death_signal};
use rustix::thread::UnshareFlags;

use crate::Error;

/// A run of ids granted to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdRange {
    /// The first id, on the host.
    pub start: u32,
    /// How many.
    pub count: u32,
}

/// The ids that an ordinary user may hand out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subordinate {
    /// From `/etc/subuid`.
    pub users: Vec<IdRange>,
    /// From `/etc/subgid`.
    pub groups: Vec<IdRange>,
}

/// Makes sure that what follows runs as root, of the machine or of a namespace.
///
/// `None`: this process is root, go on. `Some(status)`: it was not; the same program has done the work in a
/// namespace and ended so, and all that is left is to end alike. `marker` is a variable that the second run
/// finds in its environment. To be called before any thread exists.
pub fn become_root(marker: &str) -> Result<Option<ExitStatus>, Error> {
    if geteuid().is_root() {
        return Ok(None);
    }
    let subordinate = subordinate_ranges()?;
    let (ready_read, ready_write) = io::pipe().map_err(Error::io("making a pipe"))?;
    let (go_read, go_write) = io::pipe().map_err(Error::io("making a pipe"))?;
    let mut command = Command::new("/proc/self/exe");
    let mut arguments = std::env::args_os();
    command.arg0(arguments.next().unwrap_or_default()).args(arguments).env(marker, "1");
    // SAFETY: between fork and exec only system calls are made, on descriptors that outlive them.
    #[allow(unsafe_code, reason = "a namespace has to be entered between fork and exec")]
    unsafe {
        command.pre_exec(move || wait_for_map(&ready_write, &go_read));
    }
    // `spawn` returns only after exec, which waits for the maps: another thread has to write them.
    let mapper = thread::spawn(move || -> Result<(), Error> {
        let mut process = [0; 4];
        if (&ready_read).read_exact(&mut process).is_err() {
            return Ok(()); // nothing was unshared; `spawn` says why
        }
        let process = u32::from_ne_bytes(process);
        map_ids("newuidmap", process, getuid().as_raw(), &subordinate.users)?;
        map_ids("newgidmap", process, getgid().as_raw(), &subordinate.groups)?;
        (&go_write).write_all(b"g").map_err(Error::io("waking the child"))
    });
    let spawned = command.spawn();
    drop(command); // with it go the child's ends of the pipes, or the mapper would wait for ever
    let mapped = mapper.join().unwrap_or_else(|_| Err(Error::NoAnswer("the id mapper died".into())));
    match (mapped, spawned) {
        (Err(error), _) => Err(error),
        (Ok(()), Err(source)) => Err(Error::Namespace { what: "a user namespace", source }),
        (Ok(()), Ok(mut child)) => child.wait().map(Some).map_err(Error::io("waiting for the child")),
    }
}

/// Runs in the child: enters the namespace, says so, and waits until its ids exist.
fn wait_for_map(ready: &io::PipeWriter, go: &io::PipeReader) -> io::Result<()> {
    // SAFETY: the child of a fork has one thread and its own descriptor table.
    #[allow(unsafe_code, reason = "the kernel's own interface; std has none")]
    unsafe {
        rustix::thread::unshare_unsafe(UnshareFlags::NEWUSER)?;
    }
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut ready = ready;
    let mut go = go;
    ready.write_all(&std::process::id().to_ne_bytes())?;
    let mut word = [0];
    // The writing end is closed without a word when mapping failed.
    go.read_exact(&mut word)
}

fn map_ids(program: &'static str, process: u32, own: u32, ranges: &[IdRange]) -> Result<(), Error> {
    let mut arguments = vec![process, 0, own, 1];
    let mut inside = 1;
    for range in ranges {
        arguments.extend([inside, range.start, range.count]);
        inside += range.count;
    }
    let failed = |reason| Error::IdMap { program, reason };
    let output = Command::new(program)
        .args(arguments.iter().map(u32::to_string))
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(failed(if words.is_empty() { status_text(output.status) } else { words }))
}

fn status_text(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, signal) => format!("signal {}", signal.unwrap_or(0)),
    }
}

/// The ranges granted to the user who runs this process.
pub fn subordinate_ranges() -> Result<Subordinate, Error> {
    let number = getuid().as_raw();
    let name = fs::read_to_string("/etc/passwd").ok().and_then(|passwd| user_name(&passwd, number));
    let read = |file: &'static str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let ranges = parse_ranges(&text, name.as_deref(), number);
        if ranges.is_empty() {
            let user = name.clone().unwrap_or_else(|| number.to_string());
            return Err(Error::NoSubordinateIds { user, file });
        }
        Ok(ranges)
    };
    Ok(Subordinate { users: read("/etc/subuid")?, groups: read("/etc/subgid")? })
}

fn user_name(passwd: &str, number: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, uid) = (fields.next()?, fields.next()?, fields.next()?);
        (uid.parse() == Ok(number)).then(|| name.to_owned())
    })
}

/// Reads lines `user:start:count`, the user given by name or number.
fn parse_ranges(text: &str, name: Option<&str>, number: u32) -> Vec<IdRange> {
    let number = number.to_string();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.trim().split(':');
            let user = fields.next()?;
            let (start, count) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            (Some(user) == name || user == number).then_some(IdRange { start, count })
        })
        .filter(|range| range.count > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_found_by_name_and_by_number() {
        let text = "# comment\nalice:100000:65536\n1000:300000:10\nbob:1:1\nalice:x:1\nalice:5:0\n";
        let range = |start, count| IdRange { start, count };
        assert_eq!(parse_ranges(text, Some("alice"), 1000), [range(100_000, 65536), range(300_000, 10)]);
        assert_eq!(parse_ranges(text, None, 1000), [range(300_000, 10)]);
        assert_eq!(parse_ranges(text, Some("carol"), 7), []);
    }

    #[test]
    fn the_user_is_named_by_passwd() {
        let passwd = "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n";
        assert_eq!(user_name(passwd, 1000).as_deref(), Some("alice"));
        assert_eq!(user_name(passwd, 7), None);
    }
}
