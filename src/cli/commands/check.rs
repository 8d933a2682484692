//! `git store check`

use crate::check::{self, Report, Subject, output};
use crate::cli::app::App;
use crate::cli::args::{CheckArgs, Format};
use crate::cli::error::{CliError, Exit};
use crate::git::{LibgitRepository, Repository, TreeEntry};
use crate::model::{Class, Key, ObjectId, Profile, Severity, TreePath};
use crate::ops::check::{Against, changed, known};
use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

/// Checks files as kops would read them.
pub async fn run(app: &App, args: CheckArgs) -> Result<Exit, CliError> {
    if let Some(rule) = &args.explain {
        return explain(app, rule);
    }
    let report = if !args.files.is_empty() {
        of_files(app, &args.files)?
    } else if args.staged {
        staged(app).await?
    } else {
        of_commits(app, args.range.as_deref()).await?
    };
    if report.checked == 0 && !args.files.is_empty() {
        return Err(CliError::nothing_checked("there is no file at the given paths"));
    }
    print(app, &report, args.format, &args.files);
    Ok(ending(&report))
}

/// How a command ends that found this.
pub fn ending(report: &Report) -> Exit {
    if report.worst() == Some(Severity::Error) { Exit::Findings } else { Exit::Success }
}

fn explain(app: &App, rule: &str) -> Result<Exit, CliError> {
    let text = check::explain(rule);
    let text = text.ok_or_else(|| CliError::usage(&format!("there is no rule '{rule}'")))?;
    app.output.result(&text);
    Ok(Exit::Success)
}

/// Prints a report in the format that was asked for.
fn print(app: &App, report: &Report, format: Format, files: &[PathBuf]) {
    let format = if app.global.json { Format::Json } else { format };
    let source = |path: &TreePath| {
        let by_name = path.as_str().and_then(|path| fs::read(app.path(Path::new(path))).ok());
        by_name.filter(|_| !files.is_empty()).or_else(|| app.work_tree_file(path))
    };
    app.output.result(&match format {
        Format::Text => output::text(report, &source, app.look()) + &summary(report),
        Format::Json => output::json(report),
        Format::Sarif => output::sarif(report),
        Format::Github => output::github(report),
    });
}

/// The last line for people.
pub fn summary(report: &Report) -> String {
    let count = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let files = counted(report.checked, "file");
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    format!("{files} checked: {errors}, {warnings}\n")
}

fn counted(many: usize, what: &str) -> String {
    format!("{many} {what}{}", if many == 1 { "" } else { "s" })
}

/// What would be committed, from the index that git names.
pub async fn staged(app: &App) -> Result<Report, CliError> {
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = configured.repository;
    let staged = repository.staged()?;
    let known = known(&repository, &target).await?;
    let against = Against::store_or_before(known.as_ref());
    Ok(changed(&repository, &target, &staged.changes, against).await?)
}

/// What changed between two commits; without any, what the branch has and the store has not.
/// Where nothing is known of the store, all files are looked at as they are.
async fn of_commits(app: &App, range: Option<&str>) -> Result<Report, CliError> {
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = configured.repository;
    let known = known(&repository, &target).await?;
    let (from, to) = match range {
        Some(range) => range.split_once("..").ok_or_else(|| CliError::usage("a range is A..B"))?,
        None => ("", "HEAD"),
    };
    let old = match range {
        Some(_) => Some(tree(&repository, from).await?),
        None => None,
    };
    let changes = repository.diff(old, Some(tree(&repository, to).await?)).await?;
    let against = match (range, &known) {
        (None, None) => Against::Itself,
        _ => Against::store_or_before(known.as_ref()),
    };
    Ok(changed(&repository, &target, &changes, against).await?)
}

async fn tree(repository: &LibgitRepository, revision: &str) -> Result<ObjectId, CliError> {
    let commit = repository.resolve(revision)?.ok_or_else(|| CliError::no_commit(revision))?;
    Ok(repository.commit(commit).await?.tree)
}

/// Files and directories, inside or outside a repository. A file's place in a store is seen
/// from its path.
fn of_files(app: &App, files: &[PathBuf]) -> Result<Report, CliError> {
    let mut found = Vec::new();
    for file in files {
        collect(&app.path(file), file, &mut found)?;
    }
    let subjects: Vec<Subject<'_>> =
        found.iter().map(|(path, bytes)| subject(path, bytes)).collect();
    Ok(check::check(&subjects, Profile::Kops))
}

fn collect(path: &Path, shown: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<(), CliError> {
    let unreadable = |error: std::io::Error| CliError::unreadable(shown, &error);
    let kind = fs::symlink_metadata(path).map_err(unreadable)?;
    if kind.is_file() {
        found.push((shown.to_owned(), fs::read(path).map_err(unreadable)?));
        return Ok(());
    }
    if !kind.is_dir() || path.file_name().is_some_and(|name| name == ".git") {
        return Ok(());
    }
    let mut entries =
        fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        collect(&entry.path(), &shown.join(entry.file_name()), found)?;
    }
    Ok(())
}

/// A file as it stands: both sides are the same, so nothing counts as an edit.
fn subject<'a>(path: &Path, bytes: &'a [u8]) -> Subject<'a> {
    let text = path.to_string_lossy();
    let path = TreePath::from(text.trim_start_matches("./"));
    let key = Key::new(path.as_bytes());
    let class = Profile::Kops.class(&key);
    Subject {
        path,
        mode: TreeEntry::REGULAR,
        key: (class != Class::Unknown).then_some(key),
        path_error: None,
        is_manifest: false,
        is_context: false,
        class,
        old: Some(Cow::Borrowed(bytes)),
        new: Some(Cow::Borrowed(bytes)),
    }
}
