//! Images from Dockerfiles that apply Puppet: which Dockerfile is an image and which only a base for
//! others, and what the images inherit.

use std::collections::{HashMap, HashSet};

use super::command;
use super::dockerfile::{self, Instruction};
use super::draft::{Draft, Findings};
use super::interpret::Interpreter;
use super::words::{Variables, pairs};

/// Folders that hold Dockerfiles and do not belong in a name.
const CONTAINER_FOLDERS: &[&str] =
    &["docker", "dockerfiles", "images", "image", "containers", "container", "build"];
/// A Dockerfile, reduced to what its last stage is made of.
struct Recipe<'a> {
    path: &'a str,
    from: Instruction,
    body: Vec<Instruction>,
    /// Build arguments before the first `FROM`.
    arguments: Vec<Instruction>,
    /// Names of stages that are not part of the image, and their lines.
    other_stages: Vec<usize>,
}

/// All images that the repository's Dockerfiles make with Puppet.
pub(super) fn read(files: &[(&str, &str)]) -> Findings {
    let mut findings = Findings { origin: "Dockerfiles", ..Findings::default() };
    let dockerfiles = files.iter().filter(|(path, _)| is_dockerfile(path));
    let recipes: Vec<_> = dockerfiles.filter_map(|(path, text)| recipe(path, text)).collect();
    let uses_puppet = recipes.iter().any(|recipe| recipe.uses_puppet() || recipe.has_onbuild());
    let bases: HashSet<_> =
        recipes.iter().filter(|recipe| is_base(recipe, &recipes)).map(|r| r.path).collect();
    let mut made = HashMap::new();
    for recipe in &recipes {
        if bases.contains(recipe.path) {
            make(recipe, &recipes, &bases, &mut made, &mut findings);
        } else if uses_puppet && (recipe.uses_puppet() || base_of(recipe, &recipes, &bases).is_some()) {
            let draft = make(recipe, &recipes, &bases, &mut made, &mut findings);
            findings.drafts.push(draft);
        } else {
            let line = recipe.from.line;
            findings.note(recipe.path, line, "left out: neither sets facts nor applies Puppet");
        }
    }
    findings.notes.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    findings
}

/// Whether a file is a Dockerfile by its name.
pub(super) fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name == "dockerfile" || name.starts_with("dockerfile.") || name.ends_with(".dockerfile")
}

/// The draft of a recipe, on top of what the repository's own base of it gives.
fn make<'a>(
    recipe: &Recipe<'a>,
    recipes: &[Recipe<'a>],
    bases: &HashSet<&str>,
    made: &mut HashMap<&'a str, Draft>,
    findings: &mut Findings,
) -> Draft {
    if let Some(draft) = made.get(recipe.path) {
        return draft.clone();
    }
    // Stands in for the draft while its base is made, should the two name each other.
    made.insert(recipe.path, Draft::default());
    let base = base_of(recipe, recipes, bases);
    let inherited = base.map(|base| make(base, recipes, bases, made, findings)).unwrap_or_default();
    let mut interpreter = Interpreter::new(recipe.path, inherited, findings);
    recipe.arguments.iter().for_each(|instruction| interpreter.read(instruction));
    match base {
        Some(base) => interpreter.start_from_own_base(&recipe.from, base.path),
        None => interpreter.start_from_elsewhere(&recipe.from),
    }
    for line in &recipe.other_stages {
        interpreter.note(*line, "a stage of its own is not built: install what it makes with Puppet");
    }
    recipe.body.iter().for_each(|instruction| interpreter.read(instruction));
    let mut draft = interpreter.finish();
    draft.source = recipe.path.to_owned();
    draft.name = image_name(recipe.path, &draft);
    made.insert(recipe.path, draft.clone());
    draft
}

fn recipe<'a>(path: &'a str, text: &str) -> Option<Recipe<'a>> {
    let mut instructions = dockerfile::parse(text).into_iter().peekable();
    let mut arguments = Vec::new();
    while let Some(argument) = instructions.next_if(|instruction| instruction.keyword != "FROM") {
        arguments.push(argument);
    }
    let mut stages: Vec<(Instruction, Vec<Instruction>)> = Vec::new();
    for instruction in instructions {
        match stages.last_mut() {
            Some((_, body)) if instruction.keyword != "FROM" => body.push(instruction),
            _ => stages.push((instruction, Vec::new())),
        }
    }
    let (mut from, mut body) = stages.pop()?;
    // A last stage that starts from an earlier one goes on where that ended.
    while let Some(index) = stages.iter().position(|(stage, _)| stage_name(stage) == Some(first_word(&from)))
    {
        let (earlier, mut earlier_body) = stages.remove(index);
        stages.truncate(index);
        earlier_body.append(&mut body);
        (from, body) = (earlier, earlier_body);
    }
    let other_stages = stages.iter().map(|(stage, _)| stage.line).collect();
    Some(Recipe { path, from, body, arguments, other_stages })
}

impl Recipe<'_> {
    fn has_onbuild(&self) -> bool {
        self.body.iter().any(|instruction| instruction.keyword == "ONBUILD")
    }

    /// Whether it sets a fact, applies Puppet itself, or starts from an image that is called Puppet.
    fn uses_puppet(&self) -> bool {
        let own = self.body.iter().any(|instruction| match instruction.keyword.as_str() {
            "ENV" => pairs(&instruction.arguments, &Variables::new())
                .iter()
                .any(|(name, _)| name.starts_with("FACTER_")),
            "RUN" => command::read(&instruction.arguments).applies_puppet,
            _ => false,
        });
        own || self.from.arguments.contains("puppet")
    }
}

/// What only others start from: has hooks for them, or is named by one of them and applies nothing itself.
fn is_base(recipe: &Recipe<'_>, recipes: &[Recipe<'_>]) -> bool {
    let is_named =
        || recipes.iter().any(|other| other.path != recipe.path && is_built_by(&other.from, recipe.path));
    let is_alone_at_the_top = || !recipe.path.contains('/') && recipes.iter().any(Recipe::uses_puppet);
    recipe.has_onbuild() || (!recipe.uses_puppet() && (is_named() || is_alone_at_the_top()))
}

/// The Dockerfile of this repository that makes what a recipe starts from. Its tag is nowhere written
/// down: it is told by its folder's name, else it is the only base there is.
fn base_of<'r, 'a>(
    recipe: &Recipe<'a>,
    recipes: &'r [Recipe<'a>],
    bases: &HashSet<&str>,
) -> Option<&'r Recipe<'a>> {
    let candidates: Vec<_> =
        recipes.iter().filter(|other| bases.contains(other.path) && other.path != recipe.path).collect();
    let named = candidates.iter().find(|base| is_built_by(&recipe.from, base.path));
    // Official images have no namespace, and nobody else's are called so.
    let repository = repository(first_word(&recipe.from));
    let is_own = ["/", "puppet", "base"].into_iter().any(|mark| repository.contains(mark));
    match (named, candidates.as_slice()) {
        (Some(base), _) => Some(base),
        (None, [only]) if is_own && !bases.contains(recipe.path) => Some(only),
        _ => None,
    }
}

/// Whether the last word of what a `FROM` names is the last word of a Dockerfile's place.
fn is_built_by(from: &Instruction, path: &str) -> bool {
    let name = place(path);
    let last = |text: &str| text.rsplit('/').next().map(str::to_owned).unwrap_or_default();
    !name.is_empty() && last(repository(first_word(from))) == last(&name)
}

/// A reference without its tag and digest.
fn repository(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or(reference);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

fn first_word(instruction: &Instruction) -> &str {
    instruction.arguments.split_whitespace().next().unwrap_or_default()
}

/// `FROM x AS name`.
fn stage_name(from: &Instruction) -> Option<&str> {
    let words: Vec<_> = from.arguments.split_whitespace().collect();
    matches!(words.as_slice(), [_, as_word, _] if as_word.eq_ignore_ascii_case("as")).then(|| words[2])
}

/// `docker/dischord/webserver/Dockerfile` is `dischord/webserver`; empty for one at the top.
fn place(path: &str) -> String {
    let mut parts: Vec<_> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    while parts.first().is_some_and(|part| CONTAINER_FOLDERS.contains(&part.to_lowercase().as_str())) {
        parts.remove(0);
    }
    let lower = file.to_lowercase();
    let own = if let Some(suffix) = lower.strip_prefix("dockerfile.") {
        suffix
    } else {
        lower.trim_end_matches("dockerfile").trim_end_matches('.')
    };
    if !own.is_empty() {
        parts.push(own);
    }
    parts.join("/")
}

fn image_name(path: &str, draft: &Draft) -> String {
    let place = place(path);
    if !place.is_empty() {
        return place;
    }
    let fact = ["container", "role"].into_iter().find_map(|name| draft.facts.get(name));
    fact.map_or_else(|| "image".to_owned(), Clone::clone)
}
