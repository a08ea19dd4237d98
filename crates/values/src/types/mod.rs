//! Types of the Puppet language (Pcore).
//!
//! A type is data, cheap to copy: [`Type`] says what it is, and each concern about types (whether one takes
//! another, whether a value is an instance, how it is written, what fits several) is a module of its own with
//! a function or two that match on it.

mod alias;
mod assign;
mod builtin;
mod callable;
mod common;
mod define;
mod equality;
mod generalize;
mod guard;
mod infer;
mod instance;
mod iterable;
pub mod known;
mod make;
mod normalize;
mod parameterize;
mod parse;
mod range;
mod text;
mod visit;
mod write;

use std::sync::Arc;

use ecow::EcoString;

pub use alias::{Alias, AliasError};
pub(crate) use assign::guarded;
pub use builtin::{BuiltinTypes, builtin, data, deferred, error, rich_data};
pub use define::{declare, define};
pub(crate) use guard::Guard;
pub use infer::{infer, infer_set};
pub use instance::is_instance;
pub(crate) use instance::{Really, really};
pub use iterable::element_type;
pub use parameterize::{AccessError, parameterize};
pub use parse::{NoTypes, TypeError, TypeLoader, named, parse, read_alias, resolve};
pub use range::{Range, Size};
pub use text::{Expanded, capitalized_segments};
pub(crate) use visit::find_reference;
pub(crate) use write::write_value;

use crate::object::{ObjectType, Parameterized, TypeSet};
use crate::time::{Timespan, Timestamp};
use crate::value::{Map, Value};
use crate::version::VersionRange;

/// A type. Two are equal as Ruby's `eql?` has it: written alike, but for the order within a Variant or a
/// Pattern.
#[derive(Clone)]
pub enum Type {
    /// `Any`.
    Any,
    /// What takes everything and is taken by everything: the type of what is not there.
    Unit,
    /// `Undef`.
    Undef,
    /// `Default`.
    Default,
    /// `Scalar`.
    Scalar,
    /// `ScalarData`.
    ScalarData,
    /// `Numeric`.
    Numeric,
    /// `Integer[from, to]`.
    Integer(Range<i64>),
    /// `Float[from, to]`.
    Float(Range<f64>),
    /// `Boolean[value]`.
    Boolean(Option<bool>),
    /// `String[from, to]`.
    String(Size),
    /// The type of one string; written `String`, as Puppet does.
    ExactString(EcoString),
    /// `Enum['a', 'b']`.
    Enum(Arc<Choices>),
    /// `Pattern[/a/]`.
    Pattern(Arc<[Arc<regexp::Regexp>]>),
    /// `Regexp[/a/]`.
    Regexp(Option<Arc<regexp::Regexp>>),
    /// `Collection[from, to]`.
    Collection(Size),
    /// `Array[element, from, to]`.
    Array(Arc<ArrayType>),
    /// `Hash[key, value, from, to]`.
    Hash(Arc<HashType>),
    /// `Tuple[a, b, from, to]`.
    Tuple(Arc<TupleType>),
    /// `Struct[{a => b}]`.
    Struct(Arc<[StructElement]>),
    /// `Variant[a, b]`.
    Variant(Arc<[Type]>),
    /// `Optional[a]`.
    Optional(Option<Arc<Type>>),
    /// `NotUndef[a]`.
    NotUndef(Option<Arc<Type>>),
    /// `Type[a]`.
    Type(Option<Arc<Type>>),
    /// `Callable[...]`; absent for a callable of which nothing is known.
    Callable(Option<Arc<Callable>>),
    /// `CatalogEntry`.
    CatalogEntry,
    /// `Class['a']`.
    Class(Option<Arc<str>>),
    /// `File['a']`, `Resource['file', 'a']`.
    Resource(Option<Arc<ResourceType>>),
    /// `Iterable[a]`.
    Iterable(Option<Arc<Type>>),
    /// `Iterator[a]`.
    Iterator(Option<Arc<Type>>),
    /// `Sensitive[a]`; absent for any.
    Sensitive(Option<Arc<Type>>),
    /// `Binary`.
    Binary,
    /// `SemVer[ranges]`.
    SemVer(Arc<[Arc<VersionRange>]>),
    /// `SemVerRange`.
    SemVerRange,
    /// `Timespan[from, to]`.
    Timespan(Arc<Range<Timespan>>),
    /// `Timestamp[from, to]`.
    Timestamp(Arc<Range<Timestamp>>),
    /// `URI[{parts}]`.
    Uri(Option<Arc<Map>>),
    /// `Init[a, arguments]`.
    Init(Option<Arc<InitType>>),
    /// `Object[{...}]`; absent for `Object` itself, which takes all of them.
    Object(Option<Arc<ObjectType>>),
    /// An Object type with values for its type parameters: `Error['kind']`.
    Parameterized(Arc<Parameterized>),
    /// `TypeSet[{...}]`; absent for `TypeSet` itself.
    TypeSet(Option<Arc<TypeSet>>),
    /// A name that stands for a type, which may hold itself.
    Alias(Arc<Alias>),
    /// `TypeReference['a']`: a name that stands for nothing known.
    Reference(EcoString),
    /// `Runtime[runtime, name]`.
    Runtime(Option<Arc<RuntimeType>>),
}

/// What an Enum takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choices {
    /// Sorted, without doubles, as Puppet keeps them.
    pub values: Vec<EcoString>,
    /// Whether `A` is `a`.
    pub ignores_case: bool,
}

/// `Array[element, from, to]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArrayType {
    /// Each of its elements.
    pub element: Type,
    /// How many.
    pub size: Size,
}

/// `Hash[key, value, from, to]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HashType {
    /// Each of its keys.
    pub key: Type,
    /// Each of its values.
    pub value: Type,
    /// How many.
    pub size: Size,
}

/// `Tuple[a, b, from, to]`: the last type stands for all that follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct TupleType {
    /// Its elements, one after another.
    pub types: Vec<Type>,
    /// How many; as many as there are types where none was written.
    pub size: Size,
}

/// An element of a Struct.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StructElement {
    /// The key's name.
    pub name: EcoString,
    /// Whether the key may be missing.
    pub optional: bool,
    /// The value's type.
    pub value: Type,
}

/// What can be called with what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Callable {
    /// The parameters; absent for a callable of which only the result is known.
    pub parameters: Option<TupleType>,
    /// The block: a callable, or an optional one.
    pub block: Option<Type>,
    /// What it returns, if that is not anything.
    pub returns: Option<Type>,
}

/// A resource, or all of a type.
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// The name of its type as written, in capitals: `Apache::Vhost`. Case does not count.
    pub name: EcoString,
    /// The title; absent for all of the type.
    pub title: Option<EcoString>,
}

/// `Init[a, arguments]`: what `a` can be made of, with these arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InitType {
    /// What is made.
    pub made: Type,
    /// The arguments after the first.
    pub arguments: Vec<Value>,
}

/// A type of the language that Puppet is written in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuntimeType {
    /// `ruby`.
    pub runtime: EcoString,
    /// The name there, or a pattern and what replaces it.
    pub name: Option<Value>,
}

impl TupleType {
    /// How many elements there may be.
    pub fn size_range(&self) -> Size {
        match self.size {
            Range::Any if self.types.is_empty() => Range::AtLeast(0),
            Range::Any => Size::exactly(self.types.len()),
            size => size.written_out(),
        }
    }

    /// The type of the element at this place; absent where there are no types.
    pub fn type_at(&self, index: usize) -> Option<&Type> {
        self.types.get(index).or_else(|| self.types.last())
    }
}
