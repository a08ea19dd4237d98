//! The same work on many things at once, ended by the first error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::Error;
use crate::retry::Cancel;

/// Runs `work` over the items on up to `threads` threads. The first error raises the flag the others see, and is
/// the one returned; else the results in the order of the items.
pub(crate) fn each<'items, T: Sync, R: Send>(
    items: &'items [T],
    threads: usize,
    work: impl Fn(&'items T, &Cancel) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    let (next, cancel, failure) = (AtomicUsize::new(0), Cancel::default(), Mutex::new(None));
    let results: Mutex<Vec<(usize, R)>> = Mutex::default();
    let worker = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at).filter(|_| cancel.check().is_ok()) else { return };
            match work(item, &cancel) {
                Ok(result) => results.lock().unwrap_or_else(PoisonError::into_inner).push((at, result)),
                Err(error) => {
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    cancel.raise();
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.max(1).min(items.len()) {
            scope.spawn(worker);
        }
        worker();
    });
    if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
