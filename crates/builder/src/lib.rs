//! From a control repository to images: bases, tools root, apply, assemble
