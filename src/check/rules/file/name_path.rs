//! `name-path`: an object is named like its file.

use super::{Check, File, Problem, Rule};
use crate::check::place::{Place, Role};
use crate::model::Severity;
use crate::yaml::{Node, Yaml};

pub(super) static RULE: Rule = Rule {
    id: "name-path",
    summary: "metadata.name differs from the path",
    explanation: "\
kops finds a cluster by its directory and an instance group by its file name. Under another name \
inside, a cluster is listed but \"not found\", and a group is written to a second file by the next \
edit. Rename the file or directory, or write the name that the path says.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let Some(place) = file.place.as_ref() else { return Vec::new() };
    let (expected, what) = match place.role {
        Role::Cluster => (place.cluster.as_str(), "directory"),
        Role::InstanceGroup => (place.file_name(), "file"),
        Role::Addons | Role::Manifest | Role::Other => return Vec::new(),
    };
    let root = yaml.documents.first().map(|document| &document.root);
    let metadata = root.and_then(|root| root.get("metadata"));
    metadata.and_then(|metadata| compare(place, metadata, expected, what)).into_iter().collect()
}

fn compare(place: &Place, metadata: &Node, expected: &str, what: &str) -> Option<Problem> {
    let Some(name) = metadata.get("name") else {
        let message = format!("metadata.name is missing; the {what} says '{expected}'");
        return Some(
            Problem::at(metadata.span, message)
                .field("metadata")
                .help(format!("add 'name: {expected}'")),
        );
    };
    let text = name.text().unwrap_or_default();
    if text == expected {
        return None;
    }
    let message = if text.contains('/') {
        format!("the name '{text}' holds a '/': kops would write a key that it never finds again")
    } else {
        format!("the name is '{text}', but the {what} is '{expected}'")
    };
    let problem = Problem::at(name.span, message).field("metadata.name");
    let help = format!(
        "write 'name: {expected}', or rename '{}'",
        if what == "file" { &place.rest } else { &place.cluster }
    );
    Some(problem.help(help))
}
