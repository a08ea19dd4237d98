//! Notation of small texts in all its forms. What calls and keys there are is put to real Puppet in
//! `tests/cases.rs`.

use super::{NotationForm, notation_in};
use crate::{Options, parse};

fn written(text: &str, form: NotationForm) -> String {
    let parse = parse(text, &Options::default());
    assert!(!parse.has_errors(), "{:?}", parse.issues);
    notation_in(&parse.program, form)
}

const TEXT: &str = "class a(Integer $b = -1, $c) { notice 1e20, \"é\\u{1}\\n\" }";

#[test]
fn on_one_line() {
    let expected = r#"(class {:name "a" :params {:b {:type (qr "Integer") :value -1} :c {}} "#.to_owned()
        + r#":body [(invoke {:functor (qn "notice") :args [1.0e+20 "é\o001\n"]})]})"#;
    assert_eq!(written(TEXT, NotationForm::Text), expected);
}

#[test]
fn an_element_a_line() {
    let expected = r#"(class
  {
    :name "a"
    :params {
      :b {
        :type (qr
          "Integer")
        :value -1}
      :c {}}
    :body [
      (invoke
        {
          :functor (qn
            "notice")
          :args [
            1.0e+20
            "é\o001\n"]})]})"#;
    assert_eq!(written(TEXT, NotationForm::PrettyText), expected);
}

#[test]
fn as_json() {
    let expected =
        r##"{"^":["class",{"#":["name","a","params",{"#":["b",{"#":["type",{"^":["qr","Integer"]},"##
            .to_owned()
            + r##""value",-1]},"c",{"#":[]}]},"body",[{"^":["invoke",{"#":["functor",{"^":["qn","notice"]},"##
            + r##""args",[1.0e+20,"é\u0001\n"]]}]}]]}]}"##;
    assert_eq!(written(TEXT, NotationForm::Json), expected);
}

#[test]
fn as_json_with_an_element_a_line() {
    let expected = r#"{
  "^": [
    "array",
    null,
    {
      "^": [
        "hash"
      ]
    }
  ]
}"#;
    assert_eq!(written("[undef, {}]", NotationForm::PrettyJson), expected);
    let empty = "\"args\",\n        [\n\n        ]\n";
    assert!(written("f()", NotationForm::PrettyJson).contains(empty));
}

#[test]
fn what_puppet_has_no_notation_for() {
    let text = "function f(*$a) { }";
    assert_eq!(written(text, NotationForm::Text), r#"(function {:name "f" :params {:a {:splat true}}})"#);
    let program = parse("apply($a) { include b }", &Options { tasks: true, ..Options::default() }).program;
    let expected =
        r#"(apply {:args [(var "a")] :body [(invoke {:functor (qn "include") :args [(qn "b")]})]})"#;
    assert_eq!(super::notation(&program), expected);
}

#[test]
fn what_lies_deep_takes_little_stack() {
    let text = format!("$x = {}{} + 1{}", "[".repeat(300), "]".repeat(300), " + 1".repeat(500));
    let shown = std::thread::Builder::new().stack_size(256 * 1024);
    let shown = shown.spawn(move || written(&text, NotationForm::Text).len()).unwrap().join().unwrap();
    assert!(shown > 5000, "{shown}");
}
