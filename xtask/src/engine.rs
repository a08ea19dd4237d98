//! Docker for tests and the demo: started if it does not run, and everything stopped that was started.

use std::fs::File;
use std::net::{IpAddr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::machine;
use crate::shell::{command, read, root, say};

/// A running Docker.
pub struct Engine {
    /// Its daemon, if it is ours to stop.
    daemon: Option<Child>,
}

impl Engine {
    /// Finds Docker running, or starts it.
    pub fn start() -> Result<Self> {
        if answers() {
            return Ok(Self { daemon: None });
        }
        say("starting Docker");
        let log = root().join("target/dockerd.log");
        let file = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
        let mut daemon = if machine::is_root() { Command::new("dockerd") } else { sudo_dockerd() };
        let child = daemon
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("starting dockerd")?;
        let mut engine = Self { daemon: Some(child) };
        let begun = Instant::now();
        while !answers() {
            let died = engine.daemon.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(Some(_))));
            if died || begun.elapsed() > Duration::from_secs(60) {
                bail!("Docker does not start; see {}", log.display());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(engine)
    }

    /// Starts a container that is removed when it is dropped.
    pub fn run(&self, image: &str) -> Result<Container> {
        // Without `--rm`, so that it can be restarted.
        let id = read(&mut docker(&["run", "--detach", image]))?.trim().to_owned();
        Ok(Container { id, image: image.to_owned() })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(child) = &mut self.daemon {
            say("stopping Docker");
            let pid = child.id().to_string();
            // A daemon that is gone already is what is wanted.
            let _ = machine::as_root("kill", &["-TERM", &pid]);
            let _ = child.wait();
        }
    }
}

/// A running container.
pub struct Container {
    id: String,
    image: String,
}

impl Container {
    /// Its address, with a port of its.
    pub fn address(&self, port: u16) -> Result<SocketAddr> {
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        let text = read(&mut docker(&["inspect", "--format", format, &self.id]))?;
        let address: IpAddr =
            text.trim().parse().with_context(|| format!("the address of {} is `{text}`", self.image))?;
        Ok(SocketAddr::new(address, port))
    }

    /// Runs a program in it and gives what it writes.
    pub fn read(&self, arguments: &[&str]) -> Result<String> {
        read(&mut docker(&[&["exec", &self.id], arguments].concat()))
    }

    /// The same, again and again until it succeeds: services take a moment to start.
    pub fn read_patiently(&self, arguments: &[&str]) -> Result<String> {
        let begun = Instant::now();
        loop {
            match self.read(arguments) {
                Err(error) if begun.elapsed() > Duration::from_secs(60) => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(300)),
                Ok(text) => return Ok(text),
            }
        }
    }

    /// Stops it properly and starts it again.
    pub fn restart(&self) -> Result<()> {
        read(&mut docker(&["restart", "-t", "30", &self.id])).map(drop)
    }

    /// What it has written so far, for errors.
    pub fn logs(&self) -> String {
        let output = docker(&["logs", "--tail", "30", &self.id]).output();
        output.map_or_else(
            |error| error.to_string(),
            |output| {
                format!(
                    "{}{}",
                    String::from_utf8_lossy(&output.stdout),
                    String::from_utf8_lossy(&output.stderr)
                )
            },
        )
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Killed outright: nothing in it is wanted any more.
        let _ = docker(&["rm", "--force", "--volumes", &self.id]).output();
    }
}

fn docker(arguments: &[&str]) -> Command {
    command("docker", arguments)
}

fn answers() -> bool {
    docker(&["version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn sudo_dockerd() -> Command {
    let mut command = Command::new("sudo");
    command.arg("dockerd");
    command
}
