//! `package`: Debian packages, through the image's own apt and dpkg.
//!
//! What is installed is read from dpkg's database; what changes it is apt's and dpkg's work. Several packages
//! that wait for nothing but each other can be installed by one run ([`crate::Settings::batch_packages`]).

use catalog::Value;

use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::provider::{Provider, State};
use crate::report::Level;
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, matches};

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

/// What dpkg's database says of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known {
    /// The installed version; nothing if only configuration is left or nothing at all.
    version: Option<String>,
    /// Whether dpkg knows nothing of it any more.
    purged: bool,
    held: bool,
}

fn look_up(name: &str, context: &Context<'_>) -> Result<Known, Failure> {
    let status = context
        .system
        .read("/var/lib/dpkg/status")
        .map_err(|_| Failure::new("Could not find a suitable provider for package"))?;
    let (name, architecture) = name.split_once(':').map_or((name, None), |(name, it)| (name, Some(it)));
    let wanted = format!("Package: {name}\n");
    let text = String::from_utf8_lossy(&status);
    let mut found = Known { purged: true, ..Known::default() };
    for paragraph in text.split("\n\n").map(|it| it.trim_start_matches('\n')) {
        if !paragraph.starts_with(&wanted) {
            continue;
        }
        let field = |key: &str| {
            paragraph.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).map(str::trim)
        };
        let known = field("Architecture").unwrap_or_default();
        if architecture.is_some_and(|wanted| known != wanted && known != "all") {
            continue;
        }
        let words: Vec<&str> = field("Status").unwrap_or_default().split(' ').collect();
        let [desired, _, state] = words[..] else { continue };
        found = Known { version: None, purged: state == "not-installed", held: desired == "hold" };
        let gone = ["not-installed", "config-files", "half-installed", "unpacked", "half-configured"];
        if !gone.contains(&state) {
            found.version = field("Version").map(str::to_owned);
            break;
        }
    }
    Ok(found)
}

#[derive(Default)]
struct Debian {
    latest: Option<String>,
    held_before: bool,
    /// Whether apt knew before that somebody asked for it.
    asked_for: bool,
}

/// Whether a package is only there for others, as apt notes it.
fn is_automatic(name: &str, context: &Context<'_>) -> bool {
    let states = context.system.read("/var/lib/apt/extended_states").unwrap_or_default();
    let name = format!("Package: {}", name.split(':').next().unwrap_or(name));
    let text = String::from_utf8_lossy(&states);
    text.split("\n\n").any(|paragraph| {
        paragraph.lines().any(|line| line == name)
            && paragraph.lines().any(|line| line == "Auto-Installed: 1")
    })
}

impl Provider for Debian {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let known = look_up(resource.name(), context)?;
        self.held_before = known.held;
        self.asked_for = known.version.is_some() && !is_automatic(resource.name(), context);
        // What another package's turn has brought is still this one's change.
        let early = context.shared.installed_early.contains(resource.name());
        let ensure = match known.version {
            Some(version) if !early => Value::text(version),
            _ if known.purged || early => Value::symbol("purged"),
            _ => Value::absent(),
        };
        let mark = Value::symbol(if known.held { "hold" } else { "none" });
        Ok(State::from([("ensure", ensure), ("mark", mark)]))
    }

    fn present(&self, state: &State) -> bool {
        state.get("ensure").is_none_or(|ensure| !ensure.is("absent") && !ensure.is("purged"))
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        if property != "ensure" {
            return Ok(resource.matches(property, is));
        }
        let there = !is.is("absent") && !is.is("purged");
        for wanted in resource.parameters.get("ensure").map(Value::elements).unwrap_or_default() {
            let right = match wanted {
                Value::Symbol(word) => match word.as_str() {
                    "present" => there,
                    "absent" => !there,
                    "purged" => is.is("purged"),
                    _ if !there => return Ok(false),
                    _ => {
                        self.latest = latest(resource, context)?;
                        self.latest.as_deref().is_some_and(|latest| is.as_text() == Some(latest))
                    }
                },
                version => there && same_version(&version.ruby_text(), &is.ruby_text()),
            };
            if right {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if property == "mark" {
            let hold = resource.should("mark").is_some_and(|mark| mark.is("hold"));
            return select(resource.name(), if hold { "hold" } else { "install" }, context);
        }
        match resource.should("ensure").cloned().unwrap_or_default() {
            Value::Symbol(word) => match word.as_str() {
                "present" => self.install(None, resource, context),
                "absent" => self.remove(false, resource, context),
                "purged" => self.remove(true, resource, context),
                _ => self.install(None, resource, context).map_err(could_not_update),
            },
            version => self.install(Some(&version.ruby_text()), resource, context).map_err(could_not_update),
        }
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let wanted = resource.should(property);
        let gone = |value: &Value| value.is("absent") || value.is("purged") || *value == Value::Undef;
        if property == "ensure" {
            if wanted.is_some_and(|wanted| wanted.is("purged")) {
                return "purged".into();
            }
            if gone(is) && !wanted.is_some_and(gone) {
                return "created".into();
            }
        }
        let shown = self.should_text(property, resource, context);
        display::change(property, is, wanted, &display::value(is), &shown)
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        match (&self.latest, property) {
            (Some(latest), "ensure") => format!("'{latest}'"),
            _ => resource.should(property).map_or_else(|| "''".into(), display::value),
        }
    }

    fn event_name(&self, property: &str, resource: &Resource) -> String {
        match (property, resource.text("ensure")) {
            ("ensure", Some("present")) => "package_installed".into(),
            ("ensure", Some("absent")) => "package_removed".into(),
            ("ensure", Some("purged")) => "package_purged".into(),
            _ => display::event_name(property, resource),
        }
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let apt = resource.text("provider") != Some("dpkg");
        let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
        if apt && !gone && !self.asked_for {
            run(&["/usr/bin/apt-mark", "manual", resource.name()], context)?;
        }
        Ok(())
    }
}

fn could_not_update(failure: Failure) -> Failure {
    Failure::new(format!("Could not update: {}", failure.text))
}

/// Whether two texts are the same Debian version.
fn same_version(wanted: &str, is: &str) -> bool {
    let plain = |version: &str| version.strip_prefix("0:").unwrap_or(version).to_owned();
    plain(wanted) == plain(is)
}

fn run(words: &[&str], context: &mut Context<'_>) -> Result<String, Failure> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let line = words.join(" ");
    let command = super::exec::for_puppet(words)
        .variable("DEBIAN_FRONTEND", "noninteractive")
        .variable("APT_LISTBUGS_FRONTEND", "none")
        .variable("APT_LISTCHANGES_FRONTEND", "none");
    let output = context
        .system
        .run(&command)
        .map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))?;
    if output.success() {
        return Ok(output.text());
    }
    let code = output.code().map(|code| code.to_string()).unwrap_or_default();
    Err(Failure::new(format!("Execution of '{line}' returned {code}: {}", output.text().trim())))
}

/// Tells dpkg what is wanted of a package; whatever comes of it.
fn select(name: &str, wanted: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = super::exec::for_puppet(vec!["dpkg".into(), "--set-selections".into()])
        .input(format!("{name} {wanted}\n"));
    context
        .system
        .run(&command)
        .map(drop)
        .map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))
}

/// The version that an upgrade would bring.
fn latest(resource: &Resource, context: &mut Context<'_>) -> Result<Option<String>, Failure> {
    if resource.text("provider") == Some("dpkg") {
        let source = resource
            .text("source")
            .ok_or("Could not update: You cannot install dpkg packages without a source");
        let output = run(&["/usr/bin/dpkg-deb", "--show", source?], context)?;
        return Ok(output.trim().split_once('\t').map(|(_, version)| version.to_owned()));
    }
    let output = run(&["/usr/bin/apt-cache", "policy", resource.name()], context)
        .map_err(|failure| Failure::new(format!("Could not get latest version: {}", failure.text)))?;
    let line = output.lines().find_map(|line| line.trim().strip_prefix("Candidate:"));
    if line.is_none() {
        context.tell(Level::Err, resource, "Could not find latest version");
    }
    Ok(line.map(|version| version.trim().to_owned()))
}

impl Debian {
    fn install(
        &mut self,
        version: Option<&str>,
        resource: &Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if resource.text("provider") == Some("dpkg") {
            return self.install_file(resource, context);
        }
        if context.shared.installed_early.remove(resource.name()) {
            return Ok(());
        }
        preseed(resource, context)?;
        refuse_discs(resource, context)?;
        let mut words = vec!["/usr/bin/apt-get".to_owned(), "-q".into(), "-y".into(), "-o".into()];
        let keep = resource.text("configfiles") != Some("replace");
        words.push(format!("DPkg::Options::=--force-conf{}", if keep { "old" } else { "new" }));
        if version.is_some() {
            words.push("--force-yes".into());
        }
        words.extend(options(resource));
        words.push("install".into());
        words.push(match (resource.text("source"), version) {
            (Some(source), _) => source.to_owned(),
            (None, Some(version)) => format!("{}={version}", resource.name()),
            (None, None) => resource.name().to_owned(),
        });
        if self.held_before {
            select(resource.name(), "install", context)?;
        }
        let done = install_with_others(&words, resource, context);
        if resource.should("mark").is_some_and(|mark| mark.is("hold")) {
            select(resource.name(), "hold", context)?;
        }
        done
    }

    fn install_file(&self, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let Some(source) = resource.text("source") else {
            return Err(Failure::surprise("You cannot install dpkg packages without a source"));
        };
        let keep = resource.text("configfiles") != Some("replace");
        let force = if keep { "--force-confold" } else { "--force-confnew" };
        if self.held_before {
            select(resource.name(), "install", context)?;
        }
        let done = run(&["/usr/bin/dpkg", force, "-i", source], context).map(drop);
        if resource.should("mark").is_some_and(|mark| mark.is("hold")) {
            select(resource.name(), "hold", context)?;
        }
        done
    }

    fn remove(&self, purge: bool, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let name = resource.name();
        if resource.text("provider") == Some("dpkg") {
            return run(&["/usr/bin/dpkg", if purge { "--purge" } else { "-r" }, name], context).map(drop);
        }
        preseed(resource, context)?;
        let mut words = vec!["/usr/bin/apt-get", "-y", "-q"];
        if self.held_before {
            words.push("--allow-change-held-packages");
        }
        words.push("remove");
        if purge {
            words.push("--purge");
        }
        words.push(name);
        run(&words, context)?;
        if purge {
            run(&["/usr/bin/dpkg", "--purge", name], context)?;
        }
        Ok(())
    }
}

/// One run for this package and those that may come along; if that fails, one for it alone.
fn install_with_others(
    words: &[String],
    resource: &Resource,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let alone: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut others = Vec::new();
    if may_be_batched(resource) {
        for name in std::mem::take(&mut context.shared.batch) {
            if look_up(&name, context)?.version.is_none() {
                others.push(name);
            }
        }
    }
    if !others.is_empty() {
        let mut together = alone.clone();
        together.extend(others.iter().map(String::as_str));
        if run(&together, context).is_ok() {
            context.shared.installed_early.extend(others);
            return Ok(());
        }
    }
    run(&alone, context).map(drop)
}

fn options(resource: &Resource) -> Vec<String> {
    let mut words = Vec::new();
    for option in resource.should("install_options").map(Value::elements).unwrap_or_default() {
        match option {
            Value::Hash(pairs) => {
                let mut pairs: Vec<String> = pairs
                    .iter()
                    .map(|(name, value)| format!("{}={}", name.ruby_text(), value.ruby_text()))
                    .collect();
                pairs.sort();
                words.extend(pairs);
            }
            word => words.push(word.ruby_text()),
        }
    }
    words
}

fn preseed(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(answers) = resource.text("responsefile") else { return Ok(()) };
    if context.system.exists(answers) {
        let text = format!("Preseeding {answers} to debconf-set-selections");
        context.tell(Level::Info, resource, text);
        run(&["/usr/bin/debconf-set-selections", answers], context)?;
    } else {
        let text = "No responsefile specified or non existent, not preseeding anything";
        context.tell(Level::Info, resource, text);
    }
    Ok(())
}

fn refuse_discs(resource: &Resource, context: &Context<'_>) -> Result<(), Failure> {
    let sources = context.system.read("/etc/apt/sources.list").unwrap_or_default();
    let on_disc = matches("^[^#\n]*cdrom:", &String::from_utf8_lossy(&sources));
    if on_disc && !resource.truth("allowcdrom") {
        return Err("/etc/apt/sources.list contains a cdrom source; not installing.  Use 'allowcdrom' to \
                    override this failure."
            .into());
    }
    Ok(())
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
