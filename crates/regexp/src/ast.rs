//! The tree of an expression, as Ruby's engine sees it.
//!
//! Nodes lie in one vector, children before their parents, so that what is asked of a tree is answered by a
//! loop and no depth of nesting can exhaust the stack. `(?:...)` leaves no node: it is what stands in it.

/// Index of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub usize);

/// What `\w`, `\d`, `\s`, POSIX brackets and `\b` range over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Charset {
    /// `(?d)`: the types are ASCII, brackets and word boundaries are Unicode.
    #[default]
    Default,
    /// `(?a)`: all of them are ASCII.
    Ascii,
    /// `(?u)`: all of them are Unicode.
    Unicode,
}

/// The options that hold at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Options {
    pub ignore_case: bool,
    pub extended: bool,
    /// `m`: a dot matches a newline.
    pub multi_line: bool,
    pub charset: Charset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Greed {
    Greedy,
    Reluctant,
    Possessive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assertion {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    /// `\Z`: before a newline at the end too.
    TextEndOrNewline,
    SearchStart,
    WordBoundary,
    NotWordBoundary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeKind {
    Word,
    Digit,
    Space,
    HexDigit,
}

/// What a character can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClassItem {
    Range(char, char),
    Type {
        kind: TypeKind,
        negated: bool,
    },
    /// Index of a bracket's name in [`crate::class::POSIX_NAMES`].
    Posix {
        name: usize,
        negated: bool,
    },
    /// Index of a property's name in [`crate::properties`].
    Property {
        name: usize,
        negated: bool,
    },
    Nested(Box<Class>),
}

/// A bracketed class: the intersection of unions.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Class {
    pub negated: bool,
    pub operands: Vec<Vec<ClassItem>>,
}

/// Classes nest as deep as the parser allows; the default would take them apart by recursion.
impl Drop for Class {
    fn drop(&mut self) {
        let mut pending: Vec<ClassItem> = self.operands.drain(..).flatten().collect();
        while let Some(item) = pending.pop() {
            if let ClassItem::Nested(mut class) = item {
                pending.extend(class.operands.drain(..).flatten());
            }
        }
    }
}

/// What a call goes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CallTarget {
    /// A group by number; 0 is the whole expression. With it, the number as written.
    Number(u32, Vec<char>),
    Name(Vec<char>),
}

/// What a back-reference goes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reference {
    Number(u32),
    /// The first `groups` groups of a name: those that were open or closed where the reference stands.
    Name {
        /// Index in [`Tree::names`].
        index: usize,
        groups: usize,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Empty,
    Literal(char),
    /// `.`
    Any,
    Class(Class),
    Assertion(Assertion),
    /// `\K`
    Keep,
    /// `\R`
    LineBreak,
    /// `\X`
    Grapheme,
    Concat(Vec<NodeId>),
    Alternation(Vec<NodeId>),
    Repeat {
        target: NodeId,
        least: u32,
        /// None for no limit.
        most: Option<u32>,
        /// Never possessive: that is an atomic node around a greedy one.
        greed: Greed,
    },
    Group {
        number: u32,
        named: bool,
        target: NodeId,
    },
    Look {
        behind: bool,
        negated: bool,
        target: NodeId,
    },
    Atomic(NodeId),
    /// `(?~...)`
    Absent(NodeId),
    /// `(?(1)yes|no)`
    Conditional {
        group: u32,
        by_name: bool,
        yes: NodeId,
        no: Option<NodeId>,
        /// Alternatives past the second, which Ruby refuses.
        excess: Vec<NodeId>,
    },
    /// `(?i:...)`, or `(?i)` and what follows.
    Scope(NodeId),
    BackReference {
        target: Reference,
        /// `\k<name+1>`
        level: Option<i64>,
    },
    Call(CallTarget),
}

impl Node {
    /// The children, in order.
    pub(crate) fn children(&self) -> Vec<NodeId> {
        match self {
            Self::Concat(nodes) | Self::Alternation(nodes) => nodes.clone(),
            Self::Repeat { target, .. } | Self::Group { target, .. } | Self::Look { target, .. } => {
                vec![*target]
            }
            Self::Atomic(target) | Self::Absent(target) | Self::Scope(target) => vec![*target],
            Self::Conditional { yes, no, excess, .. } => {
                std::iter::once(*yes).chain(*no).chain(excess.iter().copied()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A parsed expression.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// Each with the options that hold there; children before parents, the whole last.
    pub nodes: Vec<(Node, Options)>,
    /// Names in the order of their first group, each with its groups.
    pub names: Vec<(String, Vec<u32>)>,
    /// How many groups capture by syntax; where there are names, only named ones do in the end.
    pub groups: u32,
    /// How many of them have names.
    pub named_groups: u32,
    pub calls: usize,
}

impl Tree {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0].0
    }

    /// The groups that a back-reference goes to, by number.
    pub(crate) fn referenced<'a>(&'a self, target: &'a Reference) -> &'a [u32] {
        match target {
            Reference::Number(number) => std::slice::from_ref(number),
            Reference::Name { index, groups } => &self.names[*index].1[..*groups],
        }
    }

    pub(crate) fn root(&self) -> NodeId {
        NodeId(self.nodes.len() - 1)
    }

    /// Whether parentheses without a name capture nothing, because others have names.
    pub(crate) fn only_named(&self) -> bool {
        self.named_groups > 0
    }

    /// Whether a group leaves no trace: one without a name among named ones.
    pub(crate) fn is_transparent(&self, id: NodeId) -> bool {
        self.only_named() && matches!(self.node(id), Node::Group { named: false, .. })
    }
}
