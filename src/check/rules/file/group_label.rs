//! `group-label`: an instance group belongs to the cluster it lies in.

use super::{Check, File, Problem, Rule};
use crate::check::place::Role;
use crate::model::Severity;
use crate::yaml::Yaml;

const LABEL: &str = "kops.k8s.io/cluster";

pub(super) static RULE: Rule = Rule {
    id: "group-label",
    summary: "an instance group is labelled for another cluster",
    explanation: "\
The label kops.k8s.io/cluster says which cluster a group belongs to. `kops replace` trusts it and \
would write the group into that other cluster. Groups without the label are fine: kops adds it.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let place = file.place.as_ref().filter(|place| place.role == Role::InstanceGroup);
    let label =
        yaml.documents.first().and_then(|first| first.root.at(&["metadata", "labels", LABEL]));
    let (Some(place), Some(label)) = (place, label) else { return Vec::new() };
    let text = label.text().unwrap_or_default();
    if text == place.cluster {
        return Vec::new();
    }
    let message =
        format!("the group lies in cluster '{}' but is labelled for '{text}'", place.cluster);
    let problem = Problem::at(label.span, message).field(format!("metadata.labels[{LABEL:?}]"));
    vec![
        problem
            .help(format!("write '{LABEL}: {}'", place.cluster))
            .fix(place.cluster.clone(), false),
    ]
}
