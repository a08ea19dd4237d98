//! Reads and writes one setting.

use catalog::Value;

use super::{Config, Form, entry};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::types::ini::IniFile;
use crate::types::ini_setting::{read, write};
use crate::types::lists::ListFile;

/// Types whose settings come after the file itself.
const AFTER_FILE: [&str; 2] = ["keystone_uwsgi_config", "magnum_api_uwsgi_config"];

/// What comes before a setting.
pub(super) fn autorequires(resource: &Resource, _: &[Resource]) -> Vec<(&'static str, String)> {
    let Some(config) = entry(&resource.type_name()) else { return Vec::new() };
    let mut wanted = vec![("anchor", format!("{}::install::end", config.module))];
    if AFTER_FILE.contains(&config.kind.name) {
        wanted.insert(0, ("file", config.path.to_owned()));
    }
    wanted
}

/// Why a setting is left to real Puppet.
pub(super) fn foreign(resource: &catalog::Resource) -> Option<String> {
    let values = resource.parameter("value").into_iter().flat_map(Value::elements);
    let immutable = values.filter_map(Value::as_text).any(|text| text == "<_IMMUTABLE_>");
    immutable.then(|| "its value is one that must not change".into())
}

/// Applies one.
pub(super) struct Setting;

fn place(resource: &Resource) -> (String, String) {
    let name = resource.name();
    let (section, setting) = name.split_once('/').unwrap_or((name, name));
    (section.to_owned(), setting.to_owned())
}

fn wanted(resource: &Resource) -> Vec<String> {
    let values = resource.parameters.get("value").map(Value::elements).unwrap_or_default();
    values.iter().map(Value::ruby_text).collect()
}

/// The type's own file, or the one that is said where a type allows that.
fn path_of<'a>(config: &'a Config, resource: &'a Resource) -> &'a str {
    resource.text("path").unwrap_or(config.path)
}

/// What a file says of a setting: none, or all its values.
fn current(config: &Config, resource: &Resource, context: &Context<'_>) -> Result<Option<Value>, Failure> {
    let (section, setting) = place(resource);
    let text = read(path_of(config, resource), context);
    Ok(match config.form {
        Form::Ini | Form::Spaced => {
            let file = IniFile::parse(&text, config.form.style())?;
            file.get(&section, &setting).map(Value::text)
        }
        Form::Lists => {
            let file = ListFile::parse(&text)?;
            file.get(&section, &setting)
                .map(|values| Value::List(values.into_iter().map(Value::Text).collect()))
        }
    })
}

fn save(config: &Config, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let (section, setting) = place(resource);
    let text = read(path_of(config, resource), context);
    let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
    let values = wanted(resource);
    let text = match config.form {
        Form::Ini | Form::Spaced => {
            let mut file = IniFile::parse(&text, config.form.style())?;
            if gone {
                file.remove(&section, &setting);
            } else {
                let value = values.first().map_or("", String::as_str);
                file.set(&section, Some((&setting, value)), config.form.separator());
            }
            file.text()
        }
        Form::Lists => {
            let mut file = ListFile::parse(&text)?;
            if gone {
                file.remove(&section, &setting)
            } else {
                file.set(&section, &setting, &values)?
            }
            file.text()
        }
    };
    write(path_of(config, resource), &text, context)
}

fn config_of(resource: &Resource) -> Result<&'static Config, Failure> {
    entry(&resource.type_name()).ok_or_else(|| Failure::new("no such type"))
}

impl Provider for Setting {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let config = config_of(resource)?;
        let absent = resource.should("ensure_absent_val").map(Value::ruby_text);
        if absent.is_some_and(|absent| wanted(resource) == [absent]) {
            resource.parameters.insert("ensure", Value::absent());
        }
        let found = current(config, resource, context)?;
        let ensure = if found.is_some() { Value::symbol("present") } else { Value::absent() };
        Ok(State::from([("ensure", ensure), ("value", found.unwrap_or_else(Value::absent))]))
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        let (Value::List(is), "value") = (is, property) else { return Ok(resource.matches(property, is)) };
        // As many, and each of them wanted: their order does not count.
        let wanted = wanted(resource);
        let mut distinct: Vec<&Value> = Vec::new();
        for value in is {
            if !distinct.contains(&value) {
                distinct.push(value);
            }
        }
        let all = is.iter().all(|value| wanted.contains(&value.ruby_text()));
        Ok(wanted.is_empty() || (is.len() == wanted.len() && all && distinct.len() == is.len()))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let word = resource.text("ensure").unwrap_or("present").to_owned();
        let done = save(config_of(resource)?, resource, context);
        if property != "ensure" {
            return done;
        }
        done.map_err(|failure| failure.while_setting(&word, "ensure", &resource.located()))
    }

    fn is_text(&self, property: &str, is: &Value, resource: &Resource, _: &Context<'_>) -> String {
        shown(property, is, resource, "[old secret redacted]")
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        let wanted = resource.parameters.get(property).cloned().unwrap_or_default();
        shown(property, &wanted, resource, "[new secret redacted]")
    }
}

/// Types with a `secret` show values as they are; the others as Puppet shows any.
fn shown(property: &str, value: &Value, resource: &Resource, hidden: &str) -> String {
    let knows_secrets = resource.kind.is_some_and(|kind| kind.attribute("secret").is_some());
    match property {
        "value" if resource.truth("secret") => hidden.to_owned(),
        "value" if knows_secrets => value.ruby_text(),
        _ => display::value(value),
    }
}
