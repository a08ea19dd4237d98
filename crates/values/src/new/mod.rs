//! `new`: what `Integer.new('0x1F', 16)`, `Timespan('1:30:00')` and their like give.
//!
//! Each kind of type has a `Constructor`: the forms of its arguments in Puppet's own syntax, and what each
//! makes of them. What comes of it is then checked against the type that was asked for.

mod binary;
mod boolean;
mod collection;
mod constructor;
mod error;
mod hash;
mod init;
mod number;
mod object;
mod regexp;
mod string;
mod time;
mod uri;
mod version;
mod wrapped;

pub use error::ConversionError;
pub(crate) use init::forms;
pub(crate) use regexp::escaped;

use constructor::Constructor;

use crate::mismatch;
use crate::time::Timestamp;
use crate::types::infer_set;
use crate::types::{Type, TypeError, TypeLoader};
use crate::value::Value;

/// What conversions ask of the world around them.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Finds the types that texts name.
    pub loader: &'a dyn TypeLoader,
    /// What `Timestamp.new()` gives.
    pub now: Timestamp,
    /// The time zone `current`, in seconds east of Greenwich.
    pub utc_offset: i64,
}

impl<'a> Context<'a> {
    /// In UTC, at a given time.
    pub fn new(loader: &'a dyn TypeLoader, now: Timestamp) -> Self {
        Self { loader, now, utc_offset: 0 }
    }
}

/// Makes an instance of a type of these arguments. A single argument that is one already is given back.
///
/// ```
/// use values::new::{Context, create};
/// use values::time::Timestamp;
/// use values::types::{builtin, parse};
///
/// let context = Context::new(builtin(), Timestamp::from_seconds(0));
/// let integer = parse("Integer[0, 255]", builtin())?;
/// assert_eq!(create(&integer, &["0x1F".into()], &context), Ok(31.into()));
/// assert_eq!(
///     create(&integer, &["many".into()], &context).unwrap_err().to_string(),
///     "'new' The string 'many' cannot be converted to Integer",
/// );
/// # Ok::<(), values::types::TypeError>(())
/// ```
pub fn create(made: &Type, arguments: &[Value], context: &Context<'_>) -> Result<Value, ConversionError> {
    if let [only] = arguments
        && !matches!(made, Type::Init(_))
        && made.is_instance(only)
    {
        return Ok(only.clone());
    }
    let value = construct(made, arguments, context)?;
    if made.is_instance(&value) {
        return Ok(value);
    }
    let subject = format!("Converted value from {made}.new() has wrong type,");
    Err(ConversionError::Mismatch(mismatch::describe_mismatch(&subject, made, &infer_set(&value))))
}

/// Calls the constructor of a type, whatever the type says of its instances beside their kind.
fn construct(made: &Type, arguments: &[Value], context: &Context<'_>) -> Result<Value, ConversionError> {
    if let Some(constructor) = constructor_of(made) {
        return constructor.call(arguments, context);
    }
    match made {
        Type::Optional(Some(inner)) | Type::NotUndef(Some(inner)) => construct(inner, arguments, context),
        Type::Alias(alias) => match alias.resolved() {
            Some(resolved) => construct(resolved, arguments, context),
            None => Err(ConversionError::Unsupported(made.to_string())),
        },
        Type::Init(Some(init)) => init::convert(init, arguments, context),
        Type::Object(Some(found)) => object::instance(found, arguments),
        Type::Parameterized(found) => object::instance(&found.base, arguments),
        other => Err(ConversionError::Unsupported(other.to_string())),
    }
}

/// The constructor of a kind of type that Puppet itself has.
fn constructor_of(made: &Type) -> Option<&'static Constructor> {
    Some(match made {
        Type::Integer(_) => &number::INTEGER,
        Type::Float(_) => &number::FLOAT,
        Type::Numeric => &number::NUMERIC,
        Type::Boolean(_) => &boolean::BOOLEAN,
        Type::String(_) | Type::ExactString(_) => &string::STRING,
        Type::Array(_) | Type::Tuple(_) => &collection::ARRAY,
        Type::Hash(_) | Type::Struct(_) => &hash::HASH,
        Type::Regexp(_) => &regexp::REGEXP,
        Type::Binary => &binary::BINARY,
        Type::SemVer(_) => &version::VERSION,
        Type::SemVerRange => &version::RANGE,
        Type::Timespan(_) => &time::TIMESPAN,
        Type::Timestamp(_) => &time::TIMESTAMP,
        Type::Uri(_) => &uri::URI,
        Type::Sensitive(_) => &wrapped::SENSITIVE,
        Type::Type(_) => &wrapped::TYPE,
        Type::Unit | Type::NotUndef(None) => &wrapped::UNIT,
        _ => return None,
    })
}

/// `Value of type Array[Integer] cannot be converted to Float`, or the same of a string, which is shown.
fn not_convertible(value: &Value, kind: &str) -> String {
    match value {
        Value::String(text) => format!("The string '{text}' cannot be converted to {kind}"),
        other => {
            format!("Value of type {} cannot be converted to {kind}", crate::types::infer(other).generalize())
        }
    }
}

impl From<TypeError> for ConversionError {
    fn from(error: TypeError) -> Self {
        Self::Failed(error.to_string())
    }
}
