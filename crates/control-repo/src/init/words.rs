//! Words of a Dockerfile: quotes, escapes and variables.

use std::collections::BTreeMap;

/// Variables in force at an instruction: build arguments' defaults and the environment.
pub(super) type Variables = BTreeMap<String, String>;

/// A value with its quotes removed and variables put in, or the name of the variable that is not known.
pub(super) type Expanded = Result<String, String>;

/// The words of a line, without their quotes.
pub(super) fn words(text: &str, variables: &Variables) -> Vec<Expanded> {
    split(text).into_iter().map(|word| expand(word, variables)).collect()
}

/// The pairs of an `ENV` or `LABEL`: `a=1 b="2 3"`, or the older `a 1 2`.
pub(super) fn pairs(text: &str, variables: &Variables) -> Vec<(String, Expanded)> {
    let words = split(text);
    if let Some(first) = words.first()
        && !first.contains('=')
    {
        let rest = text.trim_start().strip_prefix(first).unwrap_or_default().trim();
        return vec![(expand(first, variables).unwrap_or_default(), expand(rest, variables))];
    }
    let pair = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((expand(name, variables).ok()?, expand(value, variables)))
    };
    words.into_iter().filter_map(pair).collect()
}

/// Splits at spaces outside of quotes.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote, mut escaped) = (None, None, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && quote.is_none() && !escaped {
            if let Some(start) = start.take() {
                words.push(&text[start..at]);
            }
            continue;
        }
        start.get_or_insert(at);
        match quote {
            _ if escaped => escaped = false,
            Some('\'') if c != '\'' => {}
            _ if c == '\\' => escaped = true,
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
    }
    words.extend(start.map(|start| &text[start..]));
    words
}

/// Removes quotes and escapes, and puts variables in, except between single quotes.
pub(super) fn expand(text: &str, variables: &Variables) -> Expanded {
    let mut result = String::new();
    let mut quote = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\'' | '"' if quote == Some(c) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            _ if quote == Some('\'') => result.push(c),
            '\\' => {
                let next = rest.chars().next().unwrap_or('\\');
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
                // Between double quotes a backslash is itself unless it has something to escape.
                if quote == Some('"') && !matches!(next, '"' | '\\' | '$') {
                    result.push('\\');
                }
                result.push(next);
            }
            '$' => rest = substitute(rest, variables, &mut result)?,
            _ => result.push(c),
        }
    }
    Ok(result)
}

/// Puts in the variable that `rest` begins with, after its `$`, and gives what follows it.
fn substitute<'a>(rest: &'a str, variables: &Variables, result: &mut String) -> Result<&'a str, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let braced = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
    let (inner, after) =
        braced.unwrap_or_else(|| rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len())));
    let (name, modifier) = inner.split_at(inner.find(|c| !is_name(c)).unwrap_or(inner.len()));
    if name.is_empty() {
        result.push('$');
        return Ok(rest);
    }
    let value = variables.get(name).map(String::as_str);
    match (modifier.get(..2), value.filter(|value| !value.is_empty())) {
        (Some(":-"), None) => result.push_str(&expand(&modifier[2..], variables)?),
        (Some(":+"), Some(_)) => result.push_str(&expand(&modifier[2..], variables)?),
        (Some(":+"), None) => {}
        _ => result.push_str(value.ok_or_else(|| name.to_owned())?),
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_in_both_forms() {
        let variables = Variables::from([("A".to_owned(), "x".to_owned())]);
        let cases = [
            ("k v", vec![("k", Ok("v"))]),
            ("k  some 'quoted words' $A", vec![("k", Ok("some quoted words x"))]),
            ("k=v l=\"a b\" m='$A'", vec![("k", Ok("v")), ("l", Ok("a b")), ("m", Ok("$A"))]),
            ("k=a\\ b", vec![("k", Ok("a b"))]),
            ("k=${A}y$A-", vec![("k", Ok("xyx-"))]),
            ("k=${B:-d$A} l=${A:+set}", vec![("k", Ok("dx")), ("l", Ok("set"))]),
            ("PATH=/x:$PATH", vec![("PATH", Err("PATH"))]),
            ("k=\"a\\n\\\"\" l=5$", vec![("k", Ok("a\\n\"")), ("l", Ok("5$"))]),
            ("k=é\\", vec![("k", Ok("é\\"))]),
            ("k", vec![("k", Ok(""))]),
            ("", vec![]),
        ];
        for (text, expected) in cases {
            let pairs = pairs(text, &variables);
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_deref().map_err(String::as_str)))
                .collect();
            assert_eq!(pairs, expected, "{text}");
        }
    }
}
