//! Downloads over HTTP: checked, retried, in parallel, atomically into place
