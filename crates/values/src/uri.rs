//! URIs, taken apart as Ruby's library does.

use std::fmt;
use std::hash::{Hash, Hasher};

use ecow::EcoString;

use crate::value::{Map, Value};

/// A URI. Displays as it would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri {
    scheme: Option<EcoString>,
    userinfo: Option<EcoString>,
    host: Option<EcoString>,
    port: Option<u32>,
    path: Option<EcoString>,
    query: Option<EcoString>,
    fragment: Option<EcoString>,
    opaque: Option<EcoString>,
}

/// A text is no URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bad URI(is not URI?): {0:?}")]
pub struct UriError(String);

impl Uri {
    /// Reads a URI, or a reference relative to one.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        Self::read(text).ok_or_else(|| UriError(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && !br#"<>"\^`{|}"#.contains(&byte);
        text.bytes().all(allowed).then_some(())?;
        let (rest, fragment) = split_off(text, '#');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => {
                (Some(EcoString::from(scheme.to_ascii_lowercase())), rest)
            }
            _ => (None, rest),
        };
        let mut uri = Self {
            scheme,
            userinfo: None,
            host: None,
            port: None,
            path: None,
            query: None,
            fragment,
            opaque: None,
        };
        if uri.scheme.is_some() && !rest.starts_with('/') && !rest.is_empty() {
            uri.opaque = Some(rest.into());
            return Some(uri);
        }
        let (rest, query) = split_off(rest, '?');
        uri.query = query;
        let path = match rest.strip_prefix("//") {
            None => rest,
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                uri.read_authority(authority)?;
                path
            }
        };
        uri.path = Some(path.into());
        uri.port = uri.port.or_else(|| uri.default_port());
        Some(uri)
    }

    fn read_authority(&mut self, authority: &str) -> Option<()> {
        let address = match authority.rsplit_once('@') {
            Some((userinfo, address)) => {
                self.userinfo = Some(userinfo.into());
                address
            }
            None => authority,
        };
        let after_brackets = address.rfind(']').map_or(0, |end| end + 1);
        let (host, port) = match address.get(after_brackets..)?.rfind(':') {
            Some(colon) => address.split_at(after_brackets + colon),
            None => (address, ""),
        };
        if port.len() > 1 {
            self.port = Some(port.get(1..)?.parse().ok()?);
        }
        self.host = Some(host.into());
        Some(())
    }

    fn default_port(&self) -> Option<u32> {
        match self.scheme.as_deref()? {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            "ftp" => Some(21),
            "ldap" => Some(389),
            "ldaps" => Some(636),
            _ => None,
        }
    }

    /// All parts by name, `undef` for what is not there.
    pub fn members(&self) -> Map {
        let text = |part: &Option<EcoString>| part.clone().map_or(Value::Undef, Value::String);
        let entries = [
            ("scheme", text(&self.scheme)),
            ("userinfo", text(&self.userinfo)),
            ("host", text(&self.host)),
            ("port", self.port.map_or(Value::Undef, |port| Value::Integer(port.into()))),
            ("path", text(&self.path)),
            ("query", text(&self.query)),
            ("fragment", text(&self.fragment)),
            ("opaque", text(&self.opaque)),
        ];
        entries.into_iter().map(|(name, value)| (name.into(), value)).collect()
    }

    /// The parts that its type names: without those that are not there, and without the usual port; absent
    /// for none.
    pub(crate) fn parts(&self) -> Option<Map> {
        let mut parts = self.members();
        parts.retain(|_, value| !matches!(value, Value::Undef) && value.as_str() != Some(""));
        if let Some(Value::String(host)) = parts.get_mut(&Value::from("host")) {
            *host = host.to_ascii_lowercase();
        }
        let usual = matches!(
            (self.scheme.as_deref(), self.port),
            (Some("http"), Some(80)) | (Some("https"), Some(443))
        );
        let port = Value::from("port");
        if usual {
            parts.shift_remove(&port);
        } else if let Some(Value::Integer(number)) = parts.get(&port).cloned() {
            parts.insert(port, number.to_string().into());
        }
        (!parts.is_empty()).then_some(parts)
    }
}

fn split_off(text: &str, mark: char) -> (&str, Option<EcoString>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after.into())))
}

fn is_scheme(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic()) && text.bytes().all(rest)
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = &self.scheme {
            write!(f, "{scheme}:")?;
        }
        if let Some(opaque) = &self.opaque {
            f.write_str(opaque)?;
        } else {
            if self.host.is_some() || self.scheme.as_deref() == Some("file") {
                f.write_str("//")?;
            }
            if let Some(userinfo) = &self.userinfo {
                write!(f, "{userinfo}@")?;
            }
            f.write_str(self.host.as_deref().unwrap_or_default())?;
            if let Some(port) = self.port.filter(|port| Some(*port) != self.default_port()) {
                write!(f, ":{port}")?;
            }
            f.write_str(self.path.as_deref().unwrap_or_default())?;
            if let Some(query) = &self.query {
                write!(f, "?{query}")?;
            }
        }
        self.fragment.as_ref().map_or(Ok(()), |fragment| write!(f, "#{fragment}"))
    }
}

impl Hash for Uri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.host, &self.path, &self.opaque).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_it_read() {
        for text in [
            "http://a.example/b?c=d#e",
            "https://u:p@h:8443/",
            "mailto:me@example.com",
            "/a/b",
            "file:///etc",
        ] {
            assert_eq!(Uri::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Uri::parse("HTTP://h:80/").unwrap().to_string(), "http://h/");
        assert!(Uri::parse("a b").is_err());
    }
}
