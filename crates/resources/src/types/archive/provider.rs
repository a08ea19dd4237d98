//! Whether the archive is there and unpacked; copies, checks, unpacks and removes it.

use catalog::Value;
use system::Kind;

use super::extract;
use crate::digest::checksum;
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::types::exec;
use crate::types::file::source_content;

/// Applies one.
#[derive(Default)]
pub(super) struct Archive {
    /// The checksum of what was found in the archive's place.
    found: Option<String>,
}

fn is_extracted(resource: &Resource, context: &Context<'_>) -> bool {
    resource.text("creates").is_some_and(|path| context.system.exists(path))
}

/// Hexadecimal digits alone.
fn sum(bytes: &[u8], resource: &Resource) -> String {
    let kind = match resource.text("checksum_type") {
        Some("sha2") => "sha256",
        kind => kind.unwrap_or_default(),
    };
    let made = checksum(kind, bytes).unwrap_or_default();
    made.split_once('}').map(|(_, digits)| digits.to_owned()).unwrap_or_default()
}

fn is_checked(resource: &Resource) -> bool {
    resource.text("checksum_type").is_some_and(|kind| kind != "none")
}

fn wanted_sum(resource: &Resource) -> String {
    resource.should("checksum").map(Value::ruby_text).unwrap_or_default()
}

fn remove(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let path = resource.name();
    if context.system.metadata(path, false).is_err() {
        return Ok(());
    }
    let done = context.system.remove_file(path);
    done.map_err(|error| Failure::kernel(&error, &format!("apply2files - {path}")))
}

fn clean_up(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    if resource.truth("cleanup") && resource.truth("extract") { remove(resource, context) } else { Ok(()) }
}

/// Content and mode of what is to be the archive.
fn fetch(resource: &Resource, context: &Context<'_>) -> Result<(Vec<u8>, u32), Failure> {
    let source = resource.text("source");
    let source =
        source.ok_or_else(|| Failure::new("Unable to fetch archive, the source parameter is nil."))?;
    if source.starts_with("puppet") {
        let content = source_content(source, context)?;
        let content = content.ok_or_else(|| Failure::surprise(format!("`{source}` is not there")))?;
        return Ok((content, 0o644));
    }
    let path = match source.strip_prefix("file:") {
        Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
        None if context.system.exists(source) => source,
        None => return Err(Failure::new(format!("Source file: {source} does not exists."))),
    };
    let refused = |error| Failure::kernel(&error, &format!("rb_sysopen - {path}"));
    let found = context.system.metadata(path, true).map_err(refused)?;
    let content = context.system.read(path).map_err(refused)?;
    Ok((content, found.mode & 0o777 & !0o022))
}

fn transfer(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    if resource.text("temp_dir").is_some_and(|folder| !context.system.is_directory(folder)) {
        // The module stumbles over the file that it did not make before it can tell why.
        return Err(Failure::surprise("no implicit conversion of nil into String"));
    }
    let (content, mode) = fetch(resource, context)?;
    if resource.truth("checksum_verify") && is_checked(resource) {
        let (wanted, actual) = (wanted_sum(resource), sum(&content, resource));
        if wanted != actual {
            remove(resource, context)?;
            let detail = format!("(expected: {wanted} actual: {actual})");
            return Err(Failure::new(format!("Download file checksum mismatch {detail}")));
        }
    }
    let path = resource.name();
    let refused = |error, path: &str| Failure::kernel(&error, &format!("rb_sysopen - {path}"));
    let mut missing: Vec<&str> =
        crate::paths::above(path).take_while(|above| !context.system.exists(above)).collect();
    while let Some(folder) = missing.pop() {
        context.system.create_directory(folder, 0o755).map_err(|error| refused(error, folder))?;
    }
    let new = system::join(system::parent(path), &format!(".{}.effigy-new", system::base_name(path)));
    context.system.write(&new, &content, mode).map_err(|error| refused(error, &new))?;
    context.system.rename(&new, path).map_err(|error| refused(error, path))
}

fn unpack(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    if !resource.truth("extract") {
        return Ok(());
    }
    let Some(folder) = resource.text("extract_path").map(str::to_owned) else {
        return Err(Failure::surprise("missing archive extract_path"));
    };
    if context.system.metadata(&folder, true).map(|found| found.kind).ok() != Some(Kind::Directory) {
        return Err(Failure::surprise(format!("No such file or directory @ dir_chdir0 - {folder}")));
    }
    let line = extract::command(resource)?;
    let credentials = exec::credentials(resource, context)
        .map_err(|()| Failure::surprise("there is no such user or group"))?;
    if credentials.is_some() {
        let done = context.system.set_mode(resource.name(), 0o644);
        done.map_err(|error| Failure::kernel(&error, &format!("apply2files - {}", resource.name())))?;
    }
    let mut command = exec::for_puppet(exec::words(&Value::text(line.as_str())));
    command.directory = Some(folder);
    command.credentials = credentials;
    let run = context.system.run(&command);
    let output = run.map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))?;
    if output.success() {
        return Ok(());
    }
    let code = output.code().map(|code| code.to_string()).unwrap_or_default();
    Err(Failure::new(format!("Execution of '{line}' returned {code}: {}", output.text())))
}

impl Archive {
    fn is_right(&mut self, resource: &Resource, context: &Context<'_>) -> bool {
        let Ok(content) = context.system.read(resource.name()) else { return false };
        if !is_checked(resource) {
            return true;
        }
        let actual = sum(&content, resource);
        let right = actual == wanted_sum(resource);
        self.found = Some(actual);
        right
    }

    fn create(&mut self, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let fetched = if self.is_right(resource, context) { Ok(()) } else { transfer(resource, context) };
        let done = fetched.and_then(|()| unpack(resource, context));
        clean_up(resource, context)?;
        done
    }
}

impl Provider for Archive {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let extracted = is_extracted(resource, context);
        let there = if extracted && !context.system.exists(resource.name()) {
            clean_up(resource, context)?;
            true
        } else {
            self.is_right(resource, context)
        };
        if !there {
            return Ok(State::from([("ensure", Value::absent()), ("creates", Value::absent())]));
        }
        let creates = if resource.truth("extract") && !extracted {
            Value::text("archive not extracted")
        } else {
            resource.should("creates").cloned().unwrap_or_default()
        };
        Ok(State::from([("ensure", Value::symbol("present")), ("creates", creates)]))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if property == "creates" {
            return unpack(resource, context);
        }
        if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) {
            return remove(resource, context)
                .map_err(|it| it.while_setting("absent", "ensure", &resource.located()));
        }
        self.create(resource, context)
            .map_err(|it| it.while_setting("present", "ensure", &resource.located()))
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let (was, wanted) =
            (self.is_text(property, is, resource, context), self.should_text(property, resource, context));
        let path = resource.name();
        if property != "ensure" || !(is.is("absent") || resource.text("ensure") == Some("absent")) {
            return display::change(property, is, resource.should(property), &was, &wanted);
        }
        if !is.is("absent") {
            return format!("remove archive: {path} ");
        }
        if self.found.is_some() {
            return format!("replace archive: {path} from {was} to {wanted}");
        }
        let text = |name: &str| resource.text(name).unwrap_or_default();
        let extract = match resource.truth("extract") {
            true => format!("and extracted in {}", text("extract_path")),
            false => String::new(),
        };
        let cleanup = if resource.truth("cleanup") { "with cleanup" } else { "without cleanup" };
        format!("download archive from {} to {path} {extract} {cleanup}", text("source"))
    }

    fn is_text(&self, property: &str, is: &Value, resource: &Resource, _: &Context<'_>) -> String {
        match (property, &self.found) {
            ("ensure", Some(found)) => {
                format!("({}){found}", resource.text("checksum_type").unwrap_or_default())
            }
            _ => display::value(is),
        }
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        let text = |name: &str| resource.text(name).unwrap_or_default();
        match (property, &self.found) {
            ("ensure", Some(_)) => format!("({}){}", text("checksum_type"), wanted_sum(resource)),
            ("creates", _) => format!("extracting in {} to create {}", text("extract_path"), text("creates")),
            _ => resource.should(property).map_or_else(|| "''".into(), display::value),
        }
    }
}
