//! From a control repository and facts to a catalog, by real Puppet in the tools root.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, Span};
use progress::{Progress, Unit};
use sandbox::{Root, Sandbox};
use serde_json::{Value, json};

use crate::driver::{CATALOG, Driver};
use crate::events::Event;
use crate::{Environment, Error, Tools};

/// What to compile.
pub struct CompileRequest<'a> {
    /// The control repository.
    pub environment: &'a Environment,
    /// The node's name.
    pub certname: &'a str,
    /// Every fact that the code may see: an object.
    pub facts: &'a Value,
}

/// A compiled catalog in Puppet's own JSON. Holds `Sensitive` values in the clear, so it is neither stored nor
/// shown.
pub struct Catalog(pub(crate) Value);

impl Catalog {
    /// The catalog's JSON without what does not bear on its outcome: times, versions, and where in the
    /// manifests a resource stands. The same text for the same desired state, on every machine.
    pub fn canonical(&self) -> Vec<u8> {
        let mut value = self.0.clone();
        if let Some(fields) = value.as_object_mut() {
            for name in ["version", "catalog_uuid", "code_id", "catalog_format"] {
                fields.shift_remove(name);
            }
        }
        let resources = value.get_mut("resources").and_then(Value::as_array_mut).into_iter().flatten();
        for fields in resources.filter_map(Value::as_object_mut) {
            for name in ["file", "line", "kind"] {
                fields.shift_remove(name);
            }
        }
        serde_json::to_vec(&value).expect("JSON values can be written")
    }

    /// The catalog as Puppet writes it.
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Names of the packages that the catalog wants present and leaves to the system's own package manager.
    pub fn packages_to_install(&self) -> Vec<&str> {
        let resources = self.0.get("resources").and_then(Value::as_array).into_iter().flatten();
        resources.filter(|resource| resource["type"] == "Package").filter_map(package_to_install).collect()
    }
}

fn package_to_install(resource: &Value) -> Option<&str> {
    let parameter = |name: &str| resource.get("parameters")?.get(name)?.as_str();
    let by_system = matches!(parameter("provider"), None | Some("apt"));
    let unwanted = matches!(parameter("ensure"), Some("absent" | "purged" | "disabled"));
    let name = parameter("name").or_else(|| resource.get("title")?.as_str())?;
    (by_system && !unwanted).then_some(name)
}

/// Compiles. Puppet's warnings go to `progress`; `scratch` is an empty folder of the caller's.
pub fn compile(
    tools: &Tools,
    request: &CompileRequest<'_>,
    scratch: &Path,
    progress: &dyn Progress,
) -> Result<Catalog, Error> {
    let environment = request.environment;
    let driver = Driver::lay_out(scratch)?;
    let root = Root { lowers: vec![tools.root().to_owned()], upper: None };
    let mounts = environment.mounts().into_iter().chain(driver.mounts());
    let sandbox = mounts.fold(Sandbox::new(scratch, root), Sandbox::mount);
    let hiera_config =
        environment.hiera_config.as_deref().map(|path| environment.inside(path)).transpose()?;
    let words = json!({
        "tools": "/",
        "directory": environment.inside_directory(),
        "manifest": environment.inside(&environment.manifest)?,
        "modulepath": environment.inside_modulepath(),
        "hiera_config": hiera_config,
        "certname": request.certname,
        "facts": request.facts,
        "log_level": "notice",
        "catalog": CATALOG,
    });
    let task = progress.begin(&format!("compiling {}", request.certname), None, Unit::Items);
    let (mut refused, mut complaints) = (None, Vec::new());
    let mut resources = 0;
    let ruby = (vec!["/usr/bin/ruby".to_owned()], plain_environment());
    driver.run(&sandbox, "compile.rb", ruby, &words, &mut |event| match event {
        Event::Log { level, message, .. } => {
            let text = environment.for_people(&message);
            match level.as_str() {
                "debug" | "info" | "notice" => progress.note(&text),
                "warning" => progress.warn(&text),
                _ => complaints.push(message),
            }
        }
        Event::Error { message, file, line, pos } => {
            refused = Some(diagnose(environment, &message, file.as_deref(), line, pos));
        }
        Event::Compiled { resources: count } => resources = count,
        Event::Begin { .. } | Event::Applied { .. } => {}
    })?;
    // Puppet logs most of what it then refuses the code for; that is told once.
    for complaint in &complaints {
        let text = environment.for_people(split_place(complaint).0);
        if refused.as_ref().is_none_or(|refused: &Diagnostic| !refused.message.contains(&text)) {
            progress.warn(&environment.for_people(complaint));
        }
    }
    if let Some(diagnostic) = refused {
        return Err(Error::Compile(Diagnostics::from(diagnostic)));
    }
    let path = driver.work("catalog.json");
    let text = fs::read(&path).map_err(|source| Error::Scratch { folder: path.clone(), source })?;
    let catalog = serde_json::from_slice(&text)
        .map_err(|error| Error::Scratch { folder: path, source: error.into() })?;
    task.done(&format!("{resources} resources"));
    Ok(Catalog(catalog))
}

/// The environment of Ruby in its own root.
fn plain_environment() -> Vec<(String, String)> {
    [("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin"), ("HOME", "/tmp")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

/// How Puppet speaks of what a module should have brought.
const MISSING: [&str; 4] =
    ["Could not find class", "Could not find declared class", "Unknown resource type", "Unknown function"];

const INSTALL: &str = "if a module brings it, name the module in the Puppetfile, or put it below `modules/`";

/// Puppet's error with the source line it speaks of.
fn diagnose(
    environment: &Environment,
    message: &str,
    file: Option<&str>,
    line: Option<u32>,
    column: Option<u32>,
) -> Diagnostic {
    let (message, told) = split_place(message);
    let message = environment.for_people(message);
    let (file, line, column) = match told {
        Some(place) => (Some(place.file), place.line, place.column),
        None => (file, line, column),
    };
    let mut diagnostic = Diagnostic::error(message).code("puppet");
    if MISSING.iter().any(|missing| diagnostic.message.contains(missing)) {
        diagnostic = diagnostic.hint(INSTALL);
    }
    let Some((file, line)) = file.zip(line) else { return diagnostic };
    let name = environment.for_people(file);
    let Ok(text) = fs::read_to_string(&name) else { return diagnostic.hint(format!("see {name}:{line}")) };
    let span = span_at(&text, line, column);
    diagnostic.at(&Arc::new(SourceFile::new(shorter(&name), text)), span)
}

/// A path as the user would write it: from the folder they stand in, if it lies below.
fn shorter(path: &str) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| Path::new(path).strip_prefix(here).ok().map(Path::to_owned));
    below.map_or_else(|| path.to_owned(), |below| below.display().to_string())
}

#[derive(Debug, PartialEq, Eq)]
struct ToldPlace<'a> {
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
}

/// Splits the place off that Puppet writes behind its messages: `(file: F, line: L, column: C)`, and the
/// node's name after it.
fn split_place(message: &str) -> (&str, Option<ToldPlace<'_>>) {
    let Some(start) = message.rfind("(file: ") else { return (without_node(message), None) };
    let Some(length) = message[start..].find(')') else { return (message, None) };
    let inside = &message[start + 1..start + length];
    let field = |name: &str| {
        let from = inside.find(name)? + name.len();
        Some(inside[from..].split(',').next().unwrap_or_default().trim())
    };
    let number = |name| field(name).and_then(|text| text.parse().ok());
    let Some(file) = field("file: ") else { return (message, None) };
    let place = ToldPlace { file, line: number("line: "), column: number("column: ") };
    (message[..start].trim_end(), Some(place))
}

fn without_node(message: &str) -> &str {
    message.rfind(" on node ").map_or(message, |end| &message[..end])
}

/// From the column, or the line's first word, to the end of the word there.
fn span_at(text: &str, line: u32, column: Option<u32>) -> Span {
    let index = line.saturating_sub(1) as usize;
    let start: usize = text.split_inclusive('\n').take(index).map(str::len).sum();
    let content = text[start..].lines().next().unwrap_or_default();
    let offset = match column {
        Some(column) => {
            content.char_indices().nth(column.saturating_sub(1) as usize).map_or(content.len(), |(at, _)| at)
        }
        None => content.len() - content.trim_start().len(),
    };
    let is_word = |letter: char| letter.is_alphanumeric() || "_:$".contains(letter);
    let word = content[offset..].find(|letter| !is_word(letter)).unwrap_or(content.len() - offset);
    Span::new(start + offset, start + offset + word.max(1).min(content.len() - offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_split_off_puppets_messages() {
        let cases = [
            (
                "Could not find class ::x (file: /a/b.pp, line: 3, column: 7) on node n",
                "Could not find class ::x",
                Some(ToldPlace { file: "/a/b.pp", line: Some(3), column: Some(7) }),
            ),
            ("Odd (file: /a, line: 9)", "Odd", Some(ToldPlace { file: "/a", line: Some(9), column: None })),
            ("No place on node n.example", "No place", None),
            ("Cut (file: /a", "Cut (file: /a", None),
        ];
        for (message, text, place) in cases {
            assert_eq!(split_place(message), (text, place), "{message}");
        }
    }

    #[test]
    fn a_line_and_column_become_the_word_there() {
        let text = "a\n  include foo::bar, x\n";
        for (line, column, expected) in
            [(2, Some(11), "foo::bar"), (2, None, "include"), (2, Some(19), ","), (9, None, "")]
        {
            assert_eq!(
                SourceFile::new("f", text).slice(span_at(text, line, column)),
                expected,
                "{line}:{column:?}"
            );
        }
    }

    #[test]
    fn packages_to_install_are_those_that_the_system_installs() {
        let package = |title: &str, parameters: Value| json!({"type": "Package", "title": title, "parameters": parameters});
        let catalog = Catalog(json!({"resources": [
            package("a", json!({})),
            package("b", json!({"name": "bb", "ensure": "1.0", "provider": "apt"})),
            package("c", json!({"ensure": "purged"})),
            package("d", json!({"provider": "gem"})),
            {"type": "File", "title": "/e"},
        ]}));
        assert_eq!(catalog.packages_to_install(), ["a", "bb"]);
    }

    #[test]
    fn what_does_not_change_the_outcome_does_not_change_the_canonical_form() {
        let catalog = |version: u64, line: u64, mode: &str| {
            let resource = json!({"type": "File", "title": "/a", "file": "x", "line": line, "parameters": {"mode": mode}});
            Catalog(json!({"name": "n", "version": version, "resources": [resource]})).canonical()
        };
        assert_eq!(catalog(1, 2, "0644"), catalog(3, 4, "0644"));
        assert_ne!(catalog(1, 2, "0644"), catalog(1, 2, "0600"));
    }
}
