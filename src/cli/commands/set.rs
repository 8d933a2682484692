//! `git store set`

use super::edit::{Edit, Workplace};
use crate::cli::app::App;
use crate::cli::args::edit::SetArgs;
use crate::cli::error::{CliError, Exit};
use crate::edit::{FieldPath, set, unset};

/// Sets and removes fields of one object.
pub async fn run(app: &App, args: SetArgs) -> Result<Exit, CliError> {
    let place = Workplace::open(app).await?;
    let path = place.file(&args.object)?;
    let old = place.read(&path)?;
    let mut new = old.clone();
    for assignment in &args.values {
        let (field, value) = split(assignment)?;
        new = set(&new, &field, value).map_err(|error| refused(assignment, &error))?;
    }
    for field in &args.unset {
        new = unset(&new, &parsed(field)?).map_err(|error| refused(field, &error))?;
    }
    let message = message(&args);
    place.finish(app, &[Edit { path, old, new }], &args.edit, &message)
}

/// The first `=` outside brackets divides the path from the value.
fn split(assignment: &str) -> Result<(FieldPath, &str), CliError> {
    let mut depth = 0_usize;
    let equals = assignment.char_indices().find(|(_, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == '=' && depth == 0
    });
    let missing = || CliError::usage(&format!("'{assignment}' is not PATH=VALUE"));
    let (at, _) = equals.ok_or_else(missing)?;
    Ok((parsed(&assignment[..at])?, &assignment[at + 1..]))
}

fn parsed(path: &str) -> Result<FieldPath, CliError> {
    path.parse().map_err(|error| CliError::usage(&format!("'{path}': {error}")))
}

fn refused(what: &str, error: &crate::edit::EditError) -> CliError {
    CliError::usage(&format!("{what}: {error}"))
}

/// The fields, without their values: a value may be long, and a message is for ever.
fn message(args: &SetArgs) -> String {
    let name = |assignment: &String| assignment.split('=').next().unwrap_or_default().to_owned();
    let set = args.values.iter().map(name);
    let fields: Vec<String> = set.chain(args.unset.iter().cloned()).collect();
    format!("{}: set {}", args.object, fields.join(", "))
}
