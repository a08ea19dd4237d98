//! A type without what is special: without ranges, sizes and texts.

use std::sync::Arc;

use super::{Callable, InitType, Range, StructElement, TupleType, Type};

impl Type {
    /// The type without ranges, sizes and texts.
    pub fn generalize(&self) -> Self {
        match self {
            Self::Integer(_) => Self::Integer(Range::Any),
            Self::Float(_) => Self::Float(Range::Any),
            Self::Boolean(_) => Self::Boolean(None),
            Self::String(_) | Self::ExactString(_) => Self::String(Range::Any),
            Self::Enum(choices) => general_enum(&choices.values),
            Self::Collection(_) => Self::Collection(Range::Any),
            Self::Array(array) if matches!(array.element, Self::Any) => Self::any_array(),
            Self::Array(array) => Self::array(array.element.generalize(), Range::Any),
            Self::Hash(_) if *self == Self::empty_hash() => self.clone(),
            Self::Hash(hash) => Self::hash(hash.key.generalize(), hash.value.generalize(), Range::Any),
            Self::Tuple(tuple) => Self::Tuple(Arc::new(general_tuple(tuple))),
            Self::Struct(elements) => Self::structure(elements.iter().map(general_element).collect()),
            Self::Variant(types) => {
                let general: Vec<Self> = types.iter().map(Self::generalize).collect();
                if general.as_slice() == &**types { self.clone() } else { Self::variant(general) }
            }
            Self::Optional(inner) => {
                Self::Optional(inner.as_deref().map(|inner| Arc::new(inner.generalize())))
            }
            Self::NotUndef(inner) => {
                inner.as_deref().map_or(Self::NotUndef(None), |inner| Self::not_undef(inner.generalize()))
            }
            Self::Type(inner) => Self::Type(inner.as_deref().map(|inner| Arc::new(inner.generalize()))),
            Self::Iterable(inner) => {
                Self::Iterable(inner.as_deref().map(|inner| Arc::new(inner.generalize())))
            }
            Self::Iterator(inner) => {
                Self::Iterator(inner.as_deref().map(|inner| Arc::new(inner.generalize())))
            }
            Self::Sensitive(inner) => inner.as_deref().map_or(Self::Sensitive(None), Self::sensitive),
            Self::Init(inner) => Self::Init(inner.as_deref().map(|init| {
                Arc::new(InitType { made: init.made.generalize(), arguments: init.arguments.clone() })
            })),
            Self::Callable(inner) => {
                Self::Callable(inner.as_deref().map(|callable| Arc::new(general_callable(callable))))
            }
            Self::Timespan(_) => Self::timespan(Range::Any),
            Self::Timestamp(_) => Self::timestamp(Range::Any),
            Self::Uri(_) => Self::Uri(None),
            Self::Parameterized(found) => Self::Object(Some(found.base.clone())),
            other => other.clone(),
        }
    }
}

/// A text of a length that fits.
fn general_enum(values: &[ecow::EcoString]) -> Type {
    let lengths = || values.iter().map(|value| i64::try_from(value.chars().count()).unwrap_or(i64::MAX));
    match lengths().min().zip(lengths().max()) {
        Some((least, most)) => Type::String(Range::Between(least, most)),
        None => Type::String(Range::Any),
    }
}

fn general_tuple(tuple: &TupleType) -> TupleType {
    TupleType { types: tuple.types.iter().map(Type::generalize).collect(), size: tuple.size }
}

fn general_element(element: &StructElement) -> StructElement {
    StructElement { value: element.value.generalize(), ..element.clone() }
}

fn general_callable(callable: &Callable) -> Callable {
    Callable {
        parameters: callable.parameters.as_ref().map(general_tuple),
        block: callable.block.as_ref().map(Type::generalize),
        returns: callable
            .returns
            .as_ref()
            .map(Type::generalize)
            .filter(|returns| !matches!(returns, Type::Any)),
    }
}
