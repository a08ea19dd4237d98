use std::path::Path;

use super::*;

/// What both systems must agree on, as a story: every step's answer as text.
fn story(system: &mut dyn System) -> Vec<String> {
    let mut told = Vec::new();
    let mut tell = |what: &str, done: io::Result<String>| {
        let answer = done.unwrap_or_else(|error| {
            rustix::io::Errno::from_io_error(&error)
                .map_or_else(|| error.to_string(), |errno| format!("{errno:?}"))
        });
        told.push(format!("{what}: {answer}"));
    };
    let none = |done: io::Result<()>| done.map(|()| String::new());
    tell("mkdir", none(system.create_directory("/a", 0o2750)));
    tell("mkdir again", none(system.create_directory("/a", 0o755)));
    tell("mkdir deep", none(system.create_directory("/x/y", 0o755)));
    tell("write", none(system.write("/a/f", b"one", 0o640)));
    tell("write over", none(system.write("/a/f", b"two!", 0o777)));
    tell("link", none(system.create_link("/a", "/out")));
    tell("link up", none(system.create_link("../../../a/f", "/a/up")));
    tell("read through", system.read("/out/up").map(|bytes| String::from_utf8(bytes).unwrap()));
    tell("read link", system.read_link("/a/up"));
    tell("loop", none(system.create_link("loop", "/loop")));
    tell("read loop", system.read("/loop").map(|_| String::new()));
    tell("read directory", system.read("/a").map(|_| String::new()));
    tell("file as directory", system.metadata("/a/f/g", true).map(|_| String::new()));
    tell("chmod through", none(system.set_mode("/a/up", 0o600)));
    let shown = |system: &dyn System, path: &str, follow| {
        system.metadata(path, follow).map(|it| format!("{} {:o} {}", it.kind.name(), it.mode, it.size))
    };
    tell("stat", shown(system, "/out/f", true));
    tell("lstat", shown(system, "/a/up", false));
    tell("stat directory", system.metadata("/a", true).map(|it| format!("{:o}", it.mode)));
    tell("list", system.list("/out").map(|names| names.join(" ")));
    tell("list file", system.list("/a/f").map(|names| names.join(" ")));
    tell("rmdir", none(system.remove_directory("/a")));
    tell("unlink directory", none(system.remove_file("/a")));
    tell("rename", none(system.rename("/a/f", "/a/g")));
    tell("mkdir beside", none(system.create_directory("/d", 0o755)));
    tell("rename over directory", none(system.rename("/a/g", "/d")));
    tell("rename directory", none(system.rename("/a", "/b")));
    tell("read moved", system.read("/b/g").map(|bytes| String::from_utf8(bytes).unwrap()));
    tell("remove", none(system.remove_tree("/b")));
    tell("list root", system.list("/").map(|names| names.join(" ")));
    told
}

#[test]
fn memory_behaves_as_a_root_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut root = Root::open(folder.path(), Box::new(|_| Err(io::ErrorKind::Unsupported.into()))).unwrap();
    let on_disk = story(&mut root);
    for (in_memory, on_disk) in story(&mut Memory::new()).iter().zip(&on_disk) {
        assert_eq!(in_memory, on_disk);
    }
    assert!(on_disk.contains(&"read through: two!".to_owned()), "{on_disk:?}");
}

#[test]
fn no_path_leads_out_of_a_root() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("root");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(outside.path().join("secret"), "").unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.join("absolute")).unwrap();
    std::os::unix::fs::symlink("../..", folder.join("up")).unwrap();
    let mut root = Root::open(&folder, Box::new(|_| Err(io::ErrorKind::Unsupported.into()))).unwrap();
    root.write("/up/../../inside", b"", 0o644).unwrap();
    assert!(folder.join("inside").exists());
    assert!(root.read("/up/secret").is_err() && root.write("/absolute/new", b"", 0o644).is_err());
    assert!(root.set_mode("/absolute", 0o777).is_err());
    assert!(root.remove_tree("/..").is_err());
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 2);
    assert!(Path::new(&outside.path().join("secret")).exists());
}

#[test]
fn a_recorder_tells_who_made_what() {
    let mut memory = Memory::new();
    let mut recorder = Recorder::new(&mut memory);
    recorder.acting("File[/a]");
    recorder.create_directory("/a", 0o755).unwrap();
    recorder.write("/a/.new", b"", 0o600).unwrap();
    recorder.rename("/a/.new", "/a/f").unwrap();
    recorder.acting("Ini_setting[x]");
    recorder.write("/a/f", b"x", 0o600).unwrap();
    assert!(recorder.write("/missing/f", b"x", 0o600).is_err());
    let told: Vec<_> =
        recorder.makers().iter().map(|(path, makers)| format!("{path} {}", makers.join(" "))).collect();
    assert_eq!(told, ["/a File[/a]", "/a/f File[/a] Ini_setting[x]"]);
}
