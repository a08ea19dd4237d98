//! Mistakes of the user, each as they meet it: the exit code, the message with its place and its way out,
//! no answer, and nothing changed. No network is needed, nor any right.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::path::Path;

use common::{contents, effigy, folder, images_and_blobs, put_image, run, says};
use serde_json::Value;
use tempfile::TempDir;

const GOOD: &str = "bases:
  trixie: {debian: trixie}
defaults: {from: trixie}
images:
  web: {}
  database: {}
";

/// A store with an image `web`, made without a build.
fn store() -> TempDir {
    let folder = folder(&[]);
    put_image(folder.path(), "web");
    folder
}

/// Runs effigy with a repository of these files and expects it to refuse.
#[track_caller]
fn refused(files: &[(&str, &str)], arguments: &[&str], code: i32, words: &[&str]) {
    let (repo, store) = (folder(files), store());
    let before = (contents(repo.path()), images_and_blobs(store.path()));
    let ended = run(effigy().arg("-C").arg(repo.path()).arg("--store").arg(store.path()).args(arguments));
    let here = repo.path().display().to_string();
    let words: Vec<String> = words.iter().map(|word| word.replace("HERE", &here)).collect();
    ended.refused(code, &words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(before, (contents(repo.path()), images_and_blobs(store.path())), "{}", ended.stderr);
}

#[test]
fn mistakes_in_effigy_yaml_are_shown_at_their_place() {
    let bad = |text: &str, words: &[&str]| refused(&[("effigy.yaml", text)], &["build"], 3, words);
    bad("images: {web: [}", &["not valid YAML", "HERE/effigy.yaml:1:15", "1 | images: {web: [}", "^"]);
    bad(
        &GOOD.replace("defaults", "deffaults"),
        &[
            "unknown key `deffaults` of effigy.yaml",
            "HERE/effigy.yaml:3:1",
            "3 | deffaults: {from: trixie}",
            "^^^^^^^^^",
            "hint: did you mean `defaults`?",
        ],
    );
    bad(
        &GOOD.replace("web: {}", "web: {expos: [80]}"),
        &["unknown key `expos`", "HERE/effigy.yaml:5:9", "did you mean `expose`?"],
    );
    bad(
        &GOOD.replace("from: trixie", "from: trixi"),
        &["`trixi` is not under `bases`", "HERE/effigy.yaml:3:18", "did you mean `trixie`?"],
    );
    // The file may be named, and found from a folder below.
    let arguments = ["-C", "effigy.yaml", "build"];
    let repo = folder(&[("effigy.yaml", "imagse: {}\n"), ("below/further/", "")]);
    for (place, arguments) in [(".", &arguments[..]), ("below/further", &arguments[2..])] {
        let ended = run(effigy().current_dir(repo.path().join(place)).args(arguments));
        ended.refused(3, &["effigy.yaml:1:1", "1 | imagse: {}", "did you mean `images`?"]);
    }
}

#[test]
fn unknown_images_are_answered_with_the_nearest() {
    let files = [("effigy.yaml", GOOD), ("site.pp", "")];
    let nearest = &["there is no image `databse` in effigy.yaml", "hint: did you mean `database`?"];
    refused(&files, &["build", "web", "databse"], 2, nearest);
    let nearest = ["there is no image `wbe`", "hint: did you mean `web`?"];
    refused(&files, &["export", "wbe", "oci:x"], 2, &nearest);
    refused(&files, &["load", "wbe"], 2, &nearest);
    refused(&files, &["prune", "--image", "wbe"], 2, &nearest);
}

#[test]
fn what_is_missing_from_the_repository_is_named() {
    let nowhere = "there is no `effigy.yaml` in `HERE` or any folder above it";
    refused(&[], &["build"], 2, &[nowhere, "hint: run `effigy init`"]);
    refused(
        &[("effigy.yaml", GOOD)],
        &["build"],
        3,
        &["there is no manifest in `HERE`", "`site.pp`", "hint: write `manifests/site.pp`"],
    );
    refused(
        &[("effigy.yaml", &format!("{GOOD}manifest: main.pp\n"))],
        &["build"],
        3,
        &["the `manifest` of effigy.yaml, `HERE/main.pp` does not exist", "hint: mend the path"],
    );
}

#[test]
fn mistakes_in_the_puppetfile_are_shown_at_their_place() {
    let place = "HERE/Puppetfile:2:";
    for (line, message, hint) in [
        ("mod 'owner/x' :gti", "", ""),
        ("mod 'owner/x', gti: 'https://git.example.org/x'", "gti", "`git`"),
        ("mod 'x'", "`x` names no owner", "hint: write `owner/name`"),
        ("mod \"x#{1}\", local: true", "", "hint:"),
        (
            "mod 'x', svn: 'https://svn.example.org/x'",
            "Subversion repository, which effigy does not",
            "`deb:",
        ),
        ("mod 'owner/x', 'newest'", "`'newest'` is not a version", "hint: write a string such as `'9.4.1'`"),
        ("mod 'x', path: 'own/x'", "the folder HERE/own/x of the module `x` does not exist", "hint: mend"),
    ] {
        let text = format!("# what we use\n{line}\n");
        let files = [("effigy.yaml", GOOD), ("site.pp", ""), ("Puppetfile", text.as_str())];
        for arguments in [&["build"][..], &["modules", "install"]] {
            refused(&files, arguments, 3, &[message, place, &format!("2 | {line}"), "^", hint]);
        }
    }
}

#[test]
fn a_base_that_is_not_there_is_named() {
    for (from, words) in [
        ("oci:dir", "`HERE/dir` cannot be used as an OCI layout: there is no `oci-layout`"),
        ("docker-archive:site.pp", "`HERE/site.pp` cannot be used as an archive of `docker save`"),
        ("debian@sha512:0000000000000000000000000000000000000000", "only `sha256`"),
    ] {
        let text = GOOD.replace("web: {}", &format!("web: {{from: '{from}'}}"));
        refused(&[("effigy.yaml", &text), ("site.pp", "")], &["build", "web"], 3, &[words]);
    }
}

#[test]
fn a_folder_with_something_else_is_no_store() {
    let repo = folder(&[("effigy.yaml", GOOD), ("site.pp", "")]);
    let foreign = folder(&[("thesis.tex", "\\begin{document}")]);
    let before = contents(foreign.path());
    for arguments in [&["build"][..], &["images"], &["load"], &["export", "web", "oci:x"], &["prune"]] {
        let ended =
            run(effigy().arg("-C").arg(repo.path()).arg("--store").arg(foreign.path()).args(arguments));
        let message = format!("`{}` is not empty and is not a store", foreign.path().display());
        ended.refused(2, &[&message, "hint: name an empty or a new folder"]);
        assert_eq!(before, contents(foreign.path()), "{arguments:?}");
    }
}

#[test]
fn a_store_that_was_never_made_holds_nothing() {
    let folder = folder(&[]);
    let missing = folder.path().join("store");
    let at = |arguments: &[&str]| run(effigy().arg("--store").arg(&missing).args(arguments));
    assert_eq!(at(&["images"]).good(), "");
    let answer: Value = serde_json::from_str(at(&["images", "--format", "json"]).good()).unwrap();
    assert_eq!(answer["images"], Value::Array(Vec::new()));
    for arguments in [&["export", "web", "oci:x"][..], &["load"], &["prune"]] {
        at(arguments).refused(2, &["there is no store at", "hint: build"]);
    }
    assert!(!missing.exists());
}

#[test]
fn images_that_are_there_are_listed_and_exported() {
    let (store, place) = (store(), folder(&[]));
    let run = |arguments: &[&str]| {
        run(effigy().current_dir(place.path()).arg("--store").arg(store.path()).args(arguments))
    };
    says(run(&["images"]).good(), &["web", "sha256:"]);
    run(&["export", "web", "oci-archive:web.tar", "--quiet"]).good();
    run(&["export", "web", "oci:layout", "--quiet"]).good();
    assert!(place.path().join("web.tar").is_file() && place.path().join("layout/index.json").is_file());
}

#[test]
fn wrong_destinations_write_nothing() {
    let (store, place) = (store(), folder(&[("docs/letter", "dear"), ("old.tar", "old")]));
    let before = contents(place.path());
    for (destination, words) in [
        ("web.tar", ["expected `oci:DIR`, `oci-archive:FILE` or `docker-archive:FILE`", ""]),
        ("oci:", ["there is no path behind the colon", ""]),
        ("docker-archive:missing/web.tar", ["cannot write missing/web.tar: No such file", ""]),
        ("docker-archive:docs", ["cannot write docs: Is a directory", ""]),
        ("oci:docs", ["`docs` exists already", "hint: name a new folder"]),
    ] {
        let arguments = ["export", "web", destination];
        let ended = run(effigy().current_dir(place.path()).arg("--store").arg(store.path()).args(arguments));
        ended.refused(2, &words);
        assert_eq!(before, contents(place.path()), "{destination}");
    }
}

#[test]
fn without_an_engine_nothing_is_loaded() {
    let store = store();
    let ended =
        run(effigy().arg("--store").arg(store.path()).arg("load").env("DOCKER_HOST", "unix:///nonexistent"));
    ended.refused(1, &["no container engine answers", "hint: start Docker or Podman", "/nonexistent"]);
}

#[test]
fn programs_get_errors_as_data() {
    let failed = |text: &str, arguments: &[&str], code| -> Value {
        let repo = folder(&[("effigy.yaml", text), ("site.pp", "")]);
        let ended = run(effigy().arg("-C").arg(repo.path()).args(["--format", "json"]).args(arguments));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(code), ""));
        serde_json::from_str::<Value>(&ended.stdout).unwrap()["error"].take()
    };
    let error = failed(&GOOD.replace("defaults", "deffaults"), &["build"], 3);
    let first = &error["diagnostics"][0];
    assert_eq!(
        (&first["line"], &first["column"], &first["code"]),
        (&3.into(), &1.into(), &"unknown-key".into())
    );
    assert!(first["file"].as_str().unwrap().ends_with("/effigy.yaml"));
    assert_eq!(first["hints"][0], "did you mean `defaults`?");
    let error = failed(GOOD, &["build", "databse"], 2);
    assert_eq!(error["message"], "there is no image `databse` in effigy.yaml");
    assert_eq!(error["hints"][0], "did you mean `database`?");
}

#[test]
fn wrong_words_on_the_command_line_are_usage() {
    for (arguments, words) in [
        (&["frobnicate"][..], ["unrecognized subcommand 'frobnicate'", "--help"]),
        (&["biuld"], ["unrecognized subcommand 'biuld'", "'build'"]),
        (&["build", "--quiet", "--verbose"], ["cannot be used with", "--help"]),
        (&[], ["Usage: effigy", "Commands:"]),
    ] {
        run(effigy().args(arguments)).refused(2, &words);
    }
    let repo = folder(&[("effigy.yaml", GOOD), ("site.pp", "")]);
    let store = folder(&[]);
    let ended = run(effigy()
        .arg("-C")
        .arg(repo.path())
        .arg("--store")
        .arg(store.path())
        .arg("build")
        .env("SOURCE_DATE_EPOCH", "yesterday"));
    ended.refused(2, &["`SOURCE_DATE_EPOCH` is `yesterday`, expected a number of seconds since 1970"]);
}

#[test]
fn init_writes_once() {
    let dockerfile = "FROM dischord/base\nENV FACTER_role webserver\nENV FACTER_container dischord_webserver\n\
                      RUN puppet apply --hiera_config=/hiera.yaml /default.pp\nEXPOSE 80 443\n\
                      CMD [\"supervisord\", \"-n\"]\n";
    let repo = folder(&[("docker/dischord/webserver/Dockerfile", dockerfile), ("default.pp", "")]);
    let init = |arguments: &[&str]| run(effigy().arg("-C").arg(repo.path()).arg("init").args(arguments));
    let file = repo.path().join("effigy.yaml");

    let proposed = init(&["--dry-run"]).good().to_owned();
    assert!(!file.exists());
    says(init(&[]).good(), &["wrote", "effigy.yaml"]);
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(proposed, written);
    says(&written, &["dischord/webserver", "role: webserver", "80"]);
    // What was written is read again: a mistake about an image, not about the file.
    let ended = run(effigy().arg("-C").arg(repo.path()).args(["build", "dischord/webservre"]));
    ended.refused(2, &["did you mean `dischord/webserver`?"]);

    let own = written + "# mine\n";
    fs::write(&file, &own).unwrap();
    init(&[]).refused(2, &["cannot write", "effigy.yaml", "exists", "hint:", "--dry-run"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), own);
}

#[test]
fn the_doctor_speaks_of_everything() {
    let folder = folder(&[]);
    let store = folder.path().join("store");
    let doctor = |format: &str| {
        let engine = ("DOCKER_HOST", "unix:///nonexistent");
        run(effigy().arg("--store").arg(&store).args(["--format", format, "doctor"]).env(engine.0, engine.1))
    };
    let ended = doctor("json");
    let answer: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, Some(if answer["good"] == true { 0 } else { 1 }), "{}", ended.stderr);
    let findings = answer["findings"].as_array().unwrap();
    let finding = |what: &str| findings.iter().find(|finding| finding["what"] == what).unwrap();
    for what in ["kernel", "user", "store", "keys", "mirror", "engine"] {
        assert!(finding(what)["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}");
    }
    assert_eq!(finding("engine")["state"], "poor");
    says(finding("engine")["remedy"].as_str().unwrap(), &["/nonexistent"]);
    says(&doctor("text").stdout, &["kernel", "poor engine", "hint:"]);
    assert!(!Path::new(&store).exists());
}
