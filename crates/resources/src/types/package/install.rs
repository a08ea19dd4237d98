//! Installs packages by apt and dpkg, with selections and answers made before.

use catalog::Value;

use super::known::look_up;
use super::may_be_batched;
use super::provider::Debian;
use crate::engine::Context;
use crate::error::Failure;
use crate::report::Level;
use crate::resource::Resource;
use crate::schema::matches;

/// Runs a command of apt's or dpkg's; one that fails is told as Puppet tells it.
pub(super) fn run(words: &[&str], context: &mut Context<'_>) -> Result<String, Failure> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let line = words.join(" ");
    let command = crate::types::exec::for_puppet(words)
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
pub(super) fn select(name: &str, wanted: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = crate::types::exec::for_puppet(vec!["dpkg".into(), "--set-selections".into()])
        .input(format!("{name} {wanted}\n"));
    context
        .system
        .run(&command)
        .map(drop)
        .map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))
}

impl Debian {
    pub(super) fn install(
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

    /// Installs a package from a file.
    pub(super) fn install_file(&self, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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

    /// Removes a package.
    pub(super) fn remove(
        &self,
        purge: bool,
        resource: &Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
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
