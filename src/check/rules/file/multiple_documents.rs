//! `multiple-documents`: what kops does not read, or reads as part of something else.

use super::{Check, File, Problem, Rule};
use crate::check::lines::{line_span, lines};
use crate::check::place::Role;
use crate::model::Severity;
use crate::yaml::Yaml;

pub(super) static RULE: Rule = Rule {
    id: "multiple-documents",
    summary: "documents that kops does not read",
    explanation: "\
`config` and `instancegroup/NAME` hold one object each; kops reads the first document and ignores \
the rest. Where several objects are allowed, kops separates them at lines that are exactly `---`: \
with a space, a comment or text behind it the line is no separator, and the next object is \
swallowed. Lines that begin with `%` before a `---` make kops refuse the file.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    match file.role() {
        Role::Cluster | Role::InstanceGroup => extra(yaml).collect(),
        Role::Addons | Role::Manifest => separators(file, yaml),
        Role::Other => Vec::new(),
    }
}

fn extra(yaml: &Yaml) -> impl Iterator<Item = Problem> {
    yaml.documents.iter().skip(1).map(|document| {
        let is_empty = document.root.is_null();
        let severity = if is_empty { Severity::Warning } else { Severity::Error };
        let message = "kops reads the first document of this file and ignores this one";
        let help = "put it into a file of its own, and remove the '---'";
        Problem::at(document.root.span, message).severity(severity).help(help)
    })
}

fn separators(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    if yaml.documents.len() < 2 && yaml.documents.iter().all(|document| !document.is_explicit) {
        return Vec::new();
    }
    let is_odd =
        |line: &str| line.strip_prefix("---").is_some_and(|rest| rest.starts_with([' ', '\t']));
    let odd = lines(file.content().unwrap_or_default())
        .filter(|(_, line)| is_odd(line) || line.starts_with("%YAML"));
    odd.map(|(number, line)| {
        let message = "kops takes only a line that is exactly '---' for a separator";
        Problem::at(line_span(number, &line), message)
            .help("write '---' with nothing behind it")
            .fix("---", false)
    })
    .collect()
}
