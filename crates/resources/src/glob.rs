//! Ruby's `File.fnmatch` for names without slashes.

/// Whether a name matches a pattern of `*`, `?`, `[..]` and `\`. A leading dot must be matched by a dot
/// unless `dots` says otherwise.
pub(crate) fn matches(pattern: &str, name: &str, dots: bool) -> bool {
    if name.starts_with('.') && !dots && !pattern.starts_with('.') && !pattern.starts_with("\\.") {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    matches_from(&pattern, &name)
}

fn matches_from(pattern: &[char], name: &[char]) -> bool {
    match pattern {
        [] => name.is_empty(),
        ['*', rest @ ..] => (0..=name.len()).any(|skipped| matches_from(rest, &name[skipped..])),
        ['?', rest @ ..] => !name.is_empty() && matches_from(rest, &name[1..]),
        ['\\', escaped, rest @ ..] => name.first() == Some(escaped) && matches_from(rest, &name[1..]),
        ['[', rest @ ..] => match (name.first(), class(rest)) {
            (Some(character), Some((wanted, rest))) => wanted(*character) && matches_from(rest, &name[1..]),
            _ => false,
        },
        [character, rest @ ..] => name.first() == Some(character) && matches_from(rest, &name[1..]),
    }
}

type Class<'a> = (Box<dyn Fn(char) -> bool + 'a>, &'a [char]);

/// What stands in brackets, and what follows them.
fn class(pattern: &[char]) -> Option<Class<'_>> {
    let (negated, pattern) = match pattern {
        ['!' | '^', rest @ ..] => (true, rest),
        _ => (false, pattern),
    };
    let end = pattern.iter().position(|character| *character == ']')?;
    let members = &pattern[..end];
    let wanted = move |character: char| {
        let mut index = 0;
        let mut found = false;
        while index < members.len() {
            if index + 2 < members.len() && members[index + 1] == '-' {
                found |= (members[index]..=members[index + 2]).contains(&character);
                index += 3;
            } else {
                found |= members[index] == character;
                index += 1;
            }
        }
        found != negated
    };
    Some((Box::new(wanted), &pattern[end + 1..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn patterns_match_as_in_ruby() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("*", ".a", false),
            (".*", ".a", true),
            ("*.conf", "x.conf", true),
            ("*.conf", "x.confs", false),
            ("[a-c]?", "b1", true),
            ("[!a-c]?", "b1", false),
            ("\\*", "*", true),
            ("a", "b", false),
        ] {
            assert_eq!(super::matches(pattern, name, false), expected, "{pattern} {name}");
        }
        assert!(super::matches("*", ".a", true));
    }
}
