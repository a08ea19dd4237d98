//! Names of images, and the node names that follow from them.

use std::fmt;
use std::str::FromStr;

use crate::invalid::Invalid;

/// The name of an image in `effigy.yaml`: a repository path as registries know it, lower case, without
/// a registry's host or a tag, e.g. `dischord/webserver`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageName(String);

impl ImageName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The node name that follows from it: `/` becomes `.`, `_` becomes `-`, and each part is cut to what
    /// a host name may be. `dischord/mail_host` gives `dischord.mail-host`.
    pub fn certname(&self) -> String {
        let label = |part: &str| {
            let part = part.replace('_', "-");
            part.chars().take(63).collect::<String>().trim_end_matches('-').to_owned()
        };
        let labels = self.0.split(['/', '.']).map(label).collect::<Vec<_>>().join(".");
        labels.chars().take(253).collect::<String>().trim_end_matches(['-', '.']).to_owned()
    }

    /// The nearest valid name to any text: what `effigy init` makes of a folder's name.
    pub(crate) fn nearest_to(text: &str) -> Option<Self> {
        let clean = |part: &str| {
            let part = part.to_lowercase().replace(|c| !is_plain(c) && !"._-".contains(c), "-");
            let words = part.split_inclusive(['.', '_', '-']).map(|word| {
                let (word, separator) = word.split_at(word.trim_end_matches(['.', '_', '-']).len());
                (word.to_owned(), separator.to_owned())
            });
            // An empty word is a run of separators going on; its first stays.
            let words: Vec<_> = words.filter(|(word, _)| !word.is_empty()).collect();
            let joined: String = words.into_iter().map(|(word, separator)| word + &separator).collect();
            joined.trim_end_matches(['.', '_', '-']).to_owned()
        };
        let parts: Vec<_> = text.split('/').map(clean).filter(|part| !part.is_empty()).collect();
        let name = parts.join("/");
        is_name(&name).then_some(Self(name))
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ImageName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if is_name(text) {
            return Ok(Self(text.to_owned()));
        }
        let invalid = Invalid::new(format!(
            "`{text}` is not an image name; expected words of `a-z0-9` joined by `.`, `_`, `-` or `/`"
        ));
        Err(match Self::nearest_to(text.rsplit_once(':').map_or(text, |(path, _)| path)) {
            Some(name) if text.contains(':') => {
                invalid.hint(format!("tags are given when pushing: write `{name}`"))
            }
            Some(name) => invalid.hint(format!("write `{name}`")),
            None => invalid,
        })
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 255 && text.split('/').all(is_path_component)
}

/// A component of a repository's path: words of `a-z0-9` joined by `.`, `_`, `__` or any number of `-`.
pub(super) fn is_path_component(text: &str) -> bool {
    let ends_plain = text.starts_with(is_plain) && text.ends_with(is_plain);
    let mut separators = text.split(is_plain).filter(|run| !run.is_empty());
    ends_plain
        && separators.all(|run| matches!(run, "." | "_" | "__") || run.bytes().all(|byte| byte == b'-'))
}

pub(super) fn is_plain(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::super::checks::certname;
    use super::*;

    #[test]
    fn image_names_follow_the_reference_grammar() {
        for good in ["a", "dischord/webserver", "a.b_c__d--e/0", &"a".repeat(255)] {
            assert_eq!(good.parse::<ImageName>().unwrap().as_str(), good);
        }
        let cases = [
            ("", None),
            ("Web", Some("write `web`")),
            ("web server", Some("write `web-server`")),
            ("/web/", Some("write `web`")),
            ("a..b", Some("write `a.b`")),
            ("_a", Some("write `a`")),
            ("web:1.0", Some("tags are given when pushing: write `web`")),
            ("Ünit", Some("write `nit`")),
        ];
        for (bad, hint) in cases {
            assert_eq!(bad.parse::<ImageName>().unwrap_err().hint.as_deref(), hint, "{bad}");
        }
        assert!("a".repeat(256).parse::<ImageName>().is_err());
    }

    #[test]
    fn node_names_follow_from_image_names() {
        let long = "x".repeat(70);
        let cases = [
            ("dischord/webserver", "dischord.webserver"),
            ("mail_host", "mail-host"),
            ("a.b/c__d", "a.b.c--d"),
            (long.as_str(), &long[..63]),
        ];
        for (name, expected) in cases {
            let name: ImageName = name.parse().unwrap();
            assert_eq!(name.certname(), expected);
            assert!(certname(&name.certname()).is_ok());
        }
        for bad in ["", "Web.example.org", "a..b", "-a", "a b", "a/b"] {
            assert!(certname(bad).is_err(), "{bad}");
        }
    }
}
