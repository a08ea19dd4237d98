//! `exec`: commands, with what says when they are needed.

use std::time::Duration;

use catalog::Value;
use system::{Command, Credentials, Exit, Kind, Output, accounts};

use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::provider::{Provider, State};
use crate::report::{Level, Log};
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType, matches};

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];
const OUTPUTS: &[(&str, &str)] = &[("true", "true"), ("false", "false"), ("on_failure", "on_failure")];
/// What Puppet takes out of the environment of every command.
const USER_VARIABLES: [&str; 3] = ["HOME", "USER", "LOGNAME"];
/// What a shell says when it finds no command.
const NOT_FOUND: i32 = 127;

/// The type.
pub static EXEC: ResourceType = ResourceType {
    namevar: "command",
    title: |title| Some(vec![("command", title.to_owned())]),
    isomorphic: false,
    refreshes: true,
    validate,
    autorequires,
    foreign: |resource| {
        let provider = resource.parameter("provider").map(Value::ruby_text)?;
        (!["posix", "shell"].contains(&provider.as_str())).then(|| format!("provider `{provider}`"))
    },
    provider: || Box::new(Runner),
    ..ResourceType::new("exec", "Runs a command when it is needed.", ATTRIBUTES)
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute::property("returns", "exit codes that are right")
        .all()
        .default("0")
        .check(|value, _| Ok(Value::text(value.ruby_text()))),
    Attribute::parameter("command", "what is run"),
    Attribute::parameter("provider", "with or without a shell"),
    Attribute::parameter("path", "where programs are looked for").check(search_path),
    Attribute::parameter("user", "whose rights it has"),
    Attribute::parameter("group", "which group's rights it has"),
    Attribute::parameter("cwd", "where it runs").check(|value, _| one_path("cwd", value)),
    Attribute::parameter("logoutput", "whether its output is told").words(OUTPUTS).default("on_failure"),
    Attribute::parameter("refresh", "what is run instead on refresh").check(qualified),
    Attribute::parameter("environment", "variables").check(environment),
    Attribute::parameter("umask", "the mask of new files").check(umask),
    Attribute::parameter("timeout", "seconds it may take").fallback(Fallback::Integer(300)).check(timeout),
    Attribute::parameter("tries", "how often it is tried").fallback(Fallback::Integer(1)).check(tries),
    Attribute::parameter("try_sleep", "seconds between tries")
        .fallback(Fallback::Integer(0))
        .check(try_sleep),
    Attribute::parameter("refreshonly", "whether it only runs on refresh").words(TRUTHS),
    Attribute::parameter("creates", "paths that make it needless")
        .check(|value, _| paths_only("creates", value)),
    Attribute::parameter("unless", "a command that makes it needless").check(qualified),
    Attribute::parameter("onlyif", "a command that says that it is needed").check(qualified),
];

fn search_path(value: &Value, _: &Resource) -> Result<Value, String> {
    let parts = value.elements().iter().map(Value::ruby_text).collect::<Vec<_>>();
    let parts = parts.iter().flat_map(|part| part.split(':')).filter(|part| !part.is_empty());
    Ok(Value::List(parts.map(Value::text).collect()))
}

fn one_path(name: &str, value: &Value) -> Result<Value, String> {
    if matches!(value, Value::List(_)) {
        return Err(format!("{name} only accepts a single path, not an array of paths"));
    }
    paths_only(name, value)
}

fn paths_only(name: &str, value: &Value) -> Result<Value, String> {
    if value.elements().iter().all(|path| paths::is_absolute(&path.ruby_text())) {
        Ok(value.clone())
    } else {
        Err(format!("{name} must be a fully qualified path"))
    }
}

/// Each element is a command; a command may be a list of words itself.
fn qualified(value: &Value, resource: &Resource) -> Result<Value, String> {
    for command in value.elements() {
        check_qualified(command, resource)?;
    }
    Ok(value.clone())
}

fn check_qualified(command: &Value, resource: &Resource) -> Result<(), String> {
    if resource.text("provider") == Some("shell") {
        return Ok(());
    }
    let program = program(command);
    if paths::is_absolute(&program) || resource.should("path").is_some() {
        return Ok(());
    }
    Err(format!(
        "'{program}' is not qualified and no path was specified. Please qualify the command or specify a path."
    ))
}

fn environment(value: &Value, _: &Resource) -> Result<Value, String> {
    for setting in value.elements() {
        let setting = setting.ruby_text();
        if !matches(r"\w+=", &setting) {
            return Err(format!("Invalid environment setting '{setting}'"));
        }
    }
    Ok(value.clone())
}

fn umask(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if !matches(r"\A0?[0-7]{1,4}\z", &text) {
        return Err(format!("The umask specification is invalid: {}", value.ruby_inspect()));
    }
    Ok(Value::Integer(i64::from_str_radix(&text, 8).unwrap_or_default()))
}

fn timeout(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.elements().first().map(Value::ruby_text).unwrap_or_default();
    let seconds: f64 =
        text.trim().parse().map_err(|_| munging(value, "timeout", "The timeout must be a number."))?;
    Ok(Value::Float(seconds.max(0.0)))
}

fn tries(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let count: i64 = text.parse().map_err(|_| munging(value, "tries", "Tries must be an integer"))?;
    if count < 1 {
        Err(munging(value, "tries", "Tries must be an integer >= 1"))
    } else {
        Ok(Value::Integer(count))
    }
}

fn try_sleep(value: &Value, _: &Resource) -> Result<Value, String> {
    let refuse = |text: &str| munging(value, "try_sleep", text);
    let seconds: f64 = value.ruby_text().parse().map_err(|_| refuse("try_sleep must be a number"))?;
    if seconds < 0.0 {
        Err(refuse("try_sleep cannot be a negative number"))
    } else {
        Ok(Value::Float(seconds))
    }
}

/// Puppet's words for what it only finds out while it converts a value.
fn munging(value: &Value, name: &str, text: &str) -> String {
    format!("Munging failed for value {} in class {name}: {text}", value.ruby_inspect())
}

fn validate(resource: &mut Resource) -> Result<Vec<String>, String> {
    let command = resource.should("command").cloned().unwrap_or_default();
    check_qualified(&command, resource)?;
    let secret = ["command", "unless", "onlyif"].iter().any(|name| resource.sensitive.contains(*name));
    if secret {
        resource.sensitive.extend(["command", "unless", "onlyif"].map(str::to_owned));
    }
    Ok(Vec::new())
}

fn autorequires(resource: &Resource, _: &[Resource]) -> Vec<(&'static str, String)> {
    let mut wanted: Vec<(&'static str, String)> =
        resource.text("cwd").map(|path| ("file", path.to_owned())).into_iter().collect();
    let command = resource.should("command");
    let first = command.and_then(|command| command.elements().first()).map(Value::ruby_text);
    for line in first.iter().flat_map(|command| command.lines()) {
        wanted.extend(leading_path(line).map(|path| ("file", path)));
        let quoted = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        wanted.extend(quoted.map(|(path, _)| ("file", path.to_owned())));
    }
    for check in ["onlyif", "unless"] {
        let commands = resource.should(check).map(Value::elements).unwrap_or_default();
        let firsts = commands.iter().filter_map(|command| command.elements().first()).map(Value::ruby_text);
        for text in firsts {
            wanted.extend(text.lines().filter_map(leading_path).map(|path| ("file", path)));
        }
    }
    let user = resource.should("user").map(Value::ruby_text);
    wanted.extend(user.filter(|user| user.parse::<u32>().is_err()).map(|user| ("user", user)));
    wanted
}

fn leading_path(line: &str) -> Option<String> {
    let word = line.split_whitespace().next()?;
    (line.starts_with('/') && word.len() > 1).then(|| word.to_owned())
}

/// The program of a command: its first word, or what it begins with in quotes.
fn program(command: &Value) -> String {
    if let Value::List(words) = command {
        return words.first().map(Value::ruby_text).unwrap_or_default();
    }
    let line = command.ruby_text();
    for quote in ['"', '\''] {
        if let Some((program, _)) = line.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return program.to_owned();
        }
    }
    line.split(' ').next().unwrap_or_default().to_owned()
}

/// The words that are executed for a command: Ruby asks a shell only if a line has something for it.
pub(crate) fn words(command: &Value) -> Vec<String> {
    let parts: Vec<String> = match command {
        Value::List(parts) => parts.iter().flat_map(Value::elements).map(Value::ruby_text).collect(),
        one => vec![one.ruby_text()],
    };
    match &parts[..] {
        [line] if needs_shell(line) => ["/bin/sh", "-c", line].map(str::to_owned).to_vec(),
        [line] => line.split([' ', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        _ => parts,
    }
}

fn needs_shell(line: &str) -> bool {
    const BUILT_IN: [&str; 29] = [
        "!", ".", ":", "break", "case", "continue", "do", "done", "elif", "else", "esac", "eval", "exec",
        "exit", "export", "fi", "for", "if", "in", "readonly", "return", "set", "shift", "then", "times",
        "trap", "unset", "until", "while",
    ];
    let first = line.split([' ', '\t']).find(|word| !word.is_empty()).unwrap_or_default();
    let assigns = first.split('/').next().is_some_and(|start| start.contains('='));
    line.contains(|character| "*?{}[]<>()~&|\\$;'`\"\n#".contains(character))
        || assigns
        || BUILT_IN.contains(&first)
}

/// Runs a line for Puppet itself: plain locale, output and errors together.
pub(crate) fn run_line(line: &str, context: &mut Context<'_>) -> std::io::Result<Output> {
    context.system.run(&for_puppet(words(&Value::text(line))))
}

/// A command with the environment that Puppet gives to its own.
pub(crate) fn for_puppet(words: Vec<String>) -> Command {
    let locale =
        ["LANGUAGE", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"];
    Command::new(words)
        .without(&locale)
        .without(&USER_VARIABLES)
        .variable("LANG", "C")
        .variable("LC_ALL", "C")
}

/// Whether a root's user may execute what is at a path.
fn is_executable(path: &str, context: &Context<'_>) -> bool {
    context.system.metadata(path, true).is_ok_and(|found| found.kind == Kind::File && found.mode & 0o111 != 0)
}

struct Runner;

/// Why a command was not run to its end.
enum Broken {
    TimedOut,
    Failed(Failure),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Provider for Runner {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let needed = is_needed(false, resource, context)?;
        let wanted = || resource.parameters.get("returns").cloned().unwrap_or_default();
        let value = if needed { Value::symbol("notrun") } else { wanted() };
        Ok(State::from([("returns", value)]))
    }

    fn sync(
        &mut self,
        _: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        execute(resource, context)
    }

    fn change(&self, _: &'static str, _: &Value, _: &Resource, _: &Context<'_>) -> String {
        "executed successfully".into()
    }

    fn event_name(&self, _: &str, _: &Resource) -> String {
        "executed_command".into()
    }

    fn refresh(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        if !is_needed(true, resource, context)? {
            return Ok(());
        }
        match resource.should("refresh").cloned() {
            Some(command) => match run(&command, resource, context) {
                Ok(_) => Ok(()),
                Err(Broken::TimedOut) => Err(Failure::new("execution expired")),
                Err(Broken::Failed(failure)) => Err(failure),
            },
            None => execute(resource, context),
        }
    }
}

fn is_needed(refreshing: bool, resource: &Resource, context: &mut Context<'_>) -> Result<bool, Failure> {
    if !refreshing && resource.truth("refreshonly") {
        return Ok(false);
    }
    let creates = resource.should("creates").map(Value::elements).unwrap_or_default();
    if creates.iter().any(|path| context.system.exists(&path.ruby_text())) {
        return Ok(false);
    }
    for (check, wanted) in [("unless", false), ("onlyif", true)] {
        let commands = resource.should(check).map(Value::elements).unwrap_or_default().to_vec();
        for command in commands {
            match run(&command, resource, context) {
                Ok(output) if (output.code() == Some(0)) == wanted => {}
                Ok(_) => return Ok(false),
                Err(Broken::TimedOut) => {
                    let text = format!("Check {} exceeded timeout", command.ruby_inspect());
                    context.tell_of(Level::Err, resource, check, text);
                    return Ok(false);
                }
                Err(Broken::Failed(failure)) => return Err(failure),
            }
        }
    }
    Ok(true)
}

fn execute(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = resource.should("command").cloned().unwrap_or_default();
    let number = |name: &str| resource.should(name).and_then(|value| value.ruby_text().parse::<f64>().ok());
    let (tries, pause) = (number("tries").unwrap_or(1.0) as u64, number("try_sleep").unwrap_or_default());
    let wanted: Vec<String> = resource
        .parameters
        .get("returns")
        .map(Value::elements)
        .unwrap_or_default()
        .iter()
        .map(Value::ruby_text)
        .collect();
    let mut last = None;
    for _ in 0..tries {
        let output = match run(&command, resource, context) {
            Ok(output) => output,
            Err(Broken::TimedOut) => return Err("Command exceeded timeout".into()),
            Err(Broken::Failed(failure)) => return Err(failure),
        };
        let right = output.code().is_some_and(|code| wanted.contains(&code.to_string()));
        last = Some((output, right));
        if right {
            break;
        }
        if pause > 0.0 && tries > 1 {
            std::thread::sleep(Duration::from_secs_f64(pause));
        }
    }
    let Some((output, right)) = last else { return Ok(()) };
    tell_output(&output, right, resource, context);
    if right {
        return Ok(());
    }
    let code = output.code().map(|code| code.to_string()).unwrap_or_default();
    let expected = wanted.join(",");
    Err(Failure::new(if resource.hides("command") {
        format!("[command redacted] returned {code} instead of one of [{expected}]")
    } else {
        let shown = match &command {
            Value::List(_) => command.ruby_inspect(),
            line => line.ruby_text(),
        };
        format!("'{shown}' returned {code} instead of one of [{expected}]")
    }))
}

fn tell_output(output: &Output, right: bool, resource: &Resource, context: &mut Context<'_>) {
    let told = match resource.text("logoutput") {
        Some("true") => true,
        Some("on_failure") => !right,
        _ => false,
    };
    if !told {
        return;
    }
    let level = resource.level();
    if resource.hides("command") {
        context.tell_of(level, resource, "returns", "[output redacted]");
        return;
    }
    let text = output.text();
    let text = text.trim_end_matches('\n');
    for line in text.split('\n').filter(|_| !text.is_empty()) {
        context.tell_of(level, resource, "returns", line);
    }
}

fn run(command: &Value, resource: &Resource, context: &mut Context<'_>) -> Result<Output, Broken> {
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
fn credentials(resource: &Resource, context: &Context<'_>) -> Result<Option<Credentials>, ()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_is_asked_only_where_ruby_asks_one() {
        for (line, expected) in [
            ("/bin/true", vec!["/bin/true"]),
            ("touch  a b", vec!["touch", "a", "b"]),
            ("touch a && true", vec!["/bin/sh", "-c", "touch a && true"]),
            ("A=b env", vec!["/bin/sh", "-c", "A=b env"]),
            ("exit 3", vec!["/bin/sh", "-c", "exit 3"]),
            ("/x/y a=b", vec!["/x/y", "a=b"]),
        ] {
            assert_eq!(words(&Value::text(line)), expected);
        }
        let list = Value::List(vec!["echo".into(), "a  b".into()]);
        assert_eq!(words(&list), ["echo", "a  b"]);
    }
}
