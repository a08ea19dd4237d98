//! What real Puppet says of parameters and calls that do not fit.
//!
//! `cases/messages/parameters.jsonl`: what a class or a defined type takes (`struct`), what it is `given`,
//! and the `error`, if there is one. `cases/messages/signatures.jsonl`: the signatures of a function, the
//! arguments of a call, and the `error`.

use serde_json::Value as Json;
use values::mismatch::{Signature, describe_signatures, validate_parameters};
use values::types::{Range, TupleType, Type, builtin, infer_set, parse};

use crate::evaluator::Evaluator;

fn lines(text: &str) -> impl Iterator<Item = Json> + '_ {
    text.lines().map(|line| serde_json::from_str(line).expect("a case"))
}

#[test]
fn parameters_are_told_as_puppet_does() {
    let mut report = String::new();
    for case in lines(include_str!("../../cases/messages/parameters.jsonl")) {
        let Ok(Type::Struct(elements)) = parse(case["struct"].as_str().unwrap(), builtin()) else {
            panic!("{case}")
        };
        let given = Evaluator::default().run(case["given"].as_str().unwrap()).unwrap();
        let ours = validate_parameters(
            case["subject"].as_str().unwrap(),
            &elements,
            given.as_hash().unwrap(),
            false,
        );
        if ours.as_ref().err().map(String::as_str) != case["error"].as_str() {
            report.push_str(&format!("{case}\n    ours: {ours:?}\n"));
        }
    }
    assert!(report.is_empty(), "{report}");
}

fn signature(found: &Json) -> Signature {
    let text = |found: &Json| found.as_str().expect("a text").to_owned();
    let callable = match parse(&text(&found["callable"]), builtin()) {
        Ok(Type::Callable(Some(callable))) => (*callable).clone(),
        other => unreachable!("{other:?}"),
    };
    let names = found["names"].as_array().expect("names").iter().map(|name| text(name).into()).collect();
    Signature { callable, parameter_names: names, block_name: text(&found["block"]).into() }
}

#[test]
fn calls_are_told_as_puppet_does() {
    let mut report = String::new();
    for case in lines(include_str!("../../cases/messages/signatures.jsonl")) {
        let signatures: Vec<Signature> =
            case["signatures"].as_array().unwrap().iter().map(signature).collect();
        let arguments = Evaluator::default().run(case["arguments"].as_str().unwrap()).unwrap();
        let types = arguments.as_array().unwrap().iter().map(infer_set).collect();
        let arguments = TupleType { types, size: Range::Any };
        let ours = describe_signatures(case["function"].as_str().unwrap(), &signatures, &arguments);
        if Some(ours.as_str()) != case["error"].as_str() {
            report.push_str(&format!("{case}\n    ours: {ours:?}\n"));
        }
    }
    assert!(report.is_empty(), "{report}");
}
