//! `git store pull`

use super::fetch::report;
use crate::cli::app::App;
use crate::cli::args::FetchArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::output::Verbosity;
use crate::cli::session::{Session, Wishes};
use crate::git::Git;
use crate::ops;
use crate::ops::merge::Merged;

/// Fetches, and merges the store's changes into the branch.
pub async fn run(app: &App, args: FetchArgs) -> Result<Exit, CliError> {
    let session = app.session(Wishes::allow_delete(args.allow_delete)).await?;
    require_branch(&session)?;
    let observation = ops::fetch::fetch(&session.context()).await?;
    report(app, &session, &observation);
    app.finish(&session);
    match (session.repository.work_tree(), observation.state.tip) {
        (_, None) => {}
        (None, _) => merge_bare(app, &session).await?,
        (Some(work_tree), _) => merge(app, &Git::at(work_tree), &session)?,
    }
    Ok(Exit::Success)
}

/// Git tells people itself what it merges and where it stops.
fn merge(app: &App, git: &Git, session: &Session) -> Result<(), CliError> {
    // Standard output belongs to JSON.
    let is_quiet = app.global.json || app.output.options().verbosity == Verbosity::Quiet;
    let quiet = if is_quiet { "--quiet" } else { "--no-quiet" };
    if git.merge(&session.target.tracking_ref(), &["--no-edit", quiet])? {
        return Ok(());
    }
    Err(if git.is_merging() { CliError::conflicts() } else { CliError::not_merged() })
}

/// Merging into another branch than the one that is pushed would help nobody.
fn require_branch(session: &Session) -> Result<(), CliError> {
    if session.repository.is_bare() {
        return Ok(());
    }
    match session.repository.head_branch() {
        Some(branch) if branch == session.target.branch_ref() => Ok(()),
        _ => Err(CliError::detached(&session.target.branch)),
    }
}

async fn merge_bare(app: &App, session: &Session) -> Result<(), CliError> {
    let branch = &session.target.branch;
    app.output.message(&match ops::merge::merge(&session.context()).await? {
        Merged::UpToDate => format!("{branch} contains everything that the store has"),
        Merged::FastForward(tip) => format!("{branch} moved forward to {}", tip.short()),
        Merged::Merge(tip) => format!("{branch} merged the store's changes as {}", tip.short()),
    });
    Ok(())
}
