//! Signatures, written in Puppet's own syntax.

use ecow::EcoString;
use syntax::ast::{Expression, ExpressionKind, Function, Parameter};
use values::Type;
use values::mismatch::{Signature, describe_signatures};
use values::types::{Callable, Range, Size, TupleType, infer_set, resolve};

use crate::call::Arguments;
use crate::local_types::LocalTypes;

/// The signatures of a function.
#[derive(Debug)]
pub struct Signatures {
    /// In the order in which they are tried.
    pub all: Vec<Signature>,
}

impl Signatures {
    /// Why arguments fit none of them, in Puppet's words.
    pub fn mismatch(&self, name: &str, arguments: &Arguments<'_>) -> String {
        describe(name, &self.all, arguments)
    }
}

/// Why arguments fit none of these, in Puppet's words.
pub(crate) fn describe(name: &str, signatures: &[Signature], arguments: &Arguments<'_>) -> String {
    let mut types: Vec<Type> = arguments.values.iter().map(infer_set).collect();
    types.extend(arguments.block.map(|block| block.type_of()));
    let arguments = TupleType { size: Range::Any, types };
    describe_signatures(name, signatures, &arguments)
}

/// Reads signatures: `(String $a, Optional[Callable] &$block) >> Integer`. A parameter with `*` takes all arguments
/// that are left, one with `+` takes at least one, one with a default (any) may be left out, the one with `&` is the
/// block, the last of all. What follows `otherwise` is no way to call the function: what runs says why.
///
/// # Panics
/// On a text that is no signature, which a test over all functions finds.
pub fn read<'text>(texts: impl IntoIterator<Item = &'text str>) -> Signatures {
    Signatures { all: texts.into_iter().map(read_one).collect() }
}

/// The word before signatures that only serve a better message.
pub(crate) const OTHERWISE: &str = "otherwise ";

fn read_one(text: &str) -> Signature {
    let text = text.strip_prefix(OTHERWISE).unwrap_or(text);
    let has_block = text.contains(" &$");
    let source = format!("function f{} {{}}", text.replace(" &$", " $").replace(" +$", " *$"));
    let parse = syntax::parse(&source, &syntax::Options::default());
    let unreadable = parse
        .issues
        .iter()
        .find(|issue| issue.severity == syntax::Severity::Error && issue.stage != syntax::Stage::Validation);
    assert!(unreadable.is_none(), "no signature: `{text}`: {unreadable:?}");
    let function = match parse.program.statements.as_slice() {
        [Expression { kind: ExpressionKind::Function(function), .. }] => function,
        _ => unreachable!("no signature: `{text}`"),
    };
    signature_of(function, has_block, text.contains(" +$"), &source)
}

fn signature_of(function: &Function, has_block: bool, at_least_one: bool, source: &str) -> Signature {
    let (parameters, block) = match function.parameters.as_slice() {
        [parameters @ .., block] if has_block => (parameters, Some(block)),
        parameters => (parameters, None),
    };
    let type_of = |parameter: &Parameter| type_in(parameter.type_expression.as_ref(), source);
    let returns = function.return_type.as_ref().map(|found| type_in(Some(found), source));
    Signature {
        callable: Callable {
            parameters: Some(TupleType {
                types: parameters.iter().map(type_of).collect(),
                size: size_of(parameters, at_least_one),
            }),
            block: block.map(type_of),
            returns,
        },
        parameter_names: parameters.iter().map(|parameter| parameter.name.clone()).collect(),
        block_name: block.map_or_else(EcoString::new, |block| block.name.clone()),
    }
}

/// How many arguments there may be.
fn size_of(parameters: &[Parameter], at_least_one: bool) -> Size {
    let takes_rest = parameters.last().is_some_and(|last| last.captures_rest);
    let required = parameters.iter().filter(|parameter| parameter.value.is_none()).count();
    let required = required - usize::from(takes_rest && !at_least_one);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    match parameters.len() {
        _ if takes_rest => Range::AtLeast(count(required)),
        all if all == required && all > 0 => Range::Any,
        all => Range::Between(count(required), count(all)),
    }
}

fn type_in(expression: Option<&Expression>, source: &str) -> Type {
    let Some(expression) = expression else { return Type::Any };
    resolve(expression, source, &LocalTypes).expect("signatures name types of the language alone")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_kinds_of_parameters() {
        let cases = [
            ("()", "Callable[0, 0]"),
            ("(String $a, Integer $b = 1)", "Callable[String, Integer, 1, 2]"),
            ("(String $a, Any *$rest) >> Data", "Callable[[String, Any, 1], Data]"),
            ("(Any +$names)", "Callable[Any, 1]"),
            ("(Array $a, Optional[Callable[1, 1]] &$block)", "Callable[Array, Optional[Callable[1, 1]]]"),
        ];
        for (text, expected) in cases {
            let signature = read_one(text);
            assert_eq!(Type::Callable(Some(signature.callable.into())).to_string(), expected, "{text}");
        }
        assert_eq!(read_one("(String $a, Callable &$block)").block_name, "block");
    }
}
