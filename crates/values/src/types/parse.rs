//! Reading types: from text, and from the syntax tree of a type alias.
//!
//! Nothing is evaluated: a type is made of literals and of other types. Manifests evaluate the parameters of
//! types like any other expression; [`super::parameterize`] is for them.

use std::cell::Cell;

use syntax::ast::{Access, Expression, ExpressionKind, HashEntry, TypeAlias, UnaryOperator};

use super::parameterize::{AccessError, Problem, parameterize};
use super::{AliasError, Type, known};
use crate::object::ObjectError;
use crate::value::{Map, Value};

/// Finds the types that names stand for, beyond those of the language itself.
pub trait TypeLoader {
    /// The type of this name, which is in lower case; none where the name stands for nothing.
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError>;
}

/// Knows the types of the language alone, without `Data` and its like.
pub struct NoTypes;

impl TypeLoader for NoTypes {
    fn load(&self, _name: &str) -> Result<Option<Type>, TypeError> {
        Ok(None)
    }
}

/// Why a text is no type, in Puppet's words.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TypeError {
    /// The text cannot be read at all.
    #[error("{0}")]
    Syntax(String),
    /// It is something else.
    #[error("The expression <{0}> is not a valid type specification.")]
    NotAType(String),
    /// It is nested too deep.
    #[error("type nested deeper than {DEEPEST} levels")]
    TooDeep,
    /// Too many parameters, or too few.
    #[error("Invalid number of type parameters specified: {name} requires {required}, {given} provided")]
    Count {
        /// The type.
        name: String,
        /// How many it takes.
        required: &'static str,
        /// How many there are.
        given: usize,
    },
    /// The type takes no parameters.
    #[error("Not a parameterized type <{0}>")]
    NotParameterized(String),
    /// A parameter is wrong.
    #[error("{0}")]
    Parameter(String),
    /// An Object type or a set of types is wrong.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// An alias is wrong.
    #[error(transparent)]
    Alias(#[from] AliasError),
    /// What the loader found cannot be loaded.
    #[error("{0}")]
    Load(String),
}

/// Reads a type.
pub fn parse(text: &str, loader: &dyn TypeLoader) -> Result<Type, TypeError> {
    // Puppet knows this one by heart, though it could not read it.
    if text == "Array[1]" {
        return Ok(Type::array(Type::Any, super::Range::AtLeast(1)));
    }
    match parse_value(text, loader)? {
        Value::Type(found) => Ok(found),
        _ => Err(TypeError::NotAType(text.to_owned())),
    }
}

/// The type that a name stands for, case aside; a [`Type::Reference`] where it stands for nothing known.
pub fn named(name: &str, loader: &dyn TypeLoader) -> Result<Type, TypeError> {
    let lower = name.to_lowercase();
    if let Some(found) = known::by_name(&lower) {
        return Ok(found);
    }
    Ok(loader.load(&lower)?.unwrap_or_else(|| Type::Reference(name.into())))
}

/// Reads a type, or another literal that holds types.
pub(super) fn parse_value(text: &str, loader: &dyn TypeLoader) -> Result<Value, TypeError> {
    let parse = syntax::parse(text, &syntax::Options::default());
    // Whether a statement has an effect is asked of manifests alone.
    let refused = |issue: &&syntax::Issue| {
        issue.severity == syntax::Severity::Error && issue.stage != syntax::Stage::Validation
    };
    if let Some(issue) = parse.issues.iter().find(refused) {
        return Err(TypeError::Syntax(issue.message.clone()));
    }
    match parse.program.statements.as_slice() {
        [expression] => Reader { source: text, loader, alias: None, depth: Cell::new(0) }.read(expression),
        _ => Err(TypeError::NotAType(text.to_owned())),
    }
}

/// Reads a literal of a source text that may hold types.
pub(super) fn read_literal(
    expression: &Expression,
    source: &str,
    loader: &dyn TypeLoader,
) -> Result<Value, TypeError> {
    Reader { source, loader, alias: None, depth: Cell::new(0) }.read(expression)
}

/// Reads what a type alias stands for. Object types and sets of types are not made here, since they have
/// names.
pub fn read_alias(alias: &TypeAlias, source: &str, loader: &dyn TypeLoader) -> Result<Type, TypeError> {
    read(&alias.type_expression, Reader { source, loader, alias: Some(alias), depth: Cell::new(0) })
}

/// Reads the type that an expression of a source text stands for.
pub fn resolve(expression: &Expression, source: &str, loader: &dyn TypeLoader) -> Result<Type, TypeError> {
    read(expression, Reader { source, loader, alias: None, depth: Cell::new(0) })
}

fn read(expression: &Expression, reader: Reader<'_>) -> Result<Type, TypeError> {
    match reader.read(expression)? {
        Value::Type(found) => Ok(found),
        _ => Err(reader.not_a_type(expression)),
    }
}

struct Reader<'a> {
    source: &'a str,
    loader: &'a dyn TypeLoader,
    /// The alias that the expression belongs to.
    alias: Option<&'a TypeAlias>,
    /// How deep in it the reader is.
    depth: Cell<u32>,
}

/// How deep a type may be nested.
const DEEPEST: u32 = 200;

impl Reader<'_> {
    /// What an expression looks like. Of the whole type of an alias Puppet shows what stands from the alias's
    /// name to before the last bracket.
    fn text(&self, expression: &Expression) -> String {
        let (mut start, mut end) = (expression.span.start as usize, expression.span.end as usize);
        if let Some(alias) = self.alias.filter(|alias| alias.type_expression.span == expression.span) {
            start = alias.name_span.start as usize;
            end -= usize::from(matches!(expression.kind, ExpressionKind::Access(_)));
        }
        self.source.get(start..end).unwrap_or_default().to_owned()
    }

    fn not_a_type(&self, expression: &Expression) -> TypeError {
        TypeError::NotAType(self.text(expression))
    }

    fn read(&self, expression: &Expression) -> Result<Value, TypeError> {
        if self.depth.get() >= DEEPEST {
            return Err(TypeError::TooDeep);
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.read_one(expression);
        self.depth.set(self.depth.get() - 1);
        value
    }

    fn read_one(&self, expression: &Expression) -> Result<Value, TypeError> {
        Ok(match &expression.kind {
            ExpressionKind::Undef => Value::Undef,
            ExpressionKind::Default => Value::Default,
            ExpressionKind::Boolean(value) => Value::Boolean(*value),
            ExpressionKind::Integer(integer) => Value::Integer(integer.value),
            ExpressionKind::Float(value) => Value::Float(*value),
            ExpressionKind::String(text) | ExpressionKind::QualifiedName(text) => Value::String(text.clone()),
            ExpressionKind::Heredoc(heredoc) => return self.read(&heredoc.text),
            ExpressionKind::Regexp(source) => {
                let pattern =
                    regexp::Regexp::new(source).map_err(|error| TypeError::Parameter(error.to_string()))?;
                Value::Regexp(std::sync::Arc::new(pattern))
            }
            ExpressionKind::Array(elements) => {
                Value::Array(elements.iter().map(|element| self.read(element)).collect::<Result<_, _>>()?)
            }
            ExpressionKind::Hash(entries) => self.read_hash(entries)?,
            ExpressionKind::Unary(unary) if unary.operator == UnaryOperator::Minus => {
                match self.read(&unary.operand)? {
                    Value::Integer(value) => Value::Integer(value.wrapping_neg()),
                    Value::Float(value) => Value::Float(-value),
                    _ => return Err(self.not_a_type(expression)),
                }
            }
            ExpressionKind::QualifiedReference(name) => Value::Type(named(name, self.loader)?),
            ExpressionKind::Access(access) => Value::Type(self.read_access(access, expression)?),
            _ => return Err(self.not_a_type(expression)),
        })
    }

    fn read_hash(&self, entries: &[HashEntry]) -> Result<Value, TypeError> {
        let read = |entry: &HashEntry| Ok((self.read(&entry.key)?, self.read(&entry.value)?));
        let entries: Map = entries.iter().map(read).collect::<Result<_, TypeError>>()?;
        Ok(Value::Hash(std::sync::Arc::new(entries)))
    }

    fn read_access(&self, access: &Access, expression: &Expression) -> Result<Type, TypeError> {
        let ExpressionKind::QualifiedReference(name) = &access.left.kind else {
            return Err(self.not_a_type(expression));
        };
        let keys: Vec<Value> = access.keys.iter().map(|key| self.read(key)).collect::<Result<_, _>>()?;
        let base = named(name, self.loader)?;
        let count = |required| TypeError::Count { name: name.to_string(), required, given: keys.len() };
        match &base {
            Type::Reference(_) => return Ok(Type::Reference(self.text(expression).into())),
            Type::Any
            | Type::CatalogEntry
            | Type::Scalar
            | Type::ScalarData
            | Type::Undef
            | Type::Numeric
            | Type::Default
            | Type::Binary
            | Type::SemVerRange
            | Type::Alias(_) => return Err(TypeError::NotParameterized(self.text(&access.left))),
            Type::Callable(_) if keys.len() > 2 && matches!(keys.first(), Some(Value::Array(_))) => {
                let required = "2 when first parameter is an array";
                return Err(TypeError::Count { name: "callable".into(), required, given: keys.len() });
            }
            Type::Resource(Some(_)) if keys.len() != 1 => return Err(count("1")),
            base => {
                if let Some((least, most, required)) = known::parameter_count(base)
                    && !(least..=most).contains(&keys.len())
                {
                    return Err(TypeError::Count {
                        name: known::title(base, name),
                        required,
                        given: keys.len(),
                    });
                }
            }
        }
        let keys = match &base {
            Type::Resource(None) => resource_keys(keys),
            Type::Callable(_) => callable_keys(keys),
            _ => keys,
        };
        match parameterize(&base, &keys) {
            Ok(Value::Type(found)) => Ok(found),
            Err(_) if is_size_alone(&base, &keys) => {
                let from = keys.first().and_then(Value::as_integer).unwrap_or(0);
                Ok(Type::tuple(Vec::new(), super::Range::AtLeast(from)))
            }
            Ok(_) => Err(self.not_a_type(expression)),
            Err(AccessError { problem: Problem::Object(error), .. }) => Err(error.into()),
            Err(AccessError { problem: Problem::Plain(message), .. }) => Err(TypeError::Parameter(message)),
            Err(_) => Err(match base {
                Type::Boolean(_) => TypeError::Parameter("Boolean parameter must be true or false".into()),
                Type::Enum(_) => {
                    TypeError::Parameter("Enum parameters must be identifiers or strings".into())
                }
                _ => self.not_a_type(expression),
            }),
        }
    }
}

/// What is said to be returned may be a value, which stands for its type.
fn callable_keys(mut keys: Vec<Value>) -> Vec<Value> {
    if let [Value::Array(_), returned] = keys.as_mut_slice()
        && returned.as_type().is_none()
    {
        *returned = Value::Type(super::infer(returned).generalize());
    }
    keys
}

/// `Tuple[1]`, which manifests may not say.
fn is_size_alone(base: &Type, keys: &[Value]) -> bool {
    matches!((base, keys), (Type::Tuple(_), [Value::Integer(_) | Value::Default]))
}

/// A resource type that nobody knows is meant by its name.
fn resource_keys(mut keys: Vec<Value>) -> Vec<Value> {
    if let Some(first) = keys.first_mut()
        && let Value::Type(Type::Reference(name)) = first
    {
        *first = Value::String(name.clone());
    }
    keys
}
