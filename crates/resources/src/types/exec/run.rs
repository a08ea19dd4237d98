//! Runs one command with the rights, the directory and the variables that are said.

use std::time::Duration;

use catalog::Value;
use system::{Command, Credentials, Exit, Kind, Output, accounts};

use super::line::{is_executable, program, words};
use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::report::{Level, Log};
use crate::resource::Resource;

/// What Puppet takes out of the environment of every command.
pub(super) const USER_VARIABLES: [&str; 3] = ["HOME", "USER", "LOGNAME"];

/// What a shell says when it finds no command.
const NOT_FOUND: i32 = 127;

/// Why a command was not run to its end.
pub(super) enum Broken {
    TimedOut,
    Failed(Failure),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Runs a resource's command, or one of its guards, and gives what came of it.
pub(super) fn run(command: &Value, resource: &Resource, context: &mut Context<'_>) -> Result<Output, Broken> {
    let shell = resource.text("provider") == Some("shell");
    let command = if shell {
        Value::List(vec!["/bin/sh".into(), "-c".into(), Value::text(command.ruby_text())])
    } else {
        command.clone()
    };
    check_program(&program(&command), resource, context)?;
    let directory = resource.text("cwd").map(str::to_owned);
    if let Some(directory) = directory.as_deref().filter(|path| !context.system.is_directory(path)) {
        let text = format!("Working directory {directory} does not exist!");
        return Err(Failure::surprise(text).into());
    }
    let mut prepared = Command::new(words(&command)).without(&USER_VARIABLES);
    prepared.directory = directory;
    prepared.umask = match resource.should("umask") {
        Some(Value::Integer(mask)) => u32::try_from(*mask).ok(),
        _ => None,
    };
    let seconds = resource.should("timeout").and_then(|value| value.ruby_text().parse::<f64>().ok());
    prepared.timeout = seconds.filter(|seconds| *seconds > 0.0).map(Duration::from_secs_f64);
    set_environment(&mut prepared, resource, context);
    match credentials(resource, context) {
        Ok(credentials) => prepared.credentials = credentials,
        // Puppet finds out in the child, which then ends with this code and says nothing.
        Err(()) => return Ok(Output { exit: Exit::Code(1), bytes: Vec::new() }),
    }
    let output = context
        .system
        .run(&prepared)
        .map_err(|error| Failure::surprise(format!("Could not execute posix command: {error}")))?;
    if output.exit == Exit::TimedOut {
        return Err(Broken::TimedOut);
    }
    if output.code() == Some(NOT_FOUND) {
        return Err(Failure::surprise(output.text()).into());
    }
    Ok(output)
}

fn check_program(program: &str, resource: &Resource, context: &Context<'_>) -> Result<(), Failure> {
    let missing = || Failure::surprise(format!("Could not find command '{program}'"));
    if paths::is_absolute(program) && paths::expand(program) == program {
        let found = context.system.metadata(program, true).map_err(|_| missing())?;
        if found.kind != Kind::File {
            let kind = found.kind.name();
            return Err(Failure::surprise(format!("'{program}' is a {kind}, not a file")));
        }
        if found.mode & 0o111 == 0 {
            return Err(Failure::surprise(format!("'{program}' is not executable")));
        }
        return Ok(());
    }
    let directories = resource.should("path").map(Value::elements).unwrap_or_default();
    let found = directories.iter().any(|directory| {
        is_executable(&paths::expand(&system::join(&directory.ruby_text(), program)), context)
    });
    if found { Ok(()) } else { Err(missing()) }
}

fn set_environment(command: &mut Command, resource: &Resource, context: &mut Context<'_>) {
    let mut set: Vec<(String, String)> = Vec::new();
    if let Some(Value::List(path)) = resource.should("path") {
        let path: Vec<String> = path.iter().map(Value::ruby_text).collect();
        set.push(("PATH".into(), path.join(":")));
    }
    for setting in resource.should("environment").map(Value::elements).unwrap_or_default() {
        let setting = setting.ruby_text();
        let split = setting.split_once('=');
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
        let Some((name, value)) = split.filter(|(name, _)| is_name(name)) else {
            let text = format!("Cannot understand environment setting {setting:?}");
            warn(resource, text, context);
            continue;
        };
        if set.iter().any(|(known, _)| known == name) {
            let text = format!("Overriding environment setting '{name}' with '{value}'");
            warn(resource, text, context);
        }
        if value.is_empty() && context.shared.told_once.insert(format!("empty_env_var_{name}")) {
            let text =
                format!("Empty environment setting '{name}'{}", resource.located().replacen(' ', "\n   ", 1));
            context.tell_all(Level::Warning, text);
        }
        set.retain(|(known, _)| known != name);
        set.push((name.to_owned(), value.to_owned()));
    }
    command.environment.extend(set.into_iter().map(|(name, value)| (name, Some(value))));
}

/// A warning of the provider's, which has a name of its own.
fn warn(resource: &Resource, message: String, context: &mut Context<'_>) {
    let provider = resource.text("provider").unwrap_or("posix");
    let source = format!("{}(provider={provider})", resource.reference);
    context.observer.log(&Log { level: Level::Warning, source, message });
}

/// Numbers of the wanted user and group. An error if there is no such account.
pub(crate) fn credentials(resource: &Resource, context: &Context<'_>) -> Result<Option<Credentials>, ()> {
    let system = &*context.system;
    let text = |name: &str| resource.should(name).map(Value::ruby_text);
    let user = match text("user") {
        None => None,
        Some(name) => Some(match name.parse() {
            Ok(id) => accounts::user_numbered(system, id).ok_or(())?,
            Err(_) => accounts::user_named(system, &name).ok_or(())?,
        }),
    };
    let group = match text("group") {
        None => None,
        Some(name) => Some(match name.parse() {
            Ok(id) => id,
            Err(_) => accounts::group_named(system, &name).ok_or(())?.id,
        }),
    };
    Ok(match (user, group) {
        (None, None) => None,
        (None, Some(group)) => Some(Credentials { user: 0, group, groups: None }),
        (Some(user), group) => {
            let mut groups: Vec<u32> = accounts::groups(system)
                .into_iter()
                .filter(|group| group.members.contains(&user.name))
                .map(|group| group.id)
                .collect();
            groups.insert(0, user.group);
            let group = group.unwrap_or(user.group);
            Some(Credentials { user: user.id, group, groups: Some(groups) })
        }
    })
}
