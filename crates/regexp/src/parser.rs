//! Tokens to a tree, without recursion: an open group is an entry of a stack, not a call.
//!
//! Errors come in the order in which Ruby's engine finds them. What needs the whole tree is checked in
//! `analysis`.

use std::collections::HashMap;

use crate::ast::{Class, ClassItem, Greed, Node, NodeId, Options, Tree};
use crate::error::Problem;
use crate::token::Token;

/// How deep groups and classes may nest together.
pub(crate) const MOST_DEPTH: usize = 4096;

/// Parses what `unescape` gave.
pub(crate) fn parse(input: Vec<char>, options: Options) -> Result<Tree, Problem> {
    let last_bracket = input.iter().rposition(|character| *character == ']');
    let mut parser = Parser {
        input,
        position: 0,
        options,
        depth: 1,
        tree: Tree::default(),
        frames: vec![Frame::new(FrameKind::Whole, options)],
        name_index: HashMap::new(),
        last_bracket,
        posix_ends: Vec::new(),
    };
    parser.run()?;
    Ok(parser.tree)
}

pub(crate) struct Parser {
    pub(crate) input: Vec<char>,
    pub(crate) position: usize,
    pub(crate) options: Options,
    pub(crate) depth: usize,
    pub(crate) tree: Tree,
    pub(crate) frames: Vec<Frame>,
    /// Names to their places in the tree's list.
    pub(crate) name_index: HashMap<Vec<char>, usize>,
    /// The place of the last `]`.
    pub(crate) last_bracket: Option<usize>,
    /// For each place, whether `:]` comes before any `]`; empty until it is needed.
    pub(crate) posix_ends: Vec<bool>,
}

/// What an open frame becomes when it is closed.
pub(crate) enum FrameKind {
    Whole,
    /// `(?i)` and all up to the end of the group it stands in.
    Rest,
    Plain,
    Scope,
    Atomic,
    Absent,
    Look {
        behind: bool,
        negated: bool,
    },
    Group {
        number: u32,
        named: bool,
    },
    Conditional {
        group: u32,
        by_name: bool,
    },
}

pub(crate) struct Frame {
    kind: FrameKind,
    /// The options that hold again afterwards.
    outer_options: Options,
    alternatives: Vec<NodeId>,
    sequence: Vec<NodeId>,
}

impl Frame {
    pub(crate) fn new(kind: FrameKind, outer_options: Options) -> Self {
        Self { kind, outer_options, alternatives: Vec::new(), sequence: Vec::new() }
    }
}

impl Parser {
    pub(crate) fn peek(&self) -> Option<char> {
        self.input.get(self.position).copied()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += 1;
        Some(character)
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the frame of the whole stays to the end")
    }

    fn node(&mut self, node: Node) -> NodeId {
        self.tree.nodes.push((node, self.options));
        NodeId(self.tree.nodes.len() - 1)
    }

    fn run(&mut self) -> Result<(), Problem> {
        loop {
            match self.token()? {
                Token::End => return self.end(),
                Token::Atom(node) => self.append(node),
                Token::Type { kind, negated } => self.append_item(ClassItem::Type { kind, negated }),
                Token::Property(item) => self.append_item(item),
                Token::Class => {
                    let class = self.class()?;
                    self.append(Node::Class(class));
                }
                Token::Alternate => self.alternate(),
                Token::Open => self.open_group()?,
                Token::Close => self.close_group()?,
                Token::Repeat { least, most, greed } => self.repeat_last(least, most, greed)?,
            }
        }
    }

    fn append_item(&mut self, item: ClassItem) {
        self.append(Node::Class(Class { negated: false, operands: vec![vec![item]] }));
    }

    fn append(&mut self, node: Node) {
        let id = self.node(node);
        self.append_id(id);
    }

    fn append_id(&mut self, id: NodeId) {
        self.frame().sequence.push(id);
    }

    fn alternate(&mut self) {
        let branch = self.take_branch();
        self.frame().alternatives.push(branch);
    }

    fn take_branch(&mut self) -> NodeId {
        let sequence = std::mem::take(&mut self.frame().sequence);
        match sequence.as_slice() {
            [] => self.node(Node::Empty),
            [only] => *only,
            _ => self.node(Node::Concat(sequence)),
        }
    }

    fn take_alternatives(&mut self) -> NodeId {
        let branch = self.take_branch();
        let mut alternatives = std::mem::take(&mut self.frame().alternatives);
        if alternatives.is_empty() {
            return branch;
        }
        alternatives.push(branch);
        self.node(Node::Alternation(alternatives))
    }

    pub(crate) fn open(&mut self, kind: FrameKind, options: Options) -> Result<(), Problem> {
        self.depth += 1;
        self.frames.push(Frame::new(kind, self.options));
        self.options = options;
        // Ruby reads one token further before it counts; an error there comes first.
        if self.depth > MOST_DEPTH {
            self.token()?;
            return Err(Problem::TooDeep);
        }
        Ok(())
    }

    /// Closes what `(?i)` opened, up to the group around it.
    fn close_rests(&mut self) {
        while matches!(self.frame().kind, FrameKind::Rest) {
            let target = self.take_alternatives();
            let scope = self.node(Node::Scope(target));
            self.leave();
            self.append_id(scope);
        }
    }

    fn leave(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        self.options = frame.outer_options;
        self.depth -= 1;
        Some(frame)
    }

    fn end(&mut self) -> Result<(), Problem> {
        self.close_rests();
        if self.frames.len() > 1 {
            return Err(Problem::UnmatchedOpen);
        }
        let root = self.take_alternatives();
        // The root is the last node, even where it was made before others were given up.
        if root != self.tree.root() {
            self.node(Node::Concat(vec![root]));
        }
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), Problem> {
        let group = self.frames.iter().rev().find(|frame| !matches!(frame.kind, FrameKind::Rest));
        if group.is_none_or(|frame| matches!(frame.kind, FrameKind::Whole)) {
            return Err(Problem::UnmatchedClose);
        }
        self.close_rests();
        let target = self.take_alternatives();
        let Some(frame) = self.leave() else { return Err(Problem::UnmatchedClose) };
        let node = match frame.kind {
            FrameKind::Whole | FrameKind::Rest | FrameKind::Plain => {
                self.append_id(target);
                return Ok(());
            }
            FrameKind::Scope => Node::Scope(target),
            FrameKind::Atomic => Node::Atomic(target),
            FrameKind::Absent => Node::Absent(target),
            FrameKind::Look { behind, negated } => Node::Look { behind, negated, target },
            FrameKind::Group { number, named } => Node::Group { number, named, target },
            FrameKind::Conditional { group, by_name } => self.conditional(group, by_name, target),
        };
        self.append(node);
        Ok(())
    }

    fn conditional(&mut self, group: u32, by_name: bool, target: NodeId) -> Node {
        let (yes, no, excess) = match self.tree.node(target) {
            Node::Alternation(branches) => (branches[0], branches.get(1).copied(), branches[2..].to_vec()),
            _ => (target, None, Vec::new()),
        };
        Node::Conditional { group, by_name, yes, no, excess }
    }

    fn repeat_last(&mut self, least: u32, most: Option<u32>, greed: Greed) -> Result<(), Problem> {
        let Some(target) = self.frame().sequence.pop() else { return Err(Problem::RepeatNothing) };
        let id =
            if least == 1 && most == Some(1) { target } else { self.repeated(target, least, most, greed) };
        self.frame().sequence.push(id);
        Ok(())
    }

    fn repeated(&mut self, target: NodeId, least: u32, most: Option<u32>, greed: Greed) -> NodeId {
        let possessive = greed == Greed::Possessive;
        let greed = if possessive { Greed::Greedy } else { greed };
        let node = crate::repeat::nest(&mut self.tree, target, least, most, greed);
        let id = self.node(node);
        if possessive { self.node(Node::Atomic(id)) } else { id }
    }
}
