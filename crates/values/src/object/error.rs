//! What can be wrong with Object types and sets of types.

use ecow::EcoString;

use super::TypeSet;

/// What is wrong with an Object type or a set of types, in Puppet's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say what each is")]
pub enum ObjectError {
    #[error("{0}")]
    Mismatch(String),
    #[error("The Object type '{0}' inherits from itself")]
    InheritsItself(EcoString),
    #[error("reference to unresolved type '{0}'")]
    UnresolvedParent(EcoString),
    #[error("attribute {label}[{name}] is defined as both a constant and an attribute")]
    ConstantAndAttribute { label: EcoString, name: EcoString },
    #[error("{0} conflicts with attribute with the same name")]
    FunctionAndAttribute(EcoString),
    #[error("The attribute '{0}' is reserved and cannot be used")]
    Reserved(EcoString),
    #[error("{0} of kind 'constant' cannot be combined with final => false")]
    ConstantNotFinal(EcoString),
    #[error("{0} of kind 'constant' requires a value")]
    ConstantWithoutValue(EcoString),
    #[error("{label} of kind '{kind}' cannot be combined with an attribute value")]
    DerivedWithValue { label: EcoString, kind: EcoString },
    #[error("expected {label} to override an inherited {kind}, but no such {kind} was found")]
    NothingToOverride { label: EcoString, kind: &'static str },
    #[error("{member} attempts to override {label}")]
    OtherKind { member: EcoString, label: EcoString },
    #[error("{member} attempts to override final {label}")]
    OverridesFinal { member: EcoString, label: EcoString },
    #[error("{member} attempts to override {label} without having override => true")]
    OverridesUnsaid { member: EcoString, label: EcoString },
    #[error("{member} attempts to override {label} with a type that does not match")]
    OverridesType { member: EcoString, label: EcoString },
    #[error("equality_include_type = false cannot be combined with non empty equality specification")]
    EqualityWithoutType,
    #[error("{label} equality is referencing {attribute} which is included in equality of {parent}")]
    EqualityOfParent { label: EcoString, attribute: EcoString, parent: EcoString },
    #[error("{label} equality is referencing non existent attribute '{attribute}'")]
    EqualityUnknown { label: EcoString, attribute: EcoString },
    #[error("{label} equality is referencing {member}. Only attribute references are allowed")]
    EqualityOfFunction { label: EcoString, member: EcoString },
    #[error(
        "{label} equality is referencing constant {member}. Reference to constant is not allowed in equality"
    )]
    EqualityOfConstant { label: EcoString, member: EcoString },
    #[error("The {0}-Type cannot be parameterized using []")]
    NotParameterized(EcoString),
    #[error("'{name}' is not a known type parameter for {label}-Type")]
    UnknownTypeParameter { label: EcoString, name: EcoString },
    #[error("The {0}-Type cannot be parameterized using an empty parameter list")]
    NoTypeParameters(EcoString),
    #[error("{0}")]
    TypeSet(String),
}

/// For messages of sets of types.
pub(super) fn type_set_error(type_set: &TypeSet, message: &str) -> ObjectError {
    ObjectError::TypeSet(format!("TypeSet '{}' {message}", type_set.name.as_deref().unwrap_or_default()))
}
