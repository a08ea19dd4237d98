//! `%{...}` in data and in `hiera.yaml`: variables, other keys, literals.

use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;
use values::{Map, Text, Value};

use crate::Hiera;
use crate::context::Context;
use crate::error::{Found, LookupError, Missing, optional};
use crate::explain::{Event, Step};
use crate::invocation::{Invocation, Start};
use crate::key::{Key, Segment, split};
use crate::lookup::Question;
use crate::ruby;
use crate::world::{Variable, Warning, World};

/// Bytes of stack that one lookup within another may need, and how many to add where there are less.
const STACK_LEFT: usize = 256 * 1024;
const STACK_MORE: usize = 2 * 1024 * 1024;

/// How an expression is resolved.
#[derive(Clone, Copy, PartialEq)]
enum Method {
    Scope,
    Lookup,
    Alias,
    Literal,
}

/// What unknown variables are: an error, or only worth a warning.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Unknown {
    Fails,
    Warns,
}

/// How interpolation goes on in a place: which expressions may stand there, and what unknown variables are.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// Whether `lookup('key')` and the like are allowed.
    pub methods: bool,
    pub unknown: Unknown,
}

impl Manner {
    /// In data.
    pub const DATA: Self = Self { methods: true, unknown: Unknown::Fails };
    /// In options and folders of `hiera.yaml`.
    pub const CONFIGURATION: Self = Self { methods: false, unknown: Unknown::Fails };
    /// In paths of `hiera.yaml`.
    pub const LOCATION: Self = Self { methods: false, unknown: Unknown::Warns };
}

impl Hiera {
    /// Resolves all `%{...}` in a value, for `Puppet::LookupContext#interpolate`.
    pub fn interpolate(
        &self,
        value: &Value,
        context: &Context,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        self.resolve(value, &context.invocation, Manner::DATA, world)
    }

    pub(crate) fn resolve(
        &self,
        value: &Value,
        invocation: &Rc<Invocation>,
        manner: Manner,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        match value {
            _ if !holds_expression(value) => Ok(value.clone()),
            Value::String(text) => self.resolve_text(text, invocation, manner, world),
            Value::Array(elements) => {
                let mut resolved = Vec::with_capacity(elements.len());
                for element in elements {
                    resolved.push(self.resolve(element, invocation, manner, world)?);
                }
                Ok(Value::array(resolved))
            }
            Value::Hash(entries) => {
                let mut resolved = Map::default();
                for (key, value) in entries.iter() {
                    let key = self.resolve(key, invocation, manner, world)?;
                    resolved.insert(key, self.resolve(value, invocation, manner, world)?);
                }
                Ok(Value::Hash(Arc::new(resolved)))
            }
            other => Ok(other.clone()),
        }
    }

    /// Resolves a text to a text.
    pub(crate) fn resolve_to_text(
        &self,
        text: &str,
        invocation: &Rc<Invocation>,
        manner: Manner,
        world: &mut dyn World,
    ) -> Result<String, LookupError> {
        Ok(ruby::to_s(&self.resolve(&Value::from(text), invocation, manner, world)?))
    }

    fn resolve_text(
        &self,
        subject: &str,
        invocation: &Rc<Invocation>,
        manner: Manner,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        invocation.with(
            || Step::Interpolation(subject.to_owned()),
            || {
                let mut resolved = String::with_capacity(subject.len());
                let mut rest = subject;
                while let Some((before, expression, after)) = next_expression(rest) {
                    resolved.push_str(before);
                    rest = after;
                    if is_empty(expression) {
                        continue;
                    }
                    let (method, key) = read_expression(expression, manner)?;
                    if method == Method::Alias {
                        // Nothing may stand around an alias, and its value need not be a text.
                        if !resolved.is_empty() || !after.is_empty() || subject.matches("%{").count() != 1 {
                            return Err(alias_in_text());
                        }
                        return self.resolve_key(key, invocation, world);
                    }
                    let value = self.resolve_expression(method, key, subject, invocation, manner, world)?;
                    resolved.push_str(&ruby::to_s(&value));
                }
                resolved.push_str(rest);
                Ok(Value::from(resolved))
            },
        )
    }

    fn resolve_expression(
        &self,
        method: Method,
        key: &str,
        subject: &str,
        invocation: &Rc<Invocation>,
        manner: Manner,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        let (value, name) = match method {
            Method::Scope => (
                self.resolve_variable(key, subject, invocation, manner.unknown, world)?,
                format!("scope:{key}"),
            ),
            Method::Literal => (Value::from(key), key.to_owned()),
            Method::Lookup | Method::Alias => (self.resolve_key(key, invocation, world)?, key.to_owned()),
        };
        invocation.check(&name, || self.resolve(&value, invocation, manner, world))
    }

    /// The value of another key; an empty text where it has none.
    fn resolve_key(
        &self,
        key: &str,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        let start = Start {
            overrides: Rc::clone(&invocation.overrides),
            defaults: Rc::clone(&invocation.defaults),
            hiera_scope: invocation.hiera_scope && invocation.global_only.get(),
            ..Start::default()
        };
        let inner = Invocation::new(self.current().as_ref().or(Some(invocation)), start);
        let parsed = parse_key(key)?;
        inner.set_key(Rc::new(parsed), None);
        // However far lookups lead into each other, the thread's stack is not what ends them.
        self.as_current(&inner, || {
            stacker::maybe_grow(STACK_LEFT, STACK_MORE, || {
                let question =
                    Question { keys: &[key], default: Some(Value::from("")), ..Question::default() };
                self.answer(&question, &inner, world)
            })
        })
    }

    /// The value of a variable, perhaps of a part of it; `undef` where there is none.
    pub(crate) fn resolve_variable(
        &self,
        key: &str,
        subject: &str,
        invocation: &Rc<Invocation>,
        unknown: Unknown,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        let mut segments =
            split(key).map_err(|problem| LookupError::lookup(format!("{problem} in string: {subject}")))?;
        let root: EcoString = match segments.remove(0) {
            Segment::Name(name) => name,
            Segment::Index(index) => index.to_string().into(),
        };
        let found = invocation.with(
            || Step::Scope("Global Scope".to_owned()),
            || self.variable_or_default(&root, invocation, unknown, world),
        )?;
        let value = match found {
            Value::Undef => Value::Undef,
            value if segments.is_empty() => value,
            value => optional(sub_lookup(key, invocation, &segments, value))?.unwrap_or(Value::Undef),
        };
        invocation.remember(key, &root, &segments, &value);
        Ok(value)
    }

    fn variable_or_default(
        &self,
        name: &str,
        invocation: &Invocation,
        unknown: Unknown,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        if let Some(value) = invocation.override_of(name) {
            invocation.report(Event::FoundInOverrides, Some(name), Some(&value), None);
            return Ok(value);
        }
        let default = invocation.default_of(name);
        let value = match self.read_variable(name, invocation, world) {
            Variable::Unknown { .. } if default.is_some() => None,
            Variable::Set(value) => Some(value),
            Variable::Unknown { name, reason } => {
                self.unknown_variable(&name, &reason, invocation, unknown, world)?;
                None
            }
        };
        match (value, default) {
            (Some(value), _) => {
                invocation.report_found(name, &value, None);
                Ok(value)
            }
            (None, Some(default)) => {
                invocation.report(Event::FoundInDefaults, Some(name), Some(&default), None);
                Ok(default)
            }
            (None, None) => Ok(Value::Undef),
        }
    }

    /// A variable as the lookup's scope sees it.
    pub(crate) fn read_variable(
        &self,
        name: &str,
        invocation: &Invocation,
        world: &mut dyn World,
    ) -> Variable {
        let local =
            invocation.locals.borrow().iter().rev().find(|(local, _)| local == name).map(|(_, v)| v.clone());
        if let Some(value) = local {
            return Variable::Set(value);
        }
        if !invocation.hiera_scope {
            return world.variable(name);
        }
        let class = |class: Option<String>| class.map_or(Value::Undef, Value::from);
        let variable = match name {
            "calling_class" => Variable::Set(class(world.calling_class())),
            "calling_class_path" => {
                Variable::Set(class(world.calling_class().map(|class| class.replace("::", "/"))))
            }
            "calling_module" => world.variable("module_name"),
            name => world.variable(name),
        };
        match variable {
            Variable::Set(Value::String(text)) if text.is_empty() => Variable::Set(Value::Undef),
            other => other,
        }
    }

    fn unknown_variable(
        &self,
        name: &str,
        reason: &str,
        invocation: &Invocation,
        unknown: Unknown,
        world: &mut dyn World,
    ) -> Result<(), LookupError> {
        use crate::Strictness;
        let once = || Some(("undefined_variables", format!("Variable: {name}")));
        let message = match (self.settings().strictness, unknown) {
            (Strictness::Off, _) => return Ok(()),
            (Strictness::Error, Unknown::Warns) if !invocation.hiera_scope => {
                format!("Interpolation failed with '{name}', but compilation continuing; {reason}")
            }
            (Strictness::Error, _) => {
                return Err(LookupError::argument(format!("Undefined variable '{name}'; {reason}")));
            }
            (Strictness::Warning, _) => format!("Undefined variable '{name}'; {reason}"),
        };
        world.warn(Warning { once: once(), message, path: None });
        Ok(())
    }
}

/// Follows segments into a value.
pub(crate) fn sub_lookup(
    key: &str,
    invocation: &Invocation,
    segments: &[Segment],
    value: Value,
) -> Found<Value> {
    invocation.with(
        || Step::SubLookup(segments.to_vec()),
        || {
            segments.iter().try_fold(value, |value, segment| {
                invocation
                    .with(|| Step::Segment(segment.clone()), || step_into(key, invocation, segment, &value))
            })
        },
    )
}

fn step_into(key: &str, invocation: &Invocation, segment: &Segment, value: &Value) -> Found<Value> {
    let shown = segment.to_string();
    let found = match (value, segment) {
        (Value::Undef, _) => None,
        (Value::Array(elements), Segment::Index(index)) => {
            usize::try_from(*index).ok().and_then(|index| elements.get(index)).cloned()
        }
        (Value::Hash(entries), Segment::Name(name)) => entries.get(&Text(name)).cloned(),
        (Value::Hash(entries), Segment::Index(index)) => entries.get(&Value::Integer(*index)).cloned(),
        (Value::Integer(_), _) => {
            let message = "undefined method `include?' for an instance of Integer";
            return Err(LookupError::argument(message).into());
        }
        _ => {
            let class = ruby::class_name(value);
            let message = format!(
                "Data Provider type mismatch: Got {class} when a hash-like object was expected to access value \
                 using '{segment}' from key '{key}'"
            );
            return Err(LookupError::lookup(message).into());
        }
    };
    match found {
        Some(value) => {
            invocation.report_found(&shown, &value, None);
            Ok(value)
        }
        None => {
            invocation.report_not_found(&shown);
            Err(Missing::NotFound)
        }
    }
}

/// Takes a key apart, or says so in Puppet's words.
pub(crate) fn parse_key(key: &str) -> Result<Key, LookupError> {
    Key::parse(key).map_err(|problem| LookupError::lookup(format!("{problem} in key: '{key}'")))
}

/// Most values hold none, and are given on as they are.
fn holds_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("%{"),
        Value::Array(elements) => elements.iter().any(holds_expression),
        Value::Hash(entries) => {
            entries.iter().any(|(key, value)| holds_expression(key) || holds_expression(value))
        }
        _ => false,
    }
}

/// What stands before the next expression, the expression without blanks around it, and what stands behind
/// it.
fn next_expression(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("%{")?;
    let length = text[start..].find('}')?;
    Some((&text[..start], text[start + 2..start + length].trim(), &text[start + length + 1..]))
}

fn is_empty(expression: &str) -> bool {
    matches!(expression, "" | "::" | "\"\"" | "''" | "\"::\"" | "'::'")
}

/// `name("key")`, `name('key')`, or a variable.
fn read_expression(expression: &str, manner: Manner) -> Result<(Method, &str), LookupError> {
    let Some((name, key)) = method_call(expression) else { return Ok((Method::Scope, expression)) };
    if !manner.methods {
        let message = "Interpolation using method syntax is not allowed in this context";
        return Err(LookupError::issue("HIERA_INTERPOLATION_METHOD_SYNTAX_NOT_ALLOWED", message));
    }
    let method = match name {
        "lookup" | "hiera" => Method::Lookup,
        "alias" => Method::Alias,
        "scope" => Method::Scope,
        "literal" => Method::Literal,
        other => {
            let message = format!("Unknown interpolation method '{other}'");
            let mut error = LookupError::issue("HIERA_INTERPOLATION_UNKNOWN_INTERPOLATION_METHOD", message);
            let known = ["lookup", "hiera", "alias", "scope", "literal"];
            error.hint = diagnostics::nearest(other, known.into_iter())
                .map(|near| format!("did you mean `{near}`").into());
            return Err(error);
        }
    };
    Ok((method, key))
}

fn method_call(expression: &str) -> Option<(&str, &str)> {
    let (name, rest) = expression.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let key = inner.strip_prefix(quote)?.strip_suffix(quote)?;
    let word = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (word && !key.is_empty() && !key.contains(quote)).then_some((name, key))
}

fn alias_in_text() -> LookupError {
    let message = "'alias' interpolation is only permitted if the expression is equal to the entire string";
    LookupError::issue("HIERA_INTERPOLATION_ALIAS_NOT_ENTIRE_STRING", message)
}
