//! `cert-manager`: what needs certificates has cert-manager beside it.

use super::{Check, Object, Problem, Rule, last_name};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cert-manager",
    summary: "an addon needs cert-manager, which is not enabled",
    explanation: "\
Some addons take their certificates from cert-manager. kops refuses them without \
spec.certManager.enabled: true; where cert-manager was installed by other means, add managed: false. \
metricsServer does without when it is insecure.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

const ADDONS: &[&str] = &[
    "spec.awsLoadBalancerController",
    "spec.metricsServer",
    "spec.podIdentityWebhook",
    "spec.snapshotController",
];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    if cluster.is_true("spec.certManager.enabled") {
        return Vec::new();
    }
    let addons = ADDONS.iter().filter(|path| cluster.is_true(&format!("{path}.enabled")));
    let needy = addons.filter(|path| !cluster.is_true(&format!("{path}.insecure")));
    needy
        .filter_map(|path| cluster.field(path))
        .map(|field| {
            let problem = field.key_problem(format!("'{}' needs cert-manager", last_name(&field)));
            problem.help("add 'certManager' with 'enabled: true' to 'spec'")
        })
        .collect()
}
