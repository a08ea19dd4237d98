//! `import`.

use crate::prelude::*;

/// Fails: what it did in old versions of Puppet, folders of manifests do.
pub(crate) static IMPORT: Function = Function {
    name: "import",
    summary: "Fails: what it did in old versions of Puppet, folders of manifests do.",
    dispatches: &[Dispatch {
        signature: "(Any *$args)",
        run: |_, _| {
            fail(
                "Use of 'import' has been discontinued in favor of a manifest directory. See http://links.puppet.com/puppet-import-deprecation",
            )
        },
    }],
    examples: &[Example {
        code: "import('a')",
        gives: "error: Use of 'import' has been discontinued in favor of a manifest directory. See http://links.puppet.com/puppet-import-deprecation",
    }],
    signatures: OnceLock::new(),
};
