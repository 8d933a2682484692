//! `secret-plain`: a secret that everybody with the repository could read.

use super::{Check, File, Problem, Rule};
use crate::check::engine::MOST_PROBLEMS;
use crate::check::secrets::SecretHit;
use crate::model::{Severity, Span};
use crate::yaml::{Yaml, walk};

pub(super) static RULE: Rule = Rule {
    id: "secret-plain",
    summary: "a secret in plain text",
    explanation: "\
Whoever can read the repository, now or later, can read this: private keys, access keys, tokens, \
passwords, registry logins, Kubernetes Secrets with content, also within base64. Take it out of \
every commit that holds it and replace it: it is known now. Give secrets to kops with \
`kops create secret`, or let pods fetch them from a secret manager. What finds it is shown by \
kind and place only. A false alarm is allowed by a comment with a reason; on the way from the \
store such a file is kept out of git all the same.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::File(check),
};

fn check(file: &File<'_>) -> Vec<Problem> {
    file.hits().iter().take(MOST_PROBLEMS + 1).map(|hit| problem(file, hit)).collect()
}

fn problem(file: &File<'_>, hit: &SecretHit) -> Problem {
    let message = if hit.field.is_empty() {
        format!("{} in plain text", hit.kind)
    } else {
        format!("{} in plain text, in '{}'", hit.kind, hit.field)
    };
    let path = file.yaml().and_then(|yaml| field_at(yaml, hit.span));
    Problem::at(hit.span, message)
        .field(path.unwrap_or_else(|| hit.field.clone()))
        .help("take it out of every commit, replace it, and hand it over as a secret")
}

/// The field that a place lies in.
fn field_at(yaml: &Yaml, place: Span) -> Option<String> {
    let at = (place.line, place.column);
    let mut field = None;
    for document in &yaml.documents {
        walk(&document.root, &mut |visit| {
            let span = visit.node.span;
            let is_inside = (span.line, span.column) <= at && at < (span.end_line, span.end_column);
            let is_leaf = visit.node.pairs().is_empty() && visit.node.items().is_empty();
            if is_inside && is_leaf {
                field = Some(visit.path.to_owned());
            }
        });
    }
    field
}
