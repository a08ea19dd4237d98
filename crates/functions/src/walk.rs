//! Walking into nested arrays and hashes by keys, and by paths with dots.

use values::object::Instance;
use values::types::{error, infer};
use values::{Type, Value};

use crate::call::Block;
use crate::context::Context;
use crate::prelude::{Answer, fail};
use crate::raised::{Failure, Raised};
use crate::ruby::inspect;

/// A path that leads where nothing can be.
pub(crate) struct Stray {
    /// Puppet's words for it.
    pub message: String,
    walked: Value,
    found: Type,
    detail: &'static str,
    code: &'static str,
}

impl Stray {
    /// As a value of type `Error`.
    fn into_value(self) -> Value {
        let details = Value::hash([("walked_path", self.walked), (self.detail, Value::Type(self.found))]);
        let parts = [self.message.into(), "SLICE_ERROR".into(), details, self.code.into()];
        Value::Object(Instance::from_arguments(&error(), &parts))
    }
}

/// What keys lead to, one after another; `undef` where there is nothing.
pub(crate) fn dig(data: &Value, keys: &[Value]) -> Result<Value, Stray> {
    let mut here = data.clone();
    for (index, key) in keys.iter().enumerate() {
        if here.is_undef() || key.is_undef() {
            return Ok(Value::Undef);
        }
        let walked = |count: usize| Value::array(keys.iter().take(count).cloned());
        here = match (&here, key) {
            (Value::Hash(entries), key) => entries.get(key).cloned().unwrap_or(Value::Undef),
            (Value::Array(elements), Value::Integer(place)) => {
                let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
                let place = if *place < 0 { place.saturating_add(length) } else { *place };
                let found = usize::try_from(place).ok().and_then(|place| elements.get(place));
                found.cloned().unwrap_or(Value::Undef)
            }
            (Value::Array(_), key) => {
                let (walked, found) = (walked(index + 1), infer(key));
                let path = inspect(&walked);
                let message = format!("The given data requires an Integer index at {path}, got '{found}'");
                return Err(Stray {
                    message,
                    walked,
                    found,
                    detail: "index_type",
                    code: "EXPECTED_INTEGER_INDEX",
                });
            }
            (other, _) => {
                let (walked, found) = (walked(index), infer(other));
                let path = inspect(&walked);
                let message =
                    format!("The given data does not contain a Collection at {path}, got '{found}'");
                return Err(Stray {
                    message,
                    walked,
                    found,
                    detail: "value_type",
                    code: "EXPECTED_COLLECTION",
                });
            }
        };
    }
    Ok(here)
}

/// What a path leads to. A block is told of a path that leads astray.
pub(crate) fn get(
    context: &mut dyn Context,
    value: &Value,
    path: &str,
    default: &Value,
    block: Option<&dyn Block>,
) -> Answer {
    if value.is_undef() {
        return Ok(default.clone());
    }
    if path.is_empty() {
        return Ok(value.clone());
    }
    let keys = keys_of(path)?;
    if !matches!(value, Value::Array(_) | Value::Hash(_)) {
        return context.call("dig", &[std::slice::from_ref(value), &keys].concat(), None);
    }
    match (dig(value, &keys), block) {
        (Ok(Value::Undef), _) => Ok(default.clone()),
        (Ok(found), _) => Ok(found),
        (Err(stray), Some(block)) => block.call(context, &[stray.into_value()]),
        (Err(stray), None) => Err(Failure::new(stray.message).into()),
    }
}

/// The keys of a path such as `a.0.'b.c'`: integers for digits, texts for everything else.
fn keys_of(path: &str) -> Result<Vec<Value>, Raised> {
    let mut keys = Vec::new();
    let mut rest = path;
    let refused = || fail("Syntax error in dotted-navigation string");
    loop {
        let (key, after) = match segment(rest) {
            Some(found) => found,
            None => return refused(),
        };
        keys.push(key);
        rest = match after.strip_prefix('.') {
            Some(rest) => rest,
            None if after.is_empty() => return Ok(keys),
            None => return refused(),
        };
    }
}

fn segment(text: &str) -> Option<(Value, &str)> {
    let trimmed = text.trim_start();
    if let Some(quote) = trimmed.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let (key, after) = trimmed.get(1..)?.split_once(quote)?;
        return (!key.is_empty()).then(|| (key.into(), after.trim_start()));
    }
    let end = text.find(['.', '"', '\'']).unwrap_or(text.len());
    let (key, after) = text.split_at(end);
    let key = key.trim();
    let digits = key.strip_prefix(['+', '-']).unwrap_or(key);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match key.parse() {
        _ if end == 0 => None,
        Ok(number) if is_number => Some((Value::Integer(number), after)),
        _ => Some((key.into(), after)),
    }
}
