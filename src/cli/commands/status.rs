//! `git store status`

use crate::cli::App;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::session::Wishes;
use crate::ops;

/// Shows where branch, tracking ref and store stand.
pub async fn run(app: &App) -> Result<Exit, CliError> {
    let session = app.session(Wishes::default()).await?;
    let status = ops::status::status(&session.context()).await?;
    app.show(
        || render::status::text(&status, &session.url, &session.target, app.styles()),
        || render::status::json(&status, &session.url, &session.target),
    );
    app.finish(&session);
    Ok(Exit::Success)
}
