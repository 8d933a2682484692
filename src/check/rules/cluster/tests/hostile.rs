//! What no human writes: rules say nothing wrong and never panic.

use super::{CLUSTER, GROUP, found};

/// Values of all types, some of them enormous.
const VALUES: &[&str] = &[
    "null",
    "true",
    "-9223372036854775808",
    "1e400",
    "''",
    "'\u{1f980}%\u{e4}'",
    "'://'",
    "'-'",
    "'='",
    "'%'",
    "[]",
    "[null, [], {}, '', 1]",
    "{}",
    "{a: null, '': [], '*': {enabled: true, name: 1}}",
];

/// Every field of a cluster that a rule of this folder names, two levels deep.
fn paths() -> Vec<String> {
    let sources = super::super::RULES.iter().map(|rule| rule.explanation);
    let words = sources.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    let names = ["spec", "metadata", "etcdClusters", "hooks", "containerd", "kubelet", "kubeDNS"];
    let more = ["warmPool", "iam", "assets", "cloudConfig", "rollingUpdate", "kubeAPIServer"];
    let known = names.into_iter().chain(more).chain(words);
    let mut known: Vec<String> = known.map(str::to_owned).collect();
    known.sort();
    known.dedup();
    known.retain(|word| !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()));
    known
}

#[test]
fn any_value_anywhere_does_not_panic() {
    for name in paths() {
        for value in VALUES {
            found(&format!("{CLUSTER}  {name}: {value}\n"));
            found(&format!("{CLUSTER}---\n{GROUP}  {name}: {value}\n"));
        }
    }
    let nested = ["etcdClusters", "kubeDNS", "kubeAPIServer", "containerd", "rollingUpdate", "iam"];
    for (outer, value) in
        nested.iter().flat_map(|name| VALUES.iter().map(move |value| (name, value)))
    {
        for inner in paths() {
            found(&format!("{CLUSTER}  {outer}: {{{inner}: {value}}}\n"));
            found(&format!("{CLUSTER}  {outer}: [{{{inner}: {value}}}]\n"));
        }
    }
}

#[test]
fn documents_of_odd_shapes_do_not_panic() {
    let head = "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\n";
    for value in VALUES {
        found(&format!("{head}spec: {value}\nmetadata: {value}\n"));
        found(&format!(
            "{head}metadata: {{name: {value}, labels: {value}, annotations: {value}}}\n"
        ));
    }
    found(head);
}
