//! `conformance parse`: source text → its tree in Puppet Notation.
//!
//! | in | out |
//! | --- | --- |
//! | `id`; `code`, or `file` to be read; `epp` if it is a template | `pn`, and `logs` as pairs of level and message |

use diagnostics::SourceFile;
use serde_json::{Map, Value, json};
use syntax::ast::{AnyNode, Program};
use syntax::{Issue, Options, Severity, notation, parse};

use crate::answer::text;
use crate::{Answer, Refusal, Surroundings};

/// How many warnings of a kind Puppet logs.
const LOGGED: usize = 10;

/// Answers a case.
pub fn answer(case: &Map<String, Value>, surroundings: &Surroundings) -> Answer {
    let named = text(case, "file");
    let name = named.map(str::to_owned).or_else(|| shown(case.get("id"))).unwrap_or_default();
    let code = match text(case, "code") {
        Some(code) => code.to_owned(),
        None => surroundings.read(named.ok_or_else(no_source)?)?,
    };
    let options = Options { epp: case.get("epp") == Some(&Value::Bool(true)), ..Options::default() };
    let mut parse = parse(&code, &options);
    let stopped = parse.issues.iter().any(|issue| issue.severity == Severity::Error && ends_all(issue));
    if !stopped {
        parse.issues.extend(surroundings.location(&name).issues(&parse.program, &name));
    }
    if let Some(refusal) = Refusal::of_issues(&parse.issues, &SourceFile::new(name, code)) {
        return Err(refusal);
    }
    if captures_rest(&parse.program) {
        // A mistake in Puppet's own notation, which ours does not share.
        return Err(Refusal::new("NoMethodError", "undefined method `Literal' for module Puppet::Pops::PN"));
    }
    let answer = json!({"pn": notation(&parse.program), "logs": logs(&parse.issues)});
    Ok(answer.as_object().cloned().unwrap_or_default())
}

/// An id as Ruby shows it.
fn shown(id: Option<&Value>) -> Option<String> {
    match id? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

fn no_source() -> Refusal {
    Refusal::new("TypeError", "no implicit conversion of nil into String")
}

/// Whether nothing else is looked for after this error.
fn ends_all(issue: &Issue) -> bool {
    let raised = ["NO_METHOD_ERROR", "ARGUMENT_ERROR", "REGEXP_ERROR", "RUNTIME_ERROR"];
    let of_heredoc = ["ILLEGAL_JSON", "ILLEGAL_BASE64", "ILLEGAL_PP", "ILLEGAL_EPP"];
    issue.stage != syntax::Stage::Validation
        || raised.contains(&issue.code)
        || of_heredoc.contains(&issue.code)
}

/// Whether a parameter of a definition or a lambda takes all arguments that are left.
fn captures_rest(program: &Program) -> bool {
    let mut found = false;
    AnyNode::Program(program).walk(&mut |node| {
        found |= matches!(node, AnyNode::Parameter(parameter) if parameter.captures_rest);
    });
    found
}

fn logs(issues: &[Issue]) -> Vec<[&str; 2]> {
    let of = |severity| {
        let issues = issues.iter().filter(move |issue| issue.severity == severity);
        issues.map(|issue| ["warning", &*issue.message]).take(LOGGED)
    };
    of(Severity::Warning).chain(of(Severity::Deprecation)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(case: Value) -> Answer {
        let surroundings =
            Surroundings { modulepath: vec!["/modules".to_owned()], ..Surroundings::default() };
        answer(case.as_object().unwrap(), &surroundings)
    }

    #[test]
    fn a_text_is_answered_with_notation_or_with_puppets_words() {
        let fields = answered(json!({"id": "a", "code": "1 + $x"})).unwrap();
        assert_eq!(Value::Object(fields), json!({"pn": "(+ 1 (var \"x\"))", "logs": []}));
        let fields = answered(json!({"id": 1, "code": "<%= $x %>", "epp": true})).unwrap();
        assert_eq!(fields["pn"], "(lambda {:body [(epp (render (var \"x\")))]})");
        let said = |case| answered(case).unwrap_err().message;
        assert_eq!(
            said(json!({"id": 7, "code": "$x = )"})),
            "Syntax error at ')' (file: 7, line: 1, column: 6)"
        );
        assert_eq!(said(json!({"id": 7, "code": "["})), "Syntax error at end of input (file: 7)");
        assert_eq!(
            said(json!({"code": "1", "file": "/modules/a/manifests/init.pp"})),
            "This Literal Integer is unacceptable as a top level construct in this location \
             (file: /modules/a/manifests/init.pp, line: 1, column: 1)"
        );
        assert_eq!(said(json!({"id": 7})), "no implicit conversion of nil into String");
        let splat = json!({"code": "function f(*$a) { }"});
        assert_eq!(said(splat), "undefined method `Literal' for module Puppet::Pops::PN");
    }
}
