//! Sources and subjects made to hurt: nothing overflows, nothing runs on.

use crate::{MatchError, Regexp, check};

fn message(source: &str) -> String {
    check(source).err().map_or_else(String::new, |error| error.message())
}

#[test]
fn nesting_is_limited_where_ruby_limits_it() {
    let nested = |open: &str, close: &str, depth| format!("{}a{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("(", ")"), ("(?:", ")"), ("[", "]"), ("(?i)", "")] {
        assert_eq!(message(&nested(open, close, 4095)), "", "{open}");
        assert_eq!(message(&nested(open, close, 4096)), "parse depth limit over", "{open}");
    }
    assert_eq!(message(&format!("a{}", "*".repeat(100_000))), "");
}

#[test]
fn long_sources_are_checked_in_one_pass() {
    for (unit, expected) in [
        ("(?:", "parse depth limit over"),
        ("[[:a", "parse depth limit over"),
        ("(", "parse depth limit over"),
        ("(?x-i:", "parse depth limit over"),
        ("a|(?:b)[c]d*", ""),
        ("[[a]", "parse depth limit over"),
    ] {
        assert_eq!(message(&unit.repeat(50_000)), expected, "{unit}");
    }
    let calls = |index| format!("(?<n{index}>a\\g<n{}>?)", (index + 1) % 200);
    assert_eq!(message(&(0..200).map(calls).collect::<String>()), "");
}

#[test]
fn what_is_too_deep_to_match_with_is_said_on_the_first_match() {
    let regexp = Regexp::new(&format!("{}a{}", "(".repeat(300), ")".repeat(300))).unwrap();
    let error = regexp.is_match("a").unwrap_err();
    assert!(matches!(error, MatchError::Unsupported { .. }), "{error}");
}

#[test]
fn endless_backtracking_is_given_up() {
    let regexp = Regexp::new(r"^(?=(a+|a)+\1{2}$)(?:(a|aa)+)+\2$").unwrap();
    let error = regexp.is_match(&format!("{}b", "a".repeat(5000))).err();
    assert!(error.is_none_or(|error| matches!(error, MatchError::Limit { .. })));
    let regexp = Regexp::new(r"(?=(a+)+b\1)").unwrap();
    let error = regexp.is_match(&"a".repeat(40)).err();
    assert!(error.is_none_or(|error| matches!(error, MatchError::Limit { .. })));
}

#[test]
fn matches_tell_places_and_names() {
    let regexp = Regexp::new(r"(?<key>\w+)=(?<value>\w+)|(?<value>é)").unwrap();
    assert_eq!(regexp.names().collect::<Vec<_>>(), ["key", "value"]);
    let captures = regexp.captures("é a=b").unwrap().unwrap();
    assert_eq!((captures.range(), captures.name("value"), captures.name("key")), (0..2, Some("é"), None));
    let captures = regexp.captures_from("é a=b", 2).unwrap().unwrap();
    assert_eq!((captures.span(1), captures.before(), captures.after()), (Some(3..4), "é ", ""));
    assert_eq!(captures.expand(r"\k<value>=\1\\\x\0"), r"b=a\\xa=b");
    assert_eq!(format!("{:?}", Regexp::new("a/b").unwrap()), r"/a\/b/");
}

#[test]
fn flags_hold_for_the_whole() {
    let flags = crate::Flags { ignore_case: true, extended: true, multi_line: true };
    let regexp = Regexp::with_flags("a . b # (", flags).unwrap();
    assert!(regexp.is_match("A\nB").unwrap());
    assert_eq!(format!("{regexp:?}"), "/a . b # (/mix");
    let error = Regexp::with_flags("(", flags).unwrap_err();
    assert_eq!(error.to_string(), "end pattern with unmatched parenthesis: /(/mix");
}
