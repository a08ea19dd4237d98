use std::collections::BTreeMap;

use catalog::{Catalog, Value};
use resources::{Log, ModulePath, Recorded, Settings, Surroundings};
use serde_json::json;
use system::{Entry, Memory};

use crate::cases::{all, plan_of};
use crate::survey::Survey;
use crate::{Change, Event, Freedom, LayerRecord, Plan, compare, mark_secrets, redact};

/// The place of every resource in a plan: its layer, and its place in the whole order.
fn places(plan: &Plan) -> BTreeMap<String, (usize, usize)> {
    let layers = plan.layers.iter().enumerate();
    let all = layers.flat_map(|(layer, of)| of.resources().map(move |name| (layer, name.to_owned())));
    all.enumerate().map(|(place, (layer, name))| (name, (layer, place))).collect()
}

#[test]
fn nothing_is_before_what_it_waits_for() {
    for case in all() {
        let relationships = resources::relationships(&case.catalog).unwrap();
        let survey = Survey::new(&case.catalog, &relationships);
        for freedom in [Freedom::PackagesAhead, Freedom::Strict] {
            let plan = plan_of(&case.catalog, freedom);
            let places = places(&plan);
            assert_eq!(places.len(), survey.order.len(), "{}", case.title);
            for position in &survey.order {
                let name = |position: usize| survey.resource(position).reference.to_string();
                for before in survey.before([*position]) {
                    let (before, after) = (name(before), name(*position));
                    assert!(places[&before] < places[&after], "{}: {before} before {after}", case.title);
                }
            }
            // Packages move; the others keep Puppet's order.
            let is_package = |position: &usize| survey.resource(*position).reference.type_name == "Package";
            let stays = |position: &usize| freedom == Freedom::Strict || !is_package(position);
            let order: Vec<usize> = survey.order.iter().copied().filter(stays).collect();
            let place = |position: &usize| places[&survey.resource(*position).reference.to_string()];
            assert!(order.is_sorted_by_key(place), "{}", case.title);
        }
    }
}

#[test]
fn what_bears_on_no_outcome_is_in_no_key() {
    for case in all() {
        let plan = plan_of(&case.catalog, case.freedom);
        assert_eq!(plan.to_json(), plan_of(&case.catalog, case.freedom).to_json(), "{}", case.title);
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
        let mut other = case.catalog.clone();
        for resource in &mut other.resources {
            resource.parameters.reverse();
            resource.tags.push("another".into());
            resource.file = Some("elsewhere.pp".into());
            resource.line = Some(99);
            resource.parameters.push(("loglevel".into(), "debug".into()));
        }
        let digests = |plan: &Plan| plan.layers.iter().map(|layer| layer.digest).collect::<Vec<_>>();
        assert_eq!(digests(&plan), digests(&plan_of(&other, case.freedom)), "{}", case.title);
    }
}

#[test]
fn a_parameter_changes_the_keys_of_its_layer_and_of_those_above() {
    for case in all() {
        let plan = plan_of(&case.catalog, case.freedom);
        let ends = |(number, layer): (usize, &crate::Layer)| {
            let name = |name: Option<&str>| (number, name.unwrap_or_default().to_owned());
            [name(layer.resources().next()), name(layer.resources().last())]
        };
        for (changed, name) in plan.layers.iter().enumerate().flat_map(ends) {
            let mut other = case.catalog.clone();
            let resource = other.resources.iter_mut().find(|it| it.reference.to_string() == name).unwrap();
            resource.parameters.push(("noop".into(), Value::Boolean(false)));
            let now = plan_of(&other, case.freedom);
            assert_eq!(plan.layers.len(), now.layers.len());
            for (number, (before, after)) in plan.layers.iter().zip(&now.layers).enumerate() {
                assert_eq!(
                    before.digest == after.digest,
                    number < changed,
                    "{}: {name}, {number}",
                    case.title
                );
            }
            let changes = compare(&plan, &now);
            let Change::Differs(difference) = &changes[changed].1 else { panic!("{changes:?}") };
            assert_eq!(difference.field, format!("resources[{name}].parameters.noop"));
            assert_eq!(
                (difference.resource.as_deref(), difference.parameter.as_deref()),
                (Some(&*name), Some("noop"))
            );
            assert_eq!((&difference.before, &difference.now), (&None, &Some(json!(false))));
            assert!(changes[changed + 1..].iter().all(|(_, change)| matches!(change, Change::Below(_))));
            assert!(changes[..changed].iter().all(|(_, change)| *change == Change::Same));
        }
    }
}

#[test]
fn a_secret_is_nowhere_in_a_plan_and_yet_in_its_keys() {
    let json = |secret: &str| {
        json!({"resources": [
            {"type": "File", "title": "/a", "parameters": {"content": secret, "mode": "0600"}, "sensitive_parameters": ["content"]},
            {"type": "File", "title": "/b", "parameters": {"content": format!("password={secret}\n")}},
            {"type": "Exec", "title": "/bin/true", "parameters": {"environment": [{"__ptype": "Sensitive", "__pvalue": "A=nested-secret"}]}},
            {"type": "Exec", "title": format!("/bin/set {secret}"), "parameters": {"subscribe": "File[/a]"}},
            {"type": "Class", "title": "main", "parameters": {"password": "of-a-class"}, "sensitive_parameters": ["password"]},
        ], "edges": []})
    };
    let plan = |secret: &str| {
        let mut catalog = Catalog::from_json(&json(secret)).unwrap();
        mark_secrets(&mut catalog, &json(secret));
        plan_of(&catalog, Freedom::PackagesAhead)
    };
    let (one, other) = (plan("correct horse"), plan("battery staple"));
    let text = String::from_utf8(one.to_json()).unwrap() + &format!("{one:?}");
    for secret in ["correct horse", "nested-secret", "of-a-class"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_ne!(one.layers[0].digest, other.layers[0].digest);
    let catalog = Catalog::from_json(&json("correct horse")).unwrap();
    let applied = one.layers[1].catalog(&catalog);
    let elsewhere = |at: usize| applied.resources[at].tags.contains(&crate::ELSEWHERE.to_owned());
    assert_eq!([elsewhere(0), elsewhere(3)], [true, false]);
    assert_eq!(one.layers[1].key.events_in[0].to, redact(&catalog, "Exec[/bin/set correct horse]"));
    let told = format!("{:?}", compare(&one, &other));
    assert!(!told.contains("correct horse") && told.contains("sensitive"), "{told}");
}

#[test]
fn content_from_outside_and_peers_are_in_the_key() {
    let case = |title: &str| all().into_iter().find(|case| case.title == title).unwrap();
    let mut catalog = case("pieces of a file").catalog;
    let before = plan_of(&catalog, Freedom::PackagesAhead);
    let piece = catalog.resources.iter_mut().find(|it| it.reference.type_name == "Concat_fragment").unwrap();
    let content = piece.parameters.iter_mut().find(|(name, _)| name == "content").unwrap();
    content.1 = "another\n".into();
    let changes = compare(&before, &plan_of(&catalog, Freedom::PackagesAhead));
    let Change::Differs(difference) = &changes[1].1 else { panic!("{changes:?}") };
    assert_eq!(difference.resource.as_deref(), Some("Concat_file[/etc/whole.conf]"));
    assert_eq!(difference.field, "resources[Concat_file[/etc/whole.conf]].peers.Concat_fragment[one]");
    let catalog = case("purged folders and content from modules").catalog;
    let plan = plan_of(&catalog, Freedom::PackagesAhead);
    let outside: Vec<&String> = plan
        .layers
        .iter()
        .flat_map(|layer| &layer.key.resources)
        .flat_map(|keyed| keyed.outside.keys())
        .collect();
    assert_eq!(outside, ["puppet:///modules/stdlib/a", "file:///usr/share/b", "https://example.org/b"]);
}

#[test]
fn events_are_due_when_a_layer_below_tells_so() {
    let case = all().into_iter().find(|case| case.title.starts_with("refreshes across")).unwrap();
    let plan = plan_of(&case.catalog, case.freedom);
    let mut records: Vec<LayerRecord> = plan.layers.iter().map(LayerRecord::new).collect();
    let due = |records: &[LayerRecord]| -> Vec<String> {
        plan.layers.iter().flat_map(|layer| layer.due(records)).map(|event| event.to.clone()).collect()
    };
    assert!(due(&records).is_empty());
    records[0].events.insert("Package[a]".into(), Event::Changed);
    assert_eq!(due(&records), ["Exec[/usr/bin/make-b]"]);
    records[1].events.insert("File[/etc/a.conf]".into(), Event::Changed);
    assert_eq!(due(&records), ["Exec[/usr/bin/make-b]", "Service[a]", "Exec[/usr/bin/reload-a]"]);
}

#[test]
fn a_layers_catalog_is_whole_and_marks_what_is_elsewhere() {
    for case in all() {
        for layer in &plan_of(&case.catalog, case.freedom).layers {
            let catalog = layer.catalog(&case.catalog);
            let marked = |tags: &[String]| tags.iter().any(|tag| tag == crate::ELSEWHERE);
            for resource in &catalog.resources {
                let own = layer.resources().any(|name| name == resource.reference.to_string());
                let container = resource.defined
                    || matches!(resource.reference.type_name.as_str(), "Class" | "Stage" | "Anchor");
                assert_eq!(marked(&resource.tags), !own && !container, "{}", resource.reference);
            }
        }
    }
}

/// Files and commands in turn: `files` files before each command.
fn alternating(rounds: usize, files: usize) -> Catalog {
    let mut resources = Vec::new();
    for round in 0..rounds {
        for file in 0..files {
            resources.push(json!({"type": "File", "title": format!("/etc/{round:02}/{file:02}")}));
        }
        resources.push(json!({"type": "Exec", "title": format!("/bin/run {round:02}")}));
    }
    Catalog::from_json(&json!({ "resources": resources, "edges": [] })).unwrap()
}

#[test]
fn layers_are_not_too_many_and_small_rounds_are_not_cut() {
    let sizes = |rounds: usize, files: usize| -> Vec<usize> {
        let plan = plan_of(&alternating(rounds, files), Freedom::PackagesAhead);
        plan.layers.iter().map(|layer| layer.resources().count()).collect()
    };
    assert_eq!(sizes(3, 2), [2, 1, 3, 3]);
    assert_eq!(sizes(2, 20), [20, 1, 20, 1]);
    let many = sizes(40, 1);
    assert_eq!((many.len(), many.iter().sum::<usize>()), (16, 80));
    assert_eq!(many[..15], sizes(20, 1)[..15]);
    assert_eq!(sizes(0, 0), Vec::<usize>::new());
}

#[test]
fn a_path_that_leads_nowhere_or_round_is_told() {
    let read = |json: serde_json::Value| Catalog::from_json(&json).unwrap();
    let file = |title: &str, require: &str| json!({"type": "File", "title": title, "parameters": {"require": require}});
    let lost = read(json!({"resources": [file("/a", "File[/b]")], "edges": []}));
    let error = resources::relationships(&lost).unwrap_err().to_string();
    assert_eq!(error, "Could not find dependency File[/b] for File[/a]");
    let round = read(json!({"resources": [file("/a", "File[/b]"), file("/b", "File[/a]")], "edges": []}));
    let Err(resources::Error::Cycle { paths }) = resources::relationships(&round) else { panic!() };
    assert_eq!(paths, ["(File[/a] => File[/b] => File[/a])"]);
}

/// Applies catalogs one after another and gives the machine.
fn machine(catalogs: &[Catalog]) -> BTreeMap<String, Entry> {
    let mut memory = Memory::new();
    for path in ["/etc", "/etc/conf.d", "/tmp"] {
        memory.put(path, Entry::directory());
    }
    memory.put("/etc/conf.d/stale", Entry::file("stale"));
    memory.put("/etc/hosts", Entry::file("127.0.0.1 localhost\n"));
    let settings = Settings { skip_tags: vec![crate::ELSEWHERE.to_owned()], ..Settings::default() };
    for catalog in catalogs {
        let mut logs: Vec<Log> = Vec::new();
        let (sources, services) = (&ModulePath(Vec::new()), &mut Recorded);
        let surroundings = Surroundings { system: &mut memory, sources, services, observer: &mut logs };
        assert!(resources::apply(catalog, surroundings, &settings).unwrap().success(), "{logs:?}");
    }
    memory.entries().clone()
}

#[test]
fn layer_by_layer_gives_what_the_whole_gives() {
    let file = |title: &str, parameters: serde_json::Value| json!({"type": "File", "title": title, "parameters": parameters});
    let piece = |title: &str, content: &str| {
        let parameters = json!({"target": "/etc/whole", "content": content, "order": title});
        json!({"type": "Concat_fragment", "title": title, "parameters": parameters})
    };
    let all = Catalog::from_json(&json!({"resources": [
        {"type": "Class", "title": "main"},
        file("/etc/conf.d/late", json!({"content": "late", "mode": "0600"})),
        file("/etc/conf.d", json!({"ensure": "directory", "purge": true, "recurse": true})),
        file("/etc/conf.d/own", json!({"ensure": "directory"})),
        file("/etc/conf.d/own/a", json!({"content": "a", "require": "Host[b.example.org]"})),
        piece("01", "one\n"),
        {"type": "Concat_file", "title": "/etc/whole"},
        piece("02", "two\n"),
        {"type": "Host", "title": "b.example.org", "parameters": {"ip": "192.0.2.1"}},
        {"type": "Service", "title": "b", "parameters": {"subscribe": "File[/etc/conf.d/late]", "ensure": "running"}},
    ], "edges": [{"source": "Class[main]", "target": "File[/etc/conf.d]"}]}))
    .unwrap();
    let plan = plan_of(&all, Freedom::PackagesAhead);
    let layers: Vec<Catalog> = plan.layers.iter().map(|layer| layer.catalog(&all)).collect();
    assert_eq!(layers.len(), 3);
    let whole = machine(&[all]);
    let text = |path: &str| String::from_utf8_lossy(&whole[path].content).into_owned();
    assert_eq!(
        ["/etc/whole", "/etc/conf.d/own/a", "/etc/conf.d/late"].map(text),
        ["one\ntwo\n", "a", "late"]
    );
    assert!(!whole.contains_key("/etc/conf.d/stale"));
    assert_eq!(machine(&layers), whole);
}
