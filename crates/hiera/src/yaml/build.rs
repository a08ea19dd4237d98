//! From parser events to values and places. Keeps its own stack, so that no input can exhaust the thread's.

use std::sync::Arc;

use granit_parser::{Event, Marker, Parser, ScalarStyle, StructureStyle, Tag, options};
use rustc_hash::FxHashMap;
use values::{Map, Value};

use super::scalar::{self, Refusal, Scalar};
use super::{Document, Duplicate, Place, YamlError, YamlErrorKind, wording};

/// Deepest nesting, aliases followed. What walks a value may recurse.
const MAXIMUM_DEPTH: usize = 256;
/// Most values that a document may stand for, aliases followed.
const MAXIMUM_NODES: usize = 1_000_000;
const STRING_TAG: &str = "tag:yaml.org,2002:str";

pub(super) fn build(text: &str) -> Result<Document, YamlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_beginning(text)?;
    let mut builder = Builder::default();
    let options = options! { emit_comments: false, emit_unresolved_aliases: true };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            let open = builder.stack.last().map(Frame::as_open);
            let problem = error.info().trim_end_matches('.').to_owned();
            let (message, at) = wording::reword(&problem, *error.marker(), open.as_ref(), text);
            failure(YamlErrorKind::Syntax, message, at)
        })?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref().map(full_name);
                builder.scalar(&text, style, tag.as_deref(), anchor, span.start)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                let content = Content::List { elements: Vec::new(), parts: Vec::new() };
                builder.open(content, style, anchor, tag.as_deref(), span.start)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = Content::Hash(Box::default());
                builder.open(content, style, anchor, tag.as_deref(), span.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            Event::Alias(id) => builder.alias(id, span.start)?,
            Event::UnresolvedAlias(name) => {
                let message = format!("An alias referenced an unknown anchor: {name}");
                return Err(failure(YamlErrorKind::Value, message, span.start));
            }
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    let root = builder.root.unwrap_or_else(|| Node::leaf(Value::Undef, Marker::new(0, 1, 0)));
    let symbols = builder.symbols;
    Ok(Document { value: root.value, place: root.place, duplicates: builder.duplicates, symbols })
}

#[derive(Default)]
struct Builder {
    stack: Vec<Frame>,
    anchors: FxHashMap<usize, Node>,
    duplicates: Vec<Duplicate>,
    symbols: Vec<String>,
    root: Option<Node>,
}

/// A list or hash that is still open.
struct Frame {
    anchor: usize,
    start: Marker,
    nodes: usize,
    depth: usize,
    symbol: bool,
    /// Between brackets, where YAML 1.1 allows less.
    flow: bool,
    /// A list of single entries that is to be a hash (`!!omap`).
    ordered: bool,
    content: Content,
}

impl Frame {
    fn as_open(&self) -> wording::Open {
        let empty = match &self.content {
            Content::List { elements, .. } => elements.is_empty(),
            Content::Hash(hash) => hash.entries.is_empty() && hash.key.is_none(),
        };
        wording::Open { start: self.start, empty }
    }
}

enum Content {
    List { elements: Vec<Value>, parts: Vec<Arc<Place>> },
    Hash(Box<HashContent>),
}

#[derive(Default)]
struct HashContent {
    entries: Map,
    parts: Vec<Arc<Place>>,
    key: Option<Key>,
}

struct Key {
    value: Value,
    place: Arc<Place>,
    merges: bool,
}

/// A complete value, measured once.
#[derive(Clone)]
struct Node {
    value: Value,
    place: Arc<Place>,
    nodes: usize,
    depth: usize,
    symbol: bool,
    origin: Origin,
    /// A scalar `<<` that is not expressly a string.
    merges: bool,
}

/// How a value was written, which decides whether `<<` merges it.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Scalar,
    List,
    Hash,
    Alias,
}

impl Node {
    fn leaf(value: Value, start: Marker) -> Self {
        let place = Arc::new(place_at(start, Vec::new()));
        Self { value, place, nodes: 1, depth: 0, symbol: false, origin: Origin::Scalar, merges: false }
    }
}

impl Builder {
    fn open(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        start: Marker,
    ) -> Result<(), YamlError> {
        let name = tag.map(full_name);
        if let Some(class) = name.as_deref().and_then(|tag| refused_class(tag, &content)) {
            return Err(refused(Refusal::Class(class), start));
        }
        if self.stack.len() >= MAXIMUM_DEPTH {
            return Err(too_deep(start));
        }
        let flow = style == StructureStyle::Flow;
        let ordered = matches!(name.as_deref(), Some("!omap" | "tag:yaml.org,2002:omap"));
        self.stack.push(Frame { anchor, start, nodes: 1, depth: 0, symbol: false, flow, ordered, content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), YamlError> {
        let frame = self.stack.pop().expect("the parser closes only what it opened");
        let (value, parts, origin) = match frame.content {
            Content::List { elements, parts } if frame.ordered => {
                let hash = HashContent::of_first_entries(&elements, &parts);
                (Value::Hash(Arc::new(hash.entries)), hash.parts, Origin::List)
            }
            Content::List { elements, parts } => (Value::array(elements), parts, Origin::List),
            Content::Hash(hash) => (Value::Hash(Arc::new(hash.entries)), hash.parts, Origin::Hash),
        };
        let place = Arc::new(place_at(frame.start, parts));
        let (nodes, depth, symbol) = (frame.nodes, frame.depth, frame.symbol);
        let node = Node { value, place, nodes, depth, symbol, origin, merges: false };
        self.complete(node, frame.anchor, frame.start)
    }

    fn alias(&mut self, id: usize, start: Marker) -> Result<(), YamlError> {
        let Some(node) = self.anchors.get(&id) else {
            let message = "an alias stands inside of what it refers to".to_owned();
            return Err(failure(YamlErrorKind::Value, message, start));
        };
        let node = Node { origin: Origin::Alias, merges: false, ..node.clone() };
        self.complete(node, 0, start)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&str>,
        anchor: usize,
        start: Marker,
    ) -> Result<(), YamlError> {
        let flow = self.stack.last().is_some_and(|frame| frame.flow);
        if flow && style == ScalarStyle::Plain && text.starts_with(':') {
            let message = "did not find expected node content while parsing a flow node".to_owned();
            return Err(failure(YamlErrorKind::Syntax, message, start));
        }
        let scalar = read_scalar(text, style, tag).map_err(|refusal| refused(refusal, start))?;
        let mut node = match scalar {
            Scalar::Value(value) => Node::leaf(value, start),
            Scalar::Symbol(name) => Node { symbol: true, ..Node::leaf(Value::from(name), start) },
        };
        node.merges = text == "<<" && tag != Some(STRING_TAG);
        self.complete(node, anchor, start)
    }

    /// A value is whole: remembers it under its anchor, and gives it to the list or hash around it.
    fn complete(&mut self, node: Node, anchor: usize, start: Marker) -> Result<(), YamlError> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let outermost = self.stack.len() == 1;
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.nodes = frame.nodes.saturating_add(node.nodes);
        frame.depth = frame.depth.max(node.depth + 1);
        if frame.nodes > MAXIMUM_NODES {
            let message = format!("aliases stand for more than {MAXIMUM_NODES} values");
            return Err(failure(YamlErrorKind::Value, message, start));
        }
        if frame.depth > MAXIMUM_DEPTH {
            return Err(too_deep(start));
        }
        match &mut frame.content {
            Content::List { elements, parts } => {
                frame.symbol |= node.symbol;
                elements.push(node.value);
                parts.push(node.place);
            }
            Content::Hash(hash) => match hash.key.take() {
                None => {
                    let Node { value, place, merges, .. } = node;
                    hash.key = Some(Key { value, place, merges });
                }
                Some(key) => {
                    frame.symbol |= node.symbol;
                    if outermost && node.symbol {
                        self.symbols.extend(key.value.as_str().map(ToOwned::to_owned));
                    }
                    self.duplicates.extend(hash.entry(key, node));
                }
            },
        }
        Ok(())
    }
}

impl HashContent {
    /// The first entries of all hashes in a list.
    fn of_first_entries(elements: &[Value], parts: &[Arc<Place>]) -> Self {
        let mut hash = Self::default();
        for (element, place) in elements.iter().zip(parts) {
            let first = element.as_hash().and_then(|entries| entries.first());
            if let (Some((key, value)), Some(place)) = (first, place.parts.first()) {
                hash.insert(key.clone(), value.clone(), Arc::clone(place));
            }
        }
        hash
    }

    fn entry(&mut self, key: Key, node: Node) -> Option<Duplicate> {
        if key.merges && self.merge(&node) {
            return None;
        }
        // An entry is shown where its key stands, with the parts of its value.
        let parts = node.place.parts.clone();
        let place = Arc::new(Place { line: key.place.line, column: key.place.column, parts });
        let written = key.value.to_string();
        let first = self.insert(key.value, node.value, Arc::clone(&place))?;
        Some(Duplicate { key: written, line: place.line, first: first.line })
    }

    /// Adds or replaces; what was replaced keeps its place in the order and is given back.
    fn insert(&mut self, key: Value, value: Value, place: Arc<Place>) -> Option<Arc<Place>> {
        let (index, replaced) = self.entries.insert_full(key, value);
        if replaced.is_none() {
            self.parts.push(place);
            return None;
        }
        Some(std::mem::replace(&mut self.parts[index], place))
    }

    /// What `<<` does in Ruby, where later entries win over earlier ones; false where nothing can be merged.
    fn merge(&mut self, node: &Node) -> bool {
        let sources: Vec<(&Value, &Arc<Place>)> = match (node.origin, &node.value) {
            (Origin::Hash | Origin::Alias, Value::Hash(_)) => vec![(&node.value, &node.place)],
            (Origin::List, Value::Array(elements)) => elements.iter().zip(&node.place.parts).rev().collect(),
            _ => return false,
        };
        if sources.iter().any(|(source, _)| source.as_hash().is_none()) {
            return false;
        }
        let mut merged = Self::default();
        for (source, place) in sources {
            merged.add_all(source, place);
        }
        for ((key, value), place) in merged.entries.into_iter().zip(merged.parts) {
            self.insert(key, value, place);
        }
        true
    }

    fn add_all(&mut self, source: &Value, place: &Arc<Place>) {
        let entries = source.as_hash().into_iter().flatten();
        for ((key, value), place) in entries.zip(&place.parts) {
            self.insert(key.clone(), value.clone(), Arc::clone(place));
        }
    }
}

fn read_scalar(text: &str, style: ScalarStyle, tag: Option<&str>) -> Result<Scalar, Refusal> {
    let string = || Ok(Scalar::Value(Value::string(text)));
    let Some(tag) = tag.filter(|tag| !tag.is_empty()) else {
        return if style == ScalarStyle::Plain { scalar::resolve(text) } else { string() };
    };
    match tag {
        STRING_TAG | "!str" | "!ruby/string" => string(),
        "!binary" | "tag:yaml.org,2002:binary" => Ok(Scalar::Value(binary(text))),
        "tag:yaml.org,2002:float" | "!float" => match scalar::resolve(text)? {
            Scalar::Value(Value::Integer(value)) =>
            {
                #[expect(clippy::cast_precision_loss, reason = "what the tag asks for")]
                Ok(Scalar::Value(Value::Float(value as f64)))
            }
            Scalar::Value(Value::Float(value)) => Ok(Scalar::Value(Value::Float(value))),
            Scalar::Value(Value::String(other)) => other
                .parse()
                .map(|value| Scalar::Value(Value::Float(value)))
                .map_err(|_| Refusal::Message(format!("invalid value for Float(): {:?}", other.as_str()))),
            _ => Err(Refusal::Message("can't convert nil into Float".to_owned())),
        },
        "!ruby/regexp" => Err(Refusal::Class("Regexp".to_owned())),
        "!ruby/range" => Err(Refusal::Class("Range".to_owned())),
        "!ruby/object:BigDecimal" => Err(Refusal::Class("BigDecimal".to_owned())),
        "!ruby/object:DateTime" => Err(Refusal::Class("DateTime".to_owned())),
        "!ruby/object:Complex" => Err(Refusal::Class("Complex".to_owned())),
        "!ruby/object:Rational" => Err(Refusal::Class("Rational".to_owned())),
        "!ruby/class" | "!ruby/module" => Err(Refusal::Class(text.to_owned())),
        _ if tag.starts_with("!ruby/sym") => Ok(Scalar::Symbol(text.to_owned())),
        _ => match tag.strip_prefix("!str:").or_else(|| tag.strip_prefix("!ruby/string:")) {
            Some(class) => Err(Refusal::Class(class.to_owned())),
            None => scalar::resolve(text),
        },
    }
}

/// Base 64 as Ruby's `unpack('m')` reads it, which skips what it does not know.
fn binary(text: &str) -> Value {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in text.bytes().take_while(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        buffer = buffer << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xff) as u8);
        }
    }
    Value::Binary(bytes.into())
}

/// The Ruby class that a tagged collection would be an instance of, if safe loading refuses it.
fn refused_class(tag: &str, content: &Content) -> Option<String> {
    let list = matches!(content, Content::List { .. });
    let class = match tag {
        "!ruby/range" => "Range",
        "!set" | "tag:yaml.org,2002:set" if !list => "Psych::Set",
        "!omap" | "tag:yaml.org,2002:omap" if !list => "Psych::Omap",
        "!ruby/struct" => "Struct",
        "!ruby/exception" => "Exception",
        "!ruby/object" => "Object",
        _ => {
            let prefixes = [
                "!ruby/object:",
                "!ruby/struct:",
                "!ruby/hash:",
                "!ruby/array:",
                "!ruby/exception:",
                "!ruby/marshalable:",
                "!ruby/hash-with-ivars:",
                if list { "!seq:" } else { "!map:" },
            ];
            let class = prefixes.into_iter().find_map(|prefix| tag.strip_prefix(prefix))?;
            return (class != "Hash" && !class.is_empty()).then(|| class.to_owned());
        }
    };
    Some(class.to_owned())
}

fn full_name(tag: &Tag) -> String {
    format!("{}{}", tag.handle(), tag.suffix())
}

/// What YAML 1.2 lets stand before the first value and YAML 1.1 does not: tabs, and directives that nobody
/// knows.
fn check_beginning(text: &str) -> Result<(), YamlError> {
    let empty = |line: &str| line.trim().is_empty() || line.starts_with('#');
    for (index, line) in text.lines().enumerate() {
        let at = Marker::new(0, index + 1, 0);
        if line.starts_with('\t') && !empty(line) {
            let message = "found character that cannot start any token while scanning for the next token";
            return Err(failure(YamlErrorKind::Syntax, message.to_owned(), at));
        }
        if line.starts_with('%') && !line.starts_with("%YAML ") && !line.starts_with("%TAG ") {
            let message = "found unknown directive name while scanning a directive";
            return Err(failure(YamlErrorKind::Syntax, message.to_owned(), at));
        }
        if !empty(line) && !line.starts_with('%') {
            break;
        }
    }
    Ok(())
}

fn place_at(start: Marker, parts: Vec<Arc<Place>>) -> Place {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place { line: count(start.line()), column: count(start.col() + 1), parts }
}

fn refused(refusal: Refusal, start: Marker) -> YamlError {
    match refusal {
        Refusal::Class(class) => {
            failure(YamlErrorKind::Class, format!("Tried to load unspecified class: {class}"), start)
        }
        Refusal::Message(message) => failure(YamlErrorKind::Value, message, start),
    }
}

fn too_deep(start: Marker) -> YamlError {
    failure(YamlErrorKind::Value, format!("nested deeper than {MAXIMUM_DEPTH} levels"), start)
}

fn failure(kind: YamlErrorKind, message: String, at: Marker) -> YamlError {
    let place = place_at(at, Vec::new());
    YamlError { message, line: place.line, column: place.column, kind }
}
