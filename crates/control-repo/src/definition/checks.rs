//! What the single values of an image may be, as functions from text.

use super::name::is_plain;
use super::{Compression, Engine};
use crate::invalid::Invalid;

/// Checks a node name given by hand.
pub(crate) fn certname(text: &str) -> Result<String, Invalid> {
    let label = |label: &str| {
        label.len() <= 63
            && label.starts_with(is_plain)
            && label.ends_with(is_plain)
            && label.chars().all(|c| is_plain(c) || c == '-' || c == '_')
    };
    if text.len() <= 253 && text.split('.').all(label) {
        return Ok(text.to_owned());
    }
    let lower = text.to_lowercase();
    let invalid =
        Invalid::new(format!("`{text}` is not a node name; expected lower-case words joined by `.` or `-`"));
    Err(if lower != text && lower.split('.').all(label) {
        invalid.hint(format!("write `{lower}`"))
    } else {
        invalid
    })
}

pub(crate) fn no_nul(text: &str) -> Result<String, Invalid> {
    if text.contains('\0') {
        return Err(Invalid::new("a NUL character cannot be part of an argument or variable"));
    }
    Ok(text.to_owned())
}

pub(crate) fn variable(text: &str) -> Result<(), Invalid> {
    if text.is_empty() || text.contains(['=', '\0']) || text.contains(char::is_whitespace) {
        return Err(Invalid::new(format!("`{text}` is not the name of an environment variable")));
    }
    Ok(())
}

/// Facts may be called anything that a text can be looked up by.
pub(crate) fn fact(text: &str) -> Result<(), Invalid> {
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Invalid::new(format!("`{text}` is not the name of a fact")));
    }
    Ok(())
}

pub(crate) fn label(text: &str) -> Result<(), Invalid> {
    let is_name = !text.is_empty() && !text.contains('\0');
    if is_name { Ok(()) } else { Err(Invalid::new("a label needs a name, without NULs")) }
}

/// An absolute path without `..`, without a slash at the end.
pub(crate) fn absolute(text: &str) -> Result<String, Invalid> {
    if !text.starts_with('/') || text.contains('\0') || text.split('/').any(|part| part == "..") {
        return Err(Invalid::new(format!("`{text}` is not an absolute path in the image")));
    }
    let trimmed = text.trim_end_matches('/');
    Ok(if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() })
}

pub(crate) fn user(text: &str) -> Result<String, Invalid> {
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with('-')
            && name.chars().all(|c| c.is_alphanumeric() || "._-$".contains(c))
    };
    if is_name(user) && group.is_none_or(is_name) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(format!("`{text}` is not a user; expected `name`, `1000` or `name:group`")))
}

pub(crate) fn signal(text: &str) -> Result<String, Invalid> {
    if text.parse::<u8>().is_ok_and(|number| (1..=64).contains(&number)) {
        return Ok(text.to_owned());
    }
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"+-".contains(&byte));
    if is_name {
        return Ok(format!("SIG{name}"));
    }
    Err(Invalid::new(format!("`{text}` is not a signal; expected one like `SIGTERM`, or 1 to 64")))
}

pub(crate) fn engine(text: &str) -> Result<Engine, Invalid> {
    match text {
        "auto" => Ok(Engine::Auto),
        "native" => Ok(Engine::Native),
        "puppet" => Ok(Engine::Puppet),
        _ => Err(Invalid::new(format!("`{text}` is not an engine; expected `auto`, `native` or `puppet`"))),
    }
}

pub(crate) fn compression(text: &str) -> Result<Compression, Invalid> {
    match text {
        "gzip" => Ok(Compression::Gzip),
        "zstd" => Ok(Compression::Zstd),
        _ => Err(Invalid::new(format!("`{text}` is not a compression; expected `gzip` or `zstd`"))),
    }
}
