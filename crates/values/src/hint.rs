//! How to mend what errors of this crate report.

use diagnostics::Hint;

use crate::compare::CompareError;
use crate::object::ObjectError;
use crate::rich_data::{RichDataError, WriteError};
use crate::types::{AccessError, AliasError, TypeError};
use crate::uri::UriError;
use crate::version::VersionError;

impl Hint for TypeError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotAType(_) => "write a type with its parameters, such as `Array[String, 1]`".into(),
            Self::NotParameterized(name) => format!("leave out the brackets after `{name}`"),
            Self::Object(error) => return error.hint(),
            Self::Alias(error) => return error.hint(),
            _ => return None,
        })
    }
}

impl Hint for AliasError {
    fn hint(&self) -> Option<String> {
        Some("let the alias stand for a type other than itself".into())
    }
}

impl Hint for AccessError {}

impl Hint for ObjectError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::OverridesUnsaid { .. } => "add `override => true` to the member".into(),
            Self::NothingToOverride { .. } => "leave out `override => true`".into(),
            Self::ConstantWithoutValue(_) => "add `value => ...` to the attribute".into(),
            _ => return None,
        })
    }
}

impl Hint for CompareError {
    fn hint(&self) -> Option<String> {
        let advice = "convert one side first, as `Integer($x)` or `String($x)` do";
        matches!(self, Self::String | Self::Numeric).then(|| advice.into())
    }
}

impl Hint for VersionError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Version(_) => "write three numbers with dots, such as `1.2.3`".into(),
            Self::LeadingZero => "leave out the zeros at the beginning of the number".into(),
            Self::Range(_) => "write a range such as `>=1.2.0 <2.0.0`, `~1.2` or `1.x`".into(),
        })
    }
}

impl Hint for UriError {
    fn hint(&self) -> Option<String> {
        Some("escape what is not a letter, a digit or a mark, as `%20` for a blank".into())
    }
}

impl Hint for RichDataError {}

impl Hint for WriteError {}
