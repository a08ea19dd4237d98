//! Sources that are kept for as long as what evaluates them, however late they come.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::source::Source;

/// A list that only grows, so that what is in it can be borrowed while it grows. Shared by threads.
pub struct KeptSources {
    count: AtomicUsize,
    /// Each twice as long as the one before it; nothing ever moves.
    shelves: [OnceLock<Box<[OnceLock<Source>]>>; SHELVES],
}

/// As many as an index of 32 bits needs.
const SHELVES: usize = 32;

impl Default for KeptSources {
    fn default() -> Self {
        Self { count: AtomicUsize::new(0), shelves: [const { OnceLock::new() }; SHELVES] }
    }
}

impl KeptSources {
    /// Keeps a source.
    ///
    /// # Panics
    /// When there are more than 4 thousand million.
    pub fn keep(&self, source: Source) -> &Source {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let shelf = number.ilog2() as usize;
        let length = 1_usize << shelf;
        let places = self.shelves.get(shelf).expect("memory ends before the shelves do");
        let places = places.get_or_init(|| (0..length).map(|_| OnceLock::new()).collect());
        places.get(number - length).expect("a number has a place on its shelf").get_or_init(|| source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays() {
        let kept = KeptSources::default();
        let all: Vec<&Source> =
            (0..40).map(|number| kept.keep(Source::read(number.to_string(), "1").unwrap())).collect();
        let names: Vec<String> = all.iter().map(|source| source.file.name().to_owned()).collect();
        assert_eq!(names, (0..40).map(|number| number.to_string()).collect::<Vec<_>>());
    }
}
