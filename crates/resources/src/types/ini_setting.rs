//! `ini_setting`: one setting of a file of sections.

use catalog::Value;

use super::ini::{IniFile, Style};
use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType};

const SHOWN: &[(&str, &str)] =
    &[("true", "true"), ("yes", "true"), ("md5", "md5"), ("false", "false"), ("no", "false")];

/// The type.
pub static INI_SETTING: ResourceType = ResourceType {
    refreshes: true,
    autorequires: |resource, _| {
        let path = resource.text("path").unwrap_or("/");
        vec![("file", system::parent(path).to_owned())]
    },
    provider: || Box::new(Setting),
    ..ResourceType::new(
        "ini_setting",
        "Manages one setting of a file of sections.",
        &[
            Attribute::ensure(),
            Attribute::property("value", "the setting's value").check(text_value),
            Attribute::parameter("name", "its name"),
            Attribute::parameter("section", "the section").default(""),
            Attribute::parameter("setting", "the setting")
                .check(|value, _| Ok(Value::text(value.ruby_text().trim()))),
            Attribute::boolean("force_new_section_creation", true, "whether a section may be made"),
            Attribute::parameter("path", "the file").check(full_path),
            Attribute::parameter("show_diff", "whether values are told").words(SHOWN).default("true"),
            Attribute::parameter("key_val_separator", "between setting and value").default(" = "),
            Attribute::parameter("section_prefix", "before a section's name").default("["),
            Attribute::parameter("section_suffix", "behind a section's name").default("]"),
            Attribute::parameter("indent_char", "what lines are indented with").default(" "),
            Attribute::parameter("indent_width", "how far"),
            Attribute::boolean("refreshonly", false, "whether it only changes on refresh"),
        ],
    )
};

/// A path that begins at the root.
pub(super) fn full_path(value: &Value, _: &Resource) -> Result<Value, String> {
    let path = value.ruby_text();
    if paths::is_absolute(&path) {
        Ok(value.clone())
    } else {
        Err(format!("File paths must be fully qualified, not '{path}'"))
    }
}

fn text_value(value: &Value, _: &Resource) -> Result<Value, String> {
    Ok(Value::text(value.ruby_text().trim()))
}

/// Reads a file of the root; an absent one is empty.
pub(super) fn read(path: &str, context: &Context<'_>) -> String {
    let is_file = context.system.metadata(path, true).is_ok_and(|it| it.kind == system::Kind::File);
    let bytes = if is_file { context.system.read(path).unwrap_or_default() } else { Vec::new() };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes a file in its place.
pub(super) fn write(path: &str, text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let done = context.system.write(path, text.as_bytes(), 0o644);
    done.map_err(|error| Failure::kernel(&error, &format!("rb_sysopen - {path}")))
}

struct Setting;

fn open(resource: &Resource, context: &Context<'_>) -> Result<IniFile, Failure> {
    let text = |name: &str| resource.text(name).unwrap_or_default().to_owned();
    let style = Style {
        separator: text("key_val_separator"),
        prefix: text("section_prefix"),
        suffix: text("section_suffix"),
        indent: text("indent_char"),
        width: resource.should("indent_width").and_then(|width| width.ruby_text().parse().ok()),
    };
    Ok(IniFile::parse(&read(&text("path"), context), style)?)
}

fn section(resource: &Resource) -> &str {
    resource.text("section").unwrap_or_default()
}

fn save(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut file = open(resource, context)?;
    let value = resource.should("value").map(Value::ruby_text);
    let setting = resource.text("setting");
    let wanted = match (setting, &value) {
        (None, None) => None,
        (setting, value) => Some((setting.unwrap_or_default(), value.as_deref().unwrap_or_default())),
    };
    let separator = resource.text("key_val_separator").unwrap_or("=");
    file.set(section(resource), wanted, separator);
    write(resource.text("path").unwrap_or_default(), &file.text(), context)
}

fn destroy(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut file = open(resource, context)?;
    file.remove(section(resource), resource.text("setting").unwrap_or_default());
    write(resource.text("path").unwrap_or_default(), &file.text(), context)
}

impl Provider for Setting {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let file = open(resource, context)?;
        let setting = resource.text("setting");
        let there = match setting {
            None => file.has_section(section(resource)),
            Some(setting) if file.has_section(section(resource)) => {
                file.get(section(resource), setting).is_some()
            }
            Some(_) => {
                if !resource.truth("force_new_section_creation") {
                    resource.parameters.insert("ensure", Value::absent());
                }
                false
            }
        };
        let ensure = if there { Value::symbol("present") } else { Value::absent() };
        let setting = resource.text("setting").unwrap_or_default();
        let value = match file.get(section(resource), setting) {
            Some(value) => Value::text(value),
            None if there => Value::Undef,
            None => Value::absent(),
        };
        Ok(State::from([("ensure", ensure), ("value", value)]))
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        Ok(resource.truth("refreshonly") || resource.should(property).is_none_or(|wanted| wanted == is))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
        if property == "ensure" && gone {
            return destroy(resource, context)
                .map_err(|it| it.while_setting("absent", "ensure", &resource.located()));
        }
        let done = save(resource, context);
        if property == "ensure" {
            return done.map_err(|it| it.while_setting("present", "ensure", &resource.located()));
        }
        done
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        if property == "ensure" { crate::display::value(is) } else { hidden() }
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        let wanted = resource.should(property).cloned().unwrap_or_default();
        if property == "ensure" { crate::display::value(&wanted) } else { hidden() }
    }

    fn refresh(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        if !resource.truth("refreshonly") {
            return Ok(());
        }
        if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) {
            return destroy(resource, context);
        }
        save(resource, context)
    }
}

/// Puppet tells values only if its own setting `show_diff` says so, which by default it does not.
pub(super) fn hidden() -> String {
    "[redacted sensitive information]".into()
}
