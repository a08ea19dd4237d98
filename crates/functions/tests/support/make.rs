//! Values that no literal gives.

use std::sync::Arc;

use values::iterator::Iterator;
use values::object::Instance;
use values::time::{Timespan, Timestamp, parse_timestamp};
use values::version::{SemanticVersion, VersionRange};
use values::{Type, Value, base64};

use super::{Answer, fail, said};

/// An instance of a type, as `new` makes it, of the few kinds that the cases need.
pub fn value(made: &Type, arguments: &[Value]) -> Answer {
    let first = arguments.first().cloned().unwrap_or(Value::Undef);
    Ok(match (made, &first) {
        (Type::Sensitive(_), value @ Value::Sensitive(_)) => value.clone(),
        (Type::Sensitive(_), value) => Value::sensitive(value.clone()),
        (Type::SemVer(_), Value::String(text)) => {
            Value::SemVer(Arc::new(said(SemanticVersion::parse(text))?))
        }
        (Type::SemVerRange, Value::String(text)) => {
            Value::SemVerRange(Arc::new(said(VersionRange::parse(text))?))
        }
        (Type::Timespan(_), Value::Integer(seconds)) => Value::Timespan(Timespan::from_seconds(*seconds)),
        (Type::Timespan(_), Value::Float(seconds)) => Value::Timespan(Timespan::from_float_seconds(*seconds)),
        (Type::Timestamp(_), Value::Integer(seconds)) => Value::Timestamp(Timestamp::from_seconds(*seconds)),
        (Type::Timestamp(_), Value::String(text)) => match parse_timestamp(text) {
            Some(stamp) => Value::Timestamp(stamp),
            None => return fail("no time"),
        },
        (Type::Binary, Value::String(text)) => Value::Binary(base64::decode(text).unwrap_or_default().into()),
        (Type::Array(_), value) => {
            Value::array(Iterator::over(value).iter().flat_map(|found| found.iter().collect::<Vec<_>>()))
        }
        (Type::Object(Some(object)), _) => Value::Object(Instance::from_arguments(object, arguments)),
        (other, _) => return fail(format!("the tests cannot make {other}")),
    })
}
