//! Looking at a path and changing it.

use catalog::Value;
use system::{Kind, Metadata};

use super::compare::{
    content_in_sync, ensure_in_sync, id_of, mode_change, mode_in_sync, name_of, owner_in_sync,
};
use super::make::{make_link, set_mode, set_owner};
use super::source::Source;
use super::{bytes_of, checksum_of, mode, recurse};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::{Declaration, Resource};

/// What is known of the source during a run.
#[derive(Default)]
pub(super) struct File {
    pub(super) source: Option<Source>,
}

/// Whether links are followed.
pub(super) fn follows(resource: &Resource) -> bool {
    resource.text("links") == Some("follow")
}

/// What is at the path.
pub(super) fn stat(resource: &Resource, context: &Context<'_>) -> Option<Metadata> {
    context.system.metadata(resource.name(), follows(resource)).ok()
}

fn ensure_of(found: Option<Metadata>) -> Value {
    found.map_or_else(Value::absent, |found| Value::symbol(found.kind.name()))
}

impl Provider for File {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        if resource.should("source").is_some() {
            self.take_over_source(resource, context)?;
        }
        let found = stat(resource, context);
        if found.is_some() && context.system.is_directory(resource.name()) {
            directory_modes(resource);
        }
        let mut state = State::from([("ensure", ensure_of(found))]);
        for property in resource.properties() {
            if property != "ensure" {
                state.insert(property, current(property, found, resource, context)?);
            }
        }
        Ok(state)
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        match property {
            "ensure" => Ok(ensure_in_sync(is, resource)),
            "content" => Ok(content_in_sync(is, resource, context)),
            "target" => Ok(recurses(resource)
                || resource.text("target") == Some("notlink")
                || (!resource.truth("replace") && context.system.exists(resource.name()))
                || resource.matches("target", is)),
            "owner" | "group" => owner_in_sync(property, is, resource, context),
            "mode" => mode_in_sync(is, resource, context),
            _ => Ok(true),
        }
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        match property {
            "ensure" => self.make(resource, context),
            "content" => self.write(resource, context),
            "target" => match resource.should("ensure") {
                Some(ensure) if ensure_of(stat(resource, context)) == *ensure => make_link(resource, context),
                _ => Ok(()),
            },
            "owner" | "group" => set_owner(property, resource, context),
            "mode" => set_mode(resource, context),
            _ => Ok(()),
        }
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let content = || resource.should("content").map(|content| checksum_of(resource, &bytes_of(content)));
        let makes_file =
            || resource.should("ensure").is_some_and(|ensure| ensure.is("file") || ensure.is("present"));
        match (property, content()) {
            ("ensure", Some(checksum)) if makes_file() => format!("defined content as '{checksum}'"),
            ("content", Some(checksum)) if is.is("absent") => format!("defined content as '{checksum}'"),
            ("content", Some(checksum)) => format!("content changed '{}' to '{checksum}'", is.ruby_text()),
            ("mode", _) => mode_change(is, resource, context),
            _ => {
                let (was, wanted) = (
                    self.is_text(property, is, resource, context),
                    self.should_text(property, resource, context),
                );
                display::change(property, is, resource.should(property), &was, &wanted)
            }
        }
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, context: &Context<'_>) -> String {
        match (property, is) {
            ("owner" | "group", Value::Integer(id)) => name_of(property, *id, context),
            ("mode", Value::Text(bits)) => format!("'{bits:0>4}'"),
            _ => display::value(is),
        }
    }

    fn should_text(&self, property: &str, resource: &Resource, context: &Context<'_>) -> String {
        match (property, resource.should(property)) {
            ("owner" | "group", Some(wanted)) => match id_of(property, wanted, context) {
                Some(id) => name_of(property, id, context),
                None => display::value(wanted),
            },
            ("mode", Some(wanted)) => format!("'{:0>4}'", wanted.ruby_text()),
            ("content", Some(content)) => format!("'{}'", checksum_of(resource, &bytes_of(content))),
            (_, Some(wanted)) => display::value(wanted),
            (_, None) => "''".into(),
        }
    }

    fn event_name(&self, property: &str, resource: &Resource) -> String {
        match (property, resource.text("ensure")) {
            ("ensure", Some("file" | "present")) => "file_created".into(),
            ("ensure", Some("directory")) => "directory_created".into(),
            ("ensure", Some("link")) => "link_created".into(),
            _ => display::event_name(property, resource),
        }
    }

    fn expand(
        &mut self,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<Vec<Declaration>, Failure> {
        if recurses(resource) { recurse::children(resource, context) } else { Ok(Vec::new()) }
    }
}

fn recurses(resource: &Resource) -> bool {
    matches!(resource.text("recurse"), Some("true" | "remote"))
}

/// Gives modes for a directory the right to enter it.
pub(super) fn directory_modes(resource: &mut Resource) {
    if let Some(wanted) = resource.parameters.get_mut("mode") {
        let adapt = |value: &Value| Value::text(mode::for_directory(&value.ruby_text()));
        *wanted = match &*wanted {
            Value::List(modes) => Value::List(modes.iter().map(adapt).collect()),
            one => adapt(one),
        };
    }
}

/// The current value of a property.
pub(super) fn current(
    property: &str,
    found: Option<Metadata>,
    resource: &Resource,
    context: &Context<'_>,
) -> Result<Value, Failure> {
    let Some(found) = found else { return Ok(Value::absent()) };
    Ok(match property {
        "content" if found.kind == Kind::File => {
            let bytes = context.system.read(resource.name()).map_err(|error| {
                Failure::new(format!("Could not read file {}: {error}", resource.reference.title))
            })?;
            Value::text(checksum_of(resource, &bytes))
        }
        "content" => Value::Undef,
        "target" if found.kind == Kind::Link => {
            Value::text(context.system.read_link(resource.name()).unwrap_or_default())
        }
        "target" => Value::symbol("notlink"),
        "owner" => Value::Integer(found.owner.into()),
        "group" => Value::Integer(found.group.into()),
        "mode" => Value::text(format!("{:04o}", found.mode)),
        _ => Value::Undef,
    })
}
