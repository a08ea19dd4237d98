//! Applies a catalog to a directory as root: `apply CATALOG.json ROOT MODULEPATH`. For comparisons with real
//! Puppet; commands are run by `chroot`, so it needs to be root and shuts nothing in.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode, Stdio};

use resources::{Log, ModulePath, Observer, Recorded, Settings, Surroundings};
use system::{Command, Exit, Output, Root};

const VARIABLES: [(&str, &str); 4] = [
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("HOME", "/root"),
    ("LANG", "C.UTF-8"),
    ("DEBIAN_FRONTEND", "noninteractive"),
];

struct Printer;

impl Observer for Printer {
    fn log(&mut self, log: &Log) {
        println!("{}: {}: {}", log.level, log.source, log.message);
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [catalog, root, modulepath] = &words[..] else {
        return Err("usage: apply CATALOG.json ROOT MODULEPATH".into());
    };
    let catalog = catalog::Catalog::parse(&std::fs::read(catalog)?)?;
    for (reference, reason) in resources::foreign(&catalog) {
        println!("not native: {reference}: {reason}");
    }
    let folder = PathBuf::from(root);
    let mut system = Root::open(&folder, Box::new(|command| run(&folder, command)))?;
    let modules = ModulePath(modulepath.split(':').map(PathBuf::from).collect());
    let settings = Settings { batch_packages: true, ..Settings::default() };
    let surroundings = Surroundings {
        system: &mut system,
        sources: &modules,
        services: &mut Recorded,
        observer: &mut Printer,
    };
    let report = resources::apply(&catalog, surroundings, &settings)?;
    println!("{} of {} changed", report.changed().len(), report.statuses.len());
    Ok(if report.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(root: &Path, command: &Command) -> io::Result<Output> {
    let mut process = Process::new("/usr/sbin/chroot");
    process.env_clear().envs(VARIABLES);
    for (name, value) in &command.environment {
        match value {
            Some(value) => process.env(name, value),
            None => process.env_remove(name),
        };
    }
    if let Some(who) = &command.credentials {
        process.arg(format!("--userspec={}:{}", who.user, who.group));
        if let Some(groups) = &who.groups {
            let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
            process.arg(format!("--groups={}", groups.join(",")));
        }
    }
    let mask = format!("{:03o}", command.umask.unwrap_or(0o022));
    let directory = command.directory.as_deref().unwrap_or("/");
    let script = "umask $1; cd \"$2\"; shift 2; exec \"$@\"";
    process.arg(root).args(["/bin/sh", "-c", script, "sh", &mask, directory]).args(&command.arguments);
    let mut child = process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&command.input)?;
    }
    let output = child.wait_with_output()?;
    let mut bytes = output.stdout;
    if command.with_errors {
        bytes.extend(output.stderr);
    }
    let exit = match (output.status.code(), output.status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    };
    Ok(Output { exit, bytes })
}
