//! Whether content, owner, group and mode are as they are wanted, and how they are shown.

use catalog::Value;
use system::{Kind, accounts};

use super::provider::{follows, stat};
use super::{bytes_of, checksum_of, mode};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::report::Level;
use crate::resource::Resource;

/// Numbers above are no accounts.
const HIGHEST_ID: i64 = 4_294_967_290;

/// Whether what is there is of the wanted kind.
pub(super) fn ensure_in_sync(is: &Value, resource: &Resource) -> bool {
    if !is.is("absent") && !resource.truth("replace") {
        return true;
    }
    match resource.should("ensure") {
        Some(wanted) if wanted.is("present") => !is.is("absent"),
        _ => resource.matches("ensure", is),
    }
}

/// Whether the content is the wanted one.
pub(super) fn content_in_sync(is: &Value, resource: &Resource, context: &mut Context<'_>) -> bool {
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

/// What an owner or a group is called.
pub(super) fn what(property: &str) -> &'static str {
    if property == "owner" { "user" } else { "group" }
}

/// The number of a user or group that is given by name or number.
pub(super) fn id_of(property: &str, wanted: &Value, context: &Context<'_>) -> Option<i64> {
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

/// The name of a user or group, or its number.
pub(super) fn name_of(property: &str, id: i64, context: &Context<'_>) -> String {
    let system = &*context.system;
    let number = u32::try_from(id).ok().filter(|_| id <= HIGHEST_ID);
    let name = number.and_then(|id| match property {
        "owner" => accounts::user_numbered(system, id).map(|user| user.name),
        _ => accounts::group_numbered(system, id).map(|group| group.name),
    });
    name.map_or_else(|| id.to_string(), |name| format!("'{name}'"))
}

/// Whether owner or group is the wanted one.
pub(super) fn owner_in_sync(
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

/// Whether the mode is the wanted one.
pub(super) fn mode_in_sync(is: &Value, resource: &Resource, context: &Context<'_>) -> Result<bool, Failure> {
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

/// Puppet's words for a change of mode.
pub(super) fn mode_change(is: &Value, resource: &Resource, context: &Context<'_>) -> String {
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
