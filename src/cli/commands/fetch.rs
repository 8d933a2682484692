//! `git store fetch`

use crate::cli::App;
use crate::cli::args::FetchArgs;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::session::{Session, Wishes};
use crate::ops;
use crate::ops::observe::Observation;

/// Brings the store's changes onto its tracking ref.
pub async fn run(app: &App, args: FetchArgs) -> Result<Exit, CliError> {
    let session = app.session(Wishes::allow_delete(args.allow_delete)).await?;
    let observation = ops::fetch::fetch(&session.context()).await?;
    report(app, &session, &observation);
    app.finish(&session);
    Ok(Exit::Success)
}

/// Says what an observation brought.
pub fn report(app: &App, session: &Session, observation: &Observation) {
    app.show(
        || render::fetch::text(observation, &session.target, app.styles()),
        || render::fetch::json(observation, &session.target),
    );
}
