//! Tables as text, and entries in them.

use catalog::Value;

use crate::error::Failure;
use crate::resource::Resource;
use crate::schema::{matches, ruby_regex};

const NAME_MARK: &str = "Puppet Name: ";

/// In the order of a table's columns.
pub(super) const TIMES: [&str; 5] = ["minute", "hour", "monthday", "month", "weekday"];

/// What a resource says of a column: nothing, `*` (no values), or values.
pub(super) fn values(resource: &Resource, field: &str) -> Option<Vec<String>> {
    let wanted = resource.parameters.get(field)?.elements();
    if wanted.first().is_some_and(|first| first.is("absent")) {
        return Some(Vec::new());
    }
    Some(wanted.iter().map(Value::ruby_text).collect())
}

/// A line of a table, or what belongs together in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    Entry(Entry),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Puppet's name for it; none for what Puppet did not make.
    pub(super) name: Option<String>,
    pub(super) environment: Option<Vec<String>>,
    pub(super) special: Option<String>,
    /// Values by column; none is `*`.
    pub(super) times: [Option<Vec<String>>; 5],
    pub(super) command: String,
}

impl Entry {
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(name) = &self.name {
            text.push_str(&format!("# {NAME_MARK}{name}\n"));
        }
        for line in self.environment.iter().flatten() {
            text.push_str(&format!("{line}\n"));
        }
        let columns: Vec<String> = match &self.special {
            Some(special) => vec![format!("@{special}")],
            None => self
                .times
                .iter()
                .map(|column| column.as_ref().map_or_else(|| "*".into(), |values| values.join(",")))
                .collect(),
        };
        format!("{text}{} {}", columns.join(" "), self.command)
    }

    /// Whether an entry of somebody else's is what a resource wants.
    pub(super) fn is_wanted(&self, resource: &Resource) -> bool {
        let special = resource.should("special").is_none_or(|special| match &self.special {
            None => special.is("absent"),
            Some(own) => special.as_text() == Some(own),
        });
        let times = TIMES.iter().zip(&self.times).all(|(field, own)| match values(resource, field) {
            None => true,
            Some(values) => own.clone().unwrap_or_default() == values,
        });
        Some(self.command.as_str()) == resource.text("command") && special && times
    }
}

/// Reads a table.
pub(super) fn parse(text: &str) -> Result<Vec<Line>, Failure> {
    let entry = ruby_regex(r"\A\s*(@\w+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.+)\z")?;
    let mut lines = Vec::new();
    let (mut name, mut environment): (Option<String>, Option<Vec<String>>) = (None, None);
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with('#') {
            match line.find(NAME_MARK) {
                Some(start) => {
                    name = Some(line[start + NAME_MARK.len()..].trim_end().to_owned());
                    environment = Some(Vec::new());
                }
                None => lines.push(Line::Text(line.to_owned())),
            }
        } else if trimmed.is_empty() {
            lines.push(Line::Text(line.to_owned()));
        } else if matches(r"\A\s*\w+\s*=", line) {
            match &mut environment {
                Some(environment) => environment.push(line.to_owned()),
                None => lines.push(Line::Text(line.to_owned())),
            }
        } else {
            let found = entry.captures(line).ok().flatten();
            let part = |index| found.as_ref().and_then(|it| it.get(index)).map_or("", |it| it.as_str());
            if part(2).is_empty() {
                return Err(Failure::new(format!("Could not parse line {line:?}")));
            }
            let mut made = Entry {
                name: name.take(),
                environment: environment.take().filter(|it| !it.is_empty()),
                command: part(2).to_owned(),
                ..Entry::default()
            };
            if let Some(special) = part(1).strip_prefix('@') {
                made.special = Some(special.to_owned());
            } else {
                for (column, value) in made.times.iter_mut().zip(part(1).split_whitespace()) {
                    *column = (value != "*").then(|| value.split(',').map(str::to_owned).collect());
                }
            }
            lines.push(Line::Entry(made));
        }
    }
    Ok(lines)
}

/// Writes a table.
pub(super) fn table(lines: &[Line]) -> String {
    let texts: Vec<String> = lines
        .iter()
        .map(|line| match line {
            Line::Text(text) => text.clone(),
            Line::Entry(entry) => entry.text(),
        })
        .collect();
    let text = format!("{}\n", texts.join("\n"));
    // A time zone counts for what follows it, so it goes first.
    match text.split_inclusive('\n').find(|line| line.starts_with("TZ=") && line.len() > "TZ=\n".len()) {
        Some(zone) => format!("{zone}{}", text.replacen(zone, "", 1)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_and_written_as_they_are() {
        let text = "# note\nA=b\n\n# Puppet Name: x\nP=q\n5,6 * * 1 mon echo a  b\n@daily true\n";
        assert_eq!(table(&parse(text).unwrap()), text);
        assert!(parse("1 2 3\n").is_err());
        assert_eq!(table(&[]), "\n");
    }
}
