//! `control-plane-group`: a group of the control plane is one machine.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::{GroupRole, role};
use crate::model::Severity;
use crate::yaml::Data;

pub(super) static RULE: Rule = Rule {
    id: "control-plane-group",
    summary: "a group of the control plane that is not one machine in a subnet",
    explanation: "\
Each group of the control plane is one member of every etcd cluster: kops refuses it with more \
than one machine, and without a subnet. For a larger control plane add groups, each with a member \
in every etcd cluster. kops takes 0 machines, but then the member is missing.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    if role(group) != Some(GroupRole::ControlPlane) {
        return Vec::new();
    }
    let sizes = ["minSize", "maxSize"].into_iter().filter_map(|name| size(group, name));
    subnets(group).into_iter().chain(sizes).collect()
}

fn subnets(group: &Object<'_>) -> Option<Problem> {
    let message = "a group of the control plane needs a subnet";
    let problem = match group.field("spec.subnets") {
        None => group.missing("spec.subnets", message),
        Some(field) => match &field.value.data {
            Data::List(items) if items.is_empty() => field.problem(message),
            _ => return None,
        },
    };
    Some(problem.help("name one of the cluster's subnets below 'subnets:'"))
}

fn size(group: &Object<'_>, name: &str) -> Option<Problem> {
    let field = group.field(&format!("spec.{name}"))?;
    let problem = match field.integer()? {
        1 => return None,
        2.. => field.problem(format!("{name} of a group of the control plane is more than 1")),
        _ => field
            .problem(format!("{name} is less than 1, so the control plane lacks this machine"))
            .severity(Severity::Warning),
    };
    Some(problem.help(format!("write '{name}: 1'; for more machines add groups")).fix("1", false))
}
