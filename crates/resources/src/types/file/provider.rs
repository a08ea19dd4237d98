//! Looking at a path and changing it.

use catalog::Value;
use system::{Kind, Metadata, accounts};

use super::source::Source;
use super::{bytes_of, checksum_of, mode, recurse, source};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::report::Level;
use crate::resource::{Declaration, Resource};

/// The bits of a new file and a new directory.
const NEW_FILE: u32 = 0o644;
const NEW_DIRECTORY: u32 = 0o755;
/// Numbers above are no accounts.
const HIGHEST_ID: i64 = 4_294_967_290;

/// What is known of the source during a run.
#[derive(Default)]
pub(super) struct File {
    source: Option<Source>,
}

fn follows(resource: &Resource) -> bool {
    resource.text("links") == Some("follow")
}

fn stat(resource: &Resource, context: &Context<'_>) -> Option<Metadata> {
    context.system.metadata(resource.name(), follows(resource)).ok()
}

fn ensure_of(found: Option<Metadata>) -> Value {
    found.map_or_else(Value::absent, |found| Value::symbol(found.kind.name()))
}

impl Provider for File {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        if resource.should("source").is_some() {
            self.take_over_source(resource, context)?;
        }
        let found = stat(resource, context);
        if found.is_some() && context.system.is_directory(resource.name()) {
            directory_modes(resource);
        }
        let mut state = State::from([("ensure", ensure_of(found))]);
        for property in resource.properties() {
            if property != "ensure" {
                state.insert(property, current(property, found, resource, context)?);
            }
        }
        Ok(state)
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        match property {
            "ensure" => Ok(ensure_in_sync(is, resource)),
            "content" => Ok(content_in_sync(is, resource, context)),
            "target" => Ok(recurses(resource)
                || resource.text("target") == Some("notlink")
                || (!resource.truth("replace") && context.system.exists(resource.name()))
                || resource.matches("target", is)),
            "owner" | "group" => owner_in_sync(property, is, resource, context),
            "mode" => mode_in_sync(is, resource, context),
            _ => Ok(true),
        }
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        match property {
            "ensure" => self.make(resource, context),
            "content" => self.write(resource, context),
            "target" => match resource.should("ensure") {
                Some(ensure) if ensure_of(stat(resource, context)) == *ensure => make_link(resource, context),
                _ => Ok(()),
            },
            "owner" | "group" => set_owner(property, resource, context),
            "mode" => set_mode(resource, context),
            _ => Ok(()),
        }
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let content = || resource.should("content").map(|content| checksum_of(resource, &bytes_of(content)));
        let makes_file =
            || resource.should("ensure").is_some_and(|ensure| ensure.is("file") || ensure.is("present"));
        match (property, content()) {
            ("ensure", Some(checksum)) if makes_file() => format!("defined content as '{checksum}'"),
            ("content", Some(checksum)) if is.is("absent") => format!("defined content as '{checksum}'"),
            ("content", Some(checksum)) => format!("content changed '{}' to '{checksum}'", is.ruby_text()),
            ("mode", _) => mode_change(is, resource, context),
            _ => {
                let (was, wanted) = (
                    self.is_text(property, is, resource, context),
                    self.should_text(property, resource, context),
                );
                display::change(property, is, resource.should(property), &was, &wanted)
            }
        }
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, context: &Context<'_>) -> String {
        match (property, is) {
            ("owner" | "group", Value::Integer(id)) => name_of(property, *id, context),
            ("mode", Value::Text(bits)) => format!("'{bits:0>4}'"),
            _ => display::value(is),
        }
    }

    fn should_text(&self, property: &str, resource: &Resource, context: &Context<'_>) -> String {
        match (property, resource.should(property)) {
            ("owner" | "group", Some(wanted)) => match id_of(property, wanted, context) {
                Some(id) => name_of(property, id, context),
                None => display::value(wanted),
            },
            ("mode", Some(wanted)) => format!("'{:0>4}'", wanted.ruby_text()),
            ("content", Some(content)) => format!("'{}'", checksum_of(resource, &bytes_of(content))),
            (_, Some(wanted)) => display::value(wanted),
            (_, None) => "''".into(),
        }
    }

    fn event_name(&self, property: &str, resource: &Resource) -> String {
        match (property, resource.text("ensure")) {
            ("ensure", Some("file" | "present")) => "file_created".into(),
            ("ensure", Some("directory")) => "directory_created".into(),
            ("ensure", Some("link")) => "link_created".into(),
            _ => display::event_name(property, resource),
        }
    }

    fn expand(
        &mut self,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<Vec<Declaration>, Failure> {
        if recurses(resource) { recurse::children(resource, context) } else { Ok(Vec::new()) }
    }
}

fn recurses(resource: &Resource) -> bool {
    matches!(resource.text("recurse"), Some("true" | "remote"))
}

fn directory_modes(resource: &mut Resource) {
    if let Some(wanted) = resource.parameters.get_mut("mode") {
        let adapt = |value: &Value| Value::text(mode::for_directory(&value.ruby_text()));
        *wanted = match &*wanted {
            Value::List(modes) => Value::List(modes.iter().map(adapt).collect()),
            one => adapt(one),
        };
    }
}

fn current(
    property: &str,
    found: Option<Metadata>,
    resource: &Resource,
    context: &Context<'_>,
) -> Result<Value, Failure> {
    let Some(found) = found else { return Ok(Value::absent()) };
    Ok(match property {
        "content" if found.kind == Kind::File => {
            let bytes = context.system.read(resource.name()).map_err(|error| {
                Failure::new(format!("Could not read file {}: {error}", resource.reference.title))
            })?;
            Value::text(checksum_of(resource, &bytes))
        }
        "content" => Value::Undef,
        "target" if found.kind == Kind::Link => {
            Value::text(context.system.read_link(resource.name()).unwrap_or_default())
        }
        "target" => Value::symbol("notlink"),
        "owner" => Value::Integer(found.owner.into()),
        "group" => Value::Integer(found.group.into()),
        "mode" => Value::text(format!("{:04o}", found.mode)),
        _ => Value::Undef,
    })
}

fn ensure_in_sync(is: &Value, resource: &Resource) -> bool {
    if !is.is("absent") && !resource.truth("replace") {
        return true;
    }
    match resource.should("ensure") {
        Some(wanted) if wanted.is("present") => !is.is("absent"),
        _ => resource.matches("ensure", is),
    }
}

fn content_in_sync(is: &Value, resource: &Resource, context: &mut Context<'_>) -> bool {
    let found = stat(resource, context);
    let is_file = found.is_none_or(|found| found.kind == Kind::File);
    let wants_file = match resource.text("ensure") {
        Some("file") | None => true,
        Some("present") => is_file,
        Some(_) => false,
    };
    if !wants_file {
        if resource.text("ensure") == Some("present")
            && let Some(found) = found
        {
            let kind = found.kind.name();
            let text = format!("Ensure set to :present but file type is {kind} so no content will be synced");
            context.tell(Level::Warning, resource, text);
        }
        return true;
    }
    if is.is("absent") {
        return false;
    }
    let wanted = resource.should("content").map(|content| checksum_of(resource, &bytes_of(content)));
    !resource.truth("replace") || wanted.is_none_or(|wanted| is.as_text() == Some(wanted.as_str()))
}

fn what(property: &str) -> &'static str {
    if property == "owner" { "user" } else { "group" }
}

/// The number of a user or group that is given by name or number.
fn id_of(property: &str, wanted: &Value, context: &Context<'_>) -> Option<i64> {
    if let Value::Integer(id) = wanted {
        return Some(*id);
    }
    let name = wanted.ruby_text();
    if let Ok(id) = name.parse() {
        return Some(id);
    }
    let system = &*context.system;
    match property {
        "owner" => accounts::user_named(system, &name).map(|user| user.id.into()),
        _ => accounts::group_named(system, &name).map(|group| group.id.into()),
    }
}

fn name_of(property: &str, id: i64, context: &Context<'_>) -> String {
    let system = &*context.system;
    let number = u32::try_from(id).ok().filter(|_| id <= HIGHEST_ID);
    let name = number.and_then(|id| match property {
        "owner" => accounts::user_numbered(system, id).map(|user| user.name),
        _ => accounts::group_numbered(system, id).map(|group| group.name),
    });
    name.map_or_else(|| id.to_string(), |name| format!("'{name}'"))
}

fn owner_in_sync(
    property: &str,
    is: &Value,
    resource: &Resource,
    context: &Context<'_>,
) -> Result<bool, Failure> {
    let wanted = resource.parameters.get(property).map(Value::elements).unwrap_or_default();
    let mut found = false;
    for one in wanted {
        match id_of(property, one, context) {
            Some(id) => found |= *is == Value::Integer(id),
            None if context.is_noop(resource) => return Ok(false),
            None => {
                let text = format!("Could not find {} {}", what(property), one.ruby_text());
                return Err(Failure::surprise(text));
            }
        }
    }
    Ok(found)
}

fn mode_in_sync(is: &Value, resource: &Resource, context: &Context<'_>) -> Result<bool, Failure> {
    let found = stat(resource, context);
    if !follows(resource) && found.is_some_and(|found| found.kind == Kind::Link) {
        return Ok(true);
    }
    let Some(bits) = is.as_text().filter(|_| !is.is("absent")) else { return Ok(false) };
    let current = mode::number(bits);
    let directory = found.is_some_and(|found| found.kind == Kind::Directory);
    for wanted in resource.parameters.get("mode").map(Value::elements).unwrap_or_default() {
        if mode::apply(&wanted.ruby_text(), current, directory)? == current {
            return Ok(true);
        }
    }
    Ok(false)
}

fn mode_change(is: &Value, resource: &Resource, context: &Context<'_>) -> String {
    let wanted = resource.should("mode").map(Value::ruby_text).unwrap_or_default();
    let was = is.ruby_text();
    let padded = |bits: &str| format!("'{bits:0>4}'");
    let was_shown = if is.is("absent") { display::value(is) } else { padded(&was) };
    if wanted.bytes().all(|byte| byte.is_ascii_digit()) {
        return display::change("mode", is, resource.should("mode"), &was_shown, &padded(&wanted));
    }
    let directory = stat(resource, context).is_some_and(|found| found.kind == Kind::Directory);
    let bits = mode::apply(&wanted, mode::number(&was), directory).unwrap_or_default();
    let new = padded(&format!("{bits:o}"));
    format!("{} ({wanted})", display::change("mode", is, resource.should("mode"), &was_shown, &new))
}

fn set_owner(property: &str, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(wanted) = resource.should(property) else { return Ok(()) };
    let id = id_of(property, wanted, context)
        .and_then(|id| u32::try_from(id).ok())
        .ok_or_else(|| Failure::new(format!("Could not find {} {}", what(property), wanted.ruby_text())))?;
    let (owner, group) = if property == "owner" { (Some(id), None) } else { (None, Some(id)) };
    context.system.set_owner(resource.name(), owner, group, follows(resource)).map_err(|error| {
        let kernel = Failure::kernel(&error, &format!("apply2files - {}", resource.name()));
        Failure::new(format!("Failed to set {property} to '{id}': {}", kernel.text))
    })
}

fn set_mode(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(wanted) = resource.should("mode").map(Value::ruby_text) else { return Ok(()) };
    let found = stat(resource, context);
    let directory = found.is_some_and(|found| found.kind == Kind::Directory);
    let bits = mode::apply(&wanted, found.map_or(NEW_FILE, |found| found.mode), directory)?;
    context.system.set_mode(resource.name(), bits).map_err(|error| {
        let kernel = Failure::kernel(&error, &format!("apply2files - {}", resource.name()));
        Failure::new(format!("failed to set mode {bits:o} on {}: {}", resource.name(), kernel.text))
    })
}

/// After something was made: mode, owner and group as wanted, without a word.
fn fix_metadata(resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    for property in ["owner", "group", "mode"] {
        if resource.should(property).is_none() {
            continue;
        }
        let found = stat(resource, context);
        if property == "mode" && context.system.is_directory(resource.name()) {
            directory_modes(resource);
        }
        let is = current(property, found, resource, context)?;
        match property {
            "mode" if !mode_in_sync(&is, resource, context)? => set_mode(resource, context)?,
            "owner" | "group" if !owner_in_sync(property, &is, resource, context)? => {
                set_owner(property, resource, context)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Takes away what is of another kind. Directories only go if `force` says so.
fn remove_existing(wanted: &str, resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(found) = stat(resource, context) else { return Ok(()) };
    let path = resource.name();
    if wanted != "link" && found.kind.name() == wanted {
        return Ok(());
    }
    match found.kind {
        Kind::Directory if !resource.truth("force") => {
            context.tell(Level::Notice, resource, "Not removing directory; use 'force' to override");
            Ok(())
        }
        Kind::Directory => context.system.remove_tree(path).map_err(|error| Failure::kernel(&error, path)),
        Kind::Character | Kind::Block => {
            Err(Failure::new(format!("Could not remove files of type {}", found.kind.name())))
        }
        _ => context
            .system
            .remove_file(path)
            .map_err(|error| Failure::kernel(&error, &format!("apply2files - {path}"))),
    }
}

fn make_link(resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(target) = resource.text("target").map(str::to_owned) else {
        return Err("Cannot create a symlink without a target".into());
    };
    remove_existing(&target, resource, context)?;
    let path = resource.name().to_owned();
    if context.system.exists(&path) {
        return Err("Could not remove existing file".into());
    }
    context
        .system
        .create_link(&target, &path)
        .map_err(|error| Failure::kernel(&error, &format!("rb_file_s_symlink - ({target}, {path})")))?;
    own_link(resource, context)?;
    fix_metadata(resource, context)
}

/// Puppet makes a link with the rights of its owner-to-be, if that one may write there; so the link has that
/// user's own group.
fn own_link(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let id = resource.should("owner").and_then(|owner| id_of("owner", owner, context));
    let user = id.and_then(|id| u32::try_from(id).ok());
    let Some(user) = user.and_then(|id| accounts::user_numbered(context.system, id)) else { return Ok(()) };
    let above = system::parent(resource.name());
    let Ok(directory) = context.system.metadata(above, true) else { return Ok(()) };
    let groups = accounts::groups(context.system);
    let in_group = directory.group == user.group
        || groups.iter().any(|group| group.id == directory.group && group.members.contains(&user.name));
    let writable = match () {
        () if user.id == 0 => 0o2,
        () if directory.owner == user.id => directory.mode >> 6,
        () if in_group => directory.mode >> 3,
        () => directory.mode,
    };
    if writable & 0o2 == 0 && user.id != 0 {
        return Ok(());
    }
    let done = context.system.set_owner(resource.name(), Some(user.id), Some(user.group), false);
    done.map_err(|error| Failure::kernel(&error, resource.name()))
}

impl File {
    fn take_over_source(
        &mut self,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let sources = resource.should("source").map(Value::elements).unwrap_or_default().to_vec();
        let mut found = None;
        for uri in &sources {
            found = source::find(&uri.ruby_text(), follows(resource), context)?;
            if found.is_some() {
                break;
            }
        }
        let found = found.ok_or_else(|| {
            let listed: Vec<String> = sources.iter().map(Value::ruby_text).collect();
            let listed = listed.join(", ");
            Failure::new(format!(
                "Could not retrieve information from environment production source(s) {listed}"
            ))
        })?;
        if found.kind == Kind::File {
            resource.parameters.insert("content", Value::Binary(found.content.clone()));
        }
        if !resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) {
            resource.parameters.insert("ensure", Value::symbol(found.kind.name()));
            if found.kind == Kind::Link {
                resource.parameters.insert("target", Value::text(found.target.as_str()));
            }
        }
        self.source = Some(found);
        Ok(())
    }

    /// Makes what `ensure` names.
    fn make(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let wanted = resource.text("ensure").unwrap_or_default().to_owned();
        remove_existing(&wanted, resource, context)?;
        let located = resource.located();
        let done = match wanted.as_str() {
            "file" | "present" => self.write(resource, context),
            "directory" => make_directory(resource, context),
            "link" => make_link(resource, context),
            _ => Ok(()),
        };
        done.map_err(|failure| failure.while_setting(&wanted, "ensure", &located))
    }

    fn write(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        remove_existing("file", resource, context)?;
        let wanted = resource.should("mode").map(Value::ruby_text);
        let bits = match &wanted {
            Some(wanted) => mode::apply(wanted, NEW_FILE, false)?,
            None => NEW_FILE,
        };
        let content = resource.should("content").map(bytes_of).unwrap_or_default();
        if content.is_empty() && self.source.is_none() {
            let path = resource.name();
            context
                .system
                .write(path, b"", bits)
                .map_err(|error| Failure::kernel(&error, &format!("rb_sysopen - {path}")))?;
        } else {
            replace(resource, &content, bits, context)?;
        }
        fix_metadata(resource, context)
    }
}

fn make_directory(resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let path = resource.name().to_owned();
    let above = system::parent(&path);
    if !context.system.exists(above) {
        return Err(Failure::new(format!("Cannot create {path}; parent directory {above} does not exist")));
    }
    let bits = match resource.should("mode").map(Value::ruby_text) {
        Some(wanted) => mode::apply(&wanted, NEW_DIRECTORY, true)?,
        None => NEW_DIRECTORY,
    };
    context
        .system
        .create_directory(&path, bits)
        .map_err(|error| Failure::kernel(&error, &format!("dir_s_mkdir - {path}")))?;
    fix_metadata(resource, context)
}

/// Puts new content in the place of a file at once; mode and owner of an old one stay.
fn replace(resource: &Resource, content: &[u8], bits: u32, context: &mut Context<'_>) -> Result<(), Failure> {
    let path = resource.name();
    let above = system::parent(path);
    let beside = system::join(above, &format!(".{}.effigy-new", system::base_name(path)));
    let old = context.system.exists(path).then(|| context.system.metadata(path, false).ok()).flatten();
    if old.is_none() && !context.system.is_directory(above) {
        return Err(Failure::surprise(format!(
            "No such file or directory - A directory component in {path} does not exist or is a dangling symbolic \
             link"
        )));
    }
    if context.system.is_directory(path) {
        return Err(Failure::surprise(format!("Is a directory - Is a directory: {path}")));
    }
    let written = (|| {
        let kernel = |error: std::io::Error| Failure::kernel(&error, path);
        context.system.write(&beside, content, 0o600).map_err(kernel)?;
        if let Some(old) = old {
            context.system.set_owner(&beside, Some(old.owner), Some(old.group), false).map_err(kernel)?;
        }
        context.system.set_mode(&beside, old.map_or(bits, |old| old.mode)).map_err(kernel)?;
        check_content(resource, &beside, context)?;
        context.system.rename(&beside, path).map_err(kernel)
    })();
    if written.is_err() {
        // Nothing of it stays, whatever went wrong; there may be nothing to remove.
        context.system.remove_file(&beside).ok();
    }
    written
}

fn check_content(resource: &Resource, path: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(command) = resource.text("validate_cmd") else { return Ok(()) };
    let placeholder = resource.text("validate_replacement").unwrap_or("%");
    let line = command.replace(placeholder, path);
    let output = crate::types::exec::run_line(&line, context)
        .map_err(|error| Failure::new(format!("Could not execute posix command: {error}")))?;
    if output.success() {
        return Ok(());
    }
    let (code, text) = (output.code().unwrap_or(1), output.text());
    Err(Failure::new(format!("Execution of '{line}' returned {code}: {}", text.trim())))
}
