//! `effigy prune`: room in the store.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use store::{PruneOptions, Store};

use super::{Outcome, become_root, count, size};
use crate::args::Location;
use crate::printer::Printer;

/// Remove what no image and no recent build needs.
///
/// Images stay, unless they are named with `--image`. Caches that were not used for some days are removed, the
/// longest unused first; what a running build uses is left alone.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Keep caches that were used within this many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub keep_days: u64,
    /// Then remove the longest unused caches until the store is at most this large, in megabytes.
    #[arg(long, value_name = "MB")]
    pub max_size: Option<u64>,
    /// Remove all caches; the same as `--keep-days 0`.
    #[arg(long, conflicts_with = "keep_days")]
    pub all: bool,
    /// Remove this image too; may be given several times.
    #[arg(long = "image", value_name = "IMAGE")]
    pub images: Vec<String>,
    /// Only say what would be removed.
    #[arg(long)]
    pub dry_run: bool,
}

/// Prunes.
pub fn run(args: &PruneArgs, location: &Location, printer: &Printer) -> Outcome {
    let store: Store = location.existing_store()?;
    super::stored(&store, &args.images)?;
    if let Some(code) = become_root()? {
        return Ok(code);
    }
    if !args.dry_run {
        for name in &args.images {
            store.untag(name)?;
        }
        store.clean_scratch()?;
    }
    let report = store.prune(&PruneOptions {
        keep_days: Some(if args.all { 0 } else { args.keep_days }),
        max_bytes: args.max_size.map(|megabytes| megabytes.saturating_mul(1_000_000)),
        dry_run: args.dry_run,
    })?;
    let removed: Vec<_> =
        report.removed.iter().map(|one| json!({"path": one.path, "bytes": one.bytes})).collect();
    let data = json!({
        "removed": removed, "freed_bytes": report.freed_bytes, "kept_bytes": report.kept_bytes,
        "in_use": report.in_use, "dry_run": args.dry_run,
    });
    printer.answer(&data, || {
        let verb = if args.dry_run { "would remove" } else { "removed" };
        let things = count(report.removed.len(), "thing");
        format!("{verb} {things}, {}; {} stay\n", size(report.freed_bytes), size(report.kept_bytes))
    });
    Ok(ExitCode::SUCCESS)
}
