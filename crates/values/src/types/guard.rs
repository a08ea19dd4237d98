//! What keeps recursive aliases from being followed for ever.
//!
//! A guard remembers which aliases (on the one side) and which values or aliases (on the other) are being
//! looked at. Puppet takes what recurs on both sides for settled, and so does this.

/// Nothing recurs yet.
pub(super) const NONE: u8 = 0;
/// An alias recurs on this side.
pub(super) const THIS: u8 = 1;
/// Something recurs on the other side.
pub(super) const THAT: u8 = 2;
/// Both recur.
pub(super) const BOTH: u8 = 3;

/// Whose turn it is, on both sides.
#[derive(Default)]
pub(crate) struct Guard {
    state: u8,
    this: Identities,
    that: Identities,
}

impl Guard {
    /// Enters an alias on this side, and leaves it when the work is done.
    pub(super) fn with_this<R>(&mut self, identity: usize, work: impl FnOnce(&mut Self, u8) -> R) -> R {
        if self.state & THIS == NONE {
            if self.this.insert(identity) {
                let result = work(self, self.state);
                self.state &= !THIS;
                self.this.remove(identity);
                return result;
            }
            self.state |= THIS;
        }
        work(self, self.state)
    }

    /// Enters something on the other side, and leaves it when the work is done.
    pub(super) fn with_that<R>(&mut self, identity: usize, work: impl FnOnce(&mut Self) -> R) -> R {
        if self.state & THAT == NONE {
            if self.that.insert(identity) {
                let result = work(self);
                self.state &= !THAT;
                self.that.remove(identity);
                return result;
            }
            self.state |= THAT;
        }
        work(self)
    }

    /// Enters something on the other side for good.
    pub(super) fn add_that(&mut self, identity: usize) -> u8 {
        if self.state & THAT == NONE && !self.that.insert(identity) {
            self.state |= THAT;
        }
        self.state
    }
}

/// A set of few addresses; the first ones take no memory of their own.
#[derive(Default)]
struct Identities {
    first: [usize; 12],
    count: usize,
    more: Vec<usize>,
}

impl Identities {
    /// Whether it was not there before.
    fn insert(&mut self, identity: usize) -> bool {
        let held = self.first.get(..self.count).unwrap_or(&self.first);
        if held.contains(&identity) || self.more.contains(&identity) {
            return false;
        }
        match self.first.get_mut(self.count) {
            Some(place) => {
                *place = identity;
                self.count += 1;
            }
            None => self.more.push(identity),
        }
        true
    }

    fn remove(&mut self, identity: usize) {
        if let Some(index) = self.more.iter().rposition(|held| *held == identity) {
            self.more.remove(index);
        } else if let Some(index) = self.first.iter().take(self.count).position(|held| *held == identity) {
            self.count -= 1;
            self.first.swap(index, self.count);
        }
    }
}
