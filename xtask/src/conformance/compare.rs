//! What "the same answer" means: both accept and the notation is equal, or both refuse. Messages are counted
//! beside.

use std::fmt;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::cases::Case;

/// The share of messages that has to be the same, in hundredths.
const MESSAGES: usize = 95;

/// How many differences are shown.
const SHOWN: usize = 20;

/// Two lists of answers, compared.
#[derive(Debug, Default)]
pub struct Tally {
    accepted: usize,
    equal: usize,
    refused: usize,
    refused_too: usize,
    same_message: usize,
    differences: Vec<String>,
}

impl Tally {
    /// Compares answers to the same cases in the same order.
    pub fn of(cases: &[Case], expected: &[Value], actual: &[Value]) -> Result<Self> {
        let mut tally = Self::default();
        for ((case, expected), actual) in cases.iter().zip(expected).zip(actual) {
            ensure!(expected["id"] == actual["id"], "answers in another order: {}", actual["id"]);
            tally.add(case, expected, actual);
        }
        Ok(tally)
    }

    fn add(&mut self, case: &Case, expected: &Value, actual: &Value) {
        let same = match (expected["error"].as_str(), actual["error"].as_str()) {
            (None, other) => {
                self.accepted += 1;
                let equal = other.is_none() && expected["pn"] == actual["pn"];
                self.equal += usize::from(equal);
                equal
            }
            (Some(_), None) => {
                self.refused += 1;
                false
            }
            (Some(expected), Some(actual)) => {
                self.refused += 1;
                self.refused_too += 1;
                let same = message(expected) == message(actual);
                self.same_message += usize::from(same);
                same
            }
        };
        if !same {
            let said = |answer: &Value| answer.get("error").or(answer.get("pn")).cloned().unwrap_or_default();
            let text = case.get("code").or(case.get("file")).cloned().unwrap_or_default();
            let id = case["id"].as_str().unwrap_or_default();
            self.differences.push(format!(
                "{id}: {text}\n  Puppet: {}\n  we:     {}",
                said(expected),
                said(actual)
            ));
        }
    }

    /// Fails unless all answers agree and nearly all messages.
    pub fn require(&self) -> Result<()> {
        ensure!(self.equal == self.accepted, "{} trees differ", self.accepted - self.equal);
        ensure!(self.refused_too == self.refused, "{} texts are accepted", self.refused - self.refused_too);
        ensure!(self.same_message * 100 >= self.refused * MESSAGES, "too many messages differ");
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in self.differences.iter().take(SHOWN) {
            writeln!(f, "{difference}")?;
        }
        if self.differences.len() > SHOWN {
            writeln!(f, "... and {} more", self.differences.len() - SHOWN)?;
        }
        write!(
            f,
            "equal {}/{}, refused {}/{}, with the same message {}",
            self.equal, self.accepted, self.refused_too, self.refused, self.same_message
        )
    }
}

/// The first line of a message, with a file named from its module on.
fn message(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let Some((before, rest)) = line.split_once("(file: ") else { return line.to_owned() };
    let end = rest.find(')').unwrap_or(rest.len());
    match rest[..end].find("/modules/") {
        Some(place) => format!("{before}(file: {}", &rest[place + "/modules/".len()..]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Tally, message};

    #[test]
    fn messages_are_told_apart_without_the_folder_of_modules() {
        let first = "No (file: /modules/a/b.pp, line: 1, column: 2)\nmore";
        assert_eq!(message(first), message("No (file: /other/modules/a/b.pp, line: 1, column: 2)"));
        assert_ne!(message(first), message("No (file: /modules/a/b.pp, line: 1, column: 3)"));
    }

    #[test]
    fn answers_are_counted() {
        let answers = |list: [serde_json::Value; 4]| list.to_vec();
        let cases = vec![json!({"id": "a", "code": "1"}); 4];
        let expected =
            answers([json!({"pn": "1"}), json!({"pn": "1"}), json!({"error": "x"}), json!({"error": "x"})]);
        let actual =
            answers([json!({"pn": "1"}), json!({"pn": "2"}), json!({"error": "y"}), json!({"pn": "1"})]);
        let tally = Tally::of(&cases, &expected, &actual).unwrap();
        assert!(tally.to_string().ends_with("equal 1/2, refused 1/2, with the same message 0"), "{tally}");
        assert!(tally.require().is_err());
    }
}
