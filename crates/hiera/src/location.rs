//! Where the data of a level is, once the expressions in `hiera.yaml` are resolved.

use std::rc::Rc;

use values::Value;

use crate::Hiera;
use crate::config::Locations;
use crate::error::LookupError;
use crate::explain::Step;
use crate::files::join;
use crate::interpolation::{Manner, Unknown};
use crate::invocation::Invocation;
use crate::ruby;
use crate::world::World;

/// A file or URI that a level looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Location {
    pub is_uri: bool,
    /// Resolved.
    pub location: Rc<str>,
    /// As it is written.
    pub original: String,
    pub exists: bool,
}

impl Location {
    pub fn step(&self) -> Step {
        Step::Location {
            is_uri: self.is_uri,
            location: self.location.to_string(),
            original: self.original.clone(),
        }
    }
}

impl Hiera {
    /// Resolves what an entry of version 5 says.
    pub(crate) fn resolve_locations(
        &self,
        locations: &Locations,
        folder: &str,
        is_default: bool,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Vec<Location>, LookupError> {
        match locations {
            Locations::Paths(paths) => self.resolve_paths(paths, folder, None, is_default, invocation, world),
            Locations::Globs(globs) => self.resolve_globs(globs, folder, invocation, world),
            Locations::Uris(uris) => self.resolve_uris(uris, invocation, world),
            Locations::Mapped(triple) => self.resolve_mapped(triple, folder, invocation, world),
        }
    }

    /// Paths behind a folder, with an ending if they have not got it. Of a default, only files that are
    /// there.
    pub(crate) fn resolve_paths(
        &self,
        paths: &[String],
        folder: &str,
        ending: Option<&str>,
        is_default: bool,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Vec<Location>, LookupError> {
        let mut resolved = Vec::with_capacity(paths.len());
        for original in paths {
            let mut path = self.resolve_to_text(original, invocation, Manner::LOCATION, world)?;
            if let Some(ending) = ending.filter(|ending| !path.ends_with(ending)) {
                path.push_str(ending);
            }
            let location = self.file(folder, &path, original);
            if location.exists || !is_default {
                resolved.push(location);
            }
        }
        Ok(resolved)
    }

    fn file(&self, folder: &str, path: &str, original: &str) -> Location {
        let path = join(folder, path);
        let exists = self.files().exists(&path);
        Location { is_uri: false, location: path.into(), original: original.to_owned(), exists }
    }

    fn resolve_globs(
        &self,
        globs: &[String],
        folder: &str,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Vec<Location>, LookupError> {
        let mut resolved = Vec::new();
        for glob in globs {
            let glob = self.resolve_to_text(glob, invocation, Manner::LOCATION, world)?;
            let pattern = join(folder, &glob);
            resolved.extend(self.files().glob(&pattern).into_iter().map(|path| Location {
                is_uri: false,
                location: path.into(),
                original: pattern.clone(),
                exists: true,
            }));
        }
        Ok(resolved)
    }

    fn resolve_uris(
        &self,
        uris: &[String],
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Vec<Location>, LookupError> {
        let mut resolved = Vec::with_capacity(uris.len());
        for original in uris {
            let uri = self.resolve_to_text(original, invocation, Manner::LOCATION, world)?;
            if let Some(bad) = uri.chars().find(|c| !c.is_ascii_graphic() || "<>\"{}|\\^`".contains(*c)) {
                let shown = ruby::inspect_string(&uri);
                let reason = if bad.is_ascii() { "bad URI(is not URI?)" } else { "URI must be ascii only" };
                let shown =
                    if bad.is_ascii() { format!("{reason}: {shown}") } else { format!("{reason} {shown}") };
                return Err(LookupError::argument(shown));
            }
            let original = original.clone();
            resolved.push(Location { is_uri: true, location: uri.into(), original, exists: true });
        }
        Ok(resolved)
    }

    /// One path for each of the things that a variable holds.
    fn resolve_mapped(
        &self,
        [variable, name, template]: &[String; 3],
        folder: &str,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Vec<Location>, LookupError> {
        let things = self.resolve_variable(variable, "mapped_path[0]", invocation, Unknown::Warns, world)?;
        let things: Vec<Value> = match things {
            Value::Undef => return Ok(Vec::new()),
            Value::String(text) if text.is_empty() => return Ok(Vec::new()),
            text @ Value::String(_) => vec![text],
            Value::Array(elements) => elements.into_iter().collect(),
            Value::Hash(entries) => {
                entries.iter().map(|(key, value)| Value::array([key.clone(), value.clone()])).collect()
            }
            other => {
                let class = ruby::class_name(&other);
                let message = format!("undefined method `empty?' for an instance of {class}");
                return Err(LookupError::argument(message));
            }
        };
        let mut resolved = Vec::with_capacity(things.len());
        for thing in things {
            invocation.locals.borrow_mut().push((name.as_str().into(), thing));
            let kept = invocation.remembered.as_ref().map(|remembered| remembered.borrow().len());
            let path = self.resolve_to_text(template, invocation, Manner::LOCATION, world);
            invocation.locals.borrow_mut().pop();
            if let (Some(remembered), Some(kept)) = (&invocation.remembered, kept) {
                // The name is not a variable that could change.
                let mut index = 0;
                remembered.borrow_mut().retain(|one| {
                    index += 1;
                    index <= kept || one.root != name.as_str()
                });
            }
            resolved.push(self.file(folder, &path?, template));
        }
        Ok(resolved)
    }
}
