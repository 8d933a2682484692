//! `git store fetch`

use crate::cli::app::App;
use crate::cli::args::FetchArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::render::fetch::{Fetched, json, text, warnings};
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
pub fn report(app: &App, session: &Session<'_>, observation: &Observation) {
    let store = session.url.to_string();
    let tracking = session.target.tracking_name();
    let fetched = Fetched::new(&store, &tracking, observation);
    app.show(|| text(&fetched), || json(&fetched));
    if !app.global.json {
        warnings(&fetched).iter().for_each(|warning| app.output.warning(warning));
    }
}
