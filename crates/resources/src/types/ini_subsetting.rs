//! `ini_subsetting`: one part of a setting whose value is a list of parts, as `-Xmx` is one of a Java
//! program's options.

use catalog::Value;

use super::ini::{IniFile, Style};
use super::ini_setting::{full_path, hidden, read, write};
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, ruby_regex};

const SHOWN: &[(&str, &str)] = &[("true", "true"), ("md5", "md5"), ("false", "false")];
const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];
const PLACES: &[(&str, &str)] =
    &[("start", "start"), ("end", "end"), ("before", "before"), ("after", "after"), ("index", "index")];

/// The type.
pub static INI_SUBSETTING: ResourceType = ResourceType {
    provider: || Box::new(Subsetting),
    ..ResourceType::new(
        "ini_subsetting",
        "Manages one part of a setting of a file of sections.",
        &[
            Attribute::ensure(),
            Attribute::property("value", "the part's value"),
            Attribute::parameter("name", "its name"),
            Attribute::parameter("section", "the section").default(""),
            Attribute::parameter("setting", "the setting"),
            Attribute::parameter("subsetting", "how the part begins"),
            Attribute::parameter("subsetting_separator", "between parts").default(" "),
            Attribute::parameter("subsetting_key_val_separator", "between a part's name and value")
                .default(""),
            Attribute::parameter("path", "the file").check(full_path),
            Attribute::parameter("show_diff", "whether values are told").words(SHOWN).default("true"),
            Attribute::parameter("key_val_separator", "between setting and value").default(" = "),
            Attribute::parameter("quote_char", "around the setting's value").default("").check(quote),
            Attribute::parameter("use_exact_match", "whether the part is its name")
                .words(TRUTHS)
                .default("false"),
            Attribute::parameter("insert_type", "where a new part goes").words(PLACES).default("end"),
            Attribute::parameter("insert_value", "before or behind which part, or at which place"),
            Attribute::parameter("delete_if_empty", "whether a setting without parts goes")
                .words(TRUTHS)
                .default("false"),
        ],
    )
};

fn quote(value: &Value, _: &Resource) -> Result<Value, String> {
    match value.ruby_text().as_str() {
        "" | "\"" | "'" => Ok(value.clone()),
        _ => Err(r#":quote_char valid values are '', '"' and "'""#.into()),
    }
}

/// A setting's value taken apart.
struct Parts<'a> {
    resource: &'a Resource,
    quote: String,
    items: Vec<String>,
}

impl<'a> Parts<'a> {
    fn read(resource: &'a Resource, value: Option<&str>) -> Result<Self, Failure> {
        let quote = resource.text("quote_char").unwrap_or_default().to_owned();
        let mut parts = Self { resource, quote, items: Vec::new() };
        let Some(value) = value else { return Ok(parts) };
        let mut inner = value;
        for mark in ["\"", "'"] {
            if value.starts_with(mark) && value.ends_with(mark) {
                // A single mark is its own beginning and end, with nothing inside.
                inner = value.get(1..value.len() - 1).unwrap_or_default();
                mark.clone_into(&mut parts.quote);
                break;
            }
        }
        let pattern =
            ruby_regex(&format!(r"(?:[^\{}]|\.)+", parts.separator())).map_err(Failure::surprise)?;
        let found = pattern.find_iter(inner).filter_map(Result::ok);
        parts.items = found.map(|item| item.as_str().trim().to_owned()).collect();
        Ok(parts)
    }

    fn separator(&self) -> &str {
        self.resource.text("subsetting_separator").unwrap_or_default()
    }

    /// A part's name with what stands before its value.
    fn beginning(&self, name: &str) -> String {
        format!("{name}{}", self.resource.text("subsetting_key_val_separator").unwrap_or_default())
    }

    fn name(&self) -> &str {
        self.resource.text("subsetting").unwrap_or_default()
    }

    fn matches(&self, item: &str, name: &str) -> bool {
        if self.resource.truth("use_exact_match") {
            item == name
        } else {
            item.starts_with(&self.beginning(name))
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.items.iter().position(|item| self.matches(item, name))
    }

    /// The part's value, for which an exact match does not count.
    fn value(&self) -> Option<String> {
        let beginning = self.beginning(self.name());
        self.items.iter().find_map(|item| item.strip_prefix(&beginning)).map(str::to_owned)
    }

    /// Gives the part its value.
    fn put(&mut self) -> Result<(), Failure> {
        let value = match self.resource.should("value") {
            None | Some(Value::Undef) => "",
            Some(Value::Text(text) | Value::Symbol(text)) => text,
            Some(Value::Integer(_)) => return Err(unfit("Integer")),
            Some(Value::Float(_)) => return Err(unfit("Float")),
            Some(Value::Boolean(truth)) => return Err(unfit(if *truth { "true" } else { "false" })),
            Some(_) => return Err(unfit("Hash")),
        };
        let item = format!("{}{value}", self.beginning(self.name()));
        if self.find(self.name()).is_some() {
            let same: Vec<bool> = self.items.iter().map(|known| self.matches(known, self.name())).collect();
            for (known, _) in self.items.iter_mut().zip(same).filter(|(_, same)| *same) {
                known.clone_from(&item);
            }
            return Ok(());
        }
        let place = self.place()?;
        self.items.insert(place, item);
        Ok(())
    }

    /// Where a new part goes.
    fn place(&self) -> Result<usize, Failure> {
        let count = self.items.len();
        let mark = self.resource.should("insert_value").map(Value::ruby_text).unwrap_or_default();
        Ok(match self.resource.text("insert_type") {
            Some("start") => 0,
            Some("before") => self.find(&mark).unwrap_or(count),
            Some("after") => self.find(&mark).map_or(count, |place| place + 1),
            Some("index") => {
                let digits = mark.trim_start();
                let end =
                    digits.char_indices().find(|(at, it)| !(it.is_ascii_digit() || *at == 0 && *it == '-'));
                let number: i64 =
                    digits[..end.map_or(digits.len(), |(at, _)| at)].parse().unwrap_or_default();
                match usize::try_from(number) {
                    Ok(number) => number.min(count),
                    // Counted from behind the last.
                    Err(_) => usize::try_from(number + 1 + i64::try_from(count).unwrap_or(i64::MAX))
                        .map_err(|_| {
                            let least = count + 1;
                            Failure::surprise(format!(
                                "index {number} too small for array; minimum: -{least}"
                            ))
                        })?,
                }
            }
            _ => count,
        })
    }

    fn remove(&mut self) {
        let items = std::mem::take(&mut self.items);
        self.items = items.into_iter().filter(|item| !self.matches(item, self.name())).collect();
    }

    fn text(&self) -> String {
        format!("{}{}{}", self.quote, self.items.join(self.separator()), self.quote)
    }
}

fn unfit(class: &str) -> Failure {
    Failure::surprise(format!("no implicit conversion of {class} into String"))
}

struct Subsetting;

fn place(resource: &Resource) -> (&str, &str) {
    (resource.text("section").unwrap_or_default(), resource.text("setting").unwrap_or_default())
}

fn open(resource: &Resource, context: &Context<'_>) -> Result<IniFile, Failure> {
    let separator = resource.text("key_val_separator").unwrap_or_default().to_owned();
    let text = read(resource.text("path").unwrap_or_default(), context);
    Ok(IniFile::parse(&text, Style { separator, ..Style::default() })?)
}

fn save(resource: &Resource, gone: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut file = open(resource, context)?;
    let (section, setting) = place(resource);
    let mut parts = Parts::read(resource, file.get(section, setting))?;
    if gone {
        parts.remove();
    } else {
        parts.put()?;
    }
    let text = parts.text();
    // The module asks whether `delete_if_empty` is anything at all, which `false` is too.
    if gone && text.is_empty() {
        file.remove(section, setting);
    } else {
        let separator = resource.text("key_val_separator").unwrap_or("=");
        file.set(section, Some((setting, &text)), separator);
    }
    write(resource.text("path").unwrap_or_default(), &file.text(), context)
}

impl Provider for Subsetting {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let file = open(resource, context)?;
        let (section, setting) = place(resource);
        let parts = Parts::read(resource, file.get(section, setting))?;
        if parts.find(parts.name()).is_none() {
            return Ok(State::from([("ensure", Value::absent()), ("value", Value::absent())]));
        }
        let value = parts.value().map_or(Value::Undef, Value::text);
        Ok(State::from([("ensure", Value::symbol("present")), ("value", value)]))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
        let done = save(resource, gone, context);
        if property != "ensure" {
            return done;
        }
        let wanted = if gone { "absent" } else { "present" };
        done.map_err(|it| it.while_setting(wanted, "ensure", &resource.located()))
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        if property == "ensure" { crate::display::value(is) } else { hidden() }
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        let wanted = resource.should(property).cloned().unwrap_or_default();
        if property == "ensure" { crate::display::value(&wanted) } else { hidden() }
    }
}
