//! Puppet's rules for names, by hand.
//!
//! Deliberately unaware of what a name is used for. Letters and digits are ASCII, as they are to Puppet.

/// A decimal number without leading zero: `$0`, `$12`.
pub(super) fn is_numeric_variable(name: &str) -> bool {
    name == "0" || (is_digits(name) && !name.starts_with('0'))
}

/// A variable's name: an optional `::`, namespaces, and a last part that may begin with an underscore.
pub(super) fn is_variable(name: &str) -> bool {
    let relative = name.strip_prefix("::").unwrap_or(name);
    let (namespace, last) = relative.rsplit_once("::").unzip();
    namespace.is_none_or(|namespace| namespace.split("::").all(is_lower_word))
        && is_parameter(last.unwrap_or(relative))
}

/// A parameter's name: a variable's without namespace.
pub(super) fn is_parameter(name: &str) -> bool {
    name.starts_with('_') && is_word(name) || is_lower_word(name)
}

/// A parameter's name that would be taken for the result of a match.
pub(super) fn is_numeric_parameter(name: &str) -> bool {
    is_digits(name.strip_prefix("0x").unwrap_or(name))
}

/// The name of a class, a defined type or a function, as it is defined.
pub(super) fn is_definition(name: &str) -> bool {
    name.split("::").all(is_lower_word)
}

/// The name of a type, as it is defined.
pub(super) fn is_type_definition(name: &str) -> bool {
    name.split("::").all(is_upper_word)
}

/// The name of a type, as it is used: also from the top.
pub(super) fn is_type_reference(name: &str) -> bool {
    is_type_definition(name.strip_prefix("::").unwrap_or(name))
}

/// The name of a host: no check of its parts, only of its characters.
pub(super) fn is_host(name: &str) -> bool {
    name.bytes().all(|byte| is_word_byte(byte) || byte == b'-' || byte == b'.')
}

fn is_lower_word(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && is_word(name)
}

fn is_upper_word(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && is_word(name)
}

fn is_digits(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_word(name: &str) -> bool {
    name.bytes().all(is_word_byte)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_puppet_s_rules() {
        type Rule = fn(&str) -> bool;
        let cases: [(Rule, &[&str], &[&str]); 7] = [
            (is_numeric_variable, &["0", "1", "10"], &["", "01", "1a", "a", "0x1"]),
            (
                is_variable,
                &["a", "_a", "::a", "a::b", "a::_b", "::a::b1"],
                &["", "A", "_a::b", "a::", "::", "a:::b", "é"],
            ),
            (is_parameter, &["a", "_", "a1"], &["", "a::b", "A", "1"]),
            (is_numeric_parameter, &["1", "01", "0x1"], &["a", "0xa", ""]),
            (is_definition, &["a", "a::b"], &["", "::a", "a-b", "A", "a::B", "a::_b"]),
            (is_type_reference, &["A", "::A", "A::B_c"], &["a", "A::b", "::", "A::", "::::A"]),
            (is_host, &["a.b-c_d", "", "..."], &["a b", "é", "a/b"]),
        ];
        for (index, (rule, good, bad)) in cases.into_iter().enumerate() {
            good.iter().for_each(|name| assert!(rule(name), "{index} `{name}`"));
            bad.iter().for_each(|name| assert!(!rule(name), "{index} `{name}`"));
        }
    }
}
