//! Constructors: forms of arguments, the first that fits is taken, and what is said where none does.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Context, ConversionError};
use crate::mismatch::{Signature, describe_signatures};
use crate::types::{
    Alias, Callable, Range, TupleType, Type, TypeError, TypeLoader, builtin, infer_set, parse,
};
use crate::value::Value;

/// What a form makes of arguments that fit it.
pub(super) type Make = fn(&[Value], &Context<'_>) -> Result<Value, ConversionError>;

/// What is said of arguments that fit no form; absent for the list of forms.
pub(super) type Refuse = fn(&[Value]) -> Option<Refusal>;

/// How arguments are refused.
pub(super) enum Refusal {
    /// After the function's name.
    Named(String),
    /// As it is.
    Plain(String),
}

/// How instances of a kind of type are made.
pub(super) struct Constructor {
    /// What messages call it.
    pub name: &'static str,
    /// Names for types, which later ones and the forms use.
    pub types: &'static [(&'static str, &'static str)],
    /// The forms in the order in which they are tried.
    pub forms: &'static [Form],
    /// What is said of other arguments.
    pub refuse: Refuse,
    /// The forms, read when they are first asked for.
    pub read: OnceLock<Read>,
}

/// A form of arguments.
pub(super) struct Form {
    /// Types and names of the parameters.
    pub parameters: &'static [(&'static str, &'static str)],
    /// How many must be given.
    pub required: usize,
    /// What it makes.
    pub make: Make,
}

/// What a constructor's texts say.
pub(super) struct Read {
    types: LocalTypes,
    signatures: Vec<Signature>,
}

/// For constructors that list their forms.
pub(super) const LIST_FORMS: Refuse = |_| None;

impl Constructor {
    /// Makes a value by the first form that fits.
    pub(super) fn call(&self, arguments: &[Value], context: &Context<'_>) -> Result<Value, ConversionError> {
        let read = self.read();
        for (form, signature) in self.forms.iter().zip(&read.signatures) {
            if signature.callable.takes(arguments, None) {
                return (form.make)(arguments, context);
            }
        }
        Err(ConversionError::Mismatch(match (self.refuse)(arguments) {
            Some(Refusal::Named(message)) => format!("'{}' {message}", self.name),
            Some(Refusal::Plain(message)) => message,
            None => refused(self.name, &read.signatures, arguments),
        }))
    }

    /// A type by the name that it has here.
    pub(super) fn local_type(&self, name: &str) -> Type {
        self.read().types.0.get(&name.to_lowercase()).cloned().unwrap_or(Type::Any)
    }

    /// The parameters of each form.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &TupleType> {
        self.read().signatures.iter().filter_map(|signature| signature.callable.parameters.as_ref())
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let mut types = LocalTypes::default();
            for (name, text) in self.types {
                let found = Type::Alias(Alias::of(*name, types.read(text)));
                types.0.insert(name.to_lowercase(), found);
            }
            let signature = |form: &Form| {
                let parameters = form.parameters.iter().map(|(text, _)| types.read(text)).collect();
                let names = form.parameters.iter().map(|(_, name)| (*name).into()).collect();
                signature(parameters, names, form.required)
            };
            let signatures = self.forms.iter().map(signature).collect();
            Read { types, signatures }
        })
    }
}

/// A signature of these parameters, of which so many must be given.
pub(super) fn signature(types: Vec<Type>, names: Vec<ecow::EcoString>, required: usize) -> Signature {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let size = Range::Between(count(required), count(types.len()));
    let callable = Callable { parameters: Some(TupleType { types, size }), ..Callable::default() };
    Signature { callable, parameter_names: names, ..Signature::default() }
}

/// Why arguments fit none of these.
pub(super) fn refused(name: &str, signatures: &[Signature], arguments: &[Value]) -> String {
    let types = arguments.iter().map(infer_set).collect();
    describe_signatures(name, signatures, &TupleType { types, size: Range::Any })
}

/// Names for types within a constructor.
#[derive(Default)]
struct LocalTypes(HashMap<String, Type>);

impl LocalTypes {
    fn read(&self, text: &str) -> Type {
        parse(text, self).expect("the types of constructors are written beside them")
    }
}

impl TypeLoader for LocalTypes {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        match self.0.get(name) {
            Some(found) => Ok(Some(found.clone())),
            None => builtin().load(name),
        }
    }
}
