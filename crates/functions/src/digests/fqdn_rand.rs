//! `fqdn_rand`.

use md5::{Digest, Md5};
use values::Text;

use super::mersenne_twister::MersenneTwister;
use crate::legacy::{self, Arity};
use crate::prelude::*;
use crate::ruby;

/// Gives a number below the first argument, which is always the same for a node and a seed.
pub(crate) static FQDN_RAND: Function = Function {
    name: "fqdn_rand",
    summary: "Gives a number below the first argument, which is always the same for a node and a seed.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[Example { code: "fqdn_rand(1)", gives: "0" }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let arguments = legacy::arguments("fqdn_rand", Arity::AtLeast(1), arguments)?;
    let below = arguments.first().map_or(Ok(0), to_i)?;
    let seed = arguments.get(1).cloned().unwrap_or(Value::Undef);
    let mut name = name_of_node(context).unwrap_or_default();
    if arguments.get(2).is_some_and(Value::is_truthy) {
        name = name.to_lowercase();
    }
    let text = ruby::join(&[name.into(), Value::Integer(below), seed], ":");
    let digest: [u8; 16] = Md5::digest(text).into();
    let Ok(below) = u64::try_from(below) else { return fail(format!("invalid argument - {below}")) };
    match below.checked_sub(1) {
        None => fail("invalid argument - 0"),
        Some(limit) => {
            let number = MersenneTwister::of(u128::from_be_bytes(digest)).at_most(limit);
            Ok(Value::Integer(i64::try_from(number).unwrap_or(i64::MAX)))
        }
    }
}

fn name_of_node(context: &dyn Context) -> Option<String> {
    let facts = context.variable("facts")?;
    let networking = facts.as_hash()?.get(&Text("networking"))?;
    networking.as_hash()?.get(&Text("fqdn"))?.as_str().map(str::to_owned)
}

/// `to_i`: the digits that a text begins with.
fn to_i(value: &Value) -> Result<i64, Raised> {
    match value {
        Value::Integer(value) => Ok(*value),
        #[expect(clippy::cast_possible_truncation, reason = "as Ruby cuts it")]
        Value::Float(value) => Ok(*value as i64),
        Value::String(text) => {
            let text = text.trim_start();
            let sign = usize::from(text.starts_with(['-', '+']));
            let end = text
                .get(sign..)
                .and_then(|rest| rest.find(|digit: char| !digit.is_ascii_digit() && digit != '_'));
            let digits = end.and_then(|end| text.get(..sign + end)).unwrap_or(text);
            Ok(digits.replace('_', "").parse().unwrap_or(0))
        }
        other => fail(format!("undefined method `to_i' for {}", ruby::receiver(other))),
    }
}
