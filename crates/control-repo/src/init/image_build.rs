//! Images from the metadata of puppetlabs-image_build: `metadata.yaml` at the top for one image, or
//! `metadata/metadata.yaml` for what its neighbours `metadata/NODE.yaml` have in common.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::SourceFile;

use super::draft::{Command, Draft, Findings, is_proxy_address};
use crate::definition::{Port, checks, is_reference};
use crate::yaml::{self, Node, Scalar, Value};

/// What image_build starts from when nothing is said.
const DEFAULT_FROM: &str = "ubuntu:16.04";

/// Keys about how Puppet gets into the image, which it no longer does.
const NEEDLESS: &[&str] = &[
    "os",
    "os_version",
    "puppet_agent_version",
    "r10k_version",
    "r10k_yaml",
    "rocker",
    "skip_puppet_install",
    "use_puppetfile",
    "use_hiera",
    "puppet_debug",
    "show_diff",
    "squash",
    "hiera_data",
    "config_file",
    "config_directory",
    "namespace",
    "image_name",
    "factfile",
];

/// A key's value and the file and line it stands at. A node's file wins over the common one.
type Metadata<'a> = BTreeMap<String, (&'a str, usize, Node)>;

/// All images that the repository's metadata files describe.
pub(super) fn read(files: &[(&str, &str)]) -> Findings {
    let mut findings = Findings { origin: "image_build metadata", ..Findings::default() };
    let file = |path: &str| files.iter().find(|(other, _)| *other == path).copied();
    let common = file("metadata.yaml").or_else(|| file("metadata/metadata.yaml"));
    let nodes: Vec<_> = files.iter().copied().filter(|(path, _)| is_node_file(path)).collect();
    let shared = common.map(|file| load(file, &mut findings)).unwrap_or_default();
    if nodes.is_empty() && common.is_some() {
        make(&shared, common.map_or("", |(path, _)| path), files, &mut findings);
    }
    for node in nodes {
        let mut metadata = shared.clone();
        metadata.extend(load(node, &mut findings));
        make(&metadata, node.0, files, &mut findings);
    }
    findings.notes.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    findings.notes.dedup();
    findings
}

fn is_node_file(path: &str) -> bool {
    let name = path.strip_prefix("metadata/").and_then(|name| name.strip_suffix(".yaml"));
    name.is_some_and(|name| name != "metadata" && !name.contains('/'))
}

fn load<'a>((path, text): (&'a str, &str), findings: &mut Findings) -> Metadata<'a> {
    let source = Arc::new(SourceFile::new(path, text));
    let mut problems = Vec::new();
    let root = yaml::parse(&source, &mut problems);
    for problem in problems {
        let line = problem.place.as_ref().map_or(0, |place| place.start().line as usize);
        findings.note(path, line, problem.message);
    }
    let Some(Value::Map(entries)) = root.map(|root| root.value) else { return Metadata::new() };
    let line = |span: diagnostics::Span| source.position(span.start).line as usize;
    entries.into_iter().map(|entry| (entry.key, (path, line(entry.key_span), entry.value))).collect()
}

fn make(metadata: &Metadata<'_>, path: &str, files: &[(&str, &str)], findings: &mut Findings) {
    let text = |key: &str| metadata.get(key).and_then(|(_, _, node)| scalar(node));
    let file_name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yaml");
    let name = text("image_name").unwrap_or(if file_name == "metadata" { "image" } else { file_name });
    let mut draft =
        Draft { source: path.to_owned(), from: Some(DEFAULT_FROM.to_owned()), ..Draft::default() };
    draft.name = match text("namespace") {
        Some(namespace) if !name.contains('/') => format!("{namespace}/{name}"),
        _ => name.to_owned(),
    };
    // The node's name, which manifests may ask for in `node` blocks and Hiera by its fact.
    let node = name.rsplit('/').next().unwrap_or(name).split(':').next().unwrap_or(name);
    if let Ok(certname) = checks::certname(node) {
        draft.facts.insert("hostname".to_owned(), certname.clone());
        draft.certname = Some(certname);
    }
    if !metadata.is_empty() && !metadata.contains_key("from") {
        findings.note(path, 0, format!("no `from`: the default of image_build, `{DEFAULT_FROM}`, is taken"));
    }
    for (key, (file, line, node)) in metadata {
        let mut reader = KeyReader { file, line: *line, node, draft: &mut draft, findings };
        if key == "factfile" {
            reader.factfile(files);
        } else if !NEEDLESS.contains(&key.as_str()) {
            reader.read(key);
        }
    }
    findings.drafts.push(draft);
}

/// One key on its way into a draft.
struct KeyReader<'a> {
    file: &'a str,
    line: usize,
    node: &'a Node,
    draft: &'a mut Draft,
    findings: &'a mut Findings,
}

impl KeyReader<'_> {
    fn read(&mut self, key: &str) {
        let items = items(self.node);
        match key {
            "from" => {
                self.draft.from = scalar(self.node).filter(|text| is_reference(text)).map(str::to_owned)
            }
            "maintainer" => {
                self.labels(vec![format!("maintainer={}", scalar(self.node).unwrap_or_default())])
            }
            "expose" => {
                let ports = items.iter().filter_map(|port| self.accept(port.parse::<Port>()));
                let ports = ports.map(|port| port.to_string()).collect::<Vec<_>>();
                self.draft.expose =
                    ports.iter().map(|port| port.strip_suffix("/tcp").unwrap_or(port).to_owned()).collect();
            }
            "volume" | "volumes" => {
                let paths = items.iter().filter_map(|path| self.accept(checks::absolute(path)));
                self.draft.volumes = paths.collect::<Vec<_>>();
            }
            "cmd" => self.draft.cmd = Some(self.command(items)),
            "entrypoint" => self.draft.entrypoint = Some(self.command(items)),
            "labels" => self.labels(items),
            "env" => self.environment(items),
            "image_user" => {
                self.draft.user = scalar(self.node).and_then(|user| self.accept(checks::user(user)));
            }
            "module_path" => self.modulepath(),
            "hiera_config" => self.file("hiera_config", "hiera.yaml"),
            "puppetfile" => self.file("puppetfile", "Puppetfile"),
            "label_schema" => {
                self.note("`label_schema`: a label with the time of the build would make every build another")
            }
            "inventory" => self.note("`inventory`: no inventory is put into the image"),
            "master" | "autosign_token" => {
                self.note(format!("`{key}`: catalogs are compiled here, not by a Puppet server"))
            }
            "http_proxy" | "https_proxy" | "apt_proxy" => {
                self.note(format!(
                    "`{key}` is the address of a proxy of the building host, not of the image"
                ));
            }
            _ => self.note(format!("`{key}` has no counterpart")),
        }
    }

    /// Commands are lists, or words with commas between them.
    fn command(&mut self, items: Vec<String>) -> Command {
        if let [line] = items.as_slice()
            && line.contains(' ')
        {
            self.note(format!("`{line}` was one program's name to image_build; here a shell splits it"));
            return Command::Line(line.clone());
        }
        Command::Arguments(items)
    }

    fn labels(&mut self, items: Vec<String>) {
        let pairs = items.iter().filter_map(|item| item.split_once('='));
        let pairs = pairs.filter(|(name, _)| checks::label(name).is_ok());
        self.draft.labels.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    fn environment(&mut self, items: Vec<String>) {
        for (name, value) in items.iter().filter_map(|item| item.split_once('=')) {
            // image_build writes the names in upper case.
            let name = name.trim().to_uppercase();
            if is_proxy_address(&name, value) {
                self.note(format!(
                    "`{name}` is the address of a proxy of the building host, not of the image"
                ));
            } else if let Some(fact) = name.strip_prefix("FACTER_") {
                if self.accept(checks::fact(fact)).is_some() {
                    self.draft.facts.insert(fact.to_lowercase(), value.to_owned());
                }
            } else if self.accept(checks::variable(&name)).is_some() {
                self.draft.env.insert(name, value.to_owned());
            }
        }
    }

    /// `name=value` lines of external facts.
    fn factfile(&mut self, files: &[(&str, &str)]) {
        let Some(path) = scalar(self.node).filter(|path| *path != "false") else { return };
        let path = path.trim_start_matches("./");
        let Some((path, text)) = files.iter().find(|(other, _)| *other == path) else {
            return self.note(format!("the facts of `{path}` are missing: the file is not there"));
        };
        for (index, line) in text.lines().enumerate() {
            let Some((name, value)) = line.split_once('=') else { continue };
            let (name, value) = (name.trim().to_lowercase(), value.trim());
            if is_proxy_address(&name, value) {
                let message = format!("the fact `{name}` is the address of a proxy of the building host");
                self.findings.note(path, index + 1, message);
            } else if checks::fact(&name).is_ok() && !name.starts_with('#') {
                self.draft.facts.insert(name, value.replace('\0', ""));
            }
        }
    }

    /// image_build puts these modules beside those that the Puppetfile names.
    fn modulepath(&mut self) {
        let folder = scalar(self.node).unwrap_or_default().trim_start_matches("./").trim_end_matches('/');
        if !matches!(folder, "" | "modules") {
            self.setting("modulepath", &format!("{folder}:modules"));
        }
    }

    /// A file that effigy would look for under another name.
    fn file(&mut self, key: &'static str, default: &str) {
        let path = scalar(self.node).unwrap_or_default().trim_start_matches("./");
        if !path.is_empty() && path != default {
            self.setting(key, path);
        }
    }

    /// A top-level key of `effigy.yaml`; what the first file says holds for all.
    fn setting(&mut self, key: &'static str, text: &str) {
        let is_new = self.findings.settings.iter().all(|(other, _)| *other != key);
        if is_new && self.accept(crate::reader::repository_path(text)).is_some() {
            self.findings.settings.push((key, text.to_owned()));
        }
    }

    fn accept<T>(&mut self, value: Result<T, crate::Invalid>) -> Option<T> {
        self.findings.accept(self.file, self.line, value)
    }

    fn note(&mut self, message: impl Into<String>) {
        self.findings.note(self.file, self.line, message);
    }
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(Scalar { text, .. }) if !node.is_null() => Some(text),
        _ => None,
    }
}

/// A list's texts, a map's `key=value`s, or a string's parts between commas. Without NULs.
fn items(node: &Node) -> Vec<String> {
    let items: Vec<String> = match &node.value {
        Value::List(items) => items.iter().filter_map(scalar).map(str::to_owned).collect(),
        Value::Map(entries) => {
            let pair = |entry: &yaml::Entry| Some(format!("{}={}", entry.key, scalar(&entry.value)?));
            entries.iter().filter_map(pair).collect()
        }
        Value::Scalar(_) => {
            scalar(node).map(|text| text.split(',').map(str::to_owned).collect()).unwrap_or_default()
        }
    };
    items.into_iter().map(|item| item.replace('\0', "")).collect()
}
