//! `user`: users of the image, through its own useradd, usermod, userdel, chage and chpasswd.

use catalog::Value;
use system::accounts;

use super::accounts::{could_not, could_not_set, number, run, tool};
use super::exec::for_puppet;
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, matches};

const MEMBERSHIPS: &[(&str, &str)] = &[("inclusive", "inclusive"), ("minimum", "minimum")];
/// Properties that `useradd` takes, in the order in which Puppet gives them, with their flags.
const FLAGS: [(&str, &str); 7] = [
    ("comment", "-c"),
    ("expiry", "-e"),
    ("gid", "-g"),
    ("groups", "-G"),
    ("home", "-d"),
    ("shell", "-s"),
    ("uid", "-u"),
];
/// The same for `chage`.
const AGES: [(&str, &str); 3] =
    [("password_min_age", "-m"), ("password_max_age", "-M"), ("password_warn_days", "-W")];

/// The type.
pub static USER: ResourceType = ResourceType {
    autorequires,
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
            Attribute::parameter("purge_ssh_keys", "whether other keys are removed"),
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
    let purges = text("purge_ssh_keys").is_some_and(|purges| purges != "false");
    purges.then(|| "`purge_ssh_keys` looks for keys".into())
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

struct Users;

/// The number of a group that is given by name or number.
fn group_number(value: &Value, context: &Context<'_>) -> Option<i64> {
    match value {
        Value::Integer(id) => Some(*id),
        name => accounts::group_named(context.system, &name.ruby_text()).map(|group| group.id.into()),
    }
}

/// The groups that a user is to have: sorted, with those that it has unless the list is all there is.
fn wanted_groups(resource: &Resource, current: &[String]) -> Option<Vec<String>> {
    let wanted = resource.parameters.get("groups")?;
    let mut groups: Vec<String> = wanted.elements().iter().map(Value::ruby_text).collect();
    if resource.text("membership") != Some("inclusive") {
        groups.extend(current.iter().cloned());
    }
    groups.sort();
    groups.dedup();
    Some(groups)
}

/// A day counted from 1970 as a date.
fn date(days: i64) -> String {
    // The civil calendar from a day's number, by eras of 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

impl Provider for Users {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let name = resource.name().to_owned();
        let mut state = State::new();
        let Some(user) = accounts::user_named(context.system, &name) else {
            state.extend(resource.properties().into_iter().map(|property| (property, Value::absent())));
            state.insert("ensure", Value::absent());
            return Ok(state);
        };
        state.insert("ensure", Value::symbol("present"));
        state.insert("home", Value::text(user.home));
        state.insert("uid", Value::Integer(user.id.into()));
        state.insert("gid", Value::Integer(user.group.into()));
        state.insert("comment", Value::text(user.comment));
        state.insert("shell", Value::text(user.shell));
        let groups = accounts::groups_of(context.system, &name);
        state.insert("groups", Value::List(groups.into_iter().map(Value::Text).collect()));
        let shadow = accounts::shadow(context.system, &name);
        let number = |days: Option<i64>| Value::Integer(days.unwrap_or(-1));
        let days = |pick: fn(&accounts::Shadow) -> Option<i64>| {
            shadow.as_ref().map_or_else(Value::absent, |shadow| number(pick(shadow)))
        };
        state.insert("password_min_age", days(|shadow| shadow.minimum));
        state.insert("password_max_age", days(|shadow| shadow.maximum));
        state.insert("password_warn_days", days(|shadow| shadow.warning));
        let closed = shadow.as_ref().and_then(|shadow| shadow.expiry);
        state.insert("expiry", closed.map_or_else(Value::absent, |days| Value::text(date(days))));
        let password = shadow.map(|shadow| Value::text(shadow.password));
        state.insert("password", password.unwrap_or_else(Value::absent));
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
            "gid" => {
                let wanted = resource.parameters.get("gid").map(Value::elements).unwrap_or_default();
                Ok(wanted
                    .iter()
                    .any(|one| group_number(one, context).map(Value::Integer).as_ref() == Some(is)))
            }
            "groups" => {
                let current: Vec<String> = match is {
                    Value::List(groups) => groups.iter().map(Value::ruby_text).collect(),
                    _ => Vec::new(),
                };
                let mut sorted = current.clone();
                sorted.sort();
                Ok(wanted_groups(resource, &current).is_none_or(|wanted| wanted == sorted))
            }
            _ => Ok(resource.matches(property, is)),
        }
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        match property {
            "ensure" if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) => {
                let mut words = vec![tool("userdel", context)];
                words.extend(resource.truth("managehome").then(|| "-r".to_owned()));
                words.push(resource.name().to_owned());
                run(words, false, context).map(drop).map_err(|it| could_not("delete", resource, it))
            }
            "ensure" => create(resource, context),
            "password" => set_password(resource, context),
            "shell" => {
                check_shell(resource, context)?;
                modify(property, resource, context)
            }
            "gid" => {
                let wanted = resource.parameters.get("gid").map(Value::elements).unwrap_or_default();
                if wanted.iter().any(|one| group_number(one, context).is_some()) {
                    return modify(property, resource, context);
                }
                let names: Vec<String> = wanted.iter().map(Value::ruby_text).collect();
                Err(Failure::new(format!("Could not find group(s) {}", names.join(","))))
            }
            _ => modify(property, resource, context),
        }
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let mut wanted = self.should_text(property, resource, context);
        if property == "groups" {
            let current = accounts::groups_of(context.system, resource.name());
            let groups = wanted_groups(resource, &current).unwrap_or_default();
            wanted = display::value(&Value::List(groups.into_iter().map(Value::Text).collect()));
        }
        let was = self.is_text(property, is, resource, context);
        display::change(property, is, resource.should(property), &was, &wanted)
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        match (property, is) {
            ("groups", Value::List(groups)) => {
                groups.iter().map(Value::ruby_text).collect::<Vec<_>>().join(",")
            }
            _ => display::value(is),
        }
    }

    fn should_text(&self, property: &str, resource: &Resource, context: &Context<'_>) -> String {
        if property == "groups" {
            let current = accounts::groups_of(context.system, resource.name());
            let groups = wanted_groups(resource, &current).unwrap_or_default();
            return display::value(&Value::text(groups.join(",")));
        }
        resource.should(property).map_or_else(|| "''".into(), display::value)
    }
}

fn check_shell(resource: &Resource, context: &Context<'_>) -> Result<(), Failure> {
    let Some(shell) = resource.text("shell") else { return Ok(()) };
    match context.system.metadata(shell, true) {
        Err(_) => Err(Failure::new(format!("Shell {shell} must exist"))),
        Ok(found) if found.mode & 0o111 == 0 => {
            Err(Failure::new(format!("Shell {shell} must be executable")))
        }
        Ok(_) => Ok(()),
    }
}

/// What a property's value is as a word of a command.
fn word(property: &str, resource: &Resource, context: &Context<'_>) -> Option<String> {
    if property == "groups" {
        let current = accounts::groups_of(context.system, resource.name());
        return wanted_groups(resource, &current).map(|groups| groups.join(","));
    }
    let value = resource.should(property)?;
    Some(if property == "expiry" && value.is("absent") { String::new() } else { value.ruby_text() })
}

fn create(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    check_shell(resource, context)?;
    let name = resource.name().to_owned();
    let mut words = vec![tool("useradd", context)];
    let own_group = accounts::group_named(context.system, &name).is_some();
    if resource.should("gid").is_none() && own_group {
        words.extend(["-g".to_owned(), name.clone()]);
    }
    for (property, flag) in FLAGS {
        // What is empty is not said, but for a date that is taken away.
        let said = word(property, resource, context).filter(|word| !word.is_empty() || property == "expiry");
        words.extend(said.into_iter().flat_map(|word| [flag.to_owned(), word]));
    }
    words.extend(resource.truth("allowdupe").then(|| "-o".to_owned()));
    words.push(if resource.truth("managehome") { "-m" } else { "-M" }.to_owned());
    words.extend(resource.truth("system").then(|| "-r".to_owned()));
    words.push(name.clone());
    let hidden = resource.should("password").is_some();
    run(words, hidden, context).map_err(|it| could_not("create", resource, it))?;
    let ages: Vec<String> = AGES
        .into_iter()
        .filter_map(|(property, flag)| Some([flag.to_owned(), resource.should(property)?.ruby_text()]))
        .flatten()
        .collect();
    if !ages.is_empty() {
        let words = std::iter::once(tool("chage", context)).chain(ages).chain([name.clone()]).collect();
        run(words, hidden, context).map_err(|it| could_not("create", resource, it))?;
    }
    if let Some(password) = resource.should("password").map(Value::ruby_text) {
        let words = vec![tool("usermod", context), "-p".into(), password, name];
        run(words, true, context).map_err(|it| could_not_set("password", resource, it))?;
    }
    Ok(())
}

fn modify(property: &str, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let is_age = AGES.iter().find(|(name, _)| *name == property);
    let known = is_age.or_else(|| FLAGS.iter().find(|(name, _)| *name == property));
    let Some((_, flag)) = known else { return Ok(()) };
    let value = match property {
        "gid" => {
            let wanted = resource.parameters.get("gid").map(Value::elements).unwrap_or_default();
            wanted.iter().find_map(|one| group_number(one, context)).map(|id| id.to_string())
        }
        _ => word(property, resource, context),
    };
    let program = if is_age.is_some() { "chage" } else { "usermod" };
    let mut words = vec![tool(program, context), (*flag).to_owned(), value.unwrap_or_default()];
    if property == "uid" && resource.truth("allowdupe") {
        words.push("-o".into());
    }
    words.push(resource.name().to_owned());
    run(words, false, context).map(drop).map_err(|it| could_not_set(property, resource, it))
}

fn set_password(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let password = resource.should("password").map(Value::ruby_text).unwrap_or_default();
    let command = for_puppet(vec![tool("chpasswd", context), "-e".into()])
        .input(format!("{}:{password}\n", resource.name()));
    let output = context
        .system
        .run(&command)
        .map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))?;
    let text = output.text();
    if text.is_empty() { Ok(()) } else { Err(Failure::new(format!("chpasswd said {text}"))) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_dates() {
        for (days, expected) in
            [(0, "1970-01-01"), (20_000, "2024-10-04"), (11_016, "2000-02-29"), (-1, "1969-12-31")]
        {
            assert_eq!(super::date(days), expected);
        }
    }
}
