//! The package indexes of an archive's suites, as one: which packages there are, and which of their versions
//! is the candidate.
//!
//! The texts are kept as they are; a record is an offset into them, a package is read from its paragraph
//! when it is asked for. That opens 70,000 packages in the time it takes to look at every line once.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use sha256::Digest;

use crate::control::{self, Paragraph};
use crate::package::{Package, Priority, name_of};
use crate::{Error, Version, relation};

/// All packages of an archive for one architecture.
pub struct Index {
    texts: Vec<String>,
    /// Sorted by name; of one name the highest version first, of one version the earlier text.
    records: Vec<Record>,
    /// Made when the first virtual package is asked for; sorted.
    provides: OnceLock<Vec<Provided>>,
}

/// A paragraph of a text.
#[derive(Clone, Copy)]
struct Record {
    text: u32,
    start: u32,
    length: u32,
    seeds_base: bool,
    provides: bool,
}

/// A name (its hash) that a package (the number of its record) provides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Provided {
    name: u64,
    record: u32,
}

impl Index {
    /// Reads the texts of Packages files, each with an origin (URL or path) for messages. Packages of other
    /// architectures than this one and `all` are left out.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a package without one of the fields it must have.
    pub fn new(texts: Vec<(String, String)>, architecture: &str) -> Result<Self, Error> {
        let mut found = Vec::new();
        for (number, (origin, text)) in texts.iter().enumerate() {
            let malformed = |reason| Error::Malformed { origin: origin.clone(), reason };
            read_records(text, number, architecture, &mut found).map_err(malformed)?;
        }
        // The texts are sorted by name already: this is nearly linear.
        found.sort_by(|(left, left_version, _), (right, right_version, _)| {
            left.cmp(right).then_with(|| right_version.cmp(left_version))
        });
        let records = found.into_iter().map(|(_, _, record)| record).collect();
        let texts = texts.into_iter().map(|(_, text)| text).collect();
        Ok(Self { texts, records, provides: OnceLock::new() })
    }

    /// The candidate of this name: its highest version.
    pub fn get(&self, name: &str) -> Option<Package<'_>> {
        self.named(name).first().map(|record| self.package(record))
    }

    /// Every version of this name, the highest first.
    pub fn versions(&self, name: &str) -> impl Iterator<Item = Package<'_>> + use<'_> {
        self.named(name).iter().map(|record| self.package(record))
    }

    /// The candidate of every name, in the order of names.
    pub fn candidates(&self) -> impl Iterator<Item = Package<'_>> {
        self.chosen().map(|record| self.package(record))
    }

    /// The candidates that every system starts from: `Essential: yes` or `Priority: required`.
    pub fn base(&self) -> impl Iterator<Item = Package<'_>> {
        self.chosen().filter(|record| record.seeds_base).map(|record| self.package(record))
    }

    /// The candidates that provide this name, with the version they provide it in; without those that only
    /// bear it. The most important first, then in the order of names.
    pub fn providers(&self, name: &str) -> Vec<(Package<'_>, Option<Version<'_>>)> {
        let table = self.provides.get_or_init(|| self.read_provides());
        let hash = hash(name);
        let first = table.partition_point(|provided| provided.name < hash);
        let table = table[first..].iter().take_while(|provided| provided.name == hash);
        let mut providers = Vec::new();
        for provided in table {
            let package = self.package(&self.records[provided.record as usize]);
            let relations = relation::parse(package.provides).unwrap_or_default();
            let versions = relations.iter().flatten().filter(|relation| relation.name == name);
            providers
                .extend(versions.map(|relation| (package, relation.version.map(|(_, version)| version))));
        }
        providers.sort_by_key(|(package, _)| (package.priority, package.name));
        providers
    }

    /// The package whose `.deb` has this name in apt's cache ([`Package::archive_name`]) and this content.
    pub fn find_archive(&self, archive_name: &str, digest: &Digest) -> Option<Package<'_>> {
        let (name, _) = archive_name.split_once('_')?;
        let mut versions = self.versions(name);
        versions.find(|package| package.sha256 == *digest && package.archive_name() == archive_name)
    }

    /// How many packages there are, every version counted.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no package at all.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records of a name.
    fn named(&self, name: &str) -> &[Record] {
        let first = self.records.partition_point(|record| self.name(record) < name);
        let records = &self.records[first..];
        &records[..records.iter().take_while(|record| self.name(record) == name).count()]
    }

    /// The first record of every name.
    fn chosen(&self) -> impl Iterator<Item = &Record> {
        let mut last = None;
        self.records.iter().filter(move |record| {
            let name = self.name(record);
            last.replace(name) != Some(name)
        })
    }

    fn paragraph(&self, record: &Record) -> Paragraph<'_> {
        let (start, length) = (record.start as usize, record.length as usize);
        Paragraph::of(&self.texts[record.text as usize][start..start + length])
    }

    fn package(&self, record: &Record) -> Package<'_> {
        Package::read(self.paragraph(record), record.text as usize).expect("read before, when it was indexed")
    }

    fn name(&self, record: &Record) -> &str {
        name_of(self.paragraph(record))
    }

    fn read_provides(&self) -> Vec<Provided> {
        let mut table = Vec::new();
        for (number, record) in self.records.iter().enumerate().filter(|(_, record)| record.provides) {
            let (paragraph, before) = (self.paragraph(record), number.checked_sub(1));
            let is_candidate =
                before.is_none_or(|before| self.name(&self.records[before]) != name_of(paragraph));
            let provides = paragraph.get("Provides").filter(|_| is_candidate).unwrap_or_default();
            table.extend(provides.split(',').map(|provided| {
                let provided = provided.trim_ascii_start();
                let end = provided.find([' ', '\n', '(', ':']).unwrap_or(provided.len());
                Provided { name: hash(&provided[..end]), record: number as u32 }
            }));
        }
        table.sort_unstable();
        table.dedup();
        table
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("packages", &self.len()).finish_non_exhaustive()
    }
}

/// Adds the packages of one text that are for this architecture, with name and version.
fn read_records<'a>(
    text: &'a str,
    number: usize,
    architecture: &str,
    records: &mut Vec<(&'a str, Version<'a>, Record)>,
) -> Result<(), String> {
    if u32::try_from(text.len()).is_err() {
        return Err("it is longer than 4 GiB".to_owned());
    }
    let mut paragraphs = control::paragraphs(text);
    while let Some(paragraph) = paragraphs.next() {
        let package = Package::read(paragraph, number)?;
        if package.architecture == architecture || package.architecture == "all" {
            let length = paragraph.text().len();
            let record = Record {
                text: number as u32,
                start: (paragraphs.position() - length) as u32,
                length: length as u32,
                seeds_base: package.essential || package.priority == Priority::Required,
                provides: !package.provides.is_empty(),
            };
            records.push((package.name, package.version, record));
        }
    }
    Ok(())
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(name: &str, version: &str, more: &str) -> String {
        format!(
            "Package: {name}\nVersion: {version}\nArchitecture: amd64\n{more}Filename: pool/{name}.deb\n\
             Size: 1\nSHA256: {}\n\n",
            Digest::of(version)
        )
    }

    fn index(texts: &[String]) -> Index {
        let texts = texts.iter().enumerate().map(|(i, text)| (format!("text {i}"), text.clone())).collect();
        Index::new(texts, "amd64").unwrap()
    }

    #[test]
    fn the_highest_version_of_all_texts_is_the_candidate() {
        let main = paragraph("b", "1.9", "") + &paragraph("a", "1", "") + &paragraph("c", "3", "");
        let security = paragraph("b", "1.10", "") + &paragraph("c", "3", "");
        let index = index(&[main, security]);
        let candidates: Vec<_> = index
            .candidates()
            .map(|package| (package.name, package.version.as_str(), package.text))
            .collect();
        assert_eq!(candidates, [("a", "1", 0), ("b", "1.10", 1), ("c", "3", 0)]);
        assert_eq!(index.versions("b").count(), 2);
        assert!(index.get("ab").is_none() && index.get("").is_none() && index.get("d").is_none());
        assert_eq!((index.len(), index.is_empty()), (5, false));
    }

    #[test]
    fn providers_come_in_order_of_importance_and_only_from_candidates() {
        let text = [
            paragraph("exim", "1", "Provides: other, mail-agent\n"),
            paragraph("awk", "1", "Provides: mail-agent (= 2), mail-agent-doc\nPriority: important\n"),
            paragraph("dma", "1", "Provides: mail-agent\n"),
            paragraph("dma", "2", ""),
            paragraph("cron", "2", "Provides:\n mail-agent:any\n"),
        ];
        let index = index(&[text.concat()]);
        let found: Vec<_> = index
            .providers("mail-agent")
            .iter()
            .map(|(package, version)| (package.name, version.map(|version| version.as_str())))
            .collect();
        assert_eq!(found, [("awk", Some("2")), ("cron", None), ("exim", None)]);
        assert!(index.providers("mail").is_empty());
    }

    #[test]
    fn archives_are_known_by_name_and_digest() {
        let index = index(&[paragraph("a", "1:2", "") + &paragraph("a", "1:1", "")]);
        let found = |name, content: &str| {
            index.find_archive(name, &Digest::of(content)).map(|package| package.version.as_str())
        };
        assert_eq!(found("a_1%3a1_amd64.deb", "1:1"), Some("1:1"));
        assert_eq!(found("a_1%3a1_amd64.deb", "1:2"), None);
        assert_eq!(found("a_1%3a3_amd64.deb", "1:1"), None);
        assert_eq!(found("a", "1:1"), None);
    }

    #[test]
    fn other_architectures_are_left_out_and_the_base_is_known() {
        let text = [
            paragraph("foreign", "1", "").replace("amd64", "arm64"),
            paragraph("everywhere", "1", "Priority: required\n").replace("amd64", "all"),
            paragraph("base", "1", "Essential: yes\n"),
            paragraph("extra", "1", "Priority: strange\n"),
        ];
        let index = index(&[text.concat()]);
        assert_eq!(index.base().map(|package| package.name).collect::<Vec<_>>(), ["base", "everywhere"]);
        assert_eq!(index.get("extra").unwrap().priority, Priority::Optional);
        assert!(index.get("foreign").is_none());
    }

    #[test]
    fn a_package_that_lacks_a_field_is_named() {
        let whole = paragraph("a", "1", "");
        for (from, to, reason) in [
            ("Size: 1\n", "", "package `a` has no field `Size`"),
            ("Size: 1", "Size: x", "package `a` has `x` in field `Size`"),
            ("Package: a\n", "", "a paragraph has no field `Package`"),
            ("Package: a", "Package: ../a", "package `../a` has `../a` in field `Package`"),
            ("Version: 1", "Version: 1/2", "package `a` has `1/2` in field `Version`"),
            ("pool/a", "../a", "package `a` has `../a.deb` in field `Filename`"),
        ] {
            let texts = vec![("mirror".to_owned(), whole.replacen(from, to, 1))];
            let error = Index::new(texts, "amd64").unwrap_err();
            assert_eq!(error.to_string(), format!("`mirror` cannot be read: {reason}"));
        }
    }
}
