//! Why a call fits none of a function's signatures.

use ecow::EcoString;

use super::describe::{describe, merge};
use super::kinds::{Mismatch, PathElement, Reason};
use crate::types::{Callable, Range, Size, TupleType, Type};

/// What a function takes, and what it calls it.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// The types.
    pub callable: Callable,
    /// The parameters' names.
    pub parameter_names: Vec<EcoString>,
    /// The block's name.
    pub block_name: EcoString,
}

impl Signature {
    fn parameters(&self) -> TupleType {
        self.callable.parameters.clone().unwrap_or(TupleType { types: Vec::new(), size: Range::Any })
    }
}

/// Describes why a call with arguments of these types fits no signature. The last type may be that of the
/// block. `name` is the function's, or `lambda` for a block.
pub fn describe_signatures(name: &str, signatures: &[Signature], arguments: &TupleType) -> String {
    let path = |index: usize| [PathElement::Signature(index)];
    let describe_each =
        |describe: &dyn Fn(&Signature, &[PathElement]) -> Vec<Mismatch>| -> Vec<Vec<Mismatch>> {
            signatures
                .iter()
                .enumerate()
                .map(|(index, signature)| describe(signature, &path(index)))
                .collect()
        };
    let mut errors = describe_each(&|signature, path| of_arguments(signature, arguments, path));
    if errors.iter().any(Vec::is_empty) {
        let blocks = describe_each(&|signature, path| of_block(signature, arguments, path));
        let failing = blocks.iter().filter(|found| !found.is_empty()).count();
        if failing == blocks.len() {
            errors = blocks;
        } else if failing > 0 {
            for (own, block) in errors.iter_mut().zip(blocks) {
                if own.is_empty() {
                    *own = block;
                }
            }
        }
    }
    told(name, signatures, errors)
}

fn told(name: &str, signatures: &[Signature], errors: Vec<Vec<Mismatch>>) -> String {
    let label = if name == "lambda" { "block".to_owned() } else { format!("'{name}'") };
    if let [only] = merge(0, true, errors.clone()).as_slice() {
        return format!("{label}{only}");
    }
    let rejected = |found: Mismatch, indent: &str| format!("{indent}rejected:{}", found.without_step(0));
    let mut lines = Vec::new();
    if let [signature] = signatures {
        lines.push(format!("{label} expects ({})", signature_text(signature)));
        lines.extend(errors.into_iter().flatten().map(|found| rejected(found, "  ")));
    } else {
        lines.push(format!(
            "The function {label} was called with arguments it does not accept. It expects one of:"
        ));
        for (signature, found) in signatures.iter().zip(errors) {
            lines.push(format!("  ({})", signature_text(signature)));
            lines.extend(found.into_iter().map(|found| rejected(found, "    ")));
        }
    }
    lines.join("\n")
}

fn of_arguments(signature: &Signature, arguments: &TupleType, path: &[PathElement]) -> Vec<Mismatch> {
    let parameters = signature.parameters();
    let has_block = arguments.types.last().is_some_and(|last| last.is_callable(true));
    let count = arguments.types.len() - usize::from(has_block);
    let expected = parameters.size_range();
    let actual =
        if has_block || !arguments.types.is_empty() { Size::exactly(count) } else { Range::Between(0, 0) };
    if !expected.covers_size(actual) {
        return vec![Mismatch::new(path, Reason::Count { expected, actual })];
    }
    for (index, argument) in arguments.types.iter().take(count).enumerate() {
        let place = index.min(parameters.types.len().saturating_sub(1));
        let Some(own) = parameters.types.get(place) else { break };
        if own.is_assignable(argument) {
            continue;
        }
        let name = signature.parameter_names.get(place).cloned().unwrap_or_default();
        let found = describe(own, argument, &[path, &[PathElement::Parameter(name)]].concat());
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn of_block(signature: &Signature, arguments: &TupleType, path: &[PathElement]) -> Vec<Mismatch> {
    let block = arguments.types.last().filter(|last| last.is_callable(true));
    match (&signature.callable.block, block) {
        (None, Some(_)) => vec![Mismatch::new(path, Reason::UnexpectedBlock)],
        (Some(own), Some(block)) => describe(own, block, &[path, &[PathElement::Block]].concat()),
        (Some(own), None) if !own.takes_undef() => vec![Mismatch::new(path, Reason::MissingBlock)],
        _ => Vec::new(),
    }
}

/// `String a, Integer b?, Callable block?`
fn signature_text(signature: &Signature) -> String {
    let parameters = signature.parameters();
    let size = parameters.size_range();
    if size.is_zero() {
        return String::new();
    }
    let required = usize::try_from(size.least()).unwrap_or(usize::MAX);
    let count = if signature.parameter_names.is_empty() {
        parameters.types.len()
    } else {
        signature.parameter_names.len()
    };
    let parameter = |index: usize| {
        let name = signature.parameter_names.get(index).map_or("", EcoString::as_str);
        let found = parameters.type_at(index).unwrap_or(&Type::Any);
        if size.to().is_none() && index + 1 == count {
            return format!("{found} {name}{}", if required == count { '+' } else { '*' });
        }
        match found {
            found if index < required => format!("{found} {name}"),
            Type::Optional(Some(inner)) => format!("{inner} {name}?"),
            found => format!("{found} {name}?"),
        }
    };
    let mut parts: Vec<String> = (0..count).map(parameter).collect();
    match &signature.callable.block {
        Some(Type::Optional(Some(inner))) => parts.push(format!("{inner} {}?", signature.block_name)),
        Some(block @ Type::Callable(_)) => parts.push(format!("{block} {}", signature.block_name)),
        _ => {}
    }
    parts.join(", ")
}
