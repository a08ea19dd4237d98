//! `sshkey`: a line of the known hosts' file.

use catalog::Value;

use super::records::{Fields, Format, Line, Records, columns, field, fields, required};
use crate::error::Failure;
use crate::resource::Resource;
use crate::schema::{Attribute, Named, ResourceType};

const KNOWN_HOSTS: &str = "/etc/ssh/ssh_known_hosts";
const FIELDS: [&str; 3] = ["name", "type", "key"];
const TYPES: &[(&str, &str)] = &[
    ("ssh-dss", "ssh-dss"),
    ("ssh-ed25519", "ssh-ed25519"),
    ("ssh-rsa", "ssh-rsa"),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"),
    ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"),
    ("ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"),
    ("sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"),
    ("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com"),
    ("dsa", "ssh-dss"),
    ("ed25519", "ssh-ed25519"),
    ("rsa", "ssh-rsa"),
    ("ecdsa-sk", "sk-ecdsa-sha2-nistp256@openssh.com"),
    ("ed25519-sk", "sk-ssh-ed25519@openssh.com"),
];

/// The type.
pub static SSHKEY: ResourceType = ResourceType {
    keys: &["type", "name"],
    shown_title: Some(shown_title),
    title,
    // A host has a key of each kind; the compiler refuses the same one twice.
    isomorphic: false,
    provider: || Box::new(Records::new(&FORMAT)),
    ..ResourceType::new(
        "sshkey",
        "Manages the key of a host in the file of known hosts.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("key", "the key"),
            Attribute::property("host_aliases", "the host's other names").all().check(alias),
            Attribute::property("target", "the file").default(KNOWN_HOSTS),
            Attribute::parameter("type", "the kind of key").words(TYPES),
            Attribute::parameter("name", "the host").check(name),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

static FORMAT: Format = Format {
    mode: 0o644,
    is: |record, resource| {
        let same = |part: &str| field(record, part).as_deref() == resource.text(part);
        same("name") && same("type")
    },
    ..Format::new(KNOWN_HOSTS, &["key"], parse, write)
};

fn title(title: &str) -> Option<Named> {
    Some(match title.split_once('@') {
        Some((name, kind)) => vec![("name", name.to_owned()), ("type", kind.to_owned())],
        None => vec![("name", title.to_owned())],
    })
}

fn shown_title(resource: &Resource) -> String {
    let part = |name: &str| resource.text(name).unwrap_or_default();
    format!("{}@{}", part("name"), part("type"))
}

fn alias(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text.contains(char::is_whitespace) {
        return Err("Aliases cannot include whitespace".into());
    }
    if text.contains(',') {
        return Err("Aliases must be provided as an array, not a comma-separated list".into());
    }
    Ok(value.clone())
}

fn name(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text.contains(char::is_whitespace) {
        return Err("Resourcename cannot include whitespaces".into());
    }
    if text.contains(',') {
        let advice = "If you want to specify aliases use the host_aliases property";
        return Err(format!("No comma in resourcename allowed. {advice}"));
    }
    Ok(value.clone())
}

fn parse(line: &str) -> Result<Line, Failure> {
    if line.starts_with('#') || line.trim().is_empty() {
        return Ok(Line::Text(line.to_owned()));
    }
    let mut record = fields(&FIELDS, &columns(line), " ");
    if let Some(names) = field(&record, "name").map(std::borrow::Cow::into_owned) {
        let mut names = names.split(',');
        let first = names.next().unwrap_or_default();
        record.insert("name", Value::text(first));
        record.insert("host_aliases", Value::List(names.map(Value::text).collect()));
    }
    Ok(Line::Record(record))
}

fn write(record: &Fields) -> Result<String, Failure> {
    let part = |name| field(record, name).ok_or_else(|| required(name));
    let mut names = vec![part("name")?.into_owned()];
    if let Some(Value::List(aliases)) = record.get("host_aliases") {
        names.extend(aliases.iter().map(Value::ruby_text));
    }
    Ok(format!("{} {} {}", names.join(","), part("type")?, part("key")?))
}
