//! Makes files, directories and links, and gives them owner, group and mode.

use catalog::Value;
use system::{Kind, accounts};

use super::compare::{id_of, mode_in_sync, owner_in_sync, what};
use super::provider::{File, current, directory_modes, follows, stat};
use super::{bytes_of, mode, source};
use crate::engine::Context;
use crate::error::Failure;
use crate::report::Level;
use crate::resource::Resource;

/// The bits of a new file and a new directory.
const NEW_FILE: u32 = 0o644;

const NEW_DIRECTORY: u32 = 0o755;

/// Gives the path its owner or group.
pub(super) fn set_owner(
    property: &str,
    resource: &Resource,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
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

/// Gives the path its mode.
pub(super) fn set_mode(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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

/// Makes a symbolic link.
pub(super) fn make_link(resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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
    pub(super) fn take_over_source(
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
    pub(super) fn make(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
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

    /// Writes the content.
    pub(super) fn write(
        &mut self,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
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
