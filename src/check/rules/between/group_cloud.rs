//! `group-cloud`: what a group has only on some clouds.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::{Cloud, GroupRole, cloud, role};
use crate::model::Severity;

/// The types of root volumes on AWS.
const VOLUME_TYPES: &[&str] = &["standard", "gp3", "gp2", "io1", "io2"];

pub(super) static RULE: Rule = Rule {
    id: "group-cloud",
    summary: "an instance group that does not fit its cluster's cloud",
    explanation: "\
Groups with the role APIServer are there on AWS, unless the cluster has topology.dns.type None, and \
on GCE. Only AWS has volumes of a group and groups for Karpenter. On AWS rootVolumeType is \
standard, gp2, gp3, io1 or io2. kops refuses anything else.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    let Some(cluster) = scope.cluster else { return Vec::new() };
    let Some(cloud) = cloud(cluster) else { return Vec::new() };
    let look = |group: &'a Object<'a>| {
        let parts = [
            api_server(cluster, group, cloud),
            volume_type(group, cloud),
            volumes(group, cloud),
            karpenter(group, cloud),
        ];
        parts.into_iter().flatten().map(move |problem| (group, problem))
    };
    scope.groups.iter().copied().flat_map(look).collect()
}

fn api_server(cluster: &Object<'_>, group: &Object<'_>, cloud: Cloud) -> Option<Problem> {
    let has_no_dns = cluster.text("spec.topology.dns.type") == Some("None");
    let message = match cloud {
        _ if role(group) != Some(GroupRole::ApiServer) => return None,
        Cloud::Gce => return None,
        Cloud::Aws if !has_no_dns => return None,
        Cloud::Aws => "groups with the role APIServer need a topology.dns.type other than None",
        _ => "groups with the role APIServer are there on AWS and GCE only",
    };
    Some(group.field("spec.role")?.problem(message).help("write 'role: Node', or remove the group"))
}

fn volume_type(group: &Object<'_>, cloud: Cloud) -> Option<Problem> {
    let field = group.field("spec.rootVolumeType").filter(|_| cloud == Cloud::Aws)?;
    let text = field.text().filter(|text| !VOLUME_TYPES.contains(text))?;
    let problem = field.problem(format!("AWS has no volumes of the type '{text}'"));
    let same = VOLUME_TYPES.iter().find(|value| value.eq_ignore_ascii_case(text));
    Some(match same {
        Some(value) => problem.help(format!("write {value}")).fix(*value, false),
        None => problem.help(format!("write one of {}", VOLUME_TYPES.join(", "))),
    })
}

fn volumes(group: &Object<'_>, cloud: Cloud) -> Option<Problem> {
    let field = group.field("spec.volumes").filter(|_| cloud != Cloud::Aws)?;
    let problem = || field.key_problem(format!("kops makes no volumes of a group on {cloud}"));
    (!field.items().is_empty()).then(|| problem().help("remove volumes"))
}

fn karpenter(group: &Object<'_>, cloud: Cloud) -> Option<Problem> {
    let field = group.field("spec.manager").filter(|_| cloud != Cloud::Aws)?;
    let is_karpenter = field.text() == Some("Karpenter");
    let problem = || field.problem(format!("kops has no Karpenter on {cloud}"));
    is_karpenter.then(|| problem().help("remove 'manager: Karpenter'"))
}
