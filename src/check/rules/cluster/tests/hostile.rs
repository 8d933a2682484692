//! What no human writes: rules never panic, and never take long.

use super::{CLUSTER, GROUP, found};
use crate::check::object::Version;
use crate::check::schema::Schema;
use std::collections::BTreeSet;

/// Values of all types, some of them enormous.
const VALUES: &[&str] = &[
    "null",
    "true",
    "-9223372036854775808",
    "1e400",
    "''",
    "'\u{1f980}%\u{e4}'",
    "'://'",
    "'-='",
    "[]",
    "[null, [], {}, '', 1]",
    "{a: null, '': [], '*': {enabled: true, name: 1}}",
];
/// Fields with others below them that rules look at.
const OUTER: &[&str] = &[
    "authentication",
    "cloudConfig",
    "containerd",
    "etcdClusters",
    "hooks",
    "iam",
    "kubeAPIServer",
    "kubeDNS",
    "kubelet",
    "nodeTerminationHandler",
    "rollingUpdate",
    "serviceAccountIssuerDiscovery",
    "warmPool",
];

/// A map in which every field of kops has the value.
fn all(value: &str) -> String {
    let schema = Schema::of(Version::V1Alpha2);
    let fields = ["Cluster", "InstanceGroup"].map(|kind| schema.below(kind, "spec").collect());
    let fields: Vec<_> = fields.into_iter().flat_map(|fields: Vec<_>| fields).collect();
    let mut names: BTreeSet<&str> = fields.iter().map(|field| field.name()).collect();
    names.extend(OUTER.iter().chain(&["enabled", "version", "name", "maxSize", "minSize"]));
    let pairs: Vec<String> = names.iter().map(|name| format!("{name}: {value}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

#[test]
fn any_value_anywhere_does_not_panic() {
    for value in VALUES {
        let all = all(value);
        let head = "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\n";
        found(&format!("{head}spec: {value}\nmetadata: {value}\n"));
        found(&format!("{head}spec: {all}\nmetadata: {all}\n"));
        found(&format!("{}---\n{GROUP}", CLUSTER.replace("spec:", &format!("spec:\n  x: {all}"))));
        for outer in OUTER {
            found(&format!("{CLUSTER}  {outer}: {all}\n---\n{GROUP}  {outer}: {all}\n"));
            found(&format!("{CLUSTER}  {outer}: [{all}]\n---\n{GROUP}  {outer}: [{all}]\n"));
        }
    }
}

#[test]
fn a_long_list_of_mistakes_does_not_take_long() {
    let text = "x".repeat(100_000);
    let items = format!("[&a {text}{}]", ", *a".repeat(20_000));
    for field in ["sysctlParameters", "kubeDNS: {upstreamNameservers", "externalPolicies: {node"] {
        let close = if field.contains('{') { "}" } else { "" };
        let findings = found(&format!("{CLUSTER}  {field}: {items}{close}\n"));
        assert_eq!(findings.len(), 100, "{field}");
    }
    let hooks = format!("{CLUSTER}  hooks: [{}]\n", "{},".repeat(20_000));
    assert_eq!(found(&hooks).len(), 100);
}
