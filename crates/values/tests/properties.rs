//! What must hold of any value and any type.

use proptest::prelude::*;
use values::rich_data::{Options, read, write};
use values::types::{Range, StructElement, Type, builtin, infer, infer_set, parse};
use values::{Value, mismatch, time};

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Undef),
        Just(Value::Default),
        any::<bool>().prop_map(Value::from),
        (-9_i64..9).prop_map(Value::from),
        (-4_i32..4).prop_map(|half| Value::from(f64::from(half) / 2.0)),
        "[a-c '$\\\\\n]{0,3}".prop_map(Value::from),
        (0_i64..3).prop_map(|seconds| Value::Timespan(time::Timespan::from_seconds(seconds))),
        types().prop_map(Value::Type),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::array),
            prop::collection::vec((inner.clone(), inner.clone()), 0..3).prop_map(Value::hash),
            prop::collection::vec(("[a-c]", inner.clone()), 0..3).prop_map(|entries| Value::hash(
                entries.into_iter().map(|(key, value)| (Value::from(key), value))
            )),
            inner.prop_map(Value::sensitive),
        ]
    })
}

fn sizes() -> impl Strategy<Value = Range<i64>> {
    prop_oneof![
        Just(Range::Any),
        (0_i64..3).prop_map(Range::AtLeast),
        (0_i64..2, 0_i64..3).prop_map(|(from, more)| Range::Between(from, from + more)),
    ]
}

fn types() -> impl Strategy<Value = Type> {
    let names = "Any Undef Default Scalar ScalarData Numeric Integer Float Boolean String Enum Pattern Regexp Collection
        Array Hash Tuple Struct Optional NotUndef Type Callable CatalogEntry Class Resource Iterable Iterator
        Sensitive Binary SemVer SemVerRange Timespan Timestamp URI Init Object Data RichData File File['/a'] Class['a']
        Integer[1,5] Float[1.0,2.0] Enum['a','b'] Pattern[/a/] SemVer['1.x'] Deferred Error['k'] Callable[String,1,2]";
    let leaf = proptest::sample::select(names.split_whitespace().collect::<Vec<_>>())
        .prop_map(|text| parse(text, builtin()).expect("a known type"));
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), sizes()).prop_map(|(element, size)| Type::array(element, size)),
            (inner.clone(), inner.clone(), sizes())
                .prop_map(|(key, value, size)| Type::hash(key, value, size)),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Type::variant),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|types| Type::tuple(types, Range::Any)),
            (inner.clone(), any::<bool>()).prop_map(|(value, optional)| {
                let optional = optional || value.takes_undef();
                Type::structure(vec![StructElement { name: "a".into(), optional, value }])
            }),
            inner.clone().prop_map(Type::optional),
            inner.prop_map(Type::type_of),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_is_of_its_own_type(value in values()) {
        // As one type for all, `undef` does not count, so what is sensitive is not always of the type shown
        // for it.
        if format!("{value:?}").contains("Sensitive") {
            return Ok(());
        }
        prop_assert!(infer_set(&value).is_instance(&value), "{value:?}: {}", infer_set(&value));
        prop_assert!(infer(&value).generalize().is_assignable(&infer(&value)), "{}", infer(&value));
    }

    #[test]
    fn types_relate_to_each_other(left in types(), right in types()) {
        prop_assert!(left == right || !left.is_equivalent(&right) || right.is_equivalent(&left));
        let common = left.common_with(&right);
        prop_assert_eq!(&common.normalize().normalize(), &common.normalize());
        prop_assert!(!left.is_assignable(&right) || common == left || matches!(left, Type::Undef) || matches!(right, Type::Undef));
    }

    #[test]
    fn what_is_written_can_be_read(found in types()) {
        let text = format!("{found:?}");
        let again = parse(&text, builtin()).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(format!("{again:?}"), text);
    }

    #[test]
    fn data_gives_the_value_again(value in values()) {
        if let Ok(data) = write(&value, &Options::default()) {
            let again = read(&data, builtin()).map_err(|error| TestCaseError::fail(format!("{data}: {error}")))?;
            prop_assert_eq!(write(&again, &Options::default()).ok(), Some(data));
        }
    }

    #[test]
    fn a_misfit_is_described(found in types(), value in values()) {
        let told = mismatch::assert_instance_of("it", &found, &value);
        prop_assert_eq!(told.is_ok(), found.is_instance(&value));
        let _ = (format!("{value} {value:?} {found}"), values::text::converted(&value), found.normalize());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[A-Z]?[a-zA-Z\\[\\]{},'/=> 0-9.-]{0,24}") {
        let _ = parse(&text, builtin()).map(|found| found.to_string());
        let _ = values::version::VersionRange::parse(&text).map(|range| range.normal_form());
        let _ = values::version::SemanticVersion::parse(&text);
        let _ = values::uri::Uri::parse(&text).map(|uri| uri.to_string());
        let _ = (time::parse_timespan(&text), time::parse_timestamp(&text));
    }
}
