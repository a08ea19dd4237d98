//! "Did you mean": the known word nearest to a mistyped one.

/// The candidate that a typist most likely meant by `word`, if one is near enough: at most a third of
/// the word's characters (but at least one) inserted, left out, changed or swapped with a neighbour.
/// Letter case and the difference between `-` and `_` do not count. Of equals, the first wins.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let length = folded.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        // As many edits as characters make any word from any other.
        .filter(|&(distance, _)| distance <= limit && distance < length)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typing_mistakes_and_nothing_else() {
        let words = ["expose", "volumes", "cmd", "entrypoint", "env", "workdir", "stop_signal", "user"];
        let cases = [
            ("expos", Some("expose")),
            ("volume", Some("volumes")),
            ("CMD", Some("cmd")),
            ("cdm", Some("cmd")),
            ("entry-point", Some("entrypoint")),
            ("stop-signal", Some("stop_signal")),
            ("facts", None),
            ("x", None),
            ("", None),
            ("é", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, words.into_iter()), expected, "{word}");
        }
    }
}
