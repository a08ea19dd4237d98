//! How many bytes are through, told to a task while transfers run.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use progress::Task;

/// How often a task is told.
const TICK: Duration = Duration::from_millis(100);

/// The bytes of all transfers of one task.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<AtomicU64>);

/// Counts the bytes of one transfer; those of a repeated attempt only once.
#[derive(Clone)]
pub(crate) struct Meter {
    tally: Tally,
    best: Arc<AtomicU64>,
}

impl Tally {
    pub fn meter(&self) -> Meter {
        Meter { tally: self.clone(), best: Arc::default() }
    }

    /// Tells the task while `work` runs: what is sent is counted by a reader that cannot borrow it.
    pub fn show<R>(&self, task: &dyn Task, work: impl FnOnce() -> R) -> R {
        let (done, gate, bell) = (AtomicBool::new(false), Mutex::new(()), Condvar::new());
        let tell = || task.advance(self.0.swap(0, Ordering::Relaxed));
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut guard = gate.lock().unwrap_or_else(PoisonError::into_inner);
                while !done.load(Ordering::Relaxed) {
                    (guard, _) = bell.wait_timeout(guard, TICK).unwrap_or_else(PoisonError::into_inner);
                    tell();
                }
                tell();
            });
            // Rings also if the work panics, or the scope would wait for ever.
            let _ring = Ring(|| {
                let _guard = gate.lock().unwrap_or_else(PoisonError::into_inner);
                done.store(true, Ordering::Relaxed);
                bell.notify_all();
            });
            work()
        })
    }
}

struct Ring<F: Fn()>(F);

impl<F: Fn()> Drop for Ring<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Meter {
    /// So many bytes are through, from the beginning.
    pub fn reached(&self, length: u64) {
        let before = self.best.fetch_max(length, Ordering::Relaxed);
        self.tally.0.fetch_add(length.saturating_sub(before), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Counter(Arc<AtomicU64>);

    impl Task for Counter {
        fn advance(&self, units: u64) {
            self.0.fetch_add(units, Ordering::Relaxed);
        }
        fn busy_with(&self, _: &str) {}
        fn done(self: Box<Self>, _: &str) {}
    }

    #[test]
    fn what_comes_twice_is_counted_once() {
        let (task, tally) = (Counter::default(), Tally::default());
        tally.show(&task, || {
            let meter = tally.meter();
            [10, 30, 20, 40].into_iter().for_each(|length| meter.reached(length));
            tally.meter().reached(2);
        });
        assert_eq!(task.0.load(Ordering::Relaxed), 42);
    }
}
