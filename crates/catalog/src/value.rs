//! A parameter's value.

/// A value as a catalog holds it, rich data included.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `undef`.
    #[default]
    Undef,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A word of a fixed set, as Ruby's symbols are. A catalog has none; checked parameters do.
    Symbol(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// An array.
    List(Vec<Value>),
    /// A hash in its own order.
    Hash(Vec<(Value, Value)>),
    /// `default`.
    Default,
    /// Anything else, as Puppet writes it: a type, a time, a deferred call.
    Rich {
        /// What `__ptype` says.
        kind: String,
        /// Puppet's text for it.
        text: String,
    },
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A word of a fixed set.
    pub fn symbol(word: impl Into<String>) -> Self {
        Self::Symbol(word.into())
    }

    /// What stands for nothing being there.
    pub fn absent() -> Self {
        Self::symbol("absent")
    }

    /// Whether it is the symbol `word`.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Symbol(known) if known == word)
    }

    /// The text of a text or symbol.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Symbol(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array, or the one value.
    pub fn elements(&self) -> &[Value] {
        match self {
            Self::List(elements) => elements,
            other => std::slice::from_ref(other),
        }
    }

    /// What Ruby's `to_s` gives.
    pub fn ruby_text(&self) -> String {
        match self {
            Self::Undef => String::new(),
            Self::Text(text) | Self::Symbol(text) | Self::Rich { text, .. } => text.clone(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => float(*value),
            Self::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Default => "default".into(),
            Self::List(_) | Self::Hash(_) => self.ruby_inspect(),
        }
    }

    /// What Ruby's `inspect` gives.
    pub fn ruby_inspect(&self) -> String {
        match self {
            Self::Undef => "nil".into(),
            Self::Text(text) => quoted(text),
            Self::Symbol(word) => format!(":{word}"),
            Self::Default => ":default".into(),
            Self::List(elements) => {
                let parts: Vec<_> = elements.iter().map(Self::ruby_inspect).collect();
                format!("[{}]", parts.join(", "))
            }
            Self::Hash(entries) => {
                let pair =
                    |(key, value): &(Self, Self)| format!("{}=>{}", key.ruby_inspect(), value.ruby_inspect());
                format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
            other => other.ruby_text(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

fn float(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e16 { format!("{value:.1}") } else { value.to_string() }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\u{1b}' => quoted.push_str("\\e"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
