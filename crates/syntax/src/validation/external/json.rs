//! JSON, as Ruby's `json` 2.7 takes it: with comments, any escape but a wrong `\u`, no `NaN`, at most 100
//! levels.
//!
//! Follows that parser's habits of giving up, since its message shows the text from there on: an array tells
//! of what stands in it, while an object, a string or a number that is not one is told of as a whole by
//! whatever it stands in.

use super::excerpt;

const DEEPEST: usize = 100;

/// What is wrong with the text, if anything.
pub(super) fn check(text: &str) -> Option<String> {
    let problem = if text.bytes().all(|byte| byte.is_ascii_whitespace() || byte == 0x0b) {
        "JSON::ParserError".into()
    } else {
        whole(text.as_bytes()).err()?
    };
    let problem = excerpt(&problem, 100);
    Some(format!("JSON syntax checker: Cannot parse invalid JSON string. \"{problem}\""))
}

/// Why a value ends nowhere.
enum Failure {
    /// It is none; whatever it stands in says so.
    None,
    /// The parser's own last word.
    Raised(String),
}

type End = Result<usize, Failure>;

fn whole(text: &[u8]) -> Result<(), String> {
    let start = skip(text, 0).map_err(|place| unexpected(text, place))?;
    let end = match value(text, start, 0) {
        Ok(end) => end,
        Err(Failure::None) => return Err(unexpected(text, start)),
        Err(Failure::Raised(message)) => return Err(message),
    };
    match skip(text, end) {
        Ok(end) if end == text.len() => Ok(()),
        Ok(place) | Err(place) => Err(unexpected(text, place)),
    }
}

/// The end of the value that begins at `start`, inside of `depth` others.
fn value(text: &[u8], start: usize, depth: usize) -> End {
    let rest = &text[start..];
    match rest.first() {
        Some(b'"') => string(text, start),
        Some(b'[') => array(text, start, depth + 1),
        Some(b'{') => object(text, start, depth + 1),
        Some(b'-' | b'0'..=b'9') => number(text, start),
        _ => {
            let word = [&b"null"[..], b"true", b"false"].into_iter().find(|word| rest.starts_with(word));
            word.map(|word| start + word.len()).ok_or(Failure::None)
        }
    }
}

fn array(text: &[u8], start: usize, depth: usize) -> End {
    check_depth(depth)?;
    let raised = |place| Failure::Raised(unexpected(text, place));
    let mut place = skip(text, start + 1).map_err(raised)?;
    if text.get(place) == Some(&b']') {
        return Ok(place + 1);
    }
    loop {
        let end = match value(text, place, depth) {
            Err(Failure::None) => return Err(raised(place)),
            end => end?,
        };
        place = skip(text, end).map_err(raised)?;
        match text.get(place) {
            Some(b']') => return Ok(place + 1),
            Some(b',') => place = skip(text, place + 1).map_err(raised)?,
            _ => return Err(raised(place)),
        }
    }
}

fn object(text: &[u8], start: usize, depth: usize) -> End {
    check_depth(depth)?;
    let skip = |place| skip(text, place).map_err(|_| Failure::None);
    let mut place = skip(start + 1)?;
    if text.get(place) == Some(&b'}') {
        return Ok(place + 1);
    }
    loop {
        if text.get(place) != Some(&b'"') {
            return Err(Failure::None);
        }
        place = skip(string(text, place)?)?;
        if text.get(place) != Some(&b':') {
            return Err(Failure::None);
        }
        place = skip(value(text, skip(place + 1)?, depth)?)?;
        match text.get(place) {
            Some(b'}') => return Ok(place + 1),
            Some(b',') => place = skip(place + 1)?,
            _ => return Err(Failure::None),
        }
    }
}

fn check_depth(depth: usize) -> Result<(), Failure> {
    match depth {
        ..=DEEPEST => Ok(()),
        _ => Err(Failure::Raised(format!("nesting of {depth} is too deep"))),
    }
}

fn string(text: &[u8], start: usize) -> End {
    let mut place = start + 1;
    let mut half = None;
    loop {
        match text.get(place) {
            Some(b'"') => break,
            Some(b'\\') if text.get(place + 1) == Some(&b'u') => {
                let digits = text.get(place + 2..place + 6).ok_or(Failure::None)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(Failure::None);
                }
                if digits[0].eq_ignore_ascii_case(&b'd')
                    && matches!(digits[1], b'8' | b'9' | b'a' | b'b' | b'A' | b'B')
                {
                    half = Some(place);
                }
                place += 6;
            }
            Some(b'\\') if text.get(place + 1).is_some_and(|&escaped| escaped >= 0x20) => place += 2,
            Some(b'\\' | ..=0x1f) | None => return Err(Failure::None),
            Some(_) => place += 1,
        }
    }
    match half {
        // Ruby looks for the other half only where there is room for it.
        Some(half) if place < half + 12 => {
            Err(Failure::Raised(format!("incomplete surrogate pair at '{}'", rest(text, half))))
        }
        _ => Ok(place + 1),
    }
}

/// A float if it can be one; otherwise an integer, and what follows is the next one's concern.
fn number(text: &[u8], start: usize) -> End {
    let digits = |place: usize| place + text[place..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first = start + usize::from(text[start] == b'-');
    let whole = if text.get(first) == Some(&b'0') { first + 1 } else { digits(first) };
    if whole == first || digits(whole) > whole {
        return Err(Failure::None);
    }
    let mut end = whole;
    if text.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == end + 1 {
            return Ok(whole);
        }
        end = fraction;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent == end + 1 + sign {
            return Ok(whole);
        }
        end = exponent;
    }
    let is_float = end > whole && !matches!(text.get(end), Some(b'e' | b'E' | b'.' | b'-'));
    Ok(if is_float { end } else { whole })
}

/// Behind space and comments; an error is the place where a comment is none.
fn skip(text: &[u8], mut place: usize) -> Result<usize, usize> {
    loop {
        let rest = &text[place..];
        place += match rest {
            [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
            [b'/', b'/', comment @ ..] => match memchr(comment, b"\n") {
                Some(end) => 2 + end + 1,
                None => return Err(text.len()),
            },
            [b'/', b'*', comment @ ..] => match memchr(comment, b"*/") {
                Some(end) => 2 + end + 2,
                None => return Err(text.len()),
            },
            [b'/', ..] => return Err(place + 1),
            _ => return Ok(place),
        };
    }
}

fn memchr(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn unexpected(text: &[u8], place: usize) -> String {
    format!("unexpected token at '{}'", rest(text, place))
}

/// The text from `place` on; Ruby's own text ends at a NUL.
fn rest(text: &[u8], place: usize) -> String {
    let rest = text.get(place..).unwrap_or_default();
    let end = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
    String::from_utf8_lossy(&rest[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        whole(text.as_bytes()).err().unwrap_or_default()
    }

    #[test]
    fn what_ruby_takes_is_taken() {
        let deep = "[".repeat(100) + &"]".repeat(100);
        let texts =
            ["1", "-0", "1e5", "-1.5E+3", "[1/*x*/,2]", "[ // c\n1]", r#"["\q"]"#, r#"{"a":{"b":[]}}"#];
        for text in texts.into_iter().chain([&*deep, "\"\u{7f}é\"", " null ", "{}", r#""\ud83d\ude00""#]) {
            assert_eq!(problem(text), "", "`{text}`");
        }
    }

    #[test]
    fn the_message_begins_where_ruby_gives_up() {
        let cases = [
            ("[1,]", "]"),
            ("[1 2]", "2]"),
            ("[", ""),
            ("{", "{"),
            (r#"{"a":[nul]}"#, "nul]}"),
            ("[01]", "01]"),
            ("1.5.2", ".5.2"),
            ("[-]", "-]"),
            ("-Infinity", "-Infinity"),
            ("[1 /x]", "x]"),
            ("1 //c", ""),
            (r#"{"a":{"b":}}"#, r#"{"a":{"b":}}"#),
            (r#"[{"a":1]"#, r#"{"a":1]"#),
            ("true1", "1"),
            ("[1\0]", ""),
            (r#""\u12""#, r#""\u12""#),
            ("[\"a\tb\"]", "\"a\tb\"]"),
            ("1.", "."),
            ("[1,/* ]", ""),
            ("1]", "]"),
        ];
        for (text, rest) in cases {
            assert_eq!(problem(text), format!("unexpected token at '{rest}'"), "`{text}`");
        }
        assert_eq!(problem(&"[".repeat(200)), "nesting of 101 is too deep");
        assert_eq!(problem(r#"["\ud800"]"#), r#"incomplete surrogate pair at '\ud800"]'"#);
    }
}
