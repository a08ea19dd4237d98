use super::*;

fn read(text: &str) -> (Option<Node>, Vec<String>) {
    let source = Arc::new(SourceFile::new("t.yaml", text));
    let mut diagnostics = Vec::new();
    let node = parse(&source, &mut diagnostics);
    (node, diagnostics.iter().map(ToString::to_string).collect())
}

/// The tree in a compact form: strings in quotes.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Scalar(Scalar { text, data: Data::String | Data::Ambiguous }) => format!("{text:?}"),
        Value::Scalar(Scalar { data: Data::Null, .. }) => "null".to_owned(),
        Value::Scalar(Scalar { text, .. }) => text.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        Value::Map(entries) => {
            let show = |entry: &Entry| format!("{}={}", entry.key, show(&entry.value));
            format!("{{{}}}", entries.iter().map(show).collect::<Vec<_>>().join(" "))
        }
    }
}

#[test]
fn trees() {
    let cases = [
        ("", "null"),
        ("# only a comment\n", "null"),
        ("a: 1\nb: [x, '1', \"y\\n\", ~]\n", "{a=1 b=[\"x\" \"1\" \"y\\n\" null]}"),
        ("80: x\n", "{80=\"x\"}"),
        ("a: |\n  x\n  y\n", "{a=\"x\\ny\\n\"}"),
        ("a: &x {p: 1, q: 2}\nb: *x\n", "{a={p=1 q=2} b={p=1 q=2}}"),
        ("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3, r: 4}\n", "{a={p=1 q=2} b={q=3 r=4 p=1}}"),
        ("a: {<<: [{p: 1}, {p: 2, q: 3}]}\n", "{a={p=1 q=3}}"),
        ("'<<': 1\n", "{<<=1}"),
        ("a: !!str 80\nb: !!int 80\n", "{a=\"80\" b=80}"),
        ("a:\n- b:\n  - c\n", "{a=[{b=[\"c\"]}]}"),
    ];
    for (text, expected) in cases {
        let (node, problems) = read(text);
        assert_eq!((show(&node.unwrap()), problems), (expected.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn problems() {
    let cases = [
        ("a: 1\nb: 2\na: 3\n", "t.yaml:3:1: the key `a` stands twice in one map"),
        ("[a]: 1\n", "t.yaml:1:1: a key must be a word, found a list"),
        ("a: {<<: 1}\n", "t.yaml:1:9: `<<` merges a map or a list of maps, found the number `1`"),
        ("a: &x [*x]\n", "t.yaml:1:8: the alias stands inside of what it refers to"),
        ("a: !ruby/object x\n", "t.yaml:1:17: the tag `!ruby/object` does not fit here"),
        ("a: !!int x\n", "t.yaml:1:10: the tag `!!int` does not fit here"),
        ("a: 1\n---\nb: 2\n", "t.yaml:2:1: more than one YAML document; expected one"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).1, [expected], "{text}");
    }
    for text in ["a: [1\n", "a: *nope\n", "a: b: c\n", "a: \"x\n"] {
        let (node, problems) = read(text);
        assert!(
            node.is_none() && problems.len() == 1 && problems[0].contains(": not valid YAML: "),
            "{problems:?}"
        );
    }
}

#[test]
fn bombs_are_refused() {
    let wide = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, n| {
        let last = format!("*a{}", n - 1);
        format!("{text}a{n}: &a{n} [{}]\n", vec![last; 10].join(", "))
    });
    let deep = (1..9).fold(format!("a0: &a0 {}{}\n", "[".repeat(60), "]".repeat(60)), |text, n| {
        format!("{text}a{n}: &a{n} {}*a{}{}\n", "[".repeat(60), n - 1, "]".repeat(60))
    });
    let nested = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
    for text in [wide, deep, nested] {
        let (node, problems) = read(&text);
        assert!(node.is_none() && problems.len() == 1, "{problems:?}");
    }
}

#[test]
fn spans_cover_what_was_written() {
    let text = "a:\n  b: [1, 2]\n  c:\n  - x\n\nd: {e: f}\n";
    let source = SourceFile::new("t.yaml", text);
    let node = read(text).0.unwrap();
    let slice = |node: &Node| source.slice(node.span).to_owned();
    assert_eq!(slice(node.get("a").unwrap()), "b: [1, 2]\n  c:\n  - x");
    assert_eq!(slice(node.get("a").unwrap().get("b").unwrap()), "[1, 2]");
    assert_eq!(slice(node.get("a").unwrap().get("c").unwrap()), "x");
    assert_eq!(slice(node.get("d").unwrap()), "{e: f}");
}
