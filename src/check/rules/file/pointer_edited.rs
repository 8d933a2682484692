//! `pointer-edited`: pointers are git-store's own.

use super::{Check, File, Problem, Rule};
use crate::check::subject::Change;
use crate::model::{Severity, pointer};

pub(super) static RULE: Rule = Rule {
    id: "pointer-edited",
    summary: "a pointer was written by hand",
    explanation: "\
A pointer stands for an object whose content stays in the store. Only git-store writes pointers. \
Pushing one by hand would write the pointer's text over the object itself, and a file put where \
a pointer was would overwrite what nobody has seen. Restore the file from the store's branch.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::File(check),
};

fn check(file: &File<'_>) -> Vec<Problem> {
    let was_pointer = file.subject.old.as_deref().is_some_and(pointer::is_pointer);
    let message = match (file.subject.change(), was_pointer, file.is_pointer()) {
        (Change::Added, _, true) => "a pointer was added by hand",
        (Change::Changed, true, true) => "a pointer was changed by hand",
        (Change::Changed, false, true) => "a pointer was put in place of the file's content",
        (Change::Changed, true, false) => "a file was put in place of a pointer",
        _ => return Vec::new(),
    };
    vec![Problem::new(message).help("restore the file as the store's branch has it")]
}
