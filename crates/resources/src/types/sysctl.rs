//! `sysctl`: a line of `/etc/sysctl.conf`.

use super::records::{Fields, Format, Line, Records, field, required};
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, ruby_regex};

const SYSCTL_CONF: &str = "/etc/sysctl.conf";

/// The type.
pub static SYSCTL: ResourceType = ResourceType {
    provider: || Box::new(Parameters(Records::new(&FORMAT))),
    ..ResourceType::new(
        "sysctl",
        "Manages a line of the file of kernel parameters.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("val", "the parameter's value"),
            Attribute::property("target", "the file").default(SYSCTL_CONF),
            Attribute::parameter("name", "the parameter"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

static FORMAT: Format = Format::new(SYSCTL_CONF, &["val"], parse, write);

fn parse(line: &str) -> Result<Line, Failure> {
    if line.trim_start().starts_with('#') || line.trim().is_empty() {
        return Ok(Line::Text(line.to_owned()));
    }
    let separator = ruby_regex(r"\s*=\s*")?;
    let mut columns: Vec<&str> = separator.split(line).filter_map(Result::ok).collect();
    while columns.last().is_some_and(|column| column.is_empty()) {
        columns.pop();
    }
    Ok(Line::Record(super::records::fields(&["name", "val"], &columns, "=")))
}

fn write(record: &Fields) -> Result<String, Failure> {
    let part = |name| field(record, name).ok_or_else(|| required(name));
    Ok(format!("{}={}", part("name")?, part("val")?))
}

struct Parameters(Records);

impl Provider for Parameters {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        if !context.system.exists(SYSCTL_CONF) {
            return Err(Failure::new("Could not find a suitable provider for sysctl"));
        }
        self.0.retrieve(resource, context)
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.0.sync(property, resource, context)
    }

    fn should_text(&self, property: &str, resource: &Resource, context: &Context<'_>) -> String {
        self.0.should_text(property, resource, context)
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        self.0.flush(resource, context)
    }
}
