//! What Puppet calls expressions in its messages.

use syntax::ast::ExpressionKind;
use values::label::with_article;

/// The label with its article: `a '+' expression`.
pub(crate) fn a(kind: &ExpressionKind) -> String {
    with_article(&kind.label())
}

/// The same, at the start of a sentence.
pub(crate) fn upper_a(kind: &ExpressionKind) -> String {
    let text = a(kind);
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
