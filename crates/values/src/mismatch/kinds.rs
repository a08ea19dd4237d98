//! Mismatches: where something does not fit, and why.

use ecow::EcoString;

use crate::types::{Size, Type};

/// A step on the way to what does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathElement {
    /// What it is all about.
    Subject(EcoString),
    /// The value of a hash's entry.
    EntryValue(EcoString),
    /// The key of a hash's entry.
    EntryKey(EcoString),
    /// A parameter.
    Parameter(EcoString),
    /// What is returned.
    Return,
    /// The block.
    Block,
    /// An element of an array.
    Index(usize),
    /// A choice of a Variant.
    Variant(usize),
    /// One of several signatures.
    Signature(usize),
}

impl PathElement {
    /// Whether it says which of several choices was looked at, rather than where.
    fn is_choice(&self) -> bool {
        matches!(self, Self::Variant(_) | Self::Signature(_))
    }
}

impl std::fmt::Display for PathElement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Subject(name) => f.write_str(name),
            Self::EntryValue(key) => write!(f, "entry '{key}'"),
            Self::EntryKey(key) => write!(f, "key of entry '{key}'"),
            Self::Parameter(name) => write!(f, "parameter '{name}'"),
            Self::Return => f.write_str("return"),
            Self::Block => f.write_str("block"),
            Self::Index(index) => write!(f, "index {index}"),
            Self::Variant(index) => write!(f, "variant {index}"),
            Self::Signature(index) => write!(f, "{}.", index + 1),
        }
    }
}

/// Why something does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A key is not there.
    MissingKey(EcoString),
    /// A parameter is not given.
    MissingParameter(EcoString),
    /// A key should not be there.
    ExtraneousKey(EcoString),
    /// There is no such parameter.
    InvalidParameter(EcoString),
    /// A block is given and not taken.
    UnexpectedBlock,
    /// A block is not given.
    MissingBlock,
    /// A type is not known.
    Unresolved(EcoString),
    /// It is of another type.
    Type {
        /// What is taken, in choices.
        expected: Type,
        /// What there is.
        actual: Type,
    },
    /// A text does not match.
    Pattern {
        /// What is taken.
        expected: Type,
        /// What there is.
        actual: Type,
    },
    /// There are too many or too few elements.
    Size {
        /// How many are taken.
        expected: Size,
        /// How many there are.
        actual: Size,
    },
    /// There are too many or too few arguments.
    Count {
        /// How many are taken.
        expected: Size,
        /// How many there are.
        actual: Size,
    },
}

/// Where something does not fit, and why.
#[derive(Clone, Debug)]
pub(super) struct Mismatch {
    pub(super) path: Vec<PathElement>,
    pub(super) reason: Reason,
}

impl Mismatch {
    pub(super) fn new(path: &[PathElement], reason: Reason) -> Self {
        Self { path: path.to_vec(), reason }
    }

    /// That something is of another type.
    pub(super) fn of_types(path: &[PathElement], expected: &Type, actual: &Type) -> Self {
        let (expected, actual) = (expected.normalize(), actual.normalize());
        Self::new(path, Reason::Type { expected, actual })
    }

    /// The path without choices.
    pub(super) fn place(&self) -> impl Iterator<Item = &PathElement> {
        self.path.iter().filter(|element| !element.is_choice())
    }

    /// Without one step of the path.
    pub(super) fn without_step(mut self, index: usize) -> Self {
        if index < self.path.len() {
            self.path.remove(index);
        }
        self
    }
}

/// Choices do not count.
impl PartialEq for Mismatch {
    fn eq(&self, other: &Self) -> bool {
        self.place().eq(other.place()) && self.reason == other.reason
    }
}
