//! Lengths of time and points in time, in whole nanoseconds.
//!
//! Deliberately unaware of formats given by users; what is read and shown here are Puppet's default forms.

mod calendar;
mod timespan;
mod timestamp;

use std::cmp::Ordering;
use std::fmt;

pub use calendar::{Civil, civil_from_days, days_from_civil};
pub use timespan::parse_timespan;
pub use timestamp::parse_timestamp;

/// Nanoseconds in a second.
pub const SECOND: i128 = 1_000_000_000;

/// A number of nanoseconds. Packed, so that a value stays at four words.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(Rust, packed(8))]
struct Nanoseconds(i128);

macro_rules! time {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(Nanoseconds);

        impl $name {
            /// Of so many nanoseconds.
            pub const fn from_nanoseconds(nanoseconds: i128) -> Self {
                Self(Nanoseconds(nanoseconds))
            }

            /// Of so many seconds.
            pub fn from_seconds(seconds: i64) -> Self {
                Self::from_nanoseconds(i128::from(seconds) * SECOND)
            }

            /// Of so many seconds, cut to whole nanoseconds.
            #[expect(clippy::cast_possible_truncation, reason = "a float beyond all times becomes the last one")]
            pub fn from_float_seconds(seconds: f64) -> Self {
                Self::from_nanoseconds((seconds * 1e9) as i128)
            }

            /// In nanoseconds.
            pub const fn nanoseconds(self) -> i128 {
                self.0.0
            }

            /// In seconds.
            #[expect(clippy::cast_precision_loss, reason = "what Ruby's `to_f` gives")]
            pub fn seconds(self) -> f64 {
                self.nanoseconds() as f64 / 1e9
            }

            /// In whole seconds, rounded down.
            pub fn whole_seconds(self) -> i128 {
                self.nanoseconds().div_euclid(SECOND)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.nanoseconds().cmp(&other.nanoseconds())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }
    };
}

time! {
    /// A length of time, which may be negative. Displays as Puppet shows it: `1-02:03:04.5`.
    Timespan
}
time! {
    /// A point in time, counted from 1970 in UTC. Displays as Puppet shows it: `2020-01-01T00:00:00.000000000
    /// UTC`.
    Timestamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_two_words() {
        assert_eq!((size_of::<Timespan>(), align_of::<Timespan>()), (16, 8));
    }

    #[test]
    fn displays_as_puppet_does() {
        let cases = [
            (Timespan::from_seconds(0), "0-00:00:00.0"),
            (Timespan::from_seconds(93_784), "1-02:03:04.0"),
            (Timespan::from_nanoseconds(-1_500_000_000), "-0-00:00:01.5"),
            (Timespan::from_nanoseconds(1_000_000_020), "0-00:00:01.2"),
        ];
        for (span, expected) in cases {
            assert_eq!(span.to_string(), expected);
        }
        assert_eq!(Timestamp::from_seconds(1_577_836_800).to_string(), "2020-01-01T00:00:00.000000000 UTC");
        assert_eq!(Timestamp::from_nanoseconds(-1).to_string(), "1969-12-31T23:59:59.999999999 UTC");
    }

    #[test]
    fn reads_what_it_shows() {
        for text in ["1-02:03:04.5", "-0-00:00:01.5", "0-00:00:00.0"] {
            assert_eq!(parse_timespan(text).unwrap().to_string(), text);
        }
        for (text, shown) in [
            ("2020-02-29T12:30:15.25 UTC", "2020-02-29T12:30:15.250000000 UTC"),
            ("2020-02-29T12:30:15 +02:00", "2020-02-29T10:30:15.000000000 UTC"),
            ("1066-10-14", "1066-10-14T00:00:00.000000000 UTC"),
            ("2020-02-29 12:30:15", "2020-02-29T12:30:15.000000000 UTC"),
        ] {
            assert_eq!(
                parse_timestamp(text).map(|stamp| stamp.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        assert!(parse_timestamp("2020-13-01").is_none() && parse_timespan("soon").is_none());
    }
}
