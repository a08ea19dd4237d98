//! `left[keys]` on every kind of value.
//!
//! Types get parameters in [`values::types::parameterize`]; here is which expression is to blame where they do not
//! fit.

use std::sync::Arc;

use functions::Raised;
use syntax::ast::{Access, Expression, ExpressionKind};
use values::label::{a_label, with_article};
use values::types::{AccessError, infer, parameterize};
use values::{Type, Value};

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::operator::Number;
use crate::operator::numeric;

/// What is accessed, and where.
#[derive(Clone, Copy)]
struct Place<'a, 'w> {
    access: &'w Access,
    at: &'w Expression,
    frame: &'a Frame<'w>,
}

impl<'w> Evaluator<'w> {
    pub(crate) fn access(&self, access: &'w Access, at: &'w Expression, frame: &Frame<'w>) -> Outcome {
        let left = self.evaluate(&access.left, frame)?;
        let mut keys = Vec::with_capacity(access.keys.len());
        for key in &access.keys {
            keys.push(self.key(&left, key, frame)?);
        }
        let place = Place { access, at, frame };
        match left {
            Value::Hash(entries) => match keys.as_slice() {
                [key] => Ok(entries.get(key).cloned().unwrap_or(Value::Undef)),
                keys => {
                    let found = keys.iter().filter_map(|key| entries.get(key));
                    Ok(Value::array(found.filter(|value| !value.is_undef()).cloned()))
                }
            },
            Value::Array(elements) => place.of_array(&elements, &flattened(keys)),
            Value::String(text) => {
                let characters: Vec<char> = text.chars().collect();
                let range = place.of_text(characters.len(), &flattened(keys))?;
                Ok(characters.get(range).unwrap_or_default().iter().collect::<String>().into())
            }
            Value::Binary(bytes) => {
                let range = place.of_text(bytes.len(), &flattened(keys))?;
                Ok(Value::Binary(bytes.get(range).unwrap_or_default().into()))
            }
            Value::Type(found) => self.access_type(&found, &keys, place),
            other => Err(place.not_applicable(&other)),
        }
    }

    /// Names of types among the parameters of a class are not looked up.
    fn key(&self, left: &Value, key: &'w Expression, frame: &Frame<'w>) -> Outcome {
        match (&key.kind, left) {
            (ExpressionKind::QualifiedReference(name), Value::Type(Type::Class(_))) => {
                self.type_named(name).map(Value::Type)
            }
            _ => self.evaluate(key, frame),
        }
    }

    fn access_type(&self, found: &Type, keys: &[Value], place: Place<'_, 'w>) -> Outcome {
        match found {
            Type::Resource(None) => {
                if let [key @ Value::Type(Type::Resource(_))] = keys {
                    return Ok(key.clone());
                }
            }
            Type::Resource(Some(resource)) => {
                if let Some(title) = &resource.title {
                    let Some(declarations) = self.declarations else {
                        let message = format!("Resource not found: {}['{title}']", resource.name);
                        return Err(place.frame.fail(place.at, message));
                    };
                    return declarations.parameters(self, found, keys, place.access, place.frame);
                }
            }
            Type::Class(Some(name)) => {
                let Some(declarations) = self.declarations else {
                    let message = format!("Resource not found: Class['{name}']");
                    return Err(place.frame.fail(place.at, message));
                };
                return declarations.parameters(self, found, keys, place.access, place.frame);
            }
            _ => {}
        }
        parameterize(found, keys).map_err(|error| place.blamed(found, &error))
    }
}

impl<'w> Place<'_, 'w> {
    fn key(self, index: usize) -> &'w Expression {
        self.access.keys.get(index).unwrap_or(self.at)
    }

    fn not_applicable(self, left: &Value) -> Raised {
        let message = format!("Operator '[]' is not applicable to {}.", a_label(left));
        self.frame.fail(&self.access.left, message)
    }

    /// The expression that is to blame for parameters that do not fit. What is impossible rather than wrong is told
    /// of the whole, as an error that Puppet did not expect.
    fn blamed(self, found: &Type, error: &AccessError) -> Raised {
        let message = error.problem.to_string();
        let is_count = message.contains("[] accepts ") || message.contains(" supports [] with ");
        match error.key {
            _ if matches!(found, Type::Object(_) | Type::TypeSet(_)) && !is_count => unplaced(message),
            Some(key) => self.frame.fail(self.key(key), message),
            None if message.starts_with("Operator '[]' is not applicable") => {
                self.frame.fail(&self.access.left, message)
            }
            // Here Puppet blames the first parameter that is too many.
            None if is_count && matches!(found, Type::Regexp(_)) => self.frame.fail(self.key(1), message),
            None if is_count || matches!(found, Type::Reference(_)) => self.frame.fail(self.at, message),
            None => unplaced(message),
        }
    }

    fn of_array(self, elements: &[Value], keys: &[Value]) -> Outcome {
        let index = |place: usize| -> Result<i64, Raised> {
            let key = keys.get(place).unwrap_or(&Value::Undef);
            match Number::of(key, self.key(place), self.frame)? {
                Number::Integer(index) => Ok(index),
                other => {
                    let actual = kind(&other.value());
                    let message = format!("An Array[] cannot use {actual} where Integer is expected");
                    Err(self.frame.fail(self.key(place), message))
                }
            }
        };
        match keys.len() {
            1 => {
                let index = index(0)?;
                let index = if index < 0 { index.saturating_add(length(elements.len())) } else { index };
                let found = usize::try_from(index).ok().and_then(|index| elements.get(index));
                Ok(found.cloned().unwrap_or(Value::Undef))
            }
            2 => {
                let range = slice(elements.len(), index(0)?, index(1)?);
                Ok(Value::array(elements.get(range).unwrap_or_default().iter().cloned()))
            }
            count => {
                let message = format!("Array supports [] with one or two arguments. Got {count}");
                Err(self.frame.fail(&self.access.left, message))
            }
        }
    }

    /// Which characters of a text of this length.
    fn of_text(self, count: usize, keys: &[Value]) -> Result<std::ops::Range<usize>, Raised> {
        let index = |place: usize| -> Result<i64, Raised> {
            let key = keys.get(place).unwrap_or(&Value::Undef);
            let number = key.as_str().and_then(numeric).unwrap_or_else(|| key.clone());
            number.as_integer().ok_or_else(|| {
                let actual = with_article(&kind(&number));
                let message = format!(
                    "A substring operation does not accept {actual} as a character index. Expected an Integer"
                );
                self.frame.fail(self.key(place), message)
            })
        };
        match keys.len() {
            1 => {
                let from = index(0)?;
                let from = if from < 0 { from.saturating_add(length(count)) } else { from };
                Ok(if from < 0 { 0..0 } else { slice(count, from, 1) })
            }
            2 => Ok(slice(count, index(0)?, index(1)?)),
            given => {
                let message = format!("String supports [] with one or two arguments. Got {given}");
                Err(self.frame.fail(&self.access.left, message))
            }
        }
    }
}

/// From a place, a negative one counted from the end, so many; a negative number of them counts from the end too.
fn slice(count: usize, from: i64, many: i64) -> std::ops::Range<usize> {
    let total = length(count);
    let mut from = if from < 0 { from.saturating_add(total) } else { from };
    let mut many =
        if many < 0 { total.saturating_sub(from).saturating_add(many).saturating_add(1) } else { many };
    if from < 0 {
        many = many.saturating_add(from);
        from = 0;
    }
    if many <= 0 || from >= total {
        return 0..0;
    }
    let end = from.saturating_add(many).min(total);
    usize::try_from(from).unwrap_or(0)..usize::try_from(end).unwrap_or(0)
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Arrays among the keys stand for what is in them.
fn flattened(keys: Vec<Value>) -> Vec<Value> {
    if !keys.iter().any(|key| matches!(key, Value::Array(_))) {
        return keys;
    }
    let mut flat = Vec::with_capacity(keys.len());
    for key in keys {
        match key {
            Value::Array(elements) => flat.extend(flattened(elements.into_iter().collect())),
            other => flat.push(other),
        }
    }
    flat
}

/// The general type of a key that does not fit.
fn kind(key: &Value) -> Arc<str> {
    match key {
        Value::Undef => "Undef".into(),
        Value::Default => "Default".into(),
        other => infer(other).generalize().to_string().into(),
    }
}
