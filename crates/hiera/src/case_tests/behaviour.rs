//! What the recorded answers do not show.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use values::Value;

use super::surroundings::Scene;
use crate::{DataFiles, Explain, FileKind, Files, Hiera, LookupError, Question, Settings, Strictness};

/// Files in memory, which counts how often one is read.
struct Memory {
    files: HashMap<&'static str, &'static str>,
    reads: Arc<AtomicUsize>,
}

impl Files for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.files
            .get(path)
            .map(|text| text.as_bytes().to_vec())
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        self.files.contains_key(path).then_some(FileKind::File)
    }

    fn list(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

fn files(files: &[(&'static str, &'static str)]) -> (Arc<DataFiles>, Arc<AtomicUsize>) {
    let reads = Arc::default();
    let memory = Memory { files: files.iter().copied().collect(), reads: Arc::clone(&reads) };
    (Arc::new(DataFiles::new(Box::new(memory))), reads)
}

fn hiera(files: &Arc<DataFiles>) -> Hiera {
    let settings = Settings {
        global_configuration: "/h/hiera.yaml".to_owned(),
        environment: "production".to_owned(),
        environment_folder: None,
        environment_data_provider: None,
        code_folder: "/code".to_owned(),
        strictness: Strictness::Error,
    };
    Hiera::new(settings, Arc::clone(files), None)
}

fn scene(role: &str) -> Scene {
    let variables = HashMap::from([("role".to_owned(), Value::from(role))]);
    Scene { variables, modules: PathBuf::from("/none"), warnings: Vec::new() }
}

fn ask(hiera: &Hiera, key: &str, scene: &mut Scene) -> Result<crate::Answer, LookupError> {
    hiera.lookup(&Question { keys: &[key], ..Question::default() }, scene)
}

const CONFIGURATION: &str =
    "version: 5\nhierarchy:\n  - {name: R, path: \"%{role}.yaml\"}\n  - {name: C, path: c.yaml}\n";

#[test]
fn answers_say_where_they_come_from() {
    let (files, reads) = files(&[
        ("/h/hiera.yaml", CONFIGURATION),
        ("/h/data/web.yaml", "a: 1\nb:\n  - x\n"),
        ("/h/data/c.yaml", "# common\nlookup_options:\n  b: {merge: unique}\nb: [y]\n"),
    ]);
    for _ in 0..2 {
        let hiera = hiera(&files);
        let answer = ask(&hiera, "b", &mut scene("web")).unwrap();
        let sources: Vec<String> = answer
            .sources
            .iter()
            .map(|source| format!("{} {} {}", source.layer, source.level, source.place.as_ref().unwrap()))
            .collect();
        assert_eq!(sources, ["Global R /h/data/web.yaml:2", "Global C /h/data/c.yaml:4"]);
        assert_eq!(answer.sources[0].place.as_ref().unwrap().parts.as_ref().unwrap().parts[0].line, 3);
    }
    assert_eq!(reads.load(Ordering::Relaxed), 3, "two compilations read each file once");
}

#[test]
fn levels_follow_the_variables_that_they_are_made_with() {
    let (files, _) = files(&[
        ("/h/hiera.yaml", CONFIGURATION),
        ("/h/data/web.yaml", "a: web\n"),
        ("/h/data/db.yaml", "a: db\n"),
    ]);
    let hiera = hiera(&files);
    for role in ["web", "db", "web"] {
        assert_eq!(ask(&hiera, "a", &mut scene(role)).unwrap().value, Value::from(role));
    }
}

#[test]
fn explanations_are_of_data_or_of_options() {
    let (files, _) = files(&[
        ("/h/hiera.yaml", CONFIGURATION),
        ("/h/data/c.yaml", "lookup_options: {a: {merge: deep}}\na: {b: 1}\n"),
    ]);
    let hiera = hiera(&files);
    let question = Question { keys: &["a"], explain: Explain::Options, ..Question::default() };
    let (_, explanation) = hiera.explain(&question, &mut scene("web"));
    assert!(explanation.text().contains("Found key: \"lookup_options\" value: {"), "{}", explanation.text());
    let question = Question { explain: Explain::Data, ..question };
    let (_, explanation) = hiera.explain(&question, &mut scene("web"));
    assert!(
        explanation.text_with_places().contains("} at /h/data/c.yaml:2\n"),
        "{}",
        explanation.text_with_places()
    );
    let data = explanation.to_value();
    let branches =
        data.as_hash().and_then(|map| map.get(&values::Text("branches"))).and_then(Value::as_array);
    assert!(branches.is_some_and(|branches| branches.len() >= 2), "{data}");
}

#[test]
fn long_chains_of_lookups_end() {
    let chain: String = (0..1500).map(|n| format!("k{n}: \"%{{lookup('k{}')}}\"\n", n + 1)).collect();
    let chain: &'static str = chain.leak();
    let (files, _) = files(&[("/h/hiera.yaml", CONFIGURATION), ("/h/data/c.yaml", chain)]);
    let hiera = hiera(&files);
    assert_eq!(ask(&hiera, "k1200", &mut scene("web")).unwrap().value, Value::from(""));
    let error = ask(&hiera, "k0", &mut scene("web")).unwrap_err().message;
    assert!(error.len() < 100_000 && error.contains("more than 1000 times"), "{}", error.len());
}

#[test]
fn errors_know_the_line_and_a_way_out() {
    let cases = [
        ("version: 5\nheirarchy: []\n", 2, Some("did you mean `hierarchy`")),
        ("version: 5\nhierarchy:\n  - name: A\n    pathes: x\n", 4, Some("did you mean `paths`")),
        ("version: 5\nhierarchy:\n  - name: A\n  - path: x\n", 4, None),
    ];
    for (configuration, line, hint) in cases {
        let (files, _) = files(&[("/h/hiera.yaml", configuration)]);
        let error = ask(&hiera(&files), "a", &mut scene("web")).unwrap_err();
        assert_eq!(error.found_at.as_ref().map(|(_, line)| *line), Some(line), "{error}");
        assert_eq!(diagnostics::Hint::hint(&error).as_deref(), hint, "{error}");
    }
}
