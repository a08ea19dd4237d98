use std::os::unix::fs::PermissionsExt;

use super::*;

/// An archive of entries: name, type, link target or content, mode.
fn archive(entries: &[(&str, EntryType, &str, u32)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, content, mode) in entries {
        let mut header = tar::Header::new_gnu();
        // Written as they are: the library would not let an evil name through.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(*mode);
        header.set_mtime(1_000_000_000);
        let is_link = matches!(kind, EntryType::Symlink | EntryType::Link);
        if is_link {
            header.as_gnu_mut().unwrap().linkname[..content.len()].copy_from_slice(content.as_bytes());
        }
        let content = if is_link { "" } else { content };
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

const WRAPPED: Layout = Layout { wrapped: true, without_spec: false };

fn unpacked(
    entries: &[(&str, EntryType, &str, u32)],
    layout: Layout,
) -> (tempfile::TempDir, Result<(), Error>) {
    let folder = tempfile::tempdir().unwrap();
    let outcome = tar(&mut archive(entries).as_slice(), folder.path(), layout, "the module `x`");
    (folder, outcome)
}

#[test]
fn files_come_out_below_the_one_folder() {
    let (folder, outcome) = unpacked(
        &[
            ("o-x-1.0.0/", EntryType::Directory, "", 0o700),
            ("o-x-1.0.0/metadata.json", EntryType::Regular, "{}", 0o600),
            ("o-x-1.0.0/files/run", EntryType::Regular, "#!", 0o4755),
            ("o-x-1.0.0/files/also", EntryType::Link, "o-x-1.0.0/files/run", 0o755),
            ("o-x-1.0.0/link", EntryType::Symlink, "files/run", 0o777),
            ("o-x-1.0.0/files/up", EntryType::Symlink, "../metadata.json", 0o777),
            ("o-x-1.0.0/spec/x_spec.rb", EntryType::Regular, "", 0o644),
            ("o-x-1.0.0/.effigy-module.json", EntryType::Regular, "lies", 0o644),
        ],
        Layout { wrapped: true, without_spec: true },
    );
    outcome.unwrap();
    let at = |path: &str| folder.path().join(path);
    let mode = |path: &str| at(path).metadata().unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("metadata.json"), mode("files/run"), mode("files")), (0o644, 0o755, 0o755));
    assert_eq!(std::fs::read_to_string(at("files/also")).unwrap(), "#!");
    assert_eq!(std::fs::read_to_string(at("link")).unwrap(), "#!");
    assert!(!at("spec").exists() && !at(".effigy-module.json").exists());
}

#[test]
fn evil_archives_are_refused_and_nothing_gets_out() {
    use EntryType::{Block, Char, Fifo, Link, Regular, Symlink};
    let long = format!("x/{}", "a/".repeat(40));
    for (entries, expected) in [
        (vec![("../evil", Regular, "", 0o644)], "leads upwards"),
        (vec![("x/../../evil", Regular, "", 0o644)], "leads upwards"),
        (vec![("/tmp/effigy-evil", Regular, "", 0o644)], "is no relative path"),
        (vec![("x/l", Symlink, "/etc/passwd", 0o777)], "leads out of it, to `/etc/passwd`"),
        (vec![("x/l", Symlink, "../evil", 0o777)], "leads out of it"),
        (vec![("x/a/l", Symlink, "../../evil", 0o777)], "leads out of it"),
        (vec![("x/l", Symlink, "a/../../evil", 0o777)], "leads out of it"),
        (vec![("x/l", Symlink, ".", 0o777), ("x/l/evil", Regular, "", 0o644)], "below the symbolic link `l`"),
        (vec![("x/l", Link, "../evil", 0o644)], "leads upwards"),
        (vec![("x/l", Link, "/etc/passwd", 0o644)], "is no relative path"),
        (vec![("x/l", Link, "x/none", 0o644)], "leads out of it"),
        (vec![("x/s", Symlink, "f", 0o777), ("x/l", Link, "x/s", 0o644)], "leads out of it"),
        (vec![("x/f", Fifo, "", 0o644)], "neither a file, a folder nor a link"),
        (vec![("x/c", Char, "", 0o644)], "neither a file, a folder nor a link"),
        (vec![("x/b", Block, "", 0o644)], "neither a file, a folder nor a link"),
        (vec![("x/f", Regular, "1", 0o644), ("x/f", Regular, "2", 0o644)], "is in it twice"),
        (vec![(long.as_str(), Symlink, "..", 0o777), ("x/l", Symlink, "", 0o777)], "leads nowhere"),
    ] {
        let (folder, outcome) = unpacked(&entries, WRAPPED);
        let message = outcome.unwrap_err().to_string();
        assert!(message.contains(expected), "{entries:?}: {message}");
        assert!(message.starts_with("the module `x` cannot be unpacked: "), "{message}");
        assert!(!folder.path().parent().unwrap().join("evil").exists());
    }
}

#[test]
fn damaged_and_endless_archives_are_refused() {
    let whole = archive(&[("x/f", EntryType::Regular, "content", 0o644)]);
    let folder = tempfile::tempdir().unwrap();
    let cut = tar(&mut &whole[..515], folder.path(), WRAPPED, "it").unwrap_err();
    assert!(matches!(cut, Error::Unpack { .. }), "{cut}");
    let noise = tar_gz(&b"<html>not found</html>"[..], folder.path(), WRAPPED, "it").unwrap_err();
    assert!(matches!(noise, Error::Unpack { .. }), "{noise}");
    // A header that promises a gigabyte, and zeros without end.
    let mut header = tar::Header::new_gnu();
    header.set_path("x/big").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let endless = header.as_bytes().chain(io::repeat(0));
    let folder = tempfile::tempdir().unwrap();
    let error = tar_within(1 << 20, &mut { endless }, folder.path(), WRAPPED, "it").unwrap_err();
    assert!(error.to_string().contains("more than 1048576 bytes"), "{error}");
}

#[test]
fn one_folder_at_the_top_is_recognised() {
    let compressed = |entries: &[(&str, EntryType, &str, u32)]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut encoder, &archive(entries)).unwrap();
        encoder.finish().unwrap()
    };
    let file = |name| (name, EntryType::Regular, "", 0o644);
    for (entries, expected) in [
        (vec![("x/", EntryType::Directory, "", 0o755), file("x/a"), file("./x/b/c")], true),
        (vec![file("x/a"), file("y/a")], false),
        (vec![file("metadata.json"), file("manifests/init.pp")], false),
    ] {
        assert_eq!(is_wrapped(compressed(&entries).as_slice(), "it").unwrap(), expected, "{entries:?}");
    }
}
