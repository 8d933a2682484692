//! Files and directories that are named to `git store check`, inside or outside a repository.
//!
//! A file's place in a store is seen from its path; any other YAML file is taken for a manifest,
//! in which kops' objects stand one after the other.

use crate::check::{self, Options, Policy, Report, Subject, Word};
use crate::cli::app::App;
use crate::cli::error::CliError;
use crate::git::TreeEntry;
use crate::model::{Class, Key, Profile, TreePath};
use crate::ops::policy;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file that was found.
struct Found {
    /// The path as it was typed.
    shown: PathBuf,
    /// Whether somebody named the file itself, not only a directory above it.
    is_named: bool,
    /// Whether it is only there so that others can be understood.
    is_context: bool,
}

/// Checks files, and directories with all that is in them; by the policy that is named, or else
/// that of the repository's `HEAD`, if there is one. Clusters are read one after the other, so
/// that a large repository takes no more memory than a large cluster.
pub async fn check(
    app: &App,
    paths: &[PathBuf],
    named: Option<Policy>,
    words: &[Word],
) -> Result<Report, CliError> {
    let mut found = Vec::new();
    for path in paths {
        collect(&app.path(path), path, true, &mut found)?;
    }
    let policy = match (named, app.repository()) {
        (Some(named), _) => Some(named),
        (None, Ok(repository)) => policy::of_head(&repository).await?,
        (None, Err(_)) => None,
    };
    let (policy, today) = (policy.as_ref(), Some(app.today()));
    let options = Options { policy, words, today, ..Options::default() };
    let clusters = by_cluster(found).into_iter();
    let reports = clusters.map(|files| check_together(app, files, options));
    Ok(Report::of_all(reports.collect::<Result<Vec<_>, _>>()?))
}

/// Files of one cluster in a store's layout belong together, and so do all that are in none.
fn by_cluster(files: Vec<Found>) -> Vec<Vec<Found>> {
    let mut clusters: BTreeMap<Option<Key>, Vec<Found>> = BTreeMap::new();
    for file in files {
        let key = Key::new(place(&file.shown).0.as_bytes());
        clusters.entry(Profile::Kops.cluster(&key)).or_default().push(file);
    }
    clusters.into_values().collect()
}

fn check_together(
    app: &App,
    mut files: Vec<Found>,
    options: Options<'_>,
) -> Result<Report, CliError> {
    around(app, &mut files)?;
    let read = |file: &Found| {
        let content = read_beginning(&app.path(&file.shown));
        content.map_err(|error| CliError::unreadable(&file.shown, &error))
    };
    let contents: Vec<Vec<u8>> = files.iter().map(read).collect::<Result<_, _>>()?;
    let read = files.iter().zip(&contents);
    let subjects: Vec<Subject<'_>> = read.map(|(file, content)| subject(file, content)).collect();
    Ok(check::check(&subjects, options))
}

/// More of a file than is parsed, so that one that is too large is known as such.
const MOST_BYTES: u64 = 16 << 20;

fn read_beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    fs::File::open(path)?.take(MOST_BYTES).read_to_end(&mut content)?;
    Ok(content)
}

fn collect(
    path: &Path,
    shown: &Path,
    is_named: bool,
    files: &mut Vec<Found>,
) -> Result<(), CliError> {
    let unreadable = |error: std::io::Error| CliError::unreadable(shown, &error);
    let kind = fs::symlink_metadata(path).map_err(unreadable)?;
    if kind.is_file() {
        files.push(Found { shown: shown.to_owned(), is_named, is_context: false });
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

/// Adds the rest of the configuration of the clusters that files in a store's layout belong to.
fn around(app: &App, files: &mut Vec<Found>) -> Result<(), CliError> {
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
fn subject<'a>(file: &Found, content: &'a [u8]) -> Subject<'a> {
    let (path, class) = place(&file.shown);
    let is_in_store = class != Class::Unknown;
    Subject {
        mode: TreeEntry::REGULAR,
        key: is_in_store.then(|| Key::new(path.as_bytes())),
        path,
        path_error: None,
        is_manifest: !is_in_store && is_manifest(file, content),
        is_context: file.is_context,
        class,
        old: Some(Cow::Borrowed(content)),
        new: Some(Cow::Borrowed(content)),
    }
}

/// Whether a file outside a store's layout holds objects of kops: it is YAML, and was named or
/// speaks of kops.
fn is_manifest(file: &Found, content: &[u8]) -> bool {
    let ending = file.shown.extension().and_then(|ending| ending.to_str());
    let is_yaml = ending.is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending));
    is_yaml && (file.is_named || speaks_of_kops(content))
}

fn speaks_of_kops(content: &[u8]) -> bool {
    let holds = |needle: &[u8]| content.windows(needle.len()).any(|part| part == needle);
    holds(b"kops.k8s.io/v1alpha") || holds(b"kops/v1alpha")
}
