//! Puppetfiles as people write them, every way to get one wrong, and noise.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostics, SourceFile};
use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<Puppetfile, Diagnostics> {
    Puppetfile::parse(&Arc::new(SourceFile::new("Puppetfile", text)))
}

/// The source of the only module of a text.
fn source(text: &str) -> Source {
    let puppetfile = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let [module] = <[Module; 1]>::try_from(puppetfile.modules).expect("one module");
    module.source
}

fn forge(version: ForgeVersion) -> Source {
    Source::Forge { version }
}

fn required(version: &str) -> Source {
    forge(ForgeVersion::Requirement(version.parse().unwrap()))
}

fn git(url: &str, reference: GitReference) -> Source {
    Source::Git(GitSource { url: url.to_owned(), reference, default_branch: None, folder: None })
}

#[test]
fn each_kind_of_source_in_each_spelling() {
    let any = |text: &str| GitReference::Any(text.to_owned());
    let svn = |revision: Option<&str>| Source::Svn {
        url: "https://svn.example.org/x/trunk".to_owned(),
        revision: revision.map(str::to_owned),
    };
    let cases = [
        ("mod 'puppetlabs/stdlib'", forge(ForgeVersion::Any)),
        ("mod \"puppetlabs-stdlib\"", forge(ForgeVersion::Any)),
        ("mod 'puppetlabs/stdlib', nil", forge(ForgeVersion::Any)),
        ("mod 'puppetlabs/stdlib', :latest", forge(ForgeVersion::Latest)),
        ("mod 'camptocamp-postfix','1.5.0'", required("1.5.0")),
        ("mod('a/b', '>= 1.0 < 2')", required(">= 1.0 < 2")),
        ("mod 'a/b', '>= 1.0', '< 2'", required(">= 1.0 < 2")),
        ("mod ('a/b')", forge(ForgeVersion::Any)),
        ("mod(\n  'a/b',\n  '1.0',\n)", required("1.0")),
        ("mod 'a/b', type: 'forge', version: '6.0.0'", required("6.0.0")),
        ("mod 'a/b', local: false", forge(ForgeVersion::Any)),
        ("mod 'a-b', :deb => 'puppet-module-a-b'", Source::Deb("puppet-module-a-b".to_owned())),
        ("mod 'b', path: 'site/b'", Source::Path(PathBuf::from("site/b"))),
        ("mod 'b', {:path => './site/b'}", Source::Path(PathBuf::from("./site/b"))),
        ("mod 'b', 'path': \"site/b\"", Source::Path(PathBuf::from("site/b"))),
        ("mod 'b', :local => true", Source::Local),
        ("mod 'b', type: :local", Source::Local),
        (
            "mod 'b', git: 'git@git.example.org:b.git'",
            git("git@git.example.org:b.git", GitReference::Default),
        ),
        ("mod 'b',\n  :git => 'u',\n  :ref => 'main'", git("u", any("main"))),
        ("mod 'b', type: 'git', source: 'u', version: '2098a17'", git("u", any("2098a17"))),
        ("mod 'b', git: 'u', tag: 'v1'", git("u", GitReference::Tag("v1".to_owned()))),
        ("mod 'b', git: 'u', commit: '834010'", git("u", GitReference::Commit("834010".to_owned()))),
        ("mod 'b', git: 'u', branch: 'docs'", git("u", GitReference::Branch("docs".to_owned()))),
        ("mod 'b', git: 'u', branch: :control_branch", git("u", GitReference::ControlBranch)),
        ("mod 'b', svn: 'https://svn.example.org/x/trunk', username: 'u', password: 'p'", svn(None)),
        ("mod 'b', svn: 'https://svn.example.org/x/trunk', :rev => '154'", svn(Some("154"))),
        (
            "mod 'b', type: 'tarball', source: 'https://example.org/b.tar.gz', version: \
             'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
            Source::Tarball {
                url: "https://example.org/b.tar.gz".to_owned(),
                sha256: Some(sha256::Digest::of("")),
            },
        ),
        (
            "mod 'b', '1.2', github_tarball: 'o/b'",
            Source::GithubTarball { repository: "o/b".to_owned(), version: Some("1.2".to_owned()) },
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(source(text), expected, "{text}");
    }
}

#[test]
fn a_git_module_in_full() {
    let text = "mod 'apache',\n  :git => 'u', # the fork\n\n  :branch => 'x',\n  default_branch: 'main',\n  \
                path: 'modules/apache', exclude_spec: true, install_path: 'external'";
    let module = parse(text).unwrap().modules.remove(0);
    let expected = GitSource {
        url: "u".to_owned(),
        reference: GitReference::Branch("x".to_owned()),
        default_branch: Some("main".to_owned()),
        folder: Some(PathBuf::from("modules/apache")),
    };
    assert_eq!(module.source, Source::Git(expected));
    assert_eq!(module.install_path.as_deref(), Some(Path::new("external")));
    assert_eq!(module.span.range(), 0..text.len());
}

const OPERATOR: &str = r#"#!/usr/bin/env ruby
#^syntax detection
forge "https://forge.example.org"   # not used by r10k
moduledir 'thirdparty'; metadata

# use dependencies defined in metadata.json
mod 'puppetlabs/stdlib'
mod 'puppetlabs-concat', '>= 9.0.0 < 10.0.0'
mod "camptocamp/postfix", "1.5.0"

mod 'nginx',
  :git => 'https://git.example.org/puppet-nginx.git',
  :ref => 'v6.0.1'

mod 'supervisord', path: \
  'site/supervisord'
exclusion 'puppetlabs/translate'
"#;

#[test]
fn a_whole_file_as_an_operator_has_it() {
    let puppetfile = parse(OPERATOR).unwrap();
    assert_eq!(puppetfile.forge.as_deref(), Some("https://forge.example.org"));
    assert_eq!(puppetfile.moduledir, Path::new("thirdparty"));
    assert!(puppetfile.metadata);
    assert_eq!(puppetfile.exclusions, ["puppetlabs/translate".parse().unwrap()]);
    let names: Vec<_> = puppetfile.modules.iter().map(|module| module.name.to_string()).collect();
    assert_eq!(
        names,
        ["puppetlabs/stdlib", "puppetlabs/concat", "camptocamp/postfix", "nginx", "supervisord"]
    );
    let windows = parse(&format!("\u{feff}{}", OPERATOR.replace('\n', "\r\n"))).unwrap();
    assert_eq!(windows.modules.len(), 5);
}

#[test]
fn the_example_can_be_installed() {
    let puppetfile = parse(include_str!("../../../../examples/dischord/Puppetfile")).unwrap();
    assert_eq!(puppetfile.check_installable(), Ok(()));
    let stdlib = &puppetfile.modules[0];
    assert_eq!(stdlib.source, Source::Deb("puppet-module-puppetlabs-stdlib".to_owned()));
}

#[test]
fn an_empty_file_wants_nothing() {
    for text in ["", "\n\n", "# nothing", ";"] {
        let puppetfile = parse(text).unwrap();
        assert_eq!((puppetfile.modules.len(), puppetfile.moduledir.to_str()), (0, Some("modules")), "{text}");
    }
}

#[test]
fn strings_escape_as_in_ruby() {
    let cases = [
        (r"'it\'s'", "it's"),
        (r"'a\\b\n'", r"a\b\n"),
        (r#""a\"b\\\n\t\#{x} # #x""#, "a\"b\\\n\t#{x} # #x"),
        ("'#{not code}'", "#{not code}"),
        ("'é # no comment; none'", "é # no comment; none"),
    ];
    for (literal, expected) in cases {
        let text = format!("moduledir {literal}");
        assert_eq!(parse(&text).unwrap().moduledir, Path::new(expected), "{literal}");
    }
}

#[test]
fn each_error_says_where() {
    let cases = [
        ("mod 'a/b", "1:5: a string has no end on its line"),
        ("mod 'a/b\nmod 'c/d'", "1:5: a string has no end on its line"),
        ("mod 'a/b', git: \"#{base}/x\"", "1:17: a string contains code, `#{...}`"),
        ("mod 'a/b', \"\\u00e9\"", "1:12: `\\u` in a string is not known"),
        ("mod 'a/b', ['1']", "1:12: `[` has no place in a Puppetfile"),
        ("mod 'a/b', ::latest", "1:12: `:` has no place in a Puppetfile"),
        ("mod 'a/b', version", "1:12: `version` is code, expected a value"),
        ("mod 'a/b' '1'", "1:11: expected `,` or the end of the line, found `'1'`"),
        ("mod 'a/b' if true", "1:11: expected `,` or the end of the line, found `if`"),
        ("mod('a/b'", "1:10: expected `,` or `)`, found the end of the file"),
        (
            "mod 'a/b',",
            "1:11: expected a string, a symbol, `true`, `false` or an option, found the end of the file",
        ),
        (
            "mod 'a/b',\n\nmod 'c/d'",
            "3:1: expected a string, a symbol, `true`, `false` or an option, found `mod`",
        ),
        (
            "mod 'a/b', git:",
            "1:16: expected a string, a symbol, `true`, `false` or an option, found the end of the file",
        ),
        ("mod 'a/b', {'1'}", "1:13: expected an option or `}`, found `'1'`"),
        ("mod 'a/b', {git: 'u' ref: 'x'}", "1:22: expected `,` or `}`, found `ref:`"),
        ("'a/b'", "1:1: expected `mod`, `forge` or `moduledir`, found `'a/b'`"),
        ("mod 'a/b', git: 'u', 'x'", "1:22: the value `'x'` stands after options"),
        ("mod 'a/b', 'git' => 'u'", "1:12: the option `'git'` is a string"),
        ("modul 'a/b'", "1:1: `modul` is not a statement of a Puppetfile"),
        ("base = 'x'", "1:1: `base` is not a statement of a Puppetfile"),
        ("require 'yaml'", "1:1: `require` is not a statement of a Puppetfile"),
        ("forge 'a', 'b'", "1:1: `forge` takes one string"),
        ("moduledir", "1:1: `moduledir` takes one string"),
        ("metadata 'x'", "1:1: `metadata` takes nothing"),
        ("forge 'a'\nforge 'b'", "2:1: `forge` is given twice"),
        ("mod", "1:1: `mod` begins with the module's name as a string"),
        ("mod :stdlib", "1:1: `mod` begins with the module's name as a string"),
        ("mod 'a/b/c'", "1:5: `a/b/c` is not a module name"),
        ("mod '../../etc', path: 'x'", "1:5: `../../etc` is not a module name"),
        ("mod 'a/b'\n mod 'c-b'", "2:2: the module `b` is named twice"),
        ("mod 'a/b', '>= 1', :latest", "1:20: `:latest` is one value too many"),
        ("mod 'a/b', 'newest'", "1:12: `'newest'` is not a version"),
        ("mod 'a/b', '>= 1', '< y'", "1:12: `'>= 1 < y'` is not a version"),
        ("mod 'b', github_tarball: 'x'", "1:26: `github_tarball` is `'x'`, expected `owner/repository`"),
        (
            "mod 'b', type: 'tarball', source: 'u', version: '1.0'",
            "1:49: `version` is `'1.0'`, expected the archive's SHA-256, 64 hexadecimal digits",
        ),
        ("mod 'b', git: 'u', :git => 'v'", "1:20: the option `git` is given twice"),
        ("mod 'b', gti: 'u'", "1:5: `b` names no owner, and the Forge has modules of owners only"),
        ("mod 'a/b', gti: 'u'", "1:12: the option `gti` is not known"),
        ("mod 'b', path: 'x', tag: 'v1'", "1:21: the option `tag` means nothing for a folder"),
        ("mod 'b', git: true", "1:15: `git` is `true`, expected a string that is not empty"),
        ("mod 'b', path: ''", "1:16: `path` is `''`, expected a string that is not empty"),
        ("mod 'b', local: 'yes'", "1:17: `local` is `'yes'`, expected `true` or `false`"),
        (
            "mod 'b', type: 'hg'",
            "1:16: `type` is `'hg'`, expected 'forge', 'git', 'svn', 'tarball' or 'local'",
        ),
        ("mod 'b', git: 'u', deb: 'd'", "1:20: `git` and `deb` name two sources"),
        ("mod 'b', type: 'git'", "1:10: `source` does not say where the module comes from"),
        ("mod 'b', path: nil", "1:10: `path` does not say where the module comes from"),
        ("mod 'b', git: 'u', tag: 'v1', branch: 'x'", "1:31: `tag` and `branch` exclude each other"),
        ("mod 'a/b', :newest", "1:12: `:newest` is not a version"),
        ("mod 'a/b', 1.5", "1:12: `1.5` is not a version"),
        ("mod 'a/b', '1', version: '2'", "1:17: the version is given twice"),
        (
            "mod 'a/b', '1', git: 'u'",
            "1:12: a version by position is for the Forge, not for a git repository",
        ),
        ("mod 'b', deb: 'Puppet_Module'", "1:15: `Puppet_Module` is not the name of a Debian package"),
    ];
    for (text, expected) in cases {
        let errors = parse(text).expect_err(text);
        assert_eq!(errors.0[0].to_string(), format!("Puppetfile:{expected}"), "{text}");
        let without_hint = expected.contains(", expected ") && errors.0[0].code == Some("puppetfile-invalid");
        let unlike_any = expected.contains("option `gti`");
        assert!(without_hint || unlike_any || !errors.0[0].hints.is_empty(), "{text}");
    }
}

#[test]
fn all_errors_of_a_file_are_told_at_once() {
    let text = "mod 'a/b', '1' +\n  '2'\nmoduldir 'x'\nmod 'c/d', gitt: 'u'\nmod 'e/f', deb: 'ok-package'\n";
    let errors = parse(text).expect_err("three are wrong");
    assert_eq!(
        errors.to_string(),
        "Puppetfile:1:16: `+` has no place in a Puppetfile\n\
         Puppetfile:3:1: `moduldir` is not a statement of a Puppetfile\n\
         Puppetfile:4:12: the option `gitt` is not known"
    );
    let hints: Vec<_> = errors.0.iter().skip(1).flat_map(|error| error.hints.clone()).collect();
    assert_eq!(hints, ["did you mean `moduledir`?", "did you mean `git`?"]);
}

#[test]
fn subversion_is_refused_with_its_line() {
    let text = "mod 'a/b', deb: 'puppet-module-b'\nmod 'c/d', '1.0'\nmod 'f',\n  svn: 'u'\nmod 'g', git: 'u'";
    let refused = parse(text).unwrap().check_installable().expect_err("one is");
    assert_eq!(
        refused.to_string(),
        "Puppetfile:3:1: the module `f` comes from a Subversion repository, which effigy does not install from"
    );
    assert_eq!(parse("mod 'e', local: true").unwrap().check_installable(), Ok(()));
}

/// Pieces that Puppetfiles are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "mod",
        "forge",
        "moduledir",
        "metadata",
        "exclusion",
        "'a/b'",
        "\"c\"",
        "'",
        "\"",
        "\\",
        "#{",
        "#",
        ":git",
        "=>",
        "git:",
        "path:",
        ":latest",
        "true",
        "nil",
        "1.0",
        ",",
        "(",
        ")",
        "{",
        "}",
        "\n",
        ";",
        " ",
        "é",
        "type:",
        "'git'",
        "source:",
        "version:",
        "local:",
        "::",
        "\r",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn noise_never_panics_and_errors_lie_in_the_text(text in prop_oneof![any::<String>(), pieces()]) {
        if let Err(errors) = parse(&text) {
            prop_assert!(!errors.0.is_empty());
            for error in &errors.0 {
                let place = error.place.as_ref().expect("a place");
                prop_assert!(place.span.end as usize <= text.len());
                prop_assert!(!error.render(diagnostics::Style::Plain).is_empty());
            }
        }
    }
}

#[test]
fn the_hint_about_escapes_reads_well() {
    let errors = parse("moduledir \"\\x41\"").expect_err("no such escape");
    let expected = r#"known are `\\`, `\'`, `\"`, `\#`, `\n`, `\t` and `\s`; or use single quotes"#;
    assert_eq!(errors.0[0].hints, [expected]);
}
