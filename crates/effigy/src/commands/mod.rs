//! The commands, a file each. A command is handed what was typed and a printer, and says how it ended.

pub mod build;
pub mod copy;
pub mod doctor;
pub mod export;
pub mod images;
pub mod init;
pub mod load;
pub mod modules;
pub mod parse;
pub mod plan;
pub mod prune;
pub mod pull;
pub mod push;

use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use control_repo::ControlRepo;
use store::Store;

use crate::args::{Args, Command, Format, Location};
use crate::environment;
use crate::failure::Failure;
use crate::printer::Printer;

/// How a command ends when nothing failed.
pub type Outcome = Result<ExitCode, Failure>;

/// Runs what was typed.
pub fn run(args: &Args, printer: &Printer) -> Outcome {
    let location = &args.location;
    if args.output.format == Format::Pn && !matches!(args.command, Command::Parse(_)) {
        return Err(Failure::usage("only `effigy parse` writes Puppet Notation".to_owned()));
    }
    match &args.command {
        Command::Build(command) => build::run(command, location, printer),
        Command::Plan(command) => plan::run(command, location, printer),
        Command::Images(command) => images::run(command, location, printer),
        Command::Load(command) => load::run(command, location, printer),
        Command::Export(command) => export::run(command, location, printer),
        Command::Push(command) => push::run(command, location, printer),
        Command::Pull(command) => pull::run(command, location, printer),
        Command::Copy(command) => copy::run(command, location, printer),
        Command::Prune(command) => prune::run(command, location, printer),
        Command::Modules(command) => modules::run(command, location, printer),
        Command::Parse(command) => parse::run(command, printer),
        Command::Init(command) => init::run(command, location, printer),
        Command::Doctor(command) => doctor::run(command, location, printer),
    }
}

impl Location {
    /// Where the store is, whether or not it exists.
    pub fn store_path(&self) -> Result<PathBuf, Failure> {
        self.store.clone().map_or_else(environment::default_store, Ok)
    }

    /// The store, made if need be.
    pub fn store(&self) -> Result<Store, Failure> {
        Ok(Store::open(self.store_path()?)?)
    }

    /// The control repository; what is odd but valid in it is told.
    pub fn control_repo(&self, printer: &Printer) -> Result<ControlRepo, Failure> {
        let repo = ControlRepo::open(&self.repo)?;
        // The first of the two runs has told them already.
        if !environment::in_namespace() {
            printer.diagnostics(&repo.warnings());
        }
        Ok(repo)
    }

    /// The store, which must have been made by a build.
    pub fn existing_store(&self) -> Result<Store, Failure> {
        Ok(Store::at(self.store_path()?)?)
    }
}

/// Images of the store by name, or all of them; a name that is not there is an error.
pub fn stored(store: &Store, names: &[String]) -> Result<Vec<store::Image>, Failure> {
    let images = store.images()?.images;
    if names.is_empty() {
        return Ok(images);
    }
    let find = |name: &String| {
        let found = images.iter().find(|image| image.name == *name).cloned();
        found.ok_or_else(|| {
            let failure = Failure::usage(format!("there is no image `{name}` in {}", store.path().display()));
            match diagnostics::nearest(name, images.iter().map(|image| image.name.as_str())) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure.hint("`effigy images` lists them, `effigy build` makes them"),
            }
        })
    };
    names.iter().map(find).collect()
}

/// For commands that make or remove files of many owners. `Some`: another process, root of a namespace, has
/// done the work, and this is how it ended.
pub fn become_root() -> Result<Option<ExitCode>, Failure> {
    let code = |status: ExitStatus| {
        ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
    };
    Ok(sandbox::become_root(environment::IN_NAMESPACE)?.map(code))
}

/// Counts as people write them: `1 image`, `3 images`.
pub fn count(number: usize, singular: &str) -> String {
    if number == 1 { format!("1 {singular}") } else { format!("{number} {singular}s") }
}

/// Bytes as people write them, in powers of ten.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}
