//! Files and directories that are named to `git store check`, inside or outside a repository.
//!
//! A file's place in a store is seen from its path; any other YAML file is taken for a manifest,
//! in which kops' objects stand one after the other.

use crate::check::{self, Options, Policy, Report, Subject};
use crate::cli::app::App;
use crate::cli::error::CliError;
use crate::git::TreeEntry;
use crate::model::{Class, Key, Profile, TreePath};
use crate::ops::policy;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file as it was read.
struct Read {
    /// The path as it was typed.
    shown: PathBuf,
    content: Vec<u8>,
    /// Whether somebody named the file itself, not only a directory above it.
    is_named: bool,
    /// Whether it is only there so that others can be understood.
    is_context: bool,
}

/// Checks files, and directories with all that is in them; by the policy that is named, or else
/// that of the repository's `HEAD`, if there is one.
pub async fn check(
    app: &App,
    paths: &[PathBuf],
    named: Option<Policy>,
) -> Result<Report, CliError> {
    let mut files = Vec::new();
    for path in paths {
        collect(&app.path(path), path, true, &mut files)?;
    }
    around(app, &mut files)?;
    let subjects: Vec<Subject<'_>> = files.iter().map(subject).collect();
    let policy = match (named, app.repository()) {
        (Some(named), _) => Some(named),
        (None, Ok(repository)) => policy::of_head(&repository).await?,
        (None, Err(_)) => None,
    };
    let policy = policy.as_ref();
    Ok(check::check(&subjects, Options { policy, today: Some(app.today()), ..Options::default() }))
}

fn collect(
    path: &Path,
    shown: &Path,
    is_named: bool,
    files: &mut Vec<Read>,
) -> Result<(), CliError> {
    let unreadable = |error: std::io::Error| CliError::unreadable(shown, &error);
    let kind = fs::symlink_metadata(path).map_err(unreadable)?;
    if kind.is_file() {
        let content = fs::read(path).map_err(unreadable)?;
        files.push(Read { shown: shown.to_owned(), content, is_named, is_context: false });
        return Ok(());
    }
    if !kind.is_dir() || path.file_name().is_some_and(|name| name == ".git") {
        return Ok(());
    }
    let mut entries =
        fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        collect(&entry.path(), &shown.join(entry.file_name()), false, files)?;
    }
    Ok(())
}

/// Reads the rest of the configuration of the clusters that files in a store's layout belong to.
fn around(app: &App, files: &mut Vec<Read>) -> Result<(), CliError> {
    let seen: BTreeSet<PathBuf> = files.iter().map(|file| file.shown.clone()).collect();
    let clusters: BTreeSet<PathBuf> =
        files.iter().filter_map(|file| cluster_directory(&file.shown)).collect();
    for cluster in clusters {
        let first = files.len();
        for part in ["config", "instancegroup"] {
            let shown = cluster.join(part);
            if app.path(&shown).exists() {
                collect(&app.path(&shown), &shown, false, files)?;
            }
        }
        let mut added = files.split_off(first);
        added.retain(|file| !seen.contains(&file.shown));
        added.iter_mut().for_each(|file| file.is_context = true);
        files.append(&mut added);
    }
    Ok(())
}

/// The directory of the cluster whose `config` or `instancegroup/NAME` a path is.
fn cluster_directory(path: &Path) -> Option<PathBuf> {
    if place(path).1 != Class::Desired {
        return None;
    }
    let directory = path.parent()?;
    let is_group = directory.file_name().is_some_and(|name| name == "instancegroup");
    let is_config = path.file_name().is_some_and(|name| name == "config");
    match (is_config, is_group) {
        (true, _) => Some(directory.to_owned()),
        (_, true) => directory.parent().map(Path::to_owned),
        _ => None,
    }
}

/// The path in a tree, and what kops keeps there.
fn place(path: &Path) -> (TreePath, Class) {
    let text = path.to_string_lossy();
    let path = TreePath::from(text.trim_start_matches("./"));
    let class = Profile::Kops.class(&Key::new(path.as_bytes()));
    (path, class)
}

/// A file as it stands: both sides are the same, so nothing counts as an edit.
fn subject(file: &Read) -> Subject<'_> {
    let (path, class) = place(&file.shown);
    let is_in_store = class != Class::Unknown;
    Subject {
        mode: TreeEntry::REGULAR,
        key: is_in_store.then(|| Key::new(path.as_bytes())),
        path,
        path_error: None,
        is_manifest: !is_in_store && is_manifest(file),
        is_context: file.is_context,
        class,
        old: Some(Cow::Borrowed(&file.content)),
        new: Some(Cow::Borrowed(&file.content)),
    }
}

/// Whether a file outside a store's layout holds objects of kops: it is YAML, and was named or
/// speaks of kops.
fn is_manifest(file: &Read) -> bool {
    let ending = file.shown.extension().and_then(|ending| ending.to_str());
    let is_yaml = ending.is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending));
    is_yaml && (file.is_named || speaks_of_kops(&file.content))
}

fn speaks_of_kops(content: &[u8]) -> bool {
    let holds = |needle: &[u8]| content.windows(needle.len()).any(|part| part == needle);
    holds(b"kops.k8s.io/v1alpha") || holds(b"kops/v1alpha")
}
