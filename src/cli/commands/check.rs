//! `git store check`

use super::files;
use crate::check::{self, Policy, Report, Word, output};
use crate::cli::app::App;
use crate::cli::args::{CheckArgs, Format};
use crate::cli::error::{CliError, Exit};
use crate::git::{LibgitRepository, Repository};
use crate::model::{ObjectId, Severity, Target, TreePath};
use crate::ops::around::Around;
use crate::ops::check::{Against, With, changed, known};
use crate::ops::{policy, words};
use std::fs;
use std::path::Path;

/// Checks files as kops would read them.
pub async fn run(app: &App, args: CheckArgs) -> Result<Exit, CliError> {
    if let Some(rule) = &args.explain {
        return explain(app, rule);
    }
    let named = args.policy.as_deref().map(|path| read_policy(app, path)).transpose()?;
    let words = words::parse(&args.allow)?;
    let report = if !args.files.is_empty() {
        files::check(app, &args.files, named, &words).await?
    } else if args.staged {
        staged(app, named, &words).await?
    } else {
        of_commits(app, args.range.as_deref(), named, words).await?
    };
    if report.checked == 0 && !args.files.is_empty() {
        return Err(CliError::nothing_checked("there is no file at the given paths"));
    }
    print(app, &report, args.format);
    Ok(ending(&report))
}

/// A policy file that is named, instead of the one that counts.
fn read_policy(app: &App, path: &Path) -> Result<Policy, CliError> {
    let content = fs::read(app.path(path)).map_err(|error| CliError::unreadable(path, &error))?;
    let shown = path.to_string_lossy();
    Ok(Policy::read(TreePath::from(shown.trim_start_matches("./")), &content))
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
fn print(app: &App, report: &Report, format: Format) {
    let format = if app.global.json { Format::Json } else { format };
    app.output.result(&match format {
        Format::Text => output::text(report, app.look()) + &summary(report),
        Format::Json => output::json(report),
        Format::Sarif => output::sarif(report),
        Format::Github => output::github(report),
        Format::Gitlab => output::gitlab(report),
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

/// What would be committed, from the index that git names; by the policy that is named, or else
/// that of `HEAD`. The message, which may allow changes, is not there yet.
pub async fn staged(app: &App, named: Option<Policy>, words: &[Word]) -> Result<Report, CliError> {
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = configured.repository;
    let staged = repository.staged()?;
    let known = known(&repository, &target).await?;
    let against = Against::store_or_before(known.as_ref());
    let around = Around::Files(&staged.files);
    let policy = match named {
        Some(named) => Some(named),
        None => policy::of_head(&repository).await?,
    };
    let with = With { against, around, policy: policy.as_ref(), words, today: app.today() };
    Ok(changed(&repository, &target, &staged.changes, &with).await?.before_words())
}

/// What changed between two commits; without any, what the branch has and the store has not.
/// Where nothing is known of the store, all files are looked at as they are.
async fn of_commits(
    app: &App,
    range: Option<&str>,
    named: Option<Policy>,
    words: Vec<Word>,
) -> Result<Report, CliError> {
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = configured.repository;
    let known = known(&repository, &target).await?;
    let (from, to) = match range {
        Some(range) => range.split_once("..").ok_or_else(|| CliError::usage("a range is A..B"))?,
        None => ("", "HEAD"),
    };
    let to = commit(&repository, to)?;
    let (base, old, policy) = match range {
        Some(_) => {
            let from = commit(&repository, from)?;
            let tree = repository.commit(from).await?.tree;
            (Some(from), Some(tree), policy::of_commit(&repository, Some(from)).await?)
        }
        None => {
            let tracking = repository.read_ref(&target.tracking_ref()).await?;
            (tracking, None, of_branch(&repository, &target).await?)
        }
    };
    let policy = named.or(policy);
    let mut words = words::given(words, policy.as_ref());
    words.extend(words::of_history(&repository, base, to, policy.as_ref()).await?);
    let new = repository.commit(to).await?.tree;
    let changes = repository.diff(old, Some(new)).await?;
    let against = match (range, &known) {
        (None, None) => Against::Itself,
        _ => Against::store_or_before(known.as_ref()),
    };
    let with = With {
        against,
        around: Around::Tree(new),
        policy: policy.as_ref(),
        words: &words,
        today: app.today(),
    };
    Ok(changed(&repository, &target, &changes, &with).await?)
}

/// The policy that a push of the branch to its store obeys; where none is known, that of `HEAD`.
async fn of_branch(
    repository: &LibgitRepository,
    target: &Target,
) -> Result<Option<Policy>, CliError> {
    let head = commit(repository, "HEAD")?;
    match policy::of_store(repository, target, head).await? {
        Some(policy) => Ok(Some(policy)),
        None => Ok(policy::of_commit(repository, Some(head)).await?),
    }
}

fn commit(repository: &LibgitRepository, revision: &str) -> Result<ObjectId, CliError> {
    repository.resolve(revision)?.ok_or_else(|| CliError::no_commit(revision))
}
