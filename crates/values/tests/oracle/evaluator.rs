//! An evaluator just large enough for the cases: literals, types, operators, and the functions that make
//! values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use syntax::ast::{
    BinaryOperator, Case, Expression, ExpressionKind, HashEntry, Segment, TypeAlias, UnaryOperator,
};
use values::compare::{Relation, equals, includes, matches, relate};
use values::label::{a_label, class_name, label};
use values::new::{Context, create};
use values::types::{
    Type, TypeError, TypeLoader, builtin, declare, define, infer, infer_set, named, parameterize,
};
use values::{Map, Value, format, mismatch, time};

/// A type that a case defines.
struct Definition {
    declared: Option<Type>,
    definition: TypeAlias,
    source: String,
}

/// The types that a case defines by their names in lower case, and what is always there.
#[derive(Default)]
pub struct Evaluator {
    types: HashMap<String, Definition>,
    variables: HashMap<String, Value>,
    /// The types that are being defined, or are.
    loaded: RefCell<Vec<String>>,
}

impl TypeLoader for Evaluator {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        let Some(found) = self.types.get(name) else { return builtin().load(name) };
        if !self.loaded.borrow().iter().any(|known| known == name) {
            self.loaded.borrow_mut().push(name.to_owned());
            define(found.declared.as_ref(), &found.definition, &found.source, self)?;
        }
        Ok(found.declared.clone())
    }
}

type Answer = Result<Value, String>;

impl Evaluator {
    /// Knows these types, which may hold each other.
    pub fn with_types(definitions: &[(String, String)]) -> Result<Self, String> {
        let mut evaluator = Self::default();
        for (name, text) in definitions {
            let source = format!("type {name} = {text}");
            let parse = syntax::parse(&source, &syntax::Options::default());
            if let Some(issue) = parse.issues.iter().find(|issue| issue.severity == syntax::Severity::Error) {
                return Err(issue.message.clone());
            }
            let definition = match &parse.program.statements[0].kind {
                ExpressionKind::TypeAlias(definition) => (**definition).clone(),
                other => return Err(format!("no definition: {other:?}")),
            };
            let declared = declare(&definition);
            evaluator.types.insert(name.to_lowercase(), Definition { declared, definition, source });
        }
        for name in evaluator.types.keys() {
            text(evaluator.load(name))?;
        }
        Ok(evaluator)
    }

    /// The value of the last statement.
    pub fn run(&mut self, code: &str) -> Answer {
        let parse = syntax::parse(code, &syntax::Options::default());
        let refused = |issue: &&syntax::Issue| issue.severity == syntax::Severity::Error;
        let lenient = |issue: &&syntax::Issue| !issue.message.contains("has no effect");
        if let Some(issue) = parse.issues.iter().filter(lenient).find(refused) {
            return Err(issue.message.clone());
        }
        let mut last = Value::Undef;
        for statement in &parse.program.statements {
            last = self.evaluate(statement)?;
        }
        Ok(last)
    }

    fn all(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, String> {
        expressions.iter().map(|expression| self.evaluate(expression)).collect()
    }

    fn evaluate(&mut self, expression: &Expression) -> Answer {
        Ok(match &expression.kind {
            ExpressionKind::Undef => Value::Undef,
            ExpressionKind::Default => Value::Default,
            ExpressionKind::Boolean(value) => Value::Boolean(*value),
            ExpressionKind::Integer(integer) => Value::Integer(integer.value),
            ExpressionKind::Float(value) => Value::Float(*value),
            ExpressionKind::String(text) | ExpressionKind::QualifiedName(text) => Value::String(text.clone()),
            ExpressionKind::ConcatenatedString(segments) => self.concatenated(segments)?,
            ExpressionKind::Regexp(source) => Value::Regexp(Arc::new(text(regexp::Regexp::new(source))?)),
            ExpressionKind::Array(elements) => Value::Array(self.all(elements)?.into_iter().collect()),
            ExpressionKind::Hash(entries) => self.hash(entries)?,
            ExpressionKind::Variable(name) => {
                self.variables.get(name.as_str()).cloned().ok_or("unknown variable")?
            }
            ExpressionKind::Parenthesized(inner) => self.evaluate(inner)?,
            ExpressionKind::Unary(unary) if unary.operator == UnaryOperator::Minus => {
                match self.evaluate(&unary.operand)? {
                    Value::Integer(value) => Value::Integer(-value),
                    Value::Float(value) => Value::Float(-value),
                    other => return Err(format!("cannot negate {other}")),
                }
            }
            ExpressionKind::QualifiedReference(name) => Value::Type(self.reference(name)?),
            ExpressionKind::Assignment(assignment) => {
                let value = self.evaluate(&assignment.right)?;
                if let ExpressionKind::Variable(name) = &assignment.left.kind {
                    self.variables.insert(name.to_string(), value.clone());
                }
                value
            }
            ExpressionKind::Access(access) => {
                let left = self.evaluate(&access.left)?;
                let keys = match (&left, access.keys.as_slice()) {
                    (Value::Type(Type::Class(_)), keys) => {
                        keys.iter().map(|key| self.class_key(key)).collect::<Result<_, _>>()?
                    }
                    (_, keys) => self.all(keys)?,
                };
                match &left {
                    Value::Type(found) => text(parameterize(found, &keys))?,
                    Value::Hash(entries) => entries.get(&keys[0]).cloned().unwrap_or(Value::Undef),
                    other => return Err(format!("Operator '[]' is not applicable to {}.", a_label(other))),
                }
            }
            ExpressionKind::Binary(binary) => {
                let left = self.evaluate(&binary.left)?;
                let right = self.evaluate(&binary.right)?;
                operate(binary.operator, &left, &right)?
            }
            ExpressionKind::Case(case) => self.case(case)?,
            ExpressionKind::Call(call) => {
                let arguments = self.all(&call.arguments)?;
                match &call.function.kind {
                    ExpressionKind::QualifiedReference(name) => {
                        let found = self.reference(name)?;
                        self.make(&found, &arguments)?
                    }
                    ExpressionKind::QualifiedName(name) => self.function(name, &arguments)?,
                    _ => return Err("no function".into()),
                }
            }
            ExpressionKind::MethodCall(call) => match &call.function.kind {
                ExpressionKind::NamedAccess(access) if access.name == "reverse_each" => {
                    let value = self.evaluate(&access.left)?;
                    let iterator = values::iterator::Iterator::over(&value).ok_or("not iterable")?;
                    Value::Iterator(Arc::new(iterator.reversed()))
                }
                ExpressionKind::NamedAccess(access) => match self.evaluate(&access.left)? {
                    Value::Object(instance) => {
                        instance.get(&access.name).cloned().ok_or("no such attribute")?
                    }
                    value => {
                        let mut arguments = self.all(&call.arguments)?;
                        arguments.insert(0, value);
                        self.function(&access.name, &arguments)?
                    }
                },
                _ => return Err("no method".into()),
            },
            other => return Err(format!("the tests cannot evaluate {other:?}")),
        })
    }

    fn class_key(&mut self, key: &Expression) -> Answer {
        match &key.kind {
            ExpressionKind::QualifiedReference(name) => {
                text(values::types::parse(name, &*self).map(Value::Type))
            }
            _ => self.evaluate(key),
        }
    }

    fn reference(&self, name: &str) -> Result<Type, String> {
        match text(named(name, self))? {
            Type::Reference(name) => Err(format!("Resource type not found: {name}")),
            found => Ok(found),
        }
    }

    fn concatenated(&mut self, segments: &[Segment]) -> Answer {
        let mut result = String::new();
        for segment in segments {
            match segment {
                Segment::Text(text, _) => result.push_str(text),
                Segment::Interpolation(inner) => {
                    let value = match &inner.kind {
                        ExpressionKind::QualifiedName(name) => {
                            self.variables.get(name.as_str()).cloned().unwrap_or(Value::Undef)
                        }
                        _ => self.evaluate(inner)?,
                    };
                    result.push_str(&value.to_string());
                }
            }
        }
        Ok(result.into())
    }

    fn hash(&mut self, entries: &[HashEntry]) -> Answer {
        let mut map = Map::default();
        for entry in entries {
            map.insert(self.evaluate(&entry.key)?, self.evaluate(&entry.value)?);
        }
        Ok(Value::Hash(Arc::new(map)))
    }

    fn case(&mut self, case: &Case) -> Answer {
        let test = self.evaluate(&case.test)?;
        for option in &case.options {
            for pattern in &option.values {
                if matches!(pattern.kind, ExpressionKind::Default) || matches(&test, &self.evaluate(pattern)?)
                {
                    let body = option.body.as_ref().expect("a body");
                    return self.evaluate(&body.statements[0]);
                }
            }
        }
        Ok(Value::Undef)
    }

    fn make(&mut self, found: &Type, arguments: &[Value]) -> Answer {
        let context = Context::new(&*self, time::Timestamp::from_seconds(0));
        text(create(found, arguments, &context))
    }

    /// A function that was called, or a method, which is a function of what stands before it.
    fn function(&mut self, name: &str, arguments: &[Value]) -> Answer {
        match (name, arguments) {
            ("new", [Value::Type(found), arguments @ ..]) => self.make(found, arguments),
            ("convert_to", [value, Value::Type(found), more @ ..]) => {
                let arguments: Vec<Value> = std::iter::once(value).chain(more).cloned().collect();
                self.make(found, &arguments)
            }
            _ => function(name, arguments),
        }
    }
}

fn text<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn operate(operator: BinaryOperator, left: &Value, right: &Value) -> Answer {
    let related = |relation, shown: &str| {
        relate(left, relation, right).map_err(|error| {
            let (left, right) = (label(left), label(right));
            format!("Comparison of: {left} {shown} {right}, is not possible. Caused by '{error}'.")
        })
    };
    Ok(Value::Boolean(match operator {
        BinaryOperator::Equal => equals(left, right),
        BinaryOperator::NotEqual => !equals(left, right),
        BinaryOperator::Less => related(Relation::Less, "<")?,
        BinaryOperator::LessOrEqual => related(Relation::LessOrEqual, "<=")?,
        BinaryOperator::Greater => related(Relation::Greater, ">")?,
        BinaryOperator::GreaterOrEqual => related(Relation::GreaterOrEqual, ">=")?,
        BinaryOperator::In => includes(right, left, &mut |_| ()),
        BinaryOperator::Match => match right {
            Value::Type(_) | Value::SemVerRange(_) => matches(left, right),
            Value::Regexp(_) if left.as_str().is_some() => matches(left, right),
            Value::String(source) => {
                let pattern = regexp::Regexp::new(source).map_err(|error| {
                    format!(
                        "Can not convert right match operand to a regular expression. Caused by '{error}'."
                    )
                })?;
                if left.as_str().is_none() {
                    return Err(not_text(left));
                }
                matches(left, &Value::Regexp(Arc::new(pattern)))
            }
            Value::Regexp(_) => return Err(not_text(left)),
            other => {
                let class = if other.is_undef() { "nil".to_owned() } else { class_name(other) };
                let problem = "Can not convert right match operand to a regular expression.";
                return Err(format!("{problem} Caused by 'no implicit conversion of {class} into String'."));
            }
        },
        other => return Err(format!("the tests have no operator {}", other.text())),
    }))
}

fn not_text(left: &Value) -> String {
    format!("Left match operand must result in a String value. Got {}.", a_label(left))
}

fn function(name: &str, arguments: &[Value]) -> Answer {
    match (name, arguments) {
        ("type", [value]) => Ok(Value::Type(infer_set(value))),
        ("type", [value, kind]) if kind.as_str() == Some("generalized") => {
            Ok(Value::Type(infer(value).generalize()))
        }
        ("type", [value, _]) => Ok(Value::Type(infer(value))),
        ("assert_type", [Value::Type(expected), value]) => {
            if expected.is_instance(value) {
                return Ok(value.clone());
            }
            Err(mismatch::describe_mismatch("assert_type():", expected, &infer_set(value)))
        }
        ("unwrap", [Value::Sensitive(secret)]) => Ok(secret.unwrap().clone()),
        ("sprintf", arguments) => text(format::sprintf(arguments)).map(Value::from),
        ("strftime", [Value::Timespan(span), Value::String(format)]) => {
            text(format::format_timespan(*span, format)).map(Value::from)
        }
        ("strftime", [Value::Timestamp(stamp), Value::String(format), zone @ ..]) => {
            let zone = zone.first().and_then(Value::as_str);
            text(format::format_timestamp(*stamp, format, zone, 0)).map(Value::from)
        }
        _ => Err(format!("the tests have no function {name}")),
    }
}
