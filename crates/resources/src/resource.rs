//! A resource with its checked attributes, as the engine and the providers see it.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Reference, Value};

use crate::report::Level;
use crate::schema::{Attribute, Fallback, ResourceType};

/// What is asked for: a resource before its attributes are checked.
#[derive(Clone, Debug, Default)]
pub struct Declaration {
    /// Type and title.
    pub reference: Reference,
    /// Attributes.
    pub parameters: Vec<(String, Value)>,
    /// Where it was declared.
    pub place: Option<(String, Option<u32>)>,
    /// Tags.
    pub tags: Vec<String>,
    /// Names of attributes whose values must not be shown.
    pub sensitive: Vec<String>,
}

/// The four relationships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// After those.
    Require,
    /// After those, and refreshed by them.
    Subscribe,
    /// Before those.
    Before,
    /// Before those, and refreshing them.
    Notify,
}

impl Relation {
    /// In Puppet's order.
    pub const ALL: [(&'static str, Self); 4] = [
        ("require", Self::Require),
        ("subscribe", Self::Subscribe),
        ("before", Self::Before),
        ("notify", Self::Notify),
    ];
}

/// A resource of a known type, or a container: a class, an instance of a defined type.
#[derive(Clone, Default)]
pub struct Resource {
    /// Type and title.
    pub reference: Reference,
    /// Its type; containers have none.
    pub kind: Option<&'static ResourceType>,
    /// Checked attributes.
    pub parameters: BTreeMap<&'static str, Value>,
    /// Attributes as declared, for resources made after its example.
    pub original: Vec<(String, Value)>,
    /// Manifest and line.
    pub place: Option<(String, Option<u32>)>,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Relationships in the order of [`Relation::ALL`].
    pub relations: Vec<(Relation, Vec<Reference>)>,
    /// Its own word on whether changes are only told.
    pub noop: Option<bool>,
    /// The level of its messages.
    pub level: Option<Level>,
    /// Properties that are watched.
    pub audit: Vec<String>,
    /// The schedule that it keeps.
    pub schedule: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Attributes whose values must not be shown.
    pub sensitive: BTreeSet<String>,
    /// Its place in the containers: `/Stage[main]/Main/File[/x]`.
    pub path: String,
    /// Whether it goes before what it generates.
    pub generated_by: Option<usize>,
    /// What is worth telling once the run begins.
    pub warnings: Vec<String>,
}

impl Resource {
    /// Checks a declaration. The error is Puppet's text.
    pub fn new(kind: &'static ResourceType, declared: Declaration) -> Result<Self, String> {
        let mut resource = Self {
            reference: declared.reference,
            kind: Some(kind),
            original: declared.parameters,
            place: declared.place,
            tags: declared.tags.into_iter().collect(),
            sensitive: declared.sensitive.into_iter().collect(),
            ..Self::default()
        };
        let mut parameters = resource.original.clone();
        let from_title = (kind.title)(&resource.reference.title).ok_or_else(|| {
            let located = resource.located();
            format!("No set of title patterns matched the title \"{}\".{located}", resource.reference.title)
        })?;
        for (name, value) in from_title {
            let given = |known: &str| known == name || (known == "name" && name == kind.namevar);
            if !parameters.iter().any(|(known, _)| given(known)) {
                parameters.insert(0, (name.to_owned(), Value::Text(value)));
            }
        }
        parameters.retain(|(_, value)| *value != Value::Undef);
        resource.set_all(kind, parameters)?;
        resource.warnings = (kind.validate)(&mut resource).map_err(|text| {
            format!("Validation of {} failed: {text}{}", resource.reference, resource.located())
        })?;
        Ok(resource)
    }

    fn set_all(
        &mut self,
        kind: &'static ResourceType,
        parameters: Vec<(String, Value)>,
    ) -> Result<(), String> {
        let named = |name: &str| if name == "name" { kind.namevar.to_owned() } else { name.to_owned() };
        let find = |name: &str| parameters.iter().rev().find(|(known, _)| named(known) == name);
        let is_key =
            |attribute: &&Attribute| attribute.name == kind.namevar || kind.keys.contains(&attribute.name);
        let first = kind.attributes.iter().filter(is_key);
        let others = kind.attributes.iter().filter(|attribute| !is_key(attribute));
        let attributes: Vec<&'static Attribute> = first.chain(others).collect();
        self.show_title();
        for attribute in &attributes {
            if let Some((_, value)) = find(attribute.name) {
                self.set(attribute.name, value.clone())?;
            }
        }
        for (name, value) in &parameters {
            if kind.attribute(&named(name)).is_none() && !self.set_metaparameter(name, value)? {
                return Err(format!("no parameter named '{name}'{}", self.located()));
            }
        }
        for attribute in attributes {
            if !self.parameters.contains_key(attribute.name) {
                self.set_default(attribute)?;
            }
        }
        Ok(())
    }

    fn set_default(&mut self, attribute: &'static Attribute) -> Result<(), String> {
        let value = match attribute.default {
            Fallback::Nothing => return Ok(()),
            Fallback::Text(text) => Value::text(text),
            Fallback::Boolean(truth) => Value::Boolean(truth),
            Fallback::Integer(number) => Value::Integer(number),
            Fallback::Computed(compute) => match compute(self) {
                Some(value) => value,
                None => return Ok(()),
            },
        };
        self.set(attribute.name, value)
    }

    /// Sets an attribute, checked. The error is Puppet's text.
    pub fn set(&mut self, name: &str, value: Value) -> Result<(), String> {
        let attribute = self
            .kind
            .and_then(|kind| kind.attribute(name))
            .ok_or_else(|| format!("no parameter named '{name}'{}", self.located()))?;
        let accepted = if attribute.property {
            let elements: Result<Vec<Value>, String> =
                value.elements().iter().map(|one| attribute.accept(one, self)).collect();
            elements.map(|mut elements| {
                if attribute.all || elements.len() != 1 { Value::List(elements) } else { elements.remove(0) }
            })
        } else {
            attribute.accept(&value, self)
        };
        let accepted = accepted.map_err(|text| {
            format!("Parameter {name} failed on {}: {text}{}", self.reference, self.located())
        })?;
        self.parameters.insert(attribute.name, accepted);
        self.show_title();
        Ok(())
    }

    fn show_title(&mut self) {
        if let Some(shown) = self.kind.and_then(|kind| kind.shown_title) {
            self.reference.title = shown(self);
        }
    }

    /// Takes a metaparameter; false if it is none.
    pub(crate) fn set_metaparameter(&mut self, name: &str, value: &Value) -> Result<bool, String> {
        let texts = || value.elements().iter().map(Value::ruby_text).collect::<Vec<_>>();
        if let Some((_, relation)) = Relation::ALL.iter().find(|(known, _)| *known == name) {
            let references = texts().iter().filter_map(|text| Reference::parse(text)).collect();
            self.relations.push((*relation, references));
            return Ok(true);
        }
        match name {
            "noop" => self.noop = Some(value.ruby_text() == "true"),
            "loglevel" => {
                let text = value.ruby_text();
                self.level = Some(Level::named(&text).ok_or_else(|| {
                    let levels = "debug, info, notice, warning, err, alert, emerg, crit, verbose";
                    let shown = value.ruby_inspect();
                    let text = format!("Invalid value {shown}. Valid values are {levels}.");
                    format!("Parameter loglevel failed on {}: {text}{}", self.reference, self.located())
                })?);
            }
            "tag" => self.tags.extend(texts()),
            "alias" => self.aliases = texts(),
            "audit" => self.audit = texts(),
            "schedule" => self.schedule = Some(value.ruby_text()),
            "stage" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// ` (file: F, line: N)`, or nothing if it is not known.
    pub fn located(&self) -> String {
        match &self.place {
            Some((file, Some(line))) if file.is_empty() => format!(" (line: {line})"),
            Some((file, Some(line))) => format!(" (file: {file}, line: {line})"),
            Some((file, None)) if !file.is_empty() => format!(" (file: {file})"),
            _ => String::new(),
        }
    }

    /// The type's name as it is declared.
    pub fn type_name(&self) -> String {
        self.reference.declared_type()
    }

    /// The attribute's value: of a property with several acceptable values, the first.
    pub fn should(&self, name: &str) -> Option<&Value> {
        let value = self.parameters.get(name)?;
        let attribute = self.kind.and_then(|kind| kind.attribute(name));
        match value {
            Value::List(elements) if attribute.is_some_and(|it| it.property && !it.all) => elements.first(),
            value => Some(value),
        }
    }

    /// Whether a current value is one of the wanted ones.
    pub fn matches(&self, property: &str, is: &Value) -> bool {
        let Some(wanted) = self.parameters.get(property) else { return true };
        let all = self.kind.and_then(|kind| kind.attribute(property)).is_some_and(|it| it.all);
        let same = |wanted: &Value| is == wanted || (is.as_text().is_some_and(|is| is == wanted.ruby_text()));
        if all {
            let (is, wanted) = (is, wanted.elements());
            let Value::List(is) = is else { return wanted.is_empty() };
            return wanted.is_empty()
                || (is.len() == wanted.len()
                    && is.iter().zip(wanted).all(|(is, wanted)| {
                        is == wanted || is.as_text().is_some_and(|is| is == wanted.ruby_text())
                    }));
        }
        let wanted = wanted.elements();
        wanted.is_empty() || wanted.iter().any(same)
    }

    /// The text of an attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.should(name).and_then(Value::as_text)
    }

    /// Whether an attribute is true.
    pub fn truth(&self, name: &str) -> bool {
        match self.should(name) {
            Some(Value::Boolean(truth)) => *truth,
            Some(value) => value.as_text() == Some("true"),
            None => false,
        }
    }

    /// What names the managed thing.
    pub fn name(&self) -> &str {
        let namevar = self.kind.map_or("name", |kind| kind.namevar);
        self.text(namevar).unwrap_or(&self.reference.title)
    }

    /// Properties that are managed or watched, in the type's order.
    pub fn properties(&self) -> Vec<&'static str> {
        let Some(kind) = self.kind else { return Vec::new() };
        let has = |name: &str| self.parameters.contains_key(name) || self.audits(name);
        kind.properties().map(|property| property.name).filter(|name| has(name)).collect()
    }

    /// Whether a property is watched.
    pub fn audits(&self, property: &str) -> bool {
        self.audit.iter().any(|name| name == property || name == "all")
    }

    /// Whether a property's values must not be shown.
    pub fn hides(&self, property: &str) -> bool {
        self.sensitive.contains(property)
    }

    /// The level of its messages.
    pub fn level(&self) -> Level {
        self.level.unwrap_or(Level::Notice)
    }
}
