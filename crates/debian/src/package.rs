//! A package as an index describes it.

use std::fmt::Write;
use std::str::FromStr;

use sha256::Digest;

use crate::Version;
use crate::control::Paragraph;
use crate::relation::is_package_name;

/// A version of a package, as its paragraph in the index describes it.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// `Package`
    pub name: &'a str,
    /// `Version`
    pub version: Version<'a>,
    /// `Architecture`: the index's, or `all`.
    pub architecture: &'a str,
    /// `Filename`: the path of the `.deb`, relative to the mirror.
    pub filename: &'a str,
    /// `Size` of the `.deb`, in bytes.
    pub size: u64,
    /// `SHA256` of the `.deb`.
    pub sha256: Digest,
    /// `Essential: yes`
    pub essential: bool,
    /// `Priority`
    pub priority: Priority,
    /// `Multi-Arch`; empty if it is not there.
    pub multi_arch: &'a str,
    /// The source package: `Source` without its version, or the name.
    pub source: &'a str,
    /// `Depends`, unparsed; so are the next four.
    pub depends: &'a str,
    /// `Pre-Depends`
    pub pre_depends: &'a str,
    /// `Provides`
    pub provides: &'a str,
    /// `Conflicts`
    pub conflicts: &'a str,
    /// `Breaks`
    pub breaks: &'a str,
    /// Which of the index's texts it is from, counted from 0.
    pub text: usize,
    /// All its fields.
    pub paragraph: Paragraph<'a>,
}

/// How much a package belongs to a system; the more, the smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Needed for the system to work at all.
    Required,
    /// Expected on any Unix system.
    Important,
    /// A reasonable small system in text mode.
    Standard,
    /// Everything else.
    Optional,
    /// Old: conflicts with others, or special.
    Extra,
}

impl<'a> Package<'a> {
    /// The name apt gives the `.deb` in its cache, e.g. `passwd_1%3a4.17-2_amd64.deb`.
    pub fn archive_name(&self) -> String {
        let mut name = format!("{}_", self.name);
        for character in self.version.as_str().chars() {
            match character {
                ':' => name.push_str("%3a"),
                other => name.push(other),
            }
        }
        write!(name, "_{}.deb", self.architecture).expect("writing to a string");
        name
    }

    /// Understands a paragraph of the index's text of this number.
    pub(crate) fn read(paragraph: Paragraph<'a>, text: usize) -> Result<Self, String> {
        let name = name_of(paragraph);
        if name.is_empty() {
            return Err("a paragraph has no field `Package`".to_owned());
        }
        let fields = Fields::gather(paragraph);
        Ok(Self {
            name: check(name, "Package", Some(name), is_package_name)?,
            version: Version::new(check(name, "Version", fields.version, is_version)?),
            architecture: check(name, "Architecture", fields.architecture, is_package_name)?,
            filename: check(name, "Filename", fields.filename, is_relative_path)?,
            size: parse(name, "Size", fields.size)?,
            sha256: parse(name, "SHA256", fields.sha256)?,
            essential: fields.essential == "yes",
            priority: Priority::parse(fields.priority),
            multi_arch: fields.multi_arch,
            source: fields.source.map_or(name, |source| source.split(' ').next().unwrap_or(source)),
            depends: fields.depends,
            pre_depends: fields.pre_depends,
            provides: fields.provides,
            conflicts: fields.conflicts,
            breaks: fields.breaks,
            text,
            paragraph,
        })
    }
}

/// The values as they stand in the paragraph.
#[derive(Default)]
struct Fields<'a> {
    version: Option<&'a str>,
    architecture: Option<&'a str>,
    filename: Option<&'a str>,
    size: Option<&'a str>,
    sha256: Option<&'a str>,
    source: Option<&'a str>,
    essential: &'a str,
    priority: &'a str,
    multi_arch: &'a str,
    depends: &'a str,
    pre_depends: &'a str,
    provides: &'a str,
    conflicts: &'a str,
    breaks: &'a str,
}

impl<'a> Fields<'a> {
    fn gather(paragraph: Paragraph<'a>) -> Self {
        let mut fields = Self::default();
        for (name, value) in paragraph.fields() {
            match name {
                "Version" => fields.version = Some(value),
                "Architecture" => fields.architecture = Some(value),
                "Filename" => fields.filename = Some(value),
                "Size" => fields.size = Some(value),
                "SHA256" => fields.sha256 = Some(value),
                "Source" => fields.source = Some(value),
                "Essential" => fields.essential = value,
                "Priority" => fields.priority = value,
                "Multi-Arch" => fields.multi_arch = value,
                "Depends" => fields.depends = value,
                "Pre-Depends" => fields.pre_depends = value,
                "Provides" => fields.provides = value,
                "Conflicts" => fields.conflicts = value,
                "Breaks" => fields.breaks = value,
                _ => {}
            }
        }
        fields
    }
}

/// The value of a field that must be there and right.
fn check<'a>(
    package: &str,
    field: &str,
    value: Option<&'a str>,
    is_right: impl Fn(&str) -> bool,
) -> Result<&'a str, String> {
    match value {
        None => Err(format!("package `{package}` has no field `{field}`")),
        Some(value) if is_right(value) => Ok(value),
        Some(value) => Err(wrong(package, field, value)),
    }
}

fn wrong(package: &str, field: &str, value: &str) -> String {
    format!("package `{package}` has `{value}` in field `{field}`")
}

fn parse<T: FromStr>(package: &str, field: &str, value: Option<&str>) -> Result<T, String> {
    let text = check(package, field, value, |_| true)?;
    text.parse().map_err(|_| wrong(package, field, text))
}

impl Priority {
    fn parse(text: &str) -> Self {
        match text {
            "required" => Self::Required,
            "important" => Self::Important,
            "standard" => Self::Standard,
            "extra" => Self::Extra,
            _ => Self::Optional,
        }
    }
}

/// The value of `Package`, which nearly always comes first; empty if it is not there.
pub(crate) fn name_of(paragraph: Paragraph<'_>) -> &str {
    paragraph.get("Package").unwrap_or_default()
}

/// Whether a version is safe in the name of a file.
fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-~:".contains(&byte))
}

/// Whether a path stays below the mirror's URL.
fn is_relative_path(text: &str) -> bool {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\".contains(&byte));
    printable && !text.is_empty() && !text.starts_with('/') && !text.split('/').any(|part| part == "..")
}
