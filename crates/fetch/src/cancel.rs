//! A flag that stops work under way, also work that is waiting for its next attempt.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Raised once, seen by every thread that looks or waits.
#[derive(Default)]
pub(crate) struct Cancel {
    raised: Mutex<bool>,
    changed: Condvar,
}

impl Cancel {
    /// From now on there is no point in going on.
    pub fn raise(&self) {
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Whether it was raised.
    pub fn is_raised(&self) -> bool {
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for `pause` or until raised; whether it was raised.
    pub fn wait(&self, pause: Duration) -> bool {
        let guard = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, _) = self
            .changed
            .wait_timeout_while(guard, pause, |raised| !*raised)
            .unwrap_or_else(PoisonError::into_inner);
        *guard
    }
}
