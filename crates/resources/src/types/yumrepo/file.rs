//! Files of sections as yum reads them: lines that begin with a blank go on with the value above.

use crate::error::Failure;
use crate::schema::matches;

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Section(Section),
}

/// A section with its settings and other lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    Text(String),
    /// A setting without a value is not written.
    Setting(String, Option<String>),
}

impl Section {
    /// One without settings.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), lines: Vec::new() }
    }

    /// A setting's value.
    pub(super) fn get(&self, setting: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| match line {
            Line::Setting(name, value) if name == setting => Some(value.as_deref()),
            _ => None,
        })?
    }

    /// Gives a setting a value, or takes it away.
    pub(super) fn set(&mut self, setting: &str, value: Option<String>) {
        let known = self.lines.iter_mut().find_map(|line| match line {
            Line::Setting(name, known) if name == setting => Some(known),
            _ => None,
        });
        match known {
            Some(known) => *known = value,
            None => self.lines.push(Line::Setting(setting.to_owned(), value)),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("[{}]\n", self.name);
        for line in &self.lines {
            match line {
                Line::Text(line) => text.push_str(line),
                Line::Setting(name, Some(value)) => text.push_str(&format!("{name}={value}\n")),
                Line::Setting(_, None) => {}
            }
        }
        text
    }
}

/// A file of sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepositoryFile {
    pieces: Vec<Piece>,
}

impl RepositoryFile {
    /// Reads a text.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut file = Self::default();
        let mut last = None;
        for line in text.split_inclusive('\n') {
            file.take(line, &mut last)?;
        }
        Ok(file)
    }

    /// Reads a line; `last` is the setting that it may go on with.
    fn take(&mut self, line: &str, last: &mut Option<String>) -> Result<(), Failure> {
        let bare = line.trim_end_matches('\n');
        let mut above = match self.pieces.last_mut() {
            Some(Piece::Section(section)) => Some(section),
            _ => None,
        };
        if matches(r"\A(\s*\z|[#;]|\s*(?i:rem)\s)", bare) {
            match above {
                Some(section) => section.lines.push(Line::Text(line.to_owned())),
                None => self.pieces.push(Piece::Text(line.to_owned())),
            }
            return Ok(());
        }
        let goes_on = bare.starts_with(char::is_whitespace);
        if let (Some(section), Some(name)) = (&mut above, last.as_ref().filter(|_| goes_on)) {
            let value = format!("{}\n{bare}", section.get(name).unwrap_or_default());
            section.set(name, Some(value));
            return Ok(());
        }
        let inner = bare.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        if let Some((name, _)) = inner.filter(|(name, _)| !name.is_empty()) {
            self.add(Section::new(name));
            *last = None;
            return Ok(());
        }
        let parts = bare.trim_start().split_once('=').map(|(name, value)| (name.trim_end(), value.trim()));
        let is_name = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
        let Some((name, value)) = parts.filter(|(name, _)| is_name(name)) else {
            return Err(Failure::new(format!("Can't parse line '{bare}'")));
        };
        let Some(section) = above else {
            return Err(Failure::new(format!("Property with key {name:?} outside of a section")));
        };
        section.set(name, Some(value.to_owned()));
        *last = Some(name.to_owned());
        Ok(())
    }

    /// The section of this name.
    pub(super) fn section(&mut self, name: &str) -> Option<&mut Section> {
        self.pieces.iter_mut().find_map(|piece| match piece {
            Piece::Section(section) if section.name == name => Some(section),
            _ => None,
        })
    }

    /// Adds a section behind all others.
    pub(super) fn add(&mut self, section: Section) {
        self.pieces.push(Piece::Section(section));
    }

    /// Takes a section away.
    pub(super) fn remove(&mut self, name: &str) -> Option<Section> {
        let is = |piece: &Piece| matches!(piece, Piece::Section(section) if section.name == name);
        let place = self.pieces.iter().position(is)?;
        match self.pieces.remove(place) {
            Piece::Section(section) => Some(section),
            Piece::Text(_) => None,
        }
    }

    /// Whether there is no section.
    pub(super) fn is_empty(&self) -> bool {
        !self.pieces.iter().any(|piece| matches!(piece, Piece::Section(_)))
    }

    /// The file's text.
    pub(super) fn text(&self) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Section(section) => section.text(),
        };
        self.pieces.iter().map(text).collect()
    }
}
