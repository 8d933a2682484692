//! What `pre-merge-commit` adds to findings: which side of the merge brought what.

use crate::check::Report;
use crate::cli::app::App;
use crate::cli::error::CliError;
use crate::cli::render::text::escape;
use crate::git::{LibgitRepository, Repository};
use crate::model::{ObjectId, Severity, TreePath};
use crate::ops::sides::{Brought, brought};
use std::collections::BTreeSet;

/// Fields that are named of one side; a side can have changed a hundred.
const MOST_FIELDS: usize = 5;

/// Says of each file with an error which fields each side of the merge changed.
pub async fn tell_sides(app: &App, report: &Report) -> Result<(), CliError> {
    let repository = app.repository()?;
    let Some(ours) = repository.read_ref("HEAD").await? else { return Ok(()) };
    let heads = heads(app, &repository, ours).await?;
    for path in files(report) {
        for (theirs, name) in &heads {
            let brought = brought(&repository, ours, *theirs, &path).await?;
            app.output.always(&text(&path, &brought, name));
        }
    }
    Ok(())
}

/// The commits that are merged, with their names. Git says them in the environment of a merge
/// that it finishes itself, and in `MERGE_HEAD` after a conflict.
async fn heads(
    app: &App,
    repository: &LibgitRepository,
    ours: ObjectId,
) -> Result<Vec<(ObjectId, String)>, CliError> {
    let mut heads = app.environment.merged_commits();
    if let Some(head) = repository.read_ref("MERGE_HEAD").await?.filter(|_| heads.is_empty()) {
        heads.push((head, "the other side".to_owned()));
    }
    heads.retain(|(head, _)| *head != ours);
    Ok(heads)
}

fn files(report: &Report) -> BTreeSet<TreePath> {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.path.clone()).collect()
}

/// One line a file; none where no field changed.
fn text(path: &TreePath, brought: &Brought, name: &str) -> String {
    let sides = [("HEAD", &brought.ours), (name, &brought.theirs)];
    let sides = sides.into_iter().filter(|(_, fields)| !fields.is_empty());
    let sides: Vec<String> = sides.map(|(name, fields)| changed(name, fields)).collect();
    if sides.is_empty() { String::new() } else { format!("{path}: {}\n", sides.join("; ")) }
}

fn changed(name: &str, fields: &[String]) -> String {
    let named: Vec<String> = fields.iter().take(MOST_FIELDS).map(|field| escape(field)).collect();
    let more = fields.len().saturating_sub(MOST_FIELDS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{name} changed {}{more}", named.join(", "))
}
