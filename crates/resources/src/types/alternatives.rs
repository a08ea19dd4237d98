//! `alternatives` and `alternative_entry`: which of several programs a name leads to, and that a program is one of
//! them, by Debian's `update-alternatives`. What there is, is read from its files.

use catalog::Value;

use super::accounts::{run, tool};
use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, Named, ResourceType};

const FOLDER: &str = "/var/lib/dpkg/alternatives";
const MODES: &[(&str, &str)] = &[("auto", "auto"), ("manual", "manual")];

/// The type that chooses.
pub static ALTERNATIVES: ResourceType = ResourceType {
    autorequires: |resource, _| {
        resource.text("path").map(|path| ("alternative_entry", path.to_owned())).into_iter().collect()
    },
    provider: || Box::new(Choice),
    ..ResourceType::new(
        "alternatives",
        "Manages which of several programs a name leads to.",
        &[
            Attribute::property("path", "the program").check(full_path),
            Attribute::property("mode", "who chooses").words(MODES),
            Attribute::parameter("name", "the name"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

/// The type that offers.
pub static ALTERNATIVE_ENTRY: ResourceType = ResourceType {
    title,
    keys: &["name", "altlink"],
    // A program may stand under several names; the compiler refuses the same pair twice.
    isomorphic: false,
    foreign: |resource| {
        let linked = resource.parameter("altlink").is_some() || resource.reference.title.contains(':');
        if !linked {
            return Some("it has no `altlink`".into());
        }
        resource.parameter("altlink_ro").map(|_| "`altlink_ro` cannot be set".into())
    },
    provider: || Box::new(Entry),
    ..ResourceType::new(
        "alternative_entry",
        "Manages that a program is one of those that a name may lead to.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("altlink_ro", "set by Puppet"),
            Attribute::property("altname", "the name"),
            Attribute::property("priority", "which one is chosen: the highest").check(priority),
            Attribute::parameter("name", "the program").check(full_path),
            Attribute::parameter("altlink", "the link that users know").check(full_path),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

fn full_path(value: &Value, _: &Resource) -> Result<Value, String> {
    if paths::is_absolute(&value.ruby_text()) {
        Ok(value.clone())
    } else {
        Err("path must be a fully qualified path".into())
    }
}

fn priority(value: &Value, _: &Resource) -> Result<Value, String> {
    let whole = matches!(value, Value::Integer(_)) || value.ruby_text().trim().parse::<i64>().is_ok();
    if whole { Ok(value.clone()) } else { Err("priority must be an integer".into()) }
}

fn title(title: &str) -> Option<Named> {
    Some(match title.rsplit_once(':') {
        Some((name, link)) => vec![("name", name.to_owned()), ("altlink", link.to_owned())],
        None => vec![("name", title.to_owned())],
    })
}

/// A name with what it may lead to: a file of `update-alternatives`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Group {
    link: String,
    /// Programs with their priorities.
    choices: Vec<(String, String)>,
}

/// Mode and link, pairs of further links, an empty line; then of each choice its path, priority and further
/// paths.
fn parse(text: &str) -> Option<Group> {
    let mut lines = text.lines();
    let link = lines.nth(1)?.to_owned();
    let further = lines.by_ref().take_while(|line| !line.is_empty()).count() / 2;
    let mut choices = Vec::new();
    while let Some(path) = lines.next().filter(|path| !path.is_empty()) {
        choices.push((path.to_owned(), lines.next()?.to_owned()));
        lines.by_ref().take(further).for_each(drop);
    }
    Some(Group { link, choices })
}

fn group(name: &str, context: &Context<'_>) -> Option<Group> {
    let bytes = context.system.read(&system::join(FOLDER, name)).ok()?;
    parse(&String::from_utf8_lossy(&bytes))
}

fn update(words: &[&str], context: &mut Context<'_>) -> Result<String, Failure> {
    let mut line = vec![tool("update-alternatives", context)];
    line.extend(words.iter().map(|word| (*word).to_owned()));
    run(line, false, context)
}

fn text(resource: &Resource, name: &str) -> String {
    resource.should(name).map(Value::ruby_text).unwrap_or_default()
}

struct Choice;

/// What a name leads to; nothing if there is no such name.
fn current(name: &str, context: &Context<'_>) -> Option<String> {
    group(name, context)?;
    context.system.read_link(&system::join("/etc/alternatives", name)).ok()
}

impl Provider for Choice {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let mut state = State::new();
        if resource.properties().contains(&"path") {
            state.insert("path", current(resource.name(), context).map_or(Value::Undef, Value::text));
        }
        if resource.properties().contains(&"mode") {
            let told = update(&["--display", resource.name()], context)?;
            let first = told.lines().next().unwrap_or_default();
            let found = ["auto", "manual"].into_iter().find(|mode| first.contains(&format!("{mode} mode")));
            let mode = found.ok_or_else(|| {
                let reference = &resource.reference;
                Failure::new(format!("Could not determine if {reference} is in auto or manual mode"))
            })?;
            state.insert("mode", Value::text(mode));
        }
        Ok(state)
    }

    fn is_text(&self, _: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        if *is == Value::Undef { String::new() } else { crate::display::value(is) }
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let name = resource.name().to_owned();
        if property == "path" {
            update(&["--set", &name, &text(resource, "path")], context)?;
        } else if resource.text("mode") == Some("auto") {
            update(&["--auto", &name], context)?;
        } else {
            let path = current(&name, context).unwrap_or_default();
            update(&["--set", &name, &path], context)?;
        }
        Ok(())
    }
}

struct Entry;

fn create(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let [link, name, priority] = ["altlink", "altname", "priority"].map(|part| text(resource, part));
    update(&["--install", &link, &name, resource.name(), &priority], context).map(drop)
}

fn destroy(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    update(&["--remove", &text(resource, "altname"), resource.name()], context).map(drop)
}

/// The name and priority under which a program is reached by a link.
fn known(resource: &Resource, context: &Context<'_>) -> Option<(String, String)> {
    let names = context.system.list(FOLDER).unwrap_or_default();
    let groups = names.into_iter().filter_map(|name| group(&name, context).map(|group| (name, group)));
    let mut linked = groups.filter(|(_, group)| group.link == text(resource, "altlink"));
    linked.find_map(|(name, group)| {
        let mut choices = group.choices.into_iter();
        choices.find(|(path, _)| path == resource.name()).map(|(_, priority)| (name, priority))
    })
}

impl Provider for Entry {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let known = known(resource, context);
        let name = match resource.should("altname") {
            Some(name) => Some(name.ruby_text()),
            None => known.as_ref().map(|(name, _)| name.clone()),
        };
        let group = name.and_then(|name| group(&name, context));
        let offered =
            group.is_some_and(|group| group.choices.iter().any(|(path, _)| path == resource.name()));
        let absent = || ("absent".to_owned(), "absent".to_owned());
        let value = |text: String| if text == "absent" { Value::absent() } else { Value::Text(text) };
        let (name, priority) = known.filter(|_| offered).unwrap_or_else(absent);
        let ensure = if offered { Value::symbol("present") } else { Value::absent() };
        Ok(State::from([("ensure", ensure), ("altname", value(name)), ("priority", value(priority))]))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        match property {
            "ensure" if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) => {
                destroy(resource, context)
            }
            "ensure" => create(resource, context),
            _ => {
                destroy(resource, context)?;
                create(resource, context)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read() {
        let text =
            "auto\n/usr/bin/vi\nvi.1.gz\n/usr/share/man/vi.1.gz\n\n/bin/nano\n10\n/n.gz\n/bin/vim\n30\n\n\n";
        let choices = [("/bin/nano", "10"), ("/bin/vim", "30")];
        let choices = choices.map(|(path, priority)| (path.to_owned(), priority.to_owned())).to_vec();
        assert_eq!(parse(text), Some(Group { link: "/usr/bin/vi".into(), choices }));
        assert_eq!(parse("auto\n"), None);
    }
}
