//! `git store push`

use crate::cli::app::App;
use crate::cli::args::PushArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::render;
use crate::cli::session::Wishes;
use crate::ops::push::{PushOptions, push};

/// Changes the store to what a commit says.
pub async fn run(app: &App, args: PushArgs) -> Result<Exit, CliError> {
    let wishes =
        Wishes::allow_delete(args.allow_delete).allow(args.allow).accept_races(args.accept_races);
    let session = app.session(wishes).await?;
    let commit = app.commit(&session, args.commit.as_deref())?;
    let options = PushOptions { dry_run: args.dry_run, actor: app.actor(&session) };
    let report = push(&session.context(), commit, &options).await?;
    app.show(|| render::push::text(&report), || render::push::json(&report));
    app.output.message(&render::findings::text(&report.accepted));
    app.finish(&session);
    Ok(report.ending.into())
}
