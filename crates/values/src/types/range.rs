//! Bounds, both inclusive.

/// From one value to another, both inclusive, either of them open. Of sizes, [`Range::Any`] says that none
/// was written, which is not the same text as one from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Range<T> {
    /// Open on both sides.
    #[default]
    Any,
    /// From here on.
    AtLeast(T),
    /// Up to here.
    AtMost(T),
    /// From here to there.
    Between(T, T),
}

/// How many: of characters, elements, entries, arguments. Never below 0.
pub type Size = Range<i64>;

impl<T: Copy + PartialOrd> Range<T> {
    /// From one to another; absent ones are open.
    pub fn new(from: Option<T>, to: Option<T>) -> Self {
        match (from, to) {
            (None, None) => Self::Any,
            (Some(from), None) => Self::AtLeast(from),
            (None, Some(to)) => Self::AtMost(to),
            (Some(from), Some(to)) => Self::Between(from, to),
        }
    }

    /// The least.
    pub fn from(self) -> Option<T> {
        match self {
            Self::AtLeast(from) | Self::Between(from, _) => Some(from),
            Self::Any | Self::AtMost(_) => None,
        }
    }

    /// The greatest.
    pub fn to(self) -> Option<T> {
        match self {
            Self::AtMost(to) | Self::Between(_, to) => Some(to),
            Self::Any | Self::AtLeast(_) => None,
        }
    }

    /// Whether it is open on both sides.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Any)
    }

    /// Whether a value lies in it.
    pub fn contains(self, value: T) -> bool {
        self.from().is_none_or(|from| value >= from) && self.to().is_none_or(|to| value <= to)
    }

    /// Whether another lies in it.
    pub fn covers(self, other: Self) -> bool {
        let below = self.from().is_none_or(|from| other.from().is_some_and(|others| from <= others));
        below && self.to().is_none_or(|to| other.to().is_some_and(|others| to >= others))
    }

    /// Whether they have a value in common.
    pub fn intersects(self, other: Self) -> bool {
        let ends_before =
            |one: Self, two: Self| matches!((one.to(), two.from()), (Some(to), Some(from)) if to < from);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// The least range that covers both.
    pub fn hull(self, other: Self) -> Self {
        let least = |one: T, two: T| if one <= two { one } else { two };
        let greatest = |one: T, two: T| if one >= two { one } else { two };
        let from = self.from().zip(other.from()).map(|(one, two)| least(one, two));
        let to = self.to().zip(other.to()).map(|(one, two)| greatest(one, two));
        Self::new(from, to)
    }
}

impl Size {
    /// Exactly so many.
    pub fn exactly(count: usize) -> Self {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Self::Between(count, count)
    }

    /// Of integers as written: nothing is less than 0.
    pub fn of_integers(range: Range<i64>) -> Self {
        match range.from() {
            Some(from) if from >= 0 => range,
            _ => Self::new(Some(0), range.to().map(|to| to.max(0))),
        }
    }

    /// At least so many.
    pub fn least(self) -> i64 {
        self.from().unwrap_or(0)
    }

    /// With its lower end written out.
    pub fn written_out(self) -> Self {
        Self::new(Some(self.least()), self.to())
    }

    /// Whether a collection may have so many.
    pub fn takes(self, count: usize) -> bool {
        self.contains(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Whether it takes every size that the other takes.
    pub fn covers_size(self, other: Self) -> bool {
        self.written_out().covers(other.written_out())
    }

    /// Whether only what is empty has this size.
    pub fn is_zero(self) -> bool {
        self.least() == 0 && self.to() == Some(0)
    }
}
