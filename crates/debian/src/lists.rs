//! What apt itself would have after an update: its files of lists, and a source that matches them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Error;
use crate::archive::PackagesFile;
use crate::suite::Suite;

/// Writes the releases and the unpacked indexes under apt's names.
pub(crate) fn write(suites: &[Suite], packages: &[PackagesFile], folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::Io {
        action: "create",
        path: folder.to_owned(),
        source,
    })?;
    for suite in suites {
        let target = folder.join(list_name(&suite.url("InRelease")));
        fs::write(&target, &suite.signed).map_err(Error::writing(&target))?;
    }
    for file in packages {
        let target = folder.join(list_name(&suites[file.suite].url(&file.path)));
        fs::copy(&file.cached, &target).map_err(Error::writing(&target))?;
    }
    Ok(())
}

/// A paragraph for each run of suites from the same mirror with the same components.
pub(crate) fn sources(
    suites: &[Suite],
    packages: &[PackagesFile],
    architecture: &str,
    signed_by: &Path,
) -> String {
    let mut groups: Vec<(&str, Vec<&str>, Vec<&str>)> = Vec::new();
    for (number, suite) in suites.iter().enumerate() {
        let files = packages.iter().filter(|file| file.suite == number);
        let components: Vec<_> = files.map(|file| file.component.as_str()).collect();
        match groups.last_mut() {
            _ if components.is_empty() => {}
            Some((mirror, names, same)) if *mirror == suite.mirror && *same == components => {
                names.push(&suite.name);
            }
            _ => groups.push((&suite.mirror, vec![&suite.name], components)),
        }
    }
    let mut text = String::new();
    for (mirror, names, components) in groups {
        let (names, components, signed_by) = (names.join(" "), components.join(" "), signed_by.display());
        let separator = if text.is_empty() { "" } else { "\n" };
        write!(
            text,
            "{separator}Types: deb\nURIs: {mirror}\nSuites: {names}\nComponents: {components}\n\
             Architectures: {architecture}\nSigned-By: {signed_by}\n"
        )
        .expect("writing to a string");
    }
    text
}

/// The name apt gives the document of a URL in its folder of lists: without scheme and credentials, unusual
/// characters as `%xx`, slashes as `_`.
fn list_name(url: &str) -> String {
    let (_, rest) = url.split_once(':').unwrap_or(("", url));
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let host = rest.find('/').unwrap_or(rest.len());
    let start = rest[..host].rfind('@').map_or(0, |at| at + 1);
    let mut name = String::new();
    for byte in rest[start..].bytes() {
        match byte {
            b'/' => name.push('_'),
            b'\\'
            | b'|'
            | b'{'
            | b'}'
            | b'['
            | b']'
            | b'<'
            | b'>'
            | b'"'
            | b'^'
            | b'~'
            | b'_'
            | b'='
            | b'!'
            | b'@'
            | b'#'
            | b'$'
            | b'%'
            | b'&'
            | b'*'
            | ..=0x20
            | 0x7f.. => {
                write!(name, "%{byte:02x}").expect("writing to a string");
            }
            other => name.push(char::from(other)),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_apt() {
        for (url, name) in [
            (
                "http://mirror.example.org/debian/dists/trixie/InRelease",
                "mirror.example.org_debian_dists_trixie_InRelease",
            ),
            ("https://user:p@ss@mirror.example.org:3142/a_b~c", "mirror.example.org:3142_a%5fb%7ec"),
            ("file:///srv/debian/x", "_srv_debian_x"),
            ("file:/srv/debian/x", "_srv_debian_x"),
        ] {
            assert_eq!(list_name(url), name);
        }
    }
}
