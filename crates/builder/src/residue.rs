//! What a build leaves in a root that is no part of the image: caches, logs, locks, temporary files. The same
//! for every layer.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use crate::Error;

/// Folders that are kept, but not what is in them.
const EMPTIED: [&str; 7] = [
    "tmp",
    "var/tmp",
    "var/cache/apt/archives",
    "var/lib/apt/lists",
    "var/cache/man",
    "var/cache/debconf/tmp.ci",
    "var/log/apt",
];

/// Files that package managers and account tools leave behind: caches, logs and the state before the last
/// change.
const DROPPED: [&str; 21] = [
    "var/cache/apt/pkgcache.bin",
    "var/cache/apt/srcpkgcache.bin",
    "var/cache/debconf/config.dat-old",
    "var/cache/debconf/passwords.dat-old",
    "var/cache/debconf/templates.dat-old",
    // Holds inode numbers and times.
    "var/cache/ldconfig/aux-cache",
    "var/lib/dpkg/available-old",
    "var/lib/dpkg/diversions-old",
    "var/lib/dpkg/statoverride-old",
    "var/lib/dpkg/status-old",
    "var/log/alternatives.log",
    "var/log/bootstrap.log",
    "var/log/dpkg.log",
    "var/log/fontconfig.log",
    "etc/passwd-",
    "etc/group-",
    "etc/shadow-",
    "etc/gshadow-",
    "etc/subuid-",
    "etc/subgid-",
    "etc/.pwd.lock",
];

/// What stays out of the layers of a base and of the images on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Residue {
    /// Whether manual pages and the like are part of images.
    pub documentation: bool,
}

impl Residue {
    /// Whether a path, relative to the root, stays out.
    pub(crate) fn holds(self, path: &Path) -> bool {
        is_left_over(path) || (!self.documentation && is_documentation(path))
    }
}

/// What nobody reads in a container, as Debian's slim images see it: manual pages, info pages, and what
/// packages say of themselves but for their licences. Folders stay, since packages that are installed later count
/// on them. It is there while a catalog is applied, for some packages keep database schemas in it.
fn is_documentation(path: &Path) -> bool {
    let Ok(below) = path.strip_prefix("usr/share") else { return false };
    let parts: Vec<&[u8]> = below.components().map(|part| part.as_os_str().as_bytes()).collect();
    match parts[..] {
        [b"man", .., section, _page] => section.starts_with(b"man"),
        [b"info" | b"lintian" | b"linda", _, ..] => true,
        [b"doc", _package, b"copyright"] => false,
        [b"doc", _package, _, ..] => true,
        _ => false,
    }
}

fn is_left_over(path: &Path) -> bool {
    let below = |folder: &str| path.starts_with(folder) && path != Path::new(folder);
    let is_one_of = |files: &[&str]| files.iter().any(|file| path == Path::new(file));
    // The clock's files lie in the support layer, but what changes the mode of all that it finds brings them here.
    EMPTIED.iter().any(|folder| below(folder)) || is_one_of(&DROPPED) || is_one_of(&still_clock::PATHS)
}

/// Changes in place what must be there but not as the build left it: logs that services will want to append
/// to, with the owner they have; the machine's identity, which each container makes for itself; what runs
/// no more. `root` is a whole root or what changed in one.
pub(crate) fn tidy(root: &Path) -> Result<(), Error> {
    empty_files_below(&root.join("var/log"))?;
    remove_files_below(&root.join("run"))?;
    undate_crontabs(&root.join("var/spool/cron/crontabs"))?;
    forget_the_clock(&root.join(still_clock::PRELOAD))?;
    for identity in ["etc/machine-id", "var/lib/dbus/machine-id"] {
        let path = root.join(identity);
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0) {
            fs::write(&path, "").map_err(Error::io("empty", &path))?;
        }
    }
    Ok(())
}

fn empty_files_below(folder: &Path) -> Result<(), Error> {
    visit_files(folder, &|path, metadata| {
        if metadata.is_file() && metadata.len() > 0 { fs::File::create(path).map(drop) } else { Ok(()) }
    })
}

/// Process numbers, sockets and locks; the folders stay, for they have owners that programs rely on.
fn remove_files_below(folder: &Path) -> Result<(), Error> {
    visit_files(folder, &|path, metadata| {
        let kind = metadata.file_type();
        if metadata.is_file() || kind.is_socket() || kind.is_fifo() { fs::remove_file(path) } else { Ok(()) }
    })
}

/// `crontab` notes above a table when it was installed.
fn undate_crontabs(folder: &Path) -> Result<(), Error> {
    visit_files(folder, &|path, metadata| {
        if !metadata.is_file() {
            return Ok(());
        }
        let text = fs::read(path)?;
        let is_date = |line: &[u8]| line.starts_with(b"# (") && contains(line, b" installed on ");
        let kept: Vec<u8> = text
            .split_inclusive(|&byte| byte == b'\n')
            .filter(|line| !is_date(line))
            .flatten()
            .copied()
            .collect();
        if kept == text { Ok(()) } else { fs::write(path, kept) }
    })
}

/// A package that adds a line of its own to what the loader preloads has the build's line copied along.
fn forget_the_clock(path: &Path) -> Result<(), Error> {
    if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    let text = fs::read(path).map_err(Error::io("read", path))?;
    let is_ours = |line: &[u8]| line.trim_ascii() == still_clock::PRELOADED.as_bytes();
    let kept: Vec<&[u8]> =
        text.split_inclusive(|&byte| byte == b'\n').filter(|line| !is_ours(line)).collect();
    let outcome = if kept.is_empty() { fs::remove_file(path) } else { fs::write(path, kept.concat()) };
    outcome.map_err(Error::io("tidy", path))
}

fn contains(line: &[u8], words: &[u8]) -> bool {
    line.windows(words.len()).any(|window| window == words)
}

/// Calls back for everything below a folder that is not a folder, and follows no link.
fn visit_files(
    folder: &Path,
    each: &dyn Fn(&Path, &fs::Metadata) -> std::io::Result<()>,
) -> Result<(), Error> {
    if !fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path = entry.map_err(Error::io("read", folder))?.path();
        let metadata = fs::symlink_metadata(&path).map_err(Error::io("look at", &path))?;
        if metadata.is_dir() {
            visit_files(&path, each)?;
        } else {
            each(&path, &metadata).map_err(Error::io("tidy", &path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stay_and_what_is_in_them_does_not() {
        for (path, expected) in [
            ("tmp", false),
            ("tmp/x/y", true),
            ("tmpfiles/x", false),
            ("var/lib/dpkg/status", false),
            ("var/lib/dpkg/status-old", true),
            ("var/lib/apt/lists/partial", true),
            ("etc/passwd", false),
            ("usr/lib/effigy-clock.so", true),
            ("usr/share/man/man1", false),
            ("usr/share/man/man1/ls.1.gz", true),
            ("usr/share/man/de/man1", false),
            ("usr/share/man/de/man1/ls.1.gz", true),
            ("usr/share/doc/bash", false),
            ("usr/share/doc/bash/copyright", false),
            ("usr/share/doc/bash/examples/x", true),
            ("usr/share/info/dir", true),
            ("usr/share/docs/a/b", false),
        ] {
            let residue = Residue { documentation: false };
            assert_eq!(residue.holds(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn logs_are_emptied_and_run_time_files_removed() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for file in
            ["var/log/nginx/access.log", "run/x.pid", "run/mysqld/a.sock", "etc/machine-id", "var/lib/x"]
        {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        std::os::unix::fs::symlink("/etc/machine-id", root.join("var/log/link")).unwrap();
        let crontab = root.join("var/spool/cron/crontabs/root");
        fs::create_dir_all(crontab.parent().unwrap()).unwrap();
        fs::write(&crontab, "# DO NOT EDIT\n# (- installed on Mon Nov 23 20:35:20 2026)\n5 * * * * true\n")
            .unwrap();
        let preload = root.join("etc/ld.so.preload");
        fs::write(&preload, "/usr/lib/effigy-gate.so\n/usr/lib/libsnoopy.so\n").unwrap();
        tidy(root).unwrap();
        assert_eq!(fs::read(&preload).unwrap(), b"/usr/lib/libsnoopy.so\n");
        assert_eq!(fs::read(root.join("var/log/nginx/access.log")).unwrap(), b"");
        assert_eq!(fs::read(root.join("etc/machine-id")).unwrap(), b"");
        assert_eq!(fs::read(root.join("var/lib/x")).unwrap(), b"text");
        assert_eq!(fs::read_to_string(&crontab).unwrap(), "# DO NOT EDIT\n5 * * * * true\n");
        assert!(!root.join("run/x.pid").exists() && root.join("run/mysqld").is_dir());
    }
}
