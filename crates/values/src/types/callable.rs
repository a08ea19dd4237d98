//! What can be called with which arguments.

use super::{Callable, TupleType, Type};
use crate::value::Value;

impl Type {
    /// Whether it is a callable: through aliases, of all choices of a Variant, and of an Optional if that is
    /// allowed.
    pub fn is_callable(&self, optional: bool) -> bool {
        match self {
            Self::Callable(_) => true,
            Self::Optional(Some(inner)) => optional && inner.is_callable(optional),
            Self::Variant(types) => types.iter().all(|found| found.is_callable(optional)),
            Self::Alias(alias) if !alias.is_recursive() => {
                alias.resolved().is_some_and(|found| found.is_callable(optional))
            }
            _ => false,
        }
    }
}

impl Callable {
    /// Whether it can be called with these values and this block.
    pub fn takes(&self, arguments: &[Value], block: Option<&Type>) -> bool {
        let Some(parameters) = &self.parameters else { return true };
        if !parameters.size_range().takes(arguments.len()) {
            return false;
        }
        let fits = |(index, argument): (usize, &Value)| {
            parameters.type_at(index).is_none_or(|found| found.is_instance(argument))
        };
        arguments.iter().enumerate().all(fits) && self.takes_block(block)
    }

    /// Whether it can be called with values of these types, the last of which may be a block.
    pub fn takes_types(&self, arguments: &TupleType) -> bool {
        let block = arguments.types.last().filter(|last| last.is_callable(true));
        let count = arguments.types.len() - usize::from(block.is_some());
        let Some(parameters) = &self.parameters else { return true };
        let given = arguments.types.get(..count).unwrap_or_default();
        let fits = |(index, argument): (usize, &Type)| {
            parameters.type_at(index).is_none_or(|found| found.is_assignable(argument))
        };
        let sized = parameters.size_range().takes(count);
        sized && given.iter().enumerate().all(fits) && self.takes_block(block)
    }

    fn takes_block(&self, block: Option<&Type>) -> bool {
        match (&self.block, block) {
            (None, block) => block.is_none(),
            (Some(own), Some(block)) => own.is_assignable(block),
            (Some(own), None) => own.takes_undef(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{builtin, infer_set, parse};

    #[test]
    fn arguments_and_blocks() {
        let cases = [
            ("Callable[String, Integer]", "['a', 1]", None, true),
            ("Callable[String, Integer]", "['a']", None, false),
            ("Callable[String, Integer, 1, 2]", "['a']", None, true),
            ("Callable[String, 0, default]", "['a', 'b', 'c']", None, true),
            ("Callable[String, 0, default]", "['a', 1]", None, false),
            ("Callable[0, 0]", "[]", None, true),
            ("Callable[String]", "['a']", Some("Callable"), false),
            ("Callable[String, Callable[1, 1]]", "['a']", Some("Callable[1, 1]"), true),
            ("Callable[String, Callable[1, 1]]", "['a']", None, false),
            ("Callable[String, Optional[Callable]]", "['a']", None, true),
        ];
        for (callable, arguments, block, expected) in cases {
            let Ok(Type::Callable(Some(found))) = parse(callable, builtin()) else {
                unreachable!("{callable}")
            };
            let Ok(Value::Array(values)) = crate::types::parse::parse_value(arguments, builtin()) else {
                unreachable!("{arguments}")
            };
            let block = block.map(|text| parse(text, builtin()).unwrap());
            assert_eq!(found.takes(&values, block.as_ref()), expected, "{callable} {arguments}");
            let types = values.iter().map(infer_set).chain(block).collect();
            let types = TupleType { types, ..TupleType::default() };
            assert_eq!(found.takes_types(&types), expected, "{callable} {arguments}");
        }
    }
}
