//! Values that are written out, and how Ruby shows and compares them: Puppet's messages show Ruby's text.
//!
//! As Puppet's `LiteralEvaluator`, with its peculiarities: a type with arguments counts as the list of its
//! arguments, and the minus of what has none raises Ruby's own error.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{deep, error, model::Model};
use crate::Issue;
use crate::ast::{Access, Expression, ExpressionKind, HashEntry, UnaryOperator};
use crate::ruby;

/// The number of a value. Equal values have the same.
pub(super) type Identity = usize;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Failure {
    /// It has to be evaluated.
    NotLiteral,
    /// It is the minus of what Ruby calls so.
    NoMinus(&'static str),
}

impl Failure {
    /// The error that Ruby raises, and that ends all checking.
    pub fn raised(self, node: Model<'_>) -> Option<Issue> {
        match self {
            Self::NotLiteral => None,
            Self::NoMinus(class) => {
                let issue = error("NO_METHOD_ERROR", node, format!("undefined method `-@' for {class}"));
                Some(Issue { span: None, ..issue }.hint("remove the minus sign: only numbers have one"))
            }
        }
    }
}

/// A value whose parts are given by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Value<'tree> {
    Undef,
    Default,
    Boolean(bool),
    Integer(i64),
    /// Its bits; zero has no sign.
    Float(u64),
    /// Also names of types, in small letters.
    String(Cow<'tree, str>),
    Regexp(&'tree str),
    Array(Vec<Identity>),
    /// The last value for every key, in whatever order.
    Hash(BTreeMap<Identity, Identity>),
}

/// The values of a tree. Each expression is evaluated once, however many others it stands in.
#[derive(Default)]
pub(super) struct Literals<'tree> {
    numbers: HashMap<Value<'tree>, Identity>,
    values: Vec<Value<'tree>>,
    evaluated: HashMap<*const Expression, Result<Identity, Failure>>,
}

impl<'tree> Literals<'tree> {
    /// The number of the value of an expression that needs no evaluation.
    pub fn identity(&mut self, expression: &'tree Expression) -> Result<Identity, Failure> {
        let place: *const Expression = expression;
        if let Some(known) = self.evaluated.get(&place) {
            return *known;
        }
        let identity = deep(|| self.evaluate(expression)).map(|value| self.number(value));
        self.evaluated.insert(place, identity);
        identity
    }

    fn number(&mut self, value: Value<'tree>) -> Identity {
        if let Some(known) = self.numbers.get(&value) {
            return *known;
        }
        self.values.push(value.clone());
        self.numbers.insert(value, self.values.len() - 1);
        self.values.len() - 1
    }

    fn evaluate(&mut self, expression: &'tree Expression) -> Result<Value<'tree>, Failure> {
        Ok(match &expression.kind {
            ExpressionKind::Undef => Value::Undef,
            ExpressionKind::Default => Value::Default,
            ExpressionKind::Boolean(value) => Value::Boolean(*value),
            ExpressionKind::Integer(integer) => Value::Integer(integer.value),
            ExpressionKind::Float(value) => float_value(*value),
            ExpressionKind::String(text)
            | ExpressionKind::RenderString(text)
            | ExpressionKind::QualifiedName(text) => Value::String(Cow::Borrowed(text)),
            ExpressionKind::QualifiedReference(name) => {
                Value::String(Cow::Owned(name.to_lowercase().to_string()))
            }
            ExpressionKind::Regexp(source) => Value::Regexp(source),
            ExpressionKind::Array(values) => self.array(values)?,
            ExpressionKind::Access(access) => self.array(arguments(access)?)?,
            ExpressionKind::Hash(entries) => self.hash(entries)?,
            ExpressionKind::Unary(unary) if unary.operator == UnaryOperator::Minus => {
                let operand = self.identity(&unary.operand)?;
                negated(self.values[operand].clone())?
            }
            _ => return Err(Failure::NotLiteral),
        })
    }

    fn array(&mut self, values: &'tree [Expression]) -> Result<Value<'tree>, Failure> {
        values.iter().map(|value| self.identity(value)).collect::<Result<_, _>>().map(Value::Array)
    }

    fn hash(&mut self, entries: &'tree [HashEntry]) -> Result<Value<'tree>, Failure> {
        let mut pair =
            |entry: &'tree HashEntry| Ok((self.identity(&entry.key)?, self.identity(&entry.value)?));
        entries.iter().map(&mut pair).collect::<Result<_, _>>().map(Value::Hash)
    }

    /// As Ruby's `to_s` of the value of this expression, which has one.
    pub fn shown(&mut self, expression: &'tree Expression) -> String {
        match self.scalar(expression) {
            Some(Value::Undef) => String::new(),
            Some(Value::Default) => "default".into(),
            Some(Value::String(text)) => text.into_owned(),
            Some(Value::Regexp(source)) => format!("(?-mix:{})", ruby::escaped_slashes(source)),
            _ => self.inspected(expression),
        }
    }

    /// As Ruby's `inspect`.
    fn inspected(&mut self, expression: &'tree Expression) -> String {
        if let Some(value) = self.scalar(expression) {
            return inspected_scalar(&value);
        }
        deep(|| match &expression.kind {
            ExpressionKind::Array(values) => self.inspected_list(values),
            ExpressionKind::Access(access) => self.inspected_list(&access.keys),
            ExpressionKind::Hash(entries) => self.inspected_hash(entries),
            _ => String::new(),
        })
    }

    fn inspected_list(&mut self, values: &'tree [Expression]) -> String {
        format!("[{}]", values.iter().map(|value| self.inspected(value)).collect::<Vec<_>>().join(", "))
    }

    /// A key stays where it was first, with the value that it was given last.
    fn inspected_hash(&mut self, entries: &'tree [HashEntry]) -> String {
        let mut last = HashMap::new();
        for entry in entries {
            last.insert(self.identity(&entry.key), &entry.value);
        }
        let mut seen = HashSet::new();
        let mut pairs = Vec::new();
        for entry in entries {
            let key = self.identity(&entry.key);
            if seen.insert(key) {
                let value = last.get(&key).copied().unwrap_or(&entry.value);
                pairs.push(format!("{}=>{}", self.inspected(&entry.key), self.inspected(value)));
            }
        }
        format!("{{{}}}", pairs.join(", "))
    }

    /// The value, unless it is made of others.
    fn scalar(&mut self, expression: &'tree Expression) -> Option<Value<'tree>> {
        let identity = self.identity(expression).ok()?;
        let value = &self.values[identity];
        if *value == float_value(0.0) && is_negated(expression) {
            return Some(Value::Float((-0.0_f64).to_bits()));
        }
        (!matches!(value, Value::Array(_) | Value::Hash(_))).then(|| value.clone())
    }
}

/// A list alone in brackets is no argument, so that `Optional[[String]]` is found.
fn arguments(access: &Access) -> Result<&[Expression], Failure> {
    match access.keys.as_slice() {
        [Expression { kind: ExpressionKind::Array(_), .. }] => Err(Failure::NotLiteral),
        keys => Ok(keys),
    }
}

fn float_value(number: f64) -> Value<'static> {
    Value::Float(if number == 0.0 { 0.0_f64 } else { number }.to_bits())
}

fn negated(value: Value<'_>) -> Result<Value<'_>, Failure> {
    Err(Failure::NoMinus(match value {
        Value::Integer(number) => return Ok(Value::Integer(-number)),
        Value::Float(bits) => return Ok(float_value(-f64::from_bits(bits))),
        // Ruby's minus of a string is the string, frozen.
        Value::String(_) => return Ok(value),
        Value::Undef => "nil",
        Value::Boolean(true) => "true",
        Value::Boolean(false) => "false",
        Value::Default => "an instance of Symbol",
        Value::Regexp(_) => "an instance of Regexp",
        Value::Array(_) => "an instance of Array",
        Value::Hash(_) => "an instance of Hash",
    }))
}

fn is_negated(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Unary(unary) => !deep(|| is_negated(&unary.operand)),
        _ => false,
    }
}

fn inspected_scalar(value: &Value<'_>) -> String {
    match value {
        Value::Undef | Value::Array(_) | Value::Hash(_) => "nil".into(),
        Value::Default => ":default".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(bits) => ruby::float(f64::from_bits(*bits)),
        Value::String(text) => ruby::quoted(text),
        Value::Regexp(source) => format!("/{}/", ruby::escaped_slashes(source)),
    }
}
