//! Texts that nobody would write: what Puppet accepts, with one token left out, written twice, replaced, or
//! the end of the text cut off. They ask where exactly an error is, and whether it is one.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::cases::Case;

/// What a token is replaced with, and what is put before one.
const REPLACEMENTS: &str = "\
    { } ( ) [ ] , ; : :: . => +> = == =~ -> <- + - * / % ! ? @ @@ | || <| |> << <% %> <%= a A $a 'a' \"a${b}\" \
    1 \" ' $ ${ # @(E) if else elsif unless case class define node function type inherits default undef true \
    in and or notice include";

/// Marks of two or three characters, the longer ones first.
const MARKS: &[&str] = &[
    "<<|", "|>>", "<%=", "<%-", "<%#", "-%>", "<|", "|>", "<%", "%>", "==", "!=", "<=", ">=", "=~", "!~",
    "=>", "+>", "+=", "-=", "->", "~>", "<-", "<~", "<<", ">>", "@@", "${",
];

/// Texts of more tokens are left alone: an error in a long text is an error in a short one.
const LONGEST: usize = 60;

/// Mutations of these cases, no text twice, chosen by a number.
pub fn mutations(cases: &[Case], count: usize, seed: u64) -> Vec<Case> {
    let mut chance = Chance(seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15));
    let texts: Vec<(Vec<&str>, bool)> = cases
        .iter()
        .filter_map(|case| Some((tokens(case["code"].as_str()?), case["epp"] == Value::Bool(true))))
        .filter(|(tokens, _)| (2..=LONGEST).contains(&tokens.len()))
        .collect();
    let mut seen = HashSet::new();
    let mut mutations = Vec::new();
    // Short texts give the same mutation again and again; that is no reason to go on for ever.
    for _ in 0..count.saturating_mul(20) {
        if mutations.len() == count || texts.is_empty() {
            break;
        }
        let (tokens, epp) = &texts[chance.below(texts.len())];
        let code = mutation(tokens, &mut chance);
        if !code.trim().is_empty() && seen.insert((code.clone(), *epp)) {
            let id = format!("mutations-{:04}", mutations.len() + 1);
            let mut case = json!({"id": id, "code": code});
            if *epp {
                case["epp"] = Value::Bool(true);
            }
            mutations.push(case);
        }
    }
    mutations
}

fn mutation(tokens: &[&str], chance: &mut Chance) -> String {
    let place = chance.below(tokens.len());
    let others: Vec<&str> = REPLACEMENTS.split_whitespace().collect();
    let other = others[chance.below(others.len())];
    let (before, after) = (tokens[..place].concat(), tokens[place + 1..].concat());
    let token = tokens[place];
    match chance.below(6) {
        0 => before,
        1 => before + token,
        2 => before + &after,
        3 => before + token + " " + token + &after,
        4 => before + other + &after,
        _ => before + other + " " + token + &after,
    }
}

/// A text cut into what a reader sees as one: words, marks, strings, comments, space.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = rest.split_at(length(rest));
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// The bytes of the first token.
fn length(text: &str) -> usize {
    let run = |is: fn(char) -> bool| text.find(|character| !is(character)).unwrap_or(text.len());
    let first = text.chars().next().unwrap_or_default();
    match first {
        _ if first.is_whitespace() => run(char::is_whitespace),
        '\'' | '"' => quoted(text, first),
        '#' => text.find('\n').unwrap_or(text.len()),
        '$' | ':' | '_' => {
            run(|character| matches!(character, '$' | ':' | '_') || character.is_alphanumeric())
        }
        _ if first.is_alphanumeric() => {
            run(|character| matches!(character, ':' | '_') || character.is_alphanumeric())
        }
        _ => MARKS.iter().find(|mark| text.starts_with(**mark)).map_or(first.len_utf8(), |mark| mark.len()),
    }
}

/// Up to the quote that ends it, or to the end.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, character) in text.char_indices().skip(1) {
        if character == quote && !escaped {
            return place + character.len_utf8();
        }
        escaped = character == '\\' && !escaped;
    }
    text.len()
}

/// Numbers without pattern that are the same for the same seed (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_into_what_a_reader_sees() {
        let cut = tokens("$a::b =~ 'it\\'s' # x\n<<|f-1");
        assert_eq!(cut, ["$a::b", " ", "=~", " ", "'it\\'s'", " ", "# x", "\n", "<<|", "f", "-", "1"]);
        assert_eq!(tokens("'a"), ["'a"]);
    }

    #[test]
    fn the_same_number_gives_the_same_mutations() {
        let cases = [
            json!({"id": "a", "code": "file { 'a': mode => 1 }"}),
            json!({"id": "b", "code": "<%= 1 %>", "epp": true}),
        ];
        let some = mutations(&cases, 40, 3);
        assert_eq!(some, mutations(&cases, 40, 3));
        assert_ne!(some, mutations(&cases, 40, 4));
        assert_eq!(some.len(), 40);
    }
}
