//! What values are called in messages: `an Integer`, `a Hash`, `a File['/a'] Resource-Reference`.

use crate::types::Type;
use crate::value::Value;

/// The name of a value's kind.
pub fn label(value: &Value) -> String {
    match value {
        Value::Undef => "Undef Value",
        Value::Boolean(_) => "Boolean",
        Value::Integer(_) => "Integer",
        Value::Float(_) => "Float",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Hash(_) => "Hash",
        Value::Regexp(_) => "Regexp",
        Value::Binary(_) => "Binary",
        Value::SemVer(_) => "Semver",
        Value::SemVerRange(_) => "SemverRange",
        Value::Timespan(_) => "Timespan",
        Value::Timestamp(_) => "Timestamp",
        Value::Sensitive(_) => "Sensitive",
        Value::Type(found) => return type_label(found),
        Value::Default | Value::Uri(_) | Value::Object(_) | Value::Iterator(_) => "Object",
    }
    .to_owned()
}

fn type_label(found: &Type) -> String {
    match found {
        Type::Resource(Some(resource)) if resource.title.is_some() => format!("{found} Resource-Reference"),
        found => format!("{found}-Type"),
    }
}

/// `a` or `an`, by the first letter.
pub fn article(text: &str) -> &'static str {
    let first = text.chars().find(|character| !matches!(character, '"' | '\''));
    if first.is_some_and(|first| "aeiouyAEIOUY".contains(first)) { "an" } else { "a" }
}

/// The label with its article: `an Integer`.
pub fn a_label(value: &Value) -> String {
    with_article(&label(value))
}

/// A text with its article.
pub fn with_article(text: &str) -> String {
    format!("{} {text}", article(text))
}

/// The name of the class that Puppet keeps a value in, which some messages show.
pub fn class_name(value: &Value) -> String {
    match value {
        Value::Undef => "NilClass",
        Value::Default => "Symbol",
        Value::Boolean(true) => "TrueClass",
        Value::Boolean(false) => "FalseClass",
        Value::Integer(_) => "Integer",
        Value::Float(_) => "Float",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Hash(_) => "Hash",
        Value::Regexp(_) => "Regexp",
        Value::Binary(_) => "Puppet::Pops::Types::PBinaryType::Binary",
        Value::SemVer(_) => "SemanticPuppet::Version",
        Value::SemVerRange(_) => "SemanticPuppet::VersionRange",
        Value::Timespan(_) => "Puppet::Pops::Time::Timespan",
        Value::Timestamp(_) => "Puppet::Pops::Time::Timestamp",
        Value::Uri(_) => "URI::Generic",
        Value::Sensitive(_) => "Puppet::Pops::Types::PSensitiveType::Sensitive",
        Value::Iterator(_) => "Puppet::Pops::Types::Iterator",
        Value::Object(instance) => return instance.object.label().to_owned(),
        Value::Type(found) => {
            let name = found.simple_name().unwrap_or(match found {
                Type::TypeSet(_) => "TypeSet",
                Type::Parameterized(_) => return "Puppet::Pops::Types::PObjectTypeExtension".into(),
                _ => "Object",
            });
            return format!("Puppet::Pops::Types::P{name}Type");
        }
    }
    .to_owned()
}

/// The same, as messages label a class: `Integer`, or `String-Type` for a type.
pub fn class_label(value: &Value) -> String {
    match value {
        Value::Type(found) => format!("{}-Type", found.simple_name().unwrap_or("Object")),
        other => class_name(other),
    }
}
