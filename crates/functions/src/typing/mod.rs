//! Functions of types.

mod assert_type;
mod convert_to;
mod new;
mod type_;

pub(crate) use assert_type::ASSERT_TYPE;
pub(crate) use convert_to::CONVERT_TO;
pub(crate) use new::NEW;
pub(crate) use type_::TYPE;
