//! Names that stand for types.
//!
//! An alias is made first and resolved later, when what it stands for can be read, so that aliases may hold
//! themselves and each other. An alias that holds itself is never freed: its type keeps it alive.

use std::sync::{Arc, OnceLock};

use ecow::EcoString;

use super::{Type, visit};

/// A name for a type. Resolved once, when everything it holds is known.
pub struct Alias {
    /// Its name.
    pub name: EcoString,
    resolved: OnceLock<Type>,
    recursive: OnceLock<bool>,
}

/// An alias cannot stand for what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// It stands for nothing but itself.
    #[error("Type alias '{0}' cannot be resolved to a real type")]
    Unreal(EcoString),
}

impl Alias {
    /// A name that does not stand for anything yet.
    pub fn new(name: impl Into<EcoString>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), resolved: OnceLock::new(), recursive: OnceLock::new() })
    }

    /// A name for what is known already.
    pub fn of(name: impl Into<EcoString>, stands_for: Type) -> Arc<Self> {
        let alias = Self::new(name);
        // The lock is new, so this cannot fail.
        let _ = alias.resolved.set(stands_for);
        alias
    }

    /// Says what it stands for. The first time counts.
    pub fn resolve(self: &Arc<Self>, stands_for: &Type) -> Result<(), AliasError> {
        self.resolve_as_written(stands_for.normalize())
    }

    /// The same, for aliases of Puppet itself, which are not simplified.
    pub(super) fn resolve_as_written(self: &Arc<Self>, stands_for: Type) -> Result<(), AliasError> {
        let own = Type::Alias(self.clone());
        if !visit::holds(&stands_for, &own, &mut |found| is_real(found, self)) {
            return Err(AliasError::Unreal(self.name.clone()));
        }
        let _ = self.resolved.set(without_itself(stands_for, self));
        Ok(())
    }

    /// What it stands for; absent while that is being found out.
    pub fn resolved(&self) -> Option<&Type> {
        self.resolved.get()
    }

    /// Whether what it stands for holds it.
    pub fn is_recursive(&self) -> bool {
        if let Some(known) = self.recursive.get() {
            return *known;
        }
        let Some(resolved) = self.resolved.get() else { return true };
        let is_self =
            |found: &Type| matches!(found, Type::Alias(alias) if std::ptr::eq(&raw const **alias, self));
        *self.recursive.get_or_init(|| visit::holds(resolved, &Type::Any, &mut |found| is_self(found)))
    }

    /// What tells it apart from others.
    pub(super) fn identity(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

/// A choice between itself and something else is something else.
fn without_itself(stands_for: Type, alias: &Arc<Alias>) -> Type {
    let Type::Variant(types) = &stands_for else { return stands_for };
    let own = Type::Alias(alias.clone());
    let leads_on = |found: &Type| {
        let leads_back = matches!(found, Type::Alias(other) if Arc::ptr_eq(other, alias));
        !leads_back && visit::holds(found, &own, &mut |inner| is_real(inner, alias))
    };
    if types.iter().all(leads_on) {
        return stands_for;
    }
    Type::variant(types.iter().filter(|found| leads_on(found)).cloned())
}

/// Whether it is more than a name or a choice. Another name that is being resolved counts.
fn is_real(found: &Type, alias: &Arc<Alias>) -> bool {
    match found {
        Type::Alias(other) => other.resolved().is_none() && !Arc::ptr_eq(other, alias),
        Type::Variant(_) => false,
        _ => true,
    }
}
