//! What functions that run a block for each element have in common.

use values::iterator::Iterator;
use values::{Map, Value};

use crate::call::Arguments;
use crate::context::Context;
use crate::prelude::{Answer, fail, run_block};
use crate::raised::Raised;

/// An element that a block is run for.
pub(crate) struct Round {
    /// Its place.
    pub index: i64,
    /// The element; of a hash, the pair of key and value.
    pub element: Value,
    /// Whether it is such a pair.
    pub is_pair: bool,
}

impl Round {
    /// What a block with two parameters is given: key and value, or place and element.
    pub fn pair(&self) -> [Value; 2] {
        match (&self.element, self.is_pair) {
            (Value::Array(pair), true) => {
                [pair.first().cloned().unwrap_or(Value::Undef), pair.get(1).cloned().unwrap_or(Value::Undef)]
            }
            (element, _) => [Value::Integer(self.index), element.clone()],
        }
    }

    /// Runs the block with one argument, or with two.
    pub fn run(
        &self,
        context: &mut dyn Context,
        arguments: &Arguments<'_>,
        parameters: Parameters,
    ) -> Answer {
        match parameters {
            Parameters::One => run_block(context, arguments, std::slice::from_ref(&self.element)),
            Parameters::Two => run_block(context, arguments, &self.pair()),
        }
    }
}

/// How many parameters a block has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameters {
    /// The element.
    One,
    /// Key and value, or place and element.
    Two,
}

/// Iterates over the first argument of a function of this name.
pub(crate) fn iterator(name: &str, value: &Value) -> Result<Iterator, Raised> {
    match Iterator::over(value) {
        // Only a hash itself has pairs; what goes over it backwards or in steps has elements.
        Some(iterator) => Ok(Iterator { pairs: matches!(value, Value::Hash(_)), ..iterator }),
        None => {
            let class = values::label::class_name(value);
            fail(format!("Puppet::Functions::{name}(): wrong argument type ({class}; is not Iterable."))
        }
    }
}

/// The same for a function that goes over everything at once: only so many elements, so that neither time nor memory
/// is without bounds.
pub(crate) fn limited(name: &str, value: &Value) -> Result<Iterator, Raised> {
    const MOST: usize = 10_000_000;
    let iterator = iterator(name, value)?;
    match iterator.count() {
        count if count > MOST => {
            fail(format!("{name}(): {count} elements are too many, {MOST} are the most"))
        }
        _ => Ok(iterator),
    }
}

/// The rounds of an iterator, made as they are asked for.
pub(crate) fn rounds(iterator: &Iterator) -> impl std::iter::Iterator<Item = Round> + '_ {
    iterator.iter().zip(0_i64..).map(|(element, index)| Round { index, element, is_pair: iterator.pairs })
}

/// Ends an iteration quietly where the block called `break`.
pub(crate) fn until_break(result: Result<(), Raised>) -> Result<(), Raised> {
    match result {
        Err(Raised::Break) => Ok(()),
        other => other,
    }
}

/// Keys whose values are arrays of what belongs together.
#[derive(Default)]
pub(crate) struct Groups(Map);

impl Groups {
    /// Adds to the group of a key.
    pub fn add(&mut self, key: Value, value: Value) {
        match self.0.entry(key).or_insert_with(|| Value::array([])) {
            Value::Array(group) => group.push(value),
            other => *other = Value::array([value]),
        }
    }

    /// All of them, as a hash.
    pub fn into_value(self) -> Value {
        Value::Hash(std::sync::Arc::new(self.0))
    }
}
