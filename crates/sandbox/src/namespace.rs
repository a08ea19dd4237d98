//! Stage 1: this program started again, to leave the host's namespaces before it has any thread.
//!
//! A process that has unshared its user namespace cannot fill in its own id map with more than one id, so a
//! helper that is forked first, and stays outside, does it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;

use rustix::process::{Pid, Signal, WaitOptions, set_parent_process_death_signal, waitpid};
use rustix::thread::UnshareFlags;

use crate::init;
use crate::spec::{Answer, Spec};

/// The name (`argv[0]`) under which this program is a sandbox stage instead of effigy.
pub(crate) const STAGE_NAME: &str = "effigy-sandbox";

/// Work that this program can do as root of a sandbox, see [`crate::Sandbox::work`].
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// What it is asked for by.
    pub name: &'static str,
    /// Does it, in a process of its own with a single thread whose `/` is the sandbox's root; standard output and
    /// error go to whoever asked. Takes the input, gives the exit code.
    pub run: fn(&str) -> u8,
}

/// Takes over when this program was started as a sandbox stage, and never returns then. Call it first in
/// `main`, before any thread exists and before arguments are read. `works` is what this program can do inside.
pub fn entry(works: &[Work]) {
    if std::env::args_os().next().is_none_or(|name| name != STAGE_NAME) {
        return;
    }
    let code = match stage_one(works) {
        Ok(()) => 0,
        // Nobody reads a stage's own words but a developer; effigy reports the missing answer.
        Err(error) => {
            let _ = writeln!(io::stderr(), "{STAGE_NAME}: {error}");
            70
        }
    };
    end(code);
}

#[allow(clippy::exit, reason = "a stage is a process of its own: it ends here and must not go on as effigy")]
pub(crate) fn end(code: i32) -> ! {
    std::process::exit(code)
}

fn stage_one(works: &[Work]) -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let spec: Spec = serde_json::from_str(&text)?;
    let mut answer = File::options().write(true).open(&spec.answer)?;

    let given = match leave_host(&spec).and_then(|()| die_with(spec.parent)) {
        Ok(()) => in_child(|| init::run(&spec, works))?,
        Err(error) => Some(Answer::Namespace { errno: error.raw_os_error().unwrap_or(0) }),
    };
    // Process 1 answers through the file itself as it alone knows; stage 1 only has its own failures to add.
    if let Some(given) = given {
        serde_json::to_writer(&mut answer, &given)?;
    }
    Ok(())
}

/// Ends this process when its parent does. Set after the namespaces are entered, because a change of
/// credentials clears it; a parent that died before that is noticed here.
fn die_with(parent: u32) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    match rustix::process::getppid() {
        Some(pid) if pid.as_raw_nonzero().get().cast_unsigned() == parent => Ok(()),
        _ => end(72),
    }
}

/// Moves this process into new namespaces, its ids mapped as they are outside.
fn leave_host(spec: &Spec) -> io::Result<()> {
    let mut flags = UnshareFlags::NEWUSER
        | UnshareFlags::NEWNS
        | UnshareFlags::NEWPID
        | UnshareFlags::NEWIPC
        | UnshareFlags::NEWUTS;
    if !spec.network {
        flags |= UnshareFlags::NEWNET;
    }
    let users = same_ids(&fs::read_to_string("/proc/self/uid_map")?);
    let groups = same_ids(&fs::read_to_string("/proc/self/gid_map")?);
    let (go_read, go_write) = io::pipe()?;
    let own = std::process::id();
    let mapper = fork()?;
    let Some(mapper) = mapper else {
        drop(go_write);
        end(map_ids(own, &users, &groups, go_read.into()).map_or(71, |()| 0));
    };
    drop(go_read);
    // SAFETY: unsharing affects this process alone, which has one thread and shares no descriptor table.
    #[allow(unsafe_code, reason = "the kernel's own interface; std has none")]
    let unshared = unsafe { rustix::thread::unshare_unsafe(flags) };
    if unshared.is_ok() {
        (&go_write).write_all(b"u")?;
    }
    drop(go_write);
    let status = waitpid(Some(mapper), WaitOptions::empty())?.and_then(|(_, status)| status.exit_status());
    unshared?;
    match status {
        Some(0) => Ok(()),
        _ => Err(io::Error::from_raw_os_error(rustix::io::Errno::PERM.raw_os_error())),
    }
}

/// The helper's work: waits for the word that the namespace exists, then writes its maps from outside.
fn map_ids(process: u32, users: &str, groups: &str, go: OwnedFd) -> io::Result<()> {
    let mut word = [0];
    if File::from(go).read(&mut word)? == 0 {
        return Ok(()); // nothing was unshared; stage 1 reports why
    }
    fs::write(format!("/proc/{process}/uid_map"), users)?;
    fs::write(format!("/proc/{process}/gid_map"), groups)
}

/// Turns a map as the kernel prints it (inside, outside, count) into one that keeps every id it knows.
fn same_ids(map: &str) -> String {
    map.lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let (inside, _outside, count) = (fields.next()?, fields.next()?, fields.next()?);
            Some(format!("{inside} {inside} {count}\n"))
        })
        .collect()
}

/// Runs `work` in a forked child, which is process 1 of the new namespace, and waits for it. `None` when
/// the child has answered for itself.
fn in_child(work: impl FnOnce() -> io::Result<()>) -> io::Result<Option<Answer>> {
    let Some(child) = fork()? else {
        let died = set_parent_process_death_signal(Some(Signal::KILL))
            .map_err(io::Error::from)
            .and_then(|()| work());
        end(i32::from(died.is_err()));
    };
    waitpid(Some(child), WaitOptions::empty())?;
    Ok(None)
}

/// Forks; the child gets `None`.
pub(crate) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: the stages have a single thread, so the child may go on with every lock in a known state.
    #[allow(unsafe_code, reason = "the kernel's own interface; std has none")]
    let pid = unsafe { libc::fork() };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(None),
        pid => Ok(Pid::from_raw(pid)),
    }
}

#[cfg(test)]
mod tests {
    use super::same_ids;

    #[test]
    fn a_map_is_kept_in_terms_of_the_ids_seen_inside() {
        assert_eq!(same_ids("         0          0 4294967295\n"), "0 0 4294967295\n");
        assert_eq!(same_ids("0 1000 1\n1 100000 65536\n"), "0 0 1\n1 1 65536\n");
    }
}
