//! Functions that change a text, or each text of several.

use std::sync::Arc;

use values::Value;
use values::iterator::Iterator;

use crate::call::Arguments;
use crate::prelude::{Answer, fail};
use crate::ruby::receiver;

/// The first argument changed: a text, each text of what can be iterated over; everything else as it is.
pub(crate) fn each_text(arguments: &Arguments<'_>, change: fn(&str) -> String) -> Answer {
    let changed = |value: Value| match value {
        Value::String(text) => change(&text).into(),
        other => other,
    };
    Ok(match arguments.get(0) {
        value @ (Value::String(_) | Value::Integer(_) | Value::Float(_)) => changed(value.clone()),
        value @ Value::Type(_) => return fail(format!("undefined method `map' for {}", receiver(value))),
        other => match Iterator::over(other) {
            Some(iterator) => Value::array(iterator.iter().map(changed)),
            None => other.clone(),
        },
    })
}

/// A text changed, and those in arrays and hashes, their keys among them.
pub(crate) fn each_deep(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => change(text).into(),
        Value::Array(elements) => Value::array(elements.iter().map(|element| each_deep(element, change))),
        Value::Hash(entries) => {
            let changed =
                entries.iter().map(|(key, value)| (each_deep(key, change), each_deep(value, change)));
            Value::Hash(Arc::new(changed.collect()))
        }
        other => other.clone(),
    }
}

/// The first letter as at the start of a title, all others small.
pub(crate) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let mut result = String::with_capacity(text.len());
    match first {
        // These are two letters in one, of which the first alone becomes a capital.
        'Ǆ' | 'ǅ' | 'ǆ' => result.push('ǅ'),
        'Ǉ' | 'ǈ' | 'ǉ' => result.push('ǈ'),
        'Ǌ' | 'ǋ' | 'ǌ' => result.push('ǋ'),
        'Ǳ' | 'ǲ' | 'ǳ' => result.push('ǲ'),
        first => {
            let mut capital = first.to_uppercase();
            result.extend(capital.next());
            result.extend(capital.flat_map(char::to_lowercase));
        }
    }
    result.extend(characters.flat_map(char::to_lowercase));
    result
}

/// What Ruby strips.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, '\0' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}
