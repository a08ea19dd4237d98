//! That no function is forgotten, and each is what it says.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use functions::ALL;
use support::Machine;

/// Functions of Puppet that are not here yet: annotations of types, commands run by the
/// compiler, and the functions that Hiera calls to read its files.
const NOT_YET: &[&str] =
    &["annotate", "eyaml_lookup_key", "generate", "hocon_data", "json_data", "yaml_data"];

/// What nothing can be shown of: it only leaves, or fails in words that hold places.
const WITHOUT_EXAMPLE: &[&str] = &["return"];

/// The names of Puppet's own functions, of both kinds.
const PUPPETS: &str = "abs alert all annotate any assert_type binary_file break call camelcase capitalize ceiling chomp \
    chop compare contain convert_to create_resources crit debug defined dig digest downcase each emerg empty epp err \
    eyaml_lookup_key fail file filter find_file find_template flatten floor fqdn_rand generate get getvar group_by hiera \
    hiera_array hiera_hash hiera_include hocon_data import include index info inline_epp inline_template join json_data \
    keys length lest lookup lstrip map match max md5 min module_directory new next notice partition realize reduce regsubst \
    require return reverse_each round rstrip scanf sha1 sha256 shellquote size slice sort split sprintf step strftime strip \
    tag tagged template then tree_each type unique unwrap upcase values versioncmp warning with yaml_data";

#[test]
fn the_list_is_sorted_and_without_doubles() {
    assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
    assert!(
        ALL.iter()
            .all(|function| functions::find(function.name).is_some_and(|found| found.name == function.name))
    );
}

#[test]
fn nothing_of_puppet_is_forgotten() {
    let puppets: BTreeSet<&str> = PUPPETS.split_whitespace().collect();
    let ours: BTreeSet<&str> =
        ALL.iter().map(|function| function.name).chain(NOT_YET.iter().copied()).collect();
    assert_eq!(puppets, ours);
    assert!(ALL.iter().all(|function| !NOT_YET.contains(&function.name)));
}

#[test]
fn every_file_is_listed() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for family in
        fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for file in fs::read_dir(family).unwrap().map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&file).unwrap();
            let Some((_, rest)) = text.split_once(": Function = Function {\n    name: \"") else { continue };
            let (name, _) = rest.split_once('"').unwrap();
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            assert_eq!(stem.trim_end_matches('_'), name, "{}", file.display());
            found.insert(name.to_owned());
        }
    }
    assert_eq!(found, ALL.iter().map(|function| function.name.to_owned()).collect());
}

#[test]
fn every_signature_can_be_read() {
    for function in ALL {
        assert_eq!(function.signatures().all.len(), function.dispatches.len(), "{}", function.name);
        assert!(!function.summary.is_empty() && function.summary.ends_with('.'), "{}", function.name);
    }
}

#[test]
fn every_example_gives_what_it_says() {
    for function in ALL {
        let shown = !function.examples.is_empty() || WITHOUT_EXAMPLE.contains(&function.name);
        assert!(shown, "{} has no example", function.name);
        for example in function.examples {
            let given = Machine::new().run(example.code);
            let expected = match example.gives.strip_prefix("error: ") {
                Some(message) => Err(message.to_owned()),
                None => Ok(Machine::new().run(example.gives).unwrap()),
            };
            assert_eq!(given, expected, "{}", example.code);
        }
    }
}
