//! Makes and changes accounts by the image's own tools.

use catalog::Value;
use system::accounts;

use super::provider::{group_number, wanted_groups};
use crate::engine::Context;
use crate::error::Failure;
use crate::resource::Resource;
use crate::types::accounts::{could_not, could_not_set, run, tool};
use crate::types::exec::for_puppet;

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

/// Refuses a shell that is not there or cannot be run.
pub(super) fn check_shell(resource: &Resource, context: &Context<'_>) -> Result<(), Failure> {
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

/// Makes an account.
pub(super) fn create(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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

/// Changes one property of an account.
pub(super) fn modify(property: &str, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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

/// Sets the hashed password.
pub(super) fn set_password(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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
