//! Every rule, both ways: what fires and what does not.

mod api;
mod plugins;
mod ranges;
mod subnets;

use super::RULES;
use crate::check::check;
use crate::check::output::severity_name;
use crate::check::rules::testing;
use crate::model::{Finding, Profile};

const CLUSTER: &str = "\
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: prod.example.com
spec:
  cloudProvider: aws
  networkCIDR: 172.20.0.0/16
  networking: {cni: {}}
  nonMasqueradeCIDR: 100.64.0.0/10
  subnets:
  - {name: a, cidr: 172.20.32.0/19, type: Public, zone: us-test-1a}
";

/// What the rules of this group find in a manifest.
fn findings(manifest: &str) -> Vec<Finding> {
    let subject = testing::manifest(manifest);
    let is_ours = |finding: &Finding| RULES.iter().any(|rule| rule.id == finding.rule);
    let found = check(&[subject], Profile::Kops).findings;
    found.into_iter().filter(is_ours).collect()
}

fn show(finding: &Finding) -> String {
    let place = finding.span.map(|span| format!("{}:{}", span.line, span.column));
    let place = place.unwrap_or_default();
    format!("{} {} {place} {}", finding.rule, severity_name(finding.severity), finding.field)
}

/// Edits the cluster, each edit a text and what replaces it, and asserts what is found:
/// `rule severity line:column field`. A text that is empty stands for the end of the file.
#[track_caller]
fn edited(edits: &[(&str, &str)], expected: &[&str]) {
    let mut manifest = CLUSTER.to_owned();
    for (old, new) in edits {
        assert!(manifest.contains(old), "no '{old}' in\n{manifest}");
        match *old {
            "" => manifest.push_str(new),
            _ => manifest = manifest.replacen(old, new, 1),
        }
    }
    let found = findings(&manifest);
    assert_eq!(found.iter().map(show).collect::<Vec<_>>(), expected, "{manifest}\n{found:#?}");
}

/// Adds lines to the spec, and asserts what is found.
#[track_caller]
fn added(lines: &str, expected: &[&str]) {
    edited(&[("", lines)], expected);
}

const ON_GCE: &[(&str, &str)] = &[
    ("cloudProvider: aws", "cloudProvider: gce"),
    ("networkCIDR: 172.20.0.0/16", "project: p"),
    ("zone: us-test-1a", "region: us-test1"),
];
const ON_HETZNER: &[(&str, &str)] = &[
    ("cloudProvider: aws", "cloudProvider: hetzner"),
    ("networkCIDR: 172.20.0.0/16", "topology: {dns: {type: None}}"),
];
const IPV6: (&str, &str) = ("100.64.0.0/10", "\"::/0\"");

#[test]
fn a_good_cluster_has_no_findings() {
    added("", &[]);
    edited(ON_GCE, &[]);
    edited(ON_HETZNER, &[]);
    edited(&[IPV6], &[]);
}

#[test]
fn hostile_clusters_do_no_harm() {
    let values = ["null", "5", "-9e99", "\"\\u202e\\U0001F600\"", "[]", "[[], null, 7, {}]", "{}"];
    let fields = [
        "sshAccess",
        "networkCIDR",
        "additionalNetworkCIDRs",
        "nonMasqueradeCIDR",
        "podCIDR",
        "serviceClusterIPRange",
        "subnets",
        "topology",
        "networking",
        "kubeProxy",
        "api",
        "cloudProvider",
    ];
    for (field, value) in fields.iter().flat_map(|field| values.map(|value| (field, value))) {
        findings(&format!("{CLUSTER}  {field}: {value}\n"));
        findings(&format!("{CLUSTER}  networking: {{calico: {value}, cilium: {value}}}\n"));
        findings(&format!("{CLUSTER}  api: {{loadBalancer: {{subnets: {value}}}}}\n"));
        findings(&format!("{CLUSTER}  - {{name: {value}, cidr: {value}, egress: {value}}}\n"));
    }
}

#[test]
fn long_lists_are_soon_read() {
    let mut manifest = CLUSTER.to_owned();
    for number in 0..20_000 {
        manifest.push_str(&format!("  - {{name: s{number}, cidr: 172.20.32.0/19}}\n"));
    }
    let begin = std::time::Instant::now();
    assert!(!findings(&manifest).is_empty());
    let items = format!("[&a {}{}]", "x".repeat(100_000), ", *a".repeat(20_000));
    assert!(!findings(&format!("{CLUSTER}  sshAccess: {items}\n")).is_empty());
    let subnets = format!("{CLUSTER}  - &s {{name: {}}}\n", "x".repeat(100_000));
    assert!(!findings(&format!("{subnets}{}", "  - *s\n".repeat(20_000))).is_empty());
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
