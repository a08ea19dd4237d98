//! The outside of a sandbox: what effigy asks for, and how a run is started and listened to.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use crate::Error;
use crate::namespace::STAGE_NAME;
use crate::spec::{Answer, Inside, Mount, Process, Root, Spec, Task};

/// A root and what is seen beside it; any number of commands can be run in it, one after another.
pub struct Sandbox {
    scratch: PathBuf,
    root: Root,
    mounts: Vec<Mount>,
    network: bool,
    grace: Duration,
    runs: AtomicU32,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Names of processes it had left running that did not end on SIGTERM.
    pub killed: Vec<String>,
}

impl Exit {
    /// Whether the command ended by itself with 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.code, self.signal) {
            (Some(code), _) => write!(f, "exit code {code}"),
            (None, Some(signal)) => write!(f, "signal {signal}"),
            (None, None) => write!(f, "unknown status"),
        }
    }
}

/// A line that the command or one of its children wrote, without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// To standard output.
    Stdout(String),
    /// To standard error.
    Stderr(String),
}

impl Sandbox {
    /// A sandbox without network. `scratch` is a folder on the file system of the root's upper folder, for
    /// mount points and the like; what is made there is removed after each run.
    pub fn new(scratch: &Path, root: Root) -> Self {
        Self {
            scratch: scratch.to_owned(),
            root,
            mounts: Vec::new(),
            network: false,
            grace: Duration::from_secs(60),
            runs: AtomicU32::new(0),
        }
    }

    /// Shows something from outside; later mounts lie over earlier ones.
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mounts.push(mount);
        self
    }

    /// Whether commands share the host's network; without it they have a loopback interface of their own.
    pub fn network(mut self, shared: bool) -> Self {
        self.network = shared;
        self
    }

    /// How long processes left running get between SIGTERM and SIGKILL (a minute unless told).
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Runs a command to its end and stops what it left running. Each line of output goes to `output` as it
    /// comes. An error means that the command never ran; its own failure is an [`Exit`].
    pub fn run(&self, process: &Process, output: &mut dyn FnMut(Output)) -> Result<Exit, Error> {
        self.take_on(Task::Run(process.clone()), output)
    }

    /// The same for work of this program's own, by the name under which [`crate::entry`] knows it. `input` is
    /// handed to it from memory to memory.
    pub fn work(&self, name: &str, input: String, output: &mut dyn FnMut(Output)) -> Result<Exit, Error> {
        self.take_on(Task::Work(Inside { name: name.to_owned(), input }), output)
    }

    fn take_on(&self, task: Task, output: &mut dyn FnMut(Output)) -> Result<Exit, Error> {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let folder = self.scratch.join(format!("run-{number}"));
        let outcome = self.run_in(&folder, task, output);
        // A work folder that stays is removed with the scratch folder.
        let _ = fs::remove_dir_all(&folder);
        outcome
    }

    fn run_in(&self, folder: &Path, task: Task, output: &mut dyn FnMut(Output)) -> Result<Exit, Error> {
        let spec = self.prepare(folder, task)?;
        let stage_failed = |what: &'static str| Error::io(what);
        let mut stage = Command::new("/proc/self/exe")
            .arg0(STAGE_NAME)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(stage_failed("starting the sandbox"))?;
        let text = serde_json::to_vec(&spec)
            .map_err(io::Error::from)
            .map_err(stage_failed("describing the sandbox"))?;
        if let Some(mut pipe) = stage.stdin.take() {
            pipe.write_all(&text).map_err(stage_failed("starting the sandbox"))?;
        }
        let last_words = listen(stage.stdout.take(), stage.stderr.take(), output);
        stage.wait().map_err(stage_failed("waiting for the sandbox"))?;
        let answer = fs::read(&spec.answer).map_err(stage_failed("reading the sandbox's answer"))?;
        let answer = serde_json::from_slice(&answer).map_err(|_| Error::NoAnswer(last_words))?;
        exit_of(answer)
    }

    /// Lays out the folder of one run.
    ///
    /// ```text
    /// run-N/root      where the new root is mounted
    /// run-N/skeleton  the lowest layer: mount points, so that they need not exist in any image
    /// run-N/work      overlayfs's own
    /// run-N/answer    how it ended
    /// ```
    fn prepare(&self, folder: &Path, task: Task) -> Result<Spec, Error> {
        let make =
            |path: &Path| fs::create_dir_all(path).map_err(Error::io(format!("making {}", path.display())));
        let skeleton = folder.join("skeleton");
        let mount_point = folder.join("root");
        make(&mount_point)?;
        for point in ["proc", "sys", "dev", "tmp", "etc"] {
            make(&skeleton.join(point))?;
        }
        for mount in &self.mounts {
            let target = mount.target();
            make(&skeleton.join(target.strip_prefix("/").unwrap_or(target)))?;
        }
        self.write_names(&skeleton.join("etc"))?;
        let answer = folder.join("answer");
        // Room is taken now: the answer must get through even when the command has filled the disk.
        fs::write(&answer, [b' '; 4096]).map_err(Error::io(format!("making {}", answer.display())))?;

        let mut root = self.root.clone();
        root.lowers.push(skeleton);
        Ok(Spec {
            root,
            mount_point,
            work: folder.join("work"),
            mounts: self.mounts.clone(),
            network: self.network,
            grace: u64::try_from(self.grace.as_millis()).unwrap_or(u64::MAX),
            task,
            answer,
            parent: std::process::id(),
        })
    }

    /// Name look-ups work in the build, but what they read is not the image's: it lies in the lowest layer.
    fn write_names(&self, etc: &Path) -> Result<(), Error> {
        let write = |name: &str, text: &[u8]| {
            let path = etc.join(name);
            fs::write(&path, text).map_err(Error::io(format!("writing {}", path.display())))
        };
        write("hosts", b"127.0.0.1 localhost\n::1 localhost\n")?;
        if self.network {
            // A host without this file resolves names in ways that a container could not use anyway.
            write("resolv.conf", &fs::read("/etc/resolv.conf").unwrap_or_default())?;
        }
        Ok(())
    }
}

fn exit_of(answer: Answer) -> Result<Exit, Error> {
    let system = io::Error::from_raw_os_error;
    match answer {
        Answer::Exited { code, signal, killed } => Ok(Exit { code, signal, killed }),
        Answer::NotStarted { program, errno } => {
            Err(Error::Setup { step: format!("starting {program}"), source: system(errno) })
        }
        Answer::Setup { step, errno } => Err(Error::Setup { step, source: system(errno) }),
        Answer::Namespace { errno } => Err(Error::Namespace { what: "namespaces", source: system(errno) }),
    }
}

/// Reads both streams line by line until they end; returns the last line of standard error.
fn listen(
    stdout: Option<impl Read + Send + 'static>,
    stderr: Option<impl Read + Send + 'static>,
    output: &mut dyn FnMut(Output),
) -> String {
    let (sender, receiver) = mpsc::channel();
    forward(stdout, Output::Stdout, sender.clone());
    forward(stderr, Output::Stderr, sender);
    let mut last_words = String::new();
    for line in receiver {
        if let Output::Stderr(words) = &line {
            last_words.clone_from(words);
        }
        output(line);
    }
    last_words
}

fn forward(
    stream: Option<impl Read + Send + 'static>,
    kind: fn(String) -> Output,
    sender: mpsc::Sender<Output>,
) {
    let Some(stream) = stream else { return };
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(count) if count > 0) {
            let text = String::from_utf8_lossy(&line);
            let text = text.strip_suffix('\n').unwrap_or(&text);
            if sender.send(kind(text.to_owned())).is_err() {
                return;
            }
            line.clear();
        }
    });
}
