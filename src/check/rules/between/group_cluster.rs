//! `group-cluster`: an instance group of a manifest finds its cluster.

use super::{Check, Object, Problem, Rule, Scope, at_name};
use crate::check::object::{GroupRole, role};
use crate::model::Severity;

const LABEL: &str = "kops.k8s.io/cluster";

pub(super) static RULE: Rule = Rule {
    id: "group-cluster",
    summary: "an instance group that does not belong to the cluster it stands with",
    explanation: "\
`kops create -f` and `kops replace -f` put a group into the cluster that its label \
kops.k8s.io/cluster names, whatever stands beside it: with another cluster's name the group would be \
written there, and without the label it is refused. They go through a file from the top, so a \
group above its cluster finds none. A group whose cluster is not among the files is checked alone.",
    severity: Severity::Warning,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    if !scope.is_manifest {
        return Vec::new();
    }
    let Some(cluster) = scope.cluster else { return alone(scope).into_iter().collect() };
    let beside = scope.groups.iter().filter(|group| group.file == cluster.file);
    let problems = |group: &&'a Object<'a>| {
        let group = *group;
        let parts = [label(cluster, group), order(cluster, group)];
        parts.into_iter().flatten().map(move |problem| (group, problem))
    };
    beside.flat_map(problems).collect()
}

/// Groups without a cluster: with a control plane among them, their file has probably lost it.
fn alone<'a>(scope: &Scope<'a>) -> Option<(&'a Object<'a>, Problem)> {
    let first = *scope.groups.first()?;
    let leads = |group: &&Object<'_>| role(group) == Some(GroupRole::ControlPlane);
    let is_lost = scope.groups.len() > 1 && scope.groups.iter().any(leads);
    let (severity, message) = match is_lost {
        true => (Severity::Warning, "the groups of a cluster stand here, but not the cluster"),
        false => {
            (Severity::Note, "the cluster is not among the files, so the group is checked alone")
        }
    };
    let problem = at_name(first, message.to_owned()).severity(severity);
    Some((first, problem.help("check the group together with its cluster")))
}

fn label(cluster: &Object<'_>, group: &Object<'_>) -> Option<Problem> {
    let name = cluster.name().filter(|name| !name.is_empty())?;
    let help = format!("write '{LABEL}: {name}' below metadata.labels");
    let label = group.field("metadata.labels").and_then(|labels| {
        labels.entries().find(|(key, value)| *key == LABEL && !value.value.is_null())
    });
    let Some((_, label)) = label else {
        let message = format!("the group has no label {LABEL}, so kops finds no cluster for it");
        return Some(at_name(group, message).help(help));
    };
    let text = label.text().filter(|text| *text != name)?;
    let message = format!("the group stands with cluster '{name}' but is labelled for '{text}'");
    // kops does as the label says, which is hardly what is meant.
    Some(label.problem(message).help(help).fix(name, false))
}

fn order(cluster: &Object<'_>, group: &Object<'_>) -> Option<Problem> {
    let start = |object: &Object<'_>| object.root().value.node.bytes.start;
    let message = "the group stands above its cluster, so 'kops create -f' finds none";
    let problem = || at_name(group, message.to_owned());
    (start(group) < start(cluster)).then(|| problem().help("move the cluster to the top"))
}
