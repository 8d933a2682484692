//! `git store clone`

use super::fetch::report;
use crate::cli::app::App;
use crate::cli::args::{CloneArgs, TargetArgs};
use crate::cli::error::{CliError, Exit};
use crate::cli::gitconfig::Configured;
use crate::cli::session::{REMOTE_PREFIX, Session, Wishes};
use crate::git::Git;
use crate::git::LibgitRepository;
use crate::git::hooks;
use crate::model::{Failpoint, Profile, StoreUrl, Target};
use crate::ops;
use std::fs;
use std::path::{Path, PathBuf};

/// Makes a repository from a store.
pub async fn run(app: &App, args: CloneArgs) -> Result<Exit, CliError> {
    let url = app.store_url(args.url.as_deref(), args.target.state.as_deref())?;
    let path = args.path.or_else(|| default_path(&url)).ok_or_else(CliError::no_directory)?;
    let path = app.path(&path);
    require_empty(&path)?;
    let existed = path.exists();
    let result = clone_into(app, &url, &path, &args.target, args.history).await;
    result.map_err(|error| {
        clean_up(&path, existed);
        error.about(&url)
    })
}

async fn clone_into(
    app: &App,
    url: &StoreUrl,
    path: &Path,
    args: &TargetArgs,
    with_history: bool,
) -> Result<Exit, CliError> {
    let git = Git::init(path, false, &args.branch)?;
    configure(&git, url, args, false)?;
    Failpoint::CloneConfigured.reach();
    let configured = Configured::read(LibgitRepository::discover(path)?)?;
    let session = app.session_in(configured, &args.name, Wishes::default()).await?;
    session.repository.pin_bytes(&session.target.directory)?;
    session.repository.install_merge_driver(&session.target.directory)?;
    if with_history {
        import(app, &session).await?;
    }
    let observation = ops::clone::clone(&session.context()).await?;
    if observation.state.tip.is_some() {
        git.fill_work_tree()?;
        Failpoint::WorkTreeFilled.reach();
        git.set(&format!("branch.{}.remote", args.branch), &args.name)?;
        git.set(&format!("branch.{}.merge", args.branch), &format!("refs/heads/{}", args.branch))?;
    }
    if let Err(error) = hooks::install(&session.repository, hooks::CLIENT) {
        app.output.warning(&format!("no hooks were installed: {error}"));
    }
    report(app, &session, &observation);
    app.finish(&session);
    Ok(Exit::Success)
}

/// Makes commits of the versions that the store keeps.
pub async fn import(app: &App, session: &Session) -> Result<(), CliError> {
    let commits = ops::history::import(&session.context()).await?;
    app.output.message(&format!("{commits} commits made of the versions that the store keeps."));
    Ok(())
}

/// Writes a store's remote and settings into git's configuration.
pub fn configure(
    git: &Git,
    url: &StoreUrl,
    args: &TargetArgs,
    is_shared: bool,
) -> Result<(), CliError> {
    let name = &args.name;
    git.set(&format!("remote.{name}.url"), &format!("{REMOTE_PREFIX}{url}"))?;
    let target = Target {
        name: name.clone(),
        branch: args.branch.clone(),
        directory: String::new(),
        profile: Profile::default(),
        is_shared,
    };
    let refspec = format!("{}:{}", target.branch_ref(), target.tracking_ref());
    git.set(&format!("remote.{name}.fetch"), &refspec)?;
    git.set(&format!("remote.{name}.tagOpt"), "--no-tags")?;
    let wishes = [
        ("branch", Some(args.branch.as_str()).filter(|branch| *branch != "main")),
        ("directory", args.into.as_deref()),
        ("profile", Some(args.profile.as_str()).filter(|profile| *profile != "kops")),
    ];
    for (key, value) in wishes {
        if let Some(value) = value {
            git.set(&format!("store.{name}.{key}"), value)?;
        }
    }
    Ok(())
}

/// The last part of the URL; a directory store at the top has none.
fn default_path(url: &StoreUrl) -> Option<PathBuf> {
    let parts = [url.prefix.rsplit('/').next().unwrap_or_default(), &url.host];
    parts.into_iter().find(|part| !part.is_empty()).map(PathBuf::from)
}

fn require_empty(path: &Path) -> Result<(), CliError> {
    let is_empty = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_empty { Ok(()) } else { Err(CliError::not_empty(path)) }
}

/// Takes away what a failed clone has made, as git does.
fn clean_up(path: &Path, existed: bool) {
    let removed =
        if existed { fs::remove_dir_all(path.join(".git")) } else { fs::remove_dir_all(path) };
    if let Err(error) = removed {
        tracing::debug!(%error, "nothing to clean up");
    }
}
