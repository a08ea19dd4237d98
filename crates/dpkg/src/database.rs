//! Writes dpkg's database as dpkg leaves it behind `--unpack`:
//!
//! ```text
//! var/lib/dpkg/
//!   status                   a paragraph for each package, `install ok unpacked`
//!   lock, lock-frontend      empty, 640
//!   info/format              "1"
//!   info/NAME.list           what the package ships; NAME:ARCH for packages that are `Multi-Arch: same`
//!   info/NAME.MEMBER         each other control member: scripts, md5sums, conffiles, templates, ...
//!   triggers/File            file triggers: path and who is interested
//!   triggers/TRIGGER         who is interested in an explicit trigger
//!   triggers/Lock, Unincorp  empty
//!   alternatives/, parts/, updates/
//! ```
//! `available`, `diversions` and `statoverride` are not there until a program has something to write to them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::control::Control;
use crate::error::Error;
use crate::root::Writer;
use crate::stage::Staged;
use crate::triggers;

const FOLDER: &str = "var/lib/dpkg";
const SCRIPTS: [&str; 5] = ["config", "postinst", "postrm", "preinst", "prerm"];
const SCRIPT_MODE: u32 = 0o755;
const DATA_MODE: u32 = 0o644;
const LOCK_MODE: u32 = 0o640;

/// dpkg's order of the fields that it knows; the others follow in the order of the control file. `Status` and
/// `Conffiles` stand where the database adds them.
const FIELDS: [&str; 24] = [
    "Package",
    "Essential",
    "Protected",
    "Status",
    "Priority",
    "Section",
    "Installed-Size",
    "Origin",
    "Maintainer",
    "Bugs",
    "Architecture",
    "Multi-Arch",
    "Source",
    "Version",
    "Replaces",
    "Provides",
    "Depends",
    "Pre-Depends",
    "Recommends",
    "Suggests",
    "Breaks",
    "Conflicts",
    "Enhances",
    "Conffiles",
];
/// Known to dpkg as well, but written behind `Conffiles`.
const LAST_KNOWN: &str = "Description";
/// State of an installation, which a package cannot bring.
const STATE: [&str; 6] =
    ["Status", "Conffiles", "Config-Version", "Triggers-Pending", "Triggers-Awaited", "Config-Files"];
/// Fields whose value is said with one word only when it is `yes`.
const FLAGS: [&str; 2] = ["Essential", "Protected"];

/// Writes the database for all packages. `owned` says which entries each of them ships.
pub fn write(writer: &mut Writer<'_>, packages: &[Staged], owned: &[Vec<bool>]) -> Result<(), Error> {
    for folder in ["alternatives", "info", "parts", "triggers", "updates"] {
        writer.directories(&format!("{FOLDER}/{folder}"))?;
    }
    let mut sorted: Vec<(&Staged, &[bool])> = packages.iter().zip(owned.iter().map(Vec::as_slice)).collect();
    sorted.sort_by(|(left, _), (right, _)| left.control.name.cmp(&right.control.name));
    let mut status = String::new();
    for (package, owned) in &sorted {
        paragraph(&mut status, package);
        information(writer, package, owned)?;
    }
    writer.file(&format!("{FOLDER}/info/format"), DATA_MODE, b"1\n")?;
    triggers(writer, &sorted)?;
    writer.file(&format!("{FOLDER}/status"), DATA_MODE, status.as_bytes())?;
    for lock in ["lock", "lock-frontend"] {
        writer.file(&format!("{FOLDER}/{lock}"), LOCK_MODE, b"")?;
    }
    Ok(())
}

/// The package's part of `status`, with an empty line behind it.
fn paragraph(status: &mut String, package: &Staged) {
    let control = &package.control;
    for field in FIELDS {
        match field {
            "Status" => status.push_str("Status: install ok unpacked\n"),
            "Conffiles" => conffiles(status, package),
            _ => known(status, control, field),
        }
    }
    known(status, control, LAST_KNOWN);
    let listed = |name: &str| {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        FIELDS.iter().chain(&STATE).chain(&[LAST_KNOWN]).any(|known| same(known))
    };
    for (name, value) in control.fields().filter(|(name, _)| !listed(name)) {
        line(status, name, value);
    }
    status.push('\n');
}

fn known(status: &mut String, control: &Control, field: &str) {
    match control.fields().find(|(name, _)| name.eq_ignore_ascii_case(field)) {
        Some((_, value)) if FLAGS.contains(&field) && value.trim_end() != "yes" => {}
        Some((_, value)) if !value.trim_end().is_empty() => line(status, field, value),
        _ => {}
    }
}

fn line(status: &mut String, field: &str, value: &str) {
    // A value that begins on the second line has no space behind its colon.
    let space = if value.starts_with('\n') { "" } else { " " };
    writeln!(status, "{field}:{space}{value}").expect("a string takes all");
}

fn conffiles(status: &mut String, package: &Staged) {
    if package.conffiles.is_empty() {
        return;
    }
    status.push_str("Conffiles:\n");
    for conffile in &package.conffiles {
        let flag = if conffile.remove_on_upgrade { " remove-on-upgrade" } else { "" };
        writeln!(status, " /{} newconffile{flag}", conffile.path).expect("a string takes all");
    }
}

/// The package's files in `info`.
fn information(writer: &mut Writer<'_>, package: &Staged, owned: &[bool]) -> Result<(), Error> {
    let prefix = format!("{FOLDER}/info/{}", package.control.qualified_name());
    let mut list = String::new();
    for (entry, _) in package.entries.iter().zip(owned).filter(|(_, owned)| **owned) {
        let path = if entry.path.is_empty() { "." } else { &entry.path };
        writeln!(list, "/{path}").expect("a string takes all");
    }
    writer.file(&format!("{prefix}.list"), DATA_MODE, list.as_bytes())?;
    for (name, member) in package.control.members() {
        let mode = if SCRIPTS.contains(&name.as_str()) { SCRIPT_MODE } else { DATA_MODE };
        writer.dated_file(&format!("{prefix}.{name}"), mode, &member.bytes, member.modified)?;
    }
    Ok(())
}

fn triggers(writer: &mut Writer<'_>, packages: &[(&Staged, &[bool])]) -> Result<(), Error> {
    let mut files = String::new();
    let mut explicit: BTreeMap<String, String> = BTreeMap::new();
    for (package, _) in packages {
        let name = package.control.qualified_name();
        let interests =
            triggers::interests(&package.control).map_err(|reason| Error::content(&package.deb, reason))?;
        for interest in interests {
            let flag = if interest.noawait { "/noawait" } else { "" };
            if interest.trigger.starts_with('/') {
                writeln!(files, "{} {name}{flag}", interest.trigger).expect("a string takes all");
            } else {
                writeln!(explicit.entry(interest.trigger).or_default(), "{name}{flag}")
                    .expect("a string takes all");
            }
        }
    }
    let folder = format!("{FOLDER}/triggers");
    for (trigger, interested) in &explicit {
        writer.file(&format!("{folder}/{trigger}"), DATA_MODE, interested.as_bytes())?;
    }
    if !files.is_empty() {
        writer.file(&format!("{folder}/File"), DATA_MODE, files.as_bytes())?;
    }
    writer.file(&format!("{folder}/Unincorp"), DATA_MODE, b"")?;
    writer.file(&format!("{folder}/Lock"), 0o600, b"")
}
