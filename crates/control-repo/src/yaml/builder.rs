//! From parser events to the tree. Keeps its own stack, so that no input can exhaust the thread's.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diagnostics::{Diagnostic, SourceFile, Span};
use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag, options};

use super::{Data, Entry, Node, Scalar, Value, scalar};

/// Deepest nesting, aliases followed. What walks the tree may recurse.
const MAXIMUM_DEPTH: usize = 128;
/// Most nodes that aliases may add: a few lines of them can otherwise stand for billions.
const MAXIMUM_ALIASED_NODES: usize = 100_000;

pub(super) fn build(source: &Arc<SourceFile>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut builder = Builder {
        source,
        diagnostics,
        stack: Vec::new(),
        anchors: HashMap::new(),
        aliased_nodes: 0,
        document: None,
    };
    match builder.read() {
        Ok(()) => Some(builder.document.unwrap_or_else(|| null(Span::default()))),
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

struct Builder<'a> {
    source: &'a Arc<SourceFile>,
    diagnostics: &'a mut Vec<Diagnostic>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    aliased_nodes: usize,
    document: Option<Node>,
}

/// A list or map that is still open.
struct Frame {
    anchor: usize,
    span: Span,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, keys: HashSet<String>, key: Option<Node>, merged: Vec<Node> },
}

/// A complete node that aliases may refer to, measured once.
struct Anchored {
    node: Node,
    nodes: usize,
    depth: usize,
}

/// What ends the reading.
type Fatal = Box<Diagnostic>;

impl Builder<'_> {
    fn read(&mut self) -> Result<(), Fatal> {
        let options = options! { emit_comments: false };
        let source = Arc::clone(self.source);
        let mut documents = 0;
        for next in Parser::new_from_str_with_options(source.text(), options) {
            let (event, place) = next.map_err(|error| self.not_yaml(&error))?;
            let span = place.byte_range().map(Span::from).unwrap_or_default();
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.error(span, "more than one YAML document; expected one"));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let node = self.scalar(text.into_owned(), style, tag.as_deref(), span);
                    self.complete(node, anchor);
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.open(anchor, span, tag.as_deref(), Content::List(Vec::new()))?;
                }
                Event::MappingStart(_, anchor, tag) => {
                    let (entries, keys, merged) = Default::default();
                    let content = Content::Map { entries, keys, key: None, merged };
                    self.open(anchor, span, tag.as_deref(), content)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(span),
                Event::Alias(id) => self.alias(id, span)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, anchor: usize, span: Span, tag: Option<&Tag>, content: Content) -> Result<(), Fatal> {
        if self.stack.len() >= MAXIMUM_DEPTH {
            return Err(self.error(span, format!("nested deeper than {MAXIMUM_DEPTH} levels")));
        }
        let own = if matches!(content, Content::List(_)) { "seq" } else { "map" };
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema_tag(own)) {
            self.refuse_tag(tag, span);
        }
        self.stack.push(Frame { anchor, span, content });
        Ok(())
    }

    fn close(&mut self, end: Span) {
        let frame = self.stack.pop().expect("the parser closes only what it opened");
        let (value, last) = match frame.content {
            Content::List(items) => {
                let last = items.last().map(|item| item.span);
                (Value::List(items), last)
            }
            Content::Map { mut entries, keys, merged, .. } => {
                let last = entries.last().map(|entry| entry.value.span.cover(entry.key_span));
                merge(&mut entries, keys, merged);
                (Value::Map(entries), last)
            }
        };
        // Block style has no closing mark: its end event is empty and may lie lines further on.
        let span = if end.is_empty() {
            last.map_or(frame.span, |last| frame.span.cover(last))
        } else {
            frame.span.cover(end)
        };
        self.complete(Node { span, value }, frame.anchor);
    }

    /// A node is whole: remembers it under its anchor, and gives it to the list or map around it.
    fn complete(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            let (nodes, depth) = measure(&node);
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, depth });
        }
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => self.document = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key) => self.entry(key, node),
            },
        }
    }

    fn entry(&mut self, key: Node, value: Node) {
        let Some(Content::Map { entries, keys, merged, .. }) =
            self.stack.last_mut().map(|frame| &mut frame.content)
        else {
            return;
        };
        let Value::Scalar(Scalar { text, .. }) = key.value else {
            let found = key.describe();
            let message = format!("a key must be a word, found {found}");
            self.diagnostics.push(Diagnostic::error(message).code("yaml-key").at(self.source, key.span));
            return;
        };
        if self.source.slice(key.span) == "<<" {
            match merge_sources(value) {
                Ok(sources) => merged.extend(sources),
                Err(other) => {
                    let message = format!("`<<` merges a map or a list of maps, found {}", other.describe());
                    self.diagnostics
                        .push(Diagnostic::error(message).code("yaml-merge").at(self.source, other.span));
                }
            }
            return;
        }
        if keys.insert(text.clone()) {
            entries.push(Entry { key: text, key_span: key.span, value });
        } else {
            let first =
                entries.iter().find(|entry| entry.key == text).map_or(key.span, |entry| entry.key_span);
            self.diagnostics.push(
                Diagnostic::error(format!("the key `{text}` stands twice in one map"))
                    .code("yaml-duplicate-key")
                    .at(self.source, key.span)
                    .label(self.source, first, "first here")
                    .hint("join the two, or take one out"),
            );
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Fatal> {
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(self.error(span, "the alias stands inside of what it refers to"));
        };
        self.aliased_nodes += anchored.nodes;
        if self.aliased_nodes > MAXIMUM_ALIASED_NODES {
            return Err(
                self.error(span, format!("aliases stand for more than {MAXIMUM_ALIASED_NODES} values"))
            );
        }
        if self.stack.len() + anchored.depth > MAXIMUM_DEPTH {
            return Err(self.error(span, format!("nested deeper than {MAXIMUM_DEPTH} levels")));
        }
        let node = Node { span, value: anchored.node.value.clone() };
        self.complete(node, 0);
        Ok(())
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let plain = style == ScalarStyle::Plain;
        let data = match tag {
            None if plain => scalar::resolve(&text),
            None => Data::String,
            Some(tag) if tag.is_yaml_core_schema_tag("str") => Data::String,
            Some(tag) => {
                let resolved = scalar::resolve(&text);
                let agrees = match resolved {
                    Data::Null => tag.is_yaml_core_schema_tag("null"),
                    Data::Bool(_) => tag.is_yaml_core_schema_tag("bool"),
                    Data::Integer(_) => tag.is_yaml_core_schema_tag("int"),
                    Data::Float(_) => tag.is_yaml_core_schema_tag("float"),
                    Data::String | Data::Ambiguous => false,
                };
                if !agrees {
                    self.refuse_tag(tag, span);
                }
                resolved
            }
        };
        Node { span, value: Value::Scalar(Scalar { text, data }) }
    }

    fn refuse_tag(&mut self, tag: &Tag, span: Span) {
        let message = format!("the tag `{}` does not fit here", tag.original());
        self.diagnostics.push(
            Diagnostic::error(message).code("yaml-tag").at(self.source, span).hint("leave the tag out"),
        );
    }

    fn not_yaml(&self, error: &ScanError) -> Fatal {
        let offset = error.marker().byte_offset().unwrap_or_default();
        let info = error.info();
        self.error(Span::new(offset, offset + 1), format!("not valid YAML: {}", info.trim_end_matches('.')))
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Fatal {
        Box::new(Diagnostic::error(message).code("yaml").at(self.source, span))
    }
}

fn null(span: Span) -> Node {
    Node { span, value: Value::Scalar(Scalar { text: String::new(), data: Data::Null }) }
}

/// The maps that a `<<` names, or the value that is neither a map nor a list of maps.
fn merge_sources(value: Node) -> Result<Vec<Node>, Node> {
    match value.value {
        Value::Map(_) => Ok(vec![value]),
        Value::List(items) => match items.iter().position(|item| !matches!(item.value, Value::Map(_))) {
            None => Ok(items),
            Some(index) => Err(items.into_iter().nth(index).expect("the position was just found")),
        },
        Value::Scalar(_) => Err(value),
    }
}

/// Adds what the map does not say itself; of several sources, the earlier wins.
fn merge(entries: &mut Vec<Entry>, mut keys: HashSet<String>, sources: Vec<Node>) {
    for source in sources {
        let Value::Map(others) = source.value else { continue };
        entries.extend(others.into_iter().filter(|entry| keys.insert(entry.key.clone())));
    }
}

/// Number of nodes, and levels of lists and maps.
fn measure(node: &Node) -> (usize, usize) {
    let join = |(nodes, depth): (usize, usize), child: &Node| {
        let (child_nodes, child_depth) = measure(child);
        (nodes + child_nodes, depth.max(child_depth + 1))
    };
    match &node.value {
        Value::Scalar(_) => (1, 0),
        Value::List(items) => items.iter().fold((1, 1), join),
        Value::Map(entries) => entries.iter().map(|entry| &entry.value).fold((1, 1), join),
    }
}
