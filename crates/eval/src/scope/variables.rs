//! Variables by name. Most scopes have few, and looking at each is faster than hashing; large ones get an index.

use ecow::EcoString;
use rustc_hash::FxHashMap;
use values::Value;

/// From how many on there is an index.
const MANY: usize = 12;

/// Variables, in the order in which they were assigned.
#[derive(Default)]
pub(crate) struct Variables {
    entries: Vec<(EcoString, Value)>,
    index: FxHashMap<EcoString, usize>,
}

/// Names that differ.
impl FromIterator<(EcoString, Value)> for Variables {
    fn from_iter<I: IntoIterator<Item = (EcoString, Value)>>(entries: I) -> Self {
        let entries: Vec<(EcoString, Value)> = entries.into_iter().collect();
        let mut made = Self::default();
        if entries.len() < MANY {
            made.entries = entries;
        } else {
            entries.into_iter().for_each(|(name, value)| made.push(name, value));
        }
        made
    }
}

impl Variables {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.entries.get(self.place(name)?).map(|(_, value)| value)
    }

    /// Whether there was none of this name.
    pub(crate) fn insert_new(&mut self, name: &EcoString, value: Value) -> bool {
        let is_new = self.place(name).is_none();
        if is_new {
            self.push(name.clone(), value);
        }
        is_new
    }

    pub(crate) fn set(&mut self, name: EcoString, value: Value) {
        match self.place(&name).and_then(|place| self.entries.get_mut(place)) {
            Some(entry) => entry.1 = value,
            None => self.push(name, value),
        }
    }

    /// Adds one that is known to be new.
    pub(crate) fn push(&mut self, name: EcoString, value: Value) {
        if self.entries.len() + 1 == MANY {
            self.index
                .extend(self.entries.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)));
        }
        if self.entries.len() + 1 >= MANY {
            self.index.insert(name.clone(), self.entries.len());
        }
        self.entries.push((name, value));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&EcoString, &Value)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = (EcoString, Value)> {
        self.entries.into_iter()
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.entries.len() < MANY {
            return self.entries.iter().position(|(known, _)| known == name);
        }
        self.index.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_found_alike() {
        let mut variables = Variables::default();
        for number in 0..40_i64 {
            assert!(variables.insert_new(&format!("v{number}").into(), Value::Integer(number)));
            assert!(!variables.insert_new(&format!("v{number}").into(), Value::Undef));
            assert_eq!(variables.get("v0").and_then(Value::as_integer), Some(0));
            assert_eq!(variables.get(&format!("v{number}")).and_then(Value::as_integer), Some(number));
        }
        assert!(variables.get("v40").is_none());
    }
}
