//! What `user` and `group` share: the image's own tools, run as Puppet runs them.

use catalog::Value;
use system::Kind;

use super::exec::for_puppet;
use crate::engine::Context;
use crate::error::Failure;
use crate::resource::Resource;

/// Where Puppet's own search path leads in an image.
const DIRECTORIES: [&str; 6] =
    ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// A tool of the image's with its directory.
pub(super) fn tool(name: &str, context: &Context<'_>) -> String {
    let found = DIRECTORIES.iter().map(|directory| system::join(directory, name)).find(|path| {
        let found = context.system.metadata(path, true);
        found.is_ok_and(|found| found.kind == Kind::File && found.mode & 0o111 != 0)
    });
    found.unwrap_or_else(|| format!("/usr/sbin/{name}"))
}

/// Runs one; `hidden` keeps its words out of a failure's text.
pub(super) fn run(words: Vec<String>, hidden: bool, context: &mut Context<'_>) -> Result<String, Failure> {
    let line = if hidden { "[redacted]".to_owned() } else { words.join(" ") };
    let output = context
        .system
        .run(&for_puppet(words))
        .map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))?;
    if output.success() {
        return Ok(output.text());
    }
    let code = output.code().map(|code| code.to_string()).unwrap_or_default();
    Err(Failure::new(format!("Execution of '{line}' returned {code}: {}", output.text().trim())))
}

/// A number if a text is one, as both types read their ids.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            text.parse().ok()
        }
        _ => None,
    }
}

/// `Could not WHAT user x: ...`.
pub(super) fn could_not(what: &str, resource: &Resource, failure: Failure) -> Failure {
    let (kind, name) = (resource.type_name(), resource.name());
    Failure::new(format!("Could not {what} {kind} {name}: {}", failure.text))
}

/// `Could not set uid on user[x]: ...`.
pub(super) fn could_not_set(property: &str, resource: &Resource, failure: Failure) -> Failure {
    let (kind, name) = (resource.type_name(), resource.name());
    Failure::new(format!("Could not set {property} on {kind}[{name}]: {}", failure.text))
}
