//! `archive`: a file that is copied from somewhere in the root or from a module, checked, and unpacked. What comes
//! over a network is left to real Puppet.

mod extract;
mod provider;

use catalog::Value;

use self::provider::Archive;
use crate::paths;
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType, matches};

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];
const SUMS: &[(&str, &str)] = &[
    ("none", "none"),
    ("md5", "md5"),
    ("sha1", "sha1"),
    ("sha2", "sha2"),
    ("sha256", "sha256"),
    ("sha384", "sha384"),
    ("sha512", "sha512"),
];
const DIGITS: &[&str] = &["/\\b[0-9a-f]{5,128}\\b/"];
const PROXIES: &[(&str, &str)] = &[("none", "none"), ("ftp", "ftp"), ("http", "http"), ("https", "https")];
/// Old names, each with the one that it stands for.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("target", "extract_path"),
    ("url", "source"),
    ("digest_string", "checksum"),
    ("digest_type", "checksum_type"),
];

/// The type.
pub static ARCHIVE: ResourceType = ResourceType {
    namevar: "path",
    keys: &["path"],
    title: |title| Some(vec![("path", title.to_owned())]),
    validate,
    autorequires,
    outside: |resource| resource.text("source").map(str::to_owned).into_iter().collect(),
    foreign,
    provider: || Box::new(Archive::default()),
    ..ResourceType::new("archive", "Fetches an archive and unpacks it.", ATTRIBUTES)
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute::ensure(),
    Attribute::property("creates", "what is there once it is unpacked"),
    Attribute::parameter("path", "the archive").check(path),
    Attribute::parameter("filename", "set by Puppet"),
    Attribute::parameter("extract", "whether it is unpacked").words(TRUTHS).default("false"),
    Attribute::parameter("extract_path", "where it is unpacked").check(extract_path),
    Attribute::parameter("target", "the same").check(extract_path),
    Attribute::parameter("extract_command", "what unpacks it"),
    Attribute::parameter("temp_dir", "where it is put first").check(temporary),
    Attribute::parameter("extract_flags", "words for what unpacks it")
        .fallback(Fallback::Computed(undefined)),
    Attribute::parameter("cleanup", "whether it goes once it is unpacked").words(TRUTHS).default("true"),
    Attribute::parameter("source", "where it comes from").check(source),
    Attribute::parameter("url", "the same").check(url),
    Attribute::parameter("cookie", "for downloads"),
    Attribute::parameter("checksum", "its checksum").check(checksum),
    Attribute::parameter("digest_string", "the same").values(&[], DIGITS),
    Attribute::parameter("checksum_url", "where its checksum comes from"),
    Attribute::parameter("digest_url", "the same"),
    Attribute::parameter("checksum_type", "the kind of checksum").words(SUMS).default("none"),
    Attribute::parameter("digest_type", "the same").words(SUMS),
    Attribute::parameter("checksum_verify", "whether it is checked").words(TRUTHS).default("true"),
    Attribute::parameter("username", "for downloads"),
    Attribute::parameter("password", "for downloads"),
    Attribute::parameter("headers", "for downloads").check(headers),
    Attribute::parameter("user", "whose rights unpack it"),
    Attribute::parameter("group", "which group's rights unpack it"),
    Attribute::parameter("proxy_type", "for downloads").words(PROXIES),
    Attribute::parameter("proxy_server", "for downloads"),
    Attribute::boolean("allow_insecure", false, "for downloads"),
    Attribute::parameter("download_options", "for downloads"),
    Attribute::parameter("provider", "how it is managed"),
];

fn undefined(_: &Resource) -> Option<Value> {
    Some(Value::symbol("undef"))
}

fn absolute(value: &Value, complaint: &str) -> Result<Value, String> {
    let path = value.ruby_text();
    if paths::is_absolute(&path) { Ok(value.clone()) } else { Err(format!("{complaint}{path}")) }
}

fn path(value: &Value, _: &Resource) -> Result<Value, String> {
    absolute(value, "archive path must be absolute: ")
}

fn extract_path(value: &Value, _: &Resource) -> Result<Value, String> {
    absolute(value, "archive extract_path must be absolute: ")
}

fn temporary(value: &Value, _: &Resource) -> Result<Value, String> {
    absolute(value, "Invalid temp_dir ")
}

fn from(value: &Value, schemes: &[&str]) -> Result<Value, String> {
    let text = value.ruby_text();
    // The module looks for the words anywhere.
    if schemes.iter().any(|scheme| text.contains(scheme)) {
        Ok(value.clone())
    } else {
        Err(format!("invalid source url: {text}"))
    }
}

fn source(value: &Value, _: &Resource) -> Result<Value, String> {
    if paths::is_absolute(&value.ruby_text()) {
        return Ok(value.clone());
    }
    from(value, &["puppet", "http", "https", "ftp", "file", "s3", "gs"])
}

fn url(value: &Value, _: &Resource) -> Result<Value, String> {
    from(value, &["http", "https", "file", "ftp"])
}

fn checksum(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    match (value, text.as_str()) {
        (Value::Boolean(_), _) => {
            let reason = format!("undefined method `empty?' for {text}");
            Err(format!("Munging failed for value {text} in class checksum: {reason}"))
        }
        (_, "") => Ok(Value::symbol("false")),
        (_, "true" | "false" | "undef") => Ok(value.clone()),
        _ if matches(r"\b[0-9a-f]{5,128}\b", &text) => Ok(value.clone()),
        _ => {
            let shown = value.ruby_inspect();
            let words = "Valid values are true, false, undef, , .";
            Err(format!("Invalid value {shown}. {words} Valid values match {}.", DIGITS[0]))
        }
    }
}

fn headers(value: &Value, _: &Resource) -> Result<Value, String> {
    match value {
        Value::List(_) => Ok(value.clone()),
        other => Err(format!("headers must be an array: {}", other.ruby_text())),
    }
}

fn validate(resource: &mut Resource) -> Result<Vec<String>, String> {
    for (other, name) in OTHER_NAMES {
        if let Some(value) = resource.parameters.get(other).cloned() {
            resource.set(name, value)?;
        }
    }
    Ok(Vec::new())
}

fn autorequires(resource: &Resource, _: &[Resource]) -> Vec<(&'static str, String)> {
    let mut wanted = vec![("file", system::parent(resource.name()).to_owned())];
    wanted.extend(resource.text("extract_path").map(|path| ("file", path.to_owned())));
    wanted.extend([
        ("file", "/root/.aws/config".to_owned()),
        ("file", "/root/.aws/credentials".to_owned()),
        ("exec", "install_gsutil".to_owned()),
    ]);
    wanted
}

fn foreign(resource: &catalog::Resource) -> Option<String> {
    let text = |name: &str| resource.parameter(name).filter(|it| **it != Value::Undef).map(Value::ruby_text);
    for name in ["checksum_url", "digest_url"] {
        if text(name).is_some() {
            return Some(format!("`{name}` is fetched"));
        }
    }
    if let Some(provider) = text("provider").filter(|it| !["ruby", "curl", "wget"].contains(&it.as_str())) {
        return Some(format!("provider `{provider}`"));
    }
    let far = |source: &String| ["http", "ftp", "s3", "gs"].iter().any(|scheme| source.starts_with(scheme));
    let source = ["url", "source"].into_iter().find_map(text).filter(far);
    source.map(|source| format!("its source `{source}` is fetched"))
}
