//! References: `Type[title]`.

use std::fmt;

/// A type's capitalised name and a title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// As Puppet writes it: `File`, `Apache::Vhost`.
    pub type_name: String,
    /// The title.
    pub title: String,
}

impl Reference {
    /// Makes one, with the type's name in any case.
    pub fn new(type_name: &str, title: impl Into<String>) -> Self {
        let (type_name, title) = (capitalise_all(type_name), title.into());
        // A class's title is itself the name of a type.
        let title = if type_name == "Class" { capitalise_all(&title) } else { title };
        Self { type_name, title }
    }

    /// Reads `Type[title]`; `None` if it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let (type_name, rest) = text.split_once('[')?;
        let title = rest.strip_suffix(']')?;
        (!type_name.is_empty()).then(|| Self::new(type_name, title))
    }

    /// The type's name as it is declared: `file`, `apache::vhost`.
    pub fn declared_type(&self) -> String {
        self.type_name.to_lowercase()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.type_name, self.title)
    }
}

fn capitalise_all(name: &str) -> String {
    name.split("::").map(capitalise).collect::<Vec<_>>().join("::")
}

fn capitalise(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters.as_str().to_lowercase().chars()).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_written() {
        for (text, expected) in [
            ("File[/etc/x]", Some("File[/etc/x]")),
            ("apache::vhost[a[1]]", Some("Apache::Vhost[a[1]]")),
            ("Concat_file[x]", Some("Concat_file[x]")),
            ("Class[apache::mod]", Some("Class[Apache::Mod]")),
            ("File", None),
            ("[x]", None),
            ("File[x", None),
        ] {
            assert_eq!(Reference::parse(text).map(|found| found.to_string()).as_deref(), expected, "{text}");
        }
    }
}
