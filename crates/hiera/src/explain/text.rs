//! The tree as text, character for character as Puppet prints it.

use std::fmt::Write as _;

use values::Value;

use super::{Event, Explanation, Node, Step};
use crate::ruby;

pub(super) fn print(explanation: &Explanation, places: bool) -> String {
    let mut printer = Printer { out: String::new(), places };
    for node in &explanation.branches {
        printer.node(node, "");
    }
    printer.texts(&explanation.texts, "");
    printer.out
}

struct Printer {
    out: String,
    places: bool,
}

impl Printer {
    fn line(&mut self, indent: &str, text: &str) {
        self.out.push_str(indent);
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn node(&mut self, node: &Node, indent: &str) {
        let inner = format!("{indent}  ");
        match &node.step {
            Step::Search { .. } => {
                self.line(indent, &format!("Searching for \"{}\"", node.key.as_deref().unwrap_or_default()));
                self.branches(node, &inner);
            }
            Step::InvalidKey(key) => self.line(indent, &format!("Invalid key \"{key}\"")),
            Step::MergeSource(source) => {
                self.line(indent, &format!("Using merge options from \"{source}\" hash"))
            }
            Step::Module(name) => self.module(node.event, name, indent),
            Step::Interpolation(expression) => {
                self.line(indent, &format!("Interpolation on \"{expression}\""));
                self.branches(node, &inner);
            }
            Step::Merge { strategy, options } => self.merge(node, strategy, options.as_ref(), indent),
            Step::Provider { name, configuration, .. } => {
                self.line(indent, name);
                if let Some(path) = configuration {
                    self.line(&inner, &format!("Using configuration \"{path}\""));
                }
                self.branches(node, &inner);
                self.outcome(node, &inner);
            }
            Step::Location { is_uri, location, original } => {
                self.location(node, *is_uri, location, original, indent);
            }
            Step::SubLookup(segments) => {
                let key: Vec<String> = segments.iter().map(ToString::to_string).collect();
                self.line(indent, &format!("Sub key: \"{}\"", key.join(".")));
                self.branches(node, &inner);
                self.outcome(node, &inner);
            }
            Step::Segment(_) => self.outcome(node, indent),
            Step::Scope(name) => {
                self.line(indent, name);
                self.branches(node, &inner);
                self.outcome(node, &inner);
            }
        }
    }

    fn branches(&mut self, node: &Node, indent: &str) {
        for branch in &node.branches {
            self.node(branch, indent);
        }
    }

    fn module(&mut self, event: Event, name: &str, indent: &str) {
        match event {
            Event::ModuleNotFound => self.line(indent, &format!("Module \"{name}\" not found")),
            Event::ModuleProviderNotFound => {
                self.line(indent, &format!("Module data provider for module \"{name}\" not found"));
            }
            _ => {}
        }
    }

    /// A merge of one thing is not worth telling.
    fn merge(&mut self, node: &Node, strategy: &str, options: Option<&Value>, indent: &str) {
        match node.branches.as_slice() {
            [] => return,
            [only] => return self.node(only, indent),
            _ => {}
        }
        self.line(indent, &format!("Merge strategy {strategy}"));
        let inner = format!("{indent}  ");
        if let Some(options) = options {
            self.labelled(&inner, "Options: ", options);
        }
        self.branches(node, &inner);
        if let (Event::Result, Some(value)) = (node.event, &node.value) {
            self.labelled(&inner, "Merged result: ", value);
        }
    }

    fn location(&mut self, node: &Node, is_uri: bool, location: &str, original: &str, indent: &str) {
        let (name, lower) = if is_uri { ("URI", "uri") } else { ("Path", "path") };
        self.line(indent, &format!("{name} \"{location}\""));
        let inner = format!("{indent}  ");
        self.line(&inner, &format!("Original {lower}: \"{original}\""));
        self.branches(node, &inner);
        if node.event == Event::LocationNotFound {
            self.line(&inner, &format!("{name} not found"));
        }
        self.outcome(node, &inner);
    }

    fn outcome(&mut self, node: &Node, indent: &str) {
        let key = node.key.as_deref().unwrap_or_default();
        let suffix = match node.event {
            Event::FoundInOverrides => " in overrides",
            Event::FoundInDefaults => " in defaults",
            _ => "",
        };
        match node.event {
            Event::NotFound => self.line(indent, &format!("No such key: \"{key}\"")),
            Event::Found | Event::FoundInOverrides | Event::FoundInDefaults => {
                self.out.push_str(indent);
                let _ = write!(self.out, "Found key: \"{key}\" value: ");
                self.value(node.value.as_ref().unwrap_or(&Value::Undef), indent);
                self.out.push_str(suffix);
                if let Some(place) = node.place.as_ref().filter(|_| self.places) {
                    let _ = write!(self.out, " at {place}");
                }
                self.out.push('\n');
            }
            _ => {}
        }
        self.texts(&node.texts, indent);
    }

    fn texts(&mut self, texts: &[String], indent: &str) {
        for text in texts {
            self.line(indent, text);
        }
    }

    fn labelled(&mut self, indent: &str, label: &str, value: &Value) {
        self.out.push_str(indent);
        self.out.push_str(label);
        self.value(value, indent);
        self.out.push('\n');
    }

    fn value(&mut self, value: &Value, indent: &str) {
        let inner = format!("{indent}  ");
        match value {
            Value::Hash(entries) => {
                self.out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.separator(index, &inner);
                    self.value(key, &inner);
                    self.out.push_str(" => ");
                    self.value(value, &inner);
                }
                self.close(entries.is_empty(), indent, '}');
            }
            Value::Array(elements) => {
                self.out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    self.separator(index, &inner);
                    self.value(element, &inner);
                }
                self.close(elements.is_empty(), indent, ']');
            }
            scalar => self.out.push_str(&ruby::inspect(scalar)),
        }
    }

    fn separator(&mut self, index: usize, indent: &str) {
        self.out.push_str(if index == 0 { "\n" } else { ",\n" });
        self.out.push_str(indent);
    }

    fn close(&mut self, empty: bool, indent: &str, bracket: char) {
        if !empty {
            self.out.push('\n');
            self.out.push_str(indent);
        }
        self.out.push(bracket);
    }
}
