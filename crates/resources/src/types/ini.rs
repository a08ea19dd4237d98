//! Files of sections and settings, changed line by line so that everything else in them stays. What a setting
//! is, and where a new one goes, is as in Puppet's `inifile` module.

use fancy_regex::Regex;

use crate::schema::ruby_regex;

/// How a file is written.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    /// Between setting and value, as it is written.
    pub separator: String,
    pub prefix: String,
    pub suffix: String,
    pub indent: String,
    pub width: Option<usize>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            separator: "=".into(),
            prefix: "[".into(),
            suffix: "]".into(),
            indent: " ".into(),
            width: None,
        }
    }
}

/// A file's lines with the sections found in them.
pub(crate) struct IniFile {
    style: Style,
    setting: Regex,
    commented: Regex,
    lines: Vec<String>,
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    name: String,
    start: usize,
    /// The last line; nothing for a section that is not in the file yet.
    end: Option<usize>,
    /// In the order of their first lines.
    settings: Vec<(String, String)>,
    /// New ones, in order.
    additional: Vec<(String, String)>,
    indentation: Option<usize>,
}

impl Section {
    fn find(&self, setting: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| known == setting).map(|(_, value)| value.as_str())
    }

    fn put(&mut self, setting: &str, value: String) {
        match self.settings.iter_mut().find(|(known, _)| known == setting) {
            Some((_, known)) => *known = value,
            None => self.settings.push((setting.to_owned(), value)),
        }
    }

    fn is_empty(&self) -> bool {
        if self.name.is_empty() { self.end.is_none() } else { self.end == Some(self.start) }
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

impl IniFile {
    /// Reads a text. The error is that of a separator that makes no pattern.
    pub(crate) fn parse(text: &str, style: Style) -> Result<Self, String> {
        let separator = &style.separator;
        let only_space = !separator.is_empty() && separator.chars().all(char::is_whitespace);
        let mark = if only_space { " " } else { separator.trim() };
        let setting =
            ruby_regex(&format!(r"^(\s*)([^#;\s]|[^#;\s].*?[^\s{mark}])(\s*{mark}[ \t]*)(.*)\s*$"))?;
        let commented = ruby_regex(&format!(r"^(\s*)[#;]+(\s*)(.*?[^\s{mark}])(\s*{mark}[ \t]*)(.*)\s*$"))?;
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let mut file = Self { style, setting, commented, lines, sections: Vec::new() };
        file.find_sections();
        Ok(file)
    }

    fn header(&self, line: &str) -> Option<String> {
        let line = line.trim();
        let inner = line.strip_prefix(self.style.prefix.as_str())?;
        inner.strip_suffix(self.style.suffix.as_str()).map(str::to_owned)
    }

    fn find_sections(&mut self) {
        let mut section = Section { end: Some(0), ..Section::default() };
        let mut empty = true;
        for number in 0..self.lines.len() {
            if let Some(name) = self.header(&self.lines[number]) {
                self.keep(section, empty);
                section = Section { name, start: number, end: Some(number), ..Section::default() };
                empty = true;
                continue;
            }
            if let Some([indent, name, _, value]) = captures(&self.setting, &self.lines[number]) {
                section.put(&name, value);
                let indentation = indent.chars().count();
                section.indentation = Some(section.indentation.map_or(indentation, |it| it.min(indentation)));
            }
            section.end = Some(number);
            empty = false;
        }
        self.keep(section, empty);
    }

    fn keep(&mut self, mut section: Section, empty: bool) {
        if section.name.is_empty() && empty {
            section.end = None;
        }
        // Of sections of one name the last one counts, in the place of the first.
        match self.sections.iter().position(|known| known.name == section.name) {
            Some(place) => self.sections[place] = section,
            None => self.sections.push(section),
        }
    }

    fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Whether there is a section.
    pub(crate) fn has_section(&self, name: &str) -> bool {
        self.section(name).is_some()
    }

    /// A setting's value.
    pub(crate) fn get(&self, section: &str, setting: &str) -> Option<&str> {
        let section = self.section(section)?;
        section.find(setting)
    }

    /// Every setting with its section, in the file's order.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let pairs = self.sections.iter().flat_map(|section| {
            section.settings.iter().map(|(name, _)| (section.name.clone(), name.clone()))
        });
        pairs.collect()
    }

    /// Sets a value; an empty setting makes the section alone. `separator` is written where a commented
    /// setting shows the place.
    pub(crate) fn set(&mut self, section: &str, setting: Option<(&str, &str)>, separator: &str) {
        let place = match self.sections.iter().position(|known| known.name == section) {
            Some(place) => place,
            None => {
                self.sections.push(Section { name: section.to_owned(), ..Section::default() });
                self.sections.len() - 1
            }
        };
        let Some((name, value)) = setting else { return };
        if self.sections[place].find(name).is_some() {
            self.update(place, name, value);
        } else if let Some(line) = self.commented_line(place, name) {
            let section = &self.sections[place];
            let width = self.style.width.or(section.indentation).unwrap_or_default();
            let indent = self.style.indent.repeat(width);
            self.lines.insert(line + 1, format!("{indent}{name}{separator}{value}\n"));
            self.sections[place].put(name, value.to_owned());
            self.sections[place].end = self.sections[place].end.map(|end| end + 1);
            self.shift(place + 1, 1);
        } else {
            self.sections[place].additional.push((name.to_owned(), value.to_owned()));
        }
    }

    fn lines_of(&self, place: usize) -> std::ops::Range<usize> {
        let section = &self.sections[place];
        section.end.map_or(0..0, |end| section.start..(end + 1).min(self.lines.len()))
    }

    fn update(&mut self, place: usize, name: &str, value: &str) {
        for number in self.lines_of(place) {
            if let Some([indent, found, separator, _]) = captures(&self.setting, &self.lines[number])
                && found == name
            {
                self.lines[number] = format!("{indent}{found}{separator}{value}\n");
            }
        }
        self.sections[place].put(name, value.to_owned());
    }

    fn commented_line(&self, place: usize, name: &str) -> Option<usize> {
        self.lines_of(place).find(|number| {
            let found = self.commented.captures(&self.lines[*number]).ok().flatten();
            found.is_some_and(|found| found.get(3).is_some_and(|found| found.as_str() == name))
        })
    }

    fn shift(&mut self, from: usize, by: isize) {
        for section in &mut self.sections[from..] {
            section.start = section.start.saturating_add_signed(by);
            section.end = section.end.map(|end| end.saturating_add_signed(by));
        }
    }

    /// Takes a setting away, and its section with it if nothing else was in it.
    pub(crate) fn remove(&mut self, section: &str, setting: &str) {
        let Some(place) = self.sections.iter().position(|known| known.name == section) else { return };
        if self.sections[place].find(setting).is_none() {
            return;
        }
        self.sections[place].settings.retain(|(known, _)| known != setting);
        let found = self.lines_of(place).find(|number| {
            captures(&self.setting, &self.lines[*number]).is_some_and(|[_, name, ..]| name == setting)
        });
        if let Some(number) = found {
            self.lines.remove(number);
        }
        self.sections[place].end = self.sections[place].end.map(|end| end.saturating_sub(1));
        self.shift(place + 1, -1);
        if self.sections[place].is_empty() {
            let start = self.sections[place].start;
            if start < self.lines.len() {
                self.lines.remove(start);
            }
            self.shift(place + 1, -1);
            self.sections.remove(place);
        }
    }

    /// The file's new text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let global = self.section("");
        let global_empty = global.is_none_or(|it| it.is_empty() && it.additional.is_empty());
        for (index, section) in self.sections.iter().enumerate() {
            let mut blanks: Vec<&str> = Vec::new();
            let is_new = section.end.is_none();
            if is_new && !section.name.is_empty() {
                if (index == 1 && !global_empty) || index > 1 {
                    text.push('\n');
                }
                let (prefix, suffix) = (&self.style.prefix, &self.style.suffix);
                text.push_str(&format!("{prefix}{}{suffix}\n", section.name));
            }
            for number in self.lines_of(index) {
                let line = &self.lines[number];
                if is_blank(line) {
                    blanks.push(line);
                } else {
                    blanks.drain(..).for_each(|blank| put(&mut text, blank));
                    put(&mut text, line);
                }
            }
            let width = self.style.width.or(section.indentation).unwrap_or_default();
            let indent = self.style.indent.repeat(width);
            for (name, value) in &section.additional {
                text.push_str(&format!("{indent}{name}{}{value}\n", self.style.separator));
            }
            if !blanks.is_empty() {
                blanks.drain(..).for_each(|blank| put(&mut text, blank));
            } else if is_new && !section.additional.is_empty() && index + 1 < self.sections.len() {
                text.push('\n');
            }
        }
        text
    }
}

/// A line with its end.
fn put(text: &mut String, line: &str) {
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push('\n');
    }
}

fn captures(pattern: &Regex, line: &str) -> Option<[String; 4]> {
    let found = pattern.captures(line).ok().flatten()?;
    let part = |index| found.get(index).map_or_else(String::new, |it| it.as_str().to_owned());
    Some([part(1), part(2), part(3), part(4)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_lines_stay() {
        let text = "# head\na=1\n\n[one]\nb = 2\n;c = 3\n\n[two]\n  d=4\n";
        let mut file = IniFile::parse(text, Style::default()).unwrap();
        file.set("one", Some(("b", "x")), "=");
        file.set("one", Some(("c", "y")), "=");
        file.set("two", Some(("e", "z")), "=");
        file.set("three", Some(("f", "1")), "=");
        assert_eq!(
            file.text(),
            "# head\na=1\n\n[one]\nb = x\n;c = 3\nc=y\n\n[two]\n  d=4\n  e=z\n\n[three]\nf=1\n"
        );
        assert_eq!(file.get("one", "b"), Some("x"));
        file.remove("two", "d");
        assert!(file.get("two", "d").is_none());
    }
}
