//! Running commands as process of a sandbox: what a resource wants run, with the build's environment.
//!
//! A command ends when its own process does; what it leaves running may keep its output open for ever.

use std::fs::File;
use std::io::{self, PipeReader, Read, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Gid, Pid, PidfdFlags, Signal, Uid};
use system::{Command, Credentials, Exit, Output};

/// The mask of new files, unless a command has its own.
const UMASK: u32 = 0o022;

/// Runs commands one after another.
#[derive(Clone)]
pub(super) struct Commands {
    /// What every command finds in its environment.
    pub environment: Vec<(String, String)>,
}

impl Commands {
    /// Runs a command to its end. An error means that it never ran.
    pub(super) fn run(&self, command: &Command) -> io::Result<Output> {
        let (reader, writer) = io::pipe()?;
        let child = self.start(command, writer.into())?;
        collect(child, reader, command.timeout)
    }

    fn start(&self, command: &Command, output: OwnedFd) -> io::Result<Child> {
        let (program, arguments) =
            command.arguments.split_first().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut prepared = std::process::Command::new(program);
        prepared.args(arguments).env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        for (name, value) in &command.environment {
            match value {
                Some(value) => prepared.env(name, value),
                None => prepared.env_remove(name),
            };
        }
        let errors = if command.with_errors { Stdio::from(output.try_clone()?) } else { Stdio::null() };
        // A group of its own, so that all of it can be ended when its time is over.
        prepared.stdin(input(&command.input)?).stdout(output).stderr(errors).process_group(0);
        let _surroundings = Surroundings::enter(command.directory.as_deref(), command.umask)?;
        match &command.credentials {
            None => prepared.spawn(),
            Some(credentials) => spawn_as(credentials, &mut prepared),
        }
    }
}

/// What the command reads: nothing, or the bytes.
fn input(bytes: &[u8]) -> io::Result<Stdio> {
    if bytes.is_empty() {
        return Ok(Stdio::null());
    }
    let mut file = File::from(rustix::fs::memfd_create("input", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file.into())
}

/// Directory and mask of this process while a command is started, as the command inherits them. The directory is
/// entered with root's rights, as Puppet does.
struct Surroundings;

impl Surroundings {
    fn enter(directory: Option<&str>, mask: Option<u32>) -> io::Result<Self> {
        rustix::process::chdir(directory.unwrap_or("/"))?;
        rustix::process::umask(Mode::from_raw_mode(mask.unwrap_or(UMASK)));
        Ok(Self)
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        rustix::process::umask(Mode::from_raw_mode(UMASK));
        // The root can always be entered.
        let _ = rustix::process::chdir("/");
    }
}

/// Starts a command with another user's rights. They are taken on by a thread, which the kernel lets have rights
/// of its own, and which ends with them.
fn spawn_as(credentials: &Credentials, prepared: &mut std::process::Command) -> io::Result<Child> {
    let spawn = || {
        if let Some(groups) = &credentials.groups {
            let groups: Vec<Gid> = groups.iter().copied().map(Gid::from_raw).collect();
            rustix::thread::set_thread_groups(&groups)?;
        }
        let (user, group) = (Uid::from_raw(credentials.user), Gid::from_raw(credentials.group));
        rustix::thread::set_thread_res_gid(group, group, group)?;
        rustix::thread::set_thread_res_uid(user, user, user)?;
        prepared.spawn()
    };
    std::thread::scope(|scope| scope.spawn(spawn).join())
        .unwrap_or_else(|_| Err(io::Error::other("the thread that was to start it died")))
}

/// Gathers output until the process has ended or its time is over.
fn collect(mut child: Child, mut reader: PipeReader, timeout: Option<Duration>) -> io::Result<Output> {
    rustix::fs::fcntl_setfl(&reader, OFlags::NONBLOCK)?;
    let pid = Pid::from_child(&child);
    let ended = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let (mut bytes, mut open) = (Vec::new(), true);
    loop {
        match wait(&ended, open.then_some(&reader), deadline)? {
            Next::Ended => break,
            Next::Output => open = drain(&mut reader, &mut bytes)?,
            Next::TimedOut => {
                // It may have just ended by itself.
                let _ = rustix::process::kill_process_group(pid, Signal::KILL);
                child.wait()?;
                return Ok(Output { exit: Exit::TimedOut, bytes });
            }
        }
    }
    let status = child.wait()?;
    drain(&mut reader, &mut bytes)?;
    Ok(Output { exit: exit_of(status), bytes })
}

enum Next {
    Ended,
    Output,
    TimedOut,
}

fn wait(ended: &OwnedFd, reader: Option<&PipeReader>, deadline: Option<Instant>) -> io::Result<Next> {
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        let mut watched = vec![PollFd::from_borrowed_fd(ended.as_fd(), PollFlags::IN)];
        watched.extend(reader.map(|reader| PollFd::from_borrowed_fd(reader.as_fd(), PollFlags::IN)));
        match poll(&mut watched, left.as_ref()) {
            Ok(0) => return Ok(Next::TimedOut),
            Ok(_) if !watched[0].revents().is_empty() => return Ok(Next::Ended),
            Ok(_) => return Ok(Next::Output),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Reads what is there; false once nobody can write any more.
fn drain(reader: &mut PipeReader, bytes: &mut Vec<u8>) -> io::Result<bool> {
    match reader.read_to_end(bytes) {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
        Err(error) => Err(error),
    }
}

fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, change: impl FnOnce(&mut Command)) -> Output {
        let environment = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned()), ("A".into(), "a".into())];
        let mut command = Command::new(["/bin/sh", "-c", script]);
        change(&mut command);
        Commands { environment }.run(&command).unwrap()
    }

    #[test]
    fn output_input_environment_and_exit_are_the_commands_own() {
        let output = run("cat; echo \"$A$B\"; echo error >&2; umask; pwd; exit 3", |command| {
            command.input = b"in ".to_vec();
            command.environment = vec![("A".into(), None), ("B".into(), Some("b".into()))];
            command.umask = Some(0o077);
            command.directory = Some("/usr".into());
        });
        assert_eq!((output.exit, output.text().as_str()), (Exit::Code(3), "in b\nerror\n0077\n/usr\n"));
        let output = run("echo error >&2; pwd; kill -9 $$", |command| command.with_errors = false);
        assert_eq!((output.exit, output.text().as_str()), (Exit::Signal(9), "/\n"));
    }

    #[test]
    fn nobody_waits_for_what_a_command_leaves_running() {
        let begun = Instant::now();
        assert_eq!(run("sleep 20 & echo there", |_| ()).text(), "there\n");
        let output =
            run("echo there; sleep 20", |command| command.timeout = Some(Duration::from_millis(200)));
        assert_eq!((output.exit, output.text().as_str()), (Exit::TimedOut, "there\n"));
        assert!(begun.elapsed() < Duration::from_secs(10));
        let long = run("seq 1 100000", |_| ());
        assert_eq!(long.bytes.len(), 588_895);
    }

    #[test]
    fn what_cannot_be_started_is_an_error() {
        let error = Commands { environment: Vec::new() }.run(&Command::new(["/no/such"])).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
