//! `key-material`: keys, secrets and backups stay in the store.

use super::{Check, File, Problem, Rule};
use crate::check::subject::Change;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "key-material",
    summary: "the content of a key, secret or backup is in git",
    explanation: "\
Below pki/private, secrets and backups lies what must never be in git: whoever reads it owns the \
cluster. git-store keeps pointers in their place, which say that an object exists and nothing \
else. If content was committed, take it out of the history and replace the key: it is known now. \
Removing a pointer asks for the removal of the key itself, which kops cannot make again.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::File(check),
};

fn check(file: &File<'_>) -> Vec<Problem> {
    let class = file.subject.class.name();
    if !file.holds_key_material() {
        return Vec::new();
    }
    match file.subject.change() {
        Change::Removed => {
            let message =
                format!("this asks to remove an object of class '{class}' from the store");
            vec![
                Problem::new(message)
                    .severity(Severity::Warning)
                    .help("restore the pointer unless the object shall go"),
            ]
        }
        _ if file.is_pointer() => Vec::new(),
        _ => {
            let message = format!("the content of an object of class '{class}' must not be in git");
            vec![Problem::new(message).help(
                "take it out of every commit, and replace the key or secret if anybody saw it",
            )]
        }
    }
}
