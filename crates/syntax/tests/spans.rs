//! The text under a node's span, read alone, is that node again: for every node of every case.
//!
//! Set `PUPPET_MODULES` to a folder of modules to put those to it too.

use std::path::Path;

use syntax::ast::{AnyNode, Call, Expression, ExpressionKind, Program, Span};
use syntax::{Options, notation, parse};

#[test]
fn the_text_of_every_node_is_that_node() {
    let mut wrong = Vec::new();
    for (name, text, epp) in texts() {
        let parse = parse(&text, &Options { epp, ..Options::default() });
        if parse.issues.iter().any(|issue| issue.severity == syntax::Severity::Error) {
            continue;
        }
        check(&name, &text, AnyNode::Program(&parse.program), &mut wrong);
    }
    assert!(wrong.is_empty(), "{} nodes differ:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

fn check(name: &str, text: &str, node: AnyNode<'_>, wrong: &mut Vec<String>) {
    node.children(&mut |child| {
        if child.span().is_empty() || holds_elsewhere(child) || is_no_text_of_its_own(text, child) {
            return check(name, text, child, wrong);
        }
        if let Some(found) = differs(text, child) {
            wrong.push(format!("{name} {:?}: {found}", child.span()));
        }
        check(name, text, child, wrong);
    });
}

/// What a template consists of, and what stands for something that was not written: the type and the key that an
/// alias of a hash leaves out.
fn is_no_text_of_its_own(text: &str, node: AnyNode<'_>) -> bool {
    match node {
        AnyNode::Body(body) => {
            !text[body.span.range()].starts_with('{')
                || body.statements.iter().any(|only| only.span == body.span)
        }
        AnyNode::Lambda(lambda) => !text[lambda.span.range()].starts_with('|'),
        AnyNode::HashEntry(entry) => entry.key.span.is_empty(),
        AnyNode::Expression(Expression { kind: ExpressionKind::Epp(_), .. }) => true,
        _ => false,
    }
}

/// Whether some of what this node says lies outside of its span, or is text of a template.
fn holds_elsewhere(node: AnyNode<'_>) -> bool {
    let mut elsewhere = false;
    let whole = node.span();
    node.walk(&mut |inner| {
        if let AnyNode::Expression(expression) = inner {
            elsewhere |= matches!(
                expression.kind,
                ExpressionKind::Heredoc(_)
                    | ExpressionKind::RenderString(_)
                    | ExpressionKind::RenderExpression(_)
            );
        }
        elsewhere |= inner.span().start < whole.start || inner.span().end > whole.end;
        // The name of a class around is part of its name.
        if let AnyNode::Expression(expression) = inner {
            elsewhere |= match &expression.kind {
                ExpressionKind::Class(class) => class.name.contains("::"),
                ExpressionKind::Define(define) => define.name.contains("::"),
                _ => false,
            };
        }
    });
    elsewhere
}

/// What the node's text reads as, if it is not the node.
fn differs(text: &str, node: AnyNode<'_>) -> Option<String> {
    let source = text.get(node.span().range())?;
    let wrap: &[(&str, &str)] = match node {
        AnyNode::Program(_) => return None,
        AnyNode::Expression(_) => {
            &[("", ""), ("$x = (", ")"), ("$x = [", "]"), ("$x = \"${", "}\""), ("els", ""), ("node ", " {}")]
        }
        AnyNode::Body(_) => &[("if x ", "")],
        AnyNode::Lambda(_) => &[("f() ", "")],
        AnyNode::Parameter(_) => &[("function f(", ") {}")],
        AnyNode::HashEntry(_) => &[("$x = {", "}"), ("notice {", "}")],
        AnyNode::CaseOption(_) => &[("case x {", "}")],
        AnyNode::SelectorEntry(_) => &[("x ? {", "}")],
        AnyNode::ResourceBody(_) => &[("x {", "}")],
        AnyNode::AttributeOperation(_) => &[("X <| |> {", "}")],
        AnyNode::Query(_) => &[("X ", "")],
    };
    let expected = shown(node);
    let mut readings = Vec::new();
    for (before, after) in wrap {
        // `elsif` reads like `if`.
        let source = if *before == "els" { source.strip_prefix("els")? } else { source };
        let before = if *before == "els" { "" } else { *before };
        // Where tags of a template stand within, it is read between tags.
        let epp = source.contains("%>");
        let (before, after) = if epp {
            (format!("<% {before}"), format!("{after} %>"))
        } else {
            (before.to_owned(), (*after).to_owned())
        };
        let reading = parse(&format!("{before}{source}{after}"), &Options { epp, ..Options::default() });
        let mut found = false;
        AnyNode::Program(&reading.program).walk(&mut |inner| {
            let shift = before.len() as u32;
            let span = Span { start: shift, end: shift + source.len() as u32 };
            found |= inner.span() == span && shown(inner) == expected;
        });
        if found {
            return None;
        }
        readings.push(notation(&reading.program));
    }
    Some(format!("`{source}` is {expected}, and reads as {}", readings.join(" or ")))
}

/// A node without its places.
fn shown(node: AnyNode<'_>) -> String {
    match node {
        AnyNode::Expression(expression) => alone(expression),
        other => {
            let mut children = Vec::new();
            other.children(&mut |child| children.push(shown(child)));
            let kind = format!("{other:?}").chars().take_while(char::is_ascii_alphabetic).collect::<String>();
            format!("{kind}({})", children.join(" "))
        }
    }
}

/// An expression in Puppet Notation, whether or not its value is used.
fn alone(expression: &Expression) -> String {
    let mut expression = expression.clone();
    if let ExpressionKind::Call(call) = &mut expression.kind {
        let Call { value_required, .. } = call.as_mut();
        *value_required = true;
    }
    let span = expression.span;
    notation(&Program { statements: vec![expression], span })
}

/// All texts at hand: name, text, whether it is a template.
fn texts() -> Vec<(String, String, bool)> {
    let mut texts = Vec::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    visit(&cases, &mut |path| {
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            for line in std::fs::read_to_string(path).expect("a readable file").lines() {
                let case: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
                if let (Some(id), Some(code)) = (case["id"].as_str(), case["code"].as_str()) {
                    texts.push((id.to_owned(), code.to_owned(), case["epp"].as_bool().unwrap_or(false)));
                }
            }
        }
    });
    assert!(texts.len() > 100, "no cases below {}", cases.display());
    if let Some(modules) = std::env::var_os("PUPPET_MODULES") {
        visit(Path::new(&modules), &mut |path| {
            let epp = path.extension().is_some_and(|extension| extension == "epp");
            if epp || path.extension().is_some_and(|extension| extension == "pp") {
                texts.push((
                    path.display().to_string(),
                    std::fs::read_to_string(path).expect("a readable file"),
                    epp,
                ));
            }
        });
    }
    texts
}

fn visit(path: &Path, found: &mut dyn FnMut(&Path)) {
    if !path.is_dir() {
        return found(path);
    }
    let mut entries: Vec<_> = std::fs::read_dir(path)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    entries.sort();
    entries.iter().for_each(|entry| visit(entry, found));
}
