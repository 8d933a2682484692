//! `path-encoding`: a path that names no key.

use super::{Check, File, Problem, Rule};
use crate::check::subject::Change;
use crate::model::{PathError, Severity};

pub(super) static RULE: Rule = Rule {
    id: "path-encoding",
    summary: "a path that stands for no key of the store",
    explanation: "\
In the store's part of the tree every path stands for exactly one key. `%` is the escape for what \
git or a file system cannot hold, and a literal `%` is `%25`. A path with a bad escape, or one that \
spells a key in another way than git-store does, could stand for two keys at once.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::File(check),
};

fn check(file: &File<'_>) -> Vec<Problem> {
    let Some(error) = &file.subject.path_error else { return Vec::new() };
    if file.subject.change() == Change::Removed {
        return Vec::new();
    }
    let problem = Problem::new(error.to_string());
    vec![match error {
        PathError::NotCanonical { expected, .. } => {
            problem.help(format!("git mv it to '{expected}'"))
        }
        PathError::BadEscape(_) => problem.help("write a literal '%' as '%25'"),
    }]
}
