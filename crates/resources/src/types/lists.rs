//! Files of sections in which a setting may stand several times, as OpenStack's services read them.

use fancy_regex::Regex;

use crate::schema::ruby_regex;

/// A file's sections in order.
pub(super) struct ListFile {
    setting: Regex,
    commented: Regex,
    sections: Vec<Section>,
}

struct Section {
    name: String,
    lines: Vec<String>,
    /// Settings with their values, in the order of their first line.
    settings: Vec<(String, Vec<String>)>,
    indentation: usize,
}

impl ListFile {
    /// Reads a text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let setting = ruby_regex(r"^(\s*)([^#;\s]|[^#;\s].*?[^\s=])(\s*=[ \t]*)(.*)\s*$")?;
        let commented = ruby_regex(r"^(\s*)[#;]+(\s*)(.*?[^\s=])(\s*=[ \t]*)(.*)\s*$")?;
        let header = ruby_regex(r"^\s*\[(.*)\]\s*$")?;
        let mut file = Self { setting, commented, sections: Vec::new() };
        let (mut name, mut lines) = (String::new(), Vec::new());
        for line in text.split_inclusive('\n') {
            match header.captures(line).ok().flatten().and_then(|found| found.get(1)) {
                Some(next) => {
                    file.add(&name, std::mem::take(&mut lines));
                    next.as_str().clone_into(&mut name);
                }
                None => lines.push(line.to_owned()),
            }
        }
        file.add(&name, lines);
        Ok(file)
    }

    fn add(&mut self, name: &str, lines: Vec<String>) {
        let mut settings: Vec<(String, Vec<String>)> = Vec::new();
        let mut indentation: Option<usize> = None;
        for line in &lines {
            let Some((indent, setting, value)) = self.read(line) else { continue };
            indentation = Some(indentation.map_or(indent, |known| known.min(indent)));
            match settings.iter_mut().find(|(known, _)| *known == setting) {
                Some((_, values)) => values.push(value),
                None => settings.push((setting, vec![value])),
            }
        }
        let indentation = indentation.unwrap_or_default();
        self.sections.push(Section { name: name.to_owned(), lines, settings, indentation });
    }

    fn read(&self, line: &str) -> Option<(usize, String, String)> {
        let found = self.setting.captures(line).ok().flatten()?;
        let part = |index| found.get(index).map_or("", |it| it.as_str());
        Some((part(1).chars().count(), part(2).to_owned(), part(4).to_owned()))
    }

    /// Of sections of one name, the last counts.
    fn place(&self, name: &str) -> Option<usize> {
        self.sections.iter().rposition(|section| section.name == name)
    }

    /// All values of a setting.
    pub(super) fn get(&self, section: &str, setting: &str) -> Option<Vec<String>> {
        let section = &self.sections[self.place(section)?];
        section.settings.iter().find(|(name, _)| name == setting).map(|(_, values)| values.clone())
    }

    /// Every setting with its section, in the file's order.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let pairs = self.sections.iter().flat_map(|section| {
            section.settings.iter().map(|(name, _)| (section.name.clone(), name.clone()))
        });
        pairs.collect()
    }

    /// Gives a setting these values.
    pub(super) fn set(&mut self, section: &str, setting: &str, values: &[String]) -> Result<(), String> {
        let place = match self.place(section) {
            Some(place) => place,
            None => {
                self.add(section, Vec::new());
                self.sections.len() - 1
            }
        };
        let old = self.get(section, setting);
        match old {
            None => self.add_lines(place, setting, values),
            Some(old) => {
                let useless: Vec<String> = old.iter().filter(|it| !values.contains(it)).cloned().collect();
                let missing: Vec<String> = values.iter().filter(|it| !old.contains(it)).cloned().collect();
                self.remove_lines(place, setting, Some(&useless));
                self.add_lines(place, setting, &missing);
            }
        }
        Ok(())
    }

    /// Takes a setting away with all its values.
    pub(super) fn remove(&mut self, section: &str, setting: &str) {
        if let Some(place) = self.place(section) {
            self.remove_lines(place, setting, None);
        }
    }

    /// As many lines as there are values go; without values, one goes.
    fn remove_lines(&mut self, place: usize, setting: &str, values: Option<&[String]>) {
        for _ in 0..values.map_or(1, <[String]>::len) {
            let found = self.sections[place].lines.iter().position(|line| {
                self.read(line).is_some_and(|(_, name, value)| {
                    name == setting && values.is_none_or(|values| values.contains(&value))
                })
            });
            if let Some(line) = found {
                self.sections[place].lines.remove(line);
            }
        }
    }

    fn add_lines(&mut self, place: usize, setting: &str, values: &[String]) {
        let section = &self.sections[place];
        let named = |line: &String| self.read(line).is_some_and(|(_, name, _)| name == setting);
        let commented = |line: &String| {
            let found = self.commented.captures(line).ok().flatten();
            found.is_some_and(|found| found.get(3).is_some_and(|name| name.as_str() == setting))
        };
        let current = section.lines.iter().rposition(named);
        let comment = || section.lines.iter().position(commented).map(|line| line + 1);
        let offset = current.or_else(comment).unwrap_or(section.lines.len());
        let indent = " ".repeat(section.indentation);
        let lines = values.iter().map(|value| format!("{indent}{setting}={value}\n"));
        let lines: Vec<String> = lines.collect();
        self.sections[place].lines.splice(offset..offset, lines);
    }

    /// The file's new text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            if !section.name.is_empty() {
                text.push_str(&format!("[{}]\n", section.name));
            }
            for line in &section.lines {
                text.push_str(line);
                if !line.ends_with('\n') {
                    text.push('\n');
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_and_go() {
        let text = "[DEFAULT]\na=1\na=2\n#b = x\n[other]\nc=3\n";
        let mut file = ListFile::parse(text).unwrap();
        assert_eq!(file.get("DEFAULT", "a").unwrap(), ["1", "2"]);
        file.set("DEFAULT", "a", &["2".into(), "3".into()]).unwrap();
        file.set("DEFAULT", "b", &["y".into()]).unwrap();
        file.remove("other", "c");
        file.set("new", "d", &["1".into(), "2".into()]).unwrap();
        assert_eq!(file.text(), "[DEFAULT]\na=3\na=2\n#b = x\nb=y\n[other]\n[new]\nd=1\nd=2\n");
    }
}
