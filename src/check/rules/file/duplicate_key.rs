//! `duplicate-key`: one key, two values.

use super::{Check, File, Problem, Rule};
use crate::model::Severity;
use crate::yaml::{Node, Yaml, walk};
use std::collections::HashMap;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-key",
    summary: "a key occurs twice in one mapping",
    explanation: "\
Of several values of one key kops takes the last one and drops the others without a word. The \
usual cause is a merge, or a section pasted a second time. Keep the value that is meant.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Yaml(check),
};

fn check(_: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let mut problems = Vec::new();
    for document in &yaml.documents {
        walk(&document.root, &mut |visit| problems.extend(duplicates(visit.path, visit.node)));
    }
    problems
}

fn duplicates(path: &str, node: &Node) -> Vec<Problem> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut problems = Vec::new();
    for pair in node.pairs() {
        let Some(key) = pair.key.text() else { continue };
        if let Some(line) = seen.insert(key, pair.key.span.line) {
            let message = format!(
                "'{key}' is already set in line {line}; kops takes this value and drops that one"
            );
            let field = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            problems
                .push(Problem::at(pair.key.span, message).field(field).help("keep one of the two"));
        }
    }
    problems
}
