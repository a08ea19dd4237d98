//! Lines of cases in, lines of answers out.
//!
//! Deliberately unaware of what is asked.

use std::io::{self, BufRead, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Refusal;

/// The fields of an answer beside its `id`, or why there is none.
pub type Answer = Result<Map<String, Value>, Refusal>;

/// Answers every line of `cases`, in order. A line that is no case is answered too, with an error.
///
/// # Errors
/// What reading and writing gives.
pub fn answer_all(
    cases: impl BufRead,
    mut answers: impl Write,
    mut answer: impl FnMut(&Map<String, Value>) -> Answer,
) -> io::Result<()> {
    for line in cases.split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let written = match serde_json::from_slice::<Map<String, Value>>(&line) {
            Ok(case) => Line::of(case.get("id").cloned().unwrap_or_default(), answer(&case)),
            Err(error) => {
                let message = format!("not a case, which is a JSON object: {error}");
                Line::of(Value::Null, Err(Refusal::new("JSON::ParserError", message)))
            }
        };
        serde_json::to_writer(&mut answers, &written)?;
        answers.write_all(b"\n")?;
    }
    answers.flush()
}

/// An answer as it is written.
#[derive(Serialize)]
struct Line {
    id: Value,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

impl Line {
    fn of(id: Value, answer: Answer) -> Self {
        let fields = answer.unwrap_or_else(|refusal| {
            let fields = json!({"error": refusal.message, "error_class": refusal.class});
            fields.as_object().cloned().unwrap_or_default()
        });
        Self { id, fields }
    }
}

/// The text of a case's field; none for what is absent or no text.
pub(crate) fn text<'case>(case: &'case Map<String, Value>, field: &str) -> Option<&'case str> {
    case.get(field).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::answer_all;
    use crate::Refusal;

    #[test]
    fn every_line_gets_an_answer_in_order() {
        let cases = "{\"id\":\"a\",\"n\":1}\n\n[1]\n{\"id\":2}\r\n\u{0}\n";
        let mut answers = Vec::new();
        answer_all(cases.as_bytes(), &mut answers, |case| match case.get("n") {
            Some(number) => Ok(json!({"n": number}).as_object().cloned().unwrap_or_default()),
            None => Err(Refusal::new("Error", "no number")),
        })
        .unwrap();
        let answers = String::from_utf8(answers).unwrap();
        let lines: Vec<&str> = answers.lines().collect();
        assert_eq!(lines[0], r#"{"id":"a","n":1}"#);
        assert!(lines[1].starts_with(r#"{"id":null,"error":"not a case"#), "{}", lines[1]);
        assert_eq!(lines[2], r#"{"id":2,"error":"no number","error_class":"Error"}"#);
        assert_eq!(lines.len(), 4);
    }
}
