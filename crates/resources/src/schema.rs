//! What a resource type is: a table of attributes with their checks, and the functions that give it
//! behaviour.
//!
//! A check takes a declared value and gives the one that the type works with, or Puppet's text why not.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use catalog::Value;
use fancy_regex::Regex;

use crate::engine::Context;
use crate::error::Failure;
use crate::provider::Provider;
use crate::resource::{Declaration, Resource};

/// A check of one value.
pub type Check = fn(&Value, &Resource) -> Result<Value, String>;

/// A type of resources. One file makes one.
pub struct ResourceType {
    /// As it is declared: `file`.
    pub name: &'static str,
    /// One sentence, third person.
    pub summary: &'static str,
    /// Properties first, in Puppet's order, `ensure` before all; then parameters.
    pub attributes: &'static [Attribute],
    /// The attribute that names the managed thing.
    pub namevar: &'static str,
    /// The attributes that name it together, in the order in which they are read.
    pub keys: &'static [&'static str],
    /// The title that Puppet shows, if it is not the declared one.
    pub shown_title: Option<fn(&Resource) -> String>,
    /// What a title says: values of attributes. `None` if the title has a form that the type refuses.
    pub title: fn(&str) -> Option<Named>,
    /// Whether two resources cannot name the same thing.
    pub isomorphic: bool,
    /// Whether it reacts when something that it subscribes to has changed.
    pub refreshes: bool,
    /// What checks of single values cannot see.
    pub validate: fn(&mut Resource) -> Result<Vec<String>, String>,
    /// Resources that come before this one if they are in the catalog.
    pub autorequires: fn(&Resource, &[Resource]) -> Named,
    /// Names of outside content that the outcome depends on: sources of files.
    pub outside: fn(&Resource) -> Vec<String>,
    /// Why this resource is not applied natively; `None` if it is.
    pub foreign: fn(&catalog::Resource) -> Option<String>,
    /// Further resources, made before anything is applied.
    pub generate: Option<Generate>,
    /// What applies it.
    pub provider: fn() -> Box<dyn Provider>,
}

/// Names with what they are names of: attributes with values, types with titles.
pub type Named = Vec<(&'static str, String)>;

/// Makes further resources of one.
pub type Generate = fn(&Resource, &mut Context<'_>) -> Result<Vec<Declaration>, Failure>;

impl ResourceType {
    /// A type that does nothing, to be filled in.
    pub const fn new(name: &'static str, summary: &'static str, attributes: &'static [Attribute]) -> Self {
        Self {
            name,
            summary,
            attributes,
            namevar: "name",
            keys: &["name"],
            shown_title: None,
            title: title_is_name,
            isomorphic: true,
            refreshes: false,
            validate: |_| Ok(Vec::new()),
            autorequires: |_, _| Vec::new(),
            outside: |_| Vec::new(),
            foreign: |_| None,
            generate: None,
            provider: || Box::new(crate::provider::Nothing),
        }
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Properties in order.
    pub fn properties(&self) -> impl Iterator<Item = &'static Attribute> + use<> {
        self.attributes.iter().filter(|attribute| attribute.property)
    }
}

fn title_is_name(title: &str) -> Option<Vec<(&'static str, String)>> {
    Some(vec![("name", title.to_owned())])
}

/// One attribute of a type.
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Whether it is a state of the machine (and so can change) or only says how to work.
    pub property: bool,
    /// One line.
    pub summary: &'static str,
    /// Which values there are.
    pub allowed: Allowed,
    /// What is taken when nothing is declared.
    pub default: Fallback,
    /// Whether all elements of an array are wanted, not any one of them.
    pub all: bool,
    /// A check of its own, after that of `allowed`.
    pub check: Option<Check>,
}

/// Which values an attribute takes.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// Any; only the check says more.
    Any,
    /// Words, each with the word that it stands for; patterns of other values, written as Ruby shows them.
    Words(&'static [(&'static str, &'static str)], &'static [&'static str]),
    /// `true`, `false`, `yes` or `no`.
    Boolean,
}

/// A default.
#[derive(Clone, Copy)]
pub enum Fallback {
    /// None.
    Nothing,
    /// A word or text, checked as if it had been declared.
    Text(&'static str),
    /// A truth.
    Boolean(bool),
    /// A number.
    Integer(i64),
    /// What the rest of the resource says.
    Computed(fn(&Resource) -> Option<Value>),
}

impl Attribute {
    /// A property that takes anything.
    pub const fn property(name: &'static str, summary: &'static str) -> Self {
        let (allowed, default) = (Allowed::Any, Fallback::Nothing);
        Self { name, property: true, summary, allowed, default, all: false, check: None }
    }

    /// A parameter that takes anything.
    pub const fn parameter(name: &'static str, summary: &'static str) -> Self {
        Self { property: false, ..Self::property(name, summary) }
    }

    /// A parameter that is true or false.
    pub const fn boolean(name: &'static str, default: bool, summary: &'static str) -> Self {
        let parameter = Self::parameter(name, summary);
        Self { allowed: Allowed::Boolean, default: Fallback::Boolean(default), ..parameter }
    }

    /// `ensure` with nothing but present and absent, present by default.
    pub const fn ensure() -> Self {
        const WORDS: &[(&str, &str)] = &[("present", "present"), ("absent", "absent")];
        Self::property("ensure", "whether it is there").words(WORDS).default("present")
    }

    /// The same, present only by default if another property is managed.
    pub const fn ensure_if_managed() -> Self {
        let fallback = Fallback::Computed(|resource| {
            let managed = resource.properties().iter().any(|property| *property != "ensure");
            managed.then(|| Value::symbol("present"))
        });
        Self { default: fallback, ..Self::ensure() }
    }

    /// Restricts it to words.
    #[must_use]
    pub const fn words(mut self, words: &'static [(&'static str, &'static str)]) -> Self {
        self.allowed = Allowed::Words(words, &[]);
        self
    }

    /// Restricts it to words and patterns.
    #[must_use]
    pub const fn values(
        mut self,
        words: &'static [(&'static str, &'static str)],
        patterns: &'static [&'static str],
    ) -> Self {
        self.allowed = Allowed::Words(words, patterns);
        self
    }

    /// Gives it a default.
    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Fallback::Text(text);
        self
    }

    /// Gives it a default that is not text.
    #[must_use]
    pub const fn fallback(mut self, fallback: Fallback) -> Self {
        self.default = fallback;
        self
    }

    /// Gives it a check of its own.
    #[must_use]
    pub const fn check(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// Wants all elements of an array.
    #[must_use]
    pub const fn all(mut self) -> Self {
        self.all = true;
        self
    }

    /// Checks one value (of a property: one element) and gives what the type works with.
    pub fn accept(&self, value: &Value, resource: &Resource) -> Result<Value, String> {
        let value = match self.allowed {
            Allowed::Any => value.clone(),
            Allowed::Words(words, patterns) => word(value, words, patterns)?,
            Allowed::Boolean => boolean(value)?,
        };
        match self.check {
            Some(check) => check(&value, resource),
            None => Ok(value),
        }
    }
}

fn word(
    value: &Value,
    words: &[(&'static str, &'static str)],
    patterns: &[&'static str],
) -> Result<Value, String> {
    let text = value.ruby_text();
    if let Some((_, meant)) = words.iter().find(|(given, _)| *given == text) {
        return Ok(Value::symbol(*meant));
    }
    if patterns.iter().any(|pattern| matches(pattern.trim_matches('/'), &text)) {
        return Ok(value.clone());
    }
    let mut told = format!("Invalid value {}.", value.ruby_inspect());
    let names: Vec<_> =
        words.iter().filter(|(given, meant)| given == meant).map(|(given, _)| *given).collect();
    if !names.is_empty() {
        told.push_str(&format!(" Valid values are {}.", names.join(", ")));
    }
    if !patterns.is_empty() {
        told.push_str(&format!(" Valid values match {}.", patterns.join(", ")));
    }
    Err(told)
}

fn boolean(value: &Value) -> Result<Value, String> {
    let text = value.ruby_text();
    if !["true", "false", "yes", "no"].contains(&text.as_str()) {
        let shown = value.ruby_inspect();
        return Err(format!("Invalid value {shown}. Valid values are true, false, yes, no."));
    }
    Ok(Value::Boolean(matches!(text.as_str(), "true" | "yes")))
}

/// Whether a pattern in Ruby's syntax is found in a text. A pattern that cannot be read is found nowhere.
pub fn matches(pattern: &str, text: &str) -> bool {
    ruby_regex(pattern).is_ok_and(|regex| regex.is_match(text).unwrap_or_default())
}

/// A regular expression of Ruby's, in which `^` and `$` mean lines. Patterns are few and come again and
/// again, and reading one costs more than using it: each is read once.
pub fn ruby_regex(pattern: &str) -> Result<Regex, String> {
    static KNOWN: Mutex<BTreeMap<String, Regex>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = known.get(pattern) {
        return Ok(regex.clone());
    }
    let made = Regex::new(&format!("(?m){}", pattern.replace("\\/", "/")));
    let regex = made.map_err(|error| error.to_string())?;
    known.insert(pattern.to_owned(), regex.clone());
    Ok(regex)
}
