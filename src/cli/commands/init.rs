//! `git store init`

use super::clone::{configure, import};
use super::fetch::report;
use crate::cli::app::App;
use crate::cli::args::InitArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::session::Wishes;
use crate::git::Git;
use crate::git::hooks;
use crate::model::Target;
use crate::ops;
use crate::ops::relation::Relation;

/// Adds a store to this repository.
pub async fn run(app: &App, args: InitArgs) -> Result<Exit, CliError> {
    let url = app.store_url(args.url.as_deref(), args.target.state.as_deref())?;
    let repository = app.repository()?;
    let git = Git::at(repository.git_directory());
    let name = args.target.name.clone();
    if let Some(other) = git.settings(&format!("remote.{name}.url"))?.pop() {
        return Err(CliError::store_exists(&name, &other.value));
    }
    configure(&git, &url, &args.target, repository.is_bare())?;
    let result = add(app, &name, args.history).await.map_err(|error| error.about(&url));
    if result.is_err() {
        git.text("config", &["--remove-section", &format!("remote.{name}")])?;
        for key in ["branch", "directory", "profile"] {
            git.unset(&format!("store.{name}.{key}"))?;
        }
    }
    result
}

async fn add(app: &App, name: &str, with_history: bool) -> Result<Exit, CliError> {
    let session = app.session_in(app.configured()?, name, Wishes::default()).await?;
    if with_history {
        import(app, &session).await?;
    }
    let initialized = ops::init::init(&session.context()).await?;
    if !session.repository.is_bare() {
        session.repository.pin_bytes(&session.target.directory)?;
        session.repository.install_merge_driver(&session.target.directory)?;
    }
    let which = if session.repository.is_bare() { hooks::SERVER } else { hooks::CLIENT };
    report(app, &session, &initialized.observation);
    app.output.message(&next_step(initialized.relation, &session.target));
    if hooks::status(&session.repository, which)?
        .iter()
        .any(|hook| hook.state != hooks::HookState::Installed)
    {
        let server = if session.repository.is_bare() { " --server" } else { "" };
        app.output.message(&format!("hint: git store hooks install{server}"));
    }
    app.finish(&session);
    Ok(Exit::Success)
}

fn next_step(relation: Relation, target: &Target) -> String {
    let (branch, tracking) = (&target.branch, target.tracking_name());
    match relation {
        Relation::NoStore => {
            "hint: the store is empty; git store push fills it from this branch".into()
        }
        Relation::NoBranch if target.is_shared => format!("hint: git branch {branch} {tracking}"),
        Relation::NoBranch => format!("hint: git switch -c {branch} {tracking}"),
        Relation::Unrelated => format!(
            "hint: git merge --allow-unrelated-histories {tracking}   brings the store's files into this branch"
        ),
        Relation::Behind | Relation::Diverged => "hint: git store pull".into(),
        Relation::Ahead | Relation::Same => "hint: git store plan".into(),
    }
}
