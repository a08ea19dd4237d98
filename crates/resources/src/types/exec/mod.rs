//! `exec`: commands, with what says when they are needed.

mod checks;
mod line;
mod provider;
mod run;

pub(crate) use line::{for_puppet, run_line, words};
pub(crate) use run::credentials;

use catalog::Value;

use self::checks::{
    check_qualified, environment, one_path, paths_only, qualified, search_path, timeout, tries, try_sleep,
    umask,
};
use self::line::leading_path;
use self::provider::Runner;
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType};

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];

const OUTPUTS: &[(&str, &str)] = &[("true", "true"), ("false", "false"), ("on_failure", "on_failure")];

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
