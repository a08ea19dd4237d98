//! `notify`: says something.

use catalog::Value;

use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType};

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];

/// The type.
pub static NOTIFY: ResourceType = ResourceType {
    provider: || Box::new(Notify),
    ..ResourceType::new(
        "notify",
        "Tells a message.",
        &[
            Attribute::property("message", "what it says").fallback(Fallback::Computed(name)),
            Attribute::parameter("withpath", "whether its path is told").words(TRUTHS).default("false"),
            Attribute::parameter("name", "its name"),
        ],
    )
};

fn name(resource: &Resource) -> Option<Value> {
    resource.parameters.get("name").cloned()
}

struct Notify;

impl Provider for Notify {
    fn retrieve(&mut self, _: &mut Resource, _: &mut Context<'_>) -> Result<State, Failure> {
        Ok(State::from([("message", Value::absent())]))
    }

    fn in_sync(
        &mut self,
        _: &'static str,
        _: &Value,
        _: &mut Resource,
        _: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        Ok(false)
    }

    fn sync(
        &mut self,
        _: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let message = if resource.hides("message") {
            "Sensitive [value redacted]".to_owned()
        } else {
            resource.should("message").map(Value::ruby_text).unwrap_or_default()
        };
        let level = resource.level();
        if resource.truth("withpath") {
            context.tell_of(level, resource, "message", message);
        } else {
            context.tell_all(level, message);
        }
        Ok(())
    }
}
