//! `unknown-file`: a file that kops stumbles over.

use super::{Check, File, Problem, Rule};
use crate::check::place::{Place, Role};
use crate::check::subject::Change;
use crate::model::{Class, Profile, Severity};

pub(super) static RULE: Rule = Rule {
    id: "unknown-file",
    summary: "a file that has no place in kops' store",
    explanation: "\
kops takes every file in instancegroup/ for an instance group, and fails at all commands if one is \
not; every file in pki/ssh/public for a key; and refuses to delete a cluster below which there is a \
file it does not know. Keep notes and scripts outside the store's part of the tree: at the top under \
a name that begins with a dot, or anywhere once the remote mirrors into a `directory`.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::File(check),
};

const OUTSIDE: &str = "move it to the top under a name that begins with a dot, or mirror the store into a 'directory'";

fn check(file: &File<'_>) -> Vec<Problem> {
    let subject = file.subject;
    let is_kops = file.profile == Profile::Kops && subject.key.is_some();
    if !is_kops || matches!(subject.change(), Change::Removed) {
        return Vec::new();
    }
    if let Some(problem) = file.place.as_ref().and_then(misplaced) {
        return vec![problem];
    }
    if subject.class != Class::Unknown || subject.change() == Change::Same {
        return Vec::new();
    }
    let message = match &file.place {
        Some(place) => format!(
            "kops knows no '{}' in a cluster, and refuses to delete a cluster that holds unknown files",
            place.rest
        ),
        None => {
            "this file belongs to no cluster; pushing it would put it into the store".to_owned()
        }
    };
    let problem = Problem::new(message).help(OUTSIDE);
    let is_new = subject.change() == Change::Added;
    vec![if is_new { problem } else { problem.severity(Severity::Warning) }]
}

/// Files in folders where kops takes everything for something.
fn misplaced(place: &Place) -> Option<Problem> {
    let what = match place.role {
        Role::InstanceGroup => "an instance group, and fails at every command",
        _ if place.rest.starts_with("pki/ssh/public/") => "an SSH public key",
        _ if place.rest.starts_with("secrets/") => "a secret",
        _ => return None,
    };
    let name = place.file_name();
    let message = format!("kops takes '{name}' for {what}");
    is_stray(name).then(|| Problem::new(message).help(OUTSIDE))
}

/// Names that editors, merges and people leave behind.
fn is_stray(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let endings =
        [".md", ".txt", ".orig", ".rej", ".bak", ".swp", ".tmp", "~", ".yaml", ".yml", ".json"];
    let is_temporary = lower
        .strip_prefix("tmp")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    name.starts_with('.')
        || lower.starts_with("readme")
        || lower.contains(".conflict")
        || endings.iter().any(|ending| lower.ends_with(ending))
        || is_temporary
}
