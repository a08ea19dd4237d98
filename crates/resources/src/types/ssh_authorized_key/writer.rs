//! Writes a file of keys with the user's own rights.

use catalog::Value;
use system::{Metadata, accounts};

use crate::engine::Context;
use crate::error::Failure;
use crate::resource::Resource;
use crate::types::records;

/// A user with its groups, and whether it may do something to a path.
pub(super) struct Writer {
    user: accounts::User,
    groups: Vec<u32>,
}

impl Writer {
    fn may(&self, right: u32, found: &Metadata) -> bool {
        let shift = match found {
            found if found.owner == self.user.id => 6,
            found if self.groups.contains(&found.group) => 3,
            _ => 0,
        };
        self.user.id == 0 || found.mode >> shift & right == right
    }

    fn may_reach(&self, path: &str, context: &Context<'_>) -> bool {
        let mut above = crate::paths::above(path);
        above.all(|path| context.system.metadata(path, true).is_ok_and(|found| self.may(1, &found)))
    }
}

fn denied(call: &str) -> Failure {
    Failure::surprise(format!("Permission denied @ {call}"))
}

/// Writes a file, which is then its user's alone.
pub(super) fn save(
    path: &str,
    text: &str,
    mode: u32,
    resource: &Resource,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let writer = writer(resource, context)?;
    if !resource.truth("drop_privileges") {
        // Puppet trusts a path only while it tells everything (`--debug`), which a build does not do.
        return Err(Failure::new("drop_privileges is false but the target path is not trusted"));
    }
    let folder = system::parent(path).to_owned();
    if !context.system.exists(&folder) || !writer.may_reach(&folder, context) {
        let above = context.system.metadata(system::parent(&folder), true);
        if let Ok(above) = above
            && !(writer.may(3, &above) && writer.may_reach(&folder, context))
        {
            return Err(denied(&format!("dir_s_mkdir - {folder}")));
        }
        let made = context.system.create_directory(&folder, 0o700);
        made.map_err(|error| Failure::kernel(&error, &format!("dir_s_mkdir - {folder}")))?;
        own(&folder, &writer, context)?;
    }
    let old = context.system.metadata(path, true);
    let may = match &old {
        Ok(old) => writer.may(2, old),
        Err(_) => context.system.metadata(&folder, true).is_ok_and(|folder| writer.may(3, &folder)),
    };
    if !may || !writer.may_reach(path, context) {
        let reason = denied(&format!("rb_sysopen - {path}")).text;
        return Err(records::unwritable(path, &reason, context));
    }
    records::save(path, text, mode, resource, context)?;
    if old.as_ref().is_ok_and(|old| old.owner != writer.user.id && writer.user.id != 0) {
        return Err(Failure::surprise(format!("Operation not permitted @ apply2files - {path}")));
    }
    if old.is_err() {
        own(path, &writer, context)?;
    }
    let done = context.system.set_mode(path, 0o600);
    done.map_err(|error| Failure::kernel(&error, &format!("apply2files - {path}")))
}

fn own(path: &str, writer: &Writer, context: &mut Context<'_>) -> Result<(), Failure> {
    let done = context.system.set_owner(path, Some(writer.user.id), Some(writer.user.group), true);
    done.map_err(|error| Failure::kernel(&error, &format!("apply2files - {path}")))
}

/// The user that a resource is about.
pub(super) fn writer(resource: &Resource, context: &Context<'_>) -> Result<Writer, Failure> {
    let Some(name) = resource.should("user").map(Value::ruby_text) else {
        return Err(Failure::new("Cannot write SSH authorized keys without user"));
    };
    let numbered = || name.parse().ok().and_then(|id| accounts::user_numbered(context.system, id));
    let found = accounts::user_named(context.system, &name).or_else(numbered);
    let user = found.ok_or_else(|| Failure::new(format!("User '{name}' does not exist")))?;
    let listed = accounts::groups_of(context.system, &user.name);
    let groups = listed.iter().filter_map(|name| accounts::group_named(context.system, name));
    let groups = groups.map(|group| group.id).chain([user.group]).collect();
    Ok(Writer { user, groups })
}
