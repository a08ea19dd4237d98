//! `sha256`.

use crate::prelude::*;

/// Gives the SHA-256 digest of a text.
pub(crate) static SHA256: Function = Function {
    name: "sha256",
    summary: "Gives the SHA-256 digest of a text.",
    dispatches: &[Dispatch {
        signature: "(Any *$arguments, Optional[Callable] &$block)",
        run: |_, arguments| super::hexadecimal::sha256("sha256", arguments),
    }],
    examples: &[Example {
        code: "sha256('abc')",
        gives: "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
    }],
    signatures: OnceLock::new(),
};
