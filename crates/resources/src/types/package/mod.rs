//! `package`: Debian packages, through the image's own apt and dpkg.
//!
//! What is installed is read from dpkg's database; what changes it is apt's and dpkg's work. Several packages
//! that wait for nothing but each other can be installed by one run ([`crate::Settings::batch_packages`]).

mod install;
mod known;
mod provider;

use catalog::Value;

use self::provider::Debian;
use crate::paths;
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType};

const STATES: &[(&str, &str)] = &[
    ("present", "present"),
    ("installed", "present"),
    ("absent", "absent"),
    ("purged", "purged"),
    ("latest", "latest"),
];

const CONFIGURATION: &[(&str, &str)] = &[("keep", "keep"), ("replace", "replace")];

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];

const MARKS: &[(&str, &str)] = &[("hold", "hold"), ("none", "none")];

/// The type.
pub static PACKAGE: ResourceType = ResourceType {
    isomorphic: false,
    refreshes: true,
    validate: |resource| {
        let gone = resource.should("ensure").is_some_and(|it| it.is("absent") || it.is("purged"));
        if resource.should("mark").is_some() && gone {
            return Err(
                "You cannot use \"mark\" property while \"ensure\" is one of [\"absent\", \"purged\"]".into(),
            );
        }
        Ok(Vec::new())
    },
    autorequires: |resource, _| {
        let files = ["responsefile", "adminfile"].into_iter().filter_map(|name| resource.text(name));
        let source = resource.text("source").filter(|source| paths::is_absolute(source));
        files.chain(source).map(|path| ("file", path.to_owned())).collect()
    },
    outside: |resource| resource.text("source").map(str::to_owned).into_iter().collect(),
    foreign,
    provider: || Box::new(Debian::default()),
    ..ResourceType::new("package", "Installs, upgrades or removes a package.", ATTRIBUTES)
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute::property("ensure", "which version is installed, if any")
        .values(STATES, &["/./"])
        .default("present"),
    Attribute::property("mark", "whether upgrades leave it alone").words(MARKS),
    Attribute::parameter("name", "its name"),
    Attribute::parameter("provider", "how it is managed"),
    Attribute::parameter("source", "a package's file"),
    Attribute::parameter("instance", "set by Puppet"),
    Attribute::parameter("status", "set by Puppet"),
    Attribute::parameter("adminfile", "answers, elsewhere"),
    Attribute::parameter("responsefile", "answers for debconf"),
    Attribute::parameter("configfiles", "what becomes of changed configuration")
        .words(CONFIGURATION)
        .default("keep"),
    Attribute::parameter("category", "set by Puppet"),
    Attribute::parameter("platform", "set by Puppet"),
    Attribute::parameter("root", "set by Puppet"),
    Attribute::parameter("vendor", "set by Puppet"),
    Attribute::parameter("description", "set by Puppet"),
    Attribute::parameter("allowcdrom", "whether sources on discs are right").words(TRUTHS),
    Attribute::parameter("enable_only", "for other providers"),
    Attribute::parameter("install_options", "words for the installer"),
    Attribute::parameter("allow_virtual", "whether a name may stand for other packages"),
    Attribute::parameter("reinstall_on_refresh", "for other providers").words(TRUTHS).default("false"),
];

fn foreign(resource: &catalog::Resource) -> Option<String> {
    let text = |name: &str| resource.parameter(name).filter(|it| **it != Value::Undef).map(Value::ruby_text);
    if let Some(provider) = text("provider").filter(|it| !["apt", "dpkg"].contains(&it.as_str())) {
        return Some(format!("provider `{provider}`"));
    }
    for name in ["package_settings", "flavor", "uninstall_options", "install_only", "command"] {
        if text(name).is_some() {
            return Some(format!("`{name}` is for other providers"));
        }
    }
    if text("allow_virtual").as_deref() == Some("true") {
        return Some("`allow_virtual` looks for other packages".into());
    }
    let version = text("ensure").unwrap_or_default();
    if version.starts_with(['<', '>', '=']) || version.contains(" - ") || version.contains("||") {
        return Some(format!("`{version}` is a range of versions"));
    }
    if ["held", "disabled"].contains(&version.as_str()) {
        return Some(format!("`ensure => {version}` is for other providers"));
    }
    let dpkg = text("provider").as_deref() == Some("dpkg");
    let plain = ["", "present", "installed", "absent", "purged", "latest"];
    (dpkg && !plain.contains(&version.as_str())).then(|| "dpkg installs no versions by name".into())
}

/// Whether a package may be installed together with others.
pub(crate) fn may_be_batched(resource: &Resource) -> bool {
    let plain = ["source", "responsefile", "install_options", "mark"];
    resource.should("ensure").is_some_and(|ensure| ensure.is("present"))
        && plain.iter().all(|name| resource.should(name).is_none())
        && resource.text("provider") != Some("dpkg")
        && resource.text("configfiles") == Some("keep")
}

/// Names of the packages that a catalog wants and apt would install by name, with the version if it says one:
/// for those who fetch them beforehand. Nothing is asked of the machine.
pub fn wanted(catalog: &catalog::Catalog) -> Vec<(String, Option<String>)> {
    let packages = catalog.resources.iter().filter(|it| it.reference.type_name == "Package");
    packages
        .filter_map(|resource| {
            let text = |name: &str| resource.parameter(name).and_then(Value::as_text);
            let by_apt = matches!(text("provider"), None | Some("apt")) && text("source").is_none();
            let name = text("name").unwrap_or(&resource.reference.title).to_owned();
            match text("ensure") {
                _ if !by_apt => None,
                Some("absent" | "purged" | "disabled") => None,
                None | Some("present" | "installed" | "latest" | "held") => Some((name, None)),
                Some(version) => Some((name, Some(version.to_owned()))),
            }
        })
        .collect()
}
