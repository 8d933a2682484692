//! `git store verify`

use crate::cli::app::App;
use crate::cli::args::VerifyArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::session::{Session, Wishes};
use crate::git::Repository;
use crate::model::ObjectId;
use crate::ops::OpsError;
use crate::ops::verify::{Difference, Verification, verify};

/// Compares the store with a commit, from scratch.
pub async fn run(app: &App, args: VerifyArgs) -> Result<Exit, CliError> {
    let session = app.session(Wishes::default()).await?;
    let commit = match &args.commit {
        Some(revision) => app.commit(&session, Some(revision))?,
        None => tracking(&session).await?,
    };
    let verification = verify(&session.context(), commit, args.deep).await?;
    app.show(|| text(&verification, commit), || json(&verification, commit));
    app.finish(&session);
    let is_equal = verification.differences.is_empty();
    Ok(if is_equal { Exit::Success } else { Exit::Differences })
}

async fn tracking(session: &Session<'_>) -> Result<ObjectId, CliError> {
    let tip = session.repository.read_ref(&session.target.tracking_ref()).await;
    Ok(tip.map_err(OpsError::from)?.ok_or(OpsError::NeverFetched)?)
}

fn text(verification: &Verification, commit: ObjectId) -> String {
    let Verification { by_digest, by_content, pointers, differences } = verification;
    let mut text = String::new();
    for (key, difference) in differences {
        let what = match difference {
            Difference::Missing => "is missing in the store",
            Difference::Extra => "is in the store only",
            Difference::Content => "has other content in the store",
        };
        text += &format!("{key} {what}\n");
    }
    text += &format!(
        "{by_digest} objects equal by digest, {by_content} byte for byte, {pointers} by presence only\n"
    );
    let commit = commit.short();
    text + &match differences.len() {
        0 => format!("The store equals {commit}.\n"),
        many => format!("The store differs from {commit} in {many} objects.\n"),
    }
}

fn json(verification: &Verification, commit: ObjectId) -> serde_json::Value {
    let differences: Vec<_> = verification
        .differences
        .iter()
        .map(|(key, difference)| serde_json::json!({ "key": key, "difference": difference }))
        .collect();
    serde_json::json!({
        "version": 1,
        "commit": commit,
        "equal": verification.differences.is_empty(),
        "by_digest": verification.by_digest,
        "by_content": verification.by_content,
        "pointers": verification.pointers,
        "differences": differences,
    })
}
