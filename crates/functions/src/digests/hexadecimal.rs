//! Digests of texts, in hexadecimal.

use std::fmt::Write;

use md5::Digest;

use crate::legacy::{self, Arity};
use crate::prelude::*;
use crate::ruby;

/// The digest of the only argument.
pub(super) fn digest<Algorithm: Digest>(name: &str, arguments: &Arguments<'_>) -> Answer {
    Ok(hexadecimal(&Algorithm::digest(text(name, arguments)?)).into())
}

/// The same for SHA-256.
pub(super) fn sha256(name: &str, arguments: &Arguments<'_>) -> Answer {
    use sha2::Digest;
    Ok(hexadecimal(&sha2::Sha256::digest(text(name, arguments)?)).into())
}

fn text(name: &str, arguments: &Arguments<'_>) -> Result<String, Raised> {
    let values = legacy::arguments(name, Arity::Exactly(1), arguments)?;
    match values.first() {
        Some(Value::String(text)) => Ok(text.to_string()),
        other => fail(ruby::no_string(other.unwrap_or(&Value::Undef))),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
