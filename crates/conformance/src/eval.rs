//! `conformance eval`: an expression or a block → the value of its last expression.
//!
//! | in | out |
//! | --- | --- |
//! | `id`, `code`, `facts` beside those of the run | `value` as rich data, its `type`, its `text`, and `logs` as pairs of level and message |
//!
//! The code stands in the top scope of a node named `web01.example.com`, outside any manifest: what it defines is
//! not defined.

use std::sync::Arc;

use diagnostics::SourceFile;
use eval::{Evaluator, MemoryWorld, Scope, ScopeKind, Source, Told};
use functions::{Failure, Level};
use serde_json::{Map, Value as Json, json};
use syntax::{Options, Severity};
use values::rich_data;
use values::types::{builtin, infer};
use values::{Value, text};

use crate::answer::text as field;
use crate::{Answer, Refusal};

/// The node that all cases are of.
const NODE: &str = "web01.example.com";

/// Answers a case. `facts` are those of the run.
pub fn answer(case: &Map<String, Json>, facts: &Map<String, Json>) -> Answer {
    let id = case.get("id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    let file = Arc::new(SourceFile::new(id.unwrap_or_default(), field(case, "code").unwrap_or_default()));
    let parse = syntax::parse(file.text(), &Options::default());
    if let Some(refusal) = Refusal::of_issues(&parse.issues, &file) {
        return Err(refusal);
    }
    let warnings = parse.issues.iter().filter(|issue| issue.severity != Severity::Error);
    let mut logs: Vec<[String; 2]> =
        warnings.map(|issue| ["warning".to_owned(), issue.message.clone()]).collect();
    let source = Source { file, program: parse.program };
    let world = MemoryWorld::default();
    let evaluator = Evaluator::new(&world);
    let own = case.get("facts").and_then(Json::as_object);
    fill(evaluator.top(), facts, own);
    let settings = Scope::new(ScopeKind::Class("settings".into()), None);
    for (name, value) in [("vardir", "/tmp/oracle/var"), ("confdir", "/tmp/oracle/conf"), ("strict", "error")]
    {
        settings.set(name, value.into());
    }
    evaluator.add_class("settings", settings);
    let value = evaluator.evaluate_source(&source).map_err(|failure| refusal(&failure))?;
    logs.extend(world.take_logs().into_iter().filter_map(shown));
    let data = rich_data::write(&value, &rich_data::Options::default())
        .map_err(|error| Refusal::new("Puppet::Error", error.to_string()))?;
    let fields = json!({
        "value": data,
        "type": infer(&value).to_string(),
        "text": text::converted(&value),
        "logs": logs,
    });
    Ok(fields.as_object().cloned().unwrap_or_default())
}

/// What Puppet raises.
fn refusal(failure: &Failure) -> Refusal {
    let class = match failure.message.as_str() {
        "stack level too deep" => "SystemStackError",
        message if message.starts_with("Evaluation Error: ") => "Puppet::PreformattedError",
        message if message.starts_with("Invalid produced text") => "Puppet::ParseErrorWithIssue",
        _ => "Puppet::ParseError",
    };
    Refusal::new(class, Told(failure).to_string())
}

/// A message that is logged, unless it is too quiet.
fn shown((level, message): (Level, String)) -> Option<[String; 2]> {
    let level = match level {
        Level::Debug | Level::Info => return None,
        Level::Notice => "notice",
        Level::Warning => "warning",
        Level::Err => "err",
        Level::Alert => "alert",
        Level::Emerg => "emerg",
        Level::Crit => "crit",
    };
    Some([level.to_owned(), message])
}

/// The variables of a node's top scope.
fn fill(top: &Scope, facts: &Map<String, Json>, own: Option<&Map<String, Json>>) {
    let mut all = facts.clone();
    all.extend(own.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    let of = |data: &Json| rich_data::read(data, builtin()).unwrap_or(Value::Undef);
    for (name, value) in &all {
        top.set(name.as_str(), of(value));
    }
    top.set("facts", of(&Json::Object(all)));
    let (hostname, domain) = NODE.split_once('.').unwrap_or((NODE, ""));
    let trusted = json!({
        "authenticated": "local", "certname": NODE, "extensions": {}, "hostname": hostname,
        "domain": domain, "external": {},
    });
    top.set("trusted", of(&trusted));
    let server = json!({
        "serverversion": "8.10.0", "servername": "puppet.example.com", "serverip": "192.0.2.1",
        "environment": "production",
    });
    for name in ["serverversion", "servername", "serverip"] {
        top.set(name, of(server.get(name).unwrap_or(&Json::Null)));
    }
    top.set("server_facts", of(&server));
    top.set("environment", "production".into());
    top.set("name", "main".into());
    top.set("title", "main".into());
    top.set("module_name", "".into());
    top.set("caller_module_name", Value::Undef);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_answered_with_its_value_or_with_puppets_words() {
        let answered =
            |code: &str| answer(json!({"id": "a", "code": code}).as_object().unwrap(), &Map::new());
        let fields = answered("[1, 2.5]").unwrap();
        let expected = json!({
            "value": [1, 2.5], "type": "Array[Numeric, 2, 2]", "text": "[1, 2.5]", "logs": [],
        });
        assert_eq!(Json::Object(fields), expected);
        let refusal = answered("1 +\n $x").unwrap_err();
        assert_eq!(refusal.message, "Evaluation Error: Unknown variable: 'x'. (file: a, line: 2, column: 2)");
        assert_eq!(refusal.class, "Puppet::PreformattedError");
    }
}
