//! Ports that an image says it listens on.

use std::fmt;
use std::str::FromStr;

use crate::invalid::Invalid;

/// A port as OCI images expose it. Displays as `80/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// From 1.
    pub number: u16,
    /// TCP unless written otherwise.
    pub protocol: Protocol,
}

/// A transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// `80` or `80/tcp`.
    Tcp,
    /// `53/udp`.
    Udp,
    /// `36412/sctp`.
    Sctp,
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Sctp => "sctp",
        };
        write!(f, "{}/{protocol}", self.number)
    }
}

impl FromStr for Port {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let protocol = match protocol.to_ascii_lowercase().as_str() {
            "tcp" => Some(Protocol::Tcp),
            "udp" => Some(Protocol::Udp),
            "sctp" => Some(Protocol::Sctp),
            _ => None,
        };
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        match (number.parse(), protocol) {
            (Ok(number), Some(protocol)) if number > 0 && digits => Ok(Self { number, protocol }),
            _ => Err(refused(text)),
        }
    }
}

fn refused(text: &str) -> Invalid {
    let invalid = Invalid::new(format!("`{text}` is not a port; expected 1 to 65535, `80/tcp` or `53/udp`"));
    if text.contains(':') {
        return invalid.hint("write the container's port alone; the host's is chosen when it runs");
    }
    if text.contains('-') {
        return invalid.hint("write each port of the range");
    }
    invalid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports() {
        for (text, expected) in
            [("80", "80/tcp"), ("80/TCP", "80/tcp"), ("53/udp", "53/udp"), ("1/sctp", "1/sctp")]
        {
            assert_eq!(text.parse::<Port>().unwrap().to_string(), expected);
        }
        for text in
            ["", "0", "65536", "-1", "+80", "http", "80/", "80/http", "8080:80", "80-90", "80/tcp/udp"]
        {
            assert!(text.parse::<Port>().is_err(), "{text}");
        }
    }
}
