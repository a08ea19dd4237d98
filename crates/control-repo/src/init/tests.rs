use std::sync::Arc;

use diagnostics::{SourceFile, Style};
use proptest::prelude::*;

use super::*;
use crate::{Definition, cases};

/// The proposal for these files, and its own reading.
fn proposed(files: &[(&str, &str)]) -> (Proposal, Definition) {
    let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let proposal = propose(&files);
    let source = Arc::new(SourceFile::new("effigy.yaml", proposal.yaml.clone()));
    let definition =
        crate::parse(&source).unwrap_or_else(|e| panic!("{}\n{}", e.render(Style::Plain), proposal.yaml));
    assert_eq!(definition.warnings.0, [], "{}", proposal.yaml);
    (proposal, definition)
}

#[test]
fn repositories_of_other_tools() {
    cases::check("init.md", &["effigy.yaml", "notes"], |case| {
        let files: Vec<_> = case.blocks.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let (proposal, _) = proposed(&files);
        let notes = proposal.notes.iter().map(|note| format!("{note}\n")).collect();
        vec![proposal.yaml, notes]
    });
}

#[test]
fn instructions_become_keys_or_notes() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "USER www-data:www-data\nWORKDIR /srv\nWORKDIR app",
            "user: www-data:www-data|workdir: /srv/app",
            "",
        ),
        ("ENTRYPOINT /run.sh --x\nSTOPSIGNAL quit", "entrypoint: \"/run.sh --x\"|stop_signal: SIGQUIT", ""),
        (
            "CMD ['a']",
            "cmd: \"['a']\"",
            "`CMD ['a']`: not valid JSON, so Docker gives it to a shell as it stands: it is carried over so",
        ),
        ("ENV A=1 B=\"x y\"\nENV C=$A-$B", "env: {A: \"1\", B: \"x y\", C: \"1-x y\"}", ""),
        ("ENV PATH=/x:$PATH", "", "left out: `$PATH` is not known here"),
        (
            "EXPOSE 8000-8002 x",
            "expose: [8000, 8001, 8002]",
            "left out: `x` is not a port; expected 1 to 65535, `80/tcp` or `53/udp`",
        ),
        ("VOLUME data /a /b/", "volumes: [/a, /b]", "left out: `data` is not an absolute path in the image"),
        (
            "COPY a.conf /etc/",
            "",
            "`COPY a.conf /etc/`: give the file to a module and write a `file` resource for it",
        ),
        ("HEALTHCHECK CMD true", "", "`HEALTHCHECK` has no counterpart: whoever runs the image checks it"),
        ("ARG V=9\nENV X=$V", "env: {X: \"9\"}", "the build argument `V` is taken as its default, `9`"),
        ("LABEL a.b=\"c: d\" e=yes", "labels: {a.b: \"c: d\", e: \"yes\"}", ""),
        ("RUN FACTER_Tier=1 puppet apply x", "facts: {role: r, tier: \"1\"}", ""),
        (
            "ENV http_proxy http://10.0.0.1:3128",
            "",
            "`http_proxy` is the address of a proxy of the building host, not of the image",
        ),
        ("FOO bar", "", "`FOO` is not an instruction of a Dockerfile"),
    ];
    for (text, expected, note) in cases {
        let text = format!("FROM debian:13\nENV FACTER_role=r\n{text}\n");
        let (proposal, _) = proposed(&[("Dockerfile.web", &text)]);
        let keys = proposal.yaml.split_once("  web:\n").unwrap().1;
        let keys: Vec<_> = keys.lines().map(str::trim).filter(|line| *line != "facts: {role: r}").collect();
        assert_eq!(keys.join("|"), *expected, "{text}");
        let messages: Vec<_> = proposal.notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(messages.join("|"), *note, "{text}");
    }
}

#[test]
fn metadata_that_is_not_yaml_is_noted() {
    let (proposal, _) = proposed(&[("metadata.yaml", "cmd: [\n")]);
    assert!(proposal.notes[0].to_string().starts_with("metadata.yaml:1: not valid YAML"));
}

#[test]
fn with_nothing_to_go_by_there_is_an_example() {
    let (proposal, definition) = proposed(&[("README.md", "")]);
    assert_eq!((definition.images.len(), definition.bases.len(), proposal.notes.len()), (0, 1, 1));
}

#[cfg(unix)]
#[test]
fn the_walk_leaves_out_what_is_not_the_repositorys_own() {
    let root = tempfile::tempdir().unwrap();
    let own = "FROM debian:13\nENV FACTER_role x\n";
    for path in ["docker/a", "modules/m", "thirdparty/m", ".git/x", "a/spec/x", "site/deep/b"] {
        std::fs::create_dir_all(root.path().join(path)).unwrap();
        std::fs::write(root.path().join(path).join("Dockerfile"), own).unwrap();
    }
    std::fs::write(root.path().join("Puppetfile"), "moduledir 'thirdparty'\n").unwrap();
    std::os::unix::fs::symlink(root.path(), root.path().join("loop")).unwrap();
    let proposal = propose_for(root.path()).unwrap();
    let images: Vec<_> = proposal.yaml.lines().filter(|line| line.starts_with("  # ")).collect();
    assert_eq!(images, ["  # docker/a/Dockerfile", "  # site/deep/b/Dockerfile"]);
    assert!(propose_for(&root.path().join("nowhere")).is_err());
}

/// Dockerfiles of odd instructions.
fn dockerfile() -> impl Strategy<Value = String> {
    let keyword = "ENV|RUN|CMD|ENTRYPOINT|EXPOSE|VOLUME|USER|WORKDIR|LABEL|ARG|FROM|ONBUILD|COPY|STOPSIGNAL";
    let arguments = "[-a-z=$\\{}:\"'\\\\,/ \\[\\]<é0-9\0\u{85}]{0,20}";
    prop::collection::vec((keyword, arguments), 0..8).prop_map(|lines| {
        lines.iter().map(|(keyword, arguments)| format!("{keyword} {arguments}\n")).collect()
    })
}

/// Metadata of odd values.
fn metadata() -> impl Strategy<Value = String> {
    let key = "cmd|expose|env|labels|volume|from|image_name|image_user|module_path|factfile";
    prop::collection::vec((key, "[-a-z,=0-9/:\\[\\]\"]{0,12}"), 0..5)
        .prop_map(|lines| lines.iter().map(|(key, value)| format!("{key}: {value}\n")).collect())
}

proptest! {
    #[test]
    fn strings_are_written_so_that_they_read_back(
        text in prop_oneof!["\\PC*", ".*", "[-:#, \\[\\]{}'\"&*!|>%@`0-9a-z.~]{0,8}"],
    ) {
        let yaml = format!("[{}, {{k: {}}}]", write::scalar(&text), write::scalar(&text));
        let mut problems = Vec::new();
        let node = crate::yaml::parse(&Arc::new(SourceFile::new("t", yaml.clone())), &mut problems);
        let crate::yaml::Value::List(items) = node.expect(&yaml).value else { panic!("{yaml}") };
        for node in [&items[0], items[1].get("k").unwrap()] {
            prop_assert_eq!(node.describe(), format!("the string `{}`", text.replace('\0', "")));
        }
    }

    #[test]
    fn any_files_give_a_proposal_that_can_be_read(
        body in dockerfile(), metadata in metadata(), junk in "\\PC{0,40}",
    ) {
        let dockerfile = format!("FROM debian:13\nENV FACTER_{junk}\nENV FACTER_r x\n{body}");
        let name = format!("docker/{junk}/Dockerfile");
        proposed(&[(&name, &dockerfile), ("base/Dockerfile", &format!("FROM x\n{body}"))]);
        proposed(&[("metadata.yaml", &metadata), ("metadata/n.yaml", &junk)]);
        let hiera = format!("role/%{{{junk}}}");
        proposed(&[(&format!("hieradata/role/{junk}.yaml"), ""), ("hiera.yaml", &hiera)]);
    }
}
