//! Decides whether the command is needed, tries it, and judges what came of it.

use std::time::Duration;

use catalog::Value;
use system::Output;

use super::run::{Broken, run};
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::report::Level;
use crate::resource::Resource;

/// Applies one.
pub(super) struct Runner;

impl Provider for Runner {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let needed = is_needed(false, resource, context)?;
        let wanted = || resource.parameters.get("returns").cloned().unwrap_or_default();
        let value = if needed { Value::symbol("notrun") } else { wanted() };
        Ok(State::from([("returns", value)]))
    }

    fn sync(
        &mut self,
        _: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        execute(resource, context)
    }

    fn change(&self, _: &'static str, _: &Value, _: &Resource, _: &Context<'_>) -> String {
        "executed successfully".into()
    }

    fn event_name(&self, _: &str, _: &Resource) -> String {
        "executed_command".into()
    }

    fn refresh(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        if !is_needed(true, resource, context)? {
            return Ok(());
        }
        match resource.should("refresh").cloned() {
            Some(command) => match run(&command, resource, context) {
                Ok(_) => Ok(()),
                Err(Broken::TimedOut) => Err(Failure::new("execution expired")),
                Err(Broken::Failed(failure)) => Err(failure),
            },
            None => execute(resource, context),
        }
    }
}

fn is_needed(refreshing: bool, resource: &Resource, context: &mut Context<'_>) -> Result<bool, Failure> {
    if !refreshing && resource.truth("refreshonly") {
        return Ok(false);
    }
    let creates = resource.should("creates").map(Value::elements).unwrap_or_default();
    if creates.iter().any(|path| context.system.exists(&path.ruby_text())) {
        return Ok(false);
    }
    for (check, wanted) in [("unless", false), ("onlyif", true)] {
        let commands = resource.should(check).map(Value::elements).unwrap_or_default().to_vec();
        for command in commands {
            match run(&command, resource, context) {
                Ok(output) if (output.code() == Some(0)) == wanted => {}
                Ok(_) => return Ok(false),
                Err(Broken::TimedOut) => {
                    let text = format!("Check {} exceeded timeout", command.ruby_inspect());
                    context.tell_of(Level::Err, resource, check, text);
                    return Ok(false);
                }
                Err(Broken::Failed(failure)) => return Err(failure),
            }
        }
    }
    Ok(true)
}

fn execute(resource: &Resource, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = resource.should("command").cloned().unwrap_or_default();
    let number = |name: &str| resource.should(name).and_then(|value| value.ruby_text().parse::<f64>().ok());
    let (tries, pause) = (number("tries").unwrap_or(1.0) as u64, number("try_sleep").unwrap_or_default());
    let wanted: Vec<String> = resource
        .parameters
        .get("returns")
        .map(Value::elements)
        .unwrap_or_default()
        .iter()
        .map(Value::ruby_text)
        .collect();
    let mut last = None;
    for _ in 0..tries {
        let output = match run(&command, resource, context) {
            Ok(output) => output,
            Err(Broken::TimedOut) => return Err("Command exceeded timeout".into()),
            Err(Broken::Failed(failure)) => return Err(failure),
        };
        let right = output.code().is_some_and(|code| wanted.contains(&code.to_string()));
        last = Some((output, right));
        if right {
            break;
        }
        if pause > 0.0 && tries > 1 {
            std::thread::sleep(Duration::from_secs_f64(pause));
        }
    }
    let Some((output, right)) = last else { return Ok(()) };
    tell_output(&output, right, resource, context);
    if right {
        return Ok(());
    }
    let code = output.code().map(|code| code.to_string()).unwrap_or_default();
    let expected = wanted.join(",");
    Err(Failure::new(if resource.hides("command") {
        format!("[command redacted] returned {code} instead of one of [{expected}]")
    } else {
        let shown = match &command {
            Value::List(_) => command.ruby_inspect(),
            line => line.ruby_text(),
        };
        format!("'{shown}' returned {code} instead of one of [{expected}]")
    }))
}

fn tell_output(output: &Output, right: bool, resource: &Resource, context: &mut Context<'_>) {
    let told = match resource.text("logoutput") {
        Some("true") => true,
        Some("on_failure") => !right,
        _ => false,
    };
    if !told {
        return;
    }
    let level = resource.level();
    if resource.hides("command") {
        context.tell_of(level, resource, "returns", "[output redacted]");
        return;
    }
    let text = output.text();
    let text = text.trim_end_matches('\n');
    for line in text.split('\n').filter(|_| !text.is_empty()) {
        context.tell_of(level, resource, "returns", line);
    }
}
