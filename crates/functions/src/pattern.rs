//! Regular expressions given to functions, as such, as texts or as types.

use std::sync::Arc;

use regexp::{Flags, MatchError, Regexp};
use values::{Type, Value};

use crate::raised::Failure;

/// The regular expression that an argument means. The flags count for texts.
pub(crate) fn of(value: &Value, flags: Flags) -> Result<Arc<Regexp>, Failure> {
    let made = |source: &str| {
        Regexp::with_flags(source, flags).map(Arc::new).map_err(|error| Failure::new(error.to_string()))
    };
    match value {
        Value::Regexp(pattern) | Value::Type(Type::Regexp(Some(pattern))) => Ok(pattern.clone()),
        Value::String(source) => made(source),
        _ => made(""),
    }
}

/// Why a search was given up.
pub(crate) fn failure(error: MatchError) -> Failure {
    let hint = diagnostics::Hint::hint(&error);
    Failure { hint, ..Failure::new(error.to_string()) }
}
