//! What errors say beside Puppet's words: hints, and the calls around. And that no program runs for ever, or takes
//! all memory.

use eval::{Evaluator, MemoryWorld, Source, Told};
use functions::Failure;

fn failure(code: &str) -> Failure {
    let read = || Source::read("a.pp", code).expect("the case can be read");
    let world = MemoryWorld::of(vec![read()]);
    let source = read();
    Evaluator::new(&world).evaluate_source(&source).expect_err("the case is wrong")
}

#[test]
fn hints_name_what_was_meant() {
    let hint = |code| failure(code).hint;
    assert_eq!(hint("$package = 1 $pakage").as_deref(), Some("there is a variable `$package`"));
    assert_eq!(
        hint("function my::port() { 1 } my::prot()").as_deref(),
        Some("there is a function `my::port`")
    );
    assert_eq!(hint("$a = 1 $something"), None);
}

#[test]
fn the_calls_around_are_told_innermost_first() {
    let failure = failure("function inner() {\n  1 + $x\n}\nfunction outer() {\n  inner()\n}\nouter()\n");
    assert_eq!(
        Told(&failure).to_string(),
        "Evaluation Error: Unknown variable: 'x'. (file: a.pp, line: 2, column: 7)"
    );
    let trace: Vec<String> = failure.trace.iter().map(ToString::to_string).collect();
    assert_eq!(trace, ["a.pp:5:3", "a.pp:7:1"]);
}

#[test]
fn depth_and_size_are_bounded() {
    assert_eq!(failure("function f($n) { f($n + 1) } f(1)").message, "stack level too deep");
    let nested = format!("{}1{}", "[".repeat(400), "]".repeat(400));
    let source = Source::read("deep", nested).unwrap();
    let world = MemoryWorld::default();
    assert!(Evaluator::new(&world).evaluate_source(&source).is_ok());
    let doubled =
        "function f($t, $n) { if $n == 0 { 1 } else { f(\"${t}${t}\", $n - 1) } } f('0123456789abcdef', 40)";
    assert!(failure(doubled).message.ends_with("the text is too long"));
    let doubled = "function f($t, $n) { if $n == 0 { 1 } else { f($t + $t, $n - 1) } } f([1, 2, 3, 4], 40)";
    assert!(failure(doubled).message.ends_with("the array is too long"));
    for step in ["[$m]", "{a => $m}", "[1].map |$y| { $m }", "Array[type($m)]", "[1] << $m", "[1] + [[$m]]"] {
        let nested = failure(&format!("Integer[1, 2000].reduce([]) |$m, $x| {{ {step} }}"));
        assert!(nested.message.ends_with("values are nested too deep"), "{step}: {}", nested.message);
    }
}
