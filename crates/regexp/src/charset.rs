//! What classes, types, POSIX brackets and properties match, in the syntax of `regex`.

use std::fmt::Write;

use crate::ast::{Charset, Class, ClassItem, Options, TypeKind};
use crate::class::POSIX_NAMES;
use crate::properties;

const ASCII_WORD: &str = "0-9A-Za-z_";
const ASCII_SPACE: &str = r"\t-\r\x{20}";
const UNICODE_WORD: &str = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}";

/// A class that matches nothing.
pub(crate) const NOTHING: &str = r"[^\x{0}-\x{10FFFF}]";

/// Sets by the name of their POSIX bracket, over Unicode and over ASCII.
const POSIX_SETS: [(&str, &str); POSIX_NAMES.len()] = [
    (r"\p{Alphabetic}\p{Nd}", "0-9A-Za-z"),
    (r"\p{Alphabetic}", "A-Za-z"),
    (r"\p{Zs}\t", r"\t\x{20}"),
    (r"\p{Cc}", r"\x{0}-\x{1F}\x{7F}"),
    (r"\p{Nd}", "0-9"),
    (r"[^\p{White_Space}\p{Cc}\p{Cn}\p{Cs}]", "!-~"),
    (r"\p{Lowercase}", "a-z"),
    (r"\p{Zs}[^\p{White_Space}\p{Cc}\p{Cn}\p{Cs}]", r"\x{20}-~"),
    (r"\p{P}$+<=>\^`|\~", r"!-/:-@\[-`\{-\~"),
    (r"\p{White_Space}", ASCII_SPACE),
    (r"\p{Uppercase}", "A-Z"),
    ("0-9A-Fa-f", "0-9A-Fa-f"),
    (r"\x{0}-\x{7F}", r"\x{0}-\x{7F}"),
    (UNICODE_WORD, ASCII_WORD),
];

/// Writes a class with its brackets.
pub(crate) fn write(output: &mut String, class: &Class, options: Options) {
    let folds = options.ignore_case && folds(class);
    if folds {
        output.push_str("(?i:");
    }
    write_class(output, class, options.charset);
    if folds {
        output.push(')');
    }
}

/// Writes a character so that it stands for itself, in a class or outside.
pub(crate) fn write_character(output: &mut String, character: char) {
    if character.is_alphanumeric() {
        output.push(character);
    } else {
        // Writing to a string cannot fail.
        let _ = write!(output, "\\x{{{:X}}}", u32::from(character));
    }
}

/// Whether case can matter to a class. Types alone do not fold: `(?i)\w` must not match a long s.
fn folds(class: &Class) -> bool {
    class.operands.iter().flatten().any(|item| match item {
        ClassItem::Range(..) | ClassItem::Posix { .. } | ClassItem::Property { .. } => true,
        ClassItem::Type { .. } => false,
        ClassItem::Nested(class) => folds(class),
    })
}

fn write_class(output: &mut String, class: &Class, charset: Charset) {
    output.push_str(if class.negated { "[^" } else { "[" });
    for (place, union) in class.operands.iter().enumerate() {
        if place > 0 {
            output.push_str("&&");
        }
        if union.is_empty() {
            output.push_str(NOTHING);
        }
        for item in union {
            write_item(output, item, charset);
        }
    }
    output.push(']');
}

fn write_item(output: &mut String, item: &ClassItem, charset: Charset) {
    match item {
        ClassItem::Range(first, last) => {
            write_character(output, *first);
            if first != last {
                output.push('-');
                write_character(output, *last);
            }
        }
        ClassItem::Type { kind, negated } => {
            let unicode = charset == Charset::Unicode;
            let set = match kind {
                TypeKind::Word if unicode => UNICODE_WORD,
                TypeKind::Word => ASCII_WORD,
                TypeKind::Digit if unicode => r"\p{Nd}",
                TypeKind::Digit => "0-9",
                TypeKind::Space if unicode => r"\p{White_Space}",
                TypeKind::Space => ASCII_SPACE,
                TypeKind::HexDigit => "0-9A-Fa-f",
            };
            write_set(output, set, *negated);
        }
        ClassItem::Posix { name, negated } => {
            let (unicode, ascii) = POSIX_SETS[*name];
            write_set(output, if charset == Charset::Ascii { ascii } else { unicode }, *negated);
        }
        ClassItem::Property { name, negated } => write_set(output, &property(*name), *negated),
        ClassItem::Nested(class) => write_class(output, class, charset),
    }
}

fn write_set(output: &mut String, set: &str, negated: bool) {
    output.push_str(if negated { "[^" } else { "[" });
    output.push_str(set);
    output.push(']');
}

fn property(index: usize) -> String {
    let name = properties::name(index);
    let mut ranges = properties::ranges(index).peekable();
    if ranges.peek().is_some() {
        return ranges.fold(String::new(), |mut set, range| {
            let _ = write!(set, "\\x{{{:X}}}-\\x{{{:X}}}", range.start(), range.end());
            set
        });
    }
    // `\p{Punct}` leaves out the symbols that `[[:punct:]]` and `\p{XPosixPunct}` have.
    let bracket = match name {
        "punct" => "",
        "xposixpunct" => "punct",
        // No string has surrogates.
        _ if name.ends_with("surrogates") || name == "surrogate" => return NOTHING.to_owned(),
        _ => name,
    };
    if let Some(posix) = POSIX_NAMES.iter().position(|posix| *posix == bracket) {
        return POSIX_SETS[posix].0.to_owned();
    }
    match name.split_once('=') {
        Some(("age", version)) => format!(r"\p{{age={version}}}"),
        Some((_, value)) => format!(r"\p{{gcb={value}}}"),
        None => format!(r"\p{{{name}}}"),
    }
}
