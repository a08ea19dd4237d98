//! `call`.

use std::sync::Arc;

use crate::prelude::*;

/// Calls the function of a name, or what a Deferred stands for.
pub(crate) static CALL: Function = Function {
    name: "call",
    summary: "Calls the function of a name, or what a Deferred stands for.",
    dispatches: &[
        Dispatch {
            signature: "(String $function_name, Any *$arguments, Optional[Callable] &$block)",
            run: by_name,
        },
        Dispatch { signature: "(Deferred $deferred)", run: deferred },
    ],
    examples: &[
        Example { code: "call('upcase', 'a')", gives: "'A'" },
        Example { code: "call(Deferred('join', [['a', 'b'], '-']))", gives: "'a-b'" },
    ],
    signatures: OnceLock::new(),
};

fn by_name(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let name = arguments.get(0).as_str().unwrap_or_default();
    context.call(name, arguments.values.get(1..).unwrap_or_default(), arguments.block)
}

fn deferred(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    resolve(context, arguments.get(0))
}

/// The value with all that is deferred in it called.
fn resolve(context: &mut dyn Context, value: &Value) -> Answer {
    Ok(match value {
        Value::Object(instance) if instance.object.label() == "Deferred" => {
            let name = instance.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let given = instance.get("arguments").and_then(Value::as_array);
            let mut values = Vec::new();
            if let Some(variable) = name.strip_prefix('$') {
                values.push(context.variable(variable).unwrap_or(Value::Undef));
            }
            for argument in given.into_iter().flatten() {
                values.push(resolve(context, argument)?);
            }
            return context.call(if name.starts_with('$') { "dig" } else { &name }, &values, None);
        }
        Value::Array(elements) => {
            Value::Array(elements.iter().map(|element| resolve(context, element)).collect::<Result<_, _>>()?)
        }
        Value::Hash(entries) => {
            let resolved = entries.iter().map(|(key, value)| Ok((key.clone(), resolve(context, value)?)));
            Value::Hash(Arc::new(resolved.collect::<Result<_, Raised>>()?))
        }
        Value::Sensitive(secret) => Value::sensitive(resolve(context, secret.unwrap())?),
        other => other.clone(),
    })
}
