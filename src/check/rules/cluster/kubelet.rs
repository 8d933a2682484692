//! `kubelet`: settings of the kubelets that Kubernetes or kops refuses.

use super::{Check, Cloud, Field, Object, Problem, Rule, Scope, cloud};
use crate::check::duration::{SECOND, nanoseconds};
use crate::check::object::Kind;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "kubelet",
    summary: "settings of the kubelets do not fit, or crash kops",
    explanation: "\
shutdownGracePeriodCriticalPods is part of shutdownGracePeriod: kops refuses it when it is longer \
and crashes when there is none. crashLoopBackOffMaxContainerRestartPeriod lies between 1s and 300s. \
The cloudProvider of a component is external, or left out. kops checks the kubelets of the cluster, \
but not those of instance groups; what is wrong there is found out by the machines, so it is a \
warning.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

/// Components with a field `cloudProvider`.
const COMPONENTS: &[&str] =
    &["spec.kubelet", "spec.masterKubelet", "spec.kubeAPIServer", "spec.kubeControllerManager"];

fn check(object: &Object<'_>, _: &Scope<'_>) -> Vec<Problem> {
    let kubelets = ["spec.kubelet", "spec.masterKubelet"].into_iter();
    let kubelets = kubelets.filter_map(|path| object.field(path));
    if object.kind == Kind::InstanceGroup {
        return kubelets.flat_map(of_group).collect();
    }
    let clouds = COMPONENTS.iter().filter_map(|path| object.field(path)?.field("cloudProvider"));
    let cloud = cloud(object);
    let clouds = clouds.filter_map(|field| other_cloud(field, cloud));
    kubelets.flat_map(of_cluster).chain(clouds).collect()
}

fn of_cluster(kubelet: Field<'_>) -> Vec<Problem> {
    [grace_period(kubelet), restart_period(kubelet)].into_iter().flatten().collect()
}

/// What kops does not look at in a group.
fn of_group(kubelet: Field<'_>) -> Vec<Problem> {
    let removed = super::removed_fields::of_kubelet(kubelet).into_iter();
    let removed = removed.map(|(field, instead)| super::removed_fields::removed(field, instead));
    let values = super::setting_values::of_kubelet(kubelet);
    let problems = of_cluster(kubelet).into_iter().chain(removed).chain(values);
    problems.map(|problem| problem.severity(Severity::Warning)).collect()
}

fn grace_period(kubelet: Field<'_>) -> Option<Problem> {
    let critical = kubelet.field("shutdownGracePeriodCriticalPods")?;
    let Some(whole) = kubelet.field("shutdownGracePeriod") else {
        let message = "kops crashes when there is no 'shutdownGracePeriod' beside it";
        return Some(critical.key_problem(message));
    };
    let is_longer = nanoseconds(critical.text()?)? > nanoseconds(whole.text()?)?;
    is_longer
        .then(|| critical.problem("a part of 'shutdownGracePeriod' cannot be longer than that"))
}

fn restart_period(kubelet: Field<'_>) -> Option<Problem> {
    let field = kubelet.field("crashLoopBackOffMaxContainerRestartPeriod")?;
    let period = nanoseconds(field.text()?)?;
    let is_within = (SECOND..=300 * SECOND).contains(&period);
    let message = format!("'{}' does not lie between 1s and 300s", field.text()?);
    (!is_within).then(|| field.problem(message))
}

fn other_cloud(field: Field<'_>, cloud: Option<Cloud>) -> Option<Problem> {
    let own = match cloud? {
        Cloud::Aws => "aws",
        Cloud::Gce => "gce",
        Cloud::OpenStack => "openstack",
        Cloud::Azure => "azure",
        Cloud::DigitalOcean | Cloud::Hetzner | Cloud::Scaleway => "external",
        Cloud::Linode | Cloud::Metal => return None,
    };
    let text = field.text().filter(|text| !["", "external", own].contains(text))?;
    let problem = field.problem(format!("the cluster is not on '{text}'"));
    Some(problem.help("leave it out, or write 'external'"))
}
