use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::Reference;

fn find(content: &str, reference: &str) -> Result<Option<Credential>, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, content).unwrap();
    find_in(vec![folder.path().join("missing.json"), path], reference)
}

fn find_in(files: Vec<PathBuf>, reference: &str) -> Result<Option<Credential>, Error> {
    let reference: Reference = reference.parse().unwrap();
    Keychain { files, ..Keychain::default() }.find(reference.registry(), reference.repository())
}

fn password(user: &str, password: &str) -> Option<Credential> {
    Some(Credential::Password { user: user.to_owned(), password: Secret::new(password) })
}

#[test]
fn entries_are_found_as_docker_and_podman_write_them() {
    // anna:a:b, bert:secret, both as Docker writes them, the second with its zero byte.
    let file = r#"{"auths": {
        "registry.example.org": {"auth": "YW5uYTphOmI="},
        "registry.example.org/team": {"username": "carl", "password": "c"},
        "registry.example.org/team/web": {"username": "dora", "password": "d"},
        "https://index.docker.io/v1/": {"auth": "YmVydDpzZWNyZXQA"},
        "https://old.example.org/v2/": {"username": "emil", "password": "e"},
        "token.example.org:5000": {"auth": "PHRva2VuPjo=", "identitytoken": "refresh"},
        "bearer.example.org": {"registrytoken": "access"},
        "helped.example.org": {}
    }}"#;
    for (reference, expected) in [
        ("registry.example.org/web", password("anna", "a:b")),
        ("registry.example.org/teams", password("anna", "a:b")),
        ("registry.example.org/team/mail", password("carl", "c")),
        ("registry.example.org/team/web", password("dora", "d")),
        ("debian:13", password("bert", "secret")),
        ("old.example.org/x", password("emil", "e")),
        ("token.example.org:5000/x", Some(Credential::Identity(Secret::new("refresh")))),
        ("bearer.example.org/x", Some(Credential::Bearer(Secret::new("access")))),
        ("helped.example.org/x", None),
        ("token.example.org/x", None),
        ("example.org/x", None),
    ] {
        assert_eq!(find(file, reference).unwrap(), expected, "{reference}");
    }
    assert_eq!(find("", "debian").unwrap(), None);
    assert_eq!(find("{\"psFormat\": \"x\"}", "debian").unwrap(), None);
}

#[test]
fn what_is_wrong_with_a_file_is_said_without_its_secrets() {
    for (file, expected) in [
        ("{\"auths\": \"hunter2\"}", "line 1, column"),
        ("{", "line 1"),
        ("{\"auths\": {\"docker.io\": {\"auth\": \"aHVudGVyMg==\"}}}", "`auth` of `docker.io` is not a name"),
    ] {
        let error = find(file, "debian").unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("config.json"), "{error}");
        assert!(!error.contains("hunter2") && !error.contains("aHVud"), "{error}");
    }
}

/// Finds with helpers that are these shell scripts.
fn find_with(helpers: &[(&str, &str)], content: &str, reference: &str) -> Result<Option<Credential>, Error> {
    let folder = tempfile::tempdir().unwrap();
    for (name, script) in helpers {
        let path = folder.path().join(format!("docker-credential-{name}"));
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let file = folder.path().join("config.json");
    fs::write(&file, content).unwrap();
    let keychain =
        Keychain { files: vec![file], helper_folders: vec!["/nowhere".into(), folder.path().into()] };
    let reference: Reference = reference.parse().unwrap();
    keychain.find(reference.registry(), reference.repository())
}

#[test]
fn helpers_are_asked_before_entries() {
    let all =
        r#"read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"all\",\"Secret\":\"$1 $server\"}""#;
    let one = r#"echo '{"Username":"<token>","Secret":"refresh"}'"#;
    let none = "echo credentials not found in native keychain; exit 1";
    let broken = "echo cannot open the vault; echo hunter2 >&2; exit 3";
    let nonsense = "echo hunter2";
    let helpers = [("all", all), ("one", one), ("none", none), ("broken", broken), ("nonsense", nonsense)];
    let file = r#"{"credsStore": "all", "auths": {"none.org": {"username": "u", "password": "p"}},
        "credHelpers": {"one.org": "one", "none.org": "none", "broken.org": "broken", "odd.org": "nonsense",
                        "gone.org": "gone", "up.org": "../x"}}"#;
    for (reference, expected) in [
        ("other.org:5000/x", password("all", "get other.org:5000")),
        ("debian", password("all", "get https://index.docker.io/v1/")),
        ("one.org/x", Some(Credential::Identity(Secret::new("refresh")))),
        ("none.org/x", password("u", "p")),
    ] {
        assert_eq!(find_with(&helpers, file, reference).unwrap(), expected, "{reference}");
    }
    for (reference, expected) in [
        ("broken.org/x", "cannot open the vault"),
        ("odd.org/x", "not the JSON"),
        ("gone.org/x", "no such program"),
        ("up.org/x", "no `/`"),
    ] {
        let error = find_with(&helpers, file, reference).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
    }
}
