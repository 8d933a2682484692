//! `git store hook NAME`: what the files in hooks/ call.

use super::check::{ending, staged, summary};
use super::merged::tell_sides;
use crate::check::{Report, output};
use crate::cli::app::App;
use crate::cli::args::HookArgs;
use crate::cli::error::{CliError, Exit, Kind};
use crate::cli::gitconfig::Configured;
use crate::cli::render;
use crate::cli::session::{REMOTE_PREFIX, Session, Wishes, store_remotes};
use crate::git::pushed::{PushedRef, read_pushed, read_updates};
use crate::git::{LibgitRepository, Repository};
use crate::model::{ObjectId, Target};
use crate::ops::OpsError;
use crate::ops::around::Around;
use crate::ops::check::{Against, With, changed, known};
use crate::ops::incoming::{self, Found};
use crate::ops::merge::merge;
use crate::ops::push::{Ending, PushOptions, PushReport, push};
use crate::ops::{policy, words};
use std::collections::BTreeMap;
use std::io::stdin;

/// Runs a hook.
pub async fn run(app: &App, args: HookArgs) -> Result<Exit, CliError> {
    match args.name.as_str() {
        "pre-commit" | "pre-merge-commit" => {
            let report = staged(app, None, &[]).await?;
            let exit = print(app, &report);
            if exit != Exit::Success {
                tell_sides(app, &report).await?;
            }
            Ok(exit)
        }
        "pre-push" => pre_push(app, args.args.get(1).map_or("", String::as_str)).await,
        "pre-receive" => pre_receive(app).await,
        "post-receive" => post_receive(app).await,
        other => Err(CliError::usage(&format!("git-store has no hook '{other}'"))),
    }
}

/// Prints findings to standard error, which git shows to whoever waits.
fn print(app: &App, report: &Report) -> Exit {
    if !report.findings.is_empty() {
        app.output.always(&(output::text(report, app.look()) + &summary(report)));
    }
    ending(report)
}

/// A push to a store is checked by the push itself, which knows more. A word can come as an
/// option of the push, which git does not tell this hook: without one, the server refuses.
async fn pre_push(app: &App, url: &str) -> Result<Exit, CliError> {
    let pushed = read_pushed(stdin().lock())?;
    if url.starts_with(REMOTE_PREFIX) {
        return Ok(Exit::Success);
    }
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = configured.repository;
    let known = known(&repository, &target).await?;
    let against = Against::store_or_before(known.as_ref());
    let mut report = Report::default();
    for pushed in &pushed {
        let Some((old, new)) = trees(&repository, pushed).await? else { continue };
        let changes = repository.diff(old, Some(new)).await?;
        let accepted = policy::accepted(&repository, pushed.remote).await?;
        let policy = policy::of_commit(&repository, accepted).await?;
        let (around, policy) = (Around::Tree(new), policy.as_ref());
        let words = match pushed.local {
            Some(local) => words::of_history(&repository, pushed.remote, local, policy).await?,
            None => Vec::new(),
        };
        let with = With { against, around, policy, words: &words, today: app.today() };
        report = report.merged(changed(&repository, &target, &changes, &with).await?);
    }
    Ok(print(app, &report.before_words()))
}

/// The trees that a pushed branch has at the other side and here.
async fn trees(
    repository: &LibgitRepository,
    pushed: &PushedRef,
) -> Result<Option<(Option<ObjectId>, ObjectId)>, CliError> {
    let local = pushed.local.filter(|_| pushed.remote_name.starts_with("refs/heads/"));
    let Some(local) = local else { return Ok(None) };
    let new = repository.commit(local).await?.tree;
    let old = match pushed.remote {
        Some(remote) if repository.contains(remote).await? => {
            Some(repository.commit(remote).await?.tree)
        }
        _ => None,
    };
    Ok(Some((old, new)))
}

/// Every new commit is checked while git still holds it in quarantine.
async fn pre_receive(app: &App) -> Result<Exit, CliError> {
    let updates = read_updates(stdin().lock())?;
    let configured = app.configured()?;
    let words = words::parse(&app.environment.pushed_words())?;
    let mut exit = Exit::Success;
    for target in targets(app, &configured)? {
        let today = app.today();
        let found =
            incoming::check(&configured.repository, &target, &updates, &words, today).await?;
        if print_commits(app, found) != Exit::Success {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}

/// Prints findings commit by commit: the very commit has to be mended, not the last one.
fn print_commits(app: &App, found: Vec<Found>) -> Exit {
    let mut all = Report::default();
    for Found { commit, report } in found {
        if !report.findings.is_empty() {
            let commit = commit.map(|commit| format!("In commit {}:\n", commit.short()));
            let blocks = output::text(&report, app.look());
            app.output.always(&(commit.unwrap_or_default() + &blocks + "\n"));
        }
        all = all.merged(Report { texts: BTreeMap::new(), ..report });
    }
    if !all.findings.is_empty() {
        app.output.always(&summary(&all));
    }
    ending(&all)
}

/// Every store of a repository; without any, what the defaults say.
fn targets(app: &App, configured: &Configured) -> Result<Vec<Target>, CliError> {
    let names: Vec<String> = store_remotes(&configured.settings).into_keys().collect();
    if names.is_empty() {
        return Ok(vec![app.target(configured)?]);
    }
    names.iter().map(|name| app.target_of(configured, name)).collect()
}

/// An accepted push goes on to the store, and whoever pushed is told what happened.
async fn post_receive(app: &App) -> Result<Exit, CliError> {
    let updates = read_updates(stdin().lock())?;
    let moved: BTreeMap<String, ObjectId> =
        updates.into_iter().filter_map(|update| Some((update.name, update.new?))).collect();
    let mut exit = Exit::Success;
    for name in store_remotes(&app.configured()?.settings).into_keys() {
        exit =
            exit.max(forward(app, &name, &moved).await.unwrap_or_else(|error| told(app, &error)));
    }
    Ok(exit)
}

/// Brings a push to one store, if it moved the store's branch.
async fn forward(
    app: &App,
    name: &str,
    moved: &BTreeMap<String, ObjectId>,
) -> Result<Exit, CliError> {
    let wishes = Wishes::default().allow(app.environment.pushed_words());
    let session = app.session_in(app.configured()?, name, wishes).await?;
    match moved.get(&session.target.branch_ref()) {
        Some(commit) => apply(app, &session, *commit).await,
        None => Ok(Exit::Success),
    }
}

fn told(app: &App, error: &CliError) -> Exit {
    app.output.error(error);
    app.output.message("The push is accepted, but the store is not changed.");
    error.exit()
}

async fn apply(app: &App, session: &Session, commit: ObjectId) -> Result<Exit, CliError> {
    app.output.message(&format!("Applying {} to {} …", commit.short(), session.url));
    let report = push_merged(app, session, commit).await;
    let report = report.map_err(|error| in_a_clone(error.into(), &session.target))?;
    app.output.message(&render::push::text(&report));
    app.finish(session);
    Ok(report.ending.into())
}

/// What the one who pushed can do, who sees the tracking ref as a branch.
fn in_a_clone(error: CliError, target: &Target) -> CliError {
    if error.kind != Kind::Conflicts {
        return error;
    }
    let tracking = target.tracking_name();
    CliError { hints: Vec::new(), ..error }.hint(&format!(
        "type `git pull --no-rebase origin {tracking}`, resolve the conflict, commit, and push again"
    ))
}

/// When the store moved, its changes are merged key by key first; a conflict stops it. What
/// moved meanwhile is merged as well, a few times.
async fn push_merged(
    app: &App,
    session: &Session,
    commit: ObjectId,
) -> Result<PushReport, OpsError> {
    const ATTEMPTS: usize = 3;
    let options = PushOptions { dry_run: false, actor: app.actor(session) };
    let mut next = commit;
    for _ in 1..ATTEMPTS {
        match push(&session.context(), next, &options).await {
            Err(OpsError::NotFastForward { .. }) => {}
            Ok(report) if report.ending == Ending::Interrupted => {}
            other => return other,
        }
        merge(&session.context()).await?;
        let merged = session.repository.read_ref(&session.target.branch_ref()).await?;
        next = merged.unwrap_or(commit);
    }
    push(&session.context(), next, &options).await
}
