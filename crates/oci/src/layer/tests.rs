use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use rustix::fs::XattrFlags;
use sha256::Digest;

use super::*;
use crate::testing::listing;

const EPOCH: u64 = 1_700_000_000;
/// Long before the epoch of the tests.
const OLD: u64 = 1_600_000_000;

fn all(_: &Path) -> bool {
    false
}

fn tree_layer(root: &Path) -> Vec<u8> {
    let mut tar = Vec::new();
    let options = LayerOptions { source_date_epoch: EPOCH, exclude: &all, lower: None };
    write_tree(root, &options, &mut tar).unwrap();
    tar
}

fn changes(upper: &Path, lower: Option<&[PathBuf]>) -> Result<(Vec<String>, Summary), Error> {
    let mut tar = Vec::new();
    let exclude = |path: &Path| path == Path::new("var/log");
    let options = LayerOptions { source_date_epoch: EPOCH, exclude: &exclude, lower };
    let summary = write_changes(upper, &options, &mut tar)?;
    let listing = listing(&tar);
    assert_eq!((summary.bytes, summary.entries), (tar.len() as u64, listing.len() as u64));
    Ok((listing, summary))
}

/// Makes what is described: `dir/`, `file=content`, `link>target`, `whiteout!`, `opaque/!`, `name*first` a
/// hard link. Everything gets an old time.
fn make(root: &Path, things: &[&str]) -> PathBuf {
    fs::create_dir_all(root).unwrap();
    let mark = |path: &Path, name: &str| {
        rustix::fs::lsetxattr(path, name, b"y", XattrFlags::empty())
            .expect("a file system with user attributes");
    };
    for thing in things {
        if let Some(folder) = thing.strip_suffix("/!") {
            fs::create_dir_all(root.join(folder)).unwrap();
            mark(&root.join(folder), "user.overlay.opaque");
        } else if let Some(folder) = thing.strip_suffix('/') {
            fs::create_dir_all(root.join(folder)).unwrap();
        } else if let Some(name) = thing.strip_suffix('!') {
            File::create(root.join(name)).unwrap();
            mark(&root.join(name), "user.overlay.whiteout");
        } else if let Some((name, target)) = thing.split_once('>') {
            symlink(target, root.join(name)).unwrap();
        } else if let Some((name, first)) = thing.split_once('*') {
            fs::hard_link(root.join(first), root.join(name)).unwrap();
        } else if let Some((name, content)) = thing.split_once('=') {
            fs::write(root.join(name), content).unwrap();
        }
    }
    things
        .iter()
        .for_each(|thing| set_time(&root.join(thing.split(['=', '>', '!', '*']).next().unwrap()), OLD));
    root.to_owned()
}

fn set_time(path: &Path, seconds: u64) {
    if !path.is_symlink() {
        File::open(path)
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .unwrap();
    }
}

/// The bytes of a tar with its owners set to root, so that tests give the same for everybody. A root of
/// somebody else's is told of; root's is not.
fn owned_by_root(mut tar: Vec<u8>) -> Vec<u8> {
    let mut archive = tar::Archive::new(&tar[..]);
    let headers: Vec<_> =
        archive.entries().unwrap().map(|entry| entry.unwrap().raw_header_position()).collect();
    for position in headers {
        let block = &mut tar[position as usize..][..512];
        let mut header = tar::Header::from_byte_slice(block).clone();
        header.set_uid(0);
        header.set_gid(0);
        header.set_cksum();
        block.copy_from_slice(header.as_bytes());
    }
    if tar.starts_with(b"./\0") { tar.split_off(512) } else { tar }
}

#[test]
fn a_tree_gives_the_same_bytes_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
    let long_folder = format!("{}/", "d".repeat(120));
    let long = format!("{long}=long");
    let root = make(
        &folder.path().join("root"),
        &["b/", "a-b=1", "a/", "a/x=hello", "a/y>x", "b/z*a/x", "b/ä=", &long_folder, &long],
    );
    set_time(&root.join("a/x"), EPOCH + 1000);
    fs::set_permissions(root.join("a-b"), fs::Permissions::from_mode(0o4755)).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.join("b/socket")).unwrap();
    // Making the socket touched it.
    set_time(&root.join("b"), OLD);
    let tar = owned_by_root(tree_layer(&root));
    let lines = listing(&tar);
    assert_eq!(
        lines[..8],
        [
            "5 755 1600000000 a/",
            "0 644 1700000000 a/x",
            "2 777 1700000000 a/y -> x",
            "0 4755 1600000000 a-b",
            "5 755 1600000000 b/",
            "1 644 1700000000 b/z -> a/x",
            "0 644 1600000000 b/ä",
            &format!("5 755 1600000000 {long_folder}"),
        ]
    );
    assert_eq!(lines.len(), 9);
    assert_eq!(
        Digest::of(&tar).to_string(),
        "3605bac094071a2e30e6bd1518ec53b60c97f25cfb96922a75e018f338d8b7b1"
    );
    assert!(owned_by_root(tree_layer(&root)) == tar);
}

#[test]
fn the_overlays_marks_become_whiteouts() {
    let folder = tempfile::tempdir().unwrap();
    let lower = make(
        &folder.path().join("lower"),
        &["etc/", "etc/gone=", "etc/kept=", "old/", "old/x=", "old/-=", "was-file=", "var/", "var/log/"],
    );
    let upper = make(
        &folder.path().join("upper"),
        &[
            "etc/",
            "etc/gone!",
            "etc/never!",
            "old/!",
            "old/-=new",
            "new/!",
            "was-file/!",
            "var/",
            "var/log/",
            "var/log/x=",
        ],
    );
    let (lines, summary) = changes(&upper, Some(&[lower])).unwrap();
    let expected = [
        "5 755 1600000000 etc/",
        "0 0 1700000000 etc/.wh.gone",
        "5 755 1600000000 new/",
        "5 755 1600000000 old/",
        "0 0 1700000000 old/.wh..wh..opq",
        "0 644 1600000000 old/-",
        "5 755 1600000000 was-file/",
    ];
    assert_eq!(lines, expected);
    assert_eq!(summary.removed, [Path::new("etc/gone")]);
    assert_eq!(summary.paths, ["new", "old", "old/-", "was-file"].map(PathBuf::from));
    // Without knowledge of what lies below, every mark counts.
    let (lines, _) = changes(&upper, None).unwrap();
    let marks: Vec<_> = lines.iter().filter(|line| line.contains(".wh.")).collect();
    assert_eq!(marks.len(), 5, "{lines:?}");
}

#[test]
fn what_has_not_changed_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let things =
        ["a/", "a/same=1", "a/content=1", "a/mode=1", "l>1", "l2>1", "deep/", "deep/er/", "deep/er/x=1"];
    let lower = make(&folder.path().join("lower"), &things);
    let upper = make(&folder.path().join("upper"), &things);
    set_time(&upper.join("a/same"), EPOCH + 5);
    set_time(&upper.join("a"), EPOCH + 5);
    assert_eq!(changes(&upper, Some(std::slice::from_ref(&lower))).unwrap().0, [""; 0]);

    fs::write(upper.join("a/content"), "2").unwrap();
    fs::set_permissions(upper.join("a/mode"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(upper.join("deep/er/y"), "").unwrap();
    fs::remove_file(upper.join("l2")).unwrap();
    symlink("2", upper.join("l2")).unwrap();
    let (lines, summary) = changes(&upper, Some(&[lower])).unwrap();
    let expected = [
        // A parent keeps the time it has below.
        "5 755 1600000000 a/",
        "0 644 1700000000 a/content",
        "0 600 1600000000 a/mode",
        "5 755 1600000000 deep/",
        "5 755 1600000000 deep/er/",
        "0 644 1700000000 deep/er/y",
        "2 777 1700000000 l2 -> 2",
    ];
    assert_eq!(lines, expected);
    assert_eq!(summary.paths.len(), 4);
}

#[test]
fn several_lower_directories_count_as_the_overlay_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, things: &[&str]| make(&folder.path().join(name), things);
    let bottom = at("bottom", &["a/", "a/x=1", "b/", "b/x=1", "c/", "c/x=1", "d>a", "e/", "e/x=1", "f=1"]);
    let middle = at("middle", &["a/", "a/x!", "b/!", "c=file", "d/", "e>b", "f/"]);
    let upper =
        at("upper", &["a/", "a/x=1", "b/", "b/x=1", "c/", "c/x=1", "d/", "d/x=1", "e/", "e/x!", "f=1"]);
    let (lines, _) = changes(&upper, Some(&[middle, bottom])).unwrap();
    let changed: Vec<_> = lines.iter().map(|line| line.split(' ').nth(3).unwrap()).collect();
    // Nothing of the bottom shows through: it is whited out, hidden, or not below a directory.
    assert_eq!(changed, ["a/", "a/x", "b/", "b/x", "c/", "c/x", "d/", "d/x", "e/", "f"]);
}

#[test]
fn links_are_told_of_where_they_are_new() {
    let folder = tempfile::tempdir().unwrap();
    let lower = make(&folder.path().join("lower"), &["a=1", "b*a", "c=1", "d=2"]);
    let lower = &[lower][..];
    let listed = |name: &str, things: &[&str]| {
        let upper = make(&folder.path().join(name), things);
        let (lines, _) = changes(&upper, Some(lower)).unwrap();
        lines.iter().map(|line| line.splitn(4, ' ').nth(3).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("both again", &["a=1", "b*a"]), [""; 0]);
    assert_eq!(listed("one copied up", &["a=1"]), ["a"]);
    assert_eq!(listed("one more name", &["a=1", "b*a", "e*a"]), ["a", "b -> a", "e -> a"]);
    assert_eq!(listed("another partner", &["a=1", "c*a"]), ["a", "c -> a"]);
    assert_eq!(listed("new content", &["a=2", "b*a"]), ["a", "b -> a"]);
    // A name that is left out of the layer cannot be linked to.
    assert_eq!(listed("excluded", &["var/", "var/log/", "var/log/x=1", "f*var/log/x"]), ["f", "var/"]);
}

#[test]
fn what_cannot_become_a_layer_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = |name: &str, things: &[&str]| {
        let upper = make(&folder.path().join(name), things);
        changes(&upper, None).unwrap_err().to_string()
    };
    assert!(error("mark", &["a/", "a/.wh.x="]).contains("mark/a/.wh.x` cannot be part of an image"));
    let upper = make(&folder.path().join("redirected"), &["a/"]);
    rustix::fs::lsetxattr(upper.join("a"), "user.overlay.redirect", b"b", XattrFlags::empty()).unwrap();
    assert!(matches!(changes(&upper, None), Err(Error::Redirected { .. })));
    assert!(matches!(changes(&folder.path().join("none"), None), Err(Error::Read { .. })));
}

#[test]
fn attributes_are_kept_or_dropped_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let root = make(&folder.path().join("root"), &["f=1"]);
    for name in ["user.b", "user.a", "user.overlay.impure"] {
        rustix::fs::lsetxattr(root.join("f"), name, b"1", XattrFlags::empty()).unwrap();
    }
    let strange = std::ffi::OsString::from_vec(b"\xff".to_vec());
    fs::write(root.join(&strange), "").unwrap();
    let tar = tree_layer(&root);
    let mut archive = tar::Archive::new(&tar[..]);
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let mut entry = entries.find(|entry| entry.path_bytes().as_ref() == b"f").unwrap();
    let records = entry.pax_extensions().unwrap().unwrap();
    let keys: Vec<_> = records.map(|record| record.unwrap().key().unwrap().to_owned()).collect();
    assert_eq!(keys, ["SCHILY.xattr.user.a", "SCHILY.xattr.user.b"]);
    let mut archive = tar::Archive::new(&tar[..]);
    assert_eq!(archive.entries().unwrap().last().unwrap().unwrap().path_bytes().as_ref(), b"\xff");
}

#[test]
fn the_root_is_told_of_if_it_is_unusual() {
    let folder = tempfile::tempdir().unwrap();
    let root = make(&folder.path().join("root"), &["f=1"]);
    let with_mode = |mode| {
        fs::set_permissions(&root, fs::Permissions::from_mode(mode)).unwrap();
        set_time(&root, OLD);
        listing(&tree_layer(&root))
    };
    assert!(with_mode(0o700)[0].starts_with("5 700 1600000000 "));
    if rustix::process::geteuid().is_root() {
        assert_eq!(with_mode(0o755).len(), 1);
    }
    with_mode(0o700);
    let lower = make(&folder.path().join("lower"), &[]);
    fs::set_permissions(&lower, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(changes(&root, Some(&[lower])).unwrap().0.len(), 1, "as it is below");
}
