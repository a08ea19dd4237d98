//! `md5`.

use md5::Md5;

use super::hexadecimal::digest;
use crate::prelude::*;

/// Gives the MD5 digest of a text.
pub(crate) static MD5: Function = Function {
    name: "md5",
    summary: "Gives the MD5 digest of a text.",
    dispatches: &[Dispatch {
        signature: "(Any *$arguments, Optional[Callable] &$block)",
        run: |_, arguments| digest::<Md5>("md5", arguments),
    }],
    examples: &[Example { code: "md5('abc')", gives: "'900150983cd24fb0d6963f7d28e17f72'" }],
    signatures: OnceLock::new(),
};
