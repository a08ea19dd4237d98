//! Real builds: what is in images, what is taken from the store, and what a store looks like after whatever
//! can happen to a build. Needs root or a user with subordinate ids, and a Debian mirror.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;
#[path = "common/stores.rs"]
mod stores;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use common::{folder, images_and_blobs, run, says};
use oci::Image;
use store::Store;
use stores::{DEFINITION, FIRST_MANIFEST, OwnStore, digest_of, first_store, repository, users_of};

/// The files of an image's upper layer by their names in the tar.
fn applied_layer(store: &OwnStore, image: &str) -> BTreeMap<String, Vec<u8>> {
    let store = Store::at(store.path()).unwrap();
    let manifest = store.image(image).unwrap().unwrap().manifest;
    let image = Image::read(&store, &manifest.digest).unwrap();
    assert_eq!(image.layers().len(), 2, "a base and what the catalog caused");
    let mut archive = tar::Archive::new(oci::open_layer(&store, &image.layers()[1].descriptor).unwrap());
    let mut found = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        found.insert(name, content);
    }
    found
}

/// Digests of an image's layers.
fn layers(store: &OwnStore, image: &str) -> Vec<String> {
    let store = Store::at(store.path()).unwrap();
    let manifest = store.image(image).unwrap().unwrap().manifest;
    let image = Image::read(&store, &manifest.digest).unwrap();
    image.layers().iter().map(|layer| layer.descriptor.digest.to_string()).collect()
}

#[test]
fn mistakes_in_manifests_are_shown_at_their_place() {
    let Some((store, _)) = first_store("mistakes in manifests") else { return };
    let before = images_and_blobs(store.path());
    for (manifest, words) in [
        (
            "file { '/srv/x':\n  content => 'a'\n  ensure => file,\n}\n",
            &["Syntax error at 'ensure'", "site.pp:3:3", "3 |   ensure => file,", "^"][..],
        ),
        (
            "# a module that nobody has installed\ninclude nginx\n",
            &["Could not find class ::nginx", "site.pp:2:1", "2 | include nginx", "^", "hint:", "Puppetfile"],
        ),
        (
            "$port = 80\nnotice(\n  no_such($port))\n",
            &[
                "Unknown function: 'no_such'",
                "site.pp:3:3",
                "3 |   no_such($port))",
                "^^^^^^^",
                "hint:",
                "Puppetfile",
            ],
        ),
        ("file { '/srv/x': contnet => 'a' }\n", &["no parameter named 'contnet'", "site.pp:1:1", "1 | file"]),
    ] {
        let repo = repository(manifest);
        let ended = store.build(repo.path(), &[]);
        ended.refused(3, words);
        says(&ended.stderr, &["building tiny failed"]);
        assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
        assert_eq!(before, images_and_blobs(store.path()), "{}", ended.stderr);
    }
}

#[test]
fn a_failing_resource_leaves_the_image_as_it_was() {
    let Some((store, _)) = first_store("failing resources") else { return };
    let before = images_and_blobs(store.path());
    let manifest = "exec { 'never': command => '/bin/sh -c \"echo no oil; exit 4\"' }\n\
                    file { '/srv/x': content => 'x', require => Exec['never'] }\n\
                    file { '/srv/missing/y': content => 'y' }\n";
    let repo = repository(manifest);
    let place = |line: u32| format!("({}/site.pp:{line})", repo.path().display());
    for engine in ["native", "puppet"] {
        let ended = store.build(repo.path(), &["--engine", engine]);
        ended.refused(
            1,
            &[
                "error: building tiny: 2 resources failed",
                &format!("Exec[never] {}", place(1)),
                "'/bin/sh -c \"echo no oil; exit 4\"' returned 4 instead of one of [0]",
                "no oil",
                &format!("File[/srv/missing/y] {}", place(3)),
                "No such file or directory",
                "1 not tried because of that: File[/srv/x]",
            ],
        );
        assert_eq!(before, images_and_blobs(store.path()));
        assert_eq!(users_of(store.path()), [""; 0]);
    }
}

#[test]
fn both_engines_make_the_same_image() {
    let Some((native, _)) = first_store("two engines") else { return };
    let Some((puppet, _)) = first_store("two engines") else { return };
    let unit = "[Service]\nUser=www-data\nRuntimeDirectory=ticker\nExecStart=/usr/local/bin/ticker\n";
    let ticker = "#!/bin/sh\nid -un > /run/ticker/who\nwhile :; do sleep 0.1; done\n";
    let manifest = "package { 'hello': ensure => installed }\n\
        group { 'keeper': ensure => present, gid => 1234 }\n\
        user { 'keeper': ensure => present, uid => 1234, gid => 'keeper', managehome => true, home => '/srv/keeper' }\n\
        file { '/srv/keeper/note': content => 'x', owner => 'keeper', mode => 'u=rw,g=r', require => User['keeper'] }\n\
        exec { '/bin/sh -c \"id > who; umask >> who\"':\n\
        \x20 cwd => '/srv/keeper', user => 'keeper', umask => '077', require => User['keeper'] }\n\
        file { '/etc/systemd/system/ticker.service': source => 'puppet:///modules/ticker/unit' }\n\
        -> file { '/usr/local/bin/ticker': source => 'puppet:///modules/ticker/ticker', mode => '0755' }\n\
        -> service { 'ticker': ensure => running }\n\
        -> exec { '/bin/sh -c \"until test -s /run/ticker/who; do sleep 0.1; done; cp /run/ticker/who /srv/ticker\"': }\n\
        service { 'idle': ensure => running, subscribe => File['/srv/keeper/note'] }\n\
        host { 'db.example.org': ip => '192.0.2.1' }\n\
        file { '/etc/issue': ensure => absent }\n";
    let repo = folder(&[
        ("effigy.yaml", &format!("{DEFINITION}images:\n  tiny: {{network: false}}\n")),
        ("modules/ticker/files/unit", unit),
        ("modules/ticker/files/ticker", ticker),
        ("site.pp", manifest),
    ]);
    let ours = native.build(repo.path(), &["--engine", "native"]);
    assert_eq!(digest_of(&ours), digest_of(&puppet.build(repo.path(), &["--engine", "puppet"])));
    let layer = applied_layer(&native, "tiny");
    assert_eq!(layer["srv/ticker"], b"www-data\n");
    assert_eq!(layer["srv/keeper/who"], b"uid=1234(keeper) gid=1234(keeper) groups=1234(keeper)\n0077\n");
    assert_eq!(users_of(native.path()), [""; 0]);

    // What one engine has made is not taken for the other's.
    assert!(native.build(repo.path(), &["--engine", "puppet"]).stderr.contains("applying"));
    says(native.build(repo.path(), &["--engine", "auto"]).good(), &["unchanged"]);
}

#[test]
fn what_is_not_native_is_left_to_puppet_or_refused() {
    let Some((store, _)) = first_store("types of modules") else { return };
    let before = images_and_blobs(store.path());
    let kind = "Puppet::Type.newtype(:odd) do\n  newparam(:name, namevar: true)\n\
                \x20 newproperty(:state) do\n    def retrieve = :absent\n    def sync = File.write('/srv/odd', 'odd')\n\
                \x20 end\nend\n";
    let repo = folder(&[
        ("effigy.yaml", &format!("{DEFINITION}images: {{tiny: {{engine: native}}}}\n")),
        ("modules/odd/lib/puppet/type/odd.rb", kind),
        ("site.pp", "file { '/srv/even': content => 'even' }\nodd { 'x': state => 'there' }\n"),
    ]);
    let place = format!("Odd[x] ({}/site.pp:2)", repo.path().display());
    let words = [
        "a resource is not applied natively",
        &place,
        "there is no native type `odd`",
        "hint:",
        "engine: auto",
    ];
    store.build(repo.path(), &[]).refused(3, &words);
    assert_eq!(before, images_and_blobs(store.path()));

    let ended = store.build(repo.path(), &["--engine", "auto", "--format", "json"]);
    says(ended.good(), &["\"engine\": \"puppet\""]);
    assert_eq!(applied_layer(&store, "tiny")["srv/odd"], b"odd");
}

#[test]
fn a_layer_holds_what_the_catalog_caused() {
    let Some((store, _)) = first_store("contents of layers") else { return };
    let repo = repository(
        "file { '/srv/site': ensure => directory }\n\
         file { '/srv/site/index.html': content => 'hello' }\n\
         file { '/srv/link': ensure => link, target => 'site' }\n\
         file { '/etc/issue': ensure => absent }\n\
         file { '/etc/hostname': content => \"web\\n\" }\n\
         exec { '/bin/sh -c \"echo made > /opt/made; echo gone > /tmp/gone; echo log > /var/log/x.log\"': }\n\
         notify { 'nothing': }\n",
    );
    store.build(repo.path(), &[]).good();
    let layer = applied_layer(&store, "tiny");
    let names: Vec<&str> = layer.keys().map(|name| name.trim_end_matches('/')).collect();
    let expected = [
        "etc",
        "etc/.wh.issue",
        "etc/hostname",
        "opt",
        "opt/made",
        "srv",
        "srv/link",
        "srv/site",
        "srv/site/index.html",
        "var/log",
        "var/log/x.log",
    ];
    let names: Vec<&str> = names.into_iter().filter(|name| !["", ".", "tmp", "var"].contains(name)).collect();
    assert_eq!(names, expected);
    assert_eq!(layer["srv/site/index.html"], b"hello");
    assert_eq!(layer["opt/made"], b"made\n");
    assert_eq!(layer["var/log/x.log"], b"", "logs are for containers to write");
}

#[test]
fn the_same_catalog_gives_the_same_image() {
    let Some((one, _)) = first_store("equal digests") else { return };
    let Some((other, _)) = first_store("equal digests") else { return };
    let manifest = "package { 'hello': ensure => installed }\n\
                    group { 'keeper': ensure => present }\n\
                    user { 'keeper': ensure => present, gid => 'keeper', managehome => true,\n\
                    \x20 shell => '/bin/sh', home => '/srv/keeper' }\n\
                    -> file { '/srv/keeper/note': content => 'x', owner => 'keeper', mode => '0600' }\n\
                    exec { '/bin/sh -c \"date > /srv/date; hostname > /srv/name; id > /srv/id\"':\n\
                    \x20 creates => '/srv/never', onlyif => '/bin/false' }\n";
    // Without a network: packages are fetched before.
    let definition = format!("{DEFINITION}images:\n  tiny: {{network: false, cmd: [hello]}}\n");
    let repos = [(); 2].map(|()| folder(&[("effigy.yaml", &definition), ("site.pp", manifest)]));
    let first = digest_of(&one.build(repos[0].path(), &[]));

    let mut elsewhere = Command::new("sh");
    common::clean(&mut elsewhere);
    elsewhere.args(["-c", "umask 077; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_effigy"), "-C"]);
    elsewhere.arg(repos[1].path()).arg("--store").arg(other.path()).arg("build");
    elsewhere.envs([("TZ", "Pacific/Auckland"), ("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nonexistent")]);
    let second = run(&mut elsewhere);
    assert_eq!(first, digest_of(&second), "{}", second.stderr);

    let layer = applied_layer(&one, "tiny");
    assert!(layer.contains_key("usr/bin/hello"));
    says(&String::from_utf8_lossy(&layer["etc/passwd"]), &["keeper:x:", ":/srv/keeper:/bin/sh"]);
}

#[test]
fn only_what_has_changed_is_made_anew() {
    let Some((store, digest)) = first_store("what is taken from the store") else { return };
    let repo = repository(&format!("# now with a comment\n{FIRST_MANIFEST}"));
    let before = images_and_blobs(store.path());
    let commented = store.build(repo.path(), &[]);
    assert_eq!(digest_of(&commented), digest);
    says(commented.good(), &["unchanged"]);
    assert!(!commented.stderr.contains("applying"), "{}", commented.stderr);
    let after = images_and_blobs(store.path());
    let layers_and_blobs = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !name.contains("catalogs")).cloned().collect()
    };
    assert_eq!((before.0, layers_and_blobs(&before.1)), (after.0, layers_and_blobs(&after.1)));

    let old_layers = layers(&store, "tiny");
    fs::write(repo.path().join("site.pp"), FIRST_MANIFEST.replace("hello\\n", "goodbye\\n")).unwrap();
    assert_ne!(digest_of(&store.build(repo.path(), &[])), digest);
    let new_layers = layers(&store, "tiny");
    assert_eq!(old_layers[0], new_layers[0], "the base's layer is the same");
    assert_ne!(old_layers[1], new_layers[1]);
    let blobs = |names: &[String]| names.iter().filter(|name| name.starts_with("blobs/")).count();
    let made = blobs(&images_and_blobs(store.path()).1) - blobs(&before.1);
    assert_eq!(made, 3, "one layer, a configuration, a manifest");

    // Back again: all of it is still there.
    fs::write(repo.path().join("site.pp"), FIRST_MANIFEST).unwrap();
    let back = store.build(repo.path(), &[]);
    assert_eq!(digest_of(&back), digest);
    says(back.good(), &["unchanged"]);
}

#[test]
fn what_a_resource_left_running_is_asked_to_stop() {
    let Some((store, _)) = first_store("processes left running") else { return };
    let daemon = "#!/bin/sh\ntrap 'echo asked > /srv/asked; exit 0' TERM\n: > /srv/ready\n\
                  while :; do sleep 0.1; done\n";
    let repo = folder(&[
        ("effigy.yaml", &format!("{DEFINITION}images: {{tiny: {{}}}}\n")),
        ("modules/daemon/files/daemon", daemon),
        (
            "site.pp",
            "file { '/usr/local/bin/daemon': source => 'puppet:///modules/daemon/daemon', mode => '0755' }\n\
             -> exec { '/bin/sh -c \"/usr/local/bin/daemon >/dev/null 2>&1 & until test -e /srv/ready; do sleep 0.1; done\"': }\n",
        ),
    ]);
    store.build(repo.path(), &[]).good();
    assert_eq!(applied_layer(&store, "tiny")["srv/asked"], b"asked\n");
    assert_eq!(users_of(store.path()), [""; 0]);
}

#[test]
fn secrets_are_only_where_a_resource_puts_them() {
    let Some((store, _)) = first_store("secrets") else { return };
    let secret = format!("xyzzy-{}-plugh", std::process::id());
    let manifest = format!(
        "$secret = Sensitive('{secret}')\n\
         file {{ '/srv/secret': content => $secret }}\n\
         exec {{ 'use': command => Sensitive(\"/bin/echo {secret}\"), logoutput => on_failure }}\n"
    );
    let repo = repository(&manifest);
    let silent = |ended: &common::Ended| {
        let said = [&ended.stdout, &ended.stderr].into_iter().any(|text| text.contains(&secret));
        assert!(!said, "{}{}", ended.stdout, ended.stderr);
    };
    for arguments in [["--verbose", "--format=text"], ["--rebuild", "--format=json"]] {
        let ended = store.build(repo.path(), &arguments);
        ended.good();
        silent(&ended);
    }
    let with_it: Vec<_> = applied_layer(&store, "tiny")
        .into_iter()
        .filter(|(_, content)| contains(content, &secret))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(with_it, ["srv/secret"]);

    // Nor when it goes wrong.
    let failing = manifest.replace("/bin/echo", "/bin/false");
    let failing = repository(&format!("{failing}file {{ '/srv/no/where': content => $secret }}\n"));
    let ended = store.build(failing.path(), &["--verbose"]);
    ended.refused(1, &["Exec[use]", "File[/srv/no/where]"]);
    silent(&ended);

    let found = run(stores::as_owner("grep")
        .args(["-rlF", "--", &secret])
        .arg(store.path())
        .arg(store.path().join("cache/roots-v1/")));
    assert_eq!((found.code, found.stdout.as_str()), (Some(1), ""), "files of the store with the secret");
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn without_namespaces_there_is_a_way_out() {
    let Some((store, _)) = first_store("no namespaces") else { return };
    let repo = repository("file { '/srv/other': content => 'x' }\n");
    let before = images_and_blobs(store.path());
    let mut command = Command::new("unshare");
    common::clean(&mut command);
    command.args(["--user", "--map-root-user", "sh", "-c"]);
    command.args(["echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"", "sh"]);
    command.arg(env!("CARGO_BIN_EXE_effigy")).arg("-C").arg(repo.path()).arg("--store").arg(store.path());
    let ended = run(command.arg("build"));
    ended.refused(1, &["does not let effigy make namespaces", "hint:", "user.max_user_namespaces", "doctor"]);
    assert_eq!(before, images_and_blobs(store.path()));
}

/// A folder is full: of a whole new store, at several moments; of the working folder; of the blobs.
#[test]
fn a_full_disk_is_named_with_its_folder() {
    let Some((store, digest)) = first_store("full disks") else { return };
    let repo = repository(FIRST_MANIFEST);
    // Too little for the lists, for them unpacked, for the packages, for the base, for the tools.
    for megabytes in [5, 30, 80, 160, 300] {
        let fresh = OwnStore::new();
        fs::create_dir(fresh.path()).unwrap();
        let ended = with_tmpfs(fresh.path(), megabytes, fresh.building(repo.path()));
        refused_for_room(&ended, fresh.path());
    }
    fs::create_dir_all(store.path().join("scratch")).unwrap();
    let before = images_and_blobs(store.path());
    let large = repository("exec { '/bin/dd if=/dev/zero of=/srv/large bs=1M count=40': }\n");
    let ended = with_tmpfs(&store.path().join("scratch"), 20, store.building(large.path()));
    ended.refused(1, &["a resource failed", "Exec[/bin/dd", "site.pp:1", "No space left on device"]);
    assert_eq!(before, images_and_blobs(store.path()));

    // Random, or compression would find room for it.
    let random = "exec { '/bin/dd if=/dev/urandom of=/srv/large bs=1M count=40': }\n";
    let ended = with_tmpfs(&store.path().join("blobs/sha256"), 20, store.building(repository(random).path()));
    refused_for_room(&ended, &store.path().join("blobs"));
    assert_eq!(before, images_and_blobs(store.path()));
    assert_eq!(digest_of(&store.build(repo.path(), &["--rebuild"])), digest);
}

#[track_caller]
fn refused_for_room(ended: &common::Ended, folder: &Path) {
    ended.refused(1, &[&folder.display().to_string(), "hint:"]);
    says(&ended.stderr.to_lowercase(), &["error", "no space left"]);
}

/// Runs a command that sees a small file system in memory at a folder; nobody else does, and it is gone
/// afterwards.
fn with_tmpfs(place: &Path, megabytes: u32, command: Command) -> common::Ended {
    let mut outer = if rustix::process::geteuid().is_root() {
        Command::new("unshare")
    } else {
        let mut outer = Command::new("unshare");
        outer.args(["--user", "--map-root-user", "--map-auto"]);
        outer
    };
    common::clean(&mut outer);
    outer.args(["--mount", "sh", "-c"]);
    outer.arg(format!(
        "mount -t tmpfs -o size={megabytes}m,mode=755 tmpfs '{}' && exec \"$@\"",
        place.display()
    ));
    outer.arg("sh").arg(command.get_program()).args(command.get_args());
    run(&mut outer)
}
