//! `URI.new`: of a text, or of parts.

use std::sync::{Arc, OnceLock};

use super::ConversionError;
use super::constructor::{Constructor, Form, LIST_FORMS};
use crate::uri::Uri;
use crate::value::{Text, Value};

pub(super) static URI: Constructor = Constructor {
    name: "new_error",
    types: &[],
    forms: &[
        Form {
            parameters: &[("String[1]", "uri")],
            required: 1,
            make: |arguments, _| read(arguments[0].as_str().unwrap_or_default()),
        },
        Form {
            parameters: &[(
                "Struct[{
                    Optional['scheme'] => String[1],
                    Optional['userinfo'] => String[1],
                    Optional['host'] => String[1],
                    Optional['port'] => Integer[0],
                    Optional['path'] => String[1],
                    Optional['query'] => String[1],
                    Optional['fragment'] => String[1],
                    Optional['opaque'] => String[1]
                }]",
                "hash",
            )],
            required: 1,
            make: |arguments, _| of_parts(&arguments[0]),
        },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

fn read(text: &str) -> Result<Value, ConversionError> {
    let uri = Uri::parse(text).map_err(|error| ConversionError::failed(error.to_string()))?;
    Ok(Value::Uri(Arc::new(uri)))
}

fn of_parts(parts: &Value) -> Result<Value, ConversionError> {
    let part = |name: &str| parts.as_hash()?.get(&Text(name)).map(ToString::to_string);
    let path = part("path").unwrap_or_default();
    let scheme = part("scheme").map(|scheme| scheme.to_ascii_lowercase());
    let known = matches!(
        scheme.as_deref(),
        Some("http" | "https" | "ws" | "wss" | "ftp" | "ldap" | "ldaps" | "file")
    );
    if scheme.as_deref() == Some("mailto") && part("opaque").is_some() {
        return Err(ConversionError::failed("bad component(expected opaque component): "));
    }
    if (known || part("host").is_some()) && !path.is_empty() && !path.starts_with('/') {
        return Err(ConversionError::failed(format!(
            "bad component(expected absolute path component): {path}"
        )));
    }
    if let Some(host) = part("host").filter(|host| !is_host(host)) {
        return Err(ConversionError::failed(format!("bad component(expected host component): {host}")));
    }
    let mut text = scheme.map(|scheme| format!("{scheme}:")).unwrap_or_default();
    if let Some(opaque) = part("opaque") {
        text.push_str(&opaque);
        return read(&text);
    }
    if let Some(host) = part("host") {
        let userinfo = part("userinfo").map(|userinfo| format!("{userinfo}@")).unwrap_or_default();
        let port = part("port").map(|port| format!(":{port}")).unwrap_or_default();
        text.push_str(&format!("//{userinfo}{host}{port}"));
    }
    text.push_str(&path);
    for (name, mark) in [("query", '?'), ("fragment", '#')] {
        if let Some(value) = part(name) {
            text.push(mark);
            text.push_str(&value);
        }
    }
    read(&text)
}

/// Names of letters, digits and `-` between dots, the last beginning with a letter; or an address.
fn is_host(host: &str) -> bool {
    if host.starts_with('[') && host.ends_with(']') || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let is_label = |label: &str| {
        let ended = !label.starts_with('-') && !label.ends_with('-') && !label.is_empty();
        ended && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(is_label) && last.starts_with(|first: char| first.is_ascii_alphabetic())
}
