//! Measures what the evaluator does most: instance checks, lookups in hashes, inference, and reading types.
//!
//! `cargo run --release -p values --example measure`

use std::hint::black_box;
use std::time::Instant;

use values::types::{builtin, data, infer_set, parse};
use values::{Text, Value};

#[expect(clippy::print_stdout, reason = "it is for people to read")]
fn measured<R>(name: &str, work: impl Fn() -> R) {
    const ROUNDS: u32 = 200_000;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        black_box(work());
    }
    println!("{:>8.1} ns  {name}", start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Value::from("/etc/nginx/sites-available/default.conf");
    let absolute = parse(r"Pattern[/\A\/([^\n\/\0]+\/*)*\z/]", builtin())?;
    let ensure = parse("Optional[Variant[Boolean, Enum['present', 'absent', 'latest']]]", builtin())?;
    let latest = Value::from("latest");
    let names: Vec<Value> = (0..20).map(|index| format!("name{index}").into()).collect();
    let array = Value::array(names.clone());
    let strings = parse("Array[String[1]]", builtin())?;
    let hash = Value::hash(names.into_iter().map(|name| (name, Value::array([1.into(), "x".into()]))));
    let entries = hash.as_hash().ok_or("a hash")?;
    let structure = parse("Struct[{name0 => Any, Optional[port] => Integer[0, 65535]}]", builtin())?;
    let small = Value::hash([("name0", Value::Undef), ("port", Value::Integer(80))]);
    let data = data();
    measured("string =~ Pattern (absolute path)", || absolute.is_instance(&path));
    measured("string =~ Optional[Variant[Boolean, Enum]]", || ensure.is_instance(&latest));
    measured("20 strings =~ Array[String[1]]", || strings.is_instance(&array));
    measured("hash of 2 =~ Struct", || structure.is_instance(&small));
    measured("hash of 20 arrays =~ Data", || data.is_instance(&hash));
    measured("hash lookup by text", || entries.get(&Text("name12")));
    measured("clone of a value", || hash.clone());
    measured("infer_set of a hash of 20 arrays", || infer_set(&hash));
    measured("parse of a Variant", || {
        parse("Optional[Variant[Boolean, Enum['present', 'absent']]]", builtin())
    });
    Ok(())
}
