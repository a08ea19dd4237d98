//! The texts of `cases/yaml` against what Ruby's Psych made of them.

use serde_json::{Value as Json, json};
use values::Value;

use super::parse;

/// What is known to differ: the text, and why.
const DIFFERENT: &[(&str, &str)] = &[
    ("v: 0777777777777777777777777", "integers of more than 64 bits are floats"),
    ("a: \u{2028}x", "the parser takes no Unicode line separators for line breaks"),
];

#[test]
fn texts_are_read_as_psych_reads_them() {
    let lines = |text: &'static str| text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let texts = lines(include_str!("../../cases/yaml/texts.jsonl"));
    let (mut equal, mut failures) = (0, Vec::new());
    for (text, expected) in texts.zip(lines(include_str!("../../cases/yaml/answers.jsonl"))) {
        let text = text.as_str().unwrap();
        let actual = match parse(text) {
            Ok(document) => json!({"value": typed_root(&document)}),
            Err(error) => json!({"error": error.for_file("x.yaml")}),
        };
        // Symbols as values are not kept, only that there are some.
        let symbols = expected.to_string().replace("{\"symbol\":\"default\"}", "").contains("{\"symbol\":");
        let expected = if symbols { json!({"value": "symbols"}) } else { expected };
        let known = DIFFERENT.iter().any(|(known, _)| *known == text);
        match actual == expected {
            true if known => failures.push(format!("{text:?}: equal by now, take it off the list")),
            true => equal += 1,
            false if known => {}
            false => failures.push(format!("{text:?}\n  psych: {expected}\n  ours:  {actual}")),
        }
    }
    assert!(failures.is_empty(), "{equal} equal:\n{}", failures.join("\n"));
}

/// An empty text is `false` to Puppet.
fn typed_root(document: &super::Document) -> Json {
    match &document.value {
        Value::Undef => json!(false),
        value if document.symbols.is_empty() => typed(value),
        _ => json!("symbols"),
    }
}

fn typed(value: &Value) -> Json {
    match value {
        Value::Undef => json!(null),
        Value::Default => json!({"symbol": "default"}),
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(_) => json!({"float": crate::ruby::inspect(value)}),
        Value::String(text) => json!(text.as_str()),
        Value::Binary(bytes) => json!({"binary": values::base64::encode(bytes)}),
        Value::Array(elements) => json!({"array": elements.iter().map(typed).collect::<Vec<_>>()}),
        Value::Hash(entries) => {
            let entries: Vec<Json> =
                entries.iter().map(|(key, value)| json!([typed(key), typed(value)])).collect();
            json!({"hash": entries})
        }
        other => json!(other.to_string()),
    }
}

#[test]
fn places_are_those_of_keys_and_elements() {
    let document = parse("a:\n  - x\n  - {b: 1}\nc: &c {d: 2}\ne: {<<: *c}\n").unwrap();
    let place = document.place_of("a").unwrap();
    assert_eq!((place.line, place.column, place.parts[1].line, place.parts[1].parts[0].column), (1, 1, 3, 6));
    let merged = document.place_of("e").unwrap();
    assert_eq!((merged.line, merged.parts[0].line), (5, 4));
}

#[test]
fn bombs_and_depths_are_bounded() {
    let bomb: String = std::iter::once("a0: &a0 [x]\n".to_owned())
        .chain((1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)))
        .collect();
    assert!(parse(&bomb).unwrap_err().message.contains("values"));
    assert!(parse(&"[".repeat(10_000)).is_err());
    let twice = parse("a: 1\nb: 2\na: 3\n").unwrap().duplicates;
    assert_eq!((twice[0].key.as_str(), twice[0].first, twice[0].line), ("a", 1, 3));
}
