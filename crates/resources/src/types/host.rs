//! `host`: a line of `/etc/hosts`.

use catalog::Value;

use super::ini_setting::read;
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, matches, ruby_regex};

const HOSTS: &str = "/etc/hosts";

/// The type.
pub static HOST: ResourceType = ResourceType {
    provider: || Box::new(Hosts::default()),
    ..ResourceType::new(
        "host",
        "Manages a line of the hosts file.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("ip", "its address").check(address),
            Attribute::property("host_aliases", "its other names").all().check(alias),
            Attribute::property("comment", "what is said of it").check(comment),
            Attribute::property("target", "the file").default(HOSTS),
            Attribute::parameter("name", "its name").check(name),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

fn address(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let plain = text.split('%').next().unwrap_or_default().trim();
    if text.contains(['\n', '\r']) || plain.parse::<std::net::IpAddr>().is_err() {
        return Err(format!("Invalid IP address {}", value.ruby_inspect()));
    }
    Ok(value.clone())
}

fn alias(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text.is_empty() {
        let advice = "Use an empty array to delete all host_aliases ";
        return Err(format!("Host aliases cannot be an empty string. {advice}"));
    }
    if text.contains(char::is_whitespace) {
        return Err("Host aliases cannot include whitespace".into());
    }
    Ok(value.clone())
}

fn comment(value: &Value, _: &Resource) -> Result<Value, String> {
    if value.ruby_text().contains(['\n', '\r']) {
        Err("Comment cannot include newline".into())
    } else {
        Ok(value.clone())
    }
}

fn name(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text.split('.').any(|part| !matches(r"^([\w]+|[\w][\w\-]+[\w])$", part)) {
        return Err("Invalid host name".into());
    }
    Ok(value.clone())
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    ip: String,
    name: String,
    aliases: Option<String>,
    comment: String,
}

fn parse(line: &str) -> Option<Entry> {
    if line.starts_with('#') || line.trim().is_empty() {
        return None;
    }
    let pattern = r"^([0-9a-f:]\S+)\s+([^#\s+]\S+)\s*(.*?)?(?:\s*#\s*(.*))?$";
    let found = ruby_regex(pattern).ok()?.captures(line).ok().flatten()?;
    let part = |index| found.get(index).map_or("", |it| it.as_str());
    let aliases = part(3).split_whitespace().collect::<Vec<_>>().join(" ");
    // An empty list was written as nothing between two tabs, and stays so.
    let said = !aliases.is_empty() || line.contains("\t\t#") || line.ends_with('\t');
    Some(Entry {
        ip: part(1).to_owned(),
        name: part(2).to_owned(),
        aliases: said.then_some(aliases),
        comment: part(4).to_owned(),
    })
}

impl Entry {
    fn text(&self) -> String {
        let mut text = format!("{}\t{}", self.ip, self.name);
        if let Some(aliases) = &self.aliases {
            text.push_str(&format!("\t{aliases}"));
        }
        if !self.comment.is_empty() {
            text.push_str(&format!("\t# {}", self.comment));
        }
        text
    }
}

#[derive(Default)]
struct Hosts {
    changed: bool,
}

fn target(resource: &Resource) -> &str {
    resource.text("target").unwrap_or(HOSTS)
}

fn wanted_aliases(resource: &Resource) -> Option<String> {
    let wanted = resource.parameters.get("host_aliases")?.elements();
    Some(wanted.iter().map(Value::ruby_text).collect::<Vec<_>>().join(" "))
}

impl Provider for Hosts {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let text = read(target(resource), context);
        let found = text.lines().rev().filter_map(parse).find(|entry| entry.name == resource.name());
        let Some(entry) = found else {
            let mut state: State =
                resource.properties().into_iter().map(|property| (property, Value::absent())).collect();
            state.insert("ensure", Value::absent());
            return Ok(state);
        };
        let aliases = entry
            .aliases
            .map_or_else(Value::absent, |aliases| Value::List(aliases.split(' ').map(Value::text).collect()));
        Ok(State::from([
            ("ensure", Value::symbol("present")),
            ("ip", Value::text(entry.ip)),
            ("host_aliases", aliases),
            ("comment", Value::text(entry.comment)),
            ("target", Value::text(target(resource))),
        ]))
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        if property != "host_aliases" {
            return Ok(resource.matches(property, is));
        }
        let is = match is {
            Value::List(names) => names.iter().map(Value::ruby_text).collect::<Vec<_>>().join(" "),
            _ => String::new(),
        };
        Ok(wanted_aliases(resource).is_none_or(|wanted| wanted == is))
    }

    fn sync(&mut self, _: &'static str, _: &mut Resource, _: &mut Context<'_>) -> Result<(), Failure> {
        self.changed = true;
        Ok(())
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        match (property, is) {
            ("host_aliases", Value::List(names)) => {
                names.iter().map(Value::ruby_text).collect::<Vec<_>>().join(" ")
            }
            _ => display::value(is),
        }
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        match property {
            "host_aliases" => display::value(&Value::text(wanted_aliases(resource).unwrap_or_default())),
            _ => resource.should(property).map_or_else(|| "''".into(), display::value),
        }
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        if !self.changed {
            return Ok(());
        }
        let text = read(target(resource), context);
        // Ruby forgets what is empty at the end. Of several entries the last counts.
        let text = text.trim_end_matches('\n');
        let is_own = |line: &str| parse(line).is_some_and(|entry| entry.name == resource.name());
        let own = text.lines().enumerate().filter(|(_, line)| is_own(line)).map(|(place, _)| place).max();
        let mut lines: Vec<String> = Vec::new();
        let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
        for (place, line) in text.lines().enumerate() {
            match parse(line) {
                Some(entry) if Some(place) == own => {
                    if !gone {
                        lines.push(filled(entry, resource)?.text());
                    }
                }
                Some(entry) => lines.push(entry.text()),
                None => lines.push(line.to_owned()),
            }
        }
        if own.is_none() && !gone {
            lines.push(filled(Entry::default(), resource)?.text());
        }
        super::ini_setting::write(target(resource), &format!("{}\n", lines.join("\n")), context)
    }
}

fn filled(mut entry: Entry, resource: &Resource) -> Result<Entry, Failure> {
    resource.name().clone_into(&mut entry.name);
    if let Some(ip) = resource.text("ip") {
        ip.clone_into(&mut entry.ip);
    }
    if let Some(aliases) = wanted_aliases(resource) {
        entry.aliases = Some(aliases);
    }
    if let Some(comment) = resource.text("comment") {
        comment.clone_into(&mut entry.comment);
    }
    if entry.ip.is_empty() {
        return Err(Failure::surprise("ip is a required attribute for hosts"));
    }
    Ok(entry)
}
