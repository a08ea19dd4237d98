//! The tree as values, with the names that `puppet lookup --explain --render-as json` gives them.

use std::sync::Arc;

use values::{Map, Value};

use super::{Event, Explanation, Node, Step};

impl Explanation {
    /// A lone step stands for the whole; several are `branches`.
    pub fn to_value(&self) -> Value {
        match self.branches.as_slice() {
            [only] => only.to_value(),
            branches => Value::hash([("branches", list(branches))]),
        }
    }
}

impl Node {
    /// The step and all within it.
    pub fn to_value(&self) -> Value {
        if let (Step::Merge { .. }, [only]) = (&self.step, self.branches.as_slice()) {
            return only.to_value();
        }
        let mut map = Map::default();
        let mut add = |key: &str, value: Value| drop(map.insert(Value::from(key), value));
        if let Step::MergeSource(source) = &self.step {
            add("type", Value::from("merge_source"));
            add("merge_source", Value::from(source.as_str()));
            return Value::Hash(Arc::new(map));
        }
        if !self.branches.is_empty() {
            add("branches", list(&self.branches));
        }
        if let Some(key) = &self.key {
            add("key", Value::from(key.as_str()));
        }
        if let Some(value) = &self.value {
            add("value", value.clone());
        }
        if let Some(event) = event_name(self.event) {
            add("event", Value::from(event));
        }
        if !self.texts.is_empty() {
            add("texts", Value::array(self.texts.iter().map(|text| Value::from(text.as_str()))));
        }
        add("type", Value::from(type_name(&self.step)));
        self.step_details(&mut add);
        if let Some(place) = &self.place {
            add("file", Value::from(place.path.as_ref()));
            add("line", Value::Integer(i64::from(place.line)));
        }
        Value::Hash(Arc::new(map))
    }

    fn step_details(&self, add: &mut impl FnMut(&str, Value)) {
        match &self.step {
            Step::Interpolation(expression) => add("expression", Value::from(expression.as_str())),
            Step::Merge { strategy, options } => {
                add("merge", Value::from(*strategy));
                if let Some(options) = options {
                    add("options", options.clone());
                }
            }
            Step::Provider { name, configuration, module } => {
                add("name", Value::from(name.as_str()));
                if let Some(path) = configuration {
                    add("configuration_path", Value::from(path.as_str()));
                }
                if let Some(module) = module {
                    add("module", Value::from(module.as_str()));
                }
            }
            Step::Location { is_uri, location, original } => {
                add(if *is_uri { "original_uri" } else { "original_path" }, Value::from(original.as_str()));
                add(if *is_uri { "uri" } else { "path" }, Value::from(location.as_str()));
            }
            Step::Scope(name) => add("name", Value::from(name.as_str())),
            _ => {}
        }
    }
}

fn list(nodes: &[Node]) -> Value {
    Value::array(nodes.iter().map(Node::to_value))
}

fn type_name(step: &Step) -> &'static str {
    match step {
        Step::Search { meta: true, .. } => "meta",
        Step::Search { .. } => "data",
        Step::InvalidKey(_) => "invalid_key",
        Step::MergeSource(_) => "merge_source",
        Step::Module(_) => "module",
        Step::Interpolation(_) => "interpolate",
        Step::Merge { .. } => "merge",
        Step::Provider { .. } => "data_provider",
        Step::Location { is_uri: true, .. } => "uri",
        Step::Location { .. } => "path",
        Step::SubLookup(_) => "sub_key",
        Step::Segment(_) => "segment",
        Step::Scope(_) => "scope",
    }
}

fn event_name(event: Event) -> Option<&'static str> {
    Some(match event {
        Event::None => return None,
        Event::Found => "found",
        Event::FoundInOverrides => "found_in_overrides",
        Event::FoundInDefaults => "found_in_defaults",
        Event::Result => "result",
        Event::NotFound => "not_found",
        Event::LocationNotFound => "location_not_found",
        Event::ModuleNotFound => "module_not_found",
        Event::ModuleProviderNotFound => "module_provider_not_found",
    })
}
