//! Images from the folders of Hiera data, when nothing else tells which images there are: one for each
//! file of the role folder, else of the node folder.

use std::collections::BTreeMap;

use super::draft::{Draft, Findings};
use crate::definition::checks;

/// Folders of a hierarchy that tell images apart, the better first, and the fact that chooses in them
/// unless `hiera.yaml` says otherwise.
const FOLDERS: &[(&str, &str)] = &[
    ("role", "role"),
    ("roles", "role"),
    ("container", "container"),
    ("containers", "container"),
    ("node", "hostname"),
    ("nodes", "hostname"),
    ("hosts", "hostname"),
];

const DATA_FOLDERS: &[&str] = &["hieradata", "data", "hiera"];

/// One image for each role, container or node.
pub(super) fn read(files: &[(&str, &str)]) -> Findings {
    let mut findings = Findings { origin: "Hiera data", ..Findings::default() };
    let chosen = files
        .iter()
        .find(|(path, _)| path.rsplit('/').next() == Some("hiera.yaml"))
        .map(|(_, text)| choosing_facts(text));
    let chosen = chosen.unwrap_or_default();
    for &(folder, default_fact) in FOLDERS {
        let fact = chosen.get(folder).map_or(default_fact, String::as_str);
        let members = files.iter().filter_map(|(path, _)| Some((*path, member(path, folder)?)));
        for (path, name) in members {
            findings.drafts.push(draft(path, name, fact));
        }
        if !findings.drafts.is_empty() {
            break;
        }
    }
    if findings.drafts.is_empty() {
        let message = "no Dockerfile with facts, no image_build metadata and no role or node data was found: \
                       replace the example by images of your own";
        findings.note("effigy.yaml", 0, message);
    }
    findings
}

fn draft(path: &str, name: &str, fact: &str) -> Draft {
    let mut draft = Draft { name: name.to_owned(), source: path.to_owned(), ..Draft::default() };
    let is_node = matches!(fact, "hostname" | "fqdn" | "certname" | "clientcert");
    if is_node {
        draft.certname = checks::certname(name).ok();
    }
    if !matches!(fact, "certname" | "clientcert") {
        draft.facts.insert(fact.to_owned(), name.to_owned());
    }
    draft
}

/// The name of a file of a data folder's `folder`, at whatever depth the data lie.
fn member<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let mut parts = path.split('/').skip_while(|part| !DATA_FOLDERS.contains(part)).skip(1);
    let (found, file) = (parts.next()?, parts.next()?);
    let name = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml"))?;
    (found == folder && parts.next().is_none() && !name.is_empty()).then_some(name)
}

/// The fact that each folder of the hierarchy is chosen by: `role/%{::role}` or `role/%{facts.role}.yaml`.
fn choosing_facts(hiera_yaml: &str) -> BTreeMap<String, String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut facts = BTreeMap::new();
    for (at, _) in hiera_yaml.match_indices("/%{") {
        let before = &hiera_yaml[..at];
        let start = before
            .rfind(|c| !is_word(c))
            .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
        let Some((variable, _)) = hiera_yaml[at + 3..].split_once('}') else { continue };
        let fact = variable.trim().trim_start_matches("::");
        let fact = fact.strip_prefix("facts.").or_else(|| fact.strip_prefix("trusted.")).unwrap_or(fact);
        if !fact.is_empty() && fact.chars().all(is_word) {
            facts.insert(before[start..].to_owned(), fact.to_owned());
        }
    }
    facts
}
