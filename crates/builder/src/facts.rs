//! The facts of an image: what its own root says of its operating system, and what the definition adds.
//! Nothing of the host, so that the same definition gives the same catalog everywhere.

use std::io::Read;

use dpkg::root::Root;
use serde_json::{Map, Value, json};

use crate::Error;

/// Facts that hold for the root, with `defined` laid over them deeply.
pub(crate) fn gather(
    root: &Root,
    architecture: &str,
    certname: &str,
    defined: &Map<String, Value>,
) -> Result<Value, Error> {
    let os_release = read(root, "etc/os-release")?;
    let debian_version = read(root, "etc/debian_version")?;
    let mut facts = base_facts(&os_release, debian_version.trim(), architecture, certname);
    merge(&mut facts, defined);
    Ok(Value::Object(facts))
}

/// A text file of the root; empty when there is none, for not every base has them all.
fn read(root: &Root, path: &str) -> Result<String, Error> {
    let mut bytes = Vec::new();
    match root.file(path) {
        Ok(mut file) => file.read_to_end(&mut bytes).map_err(Error::io("read", root.path().join(path)))?,
        Err(_) => 0,
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Facter's structured facts, as far as an image has them. Shapes as Facter 4 gives them.
fn base_facts(
    os_release: &str,
    debian_version: &str,
    architecture: &str,
    certname: &str,
) -> Map<String, Value> {
    let field = |name: &str| os_release_field(os_release, name);
    let id = field("ID").unwrap_or_default();
    let name = capitalised(&id);
    let codename = field("VERSION_CODENAME").unwrap_or_default();
    let full = if debian_version.starts_with(|first: char| first.is_ascii_digit()) && id == "debian" {
        debian_version.to_owned()
    } else {
        field("VERSION_ID").unwrap_or_default()
    };
    let (major, minor) = full.split_once('.').unwrap_or((&full, "0"));
    let release = json!({"full": full, "major": major, "minor": minor});
    let family = if id == "debian"
        || field("ID_LIKE").is_some_and(|like| like.split(' ').any(|one| one == "debian"))
    {
        "Debian".to_owned()
    } else {
        name.clone()
    };
    let hardware = match architecture {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    let (hostname, domain) =
        certname.split_once('.').map_or((certname, None), |(host, domain)| (host, Some(domain)));
    let lo = json!({"ip": "127.0.0.1", "netmask": "255.0.0.0", "network": "127.0.0.0", "mtu": 65536});
    let facts = json!({
        "os": {
            "name": name, "family": family, "architecture": architecture, "hardware": hardware,
            "distro": {
                "id": name, "codename": codename, "release": release,
                "description": field("PRETTY_NAME").unwrap_or_default(),
            },
            "release": release,
            "selinux": {"enabled": false},
        },
        "kernel": "Linux",
        // The name modules know a container by, whatever will run it.
        "virtual": "docker",
        "is_virtual": true,
        "networking": {
            "hostname": hostname, "domain": domain, "fqdn": certname, "ip": "127.0.0.1",
            "interfaces": {"lo": lo},
        },
        "identity": {"gid": 0, "group": "root", "privileged": true, "uid": 0, "user": "root"},
        "path": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "timezone": "UTC",
        "clientcert": certname,
    });
    match facts {
        Value::Object(facts) => facts,
        _ => Map::new(),
    }
}

fn os_release_field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    Some(line.trim().trim_matches(['"', '\'']).to_owned())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn merge(below: &mut Map<String, Value>, above: &Map<String, Value>) {
    for (name, value) in above {
        match (below.get_mut(name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            _ => {
                below.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIXIE: &str = "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\n\
                          VERSION_ID=\"13\"\nVERSION_CODENAME=trixie\nID=debian\n";
    const NOBLE: &str = "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\nVERSION_CODENAME=noble\n";

    #[test]
    fn the_operating_system_is_the_roots_own() {
        let facts = base_facts(TRIXIE, "13.1", "amd64", "web.example.org");
        assert_eq!(facts["os"]["name"], "Debian");
        assert_eq!(facts["os"]["release"], json!({"full": "13.1", "major": "13", "minor": "1"}));
        assert_eq!(facts["os"]["distro"]["codename"], "trixie");
        assert_eq!(facts["networking"]["hostname"], "web");
        assert_eq!(facts["networking"]["domain"], "example.org");
        // A testing release has a name where others have a number.
        assert_eq!(base_facts(TRIXIE, "trixie/sid", "amd64", "w")["os"]["release"]["full"], "13");
        let ubuntu = base_facts(NOBLE, "trixie/sid", "arm64", "w");
        assert_eq!((&ubuntu["os"]["name"], &ubuntu["os"]["family"]), (&json!("Ubuntu"), &json!("Debian")));
        assert_eq!(ubuntu["os"]["hardware"], "aarch64");
    }

    #[test]
    fn what_the_definition_says_wins_deeply() {
        let mut facts = base_facts(TRIXIE, "13.1", "amd64", "w");
        let defined = json!({"role": "web", "os": {"family": "Other"}});
        merge(&mut facts, defined.as_object().unwrap());
        assert_eq!(
            (&facts["role"], &facts["os"]["family"], &facts["os"]["name"]),
            (&json!("web"), &json!("Other"), &json!("Debian"))
        );
    }
}
