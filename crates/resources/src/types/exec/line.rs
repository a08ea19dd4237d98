//! Command lines: words, programs, and whether a shell is needed.

use catalog::Value;
use system::{Command, Kind, Output};

use super::run::USER_VARIABLES;
use crate::engine::Context;

/// The path that a line begins with.
pub(super) fn leading_path(line: &str) -> Option<String> {
    let word = line.split_whitespace().next()?;
    (line.starts_with('/') && word.len() > 1).then(|| word.to_owned())
}

/// The program of a command: its first word, or what it begins with in quotes.
pub(super) fn program(command: &Value) -> String {
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
pub(super) fn is_executable(path: &str, context: &Context<'_>) -> bool {
    context.system.metadata(path, true).is_ok_and(|found| found.kind == Kind::File && found.mode & 0o111 != 0)
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
