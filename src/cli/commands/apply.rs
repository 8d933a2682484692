//! `git store apply`

use super::edit::{Edit, Workplace};
use crate::cli::app::App;
use crate::cli::args::edit::ApplyArgs;
use crate::cli::error::{CliError, Exit};
use crate::edit::apply;
use crate::model::TreePath;
use crate::yaml::{Document, Value, parse, read};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// Merges partial objects into those that are there.
pub async fn run(app: &App, args: ApplyArgs) -> Result<Exit, CliError> {
    let overlay = overlay(app, &args.file)?;
    let documents = documents(&overlay)?;
    let place = Workplace::open(app).await?;
    let mut edits: BTreeMap<TreePath, Edit> = BTreeMap::new();
    let mut names = Vec::new();
    for document in &documents {
        let name = object(document, args.object.as_deref())?;
        let path = place.file(&name)?;
        let mut edit = match edits.remove(&path) {
            Some(edit) => edit,
            None => {
                let old = place.read(&path)?;
                Edit { path: path.clone(), new: old.clone(), old }
            }
        };
        let merged = apply(&edit.new, document.as_bytes());
        edit.new = merged.map_err(|error| CliError::usage(&format!("{name}: {error}")))?;
        edits.insert(path, edit);
        names.push(name);
    }
    let edits: Vec<Edit> = edits.into_values().collect();
    place.finish(app, &edits, &args.edit, &format!("{}: apply options", names.join(", ")))
}

fn overlay(app: &App, file: &Path) -> Result<String, CliError> {
    let unreadable = |error: std::io::Error| CliError::unreadable(file, &error);
    if file != Path::new("-") {
        return fs::read_to_string(app.path(file)).map_err(unreadable);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// The documents of the overlay, as kops separates them, without empty ones.
fn documents(overlay: &str) -> Result<Vec<String>, CliError> {
    let mut documents = vec![String::new()];
    for line in overlay.lines() {
        match documents.last_mut() {
            Some(last) if line != "---" => *last += &format!("{line}\n"),
            _ => documents.push(String::new()),
        }
    }
    documents.retain(|text| parse(text.as_bytes()).documents.iter().any(|one| !one.root.is_null()));
    if documents.is_empty() {
        return Err(CliError::usage("the file names no field"));
    }
    Ok(documents)
}

/// Which object a document is for: the one that was named, or the one that it names itself.
fn object(text: &str, named: Option<&str>) -> Result<String, CliError> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let yaml = parse(text.as_bytes());
    let value = yaml.documents.first().and_then(|document: &Document| read(document));
    let text = |path: &[&str]| value.as_ref().and_then(|value: &Value<'_>| value.at(path)?.text());
    let name = text(&["metadata", "name"]);
    let cluster = text(&["metadata", "labels", "kops.k8s.io/cluster"]);
    match (text(&["kind"]), name, cluster) {
        (Some("Cluster"), Some(name), _) => Ok(name.to_owned()),
        (Some("InstanceGroup"), Some(name), Some(cluster)) => Ok(format!("{cluster}/{name}")),
        _ => Err(unplaced()),
    }
}

fn unplaced() -> CliError {
    let error = CliError::usage("a document does not say which object it is for");
    error.hint("add kind, metadata.name and the label kops.k8s.io/cluster, or name CLUSTER[/GROUP]")
}
