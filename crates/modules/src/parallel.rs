//! The same work for many things at once. Knows nothing of the work.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many are under way at once. Most of the time is waiting for servers.
const WORKERS: usize = 8;

/// Calls `work` for each item on several threads and gives the results in the items' order. After the first
/// error nothing new is begun, and that error is returned.
pub fn map<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results: Mutex<Vec<(usize, Result<R, E>)>> = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            let result = work(item);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..WORKERS.min(items.len()) {
            scope.spawn(worker);
        }
        worker();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order_and_the_first_error_ends_it() {
        let items: Vec<u32> = (0..100).collect();
        let doubled = map(&items, |item| Ok::<_, u32>(item * 2)).unwrap();
        assert_eq!((doubled.len(), doubled[0], doubled[99]), (100, 0, 198));
        assert!(map(&items, |item| if *item >= 50 { Err(*item) } else { Ok(()) }).is_err());
        assert_eq!(map(&[] as &[u32], |_| Err::<(), _>(())), Ok(vec![]));
    }
}
