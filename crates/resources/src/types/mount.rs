//! `mount`: a line of `/etc/fstab`. Nothing is ever mounted: what a build could mount would be gone with it, so
//! whatever has its line counts as mounted where that is wanted.

use catalog::Value;

use super::records::{Fields, Format, Line, Records, columns, field, fields, required};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType, matches};

const FSTAB: &str = "/etc/fstab";
const STATES: &[(&str, &str)] = &[
    ("defined", "defined"),
    ("present", "defined"),
    ("unmounted", "unmounted"),
    ("absent", "absent"),
    ("mounted", "mounted"),
];
const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];
/// In the order of the columns.
const FIELDS: [&str; 6] = ["device", "name", "fstype", "options", "dump", "pass"];

/// The type.
pub static MOUNT: ResourceType = ResourceType {
    refreshes: true,
    autorequires,
    foreign: |resource| {
        let provider = resource.parameter("provider").map(Value::ruby_text)?;
        (provider != "parsed").then(|| format!("provider `{provider}`"))
    },
    provider: || Box::new(Mount(Records::new(&FORMAT))),
    ..ResourceType::new(
        "mount",
        "Manages a line of the file system table.",
        &[
            Attribute::property("ensure", "whether it is in the table").words(STATES),
            Attribute::property("device", "what is mounted"),
            Attribute::property("blockdevice", "what is checked, elsewhere").check(blockdevice),
            Attribute::property("fstype", "the kind of file system").check(fstype),
            Attribute::property("options", "how it is mounted").check(options),
            Attribute::property("pass", "when it is checked").fallback(ZERO),
            Attribute::property("atboot", "whether it is mounted at boot, elsewhere").check(at_boot),
            Attribute::property("dump", "whether it is dumped").values(&[], &["/(0|1)/"]).fallback(ZERO),
            Attribute::property("target", "the table").default(FSTAB),
            Attribute::parameter("name", "where it is mounted").check(name),
            Attribute::parameter("remounts", "whether it can be mounted again").words(TRUTHS).default("true"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

static FORMAT: Format = Format {
    present: |resource| match resource.text("ensure") {
        Some("mounted") => "mounted",
        _ => "unmounted",
    },
    ..Format::new(FSTAB, &FIELDS, parse, write)
};

const ZERO: Fallback = Fallback::Computed(|resource| {
    let managed = resource.properties().iter().any(|property| resource.should(property).is_some());
    managed.then_some(Value::Integer(0))
});

fn without_space(value: &Value, name: &str) -> Result<Value, String> {
    let text = value.ruby_text();
    if text.contains(char::is_whitespace) {
        return Err(format!("{name} must not contain whitespace: {text}"));
    }
    Ok(value.clone())
}

fn filled(value: &Value, name: &str) -> Result<Value, String> {
    let value = without_space(value, name)?;
    if value.ruby_text().is_empty() { Err(format!("{name} must not be an empty string")) } else { Ok(value) }
}

fn blockdevice(value: &Value, _: &Resource) -> Result<Value, String> {
    without_space(value, "blockdevice")
}

fn fstype(value: &Value, _: &Resource) -> Result<Value, String> {
    filled(value, "fstype")
}

fn options(value: &Value, _: &Resource) -> Result<Value, String> {
    filled(value, "options")
}

fn at_boot(value: &Value, _: &Resource) -> Result<Value, String> {
    match value.ruby_text().to_lowercase().as_str() {
        "true" | "yes" => Ok(Value::symbol("yes")),
        "false" | "no" => Ok(Value::symbol("no")),
        _ => {
            let shown = value.ruby_inspect();
            Err(format!("Munging failed for value {shown} in class atboot: expected a boolean value"))
        }
    }
}

fn name(value: &Value, _: &Resource) -> Result<Value, String> {
    Ok(Value::text(without_slashes(&value.ruby_text())))
}

/// The root keeps its one.
fn without_slashes(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => path.get(..1).unwrap_or_default(),
        shorter => shorter,
    }
}

fn autorequires(resource: &Resource, _: &[Resource]) -> Vec<(&'static str, String)> {
    let above: Vec<&str> = crate::paths::above(resource.name()).collect();
    above.into_iter().rev().map(|path| ("mount", path.to_owned())).collect()
}

fn parse(line: &str) -> Result<Line, Failure> {
    // A line with fewer columns than a device and a place is none to the system either.
    if matches(r"^\s*#", line) || !matches(r"^(\s*(?>\S+)){2}", line) {
        return Ok(Line::Text(line.to_owned()));
    }
    let mut record = fields(&FIELDS, &columns(line), "\t");
    for part in ["device", "name"] {
        if let Some(text) = field(&record, part).map(|text| text.replace("\\040", " ")) {
            record.insert(part, Value::text(if part == "name" { without_slashes(&text) } else { &text }));
        }
    }
    Ok(Line::Record(record))
}

fn write(record: &Fields) -> Result<String, Failure> {
    let mut words = Vec::new();
    for part in FIELDS {
        let value = field(record, part).map(|value| match part {
            "device" | "name" => value.replace(' ', "\\040"),
            _ => value.into_owned(),
        });
        words.push(match (part, value) {
            (_, Some(value)) if !value.is_empty() => value,
            ("options", _) if !record.contains_key(part) => "defaults".into(),
            ("fstype", _) if !record.contains_key(part) => {
                let name = field(record, "name").unwrap_or_default();
                return Err(Failure::new(format!("Mount[{name}]: Field 'fstype' is required")));
            }
            ("device" | "name", _) => return Err(required(part)),
            _ => String::new(),
        });
    }
    Ok(words.join("\t"))
}

struct Mount(Records);

impl Provider for Mount {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        self.0.retrieve(resource, context)
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        let there = is.is("mounted") || is.is("unmounted");
        let defined = property == "ensure" && resource.text("ensure") == Some("defined");
        Ok((defined && there) || resource.matches(property, is))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.0.sync(property, resource, context)
    }

    /// Its `ensure` is a property like others to Puppet.
    fn change(&self, property: &'static str, is: &Value, resource: &Resource, _: &Context<'_>) -> String {
        let wanted = resource.should(property).cloned().unwrap_or_default();
        let (was, shown) = (display::value(is), display::value(&wanted));
        if is.is("absent") {
            format!("defined '{property}' as {shown}")
        } else if wanted.is("absent") {
            format!("undefined '{property}' from {was}")
        } else {
            format!("{property} changed {was} to {shown}")
        }
    }

    fn event_name(&self, property: &str, resource: &Resource) -> String {
        match resource.text(property) {
            Some("mounted") if property == "ensure" => "mount_mounted".into(),
            Some("absent") if property == "ensure" => "mount_deleted".into(),
            _ => display::event_name(property, resource),
        }
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        self.0.flush(resource, context)
    }
}
