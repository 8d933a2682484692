//! What `set` and `apply` share: which file is meant, and how an edit becomes a commit.

use crate::cli::app::App;
use crate::cli::args::edit::EditArgs;
use crate::cli::error::{CliError, Exit, Kind};
use crate::cli::gitconfig::Configured;
use crate::cli::render;
use crate::git::{Git, Repository};
use crate::model::{Class, Target, TreePath};
use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The work tree in which files are edited.
pub struct Workplace {
    git: Git,
    root: PathBuf,
    /// The files of `HEAD` that hold objects of kops.
    objects: Vec<TreePath>,
}

/// A file and what becomes of it.
pub struct Edit {
    /// Where it is.
    pub path: TreePath,
    /// What it holds.
    pub old: Vec<u8>,
    /// What it will hold.
    pub new: Vec<u8>,
}

impl Workplace {
    /// The work tree of the repository that is meant.
    pub async fn open(app: &App) -> Result<Self, CliError> {
        let configured = app.configured()?;
        let target = app.target(&configured)?;
        let root = configured.repository.work_tree().ok_or_else(no_work_tree)?.to_owned();
        let objects = objects(&configured, &target).await?;
        Ok(Self { git: Git::at(&root), root, objects })
    }

    /// The file of `CLUSTER` or `CLUSTER/GROUP`.
    pub fn file(&self, object: &str) -> Result<TreePath, CliError> {
        let ending = match object.split_once('/') {
            None => format!("{object}/config"),
            Some((cluster, group)) => format!("{cluster}/instancegroup/{group}"),
        };
        let is_meant = |path: &&TreePath| {
            let rest = path.as_bytes().strip_suffix(ending.as_bytes());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(b"/"))
        };
        let mut found = self.objects.iter().filter(is_meant);
        match (found.next(), found.next()) {
            (Some(path), None) => Ok(path.clone()),
            (Some(one), Some(other)) => Err(ambiguous(object, one, other)),
            (None, _) => Err(self.unknown(object)),
        }
    }

    fn unknown(&self, object: &str) -> CliError {
        let names = self.objects.iter().filter_map(|path| name_of(path.as_str()?));
        let known: Vec<String> = names.take(10).collect();
        let error = CliError::usage(&format!("HEAD holds no '{object}'"));
        error.hint(&format!("it holds: {}", known.join(", ")))
    }

    /// What a file holds, if nobody is at work on it.
    pub fn read(&self, path: &TreePath) -> Result<Vec<u8>, CliError> {
        let name = path.to_string();
        let changed = self.git.text("status", &["--porcelain=v1", "--", &name])?;
        if !changed.is_empty() {
            let error = CliError::new(Kind::Repository, &format!("{name} has changes of its own"));
            return Err(error.hint(&format!("git commit {name}, or git restore {name}")));
        }
        fs::read(self.root.join(&name))
            .map_err(|error| CliError::unreadable(Path::new(&name), &error))
    }

    /// Shows edits, writes them, and makes them a commit.
    pub fn finish(
        &self,
        app: &App,
        edits: &[Edit],
        args: &EditArgs,
        message: &str,
    ) -> Result<Exit, CliError> {
        let edits: Vec<&Edit> = edits.iter().filter(|edit| edit.old != edit.new).collect();
        app.show(|| text(&edits), || to_json(&edits));
        if args.dry_run || edits.is_empty() {
            return Ok(Exit::Success);
        }
        if let Err(error) = edits.iter().try_for_each(|edit| self.write(&edit.path, &edit.new)) {
            self.put_back(&edits)?;
            return Err(error);
        }
        if args.no_commit {
            return Ok(Exit::Success);
        }
        let message = args.message.as_deref().unwrap_or(message);
        let paths: Vec<String> = edits.iter().map(|edit| edit.path.to_string()).collect();
        if self.git.commit_only(message, &paths)? {
            return Ok(Exit::Success);
        }
        self.put_back(&edits)?;
        let error = CliError::new(Kind::Findings, "git made no commit; the files are as they were");
        Err(error.hint("add --no-commit to keep the change and look at it with git store check"))
    }

    fn put_back(&self, edits: &[&Edit]) -> Result<(), CliError> {
        edits.iter().try_for_each(|edit| self.write(&edit.path, &edit.old))
    }

    /// Replaces a file at once or not at all; its mode stays.
    fn write(&self, path: &TreePath, content: &[u8]) -> Result<(), CliError> {
        let path = self.root.join(path.to_string());
        let write = || -> std::io::Result<()> {
            let directory = path.parent().unwrap_or(&self.root);
            let mut file = tempfile::NamedTempFile::new_in(directory)?;
            file.write_all(content)?;
            file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
            file.persist(&path).map(drop).map_err(|error| error.error)
        };
        write().map_err(CliError::from_io)
    }
}

async fn objects(configured: &Configured, target: &Target) -> Result<Vec<TreePath>, CliError> {
    let repository = &configured.repository;
    let head = repository.resolve("HEAD")?.ok_or_else(|| CliError::no_commit("HEAD"))?;
    let files = repository.files(repository.commit(head).await?.tree).await?;
    let is_object = |path: &TreePath| {
        let key = target.key_of(path).ok().flatten();
        key.is_some_and(|key| target.profile.class(&key) == Class::Desired)
    };
    Ok(files.into_iter().map(|(path, _)| path).filter(is_object).collect())
}

/// `CLUSTER` or `CLUSTER/GROUP` for a path.
fn name_of(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    let last = parts.pop()?;
    if last == "config" {
        return parts.pop().map(str::to_owned);
    }
    let is_group = parts.pop()? == "instancegroup";
    let cluster = parts.pop()?;
    is_group.then(|| format!("{cluster}/{last}"))
}

fn text(edits: &[&Edit]) -> String {
    if edits.is_empty() {
        return "Nothing to change.\n".to_owned();
    }
    let shown =
        |edit: &&Edit| format!("~ {}\n{}", edit.path, render::diff::diff(&edit.old, &edit.new));
    edits.iter().map(shown).collect()
}

fn to_json(edits: &[&Edit]) -> serde_json::Value {
    let files: Vec<_> = edits.iter().map(|edit| json!({ "path": edit.path })).collect();
    json!({ "version": render::JSON_VERSION, "changed": files })
}

fn no_work_tree() -> CliError {
    let error = CliError::new(Kind::Repository, "a bare repository has no files to edit");
    error.hint("git clone it, edit there, and push")
}

fn ambiguous(object: &str, one: &TreePath, other: &TreePath) -> CliError {
    CliError::usage(&format!("'{object}' could be {one} or {other}"))
}
