//! What the instructions of a Dockerfile mean for an image of `effigy.yaml`.

use super::command;
use super::dockerfile::Instruction;
use super::draft::{Command, Draft, Findings, is_proxy_address};
use super::words::{Expanded, Variables, expand, pairs, words};
use crate::definition::{Port, checks, is_reference};
use crate::invalid::Invalid;

/// Reads instructions in order and builds up an image; what has no place in it becomes a note.
pub(super) struct Interpreter<'a> {
    path: &'a str,
    draft: Draft,
    variables: Variables,
    findings: &'a mut Findings,
}

impl<'a> Interpreter<'a> {
    /// `inherited` is what the image starts with; what it says about its command goes with it.
    pub fn new(path: &'a str, inherited: Draft, findings: &'a mut Findings) -> Self {
        let variables = inherited.env.clone().into_iter().collect();
        Self { path, draft: inherited, variables, findings }
    }

    /// The image that was built up.
    pub fn finish(self) -> Draft {
        self.draft
    }

    /// Says that something is not carried over.
    pub fn note(&mut self, line: usize, message: impl Into<String>) {
        self.findings.note(self.path, line, message);
    }

    /// A `FROM` that names another Dockerfile's image: the image starts from what that one starts from.
    pub fn start_from_own_base(&mut self, from: &Instruction, base: &str) {
        let name = from.arguments.split_whitespace().next().unwrap_or_default();
        let start = self.draft.from.as_deref().unwrap_or("nothing that can be told").to_owned();
        let message = format!(
            "`{name}` is taken for what `{base}` builds; Puppet is not needed in it, so the image starts \
             from {start}"
        );
        self.note(from.line, message);
    }

    /// A `FROM` that names an image of a registry.
    pub fn start_from_elsewhere(&mut self, from: &Instruction) {
        let word = from.arguments.split_whitespace().next().unwrap_or_default();
        let Some(reference) = self.known(from.line, expand(word, &self.variables)) else { return };
        if let Some(flag) = from.flags.first() {
            self.note(from.line, format!("`{flag}`: images are made for the architecture of their base"));
        }
        if reference == "scratch" || !is_reference(&reference) {
            self.note(from.line, format!("`{reference}` is nothing to install packages into: choose a base"));
            return;
        }
        if reference.contains("puppet") {
            let message =
                format!("`{reference}` seems to hold Puppet, which is not needed: choose a plain base");
            self.note(from.line, message);
        }
        self.draft.from = Some(reference);
    }

    /// Any other instruction.
    pub fn read(&mut self, instruction: &Instruction) {
        let line = instruction.line;
        match instruction.keyword.as_str() {
            "ENV" => self.environment(instruction),
            "LABEL" => self.labels(instruction),
            "MAINTAINER" => {
                if let Some(text) = self.known(line, expand(&instruction.arguments, &self.variables)) {
                    self.draft.labels.insert("maintainer".to_owned(), text);
                }
            }
            "EXPOSE" => self.expose(instruction),
            "VOLUME" => self.volumes(instruction),
            "CMD" => self.draft.cmd = Some(self.command(instruction)),
            "ENTRYPOINT" => {
                self.draft.entrypoint = Some(self.command(instruction));
                // As Docker does: a base's arguments mean nothing to another program.
                self.draft.cmd = None;
            }
            "USER" => self.draft.user = self.single(instruction, checks::user).or(self.draft.user.take()),
            "WORKDIR" => self.workdir(instruction),
            "STOPSIGNAL" => self.draft.stop_signal = self.single(instruction, checks::signal),
            "RUN" => self.run(instruction),
            "ARG" => self.argument(instruction),
            "ADD" | "COPY" => self.copy(instruction),
            "ONBUILD" => self.onbuild(instruction),
            "HEALTHCHECK" => {
                self.note(line, "`HEALTHCHECK` has no counterpart: whoever runs the image checks it")
            }
            "SHELL" => {
                self.note(line, "`SHELL` has no counterpart: commands given as one line run in `/bin/sh -c`")
            }
            keyword => self.note(line, format!("`{keyword}` is not an instruction of a Dockerfile")),
        }
    }

    fn environment(&mut self, instruction: &Instruction) {
        for (name, value) in pairs(&instruction.arguments, &self.variables) {
            let Some(value) = self.known(instruction.line, value) else { continue };
            self.variables.insert(name.clone(), value.clone());
            if is_proxy_address(&name, &value) {
                let message =
                    format!("`{name}` is the address of a proxy of the building host, not of the image");
                self.note(instruction.line, message);
            } else if name == "DEBIAN_FRONTEND" {
                // Of use to apt-get in a build alone, and set there anyway.
            } else if let Some(fact) = name.strip_prefix("FACTER_") {
                if self.findings.accept(self.path, instruction.line, checks::fact(fact)).is_some() {
                    self.draft.facts.insert(fact.to_lowercase(), value);
                }
            } else if self.findings.accept(self.path, instruction.line, checks::variable(&name)).is_some() {
                self.draft.env.insert(name, value);
            }
        }
    }

    fn labels(&mut self, instruction: &Instruction) {
        for (name, value) in pairs(&instruction.arguments, &self.variables) {
            let name = self.findings.accept(self.path, instruction.line, checks::label(&name).map(|()| name));
            if let (Some(name), Some(value)) = (name, self.known(instruction.line, value)) {
                self.draft.labels.insert(name, value);
            }
        }
    }

    fn expose(&mut self, instruction: &Instruction) {
        for word in words(&instruction.arguments, &self.variables) {
            let Some(word) = self.known(instruction.line, word) else { continue };
            for port in ports(&word) {
                if let Some(port) = self.findings.accept(self.path, instruction.line, port) {
                    let text = port.to_string();
                    let text = text.strip_suffix("/tcp").unwrap_or(&text).to_owned();
                    if !self.draft.expose.contains(&text) {
                        self.draft.expose.push(text);
                    }
                }
            }
        }
    }

    fn volumes(&mut self, instruction: &Instruction) {
        let paths = match instruction.exec_form() {
            Some(paths) => paths.into_iter().map(Ok).collect(),
            None => words(&instruction.arguments, &self.variables),
        };
        for path in paths {
            let Some(path) = self.known(instruction.line, path) else { continue };
            if let Some(path) = self.findings.accept(self.path, instruction.line, checks::absolute(&path)) {
                self.draft.volumes.push(path);
            }
        }
    }

    fn command(&mut self, instruction: &Instruction) -> Command {
        if let Some(arguments) = instruction.exec_form() {
            return Command::Arguments(arguments);
        }
        if instruction.arguments.starts_with('[') {
            let message = "not valid JSON, so Docker gives it to a shell as it stands: it is carried over so";
            self.note(
                instruction.line,
                format!("`{} {}`: {message}", instruction.keyword, instruction.arguments),
            );
        }
        Command::Line(instruction.arguments.clone())
    }

    fn workdir(&mut self, instruction: &Instruction) {
        let Some(path) = self.known(instruction.line, expand(&instruction.arguments, &self.variables)) else {
            return;
        };
        let below = self.draft.workdir.as_deref().unwrap_or("/").trim_end_matches('/');
        let path = if path.starts_with('/') { path } else { format!("{below}/{path}") };
        if let Some(path) = self.findings.accept(self.path, instruction.line, checks::absolute(&path)) {
            self.draft.workdir = Some(path);
        }
    }

    fn single(
        &mut self,
        instruction: &Instruction,
        check: fn(&str) -> Result<String, Invalid>,
    ) -> Option<String> {
        let text = self.known(instruction.line, expand(&instruction.arguments, &self.variables))?;
        self.findings.accept(self.path, instruction.line, check(&text))
    }

    fn run(&mut self, instruction: &Instruction) {
        let text =
            instruction.exec_form().map_or_else(|| instruction.arguments.clone(), |words| words.join(" "));
        let reading = command::read(&text);
        self.draft.facts.extend(reading.facts);
        for message in reading.notes {
            self.note(instruction.line, message);
        }
    }

    fn argument(&mut self, instruction: &Instruction) {
        for word in words(&instruction.arguments, &self.variables) {
            let Ok(word) = word else { continue };
            match word.split_once('=') {
                Some((name, value)) => {
                    self.variables.insert(name.to_owned(), value.to_owned());
                    let message = format!("the build argument `{name}` is taken as its default, `{value}`");
                    self.note(instruction.line, message);
                }
                None if self.variables.contains_key(&word) => {}
                None => {
                    self.note(instruction.line, format!("the build argument `{word}` has no counterpart"))
                }
            }
        }
    }

    fn copy(&mut self, instruction: &Instruction) {
        let names = ["puppet", "modules", "manifests", "hiera", "site", "default.pp", "data"];
        let text =
            format!("{} {}", instruction.keyword, instruction.arguments.lines().next().unwrap_or_default());
        let source = instruction.arguments.trim_start_matches("./").to_lowercase();
        let message = if names.iter().any(|name| source.starts_with(name)) || source.starts_with(". ") {
            format!("`{text}` is not needed: builds read the repository from outside")
        } else {
            format!("`{text}`: give the file to a module and write a `file` resource for it")
        };
        self.note(instruction.line, message);
    }

    /// A hook counts for whatever starts from here.
    fn onbuild(&mut self, instruction: &Instruction) {
        if let Some(inner) = instruction.inner().filter(|inner| inner.keyword != "ONBUILD") {
            self.read(&inner);
        }
    }

    /// A value whose variables are all known, or a note.
    fn known(&mut self, line: usize, value: Expanded) -> Option<String> {
        // A NUL cannot be in a process' arguments and so in nothing that Docker ran.
        let clean = |text: String| text.replace('\0', "");
        value
            .map(clean)
            .map_err(|name| self.note(line, format!("left out: `${name}` is not known here")))
            .ok()
    }
}

/// The ports of one word of an `EXPOSE`, which may be a range.
fn ports(word: &str) -> Vec<Result<Port, Invalid>> {
    let (numbers, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    match numbers.split_once('-').map(|(first, last)| (first.parse::<u16>(), last.parse::<u16>())) {
        Some((Ok(first), Ok(last))) if first <= last && last - first < 100 => {
            (first..=last).map(|number| format!("{number}/{protocol}").parse()).collect()
        }
        _ => vec![word.parse()],
    }
}
