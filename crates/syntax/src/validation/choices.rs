//! What may stand only once: defaults of choices, keys of hashes.

use std::collections::HashSet;

use super::{Checker, error, labels, model::Model};
use crate::ast::{Case, Expression, ExpressionKind, HashEntry, Selector};

impl<'tree> Checker<'tree> {
    /// Every default after the first is told.
    pub(super) fn check_case(&mut self, node: Model<'tree>, case: &'tree Case) {
        self.require_value(Model::of(&case.test));
        let defaults =
            case.options.iter().flat_map(|option| &option.values).filter(|value| is_default(value));
        for default in defaults.skip(1) {
            self.report_second_default(node, default);
        }
    }

    /// Only the second default is told.
    pub(super) fn check_selector(&mut self, node: Model<'tree>, selector: &'tree Selector) {
        self.require_value(Model::of(&selector.left));
        let mut defaults =
            selector.entries.iter().map(|entry| &entry.matching).filter(|value| is_default(value));
        if let Some(default) = defaults.nth(1) {
            self.report_second_default(node, default);
        }
    }

    fn report_second_default(&mut self, container: Model<'tree>, default: &'tree Expression) {
        let message =
            format!("This {} already has a 'default' entry - this is a duplicate", labels::label(container));
        let hint = "keep one of them; wherever it stands, it is taken when nothing else matches";
        self.report(error("DUPLICATE_DEFAULT", Model::of(default), message).hint(hint));
    }

    /// Keys that have to be evaluated are not compared.
    pub(super) fn check_duplicate_keys(&mut self, entries: &'tree [HashEntry]) {
        let mut seen = HashSet::new();
        for entry in entries {
            let node = Model::KeyedEntry(entry);
            match self.literals.identity(&entry.key) {
                Ok(key) => {
                    if !seen.insert(key) {
                        let key = self.literals.shown(&entry.key);
                        let message = format!("The key '{key}' is declared more than once");
                        let hint = "remove one of the entries; the last would win";
                        self.report(error("DUPLICATE_KEY", node, message).hint(hint));
                    }
                }
                Err(failure) => failure.raised(node).into_iter().for_each(|issue| self.raise(issue)),
            }
        }
    }
}

fn is_default(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Default)
}
