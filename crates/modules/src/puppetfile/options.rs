//! The options of one `mod`: taken out one by one, so that what nobody took is known at the end.

use diagnostics::Span;

use super::Placed;
use super::calls::{NamedValue, Value};
use super::problem::Problem;
use super::source::Source;

/// Every option that means something to us, with some source.
const KNOWN: [&str; 18] = [
    "path",
    "deb",
    "local",
    "git",
    "svn",
    "github_tarball",
    "type",
    "source",
    "version",
    "ref",
    "tag",
    "commit",
    "branch",
    "default_branch",
    "rev",
    "revision",
    "install_path",
    "exclude_spec",
];

/// Options of other installers that change nothing about which files a module consists of, or only how
/// its repository is reached. They may stay.
const WITHOUT_EFFECT: [&str; 5] =
    ["default_branch_override", "username", "password", "ignore_unreachable", "use_ssh_agent"];

/// The options of a `mod` that have not been looked at yet.
pub struct Options(Vec<NamedValue>);

impl Options {
    /// Refuses an option that is given twice.
    pub fn new(options: Vec<NamedValue>) -> Result<Self, Placed> {
        let twice = options
            .iter()
            .enumerate()
            .find(|(index, option)| options[..*index].iter().any(|earlier| earlier.name == option.name));
        match twice {
            Some((_, option)) => Err((Problem::OptionTwice { name: option.name.clone() }, option.name_span)),
            None => Ok(Self(options)),
        }
    }

    /// Where an option's name stands, if it is given.
    pub fn span(&self, name: &str) -> Option<Span> {
        self.0.iter().find(|option| option.name == name).map(|option| option.name_span)
    }

    /// Where an option's value stands, if it is given.
    pub fn value_span(&self, name: &str) -> Option<Span> {
        self.0.iter().find(|option| option.name == name).map(|option| option.value_span)
    }

    /// An option's value, left where it is.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|option| option.name == name).map(|option| &option.value)
    }

    /// Takes an option out. One that is `nil` counts as not given.
    pub fn take(&mut self, name: &str) -> Option<NamedValue> {
        let index = self.0.iter().position(|option| option.name == name)?;
        Some(self.0.remove(index)).filter(|option| option.value != Value::Nil)
    }

    /// Takes an option out that must be a string with something in it.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Placed> {
        match self.take(name) {
            None => Ok(None),
            Some(NamedValue { value: Value::Text(text), .. }) if !text.is_empty() => Ok(Some(text)),
            Some(option) => Err(wrong_value(option, "a string that is not empty")),
        }
    }

    /// Takes an option out that must be `true` or `false`; false if it is not given.
    pub fn flag(&mut self, name: &str) -> Result<bool, Placed> {
        match self.take(name) {
            None => Ok(false),
            Some(NamedValue { value: Value::Boolean(value), .. }) => Ok(value),
            Some(option) => Err(wrong_value(option, "`true` or `false`")),
        }
    }

    /// Refuses what is left.
    pub fn finish(self, source: &Source) -> Result<(), Placed> {
        let left = self.0.into_iter().find(|option| !WITHOUT_EFFECT.contains(&option.name.as_str()));
        let Some(option) = left else {
            return Ok(());
        };
        let problem = if KNOWN.contains(&option.name.as_str()) {
            Problem::MisplacedOption { name: option.name, origin: source.describe() }
        } else {
            let nearest = diagnostics::nearest(&option.name, KNOWN.into_iter());
            Problem::UnknownOption { nearest, name: option.name }
        };
        Err((problem, option.name_span))
    }
}

/// The problem of an option that is not what it should be.
pub fn wrong_value(option: NamedValue, expected: &'static str) -> Placed {
    let found = option.value.describe();
    (Problem::WrongValue { name: option.name, expected, found }, option.value_span)
}
