//! `git store plan`

use crate::cli::App;
use crate::cli::args::PlanArgs;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::render::{self, plan::Contents};
use crate::cli::session::{Session, Wishes};
use crate::git::Repository;
use crate::model::{ObjectId, Plan};
use crate::ops;
use crate::ops::push::{PushOptions, push};

/// Shows what a push would change.
pub async fn run(app: &App, args: PlanArgs) -> Result<Exit, CliError> {
    let session = app.session(Wishes::allow_delete(args.allow_delete)).await?;
    let commit = app.commit(&session, args.commit.as_deref())?;
    let options = PushOptions { dry_run: true, actor: app.environment.actor() };
    let report = push(&session.context(), commit, &options).await?;
    let contents = contents(&session, &report.plan).await?;
    app.show(
        || render::plan::text(&report.plan, &contents, app.styles()),
        || render::plan::json(&report.plan),
    );
    app.findings(&session, commit, &report.accepted)?;
    app.finish(&session);
    let has_changes = args.detailed_exitcode && !report.plan.steps.is_empty();
    Ok(if has_changes { Exit::Differences } else { Exit::Success })
}

/// What each step replaces and brings, for the diff.
async fn contents(session: &Session, plan: &Plan) -> Result<Contents, CliError> {
    let mut contents = Contents::new();
    for step in &plan.steps {
        let pair = (read(session, step.old).await?, read(session, step.new).await?);
        contents.insert(step.key.clone(), pair);
    }
    Ok(contents)
}

async fn read(session: &Session, blob: Option<ObjectId>) -> Result<Option<Vec<u8>>, CliError> {
    match blob {
        Some(blob) => Ok(Some(session.repository.blob(blob).await.map_err(ops::OpsError::from)?)),
        None => Ok(None),
    }
}
