//! Compares packages and changes them.

use catalog::Value;

use super::install::{run, select};
use super::known::{is_automatic, latest, look_up, same_version};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;

#[derive(Default)]
pub(super) struct Debian {
    pub(super) latest: Option<String>,
    pub(super) held_before: bool,
    /// Whether apt knew before that somebody asked for it.
    pub(super) asked_for: bool,
}

impl Provider for Debian {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let known = look_up(resource.name(), context)?;
        self.held_before = known.held;
        self.asked_for = known.version.is_some() && !is_automatic(resource.name(), context);
        // What another package's turn has brought is still this one's change.
        let early = context.shared.installed_early.contains(resource.name());
        let ensure = match known.version {
            Some(version) if !early => Value::text(version),
            _ if known.purged || early => Value::symbol("purged"),
            _ => Value::absent(),
        };
        let mark = Value::symbol(if known.held { "hold" } else { "none" });
        Ok(State::from([("ensure", ensure), ("mark", mark)]))
    }

    fn present(&self, state: &State) -> bool {
        state.get("ensure").is_none_or(|ensure| !ensure.is("absent") && !ensure.is("purged"))
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        if property != "ensure" {
            return Ok(resource.matches(property, is));
        }
        let there = !is.is("absent") && !is.is("purged");
        for wanted in resource.parameters.get("ensure").map(Value::elements).unwrap_or_default() {
            let right = match wanted {
                Value::Symbol(word) => match word.as_str() {
                    "present" => there,
                    "absent" => !there,
                    "purged" => is.is("purged"),
                    _ if !there => return Ok(false),
                    _ => {
                        self.latest = latest(resource, context)?;
                        self.latest.as_deref().is_some_and(|latest| is.as_text() == Some(latest))
                    }
                },
                version => there && same_version(&version.ruby_text(), &is.ruby_text()),
            };
            if right {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if property == "mark" {
            let hold = resource.should("mark").is_some_and(|mark| mark.is("hold"));
            return select(resource.name(), if hold { "hold" } else { "install" }, context);
        }
        match resource.should("ensure").cloned().unwrap_or_default() {
            Value::Symbol(word) => match word.as_str() {
                "present" => self.install(None, resource, context),
                "absent" => self.remove(false, resource, context),
                "purged" => self.remove(true, resource, context),
                _ => self.install(None, resource, context).map_err(could_not_update),
            },
            version => self.install(Some(&version.ruby_text()), resource, context).map_err(could_not_update),
        }
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let wanted = resource.should(property);
        let gone = |value: &Value| value.is("absent") || value.is("purged") || *value == Value::Undef;
        if property == "ensure" {
            if wanted.is_some_and(|wanted| wanted.is("purged")) {
                return "purged".into();
            }
            if gone(is) && !wanted.is_some_and(gone) {
                return "created".into();
            }
        }
        let shown = self.should_text(property, resource, context);
        display::change(property, is, wanted, &display::value(is), &shown)
    }

    fn should_text(&self, property: &str, resource: &Resource, _: &Context<'_>) -> String {
        match (&self.latest, property) {
            (Some(latest), "ensure") => format!("'{latest}'"),
            _ => resource.should(property).map_or_else(|| "''".into(), display::value),
        }
    }

    fn event_name(&self, property: &str, resource: &Resource) -> String {
        match (property, resource.text("ensure")) {
            ("ensure", Some("present")) => "package_installed".into(),
            ("ensure", Some("absent")) => "package_removed".into(),
            ("ensure", Some("purged")) => "package_purged".into(),
            _ => display::event_name(property, resource),
        }
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let apt = resource.text("provider") != Some("dpkg");
        let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
        if apt && !gone && !self.asked_for {
            run(&["/usr/bin/apt-mark", "manual", resource.name()], context)?;
        }
        Ok(())
    }
}

fn could_not_update(failure: Failure) -> Failure {
    Failure::new(format!("Could not update: {}", failure.text))
}
