//! `sha1`.

use sha1::Sha1;

use super::hexadecimal::digest;
use crate::prelude::*;

/// Gives the SHA-1 digest of a text.
pub(crate) static SHA1: Function = Function {
    name: "sha1",
    summary: "Gives the SHA-1 digest of a text.",
    dispatches: &[Dispatch {
        signature: "(Any *$arguments, Optional[Callable] &$block)",
        run: |_, arguments| digest::<Sha1>("sha1", arguments),
    }],
    examples: &[Example { code: "sha1('abc')", gives: "'a9993e364706816aba3e25717850c26c9cd0d89d'" }],
    signatures: OnceLock::new(),
};
