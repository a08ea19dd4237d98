//! Services in a build. There is no init system, and what runs now is gone when the image is cut. So a service is
//! started only where a later resource could speak to it, and is otherwise taken as being what the code asks for;
//! the image's own processes are the image definition's business. Stopping what still runs at the end is left to
//! the sandbox.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use resources::{Intent, Services};
use rustix::process::{Pid, test_kill_process};
use system::Command;

use super::commands::Commands;
use super::unit::Unit;

/// Types that work on files, packages and accounts, and never on a running service. Any other type that comes
/// after a service (an exec, a database) may need it.
const PASSIVE: [&str; 27] = [
    "anchor",
    "alternatives",
    "augeas",
    "class",
    "concat_file",
    "concat_fragment",
    "cron",
    "file",
    "file_line",
    "group",
    "host",
    "ini_setting",
    "ini_subsetting",
    "mailalias",
    "mount",
    "notify",
    "package",
    "resources",
    "schedule",
    "service",
    "ssh_authorized_key",
    "sshkey",
    "stage",
    "sysctl",
    "tidy",
    "user",
    "yumrepo",
];

/// Where numbers of processes are kept that have no script to ask.
const STATE: &str = "/tmp/.effigy";

/// How often, and how long apart, a daemon is asked whether it answers.
const PATIENCE: (u32, Duration) = (60, Duration::from_millis(250));

/// Starts and stops services inside of the root that this process stands in.
pub(super) struct InBuild {
    pub commands: Commands,
    /// Names of those that were started.
    pub started: Vec<String>,
}

impl Services for InBuild {
    fn is_running(&mut self, intent: &Intent) -> Option<bool> {
        is_needed(intent).then(|| self.really_running(intent))
    }

    fn start(&mut self, intent: &Intent) -> Result<(), String> {
        if !self.started.contains(&intent.name) {
            self.started.push(intent.name.clone());
        }
        let command = match &intent.start {
            Some(line) => by_shell(line),
            None => start_command(&intent.name)?,
        };
        self.run(command, "start", &intent.name)?;
        // A daemon that is told to start may take a moment to answer.
        for _ in 0..PATIENCE.0 {
            if self.really_running(intent) {
                break;
            }
            std::thread::sleep(PATIENCE.1);
        }
        Ok(())
    }

    fn stop(&mut self, intent: &Intent) -> Result<(), String> {
        let command = match (&intent.stop, script(&intent.name)) {
            (Some(line), _) => by_shell(line),
            (None, Some(script)) => vec![script, "stop".to_owned()],
            (None, None) => by_shell(&format!("kill $(cat {})", pid_file(&intent.name))),
        };
        self.run(command, "stop", &intent.name)
    }

    fn restart(&mut self, intent: &Intent) -> Result<(), String> {
        if !is_needed(intent) || !self.really_running(intent) {
            return Ok(());
        }
        self.stop(intent)?;
        self.start(intent)
    }
}

impl InBuild {
    fn really_running(&self, intent: &Intent) -> bool {
        let asked = match (&intent.status, script(&intent.name)) {
            (Some(line), _) => by_shell(line),
            (None, Some(script)) => vec![script, "status".to_owned()],
            (None, None) => return is_alive(&pid_file(&intent.name)),
        };
        self.run(asked, "ask for the status of", &intent.name).is_ok()
    }

    fn run(&self, words: Vec<String>, what: &str, name: &str) -> Result<(), String> {
        let _ = fs::create_dir_all(STATE);
        let output = self.commands.run(&Command::new(words)).map_err(|error| error.to_string());
        match output {
            Ok(output) if output.success() => Ok(()),
            Ok(output) => Err(format!("could not {what} service '{name}': {}", output.text().trim())),
            Err(error) => Err(format!("could not {what} service '{name}': {error}")),
        }
    }
}

fn is_needed(intent: &Intent) -> bool {
    intent.later.iter().any(|kind| !PASSIVE.contains(kind))
}

fn by_shell(line: &str) -> Vec<String> {
    ["/bin/sh", "-c", line].map(str::to_owned).to_vec()
}

fn start_command(name: &str) -> Result<Vec<String>, String> {
    if let Some(script) = script(name) {
        return Ok(vec![script, "start".to_owned()]);
    }
    let text = unit(name).and_then(|path| fs::read_to_string(path).ok()).ok_or_else(|| {
        format!(
            "cannot start service '{name}' for the resources that need it: there is neither /etc/init.d/{name} nor \
             a unit {name}.service in the image"
        )
    })?;
    Ok(by_shell(&Unit::parse(&text).script(&pid_file(name))))
}

fn bare(name: &str) -> &str {
    name.strip_suffix(".service").unwrap_or(name)
}

fn script(name: &str) -> Option<String> {
    let is_program = |path: &String| {
        fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    [name, bare(name)].map(|name| format!("/etc/init.d/{name}")).into_iter().find(is_program)
}

fn unit(name: &str) -> Option<PathBuf> {
    let folders = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];
    let paths = folders.map(|folder| PathBuf::from(format!("{folder}/{}.service", bare(name))));
    paths.into_iter().find(|path| path.is_file())
}

fn pid_file(name: &str) -> String {
    format!("{STATE}/{name}.pid")
}

fn is_alive(pid_file: &str) -> bool {
    let number = fs::read_to_string(pid_file).ok().and_then(|text| text.trim().parse().ok());
    number.and_then(Pid::from_raw).is_some_and(|pid| test_kill_process(pid).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_needed_by_what_could_speak_to_it() {
        for (later, expected) in
            [(vec![], false), (vec!["file", "cron"], false), (vec!["file", "exec"], true)]
        {
            let intent = Intent { later: later.iter().copied().collect(), ..Intent::default() };
            assert_eq!(is_needed(&intent), expected, "{later:?}");
        }
    }

    #[test]
    fn scripts_and_units_are_looked_for_under_the_name_without_its_ending() {
        assert_eq!((bare("ssh.service"), bare("ssh")), ("ssh", "ssh"));
        let error = start_command("no-such-service").unwrap_err();
        assert!(error.contains("neither /etc/init.d/no-such-service nor a unit"), "{error}");
    }
}
