//! Relations between packages: the values of `Depends`, `Pre-Depends`, `Provides`, `Conflicts`, `Breaks`.
//!
//! ```text
//! libc6 (>= 2.39), default-mta | mail-transport-agent, python3:any [amd64 !i386] <!nocheck>
//! ```
//! Only the grammar, and whether a version fits; what there is to choose from is the index's business.

use std::fmt;

use crate::Version;

/// A relation that does not follow the grammar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a relation to a package: {reason}")]
pub struct InvalidRelation {
    text: String,
    reason: &'static str,
}

/// Alternatives in the order of preference; any one of them will do. Never empty.
pub type Alternatives<'a> = Vec<Relation<'a>>;

/// One package name and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation<'a> {
    /// The package's name, maybe a virtual one.
    pub name: &'a str,
    /// `any` in `python3:any`, or an architecture.
    pub qualifier: Option<&'a str>,
    /// The versions that will do.
    pub version: Option<(Operator, Version<'a>)>,
    /// Where it holds: `amd64 !i386 ...`; empty for everywhere.
    pub architectures: Vec<&'a str>,
    /// Under which build profiles it holds: each list is one `<...>`; empty for always.
    pub profiles: Vec<Vec<&'a str>>,
}

/// How versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<<`
    Earlier,
    /// `<=`
    EarlierOrEqual,
    /// `=`
    Equal,
    /// `>=`
    LaterOrEqual,
    /// `>>`
    Later,
}

/// The relations of a field's value: all of them must hold.
///
/// # Errors
/// The first relation that does not follow the grammar.
pub fn parse(text: &str) -> Result<Vec<Alternatives<'_>>, InvalidRelation> {
    let groups = text.split(',').map(str::trim_ascii).filter(|group| !group.is_empty());
    groups.map(|group| group.split('|').map(Relation::parse).collect()).collect()
}

impl<'a> Relation<'a> {
    /// Any version of a name.
    pub fn named(name: &'a str) -> Self {
        Relation { name, qualifier: None, version: None, architectures: Vec::new(), profiles: Vec::new() }
    }

    /// One relation without alternatives.
    ///
    /// # Errors
    /// If it does not follow the grammar.
    pub fn parse(text: &'a str) -> Result<Self, InvalidRelation> {
        let invalid = |reason| InvalidRelation { text: text.trim_ascii().to_owned(), reason };
        let text = text.trim_ascii();
        let end = text.find(|c: char| c.is_ascii_whitespace() || "([<".contains(c)).unwrap_or(text.len());
        let (name, mut rest) = (&text[..end], text[end..].trim_ascii_start());
        let (name, qualifier) = name.split_once(':').map_or((name, None), |(name, q)| (name, Some(q)));
        if !is_package_name(name) {
            return Err(invalid("a package name is of lower-case letters, digits and `+-.`"));
        }
        let mut relation = Relation { qualifier, ..Relation::named(name) };
        while let Some(open) = rest.chars().next() {
            let close = match open {
                '(' => ')',
                '[' => ']',
                '<' => '>',
                _ => return Err(invalid("expected `(`, `[` or `<` after the name")),
            };
            let Some((inner, after)) = rest[1..].split_once(close) else {
                return Err(invalid("a bracket is not closed"));
            };
            rest = after.trim_ascii_start();
            match open {
                '(' => relation.version = Some(parse_version(inner).map_err(invalid)?),
                '[' => relation.architectures.extend(inner.split_ascii_whitespace()),
                _ => relation.profiles.push(inner.split_ascii_whitespace().collect()),
            }
        }
        Ok(relation)
    }

    /// Whether a package of this version fits.
    pub fn accepts(&self, version: Version<'_>) -> bool {
        self.version.is_none_or(|(operator, wanted)| match operator {
            Operator::Earlier => version < wanted,
            Operator::EarlierOrEqual => version <= wanted,
            Operator::Equal => version == wanted,
            Operator::LaterOrEqual => version >= wanted,
            Operator::Later => version > wanted,
        })
    }

    /// Whether it holds on this architecture when no build profile is active.
    pub fn holds_on(&self, architecture: &str) -> bool {
        let matches = |name: &str| name == architecture || matches!(name, "any" | "linux-any");
        let on_architecture = match self.architectures.first() {
            None => true,
            Some(first) if first.starts_with('!') => {
                !self.architectures.iter().any(|name| matches(name.trim_start_matches('!')))
            }
            Some(_) => self.architectures.iter().any(|name| matches(name)),
        };
        let in_profile = |terms: &Vec<&str>| terms.iter().all(|term| term.starts_with('!'));
        on_architecture && (self.profiles.is_empty() || self.profiles.iter().any(in_profile))
    }
}

impl fmt::Display for Relation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if let Some(qualifier) = self.qualifier {
            write!(f, ":{qualifier}")?;
        }
        if let Some((operator, version)) = self.version {
            write!(f, " ({operator} {version})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Earlier => "<<",
            Self::EarlierOrEqual => "<=",
            Self::Equal => "=",
            Self::LaterOrEqual => ">=",
            Self::Later => ">>",
        })
    }
}

/// Whether a text can be a package's name, and so is safe in a file's name.
pub(crate) fn is_package_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
    name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && name.bytes().all(allowed)
}

fn parse_version(text: &str) -> Result<(Operator, Version<'_>), &'static str> {
    let text = text.trim_ascii();
    let end = text.find(|c| !matches!(c, '<' | '=' | '>')).unwrap_or(text.len());
    let operator = match &text[..end] {
        "<<" => Operator::Earlier,
        // The single signs are dpkg's old spelling of the inclusive ones.
        "<=" | "<" => Operator::EarlierOrEqual,
        "=" => Operator::Equal,
        ">=" | ">" => Operator::LaterOrEqual,
        ">>" => Operator::Later,
        _ => return Err("expected one of `<<`, `<=`, `=`, `>=`, `>>` before the version"),
    };
    let version = text[end..].trim_ascii();
    if version.is_empty() || version.contains(|c: char| c.is_ascii_whitespace()) {
        return Err("expected one version after the operator");
    }
    Ok((operator, Version::new(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_grammar() {
        let text = "a, b(>= 1:2~) | c:any ( << 3 ), d (=1) [amd64 !i386]<!nocheck><a !b>\n , e";
        let parsed = parse(text).unwrap();
        let shown: Vec<Vec<String>> =
            parsed.iter().map(|group| group.iter().map(Relation::to_string).collect()).collect();
        assert_eq!(shown, [vec!["a"], vec!["b (>= 1:2~)", "c:any (<< 3)"], vec!["d (= 1)"], vec!["e"]]);
        assert_eq!(parsed[2][0].architectures, ["amd64", "!i386"]);
        assert_eq!(parsed[2][0].profiles, [vec!["!nocheck"], vec!["a", "!b"]]);
        assert_eq!(parse(" ,, ").unwrap().len(), 0);
    }

    #[test]
    fn what_is_no_relation() {
        for text in ["a |", "A B", "a (1)", "a (>= )", "a (>= 1", "a (>= 1 2)", "(>= 1)", "../x", "a (=> 1)"]
        {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("is not a relation"), "{text}: {error}");
        }
    }

    #[test]
    fn versions_that_fit() {
        // (operator, whether 1, 2 and 3 fit `operator 2`)
        for (operator, fits) in [
            ("<<", [true, false, false]),
            ("<=", [true, true, false]),
            ("=", [false, true, false]),
            (">=", [false, true, true]),
            (">>", [false, false, true]),
        ] {
            let text = format!("a ({operator} 2)");
            let relation = Relation::parse(&text).unwrap();
            assert_eq!(
                ["1", "2", "3"].map(|version| relation.accepts(Version::new(version))),
                fits,
                "{text}"
            );
        }
    }

    #[test]
    fn where_a_relation_holds() {
        for (text, holds) in [
            ("a", true),
            ("a [amd64 i386]", true),
            ("a [i386]", false),
            ("a [linux-any]", true),
            ("a [!amd64]", false),
            ("a [!i386]", true),
            ("a <!nocheck>", true),
            ("a <stage1>", false),
            ("a <stage1> <!nocheck>", true),
        ] {
            assert_eq!(Relation::parse(text).unwrap().holds_on("amd64"), holds, "{text}");
        }
    }
}
