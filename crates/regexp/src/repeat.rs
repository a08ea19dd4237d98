//! A repetition of a repetition, as Ruby's engine simplifies it: `(?:a*)?` is `a*`.
//!
//! The table is the engine's and is part of what its expressions mean: a few entries change which of several
//! matches is found.

use crate::ast::{Greed, Node, NodeId, Tree};

/// The six common repetitions.
#[derive(Clone, Copy, PartialEq)]
enum Common {
    Optional,
    Star,
    Plus,
    LazyOptional,
    LazyStar,
    LazyPlus,
}

fn common(least: u32, most: Option<u32>, greed: Greed) -> Option<Common> {
    Some(match (least, most, greed) {
        (0, Some(1), Greed::Greedy) => Common::Optional,
        (0, None, Greed::Greedy) => Common::Star,
        (1, None, Greed::Greedy) => Common::Plus,
        (0, Some(1), Greed::Reluctant) => Common::LazyOptional,
        (0, None, Greed::Reluctant) => Common::LazyStar,
        (1, None, Greed::Reluctant) => Common::LazyPlus,
        _ => return None,
    })
}

/// What two repetitions become.
enum Merged {
    Both,
    InnerOnly,
    One(u32, Option<u32>, Greed),
    /// `(?:a+)??`
    LazilyPlus,
}

fn merge(inner: Common, outer: Common) -> Merged {
    use Common::{LazyOptional, LazyPlus, LazyStar, Optional, Plus, Star};
    let star = Merged::One(0, None, Greed::Greedy);
    let lazy_star = Merged::One(0, None, Greed::Reluctant);
    match (inner, outer) {
        (Optional, Star | Plus) | (Plus, Optional | Star) => star,
        (Optional, LazyOptional) => Merged::One(0, Some(1), Greed::Reluctant),
        (Optional, LazyStar) => lazy_star,
        (Optional, LazyPlus) | (Plus, LazyOptional) | (LazyPlus, Optional | Star | Plus) => Merged::Both,
        (Star, LazyOptional | LazyStar) | (Plus, LazyStar) => Merged::LazilyPlus,
        (LazyOptional, Star | Plus | LazyStar | LazyPlus) => lazy_star,
        (LazyPlus, LazyOptional | LazyStar) => lazy_star,
        _ => Merged::InnerOnly,
    }
}

/// The node for a repetition of `target`, which may itself be one.
pub(crate) fn nest(tree: &mut Tree, target: NodeId, least: u32, most: Option<u32>, greed: Greed) -> Node {
    let mut repeat = Node::Repeat { target, least, most, greed };
    let &Node::Repeat { target: within, least: inner_least, most: inner_most, greed: inner_greed } =
        tree.node(target)
    else {
        return repeat;
    };
    let Some(inner) = common(inner_least, inner_most, inner_greed) else { return repeat };
    let Some(outer) = common(least, most, greed) else {
        if matches!(inner, Common::Star | Common::Plus)
            && greed == Greed::Greedy
            && most.is_some_and(|most| most > 1)
        {
            repeat = Node::Repeat { target, least, most: Some(least.max(1)), greed };
        }
        return repeat;
    };
    match merge(inner, outer) {
        Merged::Both => repeat,
        Merged::InnerOnly => tree.node(target).clone(),
        Merged::One(least, most, greed) => Node::Repeat { target: within, least, most, greed },
        Merged::LazilyPlus => {
            tree.nodes[target.0].0 =
                Node::Repeat { target: within, least: 1, most: None, greed: Greed::Greedy };
            Node::Repeat { target, least: 0, most: Some(1), greed: Greed::Reluctant }
        }
    }
}
