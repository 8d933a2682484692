//! `removed-fields`: settings that kops once knew, and now refuses.

use super::{Check, Field, Object, Problem, Rule, is_set, last_name};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "removed-fields",
    summary: "a setting is used that kops has given up",
    explanation: "\
kops still knows the names of settings that it has given up, most of them because Kubernetes has \
dropped what they set, and refuses a cluster that uses one. The help says what has taken its place. \
A few are read and lead to servers that do not start; these are warnings.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

/// Fields of the cluster, each with what to do instead.
const FIELDS: &[(&str, &str)] = &[
    ("spec.dnsControllerGossipConfig", "remove it: gossip is gone since kops 1.37"),
    ("spec.docker", "remove it: machines run containerd since Kubernetes 1.24"),
    ("spec.gossipConfig", "remove it: gossip is gone since kops 1.37"),
    ("spec.kubeAPIServer.admissionControl", "use 'enableAdmissionPlugins'"),
    (
        "spec.kubeControllerManager.experimentalClusterSigningDuration",
        "use 'ClusterSigningDuration'",
    ),
    ("spec.kubeScheduler.usePolicyConfigMap", "use a KubeSchedulerConfiguration"),
    ("spec.nodeAuthorization", "remove it: kops does this by itself"),
];

/// Fields of `spec.kubelet` and `spec.masterKubelet`.
const KUBELET: &[(&str, &str)] = &[
    ("apiServers", "remove it: the kubelet lost it in 1.6"),
    ("bootstrapKubeconfig", "remove it: kops has its own way to let machines join"),
    ("configureCbr0", "remove it: the kubelet lost it in 1.5"),
    ("cpuCFSQuotaPeriod", "remove it: the kubelet lost it in 1.20"),
    ("enableCadvisorJsonEndpoints", "remove it: the kubelet lost it in 1.21"),
    ("experimentalAllowedUnsafeSysctls", "use 'allowedUnsafeSysctls'"),
    ("networkPluginMTU", "remove it: the kubelet lost it in 1.24"),
    ("networkPluginName", "remove it: the kubelet lost it in 1.24"),
    ("nonMasqueradeCIDR", "remove it: the kubelet lost it in 1.24"),
    ("podInfraContainerImage", "use 'spec.containerd.sandboxImage'"),
    ("requireKubeconfig", "remove it: the kubelet lost it in 1.10"),
];

/// Those of them for which an empty text means nothing.
const TEXTS: &[&str] = &["apiServers", "bootstrapKubeconfig", "podInfraContainerImage"];

/// Lists that make no difference when they are empty.
const LISTS: &[&str] = &["spec.kubeAPIServer.admissionControl"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let is_nothing =
        |path: &str, field: &Field<'_>| LISTS.contains(&path) && field.items().is_empty();
    let fields = FIELDS.iter().filter_map(|(path, instead)| {
        Some((cluster.field(path).filter(|field| !is_nothing(path, field))?, *instead))
    });
    let kubelets = ["spec.kubelet", "spec.masterKubelet"].into_iter();
    let kubelets = kubelets.filter_map(|path| cluster.field(path)).flat_map(of_kubelet);
    let found = fields.chain(kubelets).map(|(field, instead)| removed(field, instead));
    found.chain(tokens(cluster)).chain(policies(cluster)).chain(insecure_port(cluster)).collect()
}

/// The removed fields of a kubelet, each with what to do instead.
pub(super) fn of_kubelet(kubelet: Field<'_>) -> Vec<(Field<'_>, &'static str)> {
    let fields = KUBELET.iter().map(|(name, instead)| (*name, kubelet.field(name), *instead));
    let fields = fields.filter(|(name, field, _)| !TEXTS.contains(name) || is_set(*field));
    fields.filter_map(|(_, field, instead)| Some((field?, instead))).collect()
}

/// The problem of a removed field.
pub(super) fn removed(field: Field<'_>, instead: &str) -> Problem {
    field.key_problem(format!("kops has given up '{}'", last_name(&field))).help(instead)
}

fn tokens(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.field("spec.kubeAPIServer.enableBootstrapTokenAuth")?;
    let is_on = field.boolean() == Some(true);
    is_on.then(|| removed(field, "remove it: kops has its own way to let machines join"))
}

fn policies(cluster: &Object<'_>) -> Vec<Problem> {
    let plugins = cluster.fields("spec.kubeAPIServer.enableAdmissionPlugins[]");
    let removed = plugins.into_iter().filter(|field| field.text() == Some("PodSecurityPolicy"));
    removed
        .map(|field| {
            let problem = field.problem("'PodSecurityPolicy' is gone since Kubernetes 1.25");
            problem.help("use Pod Security Admission")
        })
        .collect()
}

/// kops means to refuse it, but forgets to.
fn insecure_port(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.field("spec.kubeAPIServer.insecurePort")?;
    let problem = removed(field, "remove it: kube-apiserver lost it in 1.24");
    Some(problem.severity(Severity::Warning))
}
