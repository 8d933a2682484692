//! `git store merge-driver`: what git runs to merge one file of a store.

use crate::cli::app::App;
use crate::cli::args::edit::MergeDriverArgs;
use crate::cli::error::{CliError, Exit};
use crate::edit::{Labels, Sides};
use crate::ops::merge_file::merge_file;
use std::fs;
use std::path::Path;

/// Merges one file; a conflict is left in it, as git does.
pub fn run(app: &App, args: &MergeDriverArgs) -> Result<Exit, CliError> {
    let read =
        |path: &Path| fs::read(app.path(path)).map_err(|error| CliError::unreadable(path, &error));
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let sides = Sides { base: Some(&base), ours: &ours, theirs: &theirs };
    let merged = merge_file(&sides, &labels(args), args.marker_size)?;
    fs::write(app.path(&args.ours), &merged.content).map_err(CliError::from_io)?;
    if let Some(why) = &merged.fallback {
        app.output.message(&format!("{}: merged line by line: {why}", args.path));
    }
    for conflict in &merged.conflicts {
        app.output.message(&format!("{}: both sides changed {}", args.path, conflict.path));
    }
    Ok(if merged.conflicts.is_empty() { Exit::Success } else { Exit::Failure })
}

/// An older git leaves its place holders as they are.
fn labels(args: &MergeDriverArgs) -> Labels {
    let label = |given: &str, usual: &str| {
        if given.is_empty() || given.starts_with('%') { usual.to_owned() } else { given.to_owned() }
    };
    Labels {
        base: label(&args.base_label, "base"),
        ours: label(&args.our_label, "ours"),
        theirs: label(&args.their_label, "theirs"),
    }
}
