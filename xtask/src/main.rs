//! Development commands, run as `cargo xtask COMMAND`. Everything that CI does is one of them.

mod check;
mod conformance;
mod demo;
mod engine;
mod house_rules;
mod http;
mod images;
mod machine;
mod shell;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  check   format, lints, tests, documentation, house rules: what every commit must pass
  test    check, then the example's images built as root and as an ordinary user, and run for real
  conformance parse | mutate [COUNT [SEED]] | record
          our parser beside real Puppet, which PUPPET_ORACLE names: modules and cases, random mistakes; or the
          cases' answers written anew
  demo    build the example's images, run them, and show a page and a query answered

`test` and `demo` install the Debian packages they need, start Docker if it does not run, and stop what they
started.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => check::run(),
        ["test"] => test::run(),
        ["conformance", ref rest @ ..] => conformance::run(rest),
        ["demo"] => demo::run(),
        ["--help" | "-h" | "help"] => {
            shell::say(USAGE);
            return ExitCode::SUCCESS;
        }
        _ => {
            shell::say(USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
