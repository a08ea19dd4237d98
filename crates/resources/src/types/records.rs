//! Files of records, a line each, as Puppet's `parsedfile` keeps them: `/etc/fstab`, `/etc/aliases`, known hosts.
//! What a line says is the business of each type; every record is written anew when one changes.

use std::collections::BTreeMap;

use catalog::Value;

use super::ini_setting::read;
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::report::Level;
use crate::resource::Resource;

/// Values by field, the name among them.
pub(super) type Fields = BTreeMap<&'static str, Value>;

/// A line of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// A comment, or anything else that is only kept.
    Text(String),
    /// A record.
    Record(Fields),
}

/// What one type's files look like.
pub(super) struct Format {
    /// Where records are if nothing else is said; may be empty.
    pub target: &'static str,
    /// Properties that a record has. Puppet takes the others to be as they are wanted.
    pub properties: &'static [&'static str],
    /// The mode of a new file.
    pub mode: u32,
    /// Reads a line. The error is Puppet's.
    pub parse: fn(&str) -> Result<Line, Failure>,
    /// Completes the records of a file, given the names of those that were removed from it in this run.
    pub complete: fn(&mut [Line], &str, &[Value]),
    /// Writes a record.
    pub write: fn(&Fields) -> Result<String, Failure>,
    /// The file that a resource wants its record in.
    pub place: fn(&Resource, &Context<'_>) -> Option<String>,
    /// Whether a record is the resource's.
    pub is: fn(&Fields, &Resource) -> bool,
    /// What `ensure` is of a record that is there.
    pub present: fn(&Resource) -> &'static str,
    /// Writes a file's new text.
    pub save: fn(&str, &str, u32, &Resource, &mut Context<'_>) -> Result<(), Failure>,
}

impl Format {
    /// A format with nothing special about it.
    pub(super) const fn new(
        target: &'static str,
        properties: &'static [&'static str],
        parse: fn(&str) -> Result<Line, Failure>,
        write: fn(&Fields) -> Result<String, Failure>,
    ) -> Self {
        Self {
            target,
            properties,
            mode: 0o600,
            parse,
            complete: |_, _, _| {},
            write,
            place: |resource, _| resource.text("target").map(str::to_owned),
            is: |fields, resource| fields.get("name").and_then(Value::as_text) == Some(resource.name()),
            present: |_| "present",
            save,
        }
    }

    fn lines(&self, target: &str, context: &Context<'_>) -> Result<Vec<Line>, Failure> {
        let text = read(target, context);
        // Ruby forgets what is empty at the end.
        let text = text.trim_end_matches('\n');
        let lines = if text.is_empty() { Vec::new() } else { text.split('\n').collect() };
        let mut lines: Vec<Line> = lines.into_iter().map(self.parse).collect::<Result<_, _>>()?;
        let removed = context.shared.handed_on.get(&removed_from(target));
        (self.complete)(&mut lines, target, removed.map(Value::elements).unwrap_or_default());
        Ok(lines)
    }

    fn text(&self, lines: &[Line]) -> Result<String, Failure> {
        let lines = lines.iter().map(|line| match line {
            Line::Text(text) => Ok(text.clone()),
            Line::Record(fields) => (self.write)(fields),
        });
        Ok(format!("{}\n", lines.collect::<Result<Vec<String>, Failure>>()?.join("\n")))
    }

    /// Files in which a record may be: the default one, those of the type's other resources, the resource's.
    fn targets(&self, resource: &Resource, context: &Context<'_>) -> Vec<String> {
        let same = |peer: &&Resource| peer.kind.is_some_and(|kind| kind.name == resource.type_name());
        let mut targets: Vec<String> = vec![self.target.to_owned()];
        let peers = context.peers.iter().filter(same).chain(std::iter::once(resource));
        targets.extend(peers.filter_map(|peer| (self.place)(peer, context)));
        let mut seen = Vec::new();
        targets.retain(|target| {
            let new = !target.is_empty() && !seen.contains(target);
            seen.push(target.clone());
            new
        });
        targets
    }
}

/// Writes a file in its place.
pub(super) fn save(
    path: &str,
    text: &str,
    mode: u32,
    _: &Resource,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let done = context.system.write(path, text.as_bytes(), mode);
    done.map_err(|error| {
        let reason = Failure::kernel(&error, &format!("rb_sysopen - {path}")).text;
        unwritable(path, &reason, context)
    })
}

/// Puppet tells of a file that it could not write twice.
pub(super) fn unwritable(path: &str, reason: &str, context: &mut Context<'_>) -> Failure {
    let text = format!("Puppet::Util::FileType::FileTypeFlat could not write {path}: {reason}");
    context.tell_all(Level::Err, text.clone());
    Failure::new(text)
}

/// Applies a resource that is a record.
pub(super) struct Records {
    format: &'static Format,
    changes: Fields,
    changed: bool,
}

impl Records {
    /// For files of this format.
    pub(super) fn new(format: &'static Format) -> Self {
        Self { format, changes: Fields::new(), changed: false }
    }

    /// The file and place of the resource's record; of several the last counts.
    fn find(
        &self,
        resource: &Resource,
        context: &Context<'_>,
    ) -> Result<Option<(String, usize, Fields)>, Failure> {
        let mut found = None;
        for target in self.format.targets(resource, context) {
            for (place, line) in self.format.lines(&target, context)?.into_iter().enumerate() {
                if let Line::Record(fields) = line
                    && (self.format.is)(&fields, resource)
                {
                    found = Some((target.clone(), place, fields));
                }
            }
        }
        Ok(found)
    }

    fn write(
        &self,
        target: &str,
        lines: &[Line],
        resource: &Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        // A record that cannot be written stays among Puppet's, so that nothing after it can be either.
        let spoilt = (format!("{}: {target}", resource.type_name()), "spoilt");
        if let Some(reason) = context.shared.handed_on.get(&spoilt) {
            return Err(Failure::surprise(reason.ruby_text()));
        }
        let text = self.format.text(lines).inspect_err(|failure| {
            context.shared.handed_on.insert(spoilt, Value::text(failure.text.as_str()));
        })?;
        (self.format.save)(target, &text, self.format.mode, resource, context)
    }
}

/// Under which key names of removed records are remembered.
fn removed_from(target: &str) -> (String, &'static str) {
    (format!("records of {target}"), "removed")
}

/// All values that a property wants, as one.
pub(super) fn wanted(property: &str, resource: &Resource) -> Option<Value> {
    let all = resource.kind.and_then(|kind| kind.attribute(property)).is_some_and(|attribute| attribute.all);
    if all { resource.parameters.get(property).cloned() } else { resource.should(property).cloned() }
}

impl Provider for Records {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let properties = resource.properties().into_iter();
        let mut state: State = properties.map(|property| (property, Value::absent())).collect();
        state.insert("ensure", Value::absent());
        let Some((target, _, fields)) = self.find(resource, context)? else { return Ok(state) };
        for property in resource.properties() {
            if !self.format.properties.contains(&property) {
                state.insert(property, wanted(property, resource).unwrap_or_default());
            }
        }
        state.extend(fields);
        state.insert("ensure", Value::symbol((self.format.present)(resource)));
        state.insert("target", Value::text(target));
        Ok(state)
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.changed = true;
        let properties = if property == "ensure" { resource.properties() } else { vec![property] };
        for property in properties {
            if let Some(value) = wanted(property, resource) {
                self.changes.insert(property, value);
            }
        }
        Ok(())
    }

    fn is_text(&self, _: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        display::value(is)
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        wanted(property, resource).as_ref().map_or_else(|| "''".into(), display::value)
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        if !self.changed {
            return Ok(());
        }
        let old = self.find(resource, context)?;
        if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) {
            let Some((target, place, _)) = old else { return Ok(()) };
            let mut lines = self.format.lines(&target, context)?;
            lines.remove(place);
            let names = context.shared.handed_on.entry(removed_from(&target));
            if let Value::List(names) = names.or_insert_with(|| Value::List(Vec::new())) {
                names.push(Value::text(resource.name()));
            }
            return self.write(&target, &lines, resource, context);
        }
        let before = old.as_ref().map(|(target, place, _)| (target.clone(), *place));
        let mut fields = old.map(|(_, _, fields)| fields).unwrap_or_default();
        fields.append(&mut self.changes);
        for key in resource.kind.map_or(&["name"] as &[&str], |kind| kind.keys) {
            if let Some(value) = resource.should(key) {
                fields.entry(key).or_insert_with(|| value.clone());
            }
        }
        let target = match (fields.get("target").and_then(Value::as_text), &before) {
            (Some(target), _) => target.to_owned(),
            (None, Some((target, _))) => target.clone(),
            (None, None) => {
                (self.format.place)(resource, context).unwrap_or_else(|| self.format.target.to_owned())
            }
        };
        let mut lines = self.format.lines(&target, context)?;
        let order = self.format.targets(resource, context);
        let rank = |target: &str| order.iter().position(|known| known == target);
        match &before {
            Some((old, place)) if *old == target => lines[*place] = Line::Record(fields),
            // Puppet keeps the records of all files in one list, and a record its place in it.
            Some((old, place)) => {
                let at = if rank(old) < rank(&target) { 0 } else { lines.len() };
                lines.insert(at, Line::Record(fields));
                let mut rest = self.format.lines(old, context)?;
                rest.remove(*place);
                self.write(old, &rest, resource, context)?;
            }
            None => lines.push(Line::Record(fields)),
        }
        self.write(&target, &lines, resource, context)
    }
}

/// `Field 'x' is required`.
pub(super) fn required(field: &str) -> Failure {
    Failure::surprise(format!("Field '{field}' is required"))
}

/// Columns as Ruby's `split` gives them: what is empty at the end is left out.
pub(super) fn columns(line: &str) -> Vec<&str> {
    let mut columns: Vec<&str> = Vec::new();
    let (mut start, mut rest) = (0, line);
    while let Some(found) = rest.find(char::is_whitespace) {
        let behind = rest[found..].trim_start();
        columns.push(&line[start..line.len() - rest.len() + found]);
        start = line.len() - behind.len();
        rest = behind;
    }
    columns.push(rest);
    while columns.last().is_some_and(|last| last.is_empty()) {
        columns.pop();
    }
    columns
}

/// Fields from columns; what is left over belongs to the last.
pub(super) fn fields(names: &[&'static str], columns: &[&str], joiner: &str) -> Fields {
    let mut fields = Fields::new();
    for (place, name) in names.iter().enumerate() {
        let value = match columns.get(place) {
            None | Some(&"") => Value::absent(),
            Some(value) => Value::text(*value),
        };
        fields.insert(name, value);
    }
    if let (Some(last), true) = (names.last(), columns.len() > names.len()) {
        fields.insert(last, Value::text(columns[names.len() - 1..].join(joiner)));
    }
    fields
}

/// The text of a field, nothing if it is absent.
pub(super) fn field<'a>(fields: &'a Fields, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    match fields.get(name)? {
        Value::Undef => None,
        value if value.is("absent") => None,
        Value::Text(text) | Value::Symbol(text) => Some(text.into()),
        other => Some(other.ruby_text().into()),
    }
}
