//! `change-network-plugin`: pods keep their network.

use super::{Changed, Check, Object, Problem, Rule, cluster, difference};
use crate::model::Severity;

/// The plugins, as `spec.networking` names them.
const PLUGINS: &[&str] = &[
    "amazonvpc",
    "calico",
    "canal",
    "cilium",
    "classic",
    "cni",
    "external",
    "flannel",
    "gce",
    "kindnet",
    "kopeio",
    "kubenet",
    "kuberouter",
    "lyftvpc",
    "romana",
    "weave",
];

/// Options that decide how packets travel, with the values that kops takes by itself.
const MODES: &[(&str, Option<&str>)] = &[
    ("calico.bpfEnabled", Some("false")),
    ("calico.encapsulationMode", None),
    ("calico.ipipMode", None),
    ("calico.vxlanMode", None),
    ("cilium.enableEncryption", Some("false")),
    ("cilium.encryptionType", None),
    ("cilium.etcdManaged", Some("false")),
    ("cilium.identityAllocationMode", Some("crd")),
    ("cilium.ipam", None),
    ("cilium.tunnel", None),
    ("flannel.backend", None),
];

pub(super) static RULE: Rule = Rule {
    id: "change-network-plugin",
    summary: "the network plugin of an existing cluster changes, or how it sends packets",
    explanation: "\
kops takes another plugin under spec.networking, and other modes of the same one, without a word. \
While machines are replaced, old and new ones do not understand each other, and pods lose their \
network. Some changes never end well: the old plugin's rules and devices stay on running machines.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let (before, after) = (plugins(old), plugins(new));
    if before != after {
        let message = format!("the network plugin changes from {before} to {after}");
        return vec![match new.field("spec.networking") {
            Some(field) => field.key_problem(message),
            None => new.missing("spec.networking", message),
        }];
    }
    let mode = |(path, default): &(&str, Option<&str>)| {
        difference(old, new, &format!("spec.networking.{path}"), *default)
    };
    MODES.iter().filter_map(mode).collect()
}

fn plugins(cluster: &Object<'_>) -> String {
    let networking = cluster.field("spec.networking");
    let is_set = |name: &&&str| networking.is_some_and(|field| field.field(name).is_some());
    let names: Vec<&str> = PLUGINS.iter().filter(is_set).copied().collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
