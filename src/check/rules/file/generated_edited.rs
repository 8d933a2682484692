//! `generated-edited`: a file that only kops writes.

use super::{Check, File, Problem, Rule};
use crate::check::subject::Change;
use crate::model::{Class, Severity};

pub(super) static RULE: Rule = Rule {
    id: "generated-edited",
    summary: "a file that kops generates was changed by hand",
    explanation: "\
`kops update cluster` derives these files from the cluster and its instance groups, and their \
hashes are pinned elsewhere: in the channel of add-ons, and in the user data of machines, which \
refuse to start on a mismatch. Change config or instancegroup/* instead, and let kops write them.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::File(check),
};

fn check(file: &File<'_>) -> Vec<Problem> {
    if file.subject.class != Class::Generated {
        return Vec::new();
    }
    let verb = match file.subject.change() {
        Change::Added => "added",
        Change::Changed => "changed",
        Change::Removed if file.loses_cluster => return Vec::new(),
        Change::Removed => "removed",
        Change::Same => return Vec::new(),
    };
    let message = format!("a file that 'kops update cluster' generates was {verb} by hand");
    vec![
        Problem::new(message)
            .help("undo it; change config or instancegroup/* and run 'kops update cluster'"),
    ]
}
