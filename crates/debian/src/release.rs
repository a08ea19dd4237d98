//! Release files: what a suite says of itself, and the digests of its indexes.
//!
//! Parsing and judging only; signatures are the keyring's business, fetching the archive's.

use std::collections::BTreeMap;

use sha256::Digest;

use crate::{Error, control, date};

/// The text of a Release file (or of an InRelease without its signature), understood.
#[derive(Clone, Debug)]
pub struct Release {
    /// `Suite`, e.g. `stable`; empty if it is not there.
    pub suite: String,
    /// `Codename`, e.g. `trixie`; empty if it is not there.
    pub codename: String,
    /// `Date`, in seconds since 1970.
    pub date: u64,
    /// `Valid-Until`, in seconds since 1970.
    pub valid_until: Option<u64>,
    /// Whether indexes can be fetched under the names of their digests.
    pub acquire_by_hash: bool,
    /// The table under `SHA256`: paths relative to the suite's folder.
    pub files: BTreeMap<String, Entry>,
}

/// A file that a release vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The SHA-256 of its content.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

impl Release {
    /// Reads the text of a Release file. `origin` (a URL or path) is for messages.
    ///
    /// # Errors
    /// [`Error::Malformed`] without a usable `Date` or `SHA256` table.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Error> {
        let malformed = |reason: String| Error::Malformed { origin: origin.to_owned(), reason };
        let paragraph =
            control::paragraphs(text).next().ok_or_else(|| malformed("it is empty".to_owned()))?;
        let time = |field: &str| match paragraph.get(field) {
            None => Ok(None),
            Some(value) => match date::parse(value) {
                Some(seconds) => Ok(Some(seconds)),
                None => Err(malformed(format!("`{value}` in field `{field}` is not a date"))),
            },
        };
        let lacks = |field: &str| malformed(format!("there is no field `{field}`"));
        let table = paragraph.get("SHA256").ok_or_else(|| lacks("SHA256"))?;
        let entry = |line| parse_entry(line).ok_or_else(|| malformed(format!("`{line}` under `SHA256`")));
        let text_of = |field| paragraph.get(field).unwrap_or_default().to_owned();
        Ok(Self {
            suite: text_of("Suite"),
            codename: text_of("Codename"),
            date: time("Date")?.ok_or_else(|| lacks("Date"))?,
            valid_until: time("Valid-Until")?,
            acquire_by_hash: paragraph.get("Acquire-By-Hash").is_some_and(|v| v.eq_ignore_ascii_case("yes")),
            files: table
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(entry)
                .collect::<Result<_, _>>()?,
        })
    }

    /// Refuses a release of another suite than the one asked for by its suite or code name.
    ///
    /// # Errors
    /// [`Error::WrongSuite`].
    pub fn check_suite(&self, expected: &str, origin: &str) -> Result<(), Error> {
        if self.suite == expected || self.codename == expected {
            return Ok(());
        }
        Err(Error::WrongSuite {
            url: origin.to_owned(),
            suite: self.suite.clone(),
            codename: self.codename.clone(),
            expected: expected.to_owned(),
        })
    }

    /// Refuses a release that is out of date at `now` (seconds since 1970).
    ///
    /// # Errors
    /// [`Error::Expired`].
    pub fn check_valid(&self, now: u64, origin: &str) -> Result<(), Error> {
        match self.valid_until {
            Some(valid_until) if valid_until < now => {
                Err(Error::Expired { url: origin.to_owned(), valid_until })
            }
            _ => Ok(()),
        }
    }
}

/// A line of the table: digest, size, path.
fn parse_entry(line: &str) -> Option<(String, Entry)> {
    let mut words = line.split_ascii_whitespace();
    let (digest, size, path) = (words.next()?, words.next()?, words.next()?);
    let entry = Entry { digest: digest.parse().ok()?, size: size.parse().ok()? };
    words.next().is_none().then(|| (path.to_owned(), entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn text(fields: &str) -> String {
        format!("Origin: Debian\n{fields}SHA256:\n {EMPTY}        0 main/binary-amd64/Packages\n")
    }

    #[test]
    fn fields_and_table() {
        let fields = "Suite: stable\nCodename: trixie\nDate: Sat, 21 Nov 2026 09:15:44 UTC\n\
                      Valid-Until: Sat, 28 Nov 2026 09:15:44 UTC\nAcquire-By-Hash: yes\n";
        let release = Release::parse(&text(fields), "r").unwrap();
        assert_eq!((release.date, release.valid_until), (1_795_252_544, Some(1_795_857_344)));
        assert!(release.acquire_by_hash);
        let entry = Entry { digest: Digest::of(""), size: 0 };
        assert_eq!(release.files.get("main/binary-amd64/Packages"), Some(&entry));

        for (asked, right) in [("trixie", true), ("stable", true), ("bookworm", false), ("", false)] {
            assert_eq!(release.check_suite(asked, "r").is_ok(), right, "{asked}");
        }
        assert!(release.check_valid(1_795_857_344, "r").is_ok());
        let expired = release.check_valid(1_795_857_345, "r").unwrap_err();
        assert_eq!(expired.to_string(), "`r` expired on 2026-11-28 09:15 UTC");
    }

    #[test]
    fn what_is_no_release() {
        let date = "Date: Sat, 21 Nov 2026 09:15:44 UTC\n";
        let cases = [
            (String::new(), "it is empty"),
            (text(""), "there is no field `Date`"),
            (date.to_owned(), "there is no field `SHA256`"),
            (text("Date: today\n"), "`today` in field `Date` is not a date"),
            (text(&format!("{date}Valid-Until: ever\n")), "`ever` in field `Valid-Until` is not a date"),
            (text(date) + " 00 7 main\n", "` 00 7 main` under `SHA256`"),
        ];
        for (text, reason) in cases {
            let error = Release::parse(&text, "r").unwrap_err();
            assert_eq!(error.to_string(), format!("`r` cannot be read: {reason}"));
        }
    }
}
