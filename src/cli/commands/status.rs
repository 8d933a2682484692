//! `git store status`

use crate::cli::app::App;
use crate::cli::error::{CliError, Exit};
use crate::cli::render::fetch::PendingPush;
use crate::cli::render::status::{self, Status};
use crate::cli::session::{Session, Wishes};
use crate::model::pointer::Reason;
use crate::ops;

/// Shows where branch, tracking ref and store stand.
pub async fn run(app: &App) -> Result<Exit, CliError> {
    let session = app.session(Wishes::default()).await?;
    let status = ops::status::status(&session.context()).await?;
    let status = shown(&session, status)?;
    app.show(|| status::text(&status), || status::json(&status));
    app.finish(&session);
    Ok(Exit::Success)
}

fn shown(session: &Session<'_>, status: ops::status::Status) -> Result<Status, CliError> {
    let observation = status.observation;
    let (ahead, behind) = match (status.branch, observation.state.tip) {
        (Some(branch), Some(tip)) => session.repository.ahead_behind(branch, tip)?,
        _ => (0, 0),
    };
    let is_unclean = |(_, reason): &&(_, Reason)| *reason == Reason::Unclean;
    Ok(Status {
        store: session.url.to_string(),
        level: status.level,
        tracking_ref: session.target.tracking_name(),
        tracking: observation.state.tip,
        branch: session.target.branch.clone(),
        tip: status.branch,
        ahead,
        behind,
        unclean: observation.withheld.iter().filter(is_unclean).map(|(key, _)| key.clone()).collect(),
        drift: Some(observation.changes),
        unpushed: status.unpushed,
        pending: observation.pending.as_ref().map(PendingPush::from),
        pointers: status.pointers,
    })
}
