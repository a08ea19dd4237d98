//! What a token is to allow.

use std::collections::BTreeMap;

use crate::reference::Repository;

/// Rights on repositories, as the token protocol counts them: to read, or to read and write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope(BTreeMap<Repository, Access>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    Read,
    Write,
}

impl Scope {
    pub fn read(repository: &Repository) -> Self {
        Self([(repository.clone(), Access::Read)].into())
    }

    /// To write one repository and read others, from which blobs are mounted.
    pub fn write(repository: &Repository, mounted_from: impl IntoIterator<Item = Repository>) -> Self {
        let mut scope: BTreeMap<_, _> = mounted_from.into_iter().map(|other| (other, Access::Read)).collect();
        scope.insert(repository.clone(), Access::Write);
        Self(scope)
    }

    /// Whether it allows all that the other does.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|(repository, access)| self.0.get(repository) >= Some(access))
    }

    /// In the words of the token protocol.
    pub fn words(&self) -> Vec<String> {
        let words = |(repository, access): (&Repository, &Access)| {
            let actions = if *access == Access::Write { "pull,push" } else { "pull" };
            format!("repository:{repository}:{actions}")
        };
        self.0.iter().map(words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_scope_covers_a_narrower_one() {
        let [a, b] = ["a", "b"].map(|name| name.parse::<Repository>().unwrap());
        let (read, write) = (Scope::read(&a), Scope::write(&a, [b.clone()]));
        assert!(write.covers(&read) && write.covers(&Scope::read(&b)) && !read.covers(&write));
        assert!(!write.covers(&Scope::write(&b, [])));
        assert_eq!(write.words(), ["repository:a:pull,push", "repository:b:pull"]);
    }
}
