//! `git store diff`

use crate::cli::app::App;
use crate::cli::args::edit::DiffArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::render::compare::{Compared, json, text};
use crate::git::{LibgitRepository, Repository, TreeChange, TreeEntry};
use crate::model::{ObjectId, Target, Verb};

/// Shows what differs between two commits.
pub async fn run(app: &App, args: DiffArgs) -> Result<Exit, CliError> {
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = &configured.repository;
    let (old, new) = range(&args, &target)?;
    let (old, new) = (tree(repository, &old).await?, tree(repository, &new).await?);
    let mut compared = Vec::new();
    for change in repository.diff(Some(old), Some(new)).await? {
        compared.push(compare(repository, &target, change).await?);
    }
    app.show(|| text(&compared, args.semantic), || json(&compared));
    Ok(Exit::Success)
}

/// What is compared: by default what a push would change.
fn range(args: &DiffArgs, target: &Target) -> Result<(String, String), CliError> {
    let Some(range) = &args.range else { return Ok((target.tracking_ref(), target.branch_ref())) };
    let (old, new) = range.split_once("..").ok_or_else(|| CliError::usage("a range is A..B"))?;
    let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
    Ok((or_head(old), or_head(new)))
}

async fn tree(repository: &LibgitRepository, revision: &str) -> Result<ObjectId, CliError> {
    let commit = repository.resolve(revision)?.ok_or_else(|| CliError::no_commit(revision))?;
    Ok(repository.commit(commit).await?.tree)
}

async fn compare(
    repository: &LibgitRepository,
    target: &Target,
    change: TreeChange,
) -> Result<Compared, CliError> {
    let key = target.key_of(&change.path).ok().flatten();
    let is_closed = key.is_some_and(|key| target.profile.class(&key).is_key_material());
    let old = content(repository, change.old.filter(|_| !is_closed)).await?;
    let new = content(repository, change.new.filter(|_| !is_closed)).await?;
    let verb = match (change.old, change.new) {
        (None, _) => Verb::Create,
        (_, None) => Verb::Delete,
        _ => Verb::Update,
    };
    Ok(Compared { verb, path: change.path, old, new, is_closed })
}

async fn content(
    repository: &LibgitRepository,
    entry: Option<TreeEntry>,
) -> Result<Vec<u8>, CliError> {
    match entry {
        Some(entry) => Ok(repository.blob(entry.id).await?),
        None => Ok(Vec::new()),
    }
}
