//! One resource: look, compare, change, tell. Messages and their order are Puppet's.

use catalog::Value;

use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::report::{Event, Level, Outcome, Status};
use crate::resource::Resource;

/// Brings a resource to its state. Whatever goes wrong is told and noted in the status.
pub(crate) fn evaluate(
    provider: &mut dyn Provider,
    resource: &mut Resource,
    context: &mut Context<'_>,
    status: &mut Status,
) {
    let done = provider.retrieve(resource, context).and_then(|state| {
        let mut work = Work { provider, resource, context, status, synced: Vec::new() };
        work.perform(&state);
        work.audit(&state);
        if work.status.changed && !work.context.is_noop(work.resource) {
            work.provider.flush(work.resource, work.context)?;
        }
        Ok(())
    });
    if let Err(Failure { text, .. }) = done {
        context.tell(Level::Err, resource, format!("Could not evaluate: {text}"));
        status.add(Event {
            property: None,
            name: "resource_error".into(),
            outcome: Outcome::Failure,
            message: text,
            invalidates_refreshes: false,
        });
    }
}

struct Work<'a, 'b> {
    provider: &'a mut dyn Provider,
    resource: &'a mut Resource,
    context: &'a mut Context<'b>,
    status: &'a mut Status,
    synced: Vec<&'static str>,
}

impl Work<'_, '_> {
    fn perform(&mut self, state: &State) {
        let has_ensure = self.resource.should("ensure").is_some()
            && self.resource.kind.and_then(|kind| kind.attribute("ensure")).is_some_and(|it| it.property);
        if has_ensure && self.sync_if_needed("ensure", state) {
            return;
        }
        if self.provider.present(state) {
            for property in self.resource.properties() {
                if property != "ensure" {
                    self.sync_if_needed(property, state);
                }
            }
        }
    }

    /// True if there was anything to do, whatever came of it.
    fn sync_if_needed(&mut self, property: &'static str, state: &State) -> bool {
        if self.resource.should(property).is_none() {
            return false;
        }
        let nothing = Value::Undef;
        let is = state.get(property).unwrap_or(&nothing);
        let tried = match self.provider.in_sync(property, is, self.resource, self.context) {
            Ok(true) => return false,
            Ok(false) => self.change(property, is),
            Err(failure) => Err(failure),
        };
        let invalidates_refreshes = tried.as_ref().is_ok_and(|(outcome, _)| *outcome == Outcome::Success)
            && self.provider.invalidates_refreshes(property, self.resource);
        let (outcome, message) = tried.unwrap_or_else(|Failure { text, wrapped, .. }| {
            self.context.tell_all(Level::Err, text.clone());
            if let Some(inner) = wrapped {
                self.context.tell_all(Level::Err, format!("{text}\nWrapped exception:\n{inner}"));
            }
            let (was, wanted) = self.shown(property, is);
            (Outcome::Failure, format!("change from {was} to {wanted} failed: {text}"))
        });
        let level = if outcome == Outcome::Failure { Level::Err } else { self.resource.level() };
        self.context.tell_of(level, self.resource, property, message.clone());
        let name = self.provider.event_name(property, self.resource);
        self.status.add(Event { property: Some(property), name, outcome, message, invalidates_refreshes });
        self.synced.push(property);
        true
    }

    fn change(&mut self, property: &'static str, is: &Value) -> Result<(Outcome, String), Failure> {
        let hidden = self.resource.hides(property);
        if self.context.is_noop(self.resource) {
            let text = if hidden {
                let (was, wanted) = self.shown(property, is);
                format!("current_value {was}, should be {wanted} (noop)")
            } else {
                format!("{} (noop)", self.provider.change(property, is, self.resource, self.context))
            };
            return Ok((Outcome::Noop, text));
        }
        self.provider.sync(property, self.resource, self.context)?;
        let text = if hidden {
            let (was, wanted) = self.shown(property, is);
            format!("changed {was} to {wanted}")
        } else {
            self.provider.change(property, is, self.resource, self.context)
        };
        Ok((Outcome::Success, text))
    }

    fn shown(&self, property: &str, is: &Value) -> (String, String) {
        if self.resource.hides(property) {
            return ("[redacted]".into(), "[redacted]".into());
        }
        (
            self.provider.is_text(property, is, self.resource, self.context),
            self.provider.should_text(property, self.resource, self.context),
        )
    }

    /// A build remembers nothing of earlier runs, so that every watched value is new.
    fn audit(&mut self, state: &State) {
        if self.resource.audit.is_empty() {
            return;
        }
        let known = self.resource.properties();
        let all = self.resource.audit.iter().any(|name| name == "all");
        let named = |name: &String| known.iter().copied().find(|property| property == name);
        let watched: Vec<&'static str> =
            if all { known.clone() } else { self.resource.audit.iter().filter_map(named).collect() };
        for property in watched.into_iter().filter(|property| !self.synced.contains(property)) {
            let value = state.get(property).map_or_else(String::new, Value::ruby_text);
            let shown = if self.resource.hides(property) { "[redacted]".into() } else { value };
            let text = format!("audit change: newly-recorded value {shown}");
            self.context.tell_of(Level::Notice, self.resource, property, text);
        }
    }
}
