//! The cases in `cases/`: a manifest's catalog as real Puppet compiled it, and the layers that it is cut
//! into.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use catalog::Catalog;
use resources::relationships;
use serde_json::Value as Json;
use sha256::Digest;

use crate::{Content, Freedom, Inputs, Outside, Plan, PuppetIdentity, Unreadable, mark_secrets, plan};

/// A case: its heading, its catalog and the blocks below the heading.
pub(crate) struct Case {
    pub title: String,
    pub catalog: Catalog,
    pub freedom: Freedom,
    expected: String,
}

/// Outside content for tests: what a module serves has its name as content.
pub(crate) struct ByName;

impl Outside for ByName {
    fn content(&self, name: &str) -> Result<Content, Unreadable> {
        Ok(match name {
            _ if name.starts_with("puppet:") => Content::Digest(Digest::of(name)),
            _ if name.starts_with('/') || name.starts_with("file:") => Content::InRoot,
            _ => Content::Unpinned,
        })
    }
}

/// A plan with nothing special around it.
pub(crate) fn plan_of(catalog: &Catalog, freedom: Freedom) -> Plan {
    let relationships = relationships(catalog).unwrap();
    let [tools, driver, modules, facts] = ["tools", "driver", "modules", "facts"].map(Digest::of);
    plan(&Inputs {
        catalog,
        relationships: &relationships,
        base: Digest::of("base"),
        archive: Digest::of("archive"),
        native: 1,
        puppet: PuppetIdentity { tools, driver, modules, facts },
        puppet_alone: false,
        settings: BTreeMap::from([("network".to_owned(), "false".to_owned())]),
        outside: &ByName,
        freedom,
    })
    .unwrap()
}

/// All cases of all files.
pub(crate) fn all() -> Vec<Case> {
    files().iter().flat_map(|file| cases(file)).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let recorded = folder().join("recorded").join(file.file_name().unwrap()).with_extension("jsonl");
    let recorded = std::fs::read_to_string(recorded).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let texts: Vec<&str> = text.split("\n## ").skip(1).collect();
    assert_eq!(texts.len(), recorded.lines().count(), "record the cases again");
    let read = |(text, line): (&&str, &str)| {
        let line: Json = serde_json::from_str(line).unwrap();
        let mut catalog = Catalog::from_json(&line["catalog"]).unwrap();
        mark_secrets(&mut catalog, &line["catalog"]);
        let title = text.lines().next().unwrap().to_owned();
        assert_eq!(line["case"], title, "record the cases again");
        let strict = block(text, "json options").is_some_and(|options| options.contains("\"strict\": true"));
        let freedom = if strict { Freedom::Strict } else { Freedom::PackagesAhead };
        let expected = block(text, "text layers").unwrap_or_default().to_owned();
        Case { title, catalog, freedom, expected }
    };
    texts.iter().zip(recorded.lines()).map(read).collect()
}

fn block<'a>(text: &'a str, info: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("```{info}\n"))?;
    let end = if rest.starts_with("```") { 0 } else { rest.find("\n```")? + 1 };
    Some(&rest[..end])
}

fn describe(plan: &Plan) -> String {
    let mut text = String::new();
    for layer in &plan.layers {
        text.push_str(&format!("{}, {}\n", layer.name, layer.key.applier.name()));
        layer.resources().for_each(|resource| text.push_str(&format!("  {resource}\n")));
        for event in &layer.key.events_in {
            text.push_str(&format!("  from below: {} ~> {}\n", event.from, event.to));
        }
        layer.services.iter().for_each(|service| text.push_str(&format!("  running: {service}\n")));
        layer.unpinned.iter().for_each(|name| text.push_str(&format!("  unpinned: {name}\n")));
        for (peer, of) in
            layer.key.resources.iter().flat_map(|keyed| keyed.peers.keys().map(move |peer| (peer, keyed)))
        {
            text.push_str(&format!("  looks at: {peer} for {}\n", of.resource));
        }
    }
    text
}

#[test]
fn catalogs_are_cut_as_expected() {
    let mut failures = Vec::new();
    for file in files() {
        let mut blessed = std::fs::read_to_string(&file).unwrap();
        for case in cases(&file) {
            let found = describe(&plan_of(&case.catalog, case.freedom));
            if found != case.expected {
                let at = blessed.find(&format!("## {}\n", case.title)).unwrap();
                let fence = |text: &str| format!("```text layers\n{text}```\n");
                let (before, after) = blessed.split_at(at);
                blessed = format!("{before}{}", after.replacen(&fence(&case.expected), &fence(&found), 1));
                failures
                    .push(format!("## {}\n--- expected\n{}+++ found\n{found}", case.title, case.expected));
            }
        }
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, blessed).unwrap();
            failures.clear();
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
