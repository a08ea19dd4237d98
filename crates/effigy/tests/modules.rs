//! `effigy modules` as people and scripts meet it: a repository with a module from git, on the command line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Ended, effigy, folder, run, says};
use serde_json::Value;

/// A git repository of a module; its address.
fn module(folder: &Path, version: &str) -> String {
    let text = format!(r#"{{"name": "o-tool", "version": "{version}"}}"#);
    std::fs::write(folder.join("metadata.json"), text).unwrap();
    let git = |arguments: &[&str]| {
        let identity =
            ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgSign=false"];
        let ended = run(Command::new("git").arg("-C").arg(folder).args(identity).args(arguments));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    };
    if !folder.join(".git").exists() {
        git(&["init", "--quiet", "--initial-branch=main"]);
    }
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", version]);
    format!("file://{}", folder.display())
}

#[test]
fn a_module_from_git_is_installed_updated_and_explained() {
    let source = folder(&[("manifests/init.pp", "class tool {}")]);
    let url = module(source.path(), "1.0.0");
    let puppetfile = format!("mod 'o/tool', git: '{url}', branch: 'main'\nmod 'own', path: 'site/own'\n");
    let repo =
        folder(&[("effigy.yaml", ""), ("Puppetfile", &puppetfile), ("site/own/manifests/init.pp", "")]);
    let store = folder(&[]);
    let modules = |arguments: &[&str]| -> Ended {
        let mut command = effigy();
        command.arg("-C").arg(repo.path()).arg("--store").arg(store.path().join("store"));
        run(command.arg("modules").args(arguments))
    };
    says(modules(&["list"]).good(), &["MODULE", "VERSION", "o/tool", "unlocked", "own", "own"]);
    assert!(!store.path().join("store").exists(), "looking makes no store");
    assert_eq!(modules(&["install"]).good(), "installed tool\n1 module up to date\n");
    let lock = std::fs::read_to_string(repo.path().join("effigy.lock")).unwrap();
    says(
        &lock,
        &["name = \"o/tool\"", "version = \"1.0.0\"", &url, "reference = \"branch main\"", "commit ="],
    );
    module(source.path(), "1.1.0");
    assert_eq!(modules(&["install"]).good(), "2 modules up to date\n");
    says(modules(&["outdated"]).good(), &["MODULE", "LOCKED", "WANTED", "NEWEST", "o/tool"]);
    let answer: Value =
        serde_json::from_str(modules(&["update", "tool", "--format", "json"]).good()).unwrap();
    assert_eq!((&answer["replaced"][0], &answer["present"][0]), (&"tool".into(), &"own".into()));
    assert_eq!(modules(&["outdated"]).good(), "every module is the newest\n");
    says(modules(&["why", "tool"]).good(), &["Puppetfile > o/tool ", "(a git repository)"]);
    let answer: Value = serde_json::from_str(modules(&["why", "o-tool", "--format", "json"]).good()).unwrap();
    assert_eq!(answer["paths"][0]["steps"][1]["name"], "o/tool");
    modules(&["why", "toll"]).refused(2, &["there is no module `toll`", "did you mean `tool`?"]);

    std::fs::write(repo.path().join("modules/tool/manifests/init.pp"), "class tool { }").unwrap();
    says(modules(&["list"]).good(), &["o/tool", "changed: manifests/init.pp"]);
    std::fs::write(repo.path().join("Puppetfile"), "").unwrap();
    let words = ["modules/tool was changed since effigy installed it", "would be removed", "`--force`"];
    modules(&["install"]).refused(3, &words);
    assert_eq!(modules(&["install", "--force"]).good(), "removed tool\n0 modules up to date\n");
}

#[test]
fn mistakes_make_no_store() {
    let store = folder(&[]);
    for (files, words) in [
        (&[("Puppetfile", "mod 'a/b', gti: 'u'\n")][..], ["Puppetfile:1:12", "did you mean `git`?"]),
        (&[("effigy.lock", "[[modules]\n")], ["not valid TOML", "effigy.lock:1:"]),
        (&[("effigy.lock", "[[modules]]\nname = 'a/b'\n")], ["`a/b` of effigy.lock", "names no source"]),
    ] {
        let repo = folder(&[&[("effigy.yaml", ""), ("site.pp", "")], files].concat());
        for arguments in
            [&["build"][..], &["modules", "install"], &["modules", "list"], &["modules", "outdated"]]
        {
            let mut command = effigy();
            command.arg("-C").arg(repo.path()).arg("--store").arg(store.path().join("store"));
            run(command.args(arguments)).refused(3, &words);
        }
    }
    assert!(!store.path().join("store").exists());
}
