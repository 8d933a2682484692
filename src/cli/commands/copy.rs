//! `git store copy`

use crate::cli::app::App;
use crate::cli::args::CopyArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::local::RandomEntropy;
use crate::cli::{progress, render};
use crate::config::Settings;
use crate::model::StoreUrl;
use crate::ops::copy::{Copied, CopyOptions, CopyReport, Copying, copy};
use crate::store::open::{Opened, open};
use crate::store::{Surroundings, SystemClock};

/// Copies all objects of one store to another.
pub async fn run(app: &App, args: CopyArgs) -> Result<Exit, CliError> {
    let settings = Settings::resolve(&app.environment.layer())?;
    let timed = |mut surroundings: Surroundings| {
        surroundings.idle_timeout = settings.timeout.value;
        surroundings
    };
    let from = opened(&args.from, &timed(app.environment.surroundings())).await?;
    let to = opened(&args.to, &timed(app.environment.surroundings_of_target())).await?;
    if from.store.identity() == to.store.identity() {
        return Err(CliError::usage("both are the same store"));
    }
    let progress = progress::for_terminal(&app.output);
    let copying = Copying {
        from: from.store.as_ref(),
        to: to.store.as_ref(),
        clock: &SystemClock,
        entropy: &RandomEntropy,
        progress: progress.as_ref(),
        concurrency: settings.concurrency.value,
    };
    let options =
        CopyOptions { update: args.update, dry_run: args.dry_run, accept_races: args.accept_races };
    let report = copy(&copying, options).await?;
    app.show(
        || render::copy::text(&report, args.dry_run),
        || render::copy::json(&report, args.dry_run),
    );
    app.figures(from.stats.counts() + to.stats.counts());
    Ok(ending(&report))
}

async fn opened(url: &str, surroundings: &Surroundings) -> Result<Opened, CliError> {
    Ok(open(&StoreUrl::parse(url)?, surroundings, None).await?)
}

fn ending(report: &CopyReport) -> Exit {
    let has =
        |found: fn(&Copied) -> bool| report.objects.iter().any(|(_, _, copied)| found(copied));
    if has(|copied| matches!(copied, Copied::Failed { .. })) {
        return Exit::Store;
    }
    if has(|copied| *copied == Copied::Different) {
        return Exit::Differences;
    }
    let is_moved = has(|copied| matches!(copied, Copied::Refused | Copied::Gone));
    if is_moved || !report.changed.is_empty() { Exit::Unfinished } else { Exit::Success }
}
