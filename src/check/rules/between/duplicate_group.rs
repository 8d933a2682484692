//! `duplicate-group`: one name, one group.

use super::{Check, Object, Problem, Rule, Scope, at_name};
use crate::model::Severity;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-group",
    summary: "two instance groups of one name in a file",
    explanation: "\
`kops create -f` refuses the second group of a name, and `kops replace -f` writes it over the first \
one without a word.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    let mut seen = BTreeSet::new();
    let named = scope.groups.iter().filter_map(|group| Some((*group, group.name()?)));
    let again = named.filter(|(group, name)| !name.is_empty() && !seen.insert((group.file, *name)));
    let problem = |(group, name): (&'a Object<'a>, &str)| {
        let message = format!("the file has another instance group '{name}' above");
        (group, at_name(group, message).help("rename one of the two, or remove it"))
    };
    again.map(problem).collect()
}
