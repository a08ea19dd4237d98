//! Values that are made as they are asked for: what `reverse_each`, `step` and their like give.
//!
//! An iterator is data, so it can be walked any number of times; it holds no code of a manifest.

use ecow::EcoVec;

use crate::types::{Range, Type, infer_set};
use crate::value::Value;

/// Values that are made as they are asked for.
#[derive(Clone, Debug)]
pub struct Iterator {
    /// The type of each, if that is known without looking at them.
    pub known_type: Option<Type>,
    /// Where they come from.
    pub source: Source,
    /// Whether they are the pairs of a hash.
    pub pairs: bool,
}

/// Where the values of an [`Iterator`] come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Each `step`th of these, from the first, or from the last backwards.
    Values {
        /// What is there.
        values: EcoVec<Value>,
        /// At least 1.
        step: usize,
        /// Whether to begin with the last.
        backwards: bool,
    },
    /// `first`, `first + step`, and so on, to `last` at most; counting down where the step is negative.
    Integers {
        /// The first.
        first: i64,
        /// The last, if the steps meet it.
        last: i64,
        /// Not 0.
        step: i64,
    },
}

impl Iterator {
    /// Over what is iterable: a string's characters, an array's elements, a hash's pairs, the integers below
    /// one or of a range, an Enum's values, another iterator's. Absent for everything else.
    pub fn over(value: &Value) -> Option<Self> {
        match value {
            Value::Iterator(iterator) => Some((**iterator).clone()),
            Value::String(text) => Some(Self::list(Some(single_character()), characters(text), false)),
            Value::Array(elements) => Some(Self::list(None, elements.clone(), false)),
            Value::Hash(entries) => {
                let pairs = entries.iter().map(|(key, value)| Value::array([key.clone(), value.clone()]));
                Some(Self::list(None, pairs.collect(), true))
            }
            Value::Integer(0) => Some(Self::list(Some(Type::Unit), EcoVec::new(), false)),
            Value::Integer(count) if *count > 0 => Some(Self::integers(0, *count - 1)),
            Value::Type(found) => Self::over_type(found),
            _ => None,
        }
    }

    fn over_type(found: &Type) -> Option<Self> {
        match found {
            Type::Integer(Range::Between(from, to)) => Some(Self::integers(*from, *to)),
            Type::Enum(choices) => {
                let values = choices.values.iter().cloned().map(Value::String).collect();
                Some(Self::list(Some(found.clone()), values, false))
            }
            Type::Alias(alias) => Self::over_type(alias.resolved()?),
            _ => None,
        }
    }

    fn list(known_type: Option<Type>, values: EcoVec<Value>, pairs: bool) -> Self {
        Self { known_type, source: Source::Values { values, step: 1, backwards: false }, pairs }
    }

    fn integers(first: i64, last: i64) -> Self {
        let known_type = Some(Type::Integer(Range::Between(first, last)));
        Self { known_type, source: Source::Integers { first, last, step: 1 }, pairs: false }
    }

    /// The type of each: what is known, or what is found by looking at those that it goes over.
    pub fn element_type(&self) -> Option<Type> {
        let Source::Values { values, .. } = &self.source else { return self.known_type.clone() };
        if self.known_type.is_some() {
            return self.known_type.clone();
        }
        if values.is_empty() {
            return Some(Type::Unit);
        }
        if !self.pairs {
            return Some(Type::variant(values.iter().map(infer_set)));
        }
        let part = |place: usize| {
            let pairs = values.iter().filter_map(Value::as_array);
            Type::variant(pairs.filter_map(|pair| pair.get(place)).map(infer_set))
        };
        Some(Type::tuple(vec![part(0), part(1)], Range::Between(2, 2)))
    }

    /// The same values, the last first.
    pub fn reversed(&self) -> Self {
        let source = match &self.source {
            Source::Values { values, step: 1, backwards } => {
                Source::Values { values: values.clone(), step: 1, backwards: !backwards }
            }
            Source::Integers { first, last, step } => {
                let steps = (i128::from(*last) - i128::from(*first)).div_euclid(i128::from(*step));
                let met = i128::from(*first) + steps * i128::from(*step);
                let met = i64::try_from(met).unwrap_or(*last);
                Source::Integers { first: met, last: *first, step: step.wrapping_neg() }
            }
            Source::Values { .. } => {
                let values: EcoVec<Value> = self.iter().collect();
                Source::Values { values, step: 1, backwards: true }
            }
        };
        Self { source, ..self.clone() }
    }

    /// The first and every `step`th after it; a step of 0 is taken for 1.
    pub fn stepped(&self, step: u32) -> Self {
        let step = step.max(1);
        let source = match &self.source {
            Source::Values { values, step: inner, backwards } => Source::Values {
                values: values.clone(),
                step: inner.saturating_mul(step as usize),
                backwards: *backwards,
            },
            Source::Integers { first, last, step: inner } => {
                Source::Integers { first: *first, last: *last, step: inner.saturating_mul(i64::from(step)) }
            }
        };
        Self { source, ..self.clone() }
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        match &self.source {
            Source::Values { values, step, .. } => values.len().div_ceil(*step),
            Source::Integers { first, last, step } => {
                let steps = (i128::from(*last) - i128::from(*first)).div_euclid(i128::from(*step));
                usize::try_from(steps + 1).unwrap_or(0)
            }
        }
    }

    /// The values, in order.
    pub fn iter(&self) -> Box<dyn std::iter::Iterator<Item = Value> + '_> {
        match &self.source {
            Source::Values { values, step, backwards: false } => {
                Box::new(values.iter().cloned().step_by(*step))
            }
            Source::Values { values, step, .. } => Box::new(values.iter().rev().cloned().step_by(*step)),
            Source::Integers { first, step, .. } => {
                let (first, step) = (i128::from(*first), i128::from(*step));
                Box::new((0..self.count()).filter_map(move |index| {
                    let value = first + step * i128::try_from(index).ok()?;
                    i64::try_from(value).ok().map(Value::Integer)
                }))
            }
        }
    }
}

fn single_character() -> Type {
    Type::String(Range::Between(1, 1))
}

fn characters(text: &str) -> EcoVec<Value> {
    text.chars().map(|character| Value::String(character.into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(iterator: &Iterator) -> String {
        format!("{}", Value::array(iterator.iter()))
    }

    #[test]
    fn walks_backwards_and_in_steps() {
        let numbers = Iterator::over(&Value::Integer(10)).unwrap();
        assert_eq!(shown(&numbers.stepped(3)), "[0, 3, 6, 9]");
        assert_eq!(shown(&numbers.stepped(4).reversed()), "[8, 4, 0]");
        assert_eq!(numbers.stepped(4).count(), 3);
        let letters = Iterator::over(&"abcde".into()).unwrap();
        assert_eq!(shown(&letters.reversed().stepped(2)), "[e, c, a]");
        assert_eq!(shown(&letters.stepped(2).reversed()), "[e, c, a]");
    }

    #[test]
    fn what_is_not_iterable_gives_none() {
        assert!(Iterator::over(&Value::Integer(-1)).is_none());
        assert!(Iterator::over(&Value::Type(Type::Integer(Range::Any))).is_none());
    }
}
