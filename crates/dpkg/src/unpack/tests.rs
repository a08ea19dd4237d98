use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;

use progress::Silent;
use rustix::fs::FileType;
use tar::EntryType;

use super::*;
use crate::testing::{TIME, Tar, deb};

struct World {
    folder: tempfile::TempDir,
    debs: Vec<PathBuf>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("root")).unwrap();
        Self { folder, debs: Vec::new() }
    }

    fn deb(mut self, name: &str, fields: &str, members: &[(&str, &str)], data: Tar) -> Self {
        self.debs.push(deb(self.folder.path(), name, fields, members, data));
        self
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn unpack(&self, threads: usize) -> Result<Vec<Unpacked>, Error> {
        let threads = NonZeroUsize::new(threads).unwrap();
        unpack(&self.root(), &self.debs, &Options { threads, ..Options::merged_usr("amd64") }, &Silent)
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }
}

#[test]
fn files_and_database_are_as_dpkg_leaves_them() {
    let data = Tar::default()
        .directory("./", 0o755)
        .directory("./etc/", 0o755)
        .file("./etc/tool.conf", "new")
        .hardlink("./etc/tool.hard", "./etc/tool.conf")
        .directory("./bin/", 0o755)
        .entry(EntryType::Regular, "./bin/tool", "", 0o4755, b"program")
        .directory("./usr/share/tool", 0o2750)
        .symlink("./usr/share/tool/link", "/etc/tool.conf")
        .entry(EntryType::Fifo, "./usr/share/tool/pipe", "", 0o600, b"");
    let members = [
        ("conffiles", "/etc/tool.conf\nremove-on-upgrade /etc/gone.conf\n"),
        ("postinst", "#!/bin/sh\n"),
        ("md5sums", ""),
        (
            "triggers",
            "#\nactivate-noawait ldconfig\ninterest-noawait /usr/share/tool # mine\ninterest tool\n",
        ),
    ];
    let fields = "multi-arch: same\nX-Odd: kept\nEssential: no\nStatus: bad\nDescription: a tool\n";
    let world = World::new().deb("tool", fields, &members, data);
    let unpacked = world.unpack(2).unwrap();
    assert_eq!(
        (unpacked[0].qualified_name.as_str(), unpacked[0].paths, unpacked[0].has_preinst()),
        ("tool:amd64", 9, false)
    );
    let database = |path: &str| world.read(&format!("var/lib/dpkg/{path}"));
    assert_eq!(
        database("status"),
        "Package: tool\nStatus: install ok unpacked\nArchitecture: amd64\nMulti-Arch: same\n\
         Version: 1.0\nConffiles:\n /etc/tool.conf newconffile\n \
         /etc/gone.conf newconffile remove-on-upgrade\nDescription: a tool\nX-Odd: kept\n\n"
    );
    assert_eq!(
        database("info/tool:amd64.list"),
        "/.\n/etc\n/etc/tool.conf\n/etc/tool.hard\n/bin\n/bin/tool\n/usr/share/tool\n/usr/share/tool/link\n\
         /usr/share/tool/pipe\n"
    );
    assert_eq!(database("triggers/File"), "/usr/share/tool tool:amd64/noawait\n");
    assert_eq!(database("triggers/tool"), "tool:amd64\n");
    assert_eq!(database("info/format"), "1\n");
    let mode = |path: &str| world.path(path).symlink_metadata().unwrap().mode() & 0o7777;
    assert_eq!(mode("var/lib/dpkg/info/tool:amd64.postinst"), 0o755);
    assert_eq!((mode("usr/bin/tool"), mode("usr/share/tool"), mode("usr/share")), (0o4755, 0o2750, 0o755));
    assert_eq!(world.read("etc/tool.conf.dpkg-new"), "new");
    assert!(!world.path("etc/tool.conf").exists());
    let inode = |path: &str| world.path(path).metadata().unwrap().ino();
    assert_eq!(inode("etc/tool.conf.dpkg-new"), inode("etc/tool.hard"));
    for path in
        ["", "etc", "usr/bin", "usr/share/tool", "usr/share/tool/link", "usr/share/tool/pipe", "usr/bin/tool"]
    {
        assert_eq!(world.path(path).symlink_metadata().unwrap().mtime(), TIME, "{path}");
    }
    assert_eq!(world.path("bin").read_link().unwrap(), Path::new("usr/bin"));
    assert!(!world.path(STAGING).exists());
}

/// Path, mode, content or target of all there is.
fn snapshot(root: &Path) -> BTreeMap<PathBuf, (u32, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            let content = match FileType::from_raw_mode(metadata.mode()) {
                FileType::RegularFile => std::fs::read(&path).unwrap(),
                FileType::Symlink => path.read_link().unwrap().into_os_string().into_encoded_bytes(),
                _ => Vec::new(),
            };
            // What only this program makes bears the time of making.
            let shipped = !path.starts_with(root.join("var")) && path.parent() != Some(root);
            let time = if shipped { metadata.mtime() } else { 0 };
            if metadata.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path.strip_prefix(root).unwrap().to_owned(), (metadata.mode(), time, content));
        }
    }
    found
}

#[test]
fn the_order_of_packages_decides_and_threads_do_not() {
    let make = |count| {
        (0..count).fold(World::new(), |world, number| {
            let data = Tar::default()
                .directory("./usr", 0o755)
                .directory("./usr/shared", 0o700 + number)
                .file(&format!("./usr/shared/{number}"), &"x".repeat(number as usize * 1000))
                .file("./usr/taken", &number.to_string());
            world.deb(&format!("p{number}"), "Replaces: p2, p0 (<< 2), p1 (>= 1)\n", &[], data)
        })
    };
    let (one, four) = (make(4), make(4));
    one.unpack(1).unwrap();
    four.unpack(4).unwrap();
    assert_eq!(snapshot(&one.root()), snapshot(&four.root()));
    assert_eq!(one.path("usr/shared").metadata().unwrap().mode() & 0o7777, 0o700);
    assert_eq!(one.read("usr/taken"), "3");
    assert!(!one.read("var/lib/dpkg/info/p0.list").contains("taken"));
    assert!(one.read("var/lib/dpkg/info/p3.list").contains("taken"));
    let message = make(20).unpack(4).unwrap_err().to_string();
    assert!(message.contains("`p3` and `p4` both ship `/usr/taken`"), "{message}");
}

#[test]
fn directories_and_links_meet_as_with_dpkg() {
    let world = World::new()
        .deb("a", "", &[], Tar::default().directory("./usr/real", 0o755).symlink("./usr/alias", "real"))
        .deb("b", "", &[], Tar::default().directory("./usr/alias", 0o700).file("./usr/alias/file", "b"))
        .deb("c", "", &[], Tar::default().symlink("./usr/real", "elsewhere"))
        .deb("d", "", &[], Tar::default().symlink("./lib64", "usr/lib64").file("./lib64/ld.so", "d"));
    world.unpack(2).unwrap();
    assert_eq!(world.read("usr/real/file"), "b");
    assert!(world.path("usr/alias").is_symlink() && !world.path("usr/real").is_symlink());
    assert_eq!(world.path("usr/real").metadata().unwrap().mode() & 0o7777, 0o755);
    assert_eq!(world.read("usr/lib64/ld.so"), "d");
    assert!(world.read("var/lib/dpkg/info/c.list").contains("/usr/real"));
}

#[test]
fn directories_nobody_describes_are_made_and_described_later() {
    let world = World::new().deb("a", "", &[], Tar::default().file("./opt/vendor/tool", "a")).deb(
        "b",
        "",
        &[],
        Tar::default().directory("./opt", 0o711).directory("./usr", 0o750).file("./bin/x", "b"),
    );
    let options = Options { usr_links: Vec::new(), ..Options::merged_usr("amd64") };
    unpack(&world.root(), &world.debs, &options, &Silent).unwrap();
    let mode = |path: &str| world.path(path).symlink_metadata().unwrap().mode() & 0o7777;
    assert_eq!([mode("opt"), mode("opt/vendor"), mode("usr"), mode("bin")], [0o711, 0o755, 0o750, 0o755]);
    assert_eq!(world.read("bin/x"), "b");
}

#[test]
fn an_error_leaves_the_root_empty() {
    let good = || Tar::default().directory("./usr", 0o755).file("./usr/x", "x");
    let first = || World::new().deb("first", "", &[], good());
    let cases = [
        (first().deb("second", "", &[], good()), "both ship `/usr/x`"),
        (first().deb("second", "", &[], Tar::default().directory("./usr/x", 0o755)), "both ship `/usr/x`"),
        (first().deb("second", "", &[], Tar::default().file("./usr", "x")), "both ship `/usr`"),
        (first().deb("second", "", &[], Tar::default().file("../../x", "x")), "leads upwards"),
        (first().deb("second", "", &[], Tar::default().hardlink("y", "usr/x")), "does not precede it"),
        (first().deb("second", "", &[("conffiles", "etc/x\n")], Tar::default()), "expected an absolute path"),
        (first().deb("second", "", &[("triggers", "interest ../x\n")], Tar::default()), "the trigger `../x`"),
        (
            first().deb("second", "", &[], Tar::default().symlink("out", "/tmp").file("out/x", "x")),
            "cannot reach `out/x`",
        ),
    ];
    for (world, expected) in cases {
        let message = world.unpack(2).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}, expected {expected}");
        assert!(snapshot(&world.root()).is_empty(), "{message}");
    }
    let mut twice = first();
    twice.debs.push(twice.debs[0].clone());
    assert!(matches!(twice.unpack(1), Err(Error::Twice { .. })));
    let full = first();
    std::fs::write(full.path("mine"), "").unwrap();
    assert!(matches!(full.unpack(1), Err(Error::NotEmpty { found, .. }) if found == "mine"));
    assert!(full.path("mine").exists());
}

#[test]
fn extended_attributes_are_set() {
    let data = Tar::default().extended(&[("SCHILY.xattr.user.effigy", "yes")]).file("./x", "x");
    let world = World::new().deb("a", "", &[], data);
    let mut value = [0; 8];
    match world.unpack(1) {
        Ok(_) => {
            let length = rustix::fs::getxattr(world.path("x"), "user.effigy", &mut value[..]).unwrap();
            assert_eq!(&value[..length], b"yes");
        }
        // Not every file system of a test machine has them.
        Err(error) => {
            assert!(error.to_string().contains("cannot set an extended attribute of `x`"), "{error}")
        }
    }
}
