//! What can only be checked on the whole tree: references, look-behinds, conditionals, recursion.
//!
//! All of it is loops over the nodes. Groups that call each other are handled by going over the nodes until
//! nothing changes any more.

use std::collections::HashMap;

use crate::ast::{Assertion, CallTarget, Node, NodeId, Reference, Tree};
use crate::error::{Problem, shown_name};

/// How many nodes may be visited for one question; past it, a recursion counts as sound.
const BUDGET: usize = 5_000_000;

/// The nodes of groups by number, the whole at 0, and the group each call goes to.
pub(crate) struct Calls {
    groups: Vec<Option<NodeId>>,
    /// By node; none for what is no call.
    pub(crate) targets: Vec<Option<u32>>,
}

impl Calls {
    fn body(&self, call: usize) -> Option<NodeId> {
        self.groups[self.targets[call]? as usize]
    }
}

/// Gives the first thing that is wrong.
pub(crate) fn check(tree: &Tree) -> Result<(), Problem> {
    let order = preorder(tree);
    if tree.only_named() {
        numbered_references(tree, &order)?;
    }
    let calls = resolve_calls(tree, &order)?;
    if tree.calls > 0 {
        endless_recursion(tree, &order, &calls)?;
    }
    let lengths = lengths(tree, &calls);
    references_and_looks(tree, &order, &lengths)?;
    let excess =
        |id: &NodeId| matches!(tree.node(*id), Node::Conditional { excess, .. } if !excess.is_empty());
    if order.iter().any(excess) { Err(Problem::Conditional) } else { Ok(()) }
}

pub(crate) fn preorder(tree: &Tree) -> Vec<NodeId> {
    let mut order = Vec::with_capacity(tree.nodes.len());
    let mut pending = vec![tree.root()];
    while let Some(id) = pending.pop() {
        order.push(id);
        pending.extend(tree.node(id).children().into_iter().rev());
    }
    order
}

fn numbered_references(tree: &Tree, order: &[NodeId]) -> Result<(), Problem> {
    let numbered =
        |id: &NodeId| matches!(tree.node(*id), Node::BackReference { target: Reference::Number(_), .. });
    if order.iter().any(numbered) { Err(Problem::NumberedReference) } else { Ok(()) }
}

pub(crate) fn resolve_calls(tree: &Tree, order: &[NodeId]) -> Result<Calls, Problem> {
    let mut groups = vec![None; tree.groups as usize + 1];
    groups[0] = Some(tree.root());
    for (index, (node, _)) in tree.nodes.iter().enumerate() {
        if let Node::Group { number, .. } = node {
            groups[*number as usize] = Some(NodeId(index));
        }
    }
    let names: HashMap<&str, &[u32]> =
        tree.names.iter().map(|(name, groups)| (name.as_str(), groups.as_slice())).collect();
    let mut targets = vec![None; tree.nodes.len()];
    for id in order {
        let Node::Call(target) = tree.node(*id) else { continue };
        targets[id.0] = Some(match target {
            CallTarget::Number(0, _) => 0,
            CallTarget::Number(..) if tree.only_named() => return Err(Problem::NumberedReference),
            CallTarget::Number(number, written) if *number > tree.groups => {
                return Err(Problem::UndefinedGroup(shown_name(written)));
            }
            CallTarget::Number(number, _) => *number,
            CallTarget::Name(name) => named_target(&names, name)?,
        });
    }
    Ok(Calls { groups, targets })
}

fn named_target(names: &HashMap<&str, &[u32]>, name: &[char]) -> Result<u32, Problem> {
    match names.get(name.iter().collect::<String>().as_str()).copied() {
        None | Some([]) => Err(Problem::UndefinedName(shown_name(name))),
        Some([only]) => Ok(*only),
        Some(_) => Err(Problem::AmbiguousCall(shown_name(name))),
    }
}

/// Goes over the nodes, children first, until no value changes or `budget` visits are used up. `value` sees
/// the values found so far.
fn settle<T: Copy + PartialEq>(
    tree: &Tree,
    budget: &mut usize,
    start: T,
    value: impl Fn(usize, &[T]) -> T,
) -> Vec<T> {
    let mut values = vec![start; tree.nodes.len()];
    loop {
        let mut changed = false;
        for index in 0..values.len() {
            let new = value(index, &values);
            changed |= new != values[index];
            values[index] = new;
        }
        *budget = budget.saturating_sub(values.len());
        // Without calls nothing refers to a later node.
        if !changed || *budget == 0 || tree.calls == 0 {
            return values;
        }
    }
}

/// Whether each node matches one character at least.
pub(crate) fn consuming(tree: &Tree, calls: &Calls) -> Vec<bool> {
    settle(tree, &mut { BUDGET }, false, |index, values| {
        let at = |id: &NodeId| values[id.0];
        match &tree.nodes[index].0 {
            Node::Literal(_) | Node::Any | Node::Class(_) | Node::LineBreak | Node::Grapheme => true,
            Node::Concat(nodes) => nodes.iter().any(at),
            Node::Alternation(nodes) => nodes.iter().all(at),
            Node::Repeat { target, least, .. } => *least > 0 && at(target),
            Node::Group { target, .. } | Node::Atomic(target) | Node::Scope(target) => at(target),
            Node::Conditional { yes, no, .. } => at(yes) && no.as_ref().is_some_and(at),
            Node::BackReference { target, .. } => {
                let consumes = |group: &u32| {
                    calls.groups.get(*group as usize).copied().flatten().is_some_and(|id| at(&id))
                };
                tree.referenced(target).iter().all(consumes)
            }
            Node::Call(_) => calls.body(index).is_some_and(|id| at(&id)),
            _ => false,
        }
    })
}

/// Refuses a group that calls itself before anything is matched, or in every case.
fn endless_recursion(tree: &Tree, order: &[NodeId], calls: &Calls) -> Result<(), Problem> {
    let called: std::collections::BTreeSet<u32> = calls.targets.iter().copied().flatten().collect();
    let consuming = consuming(tree, calls);
    let mut budget = BUDGET;
    for group in called {
        if budget == 0 {
            return Ok(());
        }
        let Some(body) = calls.groups[group as usize] else { continue };
        let is_back = |index: usize| calls.targets[index] == Some(group);
        let inevitable = settle(tree, &mut budget, false, |index, values: &[bool]| {
            let at = |id: &NodeId| values[id.0];
            match &tree.nodes[index].0 {
                Node::Alternation(nodes) => nodes.iter().all(at),
                Node::Repeat { target, least, .. } => *least > 0 && at(target),
                Node::Conditional { yes, no, .. } => at(yes) && no.as_ref().is_some_and(at),
                Node::Call(_) => is_back(index) || calls.body(index).is_some_and(|id| at(&id)),
                node => node.children().iter().any(at),
            }
        });
        // At the head of a group, nothing has been matched yet.
        let at_head = settle(tree, &mut budget, false, |index, values: &[bool]| {
            let at = |id: &NodeId| values[id.0];
            match &tree.nodes[index].0 {
                Node::Concat(nodes) => {
                    let head =
                        nodes.iter().position(|id| consuming[id.0]).map_or(nodes.len(), |place| place + 1);
                    nodes[..head].iter().any(at)
                }
                Node::Call(_) => is_back(index) || calls.body(index).is_some_and(|id| at(&id)),
                node => node.children().iter().any(at),
            }
        });
        if inevitable[body.0] || at_head[body.0] {
            // Ruby measures what it passes on the way, and so comes upon wrong references.
            let wrong = wrong_references(tree);
            let is_either = |id: &&NodeId| {
                let node = tree.node(**id);
                matches!(node, Node::Call(_)) || wrong[id.0] && matches!(node, Node::BackReference { .. })
            };
            if order.iter().find(is_either).is_some_and(|id| wrong[id.0]) {
                return Err(Problem::BackReference);
            }
            return Err(Problem::EndlessRecursion);
        }
    }
    Ok(())
}

/// How many characters a node matches.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Length {
    /// A call whose group has not been seen yet; in the end, one that recurs.
    Unknown,
    Fixed(u64),
    Variable,
}

impl Length {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(two)) => Self::Fixed(one.saturating_add(two)),
            (Self::Variable, _) | (_, Self::Variable) => Self::Variable,
            _ => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(two)) if one == two => self,
            (Self::Fixed(_), Self::Fixed(_)) | (Self::Variable, _) | (_, Self::Variable) => Self::Variable,
            _ => Self::Unknown,
        }
    }
}

pub(crate) fn lengths(tree: &Tree, calls: &Calls) -> Vec<Length> {
    settle(tree, &mut { BUDGET }, Length::Unknown, |index, values| {
        let at = |id: &NodeId| values[id.0];
        match &tree.nodes[index].0 {
            Node::Literal(_) | Node::Any | Node::Class(_) => Length::Fixed(1),
            Node::Concat(nodes) => nodes.iter().map(at).fold(Length::Fixed(0), Length::and),
            Node::Alternation(nodes) => nodes.iter().map(at).reduce(Length::or).unwrap_or(Length::Fixed(0)),
            Node::Repeat { target, least, most, .. } => match at(target) {
                Length::Fixed(length) if *most == Some(*least) => {
                    Length::Fixed(length.saturating_mul(u64::from(*least)))
                }
                _ if *most != Some(*least) => Length::Variable,
                other => other,
            },
            Node::Group { target, .. } | Node::Atomic(target) | Node::Scope(target) => at(target),
            Node::Conditional { yes, no, .. } => at(yes).or(no.as_ref().map_or(Length::Fixed(0), at)),
            Node::LineBreak | Node::Grapheme | Node::BackReference { .. } => Length::Variable,
            Node::Call(_) => calls.body(index).map_or(Length::Variable, |id| at(&id)),
            Node::Empty | Node::Assertion(_) | Node::Keep | Node::Look { .. } | Node::Absent(_) => {
                Length::Fixed(0)
            }
        }
    })
}

/// Whether each node may stand in a look-behind, and in a negative one.
fn allowed_behind(tree: &Tree) -> Vec<(bool, bool)> {
    let mut allowed: Vec<(bool, bool)> = Vec::with_capacity(tree.nodes.len());
    for (index, (node, _)) in tree.nodes.iter().enumerate() {
        let itself = match node {
            Node::Look { behind, .. } => (*behind, *behind),
            Node::Assertion(Assertion::TextEnd | Assertion::TextEndOrNewline) => (false, false),
            Node::Group { .. } => (true, tree.is_transparent(NodeId(index))),
            Node::Atomic(_) | Node::Absent(_) | Node::Conditional { .. } => (false, false),
            Node::LineBreak | Node::Grapheme | Node::BackReference { .. } => (false, false),
            _ => (true, true),
        };
        let both =
            |all: (bool, bool), child: NodeId| (all.0 && allowed[child.0].0, all.1 && allowed[child.0].1);
        let with_children = node.children().into_iter().fold(itself, both);
        allowed.push(with_children);
    }
    allowed
}

/// Whether each node has a reference to no group in what it must match. Ruby measures what is repeated before
/// it looks at it, and so finds these first.
fn wrong_references(tree: &Tree) -> Vec<bool> {
    let mut wrong: Vec<bool> = Vec::with_capacity(tree.nodes.len());
    for (node, _) in &tree.nodes {
        let value = match node {
            Node::BackReference { target, .. } => {
                tree.referenced(target).iter().any(|group| *group > tree.groups)
            }
            Node::Look { .. } | Node::Absent(_) | Node::Repeat { least: 0, .. } => false,
            _ => node.children().iter().any(|child| wrong[child.0]),
        };
        wrong.push(value);
    }
    wrong
}

fn references_and_looks(tree: &Tree, order: &[NodeId], lengths: &[Length]) -> Result<(), Problem> {
    let allowed = allowed_behind(tree);
    let wrong = wrong_references(tree);
    for id in order {
        match tree.node(*id) {
            Node::BackReference { .. } if wrong[id.0] => return Err(Problem::BackReference),
            Node::Repeat { target, most, .. } if wrong[target.0] && *most != Some(0) => {
                return Err(Problem::BackReference);
            }
            Node::Conditional { by_name: false, .. } if tree.only_named() => {
                return Err(Problem::NumberedReference);
            }
            Node::Conditional { group, .. } if *group > tree.groups => return Err(Problem::BackReference),
            Node::Look { behind: true, negated, target } => {
                let (positive, negative) = allowed[target.0];
                if !(if *negated { negative } else { positive }) || !fits_behind(tree, *target, lengths) {
                    return Err(Problem::LookBehind);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a look-behind has one length, or outermost alternatives with one length each.
fn fits_behind(tree: &Tree, target: NodeId, lengths: &[Length]) -> bool {
    let fixed = |id: &NodeId| matches!(lengths[id.0], Length::Fixed(_));
    let mut outermost = target;
    loop {
        match tree.node(outermost) {
            Node::Group { target, .. } if tree.is_transparent(outermost) => outermost = *target,
            Node::Alternation(branches) => return branches.iter().all(fixed),
            _ => return fixed(&outermost),
        }
    }
}
