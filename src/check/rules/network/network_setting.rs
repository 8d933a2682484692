//! `network-setting`: settings that take certain words.

use super::{Check, Problem, Rule};
use crate::check::object::{Field, Object};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "network-setting",
    summary: "a setting of a network plugin or of the API's load balancer has an unknown value",
    explanation: "\
Many settings below networking take one of a few words, in which capitals count. kops refuses any \
other. A few it does not look at, such as flannel's backend when it is missing or the type of the \
API's load balancer, and the cluster comes up without what was meant.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

/// The settings with the words that they take, below `spec`.
const SETTINGS: &[(&str, &[&str])] = &[
    ("networking.calico.awsSrcDstCheck", &["Enable", "Disable", "DoNothing"]),
    ("networking.calico.bpfExternalServiceMode", &["Tunnel", "DSR"]),
    ("networking.calico.bpfLogLevel", &["Off", "Info", "Debug"]),
    ("networking.calico.chainInsertMode", &["insert", "append"]),
    ("networking.calico.encapsulationMode", &["ipip", "vxlan", "none"]),
    ("networking.calico.ipipMode", &["Always", "CrossSubnet", "Never"]),
    ("networking.calico.iptablesBackend", &["Auto", "Legacy", "NFT"]),
    ("networking.calico.vxlanMode", &["Always", "CrossSubnet", "Never"]),
    ("networking.cilium.bpfLBAlgorithm", &["random", "maglev"]),
    ("networking.cilium.enablePolicy", &["default", "always", "never"]),
    ("networking.cilium.encryptionType", &["ipsec", "wireguard"]),
    ("networking.cilium.identityAllocationMode", &["crd", "kvstore"]),
    ("networking.cilium.ipam", &["hostscope", "kubernetes", "crd", "eni"]),
    ("networking.cilium.monitorAggregation", &["low", "medium", "maximum"]),
    ("networking.cilium.tunnel", &["vxlan", "geneve", "disabled"]),
    ("networking.flannel.backend", BACKENDS),
];

const BACKENDS: &[&str] = &["udp", "vxlan"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(spec) = cluster.field("spec") else { return Vec::new() };
    let refused = SETTINGS.iter().filter_map(|(path, words)| of_setting(&spec, path, words));
    let special = [of_ingress(&spec), of_flannel(&spec), of_load_balancer(&spec)];
    refused.chain(special.into_iter().flatten()).collect()
}

fn of_setting(spec: &Field<'_>, path: &str, words: &[&str]) -> Option<Problem> {
    let field = spec.filled(path)?;
    let text = field.text().filter(|text| !words.contains(text))?;
    let meant = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    let help = match meant {
        Some(word) => format!("write '{word}'"),
        None => format!("write one of {}", words.join(", ")),
    };
    Some(field.problem(format!("'{text}' is no value of this setting")).help(help))
}

/// kops looks at the mode only where ingress is enabled.
fn of_ingress(spec: &Field<'_>) -> Option<Problem> {
    let ingress = spec.field("networking.cilium.ingress")?;
    let problem = of_setting(&ingress, "defaultLoadBalancerMode", &["shared", "dedicated"])?;
    let is_enabled = ingress.is_true("enabled");
    Some(if is_enabled { problem } else { problem.severity(Severity::Warning) })
}

fn of_flannel(spec: &Field<'_>) -> Option<Problem> {
    let flannel = spec.field("networking.flannel")?;
    let problem = || flannel.missing("backend", "flannel has no backend");
    let help = format!("write one of {}", BACKENDS.join(", "));
    flannel.text_at("backend")?.is_empty().then(|| problem().help(help).severity(Severity::Warning))
}

fn of_load_balancer(spec: &Field<'_>) -> Option<Problem> {
    let problem = of_setting(spec, "api.loadBalancer.type", &["Public", "Internal"])?;
    Some(problem.severity(Severity::Warning))
}
