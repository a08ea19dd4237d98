//! `effigy doctor`: what this machine lacks, and how to get it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use diagnostics::Hint;
use docker::{Engine, candidates};
use sandbox::{Mount, Process, Root, Sandbox};
use serde::Serialize;
use serde_json::json;

use super::{Outcome, become_root, size};
use crate::args::Location;
use crate::environment;
use crate::printer::Printer;

/// Say what this machine lacks for building images, and how to get it.
///
/// Tries the real thing where that is possible: makes a sandbox, looks for keys, a mirror, room and a container
/// engine. Ends with 1 when builds cannot work.
#[derive(Debug, Args)]
pub struct DoctorArgs {}

/// Bytes that a first build needs for tools, a base and an image.
const ROOM: u64 = 3_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    /// Builds work, something else may not.
    Poor,
    /// Builds cannot work.
    Bad,
}

/// One thing looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
    remedy: Option<String>,
}

impl Finding {
    fn good(what: &'static str, detail: impl Into<String>) -> Self {
        Self { what, state: State::Good, detail: detail.into(), remedy: None }
    }

    fn lacking(
        what: &'static str,
        state: State,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { what, state, detail: detail.into(), remedy: Some(remedy.into()) }
    }

    fn of_error(what: &'static str, state: State, error: &dyn Hint) -> Self {
        Self { what, state, detail: error.to_string(), remedy: error.hint() }
    }
}

/// Looks.
pub fn run(_: &DoctorArgs, location: &Location, printer: &Printer) -> Outcome {
    let store = location.store_path()?;
    let identity = identity();
    // The rest is looked at as builds see it; when that cannot be, what is wrong with it is all there is to say.
    if identity.state != State::Bad
        && let Some(code) = become_root()?
    {
        return Ok(code);
    }
    let mut findings = vec![kernel(), identity];
    if findings.iter().all(|finding| finding.state != State::Bad) {
        findings.push(sandbox_works());
    }
    findings.extend([room(&store), keys(), mirror(), engine()]);
    let bad = findings.iter().any(|finding| finding.state == State::Bad);
    printer.answer(&json!({"findings": findings, "good": !bad}), || findings.iter().map(describe).collect());
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn describe(finding: &Finding) -> String {
    let word = match finding.state {
        State::Good => "ok",
        State::Poor => "poor",
        State::Bad => "BAD",
    };
    let remedy =
        finding.remedy.as_ref().map(|remedy| format!("              hint: {remedy}\n")).unwrap_or_default();
    format!("{word:<5}{:<9}{}\n{remedy}", finding.what, finding.detail)
}

fn kernel() -> Finding {
    let release = rustix::system::uname().release().to_string_lossy().into_owned();
    let mut numbers =
        release.split(|letter: char| !letter.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    let version: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version >= (5, 12) {
        Finding::good("kernel", release)
    } else {
        let detail = format!("{release} is older than 5.12, which brought what the sandbox is made of");
        Finding::lacking("kernel", State::Bad, detail, "upgrade the kernel")
    }
}

/// Who builds: root, or a user with subordinate ids and the programs that map them.
fn identity() -> Finding {
    if rustix::process::geteuid().is_root() {
        let detail = if environment::in_namespace() { "a user with subordinate ids" } else { "root" };
        return Finding::good("user", detail);
    }
    for program in ["newuidmap", "newgidmap"] {
        let found = ["/usr/bin", "/bin", "/usr/local/bin"]
            .iter()
            .any(|folder| Path::new(folder).join(program).exists());
        if !found {
            let detail = format!("`{program}` is missing, so only root can build");
            return Finding::lacking("user", State::Bad, detail, "as root, run `apt-get install uidmap`");
        }
    }
    match sandbox::subordinate_ranges() {
        Err(error) => Finding::of_error("user", State::Bad, &error),
        Ok(ranges) => {
            let ids =
                |ranges: &[sandbox::IdRange]| ranges.iter().map(|range| u64::from(range.count)).sum::<u64>();
            let fewest = ids(&ranges.users).min(ids(&ranges.groups));
            if fewest < 65_535 {
                let detail =
                    format!("{fewest} subordinate ids are fewer than the 65535 that an image may use");
                return Finding::lacking(
                    "user",
                    State::Poor,
                    detail,
                    "grant 65536 in /etc/subuid and /etc/subgid",
                );
            }
            Finding::good("user", format!("{fewest} subordinate ids"))
        }
    }
}

/// Makes a sandbox in a temporary folder and runs a program of the host in it.
fn sandbox_works() -> Finding {
    let folder = std::env::temp_dir().join(format!("effigy-doctor-{}", std::process::id()));
    let finding = match try_sandbox(&folder) {
        Ok(()) => Finding::good("sandbox", "namespaces and overlay mounts work"),
        Err(error) => Finding::of_error("sandbox", State::Bad, &error),
    };
    // A temporary folder that stays does no harm.
    let _ = fs::remove_dir_all(&folder);
    finding
}

fn try_sandbox(folder: &Path) -> Result<(), sandbox::Error> {
    let (lower, upper) = (folder.join("lower"), folder.join("upper"));
    for path in [&lower.join("usr"), &upper] {
        fs::create_dir_all(path)
            .map_err(|source| sandbox::Error::Io { what: format!("making {}", path.display()), source })?;
    }
    for name in ["lib", "lib64"] {
        // Only missing where a link of the same name is; the program then says so.
        let _ = std::os::unix::fs::symlink(format!("usr/{name}"), lower.join(name));
    }
    let root = Root { lowers: vec![lower], upper: Some(upper) };
    let usr = Mount::Bind { source: PathBuf::from("/usr"), target: PathBuf::from("/usr"), writable: false };
    let process = Process {
        arguments: vec!["/usr/bin/true".to_owned()],
        environment: Vec::new(),
        directory: "/".into(),
    };
    Sandbox::new(folder, root).mount(usr).run(&process, &mut |_| ()).map(drop)
}

fn room(store: &Path) -> Finding {
    let existing = store.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(existing) {
        Err(errno) => {
            let detail = format!("cannot look at {}: {errno}", existing.display());
            Finding::lacking("store", State::Bad, detail, "name another folder with `--store`")
        }
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let detail = format!("{} has {} free", store.display(), size(free));
            if free >= ROOM {
                return Finding::good("store", detail);
            }
            let remedy = format!(
                "a first build takes about {}; free some, or name another folder with `--store`",
                size(ROOM)
            );
            Finding::lacking("store", State::Poor, detail, remedy)
        }
    }
}

fn keys() -> Finding {
    match debian::keyring::installed(Path::new("/")).first() {
        Some(path) => Finding::good("keys", path.display().to_string()),
        None => Finding::lacking(
            "keys",
            State::Bad,
            "the keys of the Debian archive are not on this machine",
            "install the package `debian-archive-keyring`, or give `keyring:` to the bases in effigy.yaml",
        ),
    }
}

fn mirror() -> Finding {
    if let Some(mirror) = environment::debian_mirror() {
        return Finding::good("mirror", mirror);
    }
    match debian::sources::mirrors_of_system(Path::new("/")) {
        Ok(mirrors) if mirrors.main.is_some() => Finding::good("mirror", mirrors.main.unwrap_or_default()),
        Ok(_) => Finding::lacking(
            "mirror",
            State::Poor,
            "the package sources of this machine name no Debian mirror",
            "give `mirror:` to the bases in effigy.yaml, or set EFFIGY_DEBIAN_MIRROR",
        ),
        Err(error) => Finding::of_error("mirror", State::Poor, &error),
    }
}

fn engine() -> Finding {
    let connected =
        candidates(&environment::engine_surroundings()).and_then(|sockets| Engine::connect(&sockets));
    match connected {
        Ok(engine) => Finding::good("engine", format!("{} at {}", engine.name(), engine.socket().display())),
        // Images can be built, exported and pushed without one.
        Err(error) => Finding::of_error("engine", State::Poor, &error),
    }
}
