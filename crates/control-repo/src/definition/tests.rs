use diagnostics::Style;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::cases;

/// A file that uses every key.
const FULL: &str = include_str!("../../cases/full.yaml");

fn source(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new("effigy.yaml", text))
}

fn parsed(text: &str) -> Definition {
    parse(&source(text)).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(Style::Plain)))
}

/// Everything that is wrong with a text, its hints indented below.
fn problems(text: &str) -> String {
    let diagnostics = parse(&source(text)).map_or_else(|errors| errors, |definition| definition.warnings);
    let show = |diagnostic: &Diagnostic| {
        let hints: String = diagnostic.hints.iter().map(|hint| format!("  hint: {hint}\n")).collect();
        format!("{diagnostic}\n{hints}")
    };
    diagnostics.0.iter().map(show).collect()
}

#[test]
fn every_key_is_read() {
    let definition = parsed(FULL);
    let all_keys = [KEYS.known, base::KEYS.known, settings::KEYS.known, MODULE_KEYS.known].concat();
    for key in all_keys {
        assert!(FULL.contains(&format!("{key}:")), "cases/full.yaml lacks `{key}`");
    }
    let base = definition.base("trixie").unwrap();
    assert_eq!(base.suites, ["trixie", "trixie-updates", "trixie-security"]);
    assert_eq!((base.components.as_slice(), base.recommends), (&["main".to_owned()][..], false));
    assert_eq!(definition.base("old").unwrap().suites, ["bookworm"]);
    assert_eq!(definition.base("edge").unwrap().suites, ["sid"]);
    let web = definition.image("dischord/webserver").unwrap();
    assert_eq!(web.from, From::Base("trixie".to_owned()));
    assert_eq!(web.certname, "dischord.webserver");
    let facts =
        json!({"role": "webserver", "site": {"name": "dischord", "tier": 1, "live": true}, "ratio": 1.5});
    assert_eq!(serde_json::Value::Object(web.facts.clone()), facts);
    assert_eq!(
        web.expose.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["53/udp", "80/tcp", "443/tcp"]
    );
    assert_eq!(web.cmd.as_deref().unwrap(), ["supervisord", "-n"]);
    assert_eq!(web.entrypoint.as_deref().unwrap(), ["/bin/sh", "-c", "exec \"$@\""]);
    let env: Vec<_> = web.env.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(env, ["DEBUG=true", "EMPTY=", "LANG=C.UTF-8", "RELEASE=1.10"]);
    assert_eq!((web.user.as_deref(), web.workdir.as_deref()), (Some("1000:1000"), Some("/srv")));
    assert_eq!((web.stop_signal.as_deref(), web.network), (Some("SIGQUIT"), false));
    assert_eq!(web.engine, Engine::Native);
    assert_eq!((web.compression, definition.layers), (Compression::Zstd, Layers::Strict));
    assert_eq!(definition.modulepath.unwrap(), [Path::new("site"), Path::new("modules")]);
    assert_eq!(definition.deb_modules.as_deref(), Some("trixie"));
    assert_eq!(definition.forge.as_deref(), Some("https://forge.example.org"));
    assert_eq!(definition.dependencies, Dependencies::Ignore);
}

#[test]
fn little_is_needed() {
    for text in ["", "# nothing yet\n", "images:\n", "images: {}\nbases:\n"] {
        assert_eq!(parsed(text), Definition::default(), "{text}");
    }
    let definition = parsed(
        "defaults: {from: debian:13, env: {A: x, B: y}}\nimages:\n  a:\n  b: {env: {B: z}, cmd: []}\n",
    );
    let [a, b] = definition.images.as_slice() else { panic!("two images") };
    assert_eq!((a.name.as_str(), a.network, a.compression), ("a", true, Compression::Gzip));
    assert_eq!(a.engine, Engine::Auto);
    assert_eq!((a.env["B"].as_str(), b.env["A"].as_str(), b.env["B"].as_str()), ("y", "x", "z"));
    assert_eq!((&a.cmd, b.cmd.as_deref()), (&None, Some(&[][..])));
    let merged = parsed("images:\n  a: &a {from: x:1, facts: {role: a}}\n  b: {<<: *a, facts: {role: b}}\n");
    assert_eq!(merged.images[1].from.to_string(), "x:1");
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    cases::check("effigy-yaml.md", &["problems"], |case| vec![problems(&case.blocks[0].1)]);
}

#[test]
fn an_error_is_shown_with_its_line() {
    let diagnostics = parse(&source("images:\n  web:\n    from: x\n    expos: [80]\n")).unwrap_err();
    let expected = "\
error[unknown-key]: unknown key `expos` of an image
 --> effigy.yaml:4:5
  |
4 |     expos: [80]
  |     ^^^^^
  |
  = hint: did you mean `expose`?";
    assert_eq!(diagnostics.render(Style::Plain), expected);
}

#[test]
fn images_are_found_by_name() {
    let definition = parsed("images: {web: {from: x}, mail: {from: x}}\n");
    assert_eq!(definition.image("mail").unwrap().name.as_str(), "mail");
    let invalid = definition.image("wev").unwrap_err();
    assert_eq!(invalid.to_string(), "there is no image `wev` in effigy.yaml");
    assert_eq!(invalid.hint.as_deref(), Some("did you mean `web`?"));
    assert_eq!(definition.image("x").unwrap_err().hint.as_deref(), Some("the images are `web`, `mail`"));
}

#[test]
fn hiera_stands_between_the_image_and_the_defaults() {
    let definition = parsed(
        "defaults: {from: x, user: a, workdir: /a, env: {A: a, B: a, C: a}}\n\
         images: {i: {workdir: /i, env: {C: i}}}\n",
    );
    let value = json!({"user": "h", "workdir": "/h", "expose": [80], "env": {"B": "h", "C": "h"}});
    let hiera = ImageSettings::from_hiera("hiera", &value).unwrap();
    let image = definition.with_hiera(&definition.images[0], &hiera);
    assert_eq!((image.user.as_deref(), image.workdir.as_deref()), (Some("h"), Some("/i")));
    assert_eq!(image.env.values().map(String::as_str).collect::<String>(), "ahi");
    assert_eq!(image.expose[0].number, 80);
    let wrong = json!({"from": "x", "facts": {}, "exposes": [80]});
    let diagnostics = ImageSettings::from_hiera("effigy::image of i", &wrong).unwrap_err();
    assert_eq!(diagnostics.to_string().lines().count(), 3);
    assert!(
        diagnostics.to_string().contains("effigy::image of i:4:3: unknown key `exposes` of an image"),
        "{diagnostics}"
    );
}

/// Cuts, doubles and replaces pieces of the valid file.
fn mutation() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<<: *x"),
        Just("&x"),
        Just("["),
        Just("{"),
        Just("'"),
        Just("\""),
        Just("\n"),
        Just("  "),
        Just("é"),
        Just(": "),
        Just("- "),
        Just("|"),
        Just("!!int "),
        Just("\0"),
        Just("---\n"),
        Just("#"),
        Just("? "),
    ];
    let edit = (0..FULL.len(), 0..12_usize, piece);
    prop::collection::vec(edit, 1..6).prop_map(|edits| {
        let mut text: Vec<char> = FULL.chars().collect();
        for (at, removed, piece) in edits {
            let at = at.min(text.len());
            let end = (at + removed).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(
        text in prop_oneof!["\\PC*", "[-a-c:{}\\[\\]&*<!'\"# \n|>?,]{0,60}", mutation()],
    ) {
        if let Err(diagnostics) = parse(&source(&text)) {
            prop_assert!(diagnostics.has_errors());
            diagnostics.render(Style::Plain);
        }
    }
}
