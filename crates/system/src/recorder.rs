//! Notes for every path which resource made or changed it, so that an image can be cut by owner and a path be
//! explained. What commands do is not seen here; who ran one is noted, and the caller can look at what
//! changed.

use std::collections::BTreeMap;
use std::io;

use crate::{Command, Metadata, Output, System};

/// Paths with the resources that touched them, in order, each once.
pub type Makers = BTreeMap<String, Vec<String>>;

/// Stands before another system.
pub struct Recorder<'a> {
    inner: &'a mut dyn System,
    actor: String,
    makers: Makers,
    runners: Vec<String>,
}

impl<'a> Recorder<'a> {
    /// Records nothing yet.
    pub fn new(inner: &'a mut dyn System) -> Self {
        Self { inner, actor: String::new(), makers: Makers::new(), runners: Vec::new() }
    }

    /// Who touched which path.
    pub fn makers(&self) -> &Makers {
        &self.makers
    }

    /// Resources that ran commands, in order, each once.
    pub fn runners(&self) -> &[String] {
        &self.runners
    }

    fn note(&mut self, path: &str) {
        let makers = self.makers.entry(path.to_owned()).or_default();
        if makers.last() != Some(&self.actor) {
            makers.push(self.actor.clone());
        }
    }

    fn noted<T>(&mut self, path: &str, done: io::Result<T>) -> io::Result<T> {
        if done.is_ok() {
            self.note(path);
        }
        done
    }
}

impl System for Recorder<'_> {
    fn metadata(&self, path: &str, follow: bool) -> io::Result<Metadata> {
        self.inner.metadata(path, follow)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.inner.read(path)
    }

    fn read_link(&self, path: &str) -> io::Result<String> {
        self.inner.read_link(path)
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list(path)
    }

    fn create_directory(&mut self, path: &str, mode: u32) -> io::Result<()> {
        let done = self.inner.create_directory(path, mode);
        self.noted(path, done)
    }

    fn write(&mut self, path: &str, content: &[u8], mode: u32) -> io::Result<()> {
        let done = self.inner.write(path, content, mode);
        self.noted(path, done)
    }

    fn create_link(&mut self, target: &str, path: &str) -> io::Result<()> {
        let done = self.inner.create_link(target, path);
        self.noted(path, done)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let done = self.inner.rename(from, to);
        if done.is_ok() {
            // What was only a name on the way is nobody's.
            self.makers.remove(from);
        }
        self.noted(to, done)
    }

    fn remove_file(&mut self, path: &str) -> io::Result<()> {
        let done = self.inner.remove_file(path);
        self.noted(path, done)
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        let done = self.inner.remove_directory(path);
        self.noted(path, done)
    }

    fn set_mode(&mut self, path: &str, mode: u32) -> io::Result<()> {
        let done = self.inner.set_mode(path, mode);
        self.noted(path, done)
    }

    fn set_owner(
        &mut self,
        path: &str,
        owner: Option<u32>,
        group: Option<u32>,
        follow: bool,
    ) -> io::Result<()> {
        let done = self.inner.set_owner(path, owner, group, follow);
        self.noted(path, done)
    }

    fn run(&mut self, command: &Command) -> io::Result<Output> {
        if self.runners.last() != Some(&self.actor) {
            self.runners.push(self.actor.clone());
        }
        self.inner.run(command)
    }

    fn acting(&mut self, resource: &str) {
        resource.clone_into(&mut self.actor);
        self.inner.acting(resource);
    }
}
