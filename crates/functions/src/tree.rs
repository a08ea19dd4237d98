//! All that is nested in a value.

use std::collections::VecDeque;

use values::{Text, Type, Value};

use crate::prelude::fail;
use crate::raised::Raised;

/// A path and what it leads to.
pub(crate) type Node = (Vec<Value>, Value);

struct Walk {
    containers: Option<Type>,
    with_root: bool,
    with_containers: bool,
    with_values: bool,
}

/// All values in a tree in the order that the options say, each with its path.
pub(crate) fn walk(tree: &Value, options: &Value) -> Result<Vec<Node>, Raised> {
    let option = |name: &str| options.as_hash().and_then(|options| options.get(&Text(name)));
    let flag = |name: &str| option(name).is_none_or(Value::is_truthy);
    let walk = Walk {
        containers: option("container_type").and_then(Value::as_type).cloned(),
        with_root: flag("include_containers") && flag("include_root"),
        with_containers: flag("include_containers"),
        with_values: flag("include_values"),
    };
    if let Some(found) = walk.containers.as_ref().filter(|found| !takes_containers(found)) {
        return fail(format!(
            "Only Array, Hash, and Object types can be used as container types. Got {found}"
        ));
    }
    if !walk.with_containers && !walk.with_values {
        return fail("Options 'include_containers' and 'include_values' cannot both be false");
    }
    let mut found = Vec::new();
    if walk.with_root {
        found.push((Vec::new(), tree.clone()));
    }
    if walk.children(tree).is_none() {
        return fail("undefined method `next' for nil");
    }
    match option("order").and_then(Value::as_str) {
        Some("breadth_first") => walk.by_breadth(tree, &mut found),
        _ => walk.by_depth(tree, &mut Vec::new(), &mut found),
    }
    Ok(found)
}

fn takes_containers(found: &Type) -> bool {
    let containers = Type::variant([Type::any_array(), Type::any_hash(), Type::Object(None)]);
    containers.is_assignable(found)
}

impl Walk {
    /// What stands in a value, with its keys; none for what is no container.
    fn children(&self, value: &Value) -> Option<Vec<(Value, Value)>> {
        if self.containers.as_ref().is_some_and(|containers| !containers.is_instance(value)) {
            return None;
        }
        match value {
            Value::Array(elements) => {
                Some((0_i64..).map(Value::Integer).zip(elements.iter().cloned()).collect())
            }
            Value::Hash(entries) => {
                Some(entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            Value::Object(instance) => {
                let values = instance.values();
                Some(values.map(|(name, value)| (Value::String(name.clone()), value.clone())).collect())
            }
            _ => None,
        }
    }

    fn by_depth(&self, value: &Value, path: &mut Vec<Value>, found: &mut Vec<Node>) {
        for (key, child) in self.children(value).unwrap_or_default() {
            path.push(key);
            let is_container = self.children(&child).is_some();
            if if is_container { self.with_containers } else { self.with_values } {
                found.push((path.clone(), child.clone()));
            }
            if is_container {
                self.by_depth(&child, path, found);
            }
            path.pop();
        }
    }

    /// Level by level. Values are told even where the options leave them out, as Puppet does.
    fn by_breadth(&self, root: &Value, found: &mut Vec<Node>) {
        let mut waiting = VecDeque::from([(Vec::new(), root.clone())]);
        while let Some((path, value)) = waiting.pop_front() {
            for (key, child) in self.children(&value).unwrap_or_default() {
                let path: Vec<Value> = path.iter().cloned().chain([key]).collect();
                let is_container = self.children(&child).is_some();
                if !is_container || self.with_containers {
                    found.push((path.clone(), child.clone()));
                }
                if is_container {
                    waiting.push_back((path, child));
                }
            }
        }
    }
}
