//! That no call takes time or memory without bounds, and none panics.

mod support;

use support::Machine;

#[test]
fn what_would_never_end_is_refused() {
    let cases = [
        (
            "unique(9223372036854775807)",
            "unique(): 9223372036854775807 elements are too many, 10000000 are the most",
        ),
        ("slice(99999999999, 2)", "slice(): 99999999999 elements are too many, 10000000 are the most"),
        ("index(99999999999, 'x')", "index(): 99999999999 elements are too many, 10000000 are the most"),
        ("slice([1], 99999999999) |*$x| { 1 }", "slice(): a block cannot be given 99999999999 arguments"),
    ];
    for (code, expected) in cases {
        assert_eq!(Machine::new().run(code).unwrap_err(), expected, "{code}");
    }
}

#[test]
fn what_is_lazy_ends_early() {
    let code = "9223372036854775807.each |$x| { if $x == 3 { break() } }";
    assert_eq!(Machine::new().run(code).unwrap().as_integer(), Some(i64::MAX));
    assert!(Machine::new().run("9223372036854775807.any |$x| { $x == 2 }").unwrap().is_truthy());
}

#[test]
fn extreme_numbers_do_no_harm() {
    let codes = [
        "strftime(Timestamp(9223372036854775807), '%F %G %V %j %s %C %99999999Y')",
        "strftime(Timestamp(-9223372036854775807), '%F %G %V %j %s %U %W')",
        "strftime(Timespan(9223372036854775807), '%D %N %99999S %3N')",
        "strftime(Timespan(-9223372036854775807), '%20N %0N')",
        "scanf('1', '%99999999999999999999d')",
        "scanf('99999999999999999999 1', '%d %0d')",
        "dig([1], -9223372036854775807)",
        "fqdn_rand(9223372036854775807)",
        "abs(-9223372036854775807 - 1)",
        "step(9223372036854775807, 9223372036854775807)",
        "versioncmp('', '-')",
        "versioncmp('--', '-', true)",
        "get({'a' => 1}, '99999999999999999999')",
        "split('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '(a+)+$')",
    ];
    for code in codes {
        // Whether it gives a value or an error does not matter here.
        let _ = Machine::new().run(code);
    }
}
