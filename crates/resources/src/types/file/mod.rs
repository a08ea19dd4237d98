//! `file`: files, directories and links.

mod compare;
mod make;
mod mode;
mod provider;
mod recurse;
mod source;

use catalog::Value;
use fancy_regex::Regex;

use crate::digest::checksum;
use crate::paths;
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType};

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false"), ("remote", "remote")];
const KINDS: &[(&str, &str)] = &[
    ("absent", "absent"),
    ("false", "absent"),
    ("file", "file"),
    ("present", "present"),
    ("directory", "directory"),
    ("link", "link"),
];
const LINKS: &[(&str, &str)] = &[("follow", "follow"), ("manage", "manage")];
const SELECTIONS: &[(&str, &str)] = &[("first", "first"), ("all", "all")];
const PERMISSIONS: &[(&str, &str)] =
    &[("use", "use"), ("use_when_creating", "use_when_creating"), ("ignore", "ignore")];
const CHECKSUMS: &[(&str, &str)] = &[
    ("sha256", "sha256"),
    ("sha256lite", "sha256lite"),
    ("md5", "md5"),
    ("md5lite", "md5lite"),
    ("sha1", "sha1"),
    ("sha1lite", "sha1lite"),
    ("sha512", "sha512"),
    ("sha384", "sha384"),
    ("sha224", "sha224"),
    ("mtime", "mtime"),
    ("ctime", "ctime"),
    ("none", "none"),
];

/// The type.
pub static FILE: ResourceType = ResourceType {
    namevar: "path",
    title: |title| {
        let path = title.trim_end_matches('/');
        let path = if path.is_empty() && title.starts_with('/') { "/" } else { path };
        Some(vec![("path", path.to_owned())])
    },
    validate,
    autorequires,
    outside: |resource| {
        let sources = resource.should("source").into_iter().flat_map(Value::elements);
        sources.map(Value::ruby_text).collect()
    },
    foreign,
    provider: || Box::new(provider::File::default()),
    ..ResourceType::new(
        "file",
        "Manages a file, a directory or a symbolic link: its content, owner and mode.",
        ATTRIBUTES,
    )
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute::property("ensure", "what is there").values(KINDS, &["/./"]),
    Attribute::property("content", "its bytes"),
    Attribute::property("target", "where the link leads"),
    Attribute::property("owner", "its owner"),
    Attribute::property("group", "its group").check(group),
    Attribute::property("mode", "its permission bits").check(mode),
    Attribute::parameter("path", "where it is").check(path),
    Attribute::parameter("checksum", "how content is compared").values(CHECKSUMS, &[]).default("sha256"),
    Attribute::parameter("source", "where its content comes from").check(source),
    Attribute::parameter("source_permissions", "whether a source's mode counts")
        .words(PERMISSIONS)
        .default("ignore"),
    Attribute::parameter("recurse", "whether what is in a directory is managed").check(recurse),
    Attribute::parameter("recurselimit", "how deep").values(&[], &["/^[0-9]+$/"]),
    Attribute::parameter("max_files", "how many files")
        .values(&[], &["/^[0-9]+$/", "/^-1$/"])
        .fallback(Fallback::Integer(0)),
    Attribute::boolean("replace", true, "whether what is there may be replaced"),
    Attribute::boolean("force", false, "whether directories may be removed"),
    Attribute::parameter("ignore", "names that are left alone"),
    Attribute::parameter("links", "whether links are followed").words(LINKS).default("manage"),
    Attribute::boolean("purge", false, "whether unmanaged files are removed"),
    Attribute::parameter("sourceselect", "which sources count").words(SELECTIONS).default("first"),
    Attribute::parameter("validate_cmd", "a command that must accept the new content"),
    Attribute::parameter("validate_replacement", "what stands for the file in it").default("%"),
    Attribute::boolean("show_diff", true, "no use in a build"),
    Attribute::parameter("backup", "no use in a build"),
    Attribute::parameter("selinux_ignore_defaults", "no use in a build"),
    Attribute::parameter("seluser", "no use in a build"),
    Attribute::parameter("selrole", "no use in a build"),
    Attribute::parameter("seltype", "no use in a build"),
    Attribute::parameter("selrange", "no use in a build"),
    Attribute::parameter("provider", "how it is managed"),
];

fn path(value: &Value, _: &Resource) -> Result<Value, String> {
    let path = value.ruby_text();
    if !paths::is_absolute(&path) {
        return Err(format!("File paths must be fully qualified, not '{path}'"));
    }
    Ok(Value::text(paths::expand(&path)))
}

fn group(value: &Value, _: &Resource) -> Result<Value, String> {
    if value.ruby_text().is_empty() {
        return Err(format!("Invalid group name '{}'", value.ruby_inspect()));
    }
    Ok(value.clone())
}

fn mode(value: &Value, _: &Resource) -> Result<Value, String> {
    let Value::Text(text) = value else {
        return Err(format!("The file mode specification must be a string, not '{}'", class(value)));
    };
    if !mode::is_valid(&mode::normal(text)) {
        return Err(format!("The file mode specification is invalid: {}", value.ruby_inspect()));
    }
    Ok(Value::text(mode::normal(text)))
}

fn class(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "Integer",
        Value::Float(_) => "Float",
        Value::Boolean(true) => "TrueClass",
        Value::Boolean(false) => "FalseClass",
        Value::List(_) => "Array",
        Value::Hash(_) => "Hash",
        _ => "String",
    }
}

fn recurse(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    match TRUTHS.iter().find(|(known, _)| *known == text) {
        Some((_, word)) => Ok(Value::symbol(*word)),
        None => Err(format!("Invalid recurse value {}", value.ruby_inspect())),
    }
}

fn source(value: &Value, _: &Resource) -> Result<Value, String> {
    let mut sources = Vec::new();
    for source in value.elements() {
        let text = source.ruby_text();
        if !paths::is_absolute(&text) {
            let Some((scheme, rest)) = text.split_once(':') else {
                return Err(format!("Cannot use relative URLs '{text}'"));
            };
            if !rest.starts_with('/') {
                return Err(format!("Cannot use opaque URLs '{text}'"));
            }
            if !["file", "puppet", "http", "https"].contains(&scheme) {
                return Err(format!("Cannot use URLs of type '{scheme}' as source for fileserving"));
            }
        }
        sources.push(Value::text(source::normal(&text)));
    }
    Ok(Value::List(sources))
}

fn validate(resource: &mut Resource) -> Result<Vec<String>, String> {
    // Any other word is where a link leads.
    if let Some(Value::Text(target)) = resource.should("ensure").cloned() {
        resource.parameters.insert("target", Value::Text(target));
        resource.parameters.insert("ensure", Value::symbol("link"));
    }
    let has = |name: &str| resource.should(name).is_some();
    if ["content", "source", "target"].iter().filter(|name| has(name)).count() > 1 {
        return Err("You cannot specify more than one of content, source, target".into());
    }
    if resource.should("recurse").is_some_and(|it| it.is("remote")) && !has("source") {
        return Err("You cannot specify a remote recursion without a source".into());
    }
    let mut warnings = Vec::new();
    if has("recurselimit") && !matches!(resource.text("recurse"), Some("true" | "remote")) {
        warnings
            .push("Possible error: recurselimit is set but not recurse, no recursion will happen".to_owned());
    }
    if !has("ensure") {
        let implied = if has("target") { Some("link") } else { has("content").then_some("file") };
        if let Some(kind) = implied {
            resource.parameters.insert("ensure", Value::symbol(kind));
        }
    }
    if resource.sensitive.contains("content") || resource.sensitive.contains("source") {
        resource.sensitive.extend(["content".to_owned(), "ensure".to_owned()]);
    }
    Ok(warnings)
}

fn autorequires(resource: &Resource, peers: &[Resource]) -> Vec<(&'static str, String)> {
    let mut wanted = Vec::new();
    let is_managed = |path: &str| {
        peers.iter().any(|peer| {
            peer.kind.is_some_and(|kind| kind.name == "file")
                && (peer.name() == path || peer.reference.title == path)
        })
    };
    if let Some(above) = paths::above(resource.name()).find(|path| is_managed(path)) {
        wanted.push(("file", above.to_owned()));
    }
    // What is mounted comes before what lies in it; Puppet says so from the other side.
    let is_mount = |peer: &&Resource| peer.kind.is_some_and(|kind| kind.name == "mount");
    let holds = |peer: &&Resource| resource.name().starts_with(&format!("{}/", peer.name()));
    let mounts = peers.iter().filter(is_mount).filter(holds);
    wanted.extend(mounts.map(|mount| ("mount", mount.reference.title.clone())));
    wanted.extend(resource.text("target").map(|target| ("file", target.to_owned())));
    for (type_name, property) in [("user", "owner"), ("group", "group")] {
        if let Some(Value::Text(name)) = resource.should(property)
            && !name.bytes().all(|byte| byte.is_ascii_digit())
        {
            wanted.push((type_name, name.clone()));
        }
    }
    wanted
}

fn foreign(resource: &catalog::Resource) -> Option<String> {
    let text = |name: &str| resource.parameter(name).and_then(Value::as_text);
    if matches!(text("checksum"), Some("mtime" | "ctime" | "none")) {
        return Some("`checksum` compares something else than content".into());
    }
    if resource.parameter("checksum_value").is_some_and(|value| *value != Value::Undef) {
        return Some("`checksum_value` is not known".into());
    }
    if matches!(text("source_permissions"), Some("use" | "use_when_creating")) {
        return Some("`source_permissions` are copied".into());
    }
    if resource.parameter("staging_location").is_some() {
        return Some("`staging_location` is not known".into());
    }
    let sources = resource.parameter("source").into_iter().flat_map(Value::elements);
    if let Some(source) = sources.filter_map(Value::as_text).find(|source| source.starts_with("http")) {
        return Some(format!("its source `{source}` is fetched"));
    }
    let is_checksum = Regex::new(r"\A\{\w{3,10}\}\S+").is_ok_and(|pattern| {
        text("content").is_some_and(|content| pattern.is_match(content).unwrap_or_default())
    });
    is_checksum.then(|| "its content is a checksum".into())
}

/// The checksum of content by the resource's own algorithm.
fn checksum_of(resource: &Resource, bytes: &[u8]) -> String {
    checksum(resource.text("checksum").unwrap_or("sha256"), bytes).unwrap_or_default()
}

/// The bytes of a content.
fn bytes_of(content: &Value) -> Vec<u8> {
    match content {
        Value::Binary(bytes) => bytes.clone(),
        other => other.ruby_text().into_bytes(),
    }
}

/// The bytes of a file at a source; `None` if there is none.
pub(super) fn source_content(
    uri: &str,
    context: &crate::engine::Context<'_>,
) -> Result<Option<Vec<u8>>, crate::error::Failure> {
    Ok(source::find(&source::normal(uri), true, context)?.map(|found| found.content))
}
