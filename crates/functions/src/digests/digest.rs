//! `digest`.

use crate::prelude::*;

/// Gives the digest of a text, by the algorithm that is Puppet's default: SHA-256.
pub(crate) static DIGEST: Function = Function {
    name: "digest",
    summary: "Gives the digest of a text, by the algorithm that is Puppet's default: SHA-256.",
    dispatches: &[Dispatch {
        signature: "(Any *$arguments, Optional[Callable] &$block)",
        run: |_, arguments| super::hexadecimal::sha256("digest", arguments),
    }],
    examples: &[Example {
        code: "digest('abc')",
        gives: "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
    }],
    signatures: OnceLock::new(),
};
