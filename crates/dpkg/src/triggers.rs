//! The triggers that a package is interested in: deb-triggers(5). What it activates is not read: all packages
//! are unconfigured at this point, and dpkg activates for itself when it configures them.

use crate::control::Control;

/// A declared interest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    /// An explicit trigger's name, or an absolute path for a file trigger.
    pub trigger: String,
    /// Whoever activates it does not wait until it is processed.
    pub noawait: bool,
}

/// Names of dpkg's own files beside those of explicit triggers.
const RESERVED: [&str; 3] = ["File", "Lock", "Unincorp"];

/// The interests of a package in the order of its control member `triggers`.
pub fn interests(control: &Control) -> Result<Vec<Interest>, String> {
    let mut found = Vec::new();
    for line in control.text("triggers")?.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (directive, trigger) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let trigger = trigger.trim();
        let noawait = match directive {
            "interest" | "interest-await" => false,
            "interest-noawait" => true,
            "activate" | "activate-await" | "activate-noawait" => continue,
            _ => return Err(format!("control member `triggers` has the unknown directive `{directive}`")),
        };
        if !sound(trigger) {
            return Err(format!(
                "control member `triggers` has the trigger `{trigger}`, expected a path or a name"
            ));
        }
        found.push(Interest { trigger: trigger.to_owned(), noawait });
    }
    Ok(found)
}

/// An explicit trigger's name becomes the name of a file.
fn sound(trigger: &str) -> bool {
    let printable = trigger.bytes().all(|byte| byte.is_ascii_graphic());
    let name = trigger.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !trigger.contains('/')
        && !RESERVED.contains(&trigger);
    printable && (trigger.starts_with('/') || name)
}
