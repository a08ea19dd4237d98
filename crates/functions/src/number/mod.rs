//! Functions of numbers.

mod abs;
mod ceiling;
mod floor;
mod max;
mod min;
mod round;

pub(crate) use abs::ABS;
pub(crate) use ceiling::CEILING;
pub(crate) use floor::FLOOR;
pub(crate) use max::MAX;
pub(crate) use min::MIN;
pub(crate) use round::ROUND;
