//! Modules from git repositories, over `file:` and over `git http-backend`, and from plain archives.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::forge::{Forge, tar_gz};
use common::git::{Repository, http_backend};
use common::http::{Answer, serve};
use common::{World, told};

/// A repository of a module with a tag `v1`, a branch `work` and later commits on `main`. Names its first commit.
fn repository(world: &World, name: &str) -> (Repository, String) {
    let repository = Repository::new(world.path(name));
    let metadata =
        |version: &str| format!(r#"{{"name": "o-{name}", "version": "{version}", "dependencies": []}}"#);
    repository.write("metadata.json", &metadata("1.0.0"));
    repository.write(".gitattributes", "secret export-ignore\n*.txt text eol=crlf\nid export-subst\n");
    repository.write("secret", "kept").write("a.txt", "line\n").write("id", "$Format:%H$");
    let first = repository.commit("first");
    repository.git(&["tag", "-a", "-m", "one", "v1"]);
    repository.git(&["checkout", "--quiet", "-b", "work"]);
    repository.write("metadata.json", &metadata("1.1.0")).commit("work");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("metadata.json", &metadata("2.0.0")).commit("second");
    (repository, first)
}

#[test]
fn every_kind_of_reference() {
    let world = World::new("");
    let (repository, first) = repository(&world, "mod");
    let url = repository.url();
    for (reference, expected) in [
        (String::new(), "2.0.0"),
        (", tag: 'v1'".to_owned(), "1.0.0"),
        (", branch: 'work'".to_owned(), "1.1.0"),
        (", ref: 'v1'".to_owned(), "1.0.0"),
        (", ref: 'work'".to_owned(), "1.1.0"),
        (format!(", commit: '{first}'"), "1.0.0"),
        (format!(", ref: '{}'", &first[..8]), "1.0.0"),
        (", branch: 'gone', default_branch: 'main'".to_owned(), "2.0.0"),
    ] {
        world.puppetfile(&format!("mod 'mod', git: '{url}'{reference}\n"));
        let report = world.install().unwrap_or_else(|error| panic!("{reference}: {error}"));
        assert_eq!(report.changed.len() + report.removed.len(), 0, "{reference}");
        assert_eq!(world.version("mod").as_deref(), Some(expected), "{reference}");
        assert!(world.lock().contains("commit = \""), "{}", world.lock());
    }
    // What the commit holds is what is installed, whatever its attributes say.
    assert_eq!(world.read("repo/modules/mod/secret"), "kept");
    assert_eq!(world.read("repo/modules/mod/a.txt"), "line\n");
    assert_eq!(world.read("repo/modules/mod/id"), "$Format:%H$");
}

#[test]
fn a_branch_moves_only_by_an_update_and_a_commit_needs_no_server() {
    let world = World::new("");
    let (repository, first) = repository(&world, "mod");
    world.puppetfile(&format!("mod 'mod', git: '{}', branch: 'main'\n", repository.url()));
    world.install().unwrap();
    repository.write("metadata.json", r#"{"version": "3.0.0"}"#).commit("third");
    assert_eq!(told(&world.install().unwrap()), "present mod");
    let outdated = world.with(|modules| modules.outdated()).unwrap();
    assert_eq!((outdated.len(), outdated[0].name.as_str()), (1, "mod"));
    assert_eq!(told(&world.update(&["mod"]).unwrap()), "replaced mod");
    assert_eq!(world.version("mod").as_deref(), Some("3.0.0"));
    // The repository is gone, the lock and the cache are not.
    fs::rename(&repository.folder, world.path("elsewhere")).unwrap();
    fs::remove_dir_all(world.path("repo/modules")).unwrap();
    world.offline.set(true);
    assert_eq!(told(&world.install().unwrap()), "installed mod");
    world.puppetfile(&format!("mod 'mod', git: '{}', commit: '{first}'\n", repository.url()));
    world.fails(World::install, &[&format!("commit {first} of `file://"), "is not in the store"]);
    world.offline.set(false);
    world.fails(World::install, &["cannot fetch `file://", "mod`: "]);
}

#[test]
fn over_http_with_a_folder_each_for_two_modules() {
    let world = World::new("");
    let repository = Repository::new(world.path("srv/both"));
    repository.write("modules/one/metadata.json", r#"{"version": "1.0.0"}"#);
    repository
        .write("modules/two/metadata.json", r#"{"version": "2.0.0", "dependencies": [{"name": "a/base"}]}"#);
    let commit = repository.commit("both");
    repository.write("README", "later").commit("later");
    let forge = Forge::new();
    forge.publish("a-base", "1.0.0", &[]);
    let address = http_backend(&world.path("srv"));
    world.puppetfile(&format!(
        "forge '{}'\nmod 'one', git: '{address}/both/.git', ref: 'main', path: 'modules/one'\n\
         mod 'two', git: '{address}/both/.git', commit: '{commit}', path: './modules/two'\n",
        forge.url
    ));
    assert_eq!(told(&world.install().unwrap()), "installed base one two");
    assert_eq!(
        (world.version("one").as_deref(), world.version("two").as_deref()),
        (Some("1.0.0"), Some("2.0.0"))
    );
    assert!(!world.path("repo/modules/one/README").exists());
    assert_eq!(told(&world.install().unwrap()), "present base one two");
    world.puppetfile(&format!("mod 'one', git: '{address}/none/.git'\n"));
    world.fails(World::install, &["cannot list the branches and tags of `http://127.0.0.1", "not found"]);
}

#[test]
fn the_control_repositorys_branch_is_followed() {
    let world = World::new("");
    let (repository, _) = repository(&world, "mod");
    let line = format!("mod 'mod', git: '{}', branch: :control_branch", repository.url());
    world.puppetfile(&format!("{line}, default_branch: 'main'\n"));
    // Not in a git repository: only the default will do.
    world.install().unwrap();
    assert_eq!(world.version("mod").as_deref(), Some("2.0.0"));
    let control = Repository::new(world.path("repo"));
    control.commit("control");
    control.git(&["checkout", "--quiet", "-b", "work"]);
    assert_eq!(told(&world.install().unwrap()), "replaced mod");
    assert_eq!(world.version("mod").as_deref(), Some("1.1.0"));
    control.git(&["checkout", "--quiet", "-b", "other"]);
    world.puppetfile(&format!("{line}\n"));
    let words = ["Puppetfile:1:1", "has no branch other of the control repository"];
    world.fails(World::install, &words);
}

#[test]
fn what_could_be_an_option_or_a_command_is_refused() {
    let world = World::new("");
    let (repository, _) = repository(&world, "mod");
    let proof = world.path("proof");
    let touch = format!("touch {}", proof.display());
    for (line, word) in [
        (format!("git: 'ext::sh -c \"{touch}\"'"), "is not a git address"),
        (format!("git: '--upload-pack={touch}'"), "is not a git address"),
        (format!("git: '{}', ref: '--upload-pack={touch}'", repository.url()), "is not a git reference"),
        (format!("git: '{}', branch: '--exec={touch}'", repository.url()), "is not a git reference"),
        (format!("git: '{}', tag: 'none'", repository.url()), "has no tag none"),
        (format!("git: '{}', commit: 'feed'", repository.url()), "has no commit feed"),
    ] {
        world.puppetfile(&format!("# one\nmod 'mod', {line}\n"));
        world.fails(World::install, &["Puppetfile:2:1: ", word]);
    }
    assert!(!proof.exists());
    world.puppetfile(&format!("mod 'mod', git: '{}', path: '../..'\n", repository.url()));
    world.fails(World::install, &["is not a git folder"]);
}

#[test]
fn hooks_and_filters_do_not_run() {
    let world = World::new("");
    let (repository, _) = repository(&world, "mod");
    let proof = world.path("proof");
    let hook = world.path("mod/.git/hooks/post-checkout");
    fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", proof.display())).unwrap();
    repository.write(".gitattributes", "* filter=evil\n").commit("filter");
    repository.git(&["config", "filter.evil.smudge", &format!("touch {}", proof.display())]);
    world.puppetfile(&format!("mod 'mod', git: '{}'\n", repository.url()));
    world.install().unwrap();
    assert!(!proof.exists());
}

#[test]
fn archives_from_anywhere_and_from_github() {
    let world = World::new("");
    let metadata = r#"{"version": "1.2.0"}"#;
    let wrapped = tar_gz("o-r-abc123", &[("metadata.json", metadata), ("manifests/init.pp", "")]);
    let plain = tar_gz("", &[("metadata.json", metadata), ("manifests/init.pp", "")]);
    let (sum, served) = (sha256::Digest::of(&wrapped), (wrapped.clone(), plain));
    let address = serve(move |request| match request.target.split('?').next().unwrap() {
        "/wrapped.tar.gz" | "/repos/o/r/tarball/v1.2.0" => Answer::ok(served.0.clone()),
        "/plain.tar.gz" => Answer::ok(served.1.clone()),
        "/repos/o/r/tags" => Answer::ok(r#"[{"name": "v1.2.0"}, {"name": "nightly"}, {"name": "v1.1.0"}]"#),
        _ => Answer::status(404),
    });
    let mut world = world;
    world.github = Some(address.clone());
    world.puppetfile(&format!(
        "mod 'one', type: 'tarball', source: '{address}/wrapped.tar.gz', version: '{sum}'\n\
         mod 'two', type: 'tarball', source: '{address}/plain.tar.gz'\n\
         mod 'o/three', '1.x', github_tarball: 'o/r'\n"
    ));
    assert_eq!(told(&world.install().unwrap()), "installed one three two");
    for module in ["one", "two", "three"] {
        assert_eq!(world.version(module).as_deref(), Some("1.2.0"), "{module}");
        assert!(world.path(&format!("repo/modules/{module}/manifests/init.pp")).exists());
    }
    assert!(world.lock().contains("github = \"o/r\"\ntag = \"v1.2.0\""), "{}", world.lock());
    assert_eq!(world.with(|modules| modules.outdated()).unwrap(), []);
    let wrong = sha256::Digest::of("wrong");
    world.puppetfile(&format!(
        "mod 'one', type: 'tarball', source: '{address}/wrapped.tar.gz', version: '{wrong}'\n"
    ));
    world.fails(World::install, &["wrapped.tar.gz` has SHA-256", "expected"]);
    world.puppetfile("mod 'o/three', '9.x', github_tarball: 'o/r'\n");
    world.fails(World::install, &["Puppetfile:1:1", "`https://github.com/o/r` has no tag in `9.x`"]);
}
