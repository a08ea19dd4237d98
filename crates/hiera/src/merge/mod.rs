//! How the values that several places have for one key become one: first, unique, hash and deep.
//!
//! Knows the strategies, not where values come from: the search in a list of places is handed over as a
//! function.

mod deep;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use values::{Map, Text, Value};

use crate::error::{Found, LookupError, Missing, optional};
use crate::explain::Step;
use crate::invocation::Invocation;
use crate::types::mismatch;
use crate::world::World;

/// A merge strategy with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    strategy: Strategy,
    /// As they were given, `strategy` among them; empty where there are none.
    options: Arc<Map>,
}

/// How values are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The first value, because nothing else was asked for.
    Default,
    /// The first value.
    First,
    /// All values flattened into one array, each element once.
    Unique,
    /// The keys of all hashes; of equal keys the first.
    Hash,
    /// Hashes and arrays merged at every level.
    Deep,
    /// As `deep`, with any option (version 3).
    UnconstrainedDeep,
    /// As `deep`, with later values over earlier ones (version 3).
    ReverseDeep,
}

impl Strategy {
    const ALL: [Self; 7] = [
        Self::Default,
        Self::First,
        Self::Unique,
        Self::Hash,
        Self::Deep,
        Self::UnconstrainedDeep,
        Self::ReverseDeep,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::First => "first",
            Self::Unique => "unique",
            Self::Hash => "hash",
            Self::Deep => "deep",
            Self::UnconstrainedDeep => "unconstrained_deep",
            Self::ReverseDeep => "reverse_deep",
        }
    }

    fn is_first(self) -> bool {
        matches!(self, Self::Default | Self::First)
    }

    /// The type that options must have, in Puppet's words.
    fn options_type(self) -> String {
        match self {
            Self::UnconstrainedDeep | Self::ReverseDeep => "Hash[String[1],Any]".to_owned(),
            Self::Deep => "Struct[{strategy=>Optional[Pattern[deep]],knockout_prefix=>Optional[String],\
                           merge_debug=>Optional[Boolean],merge_hash_arrays=>Optional[Boolean],\
                           sort_merged_arrays=>Optional[Boolean]}]"
                .to_owned(),
            other => format!("Struct[{{strategy=>Optional[Pattern[/{}/]]}}]", other.name()),
        }
    }
}

impl Default for Merge {
    fn default() -> Self {
        Self::of(Strategy::Default)
    }
}

impl Merge {
    /// A strategy without options.
    pub fn of(strategy: Strategy) -> Self {
        Self { strategy, options: Arc::default() }
    }

    /// Reads what users write: a name, or a hash with `strategy` and options. `undef` is the default.
    pub fn from_value(merge: &Value) -> Result<Self, LookupError> {
        let (name, options) = match merge {
            Value::Undef | Value::Boolean(false) => return Ok(Self::default()),
            Value::Hash(options) => {
                let name = options.get(&Text("strategy")).filter(|name| !name.is_undef()).ok_or_else(|| {
                    LookupError::argument(
                        "The hash given as 'merge' must contain the name of a strategy in string form for the \
                         key 'strategy'",
                    )
                })?;
                (name, if options.len() == 1 { Arc::default() } else { Arc::clone(options) })
            }
            name => (name, Arc::default()),
        };
        let strategy = Strategy::ALL.into_iter().find(|strategy| name.as_str() == Some(strategy.name()));
        let strategy =
            strategy.ok_or_else(|| LookupError::argument(format!("Unknown merge strategy: '{name}'")))?;
        // In Puppet the two are one instance where there are no options, and it calls itself `deep`.
        let strategy = match strategy {
            Strategy::UnconstrainedDeep if options.is_empty() => Strategy::Deep,
            other => other,
        };
        let merge = Self { strategy, options };
        merge.check_options()?;
        Ok(merge)
    }

    /// The strategy.
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// Whether nothing was asked for.
    pub fn is_default(&self) -> bool {
        self.strategy == Strategy::Default
    }

    fn check_options(&self) -> Result<(), LookupError> {
        let fits = self.options.iter().all(|(key, value)| match (self.strategy, key.as_str(), value) {
            (_, None | Some(""), _) => false,
            (Strategy::UnconstrainedDeep | Strategy::ReverseDeep, ..) => true,
            (_, Some("strategy"), Value::String(_)) => true,
            (Strategy::Deep, Some("knockout_prefix"), Value::String(_) | Value::Undef) => true,
            (
                Strategy::Deep,
                Some("merge_debug" | "merge_hash_arrays" | "sort_merged_arrays"),
                Value::Boolean(_) | Value::Undef,
            ) => true,
            _ => false,
        });
        if fits {
            return Ok(());
        }
        let options = Value::Hash(Arc::clone(&self.options));
        Err(mismatch("The merge options", &self.strategy.options_type(), &options))
    }

    fn step(&self) -> Step {
        let mut options = Map::clone(&self.options);
        options.shift_remove(&Text("strategy"));
        let options = (!options.is_empty()).then(|| Value::Hash(Arc::new(options)));
        Step::Merge { strategy: self.strategy.name(), options }
    }

    /// Searches one place after another, and merges what is found.
    pub(crate) fn search<Variant>(
        &self,
        variants: &[Variant],
        invocation: &Invocation,
        world: &mut dyn World,
        mut find: impl FnMut(&Variant, &mut dyn World) -> Found<Value>,
    ) -> Found<Value> {
        if self.strategy.is_first() {
            for variant in variants {
                match find(variant, world) {
                    Err(Missing::NotFound) => {}
                    found => return found,
                }
            }
            return Err(Missing::NotFound);
        }
        match variants {
            [] => Err(Missing::NotFound),
            [only] => find(only, world).map(|value| self.alone(value)),
            many => invocation.with(
                || self.step(),
                || {
                    let mut merged: Option<Value> = None;
                    for variant in many {
                        let Some(value) = optional(find(variant, world))? else { continue };
                        merged = Some(match merged {
                            None => self.converted(value),
                            Some(before) => self.merge(before, value)?,
                        });
                    }
                    let merged = merged.ok_or(Missing::NotFound)?;
                    invocation.report_result(&merged);
                    Ok(merged)
                },
            ),
        }
    }

    /// A value that there is nothing to merge with.
    fn alone(&self, value: Value) -> Value {
        match &value {
            Value::Array(elements) if self.strategy == Strategy::Unique => {
                Value::array(unique(elements.iter().cloned()))
            }
            _ => value,
        }
    }

    /// The first of several values.
    fn converted(&self, value: Value) -> Value {
        if self.strategy == Strategy::Unique { Value::array(flattened(&value)) } else { value }
    }

    /// Merges a value of lower priority into what there is.
    pub fn merge(&self, first: Value, second: Value) -> Result<Value, LookupError> {
        match self.strategy {
            Strategy::Default | Strategy::First => Ok(first),
            Strategy::Hash => {
                let first = self.assert_hash("The first element of the merge", first)?;
                let second = self.assert_hash("The second element of the merge", second)?;
                let mut merged = Arc::unwrap_or_clone(second);
                merged.extend(first.iter().map(|(key, value)| (key.clone(), value.clone())));
                Ok(Value::Hash(Arc::new(merged)))
            }
            Strategy::Unique => {
                let subjects = ["The first element of the merge", "The second element of the merge"];
                for (subject, value) in subjects.into_iter().zip([&first, &second]) {
                    let fits = match value {
                        Value::Array(elements) => elements.iter().all(is_data),
                        Value::Hash(_) | Value::Undef | Value::Default | Value::Sensitive(_) => false,
                        _ => true,
                    };
                    if !fits {
                        return Err(mismatch(subject, "Variant[Scalar,Array[Data]]", value));
                    }
                }
                Ok(Value::array(unique(flattened(&first).into_iter().chain(flattened(&second)))))
            }
            Strategy::Deep | Strategy::UnconstrainedDeep => deep::merge(first, second, &self.options),
            Strategy::ReverseDeep => deep::merge(second, first, &self.options),
        }
    }

    fn assert_hash(&self, subject: &str, value: Value) -> Result<Arc<Map>, LookupError> {
        match value {
            Value::Hash(entries)
                if entries.iter().all(|(key, value)| key.as_str().is_some() && is_data(value)) =>
            {
                Ok(entries)
            }
            other => Err(mismatch(subject, "Hash[String,Data]", &other)),
        }
    }
}

/// Whether a value is of the type `Data`.
pub(crate) fn is_data(value: &Value) -> bool {
    match value {
        Value::Undef | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::String(_) => true,
        Value::Array(elements) => elements.iter().all(is_data),
        Value::Hash(entries) => entries.iter().all(|(key, value)| key.as_str().is_some() && is_data(value)),
        _ => false,
    }
}

/// The elements of an array and of all arrays in it; any other value alone.
fn flattened(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements
            .iter()
            .flat_map(|element| match element {
                Value::Array(_) => flattened(element),
                other => vec![other.clone()],
            })
            .collect(),
        other => vec![other.clone()],
    }
}

/// Each once, where it stands first.
#[expect(clippy::mutable_key_type, reason = "what can change in a value is a cache that its hash leaves out")]
pub(super) fn unique(elements: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut seen = FxHashSet::default();
    elements.into_iter().filter(|element| seen.insert(element.clone())).collect()
}
