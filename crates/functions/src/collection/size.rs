//! `size`.

use super::length::count;
use crate::prelude::*;

/// Counts elements, entries, characters or bytes, as `length` does.
pub(crate) static SIZE: Function = Function {
    name: "size",
    summary: "Counts elements, entries, characters or bytes, as `length` does.",
    dispatches: &[Dispatch {
        signature: "(Variant[Collection, String, Binary] $arg)",
        run: |_, arguments| Ok(count(arguments.get(0))),
    }],
    examples: &[Example { code: "size([1, 2, 3])", gives: "3" }],
    signatures: OnceLock::new(),
};
