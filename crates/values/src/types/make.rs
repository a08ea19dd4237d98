//! Making types.

use std::sync::{Arc, LazyLock};

use ecow::EcoString;

use super::{
    ArrayType, Callable, Choices, HashType, Range, ResourceType, Size, StructElement, TupleType, Type,
    capitalized_segments,
};
use crate::time::{Timespan, Timestamp};

impl Type {
    /// `Integer[from, to]`.
    pub fn integers(from: Option<i64>, to: Option<i64>) -> Self {
        Self::Integer(Range::new(from, to))
    }

    /// `String[1]`.
    pub fn non_empty_string() -> Self {
        Self::String(Range::AtLeast(1))
    }

    /// `Enum[values]`.
    pub fn choices(values: impl IntoIterator<Item = EcoString>, ignores_case: bool) -> Self {
        let mut values: Vec<EcoString> = values.into_iter().collect();
        values.sort_unstable();
        values.dedup();
        Self::Enum(Arc::new(Choices { values, ignores_case }))
    }

    /// `Array`.
    pub fn any_array() -> Self {
        static ANY: LazyLock<Type> = LazyLock::new(|| Type::array(Type::Any, Range::Any));
        ANY.clone()
    }

    /// `Array[0, 0]`, the type of `[]`.
    pub fn empty_array() -> Self {
        static EMPTY: LazyLock<Type> = LazyLock::new(|| Type::array(Type::Unit, Range::Between(0, 0)));
        EMPTY.clone()
    }

    /// `Array[element, size]`.
    pub fn array(element: Self, size: Size) -> Self {
        let element = if size.from() == Some(0) && size.to() == Some(0) { Self::Unit } else { element };
        Self::Array(Arc::new(ArrayType { element, size }))
    }

    /// `Hash`.
    pub fn any_hash() -> Self {
        static ANY: LazyLock<Type> = LazyLock::new(|| Type::hash(Type::Any, Type::Any, Range::Any));
        ANY.clone()
    }

    /// `Hash[0, 0]`, the type of `{}`.
    pub fn empty_hash() -> Self {
        static EMPTY: LazyLock<Type> =
            LazyLock::new(|| Type::hash(Type::Unit, Type::Unit, Range::Between(0, 0)));
        EMPTY.clone()
    }

    /// `Hash[key, value, size]`.
    pub fn hash(key: Self, value: Self, size: Size) -> Self {
        let empty = size.from() == Some(0) && size.to() == Some(0);
        let (key, value) = if empty { (Self::Unit, Self::Unit) } else { (key, value) };
        Self::Hash(Arc::new(HashType { key, value, size }))
    }

    /// `Tuple[types, size]`.
    pub fn tuple(types: Vec<Self>, size: Size) -> Self {
        Self::Tuple(Arc::new(TupleType { types, size }))
    }

    /// `Struct[elements]`.
    pub fn structure(elements: Vec<StructElement>) -> Self {
        Self::Struct(elements.into())
    }

    /// `Variant[types]`: those within other Variants taken out, without doubles; a single one stands for
    /// itself.
    pub fn variant(types: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        let mut add = |found: &Self| {
            if !flat.contains(found) {
                flat.push(found.clone());
            }
        };
        for found in types {
            match &found {
                Self::Variant(inner) => inner.iter().for_each(&mut add),
                other => add(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::Variant(flat.into()) }
    }

    /// `Optional[inner]`.
    pub fn optional(inner: Self) -> Self {
        Self::Optional(Some(Arc::new(inner)))
    }

    /// `NotUndef[inner]`.
    pub fn not_undef(inner: Self) -> Self {
        Self::NotUndef(if matches!(inner, Self::Any) { None } else { Some(Arc::new(inner)) })
    }

    /// `Type[inner]`.
    pub fn type_of(inner: Self) -> Self {
        Self::Type(Some(Arc::new(inner)))
    }

    /// `Iterable[inner]`.
    pub fn iterable(inner: Self) -> Self {
        Self::Iterable(Some(Arc::new(inner)))
    }

    /// `Iterator[inner]`.
    pub fn iterator(inner: Self) -> Self {
        Self::Iterator(Some(Arc::new(inner)))
    }

    /// `Sensitive[inner]`, which never says more than the general type of what it hides.
    pub fn sensitive(inner: &Self) -> Self {
        let general = inner.generalize();
        Self::Sensitive(if matches!(general, Self::Any) { None } else { Some(Arc::new(general)) })
    }

    /// `Class[name]`.
    pub fn class(name: &str) -> Self {
        Self::Class(Some(name.strip_prefix("::").unwrap_or(name).into()))
    }

    /// `Name[title]`; the name is given its capitals.
    pub fn resource(name: &str, title: Option<EcoString>) -> Self {
        Self::Resource(Some(Arc::new(ResourceType { name: capitalized_segments(name), title })))
    }

    /// Any number of parameters of these types, in order, and what is returned.
    pub fn callable(parameters: TupleType, block: Option<Self>, returns: Option<Self>) -> Self {
        let returns = returns.filter(|returns| !matches!(returns, Self::Any));
        Self::Callable(Some(Arc::new(Callable { parameters: Some(parameters), block, returns })))
    }

    /// `Timespan[from, to]`.
    pub fn timespan(range: Range<Timespan>) -> Self {
        Self::Timespan(Arc::new(range))
    }

    /// `Timestamp[from, to]`.
    pub fn timestamp(range: Range<Timestamp>) -> Self {
        Self::Timestamp(Arc::new(range))
    }

    /// What an alias stands for, through other aliases; everything else is itself.
    pub fn resolved(&self) -> &Self {
        let mut found = self;
        while let Self::Alias(alias) = found {
            match alias.resolved() {
                Some(resolved) => found = resolved,
                None => return found,
            }
        }
        found
    }
}
