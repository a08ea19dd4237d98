//! Which Debian mirrors a machine uses: the texts of `sources.list` and `*.sources`.
//!
//! A reading for one purpose, to find a mirror that is near. It follows apt's formats but not apt's every
//! rule, and what it finds still has to show Debian's signatures.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, control};

/// Names that only Debian gives its suites.
const SUITES: [&str; 16] = [
    "oldoldstable",
    "oldstable",
    "stable",
    "testing",
    "unstable",
    "experimental",
    "buster",
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "sid",
    "rc-buggy",
    "stretch",
    "jessie",
];

/// One enabled source of binary packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Without the slash at its end.
    pub uri: String,
    /// One suite name.
    pub suite: String,
    /// Component names.
    pub components: Vec<String>,
}

/// The mirrors of Debian that were found, as URLs without a slash at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirrors {
    /// Where releases and their updates come from.
    pub main: Option<String>,
    /// Where security updates come from.
    pub security: Option<String>,
}

/// The sources in the text of a `sources.list`: one a line.
pub fn parse_list(text: &str) -> Vec<Source> {
    text.lines().flat_map(parse_line).collect()
}

/// The sources in the text of a deb822 `.sources` file.
pub fn parse_deb822(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for paragraph in control::paragraphs(text) {
        let words = |field: &str| paragraph.get(field).unwrap_or_default().split_ascii_whitespace();
        let disabled = paragraph.get("Enabled").is_some_and(|value| matches!(value, "no" | "false" | "0"));
        if disabled || !words("Types").any(|word| word == "deb") {
            continue;
        }
        for uri in words("URIs") {
            sources.extend(words("Suites").map(|suite| source(uri, suite, words("Components"))));
        }
    }
    sources
}

/// The mirrors of Debian among sources. Main: the first that has the component `main` and whose path ends in
/// `/debian`, or else that has a Debian suite. Security: the first whose path ends in `/debian-security`, or
/// else that has the security suite of a Debian release.
pub fn mirrors(sources: &[Source]) -> Mirrors {
    let (security, main): (Vec<_>, Vec<_>) = sources
        .iter()
        .filter(|source| is_usable(&source.uri) && source.components.iter().any(|name| name == "main"))
        .partition(|source| is_security(source));
    let pick = |sources: &[&Source], folder: &str| {
        let named = sources.iter().find(|source| source.uri.ends_with(folder));
        let chosen = named.or_else(|| sources.iter().find(|source| has_debian_suite(source)));
        chosen.map(|source| source.uri.clone())
    };
    Mirrors { main: pick(&main, "/debian"), security: pick(&security, "/debian-security") }
}

/// The mirrors that apt uses in the system at `root` (`/` for this machine): `etc/apt/sources.list`, then
/// the files of `etc/apt/sources.list.d` in the order of their names.
///
/// # Errors
/// [`Error::Io`] for a file that is there but cannot be read.
pub fn mirrors_of_system(root: &Path) -> Result<Mirrors, Error> {
    let folder = root.join("etc/apt");
    let mut paths = vec![folder.join("sources.list")];
    paths.extend(files_in(&folder.join("sources.list.d"))?);
    let mut sources = Vec::new();
    for path in paths.iter().filter(|path| path.is_file()) {
        let bytes = fs::read(path).map_err(Error::reading(path))?;
        let text = String::from_utf8_lossy(&bytes);
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("list") => sources.extend(parse_list(&text)),
            Some("sources") => sources.extend(parse_deb822(&text)),
            _ => {}
        }
    }
    Ok(mirrors(&sources))
}

/// `deb [option=value ...] URI SUITE COMPONENT ...`
fn parse_line(line: &str) -> Option<Source> {
    let line = line.split('#').next()?.trim();
    let rest = line.strip_prefix("deb").filter(|rest| rest.starts_with([' ', '\t', '[']))?.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(options) => options.split_once(']')?.1,
        None => rest,
    };
    let mut words = rest.split_ascii_whitespace();
    Some(source(words.next()?, words.next()?, words))
}

fn source<'a>(uri: &str, suite: &str, components: impl Iterator<Item = &'a str>) -> Source {
    Source {
        uri: uri.trim_end_matches('/').to_owned(),
        suite: suite.to_owned(),
        components: components.map(str::to_owned).collect(),
    }
}

fn is_usable(uri: &str) -> bool {
    ["http:", "https:", "file:"].iter().any(|scheme| uri.starts_with(scheme))
}

fn is_security(source: &Source) -> bool {
    source.uri.ends_with("/debian-security") || source.suite.ends_with("-security")
}

/// Whether the suite, without `-updates` and the like, is one of Debian's.
fn has_debian_suite(source: &Source) -> bool {
    let base = source.suite.split(['-', '/']).next().unwrap_or_default();
    SUITES.contains(&base) || SUITES.contains(&source.suite.as_str())
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(Error::reading(folder))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_LINE: &str = "\
# deb http://commented.example.org/debian trixie main
deb-src http://source.example.org/debian trixie main
deb cdrom:[Debian]/ trixie main
deb [arch=amd64 signed-by=/etc/keys/docker.asc] https://docker.example.org/linux/debian trixie stable
deb\t[ trusted=yes ]  http://mirror.example.org/debian/ trixie main contrib # near
deb http://other.example.org/debian trixie main
deb http://mirror.example.org/debian-security trixie-security main
deb http://flat.example.org/ ./
";

    const DEB822: &str = "\
Types: deb
Enabled: no
URIs: http://disabled.example.org/debian
Suites: trixie
Components: main

# the near one
Types: deb deb-src
URIs: http://proxy.example.org/repository/debian-hosted/
 http://mirror.example.org/debian
Suites: trixie trixie-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://proxy.example.org/repository/security
Suites: trixie-security
Components: main
";

    fn some(main: &str, security: &str) -> Mirrors {
        Mirrors { main: Some(main.to_owned()), security: Some(security.to_owned()) }
    }

    #[test]
    fn mirrors_of_both_formats() {
        let expected = some("http://mirror.example.org/debian", "http://mirror.example.org/debian-security");
        assert_eq!(mirrors(&parse_list(ONE_LINE)), expected);
        let expected =
            some("http://mirror.example.org/debian", "http://proxy.example.org/repository/security");
        assert_eq!(mirrors(&parse_deb822(DEB822)), expected);
    }

    #[test]
    fn a_debian_suite_will_do_where_no_path_is_telling() {
        for (line, found) in [
            ("deb https://proxy.example.org/apt-trixie trixie main", true),
            ("deb http://snapshot.example.org/archive/debian/20260101T000000Z trixie-updates main", true),
            ("deb http://ubuntu.example.org/ubuntu noble main", false),
            ("deb https://vendor.example.org/apt trixie-pgdg contrib", false),
            ("deb mirror+file:/etc/apt/mirrors.list trixie main", false),
        ] {
            assert_eq!(mirrors(&parse_list(line)).main.is_some(), found, "{line}");
        }
    }

    #[test]
    fn a_system_is_read_in_the_order_of_apt() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(mirrors_of_system(root.path()).unwrap(), Mirrors::default());
        let folder = root.path().join("etc/apt/sources.list.d");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("b.sources"), DEB822).unwrap();
        fs::write(folder.join("a.list"), "deb http://first.example.org/debian sid main").unwrap();
        fs::write(folder.join("0.list.save"), "deb http://saved.example.org/debian sid main").unwrap();
        let expected =
            some("http://first.example.org/debian", "http://proxy.example.org/repository/security");
        assert_eq!(mirrors_of_system(root.path()).unwrap(), expected);
    }
}
