//! The settings of OpenStack's services: many types that differ in their file and in little else. A type is a
//! line.

mod provider;
mod table;

use self::table::CONFIGS;
use super::ini::{IniFile, Style};
use super::ini_setting::read;
use super::lists::ListFile;
use crate::engine::Context;
use crate::error::Failure;
use crate::schema::ResourceType;

/// How a file is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A setting has one value.
    Ini,
    /// The same, with blanks around `=`.
    Spaced,
    /// A setting may stand several times.
    Lists,
}

impl Form {
    fn separator(self) -> &'static str {
        if self == Self::Spaced { " = " } else { "=" }
    }

    fn style(self) -> Style {
        Style { separator: self.separator().to_owned(), ..Style::default() }
    }
}

/// A type: what is managed, where, and after which anchor it comes.
struct Config {
    kind: ResourceType,
    path: &'static str,
    form: Form,
    module: &'static str,
}

/// The type of this name.
pub(super) fn find(name: &str) -> Option<&'static ResourceType> {
    entry(name).map(|config| &config.kind)
}

/// Titles of everything that a type's file holds; `None` if the type is not one of these.
pub(super) fn instances(name: &str, context: &Context<'_>) -> Option<Result<Vec<String>, Failure>> {
    let config = entry(name)?;
    let text = read(config.path, context);
    let settings = match config.form {
        Form::Ini | Form::Spaced => IniFile::parse(&text, config.form.style()).map(|file| file.settings()),
        Form::Lists => ListFile::parse(&text).map(|file| file.settings()),
    };
    let titles = settings.map(|settings| {
        settings.into_iter().map(|(section, setting)| format!("{section}/{setting}")).collect()
    });
    Some(titles.map_err(Failure::from))
}

/// Names of all of them.
#[cfg(test)]
pub(super) fn names() -> Vec<&'static str> {
    CONFIGS.iter().map(|config| config.kind.name).collect()
}

fn entry(name: &str) -> Option<&'static Config> {
    CONFIGS.binary_search_by(|config| config.kind.name.cmp(name)).ok().map(|place| &CONFIGS[place])
}

#[cfg(test)]
mod tests {
    #[test]
    fn types_are_sorted() {
        let names = super::names();
        assert!(names.is_sorted(), "{names:?}");
        assert!(super::find("nova_config").is_some() && super::find("nova").is_none());
    }
}
