//! Names of modules.

use std::fmt;
use std::str::FromStr;

/// A module's name: `owner/short`, `owner-short` or `short`. Displays as it is best known, `owner/short`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName {
    owner: Option<String>,
    short: String,
}

/// A text that is no module's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a module name")]
pub struct InvalidName(pub String);

impl diagnostics::Hint for InvalidName {
    fn hint(&self) -> Option<String> {
        Some(
            "write `owner/name` or `name`; a name has lower case letters, digits and `_`, \
             and starts with a letter"
                .to_owned(),
        )
    }
}

impl ModuleName {
    /// Who publishes it, e.g. `puppetlabs`, if the Puppetfile says so.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// How the Forge writes it, `owner-short`, if the owner is known.
    pub fn slug(&self) -> Option<String> {
        self.owner.as_ref().map(|owner| format!("{owner}-{}", self.short))
    }

    /// The name of its folder and its classes, e.g. `stdlib`. Never a path: letters, digits and `_`.
    pub fn short(&self) -> &str {
        &self.short
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.owner {
            Some(owner) => write!(f, "{owner}/{}", self.short),
            None => f.write_str(&self.short),
        }
    }
}

impl FromStr for ModuleName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (owner, short) = match text.split_once(['/', '-']) {
            Some((owner, short)) => (Some(owner), short),
            None => (None, text),
        };
        if owner.is_none_or(is_owner) && is_short(short) {
            Ok(Self { owner: owner.map(str::to_owned), short: short.to_owned() })
        } else {
            Err(InvalidName(text.to_owned()))
        }
    }
}

fn is_owner(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_short(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_separators_and_none() {
        let cases = [
            ("puppetlabs/stdlib", Some((Some("puppetlabs"), "stdlib"))),
            ("puppetlabs-java_ks", Some((Some("puppetlabs"), "java_ks"))),
            ("nginx", Some((None, "nginx"))),
            ("Example42/puppi", Some((Some("Example42"), "puppi"))),
            ("a/b/c", None),
            ("a-b-c", None),
            ("../etc", None),
            ("/x", None),
            ("x/", None),
            ("Nginx", None),
            ("7zip", None),
            ("", None),
            ("a/é", None),
        ];
        for (text, expected) in cases {
            let name = text.parse::<ModuleName>().ok();
            assert_eq!(name.as_ref().map(|name| (name.owner(), name.short())), expected, "{text}");
        }
        assert_eq!("puppetlabs-apt".parse::<ModuleName>().unwrap().to_string(), "puppetlabs/apt");
    }
}
