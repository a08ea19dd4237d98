//! A tree in the syntax of the matching engine, `fancy-regex`, with Ruby's meaning.
//!
//! Options are resolved here: what comes out has no flags but `(?i:...)` and `(?s:...)` around single items,
//! and every character that is not a letter or digit is written by its number. What stays within the means of
//! `regex` is written so that the engine hands it down, as that is the faster part.

use crate::analysis::{self, Calls, Length};
use crate::ast::{Assertion, Charset, Greed, Node, NodeId, Options, Tree};
use crate::charset;

/// How deep a tree may be.
const MOST_DEPTH: usize = 200;

/// `\X`, after Unicode's Annex 29.
const GRAPHEME: &str = concat!(
    r"(?>\r\n|[\p{gcb=Control}\r\n]|\p{gcb=Prepend}*",
    r"(?:\p{gcb=L}*(?:\p{gcb=V}+|\p{gcb=LV}\p{gcb=V}*|\p{gcb=LVT})\p{gcb=T}*|\p{gcb=L}+|\p{gcb=T}+",
    r"|\p{gcb=Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\p{gcb=Extend}*\x{200D}\p{Extended_Pictographic})*",
    r"|[^\p{gcb=Control}\r\n])[\p{gcb=Extend}\x{200D}\p{gcb=SpacingMark}]*|(?s:.))"
);

const LINE_BREAK: &str = r"(?>\r\n|[\n-\r\x{85}\x{2028}\x{2029}])";

/// Gives the expression, or what of the tree the engine has no means for.
pub(crate) fn translate(tree: &Tree) -> Result<String, String> {
    let order = analysis::preorder(tree);
    let calls = analysis::resolve_calls(tree, &order).map_err(|problem| problem.to_string())?;
    let depths = depths(tree);
    if depths[tree.root().0] > MOST_DEPTH {
        return Err(format!("it nests more than {MOST_DEPTH} deep"));
    }
    let mut translation = Translation {
        tree,
        consuming: analysis::consuming(tree, &calls),
        lengths: analysis::lengths(tree, &calls),
        calls,
        numbers: numbers(tree),
        open: Vec::new(),
        output: String::new(),
    };
    translation.node(tree.root(), false)?;
    Ok(translation.output)
}

fn depths(tree: &Tree) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(tree.nodes.len());
    for (node, _) in &tree.nodes {
        let deepest = node.children().into_iter().map(|child| depths[child.0]).max();
        depths.push(deepest.unwrap_or(0) + 1);
    }
    depths
}

/// The number that each group has in the end: where some have names, only they count.
fn numbers(tree: &Tree) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..=tree.groups).collect();
    if tree.only_named() {
        let mut named: Vec<u32> = tree.names.iter().flat_map(|(_, groups)| groups.iter().copied()).collect();
        named.sort_unstable();
        for (number, group) in (1..).zip(named) {
            numbers[group as usize] = number;
        }
    }
    numbers
}

/// The groups of each name by their final numbers.
pub(crate) fn names(tree: &Tree) -> Vec<(String, Vec<usize>)> {
    let numbers = numbers(tree);
    let renumber = |groups: &[u32]| groups.iter().map(|group| numbers[*group as usize] as usize).collect();
    tree.names.iter().map(|(name, groups)| (name.clone(), renumber(groups))).collect()
}

struct Translation<'a> {
    tree: &'a Tree,
    consuming: Vec<bool>,
    lengths: Vec<Length>,
    calls: Calls,
    numbers: Vec<u32>,
    /// The groups around the place.
    open: Vec<u32>,
    output: String,
}

impl Translation<'_> {
    fn write(&mut self, text: &str) {
        self.output.push_str(text);
    }

    /// Writes a node. `consumed` says whether something that matches a character must follow.
    fn node(&mut self, id: NodeId, consumed: bool) -> Result<(), String> {
        let (node, options) = &self.tree.nodes[id.0];
        match node {
            Node::Empty => self.write("(?:)"),
            Node::Literal(character) => self.literals(&[*character], *options),
            Node::Any if options.multi_line => self.write("(?s:.)"),
            Node::Any => self.write(r"[^\n]"),
            Node::Class(class) => charset::write(&mut self.output, class, *options),
            Node::Assertion(assertion) => self.assertion(*assertion, *options, consumed),
            Node::Keep => self.write(r"\K"),
            Node::LineBreak => self.write(LINE_BREAK),
            Node::Grapheme => self.write(GRAPHEME),
            Node::Concat(nodes) => return self.concat(nodes, consumed),
            Node::Alternation(nodes) => {
                self.write("(?:");
                for (place, node) in nodes.iter().enumerate() {
                    if place > 0 {
                        self.write("|");
                    }
                    self.node(*node, consumed)?;
                }
                self.write(")");
            }
            Node::Repeat { target, least, most, greed } => {
                return self.repeat(*target, *least, *most, *greed, consumed);
            }
            Node::Group { target, .. } if self.tree.is_transparent(id) => {
                return self.wrapped("(?:", *target, consumed);
            }
            Node::Group { target, number, .. } => {
                self.open.push(*number);
                self.wrapped("(", *target, consumed)?;
                self.open.pop();
            }
            Node::Scope(target) => return self.wrapped("(?:", *target, consumed),
            Node::Atomic(target) => return self.wrapped("(?>", *target, consumed),
            Node::Look { behind, negated, target } => {
                let open = match (behind, negated) {
                    (false, false) => "(?=",
                    (false, true) => "(?!",
                    (true, false) => "(?<=",
                    (true, true) => "(?<!",
                };
                return self.wrapped(open, *target, false);
            }
            Node::Absent(target) => return self.absent(*target),
            Node::Conditional { group, yes, no, .. } => return self.conditional(*group, *yes, *no, consumed),
            Node::BackReference { target, level } => {
                return self.reference(self.tree.referenced(target), *level, *options);
            }
            Node::Call(_) => {
                let group = self.calls.targets[id.0].unwrap_or(0);
                self.write(&format!("\\g<{}>", self.numbers[group as usize]));
            }
        }
        Ok(())
    }

    fn wrapped(&mut self, open: &str, target: NodeId, consumed: bool) -> Result<(), String> {
        self.write(open);
        self.node(target, consumed)?;
        self.write(")");
        Ok(())
    }

    fn concat(&mut self, nodes: &[NodeId], consumed: bool) -> Result<(), String> {
        let last_consuming = nodes.iter().rposition(|id| self.consuming[id.0]);
        let mut place = 0;
        while let Some(id) = nodes.get(place) {
            let options = self.tree.nodes[id.0].1;
            let run: Vec<char> = nodes[place..]
                .iter()
                .map_while(|id| match &self.tree.nodes[id.0] {
                    (Node::Literal(character), same) if *same == options => Some(*character),
                    _ => None,
                })
                .collect();
            if run.is_empty() {
                let follows = consumed || last_consuming.is_some_and(|last| last > place);
                self.node(*id, follows)?;
                place += 1;
            } else {
                self.literals(&run, options);
                place += run.len();
            }
        }
        Ok(())
    }

    fn literals(&mut self, characters: &[char], options: Options) {
        let folds = options.ignore_case && characters.iter().any(|character| character.is_alphabetic());
        if folds {
            self.write("(?i:");
        }
        for character in characters {
            charset::write_character(&mut self.output, *character);
        }
        if folds {
            self.write(")");
        }
    }

    fn assertion(&mut self, assertion: Assertion, options: Options, consumed: bool) {
        self.write(match assertion {
            Assertion::LineStart if consumed => "(?m:^)",
            // No line begins behind the last newline.
            Assertion::LineStart => r"(?m:^)(?:\A|(?!\z))",
            Assertion::LineEnd => "(?m:$)",
            Assertion::TextStart => r"\A",
            Assertion::TextEnd => r"\z",
            Assertion::TextEndOrNewline => r"(?=\n?\z)",
            Assertion::SearchStart => r"\G",
            Assertion::WordBoundary if options.charset != Charset::Ascii => r"\b",
            Assertion::NotWordBoundary if options.charset != Charset::Ascii => r"\B",
            Assertion::WordBoundary => {
                r"(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"
            }
            Assertion::NotWordBoundary => {
                r"(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))"
            }
        });
    }

    fn repeat(
        &mut self,
        target: NodeId,
        least: u32,
        most: Option<u32>,
        greed: Greed,
        consumed: bool,
    ) -> Result<(), String> {
        if self.looks_only(target) {
            return self.repeat_look(target, least, most, greed, consumed);
        }
        self.wrapped("(?:", target, consumed)?;
        let operator = match (least, most) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (_, None) => format!("{{{least},}}"),
            (_, Some(most)) if most == least => format!("{{{least}}}"),
            (_, Some(most)) => format!("{{{least},{most}}}"),
        };
        self.write(&operator);
        self.write(match greed {
            Greed::Reluctant => "?",
            Greed::Greedy | Greed::Possessive => "",
        });
        Ok(())
    }

    /// Whether a node only looks at its place, or at what it repeats.
    fn looks_only(&self, id: NodeId) -> bool {
        match self.tree.node(id) {
            Node::Empty | Node::Assertion(_) | Node::Look { .. } | Node::Keep => true,
            Node::Repeat { target, .. } | Node::Scope(target) | Node::Atomic(target) => {
                self.looks_only(*target)
            }
            Node::Concat(nodes) | Node::Alternation(nodes) => nodes.iter().all(|node| self.looks_only(*node)),
            _ => false,
        }
    }

    /// The engine does not repeat what only looks; once is as good.
    fn repeat_look(
        &mut self,
        target: NodeId,
        least: u32,
        most: Option<u32>,
        greed: Greed,
        consumed: bool,
    ) -> Result<(), String> {
        let (open, close) = match (least, greed) {
            _ if most == Some(0) => ("(?:", "|(?:)){0}"),
            (0, Greed::Reluctant) => ("(?:|", ")"),
            (0, _) => ("(?:", "|)"),
            _ => ("(?:", ")"),
        };
        self.write(open);
        self.node(target, consumed)?;
        self.write(close);
        Ok(())
    }

    /// What has no match of `target` in it: up to where one begins, and all but the last character of that
    /// one.
    fn absent(&mut self, target: NodeId) -> Result<(), String> {
        let Length::Fixed(length) = self.lengths[target.0] else {
            return Err("an absent operator around what has no fixed length".into());
        };
        if length == 0 {
            return Err("an absent operator around what matches nothing".into());
        }
        self.write("(?:");
        self.wrapped("(?!", target, false)?;
        self.write("(?s:.))*");
        if length > 1 {
            self.write("(?:");
            self.wrapped("(?=", target, false)?;
            self.write(&format!("(?s:.){{0,{}}})?", length - 1));
        }
        Ok(())
    }

    fn conditional(
        &mut self,
        group: u32,
        yes: NodeId,
        no: Option<NodeId>,
        consumed: bool,
    ) -> Result<(), String> {
        let number = self.numbers[group as usize];
        self.write(&format!("(?({number})"));
        self.wrapped("(?:", yes, consumed)?;
        self.write("|");
        if let Some(no) = no {
            self.wrapped("(?:", no, consumed)?;
        }
        self.write(")");
        Ok(())
    }

    fn reference(&mut self, groups: &[u32], level: Option<i64>, options: Options) -> Result<(), String> {
        if level.is_some_and(|level| level != 0) || (level.is_some() && self.tree.calls > 0) {
            return Err("a reference to another level of a recursion".into());
        }
        self.write(if options.ignore_case { "(?i:" } else { "(?:" });
        // Of groups that share a name, the last one that fits counts.
        for (place, group) in groups.iter().rev().enumerate() {
            if place > 0 {
                self.write("|");
            }
            if self.open.contains(group) {
                // Within a group, there is nothing yet to refer to, whatever it matched before.
                self.write(charset::NOTHING);
            } else {
                let number = self.numbers[*group as usize];
                self.write(&format!("\\{number}"));
            }
        }
        self.write(")");
        Ok(())
    }
}
