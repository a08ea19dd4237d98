//! Whatever a format says, an answer comes or an error: nothing panics, and nothing takes all memory.

use proptest::prelude::*;
use values::new::{Context, create};
use values::time::{Timespan, Timestamp};
use values::types::{builtin, parse};
use values::{Value, format};

/// Texts that look like formats.
fn formats() -> impl Strategy<Value = String> {
    prop_oneof![
        "[%a-zA-Z0-9 .*$<>{}#+_:^|é-]{0,12}",
        "(%[-_^#0 +:]{0,2}[0-9]{0,5}(\\.[0-9]{0,5})?[a-zA-Z%]){1,4}"
    ]
}

/// Values of many kinds.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Undef),
        Just(Value::Default),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~é\\n]{0,8}".prop_map(Value::from),
        any::<i64>().prop_map(|seconds| Value::Timespan(Timespan::from_seconds(seconds))),
        any::<f64>().prop_map(|seconds| Value::Timestamp(Timestamp::from_float_seconds(seconds))),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::array),
            prop::collection::vec((inner.clone(), inner), 0..4).prop_map(Value::hash),
        ]
    })
}

proptest! {
    #[test]
    fn sprintf_answers(format in formats(), arguments in prop::collection::vec(values(), 0..3)) {
        let all: Vec<Value> = std::iter::once(format.into()).chain(arguments).collect();
        let _ = format::sprintf(&all);
    }

    #[test]
    fn conversions_answer(format in formats(), value in values()) {
        let _ = format::convert(&value, &format.into());
    }

    #[test]
    fn times_answer(format in formats(), text in "[0-9a-zA-Z :.+-]{0,20}", seconds in any::<f64>()) {
        let _ = format::format_timestamp(Timestamp::from_float_seconds(seconds), &format, Some(&text), 0);
        let _ = format::format_timespan(Timespan::from_float_seconds(seconds), &format);
        let _ = format::parse_timestamp(&text, Some(&[&format]), None, 0);
        let _ = format::parse_timespan(&text, Some(&[&format]));
    }

    #[test]
    fn new_answers(value in values(), more in prop::collection::vec(values(), 0..2), kind in 0_usize..17) {
        let kinds = [
            "Integer", "Float", "Numeric", "Boolean", "String", "Array", "Hash", "Regexp", "Binary", "SemVer",
            "SemVerRange", "Timespan", "Timestamp", "URI", "Type", "Error", "Init[Timespan]",
        ];
        let made = parse(kinds[kind], builtin()).unwrap();
        let arguments: Vec<Value> = std::iter::once(value).chain(more).collect();
        let _ = create(&made, &arguments, &Context::new(builtin(), Timestamp::from_seconds(0)));
    }
}
