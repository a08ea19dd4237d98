//! Functions that write to the log, or stop with a message.

mod alert;
mod crit;
mod debug;
mod emerg;
mod err;
mod fail;
mod info;
mod message;
mod notice;
mod warning;

pub(crate) use alert::ALERT;
pub(crate) use crit::CRIT;
pub(crate) use debug::DEBUG;
pub(crate) use emerg::EMERG;
pub(crate) use err::ERR;
pub(crate) use fail::FAIL;
pub(crate) use info::INFO;
pub(crate) use notice::NOTICE;
pub(crate) use warning::WARNING;
