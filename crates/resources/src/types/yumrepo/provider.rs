//! Finds a repository's section among yum's files, changes it, and removes files that have no section left.

use catalog::Value;
use system::Kind;

use super::file::{RepositoryFile, Section};
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::types::records::{save, wanted};

const YUM_CONF: &str = "/etc/yum.conf";
const FOLDERS: [&str; 2] = ["/etc/yum.repos.d", "/etc/yum/repos.d"];
const MODE: u32 = 0o644;

/// Applies one.
#[derive(Default)]
pub(super) struct Repository {
    changes: Vec<(&'static str, Option<String>)>,
    changed: bool,
}

fn read(path: &str, context: &Context<'_>) -> Result<Option<RepositoryFile>, Failure> {
    if context.system.metadata(path, true).map(|found| found.kind).ok() != Some(Kind::File) {
        return Ok(None);
    }
    let bytes = context.system.read(path).unwrap_or_default();
    RepositoryFile::parse(&String::from_utf8_lossy(&bytes)).map(Some)
}

/// Folders of files, those that are there.
fn folders(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let mut settings = read(YUM_CONF, context)?;
    let main = settings.as_mut().and_then(|file| file.section("main"));
    let said = main.and_then(|main| main.get("reposdir").map(str::to_owned));
    let mut folders: Vec<String> = match said {
        Some(said) => {
            said.split([' ', '\t', '\n', ',']).filter(|it| !it.is_empty()).map(str::to_owned).collect()
        }
        None => FOLDERS.map(str::to_owned).to_vec(),
    };
    folders.retain(|folder| context.system.exists(folder));
    Ok(folders)
}

/// Every file with its path, in the order in which they are read.
fn files(context: &Context<'_>) -> Result<Vec<(String, RepositoryFile)>, Failure> {
    let mut paths = vec![YUM_CONF.to_owned()];
    for folder in folders(context)? {
        let names = context.system.list(&folder).unwrap_or_default();
        let named = names.into_iter().filter(|name| name.ends_with(".repo") && !name.starts_with('.'));
        paths.extend(named.map(|name| system::join(&folder, &name)));
    }
    let mut files = Vec::new();
    for path in paths {
        if let Some(file) = read(&path, context)? {
            files.push((path, file));
        }
    }
    Ok(files)
}

/// The file that a repository belongs in.
fn place(resource: &Resource, context: &Context<'_>) -> Result<String, Failure> {
    let folders = folders(context)?;
    let Some(last) = folders.last() else { return Ok(YUM_CONF.to_owned()) };
    let Some(target) = said_target(resource) else {
        return Ok(system::join(last, &format!("{}.repo", resource.name())));
    };
    let ending = if target.ends_with(".repo") { "" } else { ".repo" };
    if target.contains('/') && folders.iter().any(|folder| folder == system::parent(&target)) {
        return Ok(format!("{target}{ending}"));
    }
    Ok(system::join(last, &format!("{}{ending}", system::base_name(&target))))
}

fn said_target(resource: &Resource) -> Option<String> {
    resource.should("target").filter(|target| !target.is("absent")).map(Value::ruby_text)
}

/// A property's name in the file.
fn key(property: &str) -> &str {
    if property == "descr" { "name" } else { property }
}

impl Repository {
    fn store(
        files: Vec<(String, RepositoryFile)>,
        resource: &Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        for (path, file) in files {
            if file.is_empty() {
                if context.system.metadata(&path, false).is_ok() {
                    let done = context.system.remove_file(&path);
                    done.map_err(|error| Failure::kernel(&error, &format!("apply2files - {path}")))?;
                }
                continue;
            }
            let text = file.text();
            if context.system.read(&path).ok().as_deref() != Some(text.as_bytes()) {
                save(&path, &text, MODE, resource, context)?;
            }
            if context.system.metadata(&path, true).is_ok_and(|found| found.mode & 0o777 != MODE) {
                let done = context.system.set_mode(&path, MODE);
                done.map_err(|error| Failure::kernel(&error, &format!("apply2files - {path}")))?;
            }
        }
        Ok(())
    }
}

impl Provider for Repository {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let properties = resource.properties().into_iter();
        let mut state: State = properties.map(|property| (property, Value::absent())).collect();
        state.insert("ensure", Value::absent());
        let wanted_place = place(resource, context)?;
        for (path, mut file) in files(context)? {
            let Some(section) = file.section(resource.name()).filter(|section| section.name != "main") else {
                continue;
            };
            if said_target(resource).is_none() || path == wanted_place {
                for property in resource.properties() {
                    let value = section.get(key(property)).map_or_else(Value::absent, Value::text);
                    state.insert(property, value);
                }
                state.insert("ensure", Value::symbol("present"));
            }
            break;
        }
        Ok(state)
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.changed = true;
        let properties = if property == "ensure" { resource.properties() } else { vec![property] };
        for property in properties.into_iter().filter(|property| *property != "ensure") {
            let value = wanted(property, resource).filter(|value| !value.is("absent"));
            self.changes.push((property, value.as_ref().map(Value::ruby_text)));
        }
        Ok(())
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        if !self.changed {
            return Ok(());
        }
        let mut files = files(context)?;
        let name = resource.name().to_owned();
        let found = files.iter_mut().position(|(_, file)| file.section(&name).is_some());
        if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) {
            found.and_then(|at| files[at].1.remove(&name));
            return Self::store(files, resource, context);
        }
        let place = match found {
            Some(at) if said_target(resource).is_none() => files[at].0.clone(),
            _ => place(resource, context)?,
        };
        let mut section = Section::new(&name);
        if let Some(at) = found.filter(|at| files[*at].0 != place) {
            section = files[at].1.remove(&name).unwrap_or(section);
        }
        if !files.iter().any(|(path, _)| *path == place) {
            files.push((place.clone(), RepositoryFile::default()));
        }
        for (_, file) in files.iter_mut().filter(|(path, _)| *path == place) {
            if file.section(&name).is_none() {
                file.add(section.clone());
            }
            if let Some(section) = file.section(&name) {
                for (property, value) in self.changes.drain(..) {
                    section.set(key(property), value);
                }
            }
        }
        Self::store(files, resource, context)
    }
}
