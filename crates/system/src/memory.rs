//! A machine in memory, for examples and tests: a tree of paths, and commands answered by a script.

use std::collections::BTreeMap;
use std::io;

use rustix::io::Errno;

use crate::{Command, Kind, Metadata, Output, System, parent};

/// Links that are followed before a path counts as going round in circles, as in the kernel.
const MOST_LINKS: usize = 40;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
    /// User number.
    pub owner: u32,
    /// Group number.
    pub group: u32,
    /// A file's bytes, or a link's target.
    pub content: Vec<u8>,
    /// Time of the last change, which is that of the last access too.
    pub modified: i64,
}

/// Answers commands; may change the tree.
pub type Script = Box<dyn FnMut(&mut Memory, &Command) -> io::Result<Output>>;

/// A tree of paths.
#[derive(Default)]
pub struct Memory {
    entries: BTreeMap<String, Entry>,
    script: Option<Script>,
}

impl Entry {
    /// Root's file of mode 644.
    pub fn file(content: impl Into<Vec<u8>>) -> Self {
        Self { kind: Kind::File, mode: 0o644, owner: 0, group: 0, content: content.into(), modified: 0 }
    }

    /// Root's directory of mode 755.
    pub fn directory() -> Self {
        Self { kind: Kind::Directory, mode: 0o755, ..Self::file("") }
    }

    /// Root's symbolic link.
    pub fn link(target: &str) -> Self {
        Self { kind: Kind::Link, mode: 0o777, ..Self::file(target) }
    }
}

impl Memory {
    /// An empty root directory.
    pub fn new() -> Self {
        Self { entries: BTreeMap::from([("/".to_owned(), Entry::directory())]), script: None }
    }

    /// Puts something at a path without looking at what is there; missing directories above are made.
    pub fn put(&mut self, path: &str, entry: Entry) {
        let above = parent(path).to_owned();
        if path != "/" && !self.entries.contains_key(&above) {
            self.put(&above, Entry::directory());
        }
        self.entries.insert(path.to_owned(), entry);
    }

    /// Takes a path away with all below it.
    pub fn take(&mut self, path: &str) {
        let below = format!("{path}/");
        self.entries.retain(|known, _| known != path && !known.starts_with(&below));
    }

    /// What answers commands from now on.
    pub fn on_command(&mut self, script: impl FnMut(&mut Memory, &Command) -> io::Result<Output> + 'static) {
        self.script = Some(Box::new(script));
    }

    /// Everything there is, sorted by path.
    pub fn entries(&self) -> &BTreeMap<String, Entry> {
        &self.entries
    }

    /// The name under which a path is known, its links followed; the last part need not be there.
    fn resolve(&self, path: &str, follow: bool) -> io::Result<String> {
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let (mut resolved, mut links) = (String::from("/"), 0);
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    resolved = parent(&resolved).to_owned();
                    continue;
                }
                _ => {}
            }
            let next = crate::join(&resolved, &part);
            let last = rest.iter().all(|part| part.is_empty());
            match self.entries.get(&next) {
                Some(entry) if entry.kind == Kind::Link && (follow || !last) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Errno::LOOP.into());
                    }
                    let target = String::from_utf8_lossy(&entry.content).into_owned();
                    if target.starts_with('/') {
                        resolved = "/".into();
                    }
                    rest.extend(target.split('/').rev().map(str::to_owned));
                }
                Some(entry) if !last && entry.kind != Kind::Directory => return Err(Errno::NOTDIR.into()),
                None if !last => return Err(Errno::NOENT.into()),
                _ => resolved = next,
            }
        }
        Ok(resolved)
    }

    fn get(&self, path: &str, follow: bool) -> io::Result<&Entry> {
        let path = self.resolve(path, follow)?;
        self.entries.get(&path).ok_or_else(|| Errno::NOENT.into())
    }

    fn get_mut(&mut self, path: &str, follow: bool) -> io::Result<&mut Entry> {
        let path = self.resolve(path, follow)?;
        self.entries.get_mut(&path).ok_or_else(|| Errno::NOENT.into())
    }

    fn insert(&mut self, path: &str, entry: Entry) -> io::Result<()> {
        let path = self.resolve(path, false)?;
        if self.entries.contains_key(&path) {
            return Err(Errno::EXIST.into());
        }
        self.entries.insert(path, entry);
        Ok(())
    }

    fn is_empty_directory(&self, path: &str) -> bool {
        let below = format!("{}/", path.trim_end_matches('/'));
        let next = self.entries.range(below.clone()..).next();
        next.is_none_or(|(known, _)| !known.starts_with(&below))
    }
}

impl System for Memory {
    fn metadata(&self, path: &str, follow: bool) -> io::Result<Metadata> {
        let entry = self.get(path, follow)?;
        Ok(Metadata {
            kind: entry.kind,
            mode: entry.mode,
            owner: entry.owner,
            group: entry.group,
            size: entry.content.len() as u64,
            accessed: entry.modified,
            modified: entry.modified,
            changed: entry.modified,
        })
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let entry = self.get(path, true)?;
        if entry.kind == Kind::Directory { Err(Errno::ISDIR.into()) } else { Ok(entry.content.clone()) }
    }

    fn read_link(&self, path: &str) -> io::Result<String> {
        let entry = self.get(path, false)?;
        if entry.kind != Kind::Link {
            return Err(Errno::INVAL.into());
        }
        Ok(String::from_utf8_lossy(&entry.content).into_owned())
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let path = self.resolve(path, true)?;
        let entry = self.entries.get(&path).ok_or(Errno::NOENT)?;
        if entry.kind != Kind::Directory {
            return Err(Errno::NOTDIR.into());
        }
        let below = format!("{}/", path.trim_end_matches('/'));
        let inside = self.entries.range(below.clone()..).take_while(|(known, _)| known.starts_with(&below));
        let names = inside.map(|(known, _)| &known[below.len()..]);
        Ok(names.filter(|name| !name.is_empty() && !name.contains('/')).map(str::to_owned).collect())
    }

    fn create_directory(&mut self, path: &str, mode: u32) -> io::Result<()> {
        self.insert(path, Entry { mode, ..Entry::directory() })
    }

    fn write(&mut self, path: &str, content: &[u8], mode: u32) -> io::Result<()> {
        let path = self.resolve(path, true)?;
        match self.entries.get_mut(&path) {
            Some(entry) if entry.kind == Kind::Directory => return Err(Errno::ISDIR.into()),
            Some(entry) => entry.content = content.to_vec(),
            None => {
                self.entries.insert(path, Entry { mode, ..Entry::file(content) });
            }
        }
        Ok(())
    }

    fn create_link(&mut self, target: &str, path: &str) -> io::Result<()> {
        self.insert(path, Entry::link(target))
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (self.resolve(from, false)?, self.resolve(to, false)?);
        let directory = self.get(&from, false)?.kind == Kind::Directory;
        match self.entries.get(&to).map(|entry| entry.kind) {
            Some(Kind::Directory) if !directory => return Err(Errno::ISDIR.into()),
            Some(Kind::Directory) if !self.is_empty_directory(&to) => return Err(Errno::NOTEMPTY.into()),
            _ => {}
        }
        let below = format!("{from}/");
        let moved: Vec<String> = self
            .entries
            .keys()
            .filter(|known| **known == from || known.starts_with(&below))
            .cloned()
            .collect();
        for path in moved {
            if let Some(entry) = self.entries.remove(&path) {
                self.entries.insert(format!("{to}{}", &path[from.len()..]), entry);
            }
        }
        Ok(())
    }

    fn remove_file(&mut self, path: &str) -> io::Result<()> {
        let path = self.resolve(path, false)?;
        match self.entries.get(&path).map(|entry| entry.kind) {
            None => Err(Errno::NOENT.into()),
            Some(Kind::Directory) => Err(Errno::ISDIR.into()),
            Some(_) => {
                self.entries.remove(&path);
                Ok(())
            }
        }
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        let path = self.resolve(path, false)?;
        if self.get(&path, false)?.kind != Kind::Directory {
            return Err(Errno::NOTDIR.into());
        }
        if !self.is_empty_directory(&path) {
            return Err(Errno::NOTEMPTY.into());
        }
        self.entries.remove(&path);
        Ok(())
    }

    fn set_mode(&mut self, path: &str, mode: u32) -> io::Result<()> {
        self.get_mut(path, true)?.mode = mode;
        Ok(())
    }

    fn set_owner(
        &mut self,
        path: &str,
        owner: Option<u32>,
        group: Option<u32>,
        follow: bool,
    ) -> io::Result<()> {
        let entry = self.get_mut(path, follow)?;
        entry.owner = owner.unwrap_or(entry.owner);
        entry.group = group.unwrap_or(entry.group);
        Ok(())
    }

    fn run(&mut self, command: &Command) -> io::Result<Output> {
        let Some(mut script) = self.script.take() else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "no commands are scripted"));
        };
        let answer = script(self, command);
        self.script = Some(script);
        answer
    }
}
