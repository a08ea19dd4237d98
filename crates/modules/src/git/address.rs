//! What of a Puppetfile may be handed to git: addresses, references and folders, each checked to be only that.

use std::path::{Component, Path};

use crate::Error;

/// Transports that are git's own and run nothing of the user's choosing.
const SCHEMES: [&str; 6] = ["https", "http", "ssh", "git", "file", "git+ssh"];

/// An address as git may be given it; a path that is relative starts at `root`.
pub fn checked(url: &str, root: &Path) -> Result<String, Error> {
    let refuse = || Err(Error::UnsafeGit { text: without_password(url), what: "address" });
    let is_odd = url.is_empty() || url.starts_with('-') || url.contains(|c: char| c.is_control());
    // `ext::sh -c ...` and its kin run what follows.
    if is_odd || url.contains("::") {
        return refuse();
    }
    if let Some((scheme, rest)) = url.split_once("://") {
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let is_safe = SCHEMES.contains(&scheme) && !rest.is_empty() && !host.starts_with('-');
        return if is_safe { Ok(url.to_owned()) } else { refuse() };
    }
    if url.starts_with('/') {
        return Ok(url.to_owned());
    }
    let first = url.split('/').next().unwrap_or_default();
    match first.split_once(':') {
        // `user@host:path`, which goes through ssh.
        Some((host, _)) => {
            let name = host.rsplit_once('@').map_or(host, |(_, name)| name);
            if name.is_empty() || name.starts_with('-') { refuse() } else { Ok(url.to_owned()) }
        }
        None => Ok(root.join(url).display().to_string()),
    }
}

/// A branch's or a tag's name, by git's own rules.
pub fn reference(name: &str) -> Result<&str, Error> {
    let is_odd = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    let is_wrong = name.starts_with('-')
        || name.contains(is_odd)
        || name.contains("..")
        || name.contains("@{")
        || name.ends_with('.')
        || name.split('/').any(part);
    if is_wrong { Err(Error::UnsafeGit { text: name.to_owned(), what: "reference" }) } else { Ok(name) }
}

/// A folder of a repository.
pub fn folder(text: &str) -> Result<&str, Error> {
    let is_plain = Path::new(text).components().all(|part| matches!(part, Component::Normal(_)));
    if is_plain && !text.contains('\0') {
        Ok(text)
    } else {
        Err(Error::UnsafeGit { text: text.to_owned(), what: "folder" })
    }
}

/// Whether this is a commit's full name.
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && is_hex(text)
}

/// Whether this may be a commit's name, or the beginning of one.
pub fn begins_commit(text: &str) -> bool {
    (4..=64).contains(&text.len()) && is_hex(text)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// An address for messages: a password in it is left out.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) if user.contains(':') || scheme.starts_with("http") => {
            format!("{scheme}://***@{host}{path}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_run_commands_or_are_options_are_refused() {
        let root = Path::new("/repo");
        for (url, expected) in [
            ("https://git.example.org/x.git", Some("https://git.example.org/x.git")),
            ("ssh://git@git.example.org:22/x", Some("ssh://git@git.example.org:22/x")),
            ("git@git.example.org:o/x.git", Some("git@git.example.org:o/x.git")),
            ("file:///srv/x.git", Some("file:///srv/x.git")),
            ("/srv/x.git", Some("/srv/x.git")),
            ("../x.git", Some("/repo/../x.git")),
            ("ext::sh -c 'touch /tmp/x'", None),
            ("fd::17", None),
            ("--upload-pack=touch /tmp/x", None),
            ("-x", None),
            ("ssh://-oProxyCommand=x/y", None),
            ("ssh://u@-oProxyCommand=x/y", None),
            ("-oProxyCommand=x:y", None),
            ("u@-oProxyCommand=x:y", None),
            ("data://x", None),
            ("https://", None),
            ("https://x\n/y", None),
            ("", None),
        ] {
            assert_eq!(checked(url, root).ok().as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn references_and_folders_keep_gits_rules() {
        for good in ["main", "feature/x-1", "v1.2.3", "release_7"] {
            assert!(reference(good).is_ok(), "{good}");
        }
        for bad in
            ["-x", "--force", "a b", "a..b", "a~1", "a^", "a:b", "/a", "a/", "a.lock", "a@{1}", "", "."]
        {
            assert!(reference(bad).is_err(), "{bad}");
        }
        assert!(folder("modules/x").is_ok());
        for bad in ["../x", "/x", "a/../b"] {
            assert!(folder(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        for (url, expected) in [
            ("https://user:secret@git.example.org/x", "https://***@git.example.org/x"),
            ("https://token@git.example.org/x", "https://***@git.example.org/x"),
            ("ssh://git@git.example.org/x", "ssh://git@git.example.org/x"),
            ("https://git.example.org/@x", "https://git.example.org/@x"),
            ("/srv/x", "/srv/x"),
        ] {
            assert_eq!(without_password(url), expected);
        }
    }
}
