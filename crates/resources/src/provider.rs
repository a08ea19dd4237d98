//! What applies a resource: it looks at the machine, compares, and changes it. One per resource and run.

use std::collections::BTreeMap;

use catalog::Value;

use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::resource::{Declaration, Resource};

/// Current values by property. What is not there is not managed or has no value.
pub type State = BTreeMap<&'static str, Value>;

/// Behaviour of a resource. What is not said here is Puppet's default for every property.
pub trait Provider {
    /// Looks up the current values of the properties that the resource has.
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure>;

    /// Whether a property is as it is wanted.
    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        _context: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        Ok(resource.matches(property, is))
    }

    /// Brings a property to its wanted value.
    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure>;

    /// Puppet's words for a change.
    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let (was, wanted) =
            (self.is_text(property, is, resource, context), self.should_text(property, resource, context));
        display::change(property, is, resource.should(property), &was, &wanted)
    }

    /// How a current value is shown.
    fn is_text(&self, _property: &str, is: &Value, _resource: &Resource, _context: &Context<'_>) -> String {
        display::value(is)
    }

    /// How the wanted value is shown.
    fn should_text(&self, property: &str, resource: &Resource, _context: &Context<'_>) -> String {
        resource.should(property).map_or_else(|| "''".into(), display::value)
    }

    /// Puppet's name for the event of a change.
    fn event_name(&self, property: &str, resource: &Resource) -> String {
        display::event_name(property, resource)
    }

    /// Whether a successful change makes a waiting refresh needless.
    fn invalidates_refreshes(&self, _property: &str, _resource: &Resource) -> bool {
        false
    }

    /// Whether the managed thing is there, so that its other properties are worth a look.
    fn present(&self, state: &State) -> bool {
        state.get("ensure").is_none_or(|ensure| !ensure.is("absent"))
    }

    /// Called once after changes.
    fn flush(&mut self, _resource: &mut Resource, _context: &mut Context<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// Something that the resource subscribes to has changed.
    fn refresh(&mut self, _resource: &mut Resource, _context: &mut Context<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// Further resources that are only known when it is this resource's turn.
    fn expand(
        &mut self,
        _resource: &mut Resource,
        _context: &mut Context<'_>,
    ) -> Result<Vec<Declaration>, Failure> {
        Ok(Vec::new())
    }
}

/// For types that manage nothing.
pub struct Nothing;

impl Provider for Nothing {
    fn retrieve(&mut self, _: &mut Resource, _: &mut Context<'_>) -> Result<State, Failure> {
        Ok(State::new())
    }

    fn sync(&mut self, _: &'static str, _: &mut Resource, _: &mut Context<'_>) -> Result<(), Failure> {
        Ok(())
    }
}
