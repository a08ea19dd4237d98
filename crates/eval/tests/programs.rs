//! Whole programs, with functions and type aliases of their own: what they log, or the error, is what real Puppet
//! gave, which `cases/programs.jsonl` records.

use eval::{Evaluator, MemoryWorld, Source, Told};
use functions::Level;
use serde_json::{Value as Json, json};

fn logged(code: &str) -> Result<Json, String> {
    let read = |name: &str| Source::read(name, code).map_err(|failure| Told(&failure).to_string());
    let world = MemoryWorld::of(vec![read("")?]);
    let source = read("")?;
    let evaluator = Evaluator::new(&world);
    evaluator.evaluate_source(&source).map_err(|failure| Told(&failure).to_string())?;
    let level = |level| match level {
        Level::Notice => "notice",
        _ => "other",
    };
    Ok(world.take_logs().into_iter().map(|(kind, message)| json!([level(kind), message])).collect())
}

#[test]
fn programs_do_what_puppet_does() {
    let mut differing = Vec::new();
    let lines = include_str!("../cases/programs.jsonl").lines();
    for line in lines {
        let case: Json = serde_json::from_str(line).unwrap();
        let code = case["code"].as_str().unwrap();
        let answer = logged(code);
        let same = match &answer {
            Ok(logs) => case.get("logs") == Some(logs),
            Err(error) => case["error"].as_str() == Some(error),
        };
        if !same {
            let expected = case.get("logs").or(case.get("error"));
            differing.push(format!("{code}\n  expected {expected:?}\n  got      {answer:?}"));
        }
    }
    assert!(differing.is_empty(), "{}\n{} differ", differing.join("\n"), differing.len());
}
