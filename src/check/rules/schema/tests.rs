//! Every rule of this group, both ways.

use crate::check::check;
use crate::check::rules::testing;
use crate::model::{Finding, Profile};

/// What is found in a manifest by the rules of this group, but for notes.
fn found(content: &str) -> Vec<Finding> {
    let mut findings = every(content);
    findings.retain(|finding| super::RULES.iter().any(|rule| rule.id == finding.rule));
    findings.retain(|finding| finding.severity != crate::model::Severity::Note);
    findings
}

/// What is found in a manifest.
fn every(content: &str) -> Vec<Finding> {
    let subject = testing::manifest(content);
    check(&[subject], Profile::Kops).findings
}

fn shown(content: &str) -> Vec<String> {
    let show = |finding: &Finding| {
        let severity = crate::check::output::severity_name(finding.severity);
        let span = finding.span.map(|span| format!("{}:{}", span.line, span.column));
        let place = span.unwrap_or_default();
        format!("{} {severity} {place} {}", finding.rule, finding.field)
    };
    found(content).iter().map(show).collect()
}

fn object(version: &str, kind: &str, spec: &str) -> String {
    let head = format!("apiVersion: kops.k8s.io/{version}\nkind: {kind}\n");
    format!("{head}metadata:\n  name: a.example.com\nspec:\n{spec}")
}

/// Asserts what is found in the spec of a cluster of v1alpha2.
#[track_caller]
fn cluster(spec: &str, expected: &[&str]) {
    assert_eq!(shown(&object("v1alpha2", "Cluster", spec)), expected, "{spec}");
}

#[track_caller]
fn group(spec: &str, expected: &[&str]) {
    assert_eq!(shown(&object("v1alpha2", "InstanceGroup", spec)), expected, "{spec}");
}

#[track_caller]
fn help(content: &str, expected: &str) {
    let findings = found(content);
    let help: Vec<&str> = findings.iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert_eq!(help, [expected], "{content}");
}

const GOOD: &str = "  \
  networkCIDR: 10.0.0.0/16
  subnets:
  - {name: a, cidr: 10.0.0.0/24, type: Public}
  networking:
    cilium: {preallocateBPFMaps: true, hubble: null}
  cloudLabels: {a.b/c: \"1\"}
  kubeAPIServer:
    eventTTL: 3h30m
    cpuRequest: 0.5
    maxRequestsInflight: 0x10
  rollingUpdate: {maxUnavailable: 10%, maxSurge: 2}
  etcdClusters:
  - etcdMembers: [{name: a, instanceGroup: x, volumeSize: 2e1}]
    manager: {env: [{name: A, value: \"1\"}]}
";

#[test]
fn what_kops_reads_as_written() {
    cluster(GOOD, &[]);
    group("  minSize: 012\n  maxSize: ~\n  role: Node\n  hooks:\n  - disabled: no\n", &[]);
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\nspec: 1\n";
    assert_eq!(shown(other), [""; 0]);
    let foreign = object("v1alpha2", "Unknown", "  a: 1\n");
    assert!(shown(&foreign).iter().all(|finding| finding.contains("unknown-field")), "no panic");
}

#[test]
fn unknown_field() {
    cluster("  ciliumm: {}\n", &["unknown-field error 6:3 spec.ciliumm"]);
    cluster("  NetworkCIDR: 10.0.0.0/8\n", &["unknown-field error 6:3 spec.NetworkCIDR"]);
    cluster("  api:\n    dns: {a: 1}\n", &["unknown-field error 7:11 spec.api.dns.a"]);
    cluster("  kubelet.maxPods: 3\n", &["unknown-field error 6:3 spec[\"kubelet.maxPods\"]"]);
    cluster("  subnets:\n  - {cird: a}\n", &["unknown-field error 7:6 spec.subnets[0].cird"]);
    cluster("  serviceOIDCProvider: {}\n", &["unknown-field warning 6:3 spec.serviceOIDCProvider"]);
    group("  rootVolume: {size: 1}\n", &["unknown-field warning 6:3 spec.rootVolume"]);
    let top = format!("{}status: {{}}\n", object("v1alpha2", "Cluster", GOOD));
    assert_eq!(shown(&top), ["unknown-field error 20:1 status"]);
    let label =
        object("v1alpha2", "Cluster", GOOD).replace("metadata:\n", "metadata:\n  nmae: x\n");
    assert_eq!(shown(&label), ["unknown-field error 4:3 metadata.nmae"]);
}

#[test]
fn unknown_field_says_what_is_meant() {
    let cluster = |spec: &str| object("v1alpha2", "Cluster", spec);
    help(&cluster("  networking: {ciliumm: {}}\n"), "write 'cilium' if that is meant");
    help(&cluster("  minSize: 1\n"), "'spec.minSize' is a field of kind InstanceGroup");
    help(&cluster("  replicas: 1\n"), "remove it, or move it to where it belongs");
    help(&cluster("  eventTTL: 1h\n"), "kops reads it as 'spec.kubeAPIServer.eventTTL'");
    help(
        &cluster("  networking: {topology: {dns: None}}\n"),
        "write it as 'spec.topology', which is its name in this version",
    );
    let group = object("v1alpha2", "InstanceGroup", "  rootVolume: {size: 1}\n");
    help(&group, "in this version 'encryption' of it is 'spec.rootVolumeEncryption'");
}

#[test]
fn field_type() {
    for (spec, field) in [
        ("  kubelet: {maxPods: \"110\"}\n", "6:22 spec.kubelet.maxPods"),
        ("  kubelet: {maxPods: 1.5}\n", "6:22 spec.kubelet.maxPods"),
        ("  kubelet: {maxPods: yes}\n", "6:22 spec.kubelet.maxPods"),
        ("  kubelet: {maxPods: 3000000000}\n", "6:22 spec.kubelet.maxPods"),
        ("  kubelet: {anonymousAuth: \"false\"}\n", "6:28 spec.kubelet.anonymousAuth"),
        ("  kubelet: a\n", "6:12 spec.kubelet"),
        ("  kubelet: {shutdownGracePeriod: 30}\n", "6:34 spec.kubelet.shutdownGracePeriod"),
        ("  kubeAPIServer: {cpuRequest: 1 Gi}\n", "6:31 spec.kubeAPIServer.cpuRequest"),
        ("  sshAccess: 0.0.0.0/0\n", "6:14 spec.sshAccess"),
        ("  subnets: {a: b}\n", "6:12 spec.subnets"),
        ("  subnets: [a]\n", "6:13 spec.subnets[0]"),
        ("  channel: [stable]\n", "6:12 spec.channel"),
        ("  cloudLabels: {a: {b: c}}\n", "6:20 spec.cloudLabels.a"),
        ("  externalPolicies: {node: a}\n", "6:28 spec.externalPolicies.node"),
    ] {
        cluster(spec, &[&format!("field-type error {field}")]);
    }
    // Text that needs quotes is said by yaml-1.1.
    cluster("  channel: 1\n", &[]);
    let keyset = object("v1alpha2", "Keyset", "  keys: [{id: \"1\", publicMaterial: \"?\"}]\n");
    assert_eq!(shown(&keyset), ["field-type error 6:36 spec.keys[0].publicMaterial"]);
    let time = object("v1alpha2", "Host", "  publicKey: a\n")
        .replace("metadata:\n", "metadata:\n  creationTimestamp: yesterday\n");
    assert_eq!(shown(&time), ["field-type error 4:22 metadata.creationTimestamp"]);
}

#[test]
fn field_type_says_what_to_write() {
    let cluster = |spec: &str| object("v1alpha2", "Cluster", spec);
    help(&cluster("  kubelet: {maxPods: \"110\"}\n"), "write 110 without quotes");
    help(&cluster("  kubelet: {shutdownGracePeriod: 30}\n"), "write it with a unit, such as 30s");
    help(&cluster("  sshAccess: 0.0.0.0/0\n"), "write each item in a line of its own, after '- '");
}

#[test]
fn dropped_field() {
    let ipv4 = "  networking: {cilium: {ipv4Range: 10.0.0.0/8}}\n";
    cluster(ipv4, &["dropped-field error 6:25 spec.networking.cilium.ipv4Range"]);
    cluster("  masterInternalName: a\n", &["dropped-field warning 6:3 spec.masterInternalName"]);
    cluster("  masterInternalName: ~\n", &[]);
    let path = "spec.rootVolumeDeleteOnTermination";
    group("  rootVolumeDeleteOnTermination: true\n", &[&format!("dropped-field error 6:3 {path}")]);
}

#[test]
fn v1alpha3_has_names_of_its_own() {
    let cluster = |spec: &str| object("v1alpha3", "Cluster", spec);
    let good = "  cloudProvider: {azure: {tenantID: a}}\n  networking:\n    subnets: [{name: a}]\n";
    assert_eq!(shown(&cluster(good)), [""; 0]);
    for (spec, expected) in [
        ("  networkCIDR: 10.0.0.0/8\n", "unknown-field error 6:3 spec.networkCIDR"),
        ("  cloudProvider: aws\n", "field-type error 6:18 spec.cloudProvider"),
        ("  networking: {subnets: a}\n", "field-type error 6:25 spec.networking.subnets"),
    ] {
        assert_eq!(shown(&cluster(spec)), [expected], "{spec}");
    }
    help(
        &cluster("  networkCIDR: 10.0.0.0/8\n"),
        "write it as 'spec.networking.networkCIDR', which is its name in this version",
    );
    let group = object("v1alpha3", "InstanceGroup", "  hooks: [{enabled: false}]\n  minSize: a\n");
    assert_eq!(shown(&group), ["field-type error 7:12 spec.minSize"]);
}

proptest::proptest! {
    #[test]
    fn no_value_makes_a_rule_panic(
        version in 2usize..4,
        key in "(api|subnets|networking|cloudProvider|hooks|kubelet|rootVolume|etcdClusters)",
        value in "[-a-c{}\\[\\]:,~&*<! 0-9\u{e9}\n.]{0,40}",
    ) {
        for kind in ["Cluster", "InstanceGroup", "Keyset", ""] {
            found(&object(&format!("v1alpha{version}"), kind, &format!("  {key}: {value}\n")));
        }
    }
}

#[test]
fn odd_value() {
    let notes = |spec: &str| {
        let content = object("v1alpha2", "Cluster", spec);
        let report = every(&content);
        let notes = report.into_iter().filter(|finding| finding.rule == "odd-value");
        notes.map(|finding| finding.field).collect::<Vec<_>>()
    };
    assert_eq!(notes("  channel: stable\n  iam: {}\n"), Vec::<String>::new());
    assert_eq!(notes("  iam:\n"), ["spec.iam"]);
    assert_eq!(notes("  channel: ''\n"), ["spec.channel"]);
    assert_eq!(notes(&format!("  channel: {}\n", "x".repeat(256))), Vec::<String>::new());
    assert_eq!(notes(&format!("  channel: {}\n", "x".repeat(257))), ["spec.channel"]);
    let policy = format!("  additionalPolicies: {{node: '[{}]'}}\n", "x".repeat(500));
    assert_eq!(notes(&policy), Vec::<String>::new());
    assert_eq!(notes("  nonsense:\n"), Vec::<String>::new());
}
