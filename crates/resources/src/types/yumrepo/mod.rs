//! `yumrepo`: a section of a file that tells yum or dnf of a repository.

mod file;
mod provider;

use catalog::Value;

use self::provider::Repository;
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType};

const ABSENT: &[(&str, &str)] = &[("absent", "absent")];
const TRUTH: &[&str] = &["/^(true|false|0|1|no|yes)$/"];
const DIGITS: &[&str] = &["/^\\d+$/"];
const NUMBER: &[&str] = &["/^[0-9]+$/"];
const ANYTHING: &[&str] = &["/.*/"];
const SCHEMES: [&str; 4] = ["file", "http", "https", "ftp"];

/// The type.
pub static YUMREPO: ResourceType = ResourceType {
    validate: |resource| {
        resource.sensitive.extend(["password".to_owned(), "proxy_password".to_owned()]);
        Ok(Vec::new())
    },
    foreign: |resource| {
        // Which values are right depends on the system's age, which a resource does not know.
        resource
            .parameter("proxy")
            .filter(|proxy| proxy.ruby_text() == "_none_" || proxy.ruby_text().is_empty())
            .map(|_| "`proxy` without a proxy means different things on different systems".into())
    },
    provider: || Box::new(Repository::default()),
    ..ResourceType::new("yumrepo", "Manages what yum or dnf knows of a repository.", ATTRIBUTES)
};

const fn any(name: &'static str, summary: &'static str) -> Attribute {
    Attribute::property(name, summary).values(ABSENT, ANYTHING)
}

const fn truth(name: &'static str, summary: &'static str) -> Attribute {
    Attribute::property(name, summary).values(ABSENT, TRUTH).check(capital)
}

const fn one_of(name: &'static str, patterns: &'static [&'static str], summary: &'static str) -> Attribute {
    Attribute::property(name, summary).values(ABSENT, patterns)
}

const ATTRIBUTES: &[Attribute] = &[
    Attribute::ensure_if_managed(),
    any("descr", "what people call it"),
    Attribute::property("mirrorlist", "where its mirrors are listed")
        .check(|it, _| one_url(it, "mirrorlist")),
    Attribute::property("baseurl", "where it is").check(|it, _| all_urls(it, "baseurl")),
    truth("enabled", "whether it is used"),
    truth("gpgcheck", "whether packages are checked"),
    truth("payload_gpgcheck", "whether their content is checked"),
    truth("repo_gpgcheck", "whether its lists are checked"),
    Attribute::property("gpgkey", "where its key is").check(|it, _| all_urls(it, "gpgkey")),
    one_of("mirrorlist_expire", NUMBER, "how long mirrors are remembered"),
    Attribute::property("include", "where more settings are").check(|it, _| one_url(it, "include")),
    any("exclude", "packages that it does not give"),
    Attribute::property("gpgcakey", "where the authority's key is").check(|it, _| one_url(it, "gpgcakey")),
    any("includepkgs", "packages that it gives"),
    truth("enablegroups", "whether groups are used"),
    truth("module_hotfixes", "whether packages go into modules"),
    one_of("failovermethod", &["/^roundrobin|priority$/"], "which mirror is next"),
    truth("keepalive", "whether connections stay open"),
    one_of("retries", NUMBER, "how often it is tried"),
    one_of("http_caching", &["/^(packages|all|none)$/"], "what is cached"),
    one_of("timeout", DIGITS, "how long a connection may take"),
    one_of("metadata_expire", &["/^([0-9]+[dhm]?|never)$/"], "how long lists are remembered"),
    truth("protect", "whether others may replace its packages"),
    one_of("priority", &["/^-?\\d+$/"], "which repository goes first"),
    one_of("minrate", DIGITS, "what is too slow"),
    one_of("throttle", &["/^\\d+[kMG%]?$/"], "what is fast enough"),
    one_of("bandwidth", &["/^\\d+[kMG]?$/"], "how much there is"),
    one_of("cost", DIGITS, "how dear it is"),
    Attribute::property("proxy", "the proxy").check(|it, _| one_url(it, "proxy")),
    any("proxy_username", "the name for the proxy"),
    any("proxy_password", "the word for the proxy"),
    truth("s3_enabled", "whether it lies in S3"),
    any("sslcacert", "authorities"),
    truth("sslverify", "whether the host is checked"),
    any("sslclientcert", "the client's certificate"),
    any("sslclientkey", "the client's key"),
    Attribute::property("metalink", "where its mirrors are described").check(|it, _| one_url(it, "metalink")),
    truth("skip_if_unavailable", "whether it may be missing"),
    truth("assumeyes", "whether nothing is asked"),
    one_of("deltarpm_percentage", DIGITS, "how large a delta may be"),
    one_of("deltarpm_metadata_percentage", DIGITS, "how large lists of deltas may be"),
    any("username", "the name for the host"),
    any("password", "the word for the host"),
    Attribute::parameter("name", "its name"),
    Attribute::parameter("target", "the file").check(target).default("absent"),
    Attribute::parameter("provider", "how it is managed"),
];

fn target(value: &Value, _: &Resource) -> Result<Value, String> {
    Ok(absent_or(value))
}

fn absent_or(value: &Value) -> Value {
    if value.ruby_text() == "absent" { Value::absent() } else { value.clone() }
}

/// `True` as Python writes it.
fn capital(value: &Value, _: &Resource) -> Result<Value, String> {
    if value.is("absent") {
        return Ok(Value::absent());
    }
    let text = value.ruby_text();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    Ok(Value::text(first.into_iter().chain(letters.as_str().to_lowercase().chars()).collect::<String>()))
}

fn is_url(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
}

fn no_url(property: &str) -> String {
    format!("Validate method failed for class {property}: Must be a valid URL")
}

fn one_url(value: &Value, property: &str) -> Result<Value, String> {
    let text = value.ruby_text();
    if text == "absent" || is_url(&text) { Ok(absent_or(value)) } else { Err(no_url(property)) }
}

fn all_urls(value: &Value, property: &str) -> Result<Value, String> {
    let text = value.ruby_text();
    if text == "absent" || text.split_whitespace().all(is_url) {
        Ok(absent_or(value))
    } else {
        Err(no_url(property))
    }
}
