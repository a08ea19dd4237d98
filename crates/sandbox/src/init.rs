//! Stage 2: process 1 of the sandbox. Makes the root, starts the command, reaps, and at the end stops what
//! the command left running, politely first, so that a database's files are whole when the root is read.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, wait};

use crate::namespace::{Work, end, fork};
use crate::spec::{Answer, Inside, Process, Spec, Task};
use crate::{limits, mounts};

/// Does all of the above and writes the answer.
pub(crate) fn run(spec: &Spec, works: &[Work]) -> io::Result<()> {
    // Opened before the root changes: the path means nothing afterwards.
    let mut answer_file = File::options().write(true).open(&spec.answer)?;
    let answer = match mounts::enter_root(spec).and_then(|()| limits::settle(spec.network)) {
        Ok(()) => supervise(&spec.task, works, Duration::from_millis(spec.grace)),
        Err(failure) => Answer::Setup { step: failure.step, errno: failure.errno },
    };
    serde_json::to_writer(&mut answer_file, &answer)?;
    Ok(())
}

fn supervise(task: &Task, works: &[Work], grace: Duration) -> Answer {
    let started = match task {
        Task::Run(process) => start(process),
        Task::Work(inside) => begin(inside, works),
    };
    let child = match started {
        Ok(child) => child,
        Err(error) => {
            let program = match task {
                Task::Run(process) => process.arguments.first().cloned().unwrap_or_default(),
                Task::Work(inside) => inside.name.clone(),
            };
            return Answer::NotStarted { program, errno: error.raw_os_error().unwrap_or(0) };
        }
    };
    let status = wait_for(child);
    let killed = stop_the_rest(grace);
    Answer::Exited { code: status.code(), signal: status.signal(), killed }
}

fn start(process: &Process) -> io::Result<Pid> {
    let (program, arguments) =
        process.arguments.split_first().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(process.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&process.directory)
        .stdin(Stdio::null());
    // SAFETY: between fork and exec only system calls are made, no allocation and no lock.
    #[allow(unsafe_code, reason = "capabilities must be given up by the child itself, just before exec")]
    unsafe {
        command.pre_exec(limits::give_up_capabilities);
    }
    let child = command.spawn()?;
    Pid::from_raw(child.id().cast_signed()).ok_or_else(|| io::Error::from(io::ErrorKind::Other))
}

/// Forks for work of this program's own. Process 1 goes on to reap, as for a command.
fn begin(inside: &Inside, works: &[Work]) -> io::Result<Pid> {
    let work = works.iter().find(|work| work.name == inside.name);
    let work = work.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    if let Some(child) = fork()? {
        return Ok(child);
    }
    if limits::give_up_own_capabilities().is_err() {
        end(126);
    }
    // A panic has told itself; it must not unwind into what process 1 does.
    end(std::panic::catch_unwind(|| (work.run)(&inside.input)).map_or(101, i32::from));
}

/// Reaps until the command itself has ended; orphans of the sandbox end up here too.
fn wait_for(child: Pid) -> ExitStatus {
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == child => return exit_status(status),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            // Without children left there is nobody whose end could be waited for.
            Err(_) => return ExitStatus::from_raw(0x7f00),
        }
    }
}

fn exit_status(status: WaitStatus) -> ExitStatus {
    ExitStatus::from_raw(status.as_raw())
}

/// SIGTERM to every process, a wait, then SIGKILL. Returns the names of those that had to be killed.
fn stop_the_rest(grace: Duration) -> Vec<String> {
    if nobody_left() {
        return Vec::new();
    }
    signal_all(Signal::TERM);
    let deadline = Instant::now() + grace;
    let mut pause = Duration::from_millis(1);
    while Instant::now() < deadline {
        if nobody_left() {
            return Vec::new();
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    let names = running_names();
    signal_all(Signal::KILL);
    while !nobody_left() {
        std::thread::sleep(Duration::from_millis(1));
    }
    names
}

/// Reaps what has ended; true when process 1 has no child any more.
fn nobody_left() -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) => return false,
            Err(_) => return true,
        }
    }
}

/// Signals every process of the namespace but this one.
fn signal_all(signal: Signal) {
    for pid in running() {
        // A process that is gone by now needs no signal.
        let _ = kill_process(pid, signal);
    }
}

fn running() -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|&pid: &i32| pid != 1)
        .filter_map(Pid::from_raw)
        .collect()
}

fn running_names() -> Vec<String> {
    let name = |pid: Pid| fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero())).ok();
    running().into_iter().filter_map(name).map(|name| name.trim_end().to_owned()).collect()
}
