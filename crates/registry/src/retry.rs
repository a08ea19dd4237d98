//! When to try again, and how long to wait before; and a flag that ends all waiting.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::Error;

/// The pause after the first failed attempt; it doubles with each further one, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A registry that wants to be left alone for longer gets its way: nobody sits and waits.
const LONGEST_WISH: Duration = Duration::from_secs(60);

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

    /// Errors once it was raised.
    pub fn check(&self) -> Result<(), Error> {
        if *self.raised.lock().unwrap_or_else(PoisonError::into_inner) {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Sleeps for `pause` or until raised; whether it was raised.
    fn wait(&self, pause: Duration) -> bool {
        let guard = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, _) = self
            .changed
            .wait_timeout_while(guard, pause, |raised| !*raised)
            .unwrap_or_else(PoisonError::into_inner);
        *guard
    }
}

/// The attempts that one piece of work has left.
pub(crate) struct Attempts<'a> {
    cancel: &'a Cancel,
    most: u32,
    failed: u32,
}

impl<'a> Attempts<'a> {
    /// `most` attempts in all; 0 counts as 1.
    pub fn new(most: u32, cancel: &'a Cancel) -> Self {
        Self { cancel, most, failed: 0 }
    }

    /// Something got through since the last failure, so that this is not the same trouble again and again.
    pub fn progressed(&mut self) {
        self.failed = 0;
    }

    /// Waits until the next attempt is due, or gives the error back if there is none.
    pub fn another(&mut self, error: Error) -> Result<(), Error> {
        self.failed += 1;
        let wish = error.retry_after();
        if !error.may_pass() || self.failed >= self.most || wish.is_some_and(|wish| wish > LONGEST_WISH) {
            return Err(error);
        }
        let usual = FIRST_PAUSE * 2_u32.saturating_pow(self.failed - 1).min(1 << 10);
        if self.cancel.wait(wish.unwrap_or(usual.min(LONGEST_PAUSE))) { Err(error) } else { Ok(()) }
    }

    /// Makes attempts until one succeeds, fails for good, or there were enough.
    pub fn persist<T>(mut self, mut attempt: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        loop {
            match attempt() {
                Ok(value) => return Ok(value),
                Err(error) => self.another(error)?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn status(status: u16, seconds: Option<u64>) -> Error {
        let retry_after = seconds.map(Duration::from_secs);
        Error::Status { url: String::new(), status, words: String::new(), retry_after }
    }

    fn attempts_made(error: impl Fn() -> Error) -> u32 {
        let mut made = 0;
        let outcome: Result<(), Error> = Attempts::new(3, &Cancel::default()).persist(|| {
            made += 1;
            Err(error())
        });
        assert!(outcome.is_err());
        made
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert_eq!(attempts_made(|| status(503, None)), 3);
        assert_eq!(attempts_made(|| status(429, Some(0))), 3);
        assert_eq!(attempts_made(|| status(429, Some(3600))), 1);
        assert_eq!(attempts_made(|| status(404, None)), 1);
        assert_eq!(attempts_made(|| status(501, None)), 1);
    }

    #[test]
    fn nobody_waits_once_the_flag_is_raised() {
        let cancel = Cancel::default();
        cancel.raise();
        let begun = Instant::now();
        assert!(Attempts::new(3, &cancel).another(status(429, Some(50))).is_err());
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(matches!(cancel.check(), Err(Error::Cancelled)));
    }
}
