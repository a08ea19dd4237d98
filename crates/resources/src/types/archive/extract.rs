//! The command that unpacks an archive, by the ending of its name.

use catalog::Value;

use crate::error::Failure;
use crate::resource::Resource;

/// The line that unpacks a resource's archive.
pub(super) fn command(resource: &Resource) -> Result<String, Failure> {
    let path = resource.name();
    let file = escaped(path);
    let flags = resource.should("extract_flags").cloned().unwrap_or_default();
    if let Some(command) = resource.text("extract_command") {
        if command.contains("%s") {
            return Ok(command.replacen("%s", &file, 1).replace("%%", "%"));
        }
        return Ok(format!("{command} {} {file}", flags.ruby_text()));
    }
    let flag = |default: &str, tool: &str| flag(default, tool, &flags);
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    Ok(match () {
        () if ends(&[".tar"]) => format!("tar {} {file}", flag("xf", "tar")?),
        () if ends(&[".tgz", ".tar.gz"]) => format!("tar {} {file}", flag("xzf", "tar")?),
        () if ends(&[".tbz", ".tar.bz2"]) => format!("tar {} {file}", flag("xjf", "tar")?),
        () if ends(&[".txz", ".tar.xz"]) => {
            format!("unxz {} {file} | tar {} -", flag("-dc", "unxz")?, flag("xf", "tar")?)
        }
        () if ends(&[".gz"]) => format!("gunzip {} {file}", flag("-d", "gunzip")?),
        () if ends(&[".zip", ".war", ".jar"]) => format!("unzip {} {file}", flag("-o", "zip")?),
        () if ends(&[".bz2"]) => format!("bunzip2 {} {file}", flag("-d", "bunzip2")?),
        () if ends(&[".tar.Z"]) => format!("uncompress -c {file} | tar {} -", flag("xf", "tar")?),
        () => return Err(Failure::surprise(format!("Unknown filetype: {path}"))),
    })
}

fn flag(default: &str, tool: &str, flags: &Value) -> Result<String, Failure> {
    match flags {
        Value::Hash(entries) => {
            let own = entries.iter().find(|(name, _)| name.as_text() == Some(tool));
            Ok(own.map(|(_, value)| value.ruby_text()).unwrap_or_default())
        }
        flags if flags.is("undef") => Ok(default.to_owned()),
        Value::Text(text) => Ok(text.clone()),
        other => {
            let shown = other.ruby_inspect();
            Err(Failure::surprise(format!("Invalid options for command {tool}: {shown}")))
        }
    }
}

/// A path as one word of a shell's.
fn escaped(path: &str) -> String {
    let mut word = String::new();
    for character in path.chars() {
        let plain = character.is_ascii_alphanumeric() || "_-.,:+/@".contains(character);
        if !plain {
            word.push('\\');
        }
        word.push(character);
    }
    word
}
