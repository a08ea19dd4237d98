//! `conformance KIND`: cases from standard input, answers to standard output. What the kinds are is in the
//! library.

use std::io::{self, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use conformance::{Surroundings, answer_all, eval, parse};

/// Answer cases as real Puppet answers them.
///
/// A case is a JSON object on a line of standard input, its answer one on a line of standard output with the
/// same `id`.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    /// The root in which absolute paths of cases are looked for first.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Folders of modules as the cases name them, with colons between.
    #[arg(long, global = true, value_name = "DIRS", default_value = "/modules", value_delimiter = ':')]
    modulepath: Vec<String>,
    /// The facts that every case starts from, a JSON file.
    #[arg(long, global = true, value_name = "FILE", env = "FACTS")]
    facts: Option<PathBuf>,
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Source text → its tree in Puppet Notation.
    Parse,
    /// An expression or a block → the value of its last expression.
    Eval,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let surroundings = Surroundings { root: arguments.root, modulepath: arguments.modulepath };
    let (cases, answers) = (io::stdin().lock(), BufWriter::new(io::stdout().lock()));
    let facts = || {
        Ok::<_, io::Error>(match &arguments.facts {
            Some(file) => serde_json::from_slice(&std::fs::read(file)?)?,
            None => serde_json::Map::new(),
        })
    };
    let outcome = match arguments.kind {
        Kind::Eval => facts().and_then(|facts| answer_all(cases, answers, |case| eval::answer(case, &facts))),
        Kind::Parse => answer_all(cases, answers, |case| parse::answer(case, &surroundings)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody is left to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error is all there is to tell it on.
            let _ = io::Write::write_all(&mut io::stderr(), format!("conformance: {error}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}
