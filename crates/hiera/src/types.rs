//! Types that data and options must be of, and Puppet's messages where they are not.

use values::types::{Type, builtin, parse};
use values::{Value, mismatch::assert_instance_of};

use crate::error::{ErrorKind, LookupError};

/// The error for a value that is not of a type, given as Puppet's text.
pub(crate) fn mismatch(subject: &str, expected: &str, value: &Value) -> LookupError {
    let message = match parse(expected, builtin()) {
        Ok(expected) => assert_instance_of(subject, &expected, value).err(),
        Err(_) => None,
    };
    LookupError::new(
        ErrorKind::Type,
        message.unwrap_or_else(|| format!("{subject} has wrong type, expects a value of type {expected}")),
    )
}

/// That a value is of a type.
pub(crate) fn assert(subject: &str, expected: &Type, value: &Value) -> Result<(), LookupError> {
    assert_instance_of(subject, expected, value).map_err(|message| LookupError::new(ErrorKind::Type, message))
}
