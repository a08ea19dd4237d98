//! `group`: groups of the image, through its own groupadd, groupmod and groupdel.

use catalog::Value;
use system::accounts;

use super::accounts::{could_not, could_not_set, number, run, tool};
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType};

/// The type.
pub static GROUP: ResourceType = ResourceType {
    foreign: |resource| {
        let names = ["members", "attributes", "ia_load_module"];
        if let Some(name) = names.into_iter().find(|name| resource.parameter(name).is_some()) {
            return Some(format!("`{name}` needs another provider"));
        }
        let provider = resource.parameter("provider").map(Value::ruby_text)?;
        (provider != "groupadd").then(|| format!("provider `{provider}`"))
    },
    provider: || Box::new(Groups),
    ..ResourceType::new(
        "group",
        "Manages a group.",
        &[
            Attribute::ensure(),
            Attribute::property("gid", "its number").check(gid),
            Attribute::parameter("provider", "how it is managed"),
            Attribute::boolean("auth_membership", false, "for other providers"),
            Attribute::parameter("name", "its name"),
            Attribute::boolean("allowdupe", false, "whether its number may be another's"),
            Attribute::boolean("system", false, "whether it has a low number"),
            Attribute::parameter("forcelocal", "for other providers"),
        ],
    )
};

fn gid(value: &Value, _: &Resource) -> Result<Value, String> {
    number(value).map(Value::Integer).ok_or_else(|| format!("Invalid GID {}", value.ruby_text()))
}

struct Groups;

impl Provider for Groups {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        Ok(match accounts::group_named(context.system, resource.name()) {
            Some(group) => {
                State::from([("ensure", Value::symbol("present")), ("gid", Value::Integer(group.id.into()))])
            }
            None => State::from([("ensure", Value::absent()), ("gid", Value::absent())]),
        })
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let name = resource.name().to_owned();
        let gid = resource.should("gid").map(Value::ruby_text);
        let duplicates = resource.truth("allowdupe").then(|| "-o".to_owned());
        if property == "gid" {
            let mut words = vec![tool("groupmod", context), "-g".into(), gid.unwrap_or_default()];
            words.extend(duplicates);
            words.push(name);
            return run(words, false, context).map(drop).map_err(|it| could_not_set("gid", resource, it));
        }
        if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) {
            let words = vec![tool("groupdel", context), name];
            return run(words, false, context).map(drop).map_err(|it| could_not("delete", resource, it));
        }
        let mut words = vec![tool("groupadd", context)];
        if let Some(gid) = gid {
            words.extend(["-g".to_owned(), gid]);
        }
        words.extend(duplicates);
        words.extend(resource.truth("system").then(|| "-r".to_owned()));
        words.push(name);
        run(words, false, context).map(drop).map_err(|it| could_not("create", resource, it))
    }
}
