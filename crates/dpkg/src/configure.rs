//! What is to be run inside an unpacked root to finish the installation, as a plan; runs nothing.
//!
//! Debian Policy wants `preinst install` before a package's files are there. In a root where nothing is
//! installed yet, it makes no difference to what these scripts do there (write `/etc/passwd` where there is
//! none, register diversions, look for traces of older versions), and they find a working shell.

use crate::order;
use crate::unpack::Unpacked;

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is, for people, e.g. `base-passwd.preinst`.
    pub label: String,
    /// The program, as a path inside the root, and its arguments.
    pub argv: Vec<String>,
    /// All of its environment.
    pub environment: Vec<(String, String)>,
}

const SEARCH_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// All steps in order: each `preinst`, then one `dpkg --configure` of all packages by name, which are those
/// that `-a` would choose, but not in the order of dpkg's hash table. The steps expect `/proc`, `/dev` with
/// its usual nodes, the root as working directory, and no terminal.
pub fn plan(packages: &[Unpacked]) -> Vec<Step> {
    let ordered = order::order(packages);
    let with_script = ordered.iter().filter(|package| package.has_preinst());
    let mut steps: Vec<Step> = with_script.map(|package| preinst(package, packages)).collect();
    // Nobody needs half a root after a crash: no file is synced on its own.
    let command = ["/usr/bin/dpkg", "--force-unsafe-io", "--configure"].map(str::to_owned);
    steps.push(Step {
        label: "dpkg --configure".into(),
        argv: command
            .into_iter()
            .chain(ordered.iter().map(|package| package.qualified_name.clone()))
            .collect(),
        environment: environment(),
    });
    steps
}

/// The steps as one shell script, so that the root need be entered only once. Stops at the first failure.
pub fn script(steps: &[Step]) -> String {
    let mut script = String::from("set -e\n");
    for step in steps {
        let assignments = step.environment.iter().map(|(name, value)| format!("{name}={}", quoted(value)));
        let words = step.argv.iter().map(|word| quoted(word));
        let command: Vec<String> = assignments.chain(words).collect();
        script.push_str(&format!("env -i {} </dev/null\n", command.join(" ")));
    }
    script
}

fn preinst(package: &Unpacked, packages: &[Unpacked]) -> Step {
    let mut environment = environment();
    // deb-preinst(5) and dpkg(1) say what a script may rely on.
    let running =
        packages.iter().find(|package| package.name == "dpkg").map_or("", |dpkg| dpkg.version.as_str());
    for (name, value) in [
        ("DPKG_MAINTSCRIPT_PACKAGE", package.name.as_str()),
        ("DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT", "1"),
        ("DPKG_MAINTSCRIPT_ARCH", package.architecture.as_str()),
        ("DPKG_MAINTSCRIPT_NAME", "preinst"),
        ("DPKG_MAINTSCRIPT_DEBUG", "0"),
        ("DPKG_RUNNING_VERSION", running),
        ("DPKG_ADMINDIR", "/var/lib/dpkg"),
        ("DPKG_ROOT", ""),
        // debconf would take the name from `tmp.ci/control`, where dpkg keeps what is being unpacked.
        ("DEBCONF_PACKAGE", package.name.as_str()),
    ] {
        environment.push((name.into(), value.into()));
    }
    Step {
        label: format!("{}.preinst", package.name),
        argv: vec![format!("/var/lib/dpkg/info/{}.preinst", package.qualified_name), "install".into()],
        environment,
    }
}

fn environment() -> Vec<(String, String)> {
    [
        ("PATH", SEARCH_PATH),
        ("HOME", "/root"),
        ("LC_ALL", "C.UTF-8"),
        ("DEBIAN_FRONTEND", "noninteractive"),
        ("DEBCONF_NONINTERACTIVE_SEEN", "true"),
        // Says on each run that it cannot ask, which it was told not to.
        ("DEBCONF_NOWARNINGS", "yes"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// A word for the shell that stands for itself.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, members: &[&str]) -> Unpacked {
        Unpacked {
            name: name.into(),
            qualified_name: format!("{name}:amd64"),
            version: "1".into(),
            architecture: "amd64".into(),
            members: members.iter().map(|&member| member.to_owned()).collect(),
            ..Unpacked::default()
        }
    }

    #[test]
    fn preinst_scripts_run_first_and_dpkg_last() {
        let packages =
            [package("it's", &["preinst"]), package("base-passwd", &["preinst"]), package("dpkg", &[])];
        let steps = plan(&packages);
        let labels: Vec<&str> = steps.iter().map(|step| step.label.as_str()).collect();
        assert_eq!(labels, ["base-passwd.preinst", "it's.preinst", "dpkg --configure"]);
        assert_eq!(steps[0].argv, ["/var/lib/dpkg/info/base-passwd:amd64.preinst", "install"]);
        assert!(steps[0].environment.contains(&("DPKG_MAINTSCRIPT_NAME".into(), "preinst".into())));
        assert!(steps[0].environment.contains(&("DPKG_RUNNING_VERSION".into(), "1".into())));
        assert_eq!(steps[2].argv[3..], ["base-passwd:amd64", "it's:amd64", "dpkg:amd64"]);
        let script = script(&steps);
        assert_eq!(script.lines().count(), 4);
        assert!(
            script.contains(r"'/var/lib/dpkg/info/it'\''s:amd64.preinst' 'install' </dev/null"),
            "{script}"
        );
    }
}
