//! Arguments as they are typed. What they mean is resolved by the commands.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Container images from Puppet code.
///
/// A control repository (Puppetfile, modules, manifests, Hiera data and an effigy.yaml) goes in, one OCI image
/// per entry of effigy.yaml comes out, and nothing of Puppet is left in it.
#[derive(Debug, Parser)]
#[command(
    name = "effigy",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Args {
    #[command(flatten)]
    pub location: Location,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Where things lie.
#[derive(Debug, ClapArgs)]
pub struct Location {
    /// The control repository, or a folder in it, or its effigy.yaml.
    #[arg(long, short = 'C', global = true, value_name = "DIR", default_value = ".", env = "EFFIGY_REPO")]
    pub repo: PathBuf,
    /// The store of images and caches [default: /var/lib/effigy for root, else ~/.local/share/effigy].
    #[arg(long, global = true, value_name = "DIR", env = "EFFIGY_STORE")]
    pub store: Option<PathBuf>,
}

/// How answers and progress are shown.
#[derive(Debug, ClapArgs)]
pub struct OutputArgs {
    /// How the answer is written to standard output.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Show Puppet's change lines.
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Show no progress, only the answer, warnings and errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Colours and bars; `auto` means on a terminal.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", env = "EFFIGY_COLOR")]
    pub color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Puppet Notation on one line, which `parse` alone writes.
    Pn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

/// One line a command; each is a file of `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    Build(commands::build::BuildArgs),
    Plan(commands::plan::PlanArgs),
    Images(commands::images::ImagesArgs),
    Load(commands::load::LoadArgs),
    Export(commands::export::ExportArgs),
    Push(commands::push::PushArgs),
    Pull(commands::pull::PullArgs),
    Copy(commands::copy::CopyArgs),
    Prune(commands::prune::PruneArgs),
    Modules(commands::modules::ModulesArgs),
    Parse(commands::parse::ParseArgs),
    Init(commands::init::InitArgs),
    Doctor(commands::doctor::DoctorArgs),
}
