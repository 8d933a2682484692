//! `git store plan`

use crate::cli::app::App;
use crate::cli::args::PlanArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::render::{self, plan::Contents};
use crate::cli::session::{Session, Wishes};
use crate::git::Repository;
use crate::model::Plan;
use crate::ops::push::{PushOptions, push};

/// Shows what a push would change.
pub async fn run(app: &App, args: PlanArgs) -> Result<Exit, CliError> {
    let session = app.session(Wishes::allow_delete(args.allow_delete).allow(args.allow)).await?;
    let commit = app.commit(&session, args.commit.as_deref())?;
    let options = PushOptions { dry_run: true, actor: app.actor(&session) };
    let report = push(&session.context(), commit, &options).await?;
    let contents = contents(&session, &report.plan).await?;
    app.show(
        || render::plan::text(&report.plan, &contents),
        || render::plan::json(&report.plan, &contents),
    );
    app.output.message(&render::findings::text(&report.accepted));
    app.finish(&session);
    let has_changes = args.detailed_exitcode && !report.plan.steps.is_empty();
    Ok(if has_changes { Exit::Differences } else { Exit::Success })
}

/// What the steps replace and bring, for the diff.
async fn contents(session: &Session, plan: &Plan) -> Result<Contents, CliError> {
    let mut contents = Contents::new();
    for blob in render::plan::wanted(plan) {
        contents.insert(blob, session.repository.blob(blob).await?);
    }
    Ok(contents)
}
