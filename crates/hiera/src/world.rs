//! What a lookup asks of its surroundings: variables, functions, modules, and what needs the type system.

use std::sync::Arc;

use values::{Map, Value};

use crate::context::Context;
use crate::key::Segment;

/// The surroundings of a lookup: the scope that it is made from, and the evaluator behind it.
///
/// Calls may lead back into [`crate::Hiera`]: a function that gives data may look up other data.
pub trait World {
    /// The value of a variable as `$name` would have it in the scope of the lookup; `name` may hold `::`, and
    /// begin with it.
    fn variable(&mut self, name: &str) -> Variable;

    /// The class that the scope of the lookup belongs to, in lower case: `%{calling_class}` of version 3.
    fn calling_class(&mut self) -> Option<String>;

    /// The module of this name; absent where the environment has none.
    fn module(&mut self, name: &str) -> Option<Module>;

    /// Whether there is such a function, as a `hiera.yaml` of this module (none: of the environment) sees it.
    /// Puppet's own data functions are not asked for.
    fn has_function(&mut self, name: &str, module: Option<&str>) -> bool;

    /// Calls a function that a `hiera.yaml` names.
    fn call(&mut self, call: &DataCall<'_>, context: &Context) -> Result<Value, CallFailure>;

    /// What `convert_to` asks for: `new(Type, value, arguments...)`. The first of `convert_to` is a type, or
    /// its text.
    fn convert(&mut self, value: &Value, convert_to: &[Value]) -> Result<Conversion, ConversionError>;

    /// Takes a warning.
    fn warn(&mut self, warning: Warning);
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Variable {
    /// It is set, perhaps to `undef`. Numbered variables and `module_name` always are.
    Set(Value),
    /// It is not.
    Unknown {
        /// As Puppet names it in the message: `::name` where it was asked for with `::`.
        name: String,
        /// Why, if there is more to say.
        reason: String,
    },
}

/// A module that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its folder.
    pub root: String,
    /// `data_provider` of its `metadata.json`.
    pub data_provider: Option<String>,
}

/// A call of a data function.
#[derive(Clone, Debug)]
pub struct DataCall<'a> {
    /// The function's name.
    pub name: &'a str,
    /// The module whose `hiera.yaml` names it.
    pub module: Option<&'a str>,
    /// What it is called with before the options and the context.
    pub arguments: DataArguments<'a>,
    /// The entry's options, with `path` or `uri`.
    pub options: &'a Arc<Map>,
}

/// The arguments that the three kinds of data functions differ in.
#[derive(Clone, Debug)]
pub enum DataArguments<'a> {
    /// `data_hash`: (options, context).
    Hash,
    /// `lookup_key`: (key, options, context).
    Key(&'a str),
    /// `data_dig`: (segments, options, context).
    Dig(&'a [Segment]),
    /// A data function of old: no arguments at all.
    Legacy,
}

/// Why a data function gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// It called `not_found`.
    NotFound,
    /// It failed.
    Failed(crate::LookupError),
}

/// What `convert_to` made of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversion {
    /// The new value.
    pub value: Value,
    /// The type and its arguments as Puppet shows a list: `[Integer, 16]`.
    pub shown: String,
}

/// Why `convert_to` made nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversionError {
    /// The text is no type.
    Type(String),
    /// `new` failed.
    New(String),
}

/// A warning of Puppet's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// For `deprecations` and the like, which are told once: their kind and what they are about.
    pub once: Option<(&'static str, String)>,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: Option<String>,
}

/// Opens what hiera-eyaml has encrypted.
pub trait Decryptor {
    /// The clear text of one `ENC[SCHEME,CIPHERTEXT]`; blanks and line breaks are gone from the base 64 text
    /// already. `options` are those of the hierarchy entry (`pkcs7_private_key` and so on). The error is
    /// hiera-eyaml's message.
    fn decrypt(&self, scheme: &str, ciphertext: &str, options: &Map) -> Result<String, String>;
}
