//! `user`: users of the image, through its own useradd, usermod, userdel, chage and chpasswd.

mod change;
mod keys;
mod provider;

use catalog::Value;

use self::provider::Users;
use super::accounts::number;
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, matches};

const MEMBERSHIPS: &[(&str, &str)] = &[("inclusive", "inclusive"), ("minimum", "minimum")];

/// The type.
pub static USER: ResourceType = ResourceType {
    autorequires,
    generate: Some(keys::purge),
    foreign,
    validate: |resource| {
        resource.sensitive.insert("password".into());
        Ok(Vec::new())
    },
    provider: || Box::new(Users),
    ..ResourceType::new(
        "user",
        "Manages a user.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("home", "its home directory"),
            Attribute::property("uid", "its number").check(|value, _| Ok(id(value))),
            Attribute::property("gid", "its group").check(|value, _| Ok(id(value))),
            Attribute::property("comment", "what is said of it"),
            Attribute::property("shell", "its shell"),
            Attribute::property("password", "its hashed password").check(password),
            Attribute::property("password_min_age", "days").check(|it, _| age(it, "minimum age")),
            Attribute::property("password_max_age", "days").check(|it, _| age(it, "maximum age")),
            Attribute::property("password_warn_days", "days").check(|it, _| warning(it)),
            Attribute::property("groups", "its other groups").all().check(group),
            Attribute::property("expiry", "when it is closed").check(expiry),
            Attribute::parameter("provider", "how it is managed"),
            Attribute::parameter("name", "its name"),
            Attribute::parameter("membership", "whether other groups stay")
                .words(MEMBERSHIPS)
                .default("minimum"),
            Attribute::boolean("system", false, "whether it has a low number"),
            Attribute::boolean("allowdupe", false, "whether its number may be another's"),
            Attribute::boolean("managehome", false, "whether its home is made and removed"),
            Attribute::parameter("role_membership", "for other providers").default("minimum"),
            Attribute::parameter("auth_membership", "for other providers").default("minimum"),
            Attribute::parameter("profile_membership", "for other providers").default("minimum"),
            Attribute::parameter("key_membership", "for other providers").default("minimum"),
            Attribute::parameter("attribute_membership", "for other providers").default("minimum"),
            Attribute::parameter("forcelocal", "for other providers"),
            Attribute::parameter("purge_ssh_keys", "whether other keys are removed")
                .default("false")
                .check(keys::check),
        ],
    )
};

fn id(value: &Value) -> Value {
    number(value).map_or_else(|| value.clone(), Value::Integer)
}

fn password(value: &Value, _: &Resource) -> Result<Value, String> {
    if value.ruby_text().contains(':') {
        Err("Passwords cannot include ':'".into())
    } else {
        Ok(value.clone())
    }
}

fn age(value: &Value, what: &str) -> Result<Value, String> {
    number(value).map(Value::Integer).ok_or_else(|| format!("Password {what} must be provided as a number."))
}

fn warning(value: &Value) -> Result<Value, String> {
    let text = "Password warning days must be provided as a number.";
    number(value).map(Value::Integer).ok_or_else(|| text.to_owned())
}

fn group(value: &Value, _: &Resource) -> Result<Value, String> {
    let name = value.ruby_text();
    if matches(r"^\d+$", &name) {
        return Err("Group names must be provided, not GID numbers.".into());
    }
    if name.contains(',') {
        return Err("Group names must be provided as an array, not a comma-separated list.".into());
    }
    if name.is_empty() {
        let text = "Group names must not be empty. If you want to specify \"no groups\" pass an empty array";
        return Err(text.into());
    }
    Ok(value.clone())
}

fn expiry(value: &Value, _: &Resource) -> Result<Value, String> {
    match value.ruby_text() {
        text if text == "absent" => Ok(Value::absent()),
        text if matches(r"^\d{4}-\d{2}-\d{2}$", &text) => Ok(value.clone()),
        _ => Err("Expiry dates must be YYYY-MM-DD or the string \"absent\"".into()),
    }
}

fn foreign(resource: &catalog::Resource) -> Option<String> {
    let text = |name: &str| resource.parameter(name).filter(|it| **it != Value::Undef).map(Value::ruby_text);
    if let Some(provider) = text("provider").filter(|provider| provider != "useradd") {
        return Some(format!("provider `{provider}`"));
    }
    let others = [
        "roles",
        "auths",
        "profiles",
        "keys",
        "project",
        "attributes",
        "salt",
        "iterations",
        "loginclass",
        "ia_load_module",
    ];
    if let Some(name) = others.into_iter().find(|name| text(name).is_some()) {
        return Some(format!("`{name}` needs another provider"));
    }
    None
}

fn autorequires(resource: &Resource, peers: &[Resource]) -> Vec<(&'static str, String)> {
    let mut wanted = Vec::new();
    for group in resource.parameters.get("gid").map(Value::elements).unwrap_or_default() {
        match group {
            Value::Integer(_) => {
                let same = |peer: &&Resource| {
                    peer.kind.is_some_and(|kind| kind.name == "group") && peer.should("gid") == Some(group)
                };
                wanted.extend(peers.iter().find(same).map(|peer| ("group", peer.reference.title.clone())));
            }
            name => wanted.push(("group", name.ruby_text())),
        }
    }
    let groups = resource.parameters.get("groups").map(Value::elements).unwrap_or_default();
    wanted.extend(groups.iter().map(|group| ("group", group.ruby_text())));
    wanted
}
