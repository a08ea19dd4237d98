//! Functions that leave the code around them, or call other code.

mod break_;
mod call;
mod import;
mod lest;
mod next;
mod return_;
mod then;
mod unwrap;
mod with;

pub(crate) use break_::BREAK;
pub(crate) use call::CALL;
pub(crate) use import::IMPORT;
pub(crate) use lest::LEST;
pub(crate) use next::NEXT;
pub(crate) use return_::RETURN;
pub(crate) use then::THEN;
pub(crate) use unwrap::UNWRAP;
pub(crate) use with::WITH;
