//! Functions of Puppet's old kind, which have no signatures: they count their arguments themselves, and see values of
//! newer types as texts.

use std::sync::Arc;

use values::Value;

use crate::call::Arguments;
use crate::prelude::fail;
use crate::raised::Raised;
use crate::ruby::inspect;

/// How many arguments there are.
#[derive(Clone, Copy)]
pub(crate) enum Arity {
    /// Exactly so many.
    Exactly(usize),
    /// At least so many.
    AtLeast(usize),
}

/// The arguments as such a function sees them.
pub(crate) fn arguments(name: &str, arity: Arity, arguments: &Arguments<'_>) -> Result<Vec<Value>, Raised> {
    let given = arguments.values.len();
    let values = arguments.values.iter().map(convert_outer).collect::<Result<Vec<_>, _>>()?;
    match arity {
        Arity::Exactly(count) if count != given => {
            fail(format!("{name}(): Wrong number of arguments given ({given} for {count})"))
        }
        Arity::AtLeast(least) if given < least => {
            fail(format!("{name}(): Wrong number of arguments given ({given} for minimum {least})"))
        }
        _ => Ok(values),
    }
}

fn convert_outer(value: &Value) -> Result<Value, Raised> {
    if value.is_undef() { Ok("".into()) } else { convert(value) }
}

fn convert(value: &Value) -> Result<Value, Raised> {
    Ok(match value {
        Value::Array(elements) => Value::Array(elements.iter().map(convert).collect::<Result<_, _>>()?),
        Value::Hash(entries) => {
            let converted = entries.iter().map(|(key, value)| Ok((convert(key)?, convert(value)?)));
            Value::Hash(Arc::new(converted.collect::<Result<_, Raised>>()?))
        }
        Value::Regexp(_) => inspect(value).into(),
        Value::SemVer(_)
        | Value::SemVerRange(_)
        | Value::Binary(_)
        | Value::Timespan(_)
        | Value::Timestamp(_) => value.to_string().into(),
        Value::Iterator(_) => return fail("Use of an Iterator is not supported here"),
        other => other.clone(),
    })
}
