//! `WWW-Authenticate`: how a registry wants to be told who asks.

/// What a registry wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Name and password with every request.
    Basic,
    /// A token, to be fetched from `realm`.
    Bearer {
        /// A URL.
        realm: String,
        /// What the token server knows the registry by.
        service: Option<String>,
        /// What the request at hand needs, e.g. `repository:team/web:pull`.
        scope: Option<String>,
    },
}

/// Reads the values of all `WWW-Authenticate` headers of an answer; a token is preferred to a password. None: it
/// wants something that is not known here.
pub(crate) fn parse<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Challenge> {
    let mut found = None;
    for (scheme, parameters) in headers.flat_map(challenges) {
        let parameter = |name: &str| {
            parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            if let Some(realm) = parameter("realm") {
                let (service, scope) = (parameter("service"), parameter("scope"));
                return Some(Challenge::Bearer { realm, service, scope });
            }
        } else if scheme.eq_ignore_ascii_case("basic") {
            found = Some(Challenge::Basic);
        }
    }
    found
}

type Parameters = Vec<(String, String)>;

/// One header may hold several challenges, and commas stand both between them and between parameters.
fn challenges(header: &str) -> Vec<(String, Parameters)> {
    let mut found: Vec<(String, Parameters)> = Vec::new();
    let mut rest = header.trim_start_matches([' ', ',', '\t']);
    while !rest.is_empty() {
        let end = rest.find([' ', '=', ',']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match after.trim_start().strip_prefix('=') {
            Some(value) if !word.is_empty() => {
                let (value, after) = parameter_value(value.trim_start());
                if let Some((_, parameters)) = found.last_mut() {
                    parameters.push((word.to_owned(), value));
                }
                rest = after;
            }
            // Nothing before the `=`: no challenge that anybody writes.
            Some(_) => return found,
            None => {
                found.push((word.to_owned(), Vec::new()));
                rest = after;
            }
        }
        rest = rest.trim_start_matches([' ', ',', '\t']);
    }
    found
}

/// A value, quoted or not, and what follows it.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, letter) in quoted.char_indices() {
        match letter {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return (value, &quoted[at + 1..]),
            _ => {
                escaped = false;
                value.push(letter);
            }
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Option<Challenge> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Some(Challenge::Bearer { realm: realm.to_owned(), service: owned(service), scope: owned(scope) })
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        for (headers, expected) in [
            (vec!["Basic realm=\"Registry Realm\""], Some(Challenge::Basic)),
            (vec!["basic"], Some(Challenge::Basic)),
            (
                vec![
                    "Bearer realm=\"https://a.org/token\",service=\"r.org\",scope=\"repository:a/b:pull,push\"",
                ],
                bearer("https://a.org/token", Some("r.org"), Some("repository:a/b:pull,push")),
            ),
            (
                vec!["BEARER realm=https://a.org/t, service = r.org"],
                bearer("https://a.org/t", Some("r.org"), None),
            ),
            (
                vec!["Basic realm=\"x\", Bearer realm=\"https://a.org/\\\"t\""],
                bearer("https://a.org/\"t", None, None),
            ),
            (vec!["Negotiate", "Basic realm=\"x\""], Some(Challenge::Basic)),
            (vec!["Negotiate dG9rZW4=", "Bearer realm=\"r\""], bearer("r", None, None)),
            (vec!["Bearer service=\"x\""], None),
            (vec!["", ",,", "=", "a=\"", "Digest realm=\"x"], None),
        ] {
            assert_eq!(parse(headers.iter().copied()), expected, "{headers:?}");
        }
    }
}
