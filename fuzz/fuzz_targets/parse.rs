//! Any bytes, as a manifest and as a template: `cargo +nightly fuzz run parse`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use syntax::ast::AnyNode;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for epp in [false, true] {
        let parse = syntax::parse(&text, &syntax::Options { epp, ..Default::default() });
        AnyNode::Program(&parse.program).walk(&mut |node| assert!(text.get(node.span().range()).is_some()));
        if parse.issues.is_empty() {
            syntax::notation(&parse.program);
        }
    }
});
