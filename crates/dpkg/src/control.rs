//! The control information of one package: its fields, and what lies beside them. Knows dpkg's rules for
//! names; does not know what dpkg's database looks like.

use std::collections::BTreeMap;
use std::io::Read;

use crate::archive::{self, Entry, Kind};
use crate::version;

/// The fields of a package and its other control members.
#[derive(Clone, Debug)]
pub struct Control {
    /// The name, e.g. `libc6`.
    pub name: String,
    /// The version, e.g. `2.41-12`.
    pub version: String,
    /// The architecture, e.g. `amd64` or `all`.
    pub architecture: String,
    fields: Vec<(String, String)>,
    members: BTreeMap<String, Member>,
}

/// One file of the control archive.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// Seconds since 1970.
    pub modified: i64,
}

/// A configuration file that a package declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conffile {
    /// Without leading slash.
    pub path: String,
    /// Declared only so that an upgrade removes it; the package does not ship it.
    pub remove_on_upgrade: bool,
}

impl Control {
    /// A field's value without white space at its end; continuation lines keep their leading space. The
    /// name's case does not matter.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim_end())
    }

    /// All fields in the order of the control file, with white space as it is there.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The other members by name, e.g. `postinst`, `conffiles`, `triggers`.
    pub fn members(&self) -> &BTreeMap<String, Member> {
        &self.members
    }

    /// The name that dpkg gives this package where names of several architectures may meet: `libc6:amd64` for
    /// packages that are `Multi-Arch: same`, the plain name for all others.
    pub fn qualified_name(&self) -> String {
        match self.field("Multi-Arch") {
            Some("same") => format!("{}:{}", self.name, self.architecture),
            _ => self.name.clone(),
        }
    }

    /// The declared configuration files in order. Errors on lines that dpkg would refuse.
    pub fn conffiles(&self) -> Result<Vec<Conffile>, String> {
        let text = self.text("conffiles")?;
        let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        lines
            .map(|line| {
                let (remove_on_upgrade, path) = match line.split_once(' ') {
                    Some(("remove-on-upgrade", path)) => (true, path.trim_start()),
                    _ => (false, line),
                };
                if !path.starts_with('/') {
                    return Err(format!("`conffiles` has the line `{line}`, expected an absolute path"));
                }
                Ok(Conffile { path: archive::relative(path.as_bytes())?, remove_on_upgrade })
            })
            .collect()
    }

    /// Whether the field `Replaces` allows this package to take over files of another.
    pub fn replaces(&self, other: &Control) -> bool {
        let relations = self.field("Replaces").unwrap_or_default();
        relations.split([',', '|']).any(|relation| version::matches(relation, &other.name, &other.version))
    }

    /// A member as text; empty if there is none.
    pub(crate) fn text(&self, member: &str) -> Result<&str, String> {
        let bytes = self.members.get(member).map(|member| member.bytes.as_slice()).unwrap_or_default();
        str::from_utf8(bytes).map_err(|_| format!("control member `{member}` is not UTF-8"))
    }

    /// Adds an entry of a control archive to the members.
    pub(crate) fn collect(
        members: &mut BTreeMap<String, Member>,
        entry: Entry,
        content: &mut dyn Read,
    ) -> Result<(), String> {
        let name = entry.path;
        let mut bytes = Vec::new();
        match entry.kind {
            Kind::Directory if name.is_empty() => return Ok(()),
            Kind::File(size) => {
                let read = content
                    .read_to_end(&mut bytes)
                    .map_err(|error| format!("control member `{name}`: {error}"))?;
                if read as u64 != size {
                    return Err(format!("control member `{name}` has {read} of {size} bytes"));
                }
            }
            Kind::Hardlink(target) => match members.get(&target) {
                Some(member) => bytes.clone_from(&member.bytes),
                None => {
                    return Err(format!("control member `{name}` links to `{target}`, which is not there"));
                }
            },
            _ => return Err(format!("control member `{name}` is not a file")),
        }
        if name.contains('/') {
            return Err(format!("control member `{name}` lies in a directory"));
        }
        members.insert(name, Member { bytes, mode: entry.mode, modified: entry.modified });
        Ok(())
    }

    /// Takes the member `control` apart and checks the three fields that all else depends on.
    pub(crate) fn new(mut members: BTreeMap<String, Member>) -> Result<Self, String> {
        let control = members.remove("control").ok_or("it has no control member `control`")?;
        let text = String::from_utf8(control.bytes).map_err(|_| "control member `control` is not UTF-8")?;
        // dpkg makes the list itself, and passes over hidden files.
        members.retain(|name, _| name != "list" && !name.starts_with('.'));
        let fields = parse(&text)?;
        let mut control = Self {
            name: String::new(),
            version: String::new(),
            architecture: String::new(),
            fields,
            members,
        };
        control.name = control.required("Package", package_name)?;
        control.version = control.required("Version", |text| !text.contains(char::is_whitespace))?;
        control.architecture = control.required("Architecture", |text| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })?;
        Ok(control)
    }

    fn required(&self, field: &str, sound: impl Fn(&str) -> bool) -> Result<String, String> {
        match self.field(field) {
            Some(value) if !value.is_empty() && sound(value) => Ok(value.to_owned()),
            Some(value) => Err(format!("its field `{field}` has the value `{value}`")),
            None => Err(format!("it has no field `{field}`")),
        }
    }
}

/// A name that can be part of a file's name: Debian Policy 5.6.1.
fn package_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
}

/// One paragraph of `Name: value` lines, where a line that begins with white space continues a value.
fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.trim_end().lines() {
        if line.trim_end().is_empty() {
            return Err("its control file has more than one paragraph".into());
        }
        if line.starts_with([' ', '\t']) {
            let (_, value) = fields.last_mut().ok_or("its control file begins with a continuation line")?;
            value.push('\n');
            value.push_str(line);
            continue;
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| format!("its control file has the line `{line}`, expected `Field: value`"))?;
        if fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return Err(format!("its control file has the field `{name}` twice"));
        }
        fields.push((name.to_owned(), value.trim_start().to_owned()));
    }
    Ok(fields)
}
