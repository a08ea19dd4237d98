//! Patterns for file names, as Ruby's `Dir.glob` has them: `*`, `**/`, `?`, `[a-z]`, `{a,b}` and `\`.
//!
//! A leading dot must be written; matches come sorted within each folder, alternatives in the order of
//! writing.

use super::{FileKind, Files};

/// The files, not folders, that match an absolute pattern.
pub(super) fn files(files: &dyn Files, pattern: &str) -> Vec<String> {
    let mut found = Vec::new();
    for pattern in alternatives(pattern) {
        let segments: Vec<&str> = pattern.split('/').filter(|segment| !segment.is_empty()).collect();
        let root = if pattern.starts_with('/') { String::new() } else { ".".to_owned() };
        walk(files, root, &[&segments], &mut found);
    }
    found.retain(|path| files.kind(path) == Some(FileKind::File));
    found
}

/// Follows all patterns that lead through a folder at once, so that what they find comes in the order of the
/// names.
fn walk(files: &dyn Files, folder: String, patterns: &[&[&str]], found: &mut Vec<String>) {
    let mut open: Vec<&[&str]> = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        open.push(pattern);
        let mut rest = *pattern;
        while let Some((&"**", behind)) = rest.split_first().filter(|(_, behind)| !behind.is_empty()) {
            open.push(behind);
            rest = behind;
        }
    }
    if open.iter().any(|pattern| pattern.is_empty()) {
        found.push(folder.clone());
    }
    open.retain(|pattern| !pattern.is_empty());
    if open.is_empty() {
        return;
    }
    let literal = open.iter().all(|pattern| !pattern[0].contains(['*', '?', '[', '\\']));
    let names = match (literal, open.as_slice()) {
        (true, [only]) => vec![only[0].to_owned()],
        _ => names(files, &folder),
    };
    for name in names {
        let path = format!("{folder}/{name}");
        let Some(kind) = files.kind(&path) else { continue };
        let through: Vec<&[&str]> = open.iter().filter_map(|pattern| step(pattern, &name, kind)).collect();
        if !through.is_empty() {
            walk(files, path, &through, found);
        }
    }
}

/// What is left of a pattern behind a name, if it leads through it.
fn step<'a>(pattern: &'a [&'a str], name: &str, kind: FileKind) -> Option<&'a [&'a str]> {
    let (first, rest) = pattern.split_first()?;
    let hidden = name.starts_with('.') && !first.starts_with('.');
    if *first == "**" && !rest.is_empty() {
        return (!hidden && kind == FileKind::Folder).then_some(pattern);
    }
    let (wanted, characters): (Vec<char>, Vec<char>) = (first.chars().collect(), name.chars().collect());
    (!hidden && matches(&wanted, &characters)).then_some(rest)
}

fn names(files: &dyn Files, folder: &str) -> Vec<String> {
    let mut names = files.list(if folder.is_empty() { "/" } else { folder });
    names.sort();
    names
}

/// What the first pair of braces with its alternatives makes of a pattern, and so on.
fn alternatives(pattern: &str) -> Vec<String> {
    let bytes = pattern.as_bytes();
    let Some(open) = pattern.find('{') else { return vec![pattern.to_owned()] };
    let (mut depth, mut commas, mut close) = (0, vec![open], None);
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b',' if depth == 1 => commas.push(at),
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(at);
                    break;
                }
            }
            _ => {}
        }
    }
    let Some(close) = close else { return vec![pattern.to_owned()] };
    commas.push(close);
    let pieces = commas.windows(2).map(|pair| &pattern[pair[0] + 1..pair[1]]);
    let whole = pieces.map(|piece| format!("{}{piece}{}", &pattern[..open], &pattern[close + 1..]));
    whole.flat_map(|pattern| alternatives(&pattern)).collect()
}

/// Whether a name matches. Remembers the last `*` only, so that the time is the product of both lengths.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < name.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at + 1, seen));
            at += 1;
        } else if let Some(length) = matches_one(&pattern[at..], name[seen]) {
            at += length;
            seen += 1;
        } else if let Some((behind, from)) = star {
            star = Some((behind, from + 1));
            at = behind;
            seen = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|character| *character == '*')
}

/// How much of the pattern one character takes, if it matches.
fn matches_one(pattern: &[char], character: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == character).then_some(2),
        ['[', rest @ ..] => {
            let negated = matches!(rest.first(), Some('^' | '!'));
            let set = &rest[usize::from(negated)..];
            let close = set.iter().skip(1).position(|c| *c == ']')? + 1;
            let mut members = &set[..close];
            let mut inside = false;
            while let Some((first, behind)) = members.split_first() {
                match behind {
                    ['-', last, behind @ ..] => {
                        inside |= (*first..=*last).contains(&character);
                        members = behind;
                    }
                    _ => {
                        inside |= *first == character;
                        members = behind;
                    }
                }
            }
            (inside != negated).then_some(close + 2 + usize::from(negated))
        }
        [first, ..] => (*first == character).then_some(1),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_in_ruby() {
        let cases = [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "a.yml", false),
            ("a?c", "abc", true),
            ("[a-c]*", "cat", true),
            ("[^a-c]*", "cat", false),
            ("a*b*c", "aXbYbZc", true),
            ("\\*", "*", true),
            ("*", "", true),
        ];
        for (pattern, name, expected) in cases {
            let [pattern, name] = [pattern, name].map(|text| text.chars().collect::<Vec<_>>());
            assert_eq!(matches(&pattern, &name), expected, "{pattern:?} {name:?}");
        }
        assert_eq!(alternatives("/a/{b,{c,d}}/e"), ["/a/b/e", "/a/c/e", "/a/d/e"]);
    }
}
