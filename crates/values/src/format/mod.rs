//! Values as texts in formats that users give: `String.new(255, '%#x')`, formats by type, containers with
//! separators and indentation; `sprintf`; the formats of times.
//!
//! Without a format [`crate::text::converted`] says the same and is faster. Deliberately unaware of what
//! checks the arguments of `String.new`.

mod arguments;
mod container;
mod directive;
mod error;
mod float;
mod formats;
mod kernel;
pub(crate) mod numeral;
mod object;
pub(crate) mod ruby;
mod scalar;
mod specification;
mod sprintf;
mod strftime;
mod strptime;
pub(crate) mod timespan;
pub(crate) mod timestamp;
mod zone;

pub use error::FormatError;
pub use sprintf::sprintf;
pub use timespan::{format_timespan, parse_timespan};
pub use timestamp::{format_timestamp, parse_timestamp};

use container::Indentation;
use formats::{Formats, Typed};
use specification::Specification;

use crate::types::Type;
use crate::value::Value;

/// A value as a text. `formats` is `default`, a format for a value of this kind, or a hash of formats by
/// type.
///
/// ```
/// use values::{Value, format};
///
/// assert_eq!(format::convert(&255.into(), &"%#x".into())?, "0xff");
/// assert_eq!(format::sprintf(&["%05.1f".into(), 2.5.into()])?, "002.5");
/// # Ok::<(), format::FormatError>(())
/// ```
pub fn convert(value: &Value, formats: &Value) -> Result<String, FormatError> {
    let typed = Typed::new(value);
    let given = match formats {
        Value::String(text) => {
            let found = match value {
                Value::Array(_) => Type::any_array(),
                Value::Hash(_) => Type::any_hash(),
                _ => typed.inferred().clone(),
            };
            Formats::only(found, Specification::parse(text)?)
        }
        Value::Hash(entries) => Formats::read(entries)?,
        _ => return written(&typed, Formats::usual(), Indentation::default()),
    };
    written(&typed, &Formats::usual().overridden_by(&given), Indentation::default())
}

/// A value by the format that it finds.
fn written(typed: &Typed<'_>, formats: &Formats, indentation: Indentation) -> Result<String, FormatError> {
    if let Value::Iterator(iterator) = typed.value {
        let elements = Value::array(iterator.iter());
        return written(&Typed::new(&elements), formats, indentation);
    }
    let plain;
    let format = match formats.find(typed) {
        Some(format) => format,
        None => {
            plain = Specification::parse("%s")?;
            &plain
        }
    };
    match typed.value {
        Value::Array(elements) => container::array(elements, format, formats, indentation),
        Value::Hash(entries) => container::hash(entries, format, formats, indentation),
        Value::Object(instance) => object::instance(instance, format, indentation),
        Value::Uri(uri) => object::uri(uri, format, indentation),
        other => scalar::written(other, format),
    }
}
