//! Modules from a Forge: resolved, locked, installed, updated, and everything that can go wrong on the way.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::forge::{Forge, tar_gz};
use common::{World, told};
use modules::Error;

/// Three modules that depend on each other, in several releases.
fn forge() -> Forge {
    let forge = Forge::new();
    forge
        .publish("a-base", "1.0.0", &[])
        .publish("a-base", "1.5.0", &[])
        .publish("a-base", "2.0.0", &[])
        .publish("a-base", "3.0.0-rc1", &[])
        .publish("a-web", "1.0.0", &["a/base >= 1.0.0 < 2.0.0"])
        .publish("a-web", "2.0.0", &["a/base >= 2.0.0 < 3.0.0"])
        .publish("a-site", "0.1.0", &["a/web >= 1.0.0", "a/base >= 1.0.0"]);
    forge
}

fn world(forge: &Forge, puppetfile: &str) -> World {
    World::new(&format!("forge '{}'\n{puppetfile}", forge.url))
}

#[test]
fn dependencies_come_along_and_the_lock_makes_it_exact() {
    let forge = forge();
    let world = world(&forge, "mod 'a/site'\n");
    assert_eq!(told(&world.install().unwrap()), "installed base site web");
    assert_eq!(world.version("base").as_deref(), Some("2.0.0"));
    let lock = world.lock();
    for line in [
        "version = 1\n",
        "[[modules]]\nname = \"a/base\"\nversion = \"2.0.0\"\nforge = \"/v3/files/a-base-2.0.0.tar.gz\"\nchecksum = \"sha256:",
        "dependencies = [\n    \"a/base >= 1.0.0\",\n    \"a/web >= 1.0.0\",\n]",
    ] {
        assert!(lock.contains(line), "{line}\n{lock}");
    }
    // Nothing to do, and nobody is asked.
    forge.requests();
    assert_eq!(told(&world.install().unwrap()), "present base site web");
    assert_eq!((forge.requests(), world.lock()), (0, lock.clone()));
    // What is published later does not matter, and the cache is enough.
    forge.publish("a-base", "2.1.0", &[]);
    fs::remove_dir_all(world.path("repo/modules")).unwrap();
    world.offline.set(true);
    assert_eq!(told(&world.install().unwrap()), "installed base site web");
    assert_eq!((world.version("base").as_deref(), forge.requests()), (Some("2.0.0"), 0));
    // Without the cache, the archives alone are fetched.
    fs::remove_dir_all(world.path("cache")).unwrap();
    fs::create_dir(world.path("cache")).unwrap();
    fs::remove_dir_all(world.path("repo/modules")).unwrap();
    world.fails(World::install, &["tar.gz` is not in the store, and this run is offline"]);
    world.offline.set(false);
    world.install().unwrap();
    assert!(forge.state().asked.iter().all(|path| path.starts_with("/v3/files/")));
    assert_eq!((world.version("base").as_deref(), world.lock()), (Some("2.0.0"), lock));
}

#[test]
fn an_update_takes_what_it_is_told_and_nothing_else() {
    let forge = forge();
    let world = world(&forge, "mod 'a/base', '1.x'\nmod 'a/web'\n");
    world.install().unwrap();
    assert_eq!(
        (world.version("base").as_deref(), world.version("web").as_deref()),
        (Some("1.5.0"), Some("1.0.0"))
    );
    forge.publish("a-base", "1.6.0", &[]).publish("a-web", "1.1.0", &["a/base >= 1.0.0"]);
    // A new module changes nothing about the others.
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '1.x'\nmod 'a/web'\nmod 'a/site'\n", forge.url));
    assert_eq!(told(&world.install().unwrap()), "installed site; present base web");
    let outdated = world.with(|modules| modules.outdated()).unwrap();
    let rows: Vec<String> = outdated
        .iter()
        .map(|one| format!("{} {} {} {}", one.name, one.locked, one.wanted, one.newest))
        .collect();
    assert_eq!(rows, ["a/base 1.5.0 1.6.0 2.0.0", "a/web 1.0.0 1.1.0 2.0.0"]);
    assert_eq!(told(&world.update(&["web"]).unwrap()), "replaced web; present base site");
    assert_eq!(told(&world.update(&["a-base"]).unwrap()), "replaced base; present site web");
    assert_eq!(told(&world.update(&[]).unwrap()), "present base site web");
    let error = world.update(&["bace"]).unwrap_err();
    assert_eq!(error.to_string(), "there is no module `bace`");
    assert!(matches!(error, Error::Unknown { nearest: Some(near), .. } if near.ends_with("base")));
}

#[test]
fn what_nobody_asks_for_is_removed_and_what_is_not_ours_stays() {
    let forge = forge();
    let world = world(&forge, "mod 'a/site'\nmod 'own', local: true\n");
    world.write("repo/modules/own/manifests/init.pp", "class own {}");
    world.write("repo/modules/other/README", "mine");
    assert_eq!(told(&world.install().unwrap()), "installed base site web; present own");
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '2.0.0'\n", forge.url));
    assert_eq!(told(&world.install().unwrap()), "removed site web; present base");
    assert!(world.path("repo/modules/own").exists() && world.path("repo/modules/other/README").exists());
    assert!(!world.lock().contains("a/web"));
    // A module that is in the way is never replaced, not even by force.
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '2.0.0'\nmod 'b/other'\n", forge.url));
    forge.publish("b-other", "1.0.0", &[]);
    world.fails(World::install, &["modules/other is in the way of the module `other`"]);
    world.fails(|world| world.with(|modules| modules.install(true)), &["is in the way"]);
    world.puppetfile("# nothing any more\n");
    assert_eq!(told(&world.install().unwrap()), "removed base");
    assert!(!world.lock().contains("[[modules]]"));
}

#[test]
fn changes_by_hand_are_kept_safe() {
    let forge = forge();
    let world = world(&forge, "mod 'a/base', '1.0.0'\n");
    world.install().unwrap();
    world.write("repo/modules/base/manifests/init.pp", "class base { include mine }");
    // Where nothing has to be replaced, a word is enough.
    let report = world.install().unwrap();
    assert_eq!(report.changed["base"], "manifests/init.pp");
    assert_eq!(world.warnings(), ["the module `base` was changed since it was installed: manifests/init.pp"]);
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '1.5.0'\n", forge.url));
    world.fails(
        World::install,
        &["base was changed since effigy installed it (manifests/init.pp), and would be replaced"],
    );
    world.puppetfile("");
    world.fails(World::install, &["and would be removed"]);
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '1.5.0'\n", forge.url));
    assert_eq!(told(&world.with(|modules| modules.install(true)).unwrap()), "replaced base");
    assert_eq!(world.version("base").as_deref(), Some("1.5.0"));
}

#[test]
fn the_way_of_r10k_installs_what_is_written() {
    let forge = forge();
    let world = world(&forge, "mod 'a/web', '1.0.0'\nmod 'a/base', '2.0.0'\nmod 'a/site', :latest\n");
    world.fails(World::install, &["no releases suit everyone"]);
    world.write("repo/effigy.yaml", "modules: {dependencies: ignore}\n");
    assert_eq!(told(&world.install().unwrap()), "installed base site web");
    assert_eq!(world.warnings(), ["a/web depends on a/base >= 1.0.0 < 2.0.0, and gets 2.0.0"]);
    world.puppetfile(&format!("forge '{}'\nmod 'a/site'\n", forge.url));
    assert_eq!(told(&world.update(&[]).unwrap()), "removed base web; present site");
    let warnings = world.warnings();
    assert_eq!(warnings[0], "a/site depends on a/base >= 1.0.0, which the Puppetfile does not name");
}

#[test]
fn conflicts_name_who_asks_for_what() {
    let forge = forge();
    forge.publish("a-old", "1.0.0", &["a/base < 1.0.0"]).publish("a-lost", "1.0.0", &["a/gone >= 1.0.0"]);
    for (puppetfile, words) in [
        (
            "mod 'a/base', '2.0.0'\nmod 'a/web', '1.0.0'\n",
            &[
                "Puppetfile:2:1: no releases suit everyone: ",
                "the Puppetfile asks for `a/",
                "`a/web` 1.0.0 asks for `a/base` `>= 1.0.0 < 2.0.0`",
            ][..],
        ),
        (
            "mod 'a/site'\nmod 'a/old'\n",
            &[
                "`a/old` 1.0.0 asks for `a/base` `< 1.0.0`",
                "no release of `a/base` is in that range, the newest is 2.0.0",
            ],
        ),
        (
            "mod 'a/base', '9.x'\n",
            &["the Puppetfile asks for `a/base` `9.x`; no release of `a/base` is in that range"],
        ),
        ("mod 'a/nothing'\n", &["Puppetfile:2:1", "there is no module `a/nothing` on http://127.0.0.1"]),
        (
            "mod 'a/lost'\n",
            &[
                "Puppetfile:2:1",
                "the Puppetfile asks for `a/lost`; `a/lost` 1.0.0 asks for `a/gone`",
                "there is no module `a/gone` on",
            ],
        ),
    ] {
        world(&forge, puppetfile).fails(World::install, words);
    }
    // Two modules of one name.
    forge.publish("b-base", "1.0.0", &[]).publish("c-x", "1.0.0", &["b/base >= 0.0.0", "a/base >= 0.0.0"]);
    world(&forge, "mod 'c/x'\n")
        .fails(World::install, &["`a/base` and `b/base` are both wanted, and both are the folder `base`"]);
    let given = world(&forge, "mod 'c/x'\nmod 'a/base'\n");
    assert_eq!(told(&given.install().unwrap()), "installed base x");
}

#[test]
fn exclusions_metadata_and_older_releases() {
    let forge = forge();
    // The newest release cannot be had, an older one can.
    forge.publish("a-tool", "1.0.0", &["a/base >= 1.0.0"]).publish("a-tool", "2.0.0", &["a/base >= 7.0.0"]);
    let world = world(&forge, "metadata\nexclusion 'a/web'\nmod 'a/site'\n");
    let metadata = r#"{"dependencies": [{"name": "a-tool", "version_requirement": ">= 1.0.0"}]}"#;
    world.write("repo/metadata.json", metadata);
    assert_eq!(told(&world.install().unwrap()), "installed base site tool");
    assert_eq!(world.version("tool").as_deref(), Some("1.0.0"));
    // Nothing has changed for the second run either.
    forge.requests();
    assert_eq!((told(&world.install().unwrap()).as_str(), forge.requests()), ("present base site tool", 0));
    let why = world.with(|modules| modules.request().why("tool")).unwrap();
    assert_eq!((why.len(), why[0].steps[0].name.as_str()), (1, "metadata.json"));
    // A module of the repository's own asks too.
    world.write("repo/site/app/metadata.json", r#"{"dependencies": [{"name": "a/web"}]}"#);
    world.puppetfile(&format!("forge '{}'\nmod 'app', path: 'site/app'\n", forge.url));
    assert_eq!(told(&world.install().unwrap()), "installed web; removed site tool; present app base");
}

#[test]
fn a_module_that_is_there_needs_no_forge() {
    let world = World::new("forge 'http://127.0.0.1:9'\nmod 'app', path: 'site/app'\n");
    world.write(
        "repo/site/app/metadata.json",
        r#"{"dependencies": [{"name": "a/base"}, {"name": "a/kept"}]}"#,
    );
    world.write("repo/modules/base/manifests/init.pp", "class base {}");
    world.write("repo/site/kept/manifests/init.pp", "class kept {}");
    assert_eq!(told(&world.install().unwrap()), "present app");
    assert!(world.lock().is_empty());
}

#[test]
fn list_and_why_tell_how_it_came() {
    let forge = forge();
    let world = world(&forge, "mod 'a/site'\nmod 'a/web', '2.0.0'\n");
    let list = |world: &World| {
        let listed = world.with(|modules| modules.request().list()).unwrap();
        let row = |one: &modules::ListedModule| {
            format!("{} {} {}", one.name, one.version.as_deref().unwrap_or("-"), one.state.word())
        };
        listed.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(list(&world), ["a/site - unlocked", "a/web - unlocked"]);
    world.install().unwrap();
    fs::remove_dir_all(world.path("repo/modules/web")).unwrap();
    world.write("repo/modules/site/new", "");
    assert_eq!(list(&world), ["a/base 2.0.0 installed", "a/site 0.1.0 changed", "a/web 2.0.0 missing"]);
    let paths = world.with(|modules| modules.request().why("a/base")).unwrap();
    let line = |path: &modules::Path| {
        let steps = path.steps.iter().map(|step| format!("{} ({})", step.name, step.asked));
        steps.collect::<Vec<_>>().join(" > ")
    };
    assert_eq!(
        paths.iter().map(line).collect::<Vec<_>>(),
        [
            "Puppetfile () > a/site (>= 0.0.0) > a/base (>= 1.0.0)",
            "Puppetfile () > a/web (2.0.0) > a/base (>= 2.0.0 < 3.0.0)",
        ]
    );
}

#[test]
fn lying_and_failing_mirrors_change_nothing() {
    let forge = forge();
    let world = world(&forge, "mod 'a/base', '1.0.0'\n");
    world.install().unwrap();
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '1.0.0'\nmod 'a/web'\n", forge.url));
    forge.state().spoiled.push("a-web-1".to_owned());
    world.fails(World::install, &["a-web-1.0.0.tar.gz` has SHA-256", "expected"]);
    forge.state().spoiled.clear();
    forge.state().cuts = 1000;
    world.fails(World::install, &["the transfer of", "a-web-1.0.0.tar.gz` broke off"]);
    forge.state().refusals = 1000;
    world.fails(World::install, &["was answered with HTTP status 503"]);
    // What passes is tried again.
    (forge.state().cuts, forge.state().refusals) = (1, 0);
    assert_eq!(told(&world.install().unwrap()), "installed web; present base");
    // Another file under the same version.
    forge.publish_archive("a-web", "1.0.0", tar_gz("a-web-1.0.0", &[("metadata.json", "{}")]));
    world.puppetfile(&format!("forge '{}'\nmod 'a/base', '1.0.0'\nmod 'a/web'\nmod 'a/site'\n", forge.url));
    world.fails(World::install, &["a-web-1.0.0.tar.gz` has SHA-256", "expected"]);
}

#[test]
fn mirrors_that_know_less_will_do() {
    let forge = forge();
    forge.state().pages_only = true;
    forge.state().without_sha256 = true;
    forge.withdraw("a-base", "2.0.0");
    let world = world(&forge, "mod 'a/site'\n");
    assert_eq!(told(&world.install().unwrap()), "installed base site web");
    assert_eq!(world.version("base").as_deref(), Some("1.5.0"));
    assert!(world.lock().contains("checksum = \"sha256:"));
    forge.publish("a-base", "1.7.0", &[]);
    forge.state().spoiled.push("a-base-1.7".to_owned());
    world.fails(|world| world.update(&["base"]), &["a-base-1.7.0.tar.gz` has MD5", "expected"]);
    forge.state().spoiled.clear();
    forge.state().without_md5 = true;
    assert_eq!(told(&world.update(&["base"]).unwrap()), "replaced base; present site web");
}

#[test]
fn evil_archives_install_nothing() {
    let forge = forge();
    forge.publish_archive("a-evil", "1.0.0", b"not an archive".to_vec());
    let world = world(&forge, "mod 'a/base', '1.0.0'\nmod 'a/evil'\n");
    world.fails(World::install, &["the module `a/evil` cannot be unpacked"]);
    assert!(world.lock().is_empty());
    let leftovers = fs::read_dir(world.path("repo/modules")).map_or(0, Iterator::count);
    assert_eq!(leftovers, 0);
}

#[test]
fn where_and_what_of_a_module_is_installed() {
    let forge = forge();
    let world = world(
        &forge,
        "moduledir 'third'\nmod 'a/base', '1.0.0', exclude_spec: true\nmod 'a/web', type: 'forge', version: '1.0.0', install_path: 'fourth'\n",
    );
    world.install().unwrap();
    assert!(world.path("repo/third/base/manifests").exists() && !world.path("repo/third/base/spec").exists());
    assert!(world.path("repo/fourth/web/spec").exists());
    world.puppetfile(&format!("forge '{}'\nmoduledir 'third'\nmod 'a/base', '1.0.0'\n", forge.url));
    // Its own folder is no longer named, so only what lies in folders that are is found.
    assert_eq!(told(&world.install().unwrap()), "replaced base");
    assert!(world.path("repo/third/base/spec").exists());
}

#[test]
fn deprecation_and_the_order_of_addresses() {
    let forge = forge();
    forge.state().deprecated.push("a-base".to_owned());
    let mut world = World::new("forge 'http://127.0.0.1:9'\nmod 'a/base', '1.0.0'\n");
    world.write("repo/effigy.yaml", "modules: {forge: 'http://127.0.0.1:10'}\n");
    world.fails(World::install, &["http://127.0.0.1:10/v3/modules/a-base"]);
    world.forge = Some(forge.url.clone());
    world.install().unwrap();
    assert_eq!(world.warnings(), ["a/base is deprecated: superseded by other-module"]);
    // The lock does not depend on which mirror it was.
    assert!(!world.lock().contains("127.0.0.1"));
}
