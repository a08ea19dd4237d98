//! `service`: what the image should run. A build has no init system: what a service is to do is recorded, and
//! starting one is asked of the caller ([`crate::Services`]).

use catalog::Value;

use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::report::Intent;
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType};

const STATES: &[(&str, &str)] =
    &[("stopped", "stopped"), ("false", "stopped"), ("running", "running"), ("true", "running")];
const BOOT: &[(&str, &str)] =
    &[("true", "true"), ("false", "false"), ("manual", "manual"), ("mask", "mask"), ("delayed", "delayed")];
const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];

/// The type.
pub static SERVICE: ResourceType = ResourceType {
    refreshes: true,
    provider: || Box::new(Running),
    ..ResourceType::new(
        "service",
        "Records that a service should run, and lets it be started where a later resource needs it.",
        &[
            Attribute::property("ensure", "whether it runs").words(STATES),
            Attribute::property("enable", "whether it starts at boot").words(BOOT),
            Attribute::property("logonaccount", "for other systems"),
            Attribute::property("flags", "for other systems"),
            Attribute::parameter("logonpassword", "for other systems"),
            Attribute::parameter("binary", "its program"),
            Attribute::parameter("hasstatus", "whether its script tells").words(TRUTHS),
            Attribute::parameter("name", "its name"),
            Attribute::parameter("path", "where scripts are"),
            Attribute::parameter("pattern", "how its process is found"),
            Attribute::parameter("restart", "how it is restarted"),
            Attribute::parameter("start", "how it is started"),
            Attribute::parameter("status", "how one learns whether it runs"),
            Attribute::parameter("stop", "how it is stopped"),
            Attribute::parameter("control", "for other systems"),
            Attribute::parameter("hasrestart", "whether its script restarts").words(TRUTHS),
            Attribute::parameter("manifest", "for other systems"),
            Attribute::parameter("timeout", "seconds it may take"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

struct Running;

fn intent(resource: &Resource, context: &Context<'_>) -> Intent {
    Intent {
        name: resource.name().to_owned(),
        running: resource.text("ensure").map(|state| state == "running"),
        enable: resource.text("enable").map(str::to_owned),
        start: resource.text("start").map(str::to_owned),
        stop: resource.text("stop").map(str::to_owned),
        status: resource.text("status").map(str::to_owned),
        later: context.shared.later.clone(),
    }
}

impl Provider for Running {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let intent = intent(resource, context);
        let running = context.services.is_running(&intent);
        if !context.shared.services.contains(&intent) {
            context.shared.services.push(intent);
        }
        let mut state = State::new();
        for property in resource.properties() {
            let wanted = resource.should(property).cloned().unwrap_or_default();
            let value = match (property, running) {
                ("ensure", Some(true)) => Value::symbol("running"),
                ("ensure", Some(false)) => Value::symbol("stopped"),
                _ => wanted,
            };
            state.insert(property, value);
        }
        Ok(state)
    }

    fn present(&self, _: &State) -> bool {
        true
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let intent = intent(resource, context);
        match (property, intent.running) {
            ("ensure", Some(true)) => context.services.start(&intent).map_err(Failure::new),
            ("ensure", Some(false)) => context.services.stop(&intent).map_err(Failure::new),
            _ => Ok(()),
        }
    }

    fn event_name(&self, property: &str, resource: &Resource) -> String {
        match (property, resource.text("ensure")) {
            ("ensure", Some("running")) => "service_started".into(),
            ("ensure", Some("stopped")) => "service_stopped".into(),
            _ => crate::display::event_name(property, resource),
        }
    }

    fn invalidates_refreshes(&self, property: &str, resource: &Resource) -> bool {
        property == "ensure" && resource.text("ensure") == Some("running")
    }

    fn refresh(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        let intent = intent(resource, context);
        match intent.running {
            Some(true) | None => context.services.restart(&intent).map_err(Failure::new),
            Some(false) => Ok(()),
        }
    }
}
