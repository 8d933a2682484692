//! Names, versions, clouds, etcd and stores.

use super::{CLUSTER, instead, manifest, spec};

#[test]
fn cluster_name() {
    let bad = "cluster-name error metadata.name, store-location warning spec.configBase";
    for name in ["Prod.example.com", "a_b.example.com", "-a.example.com", "a..b", "a.", "prod"] {
        instead("name: prod.example.com", &format!("name: {name}"), bad);
    }
    instead("name: prod.example.com", &format!("name: {}.b", "a".repeat(252)), bad);
    instead("name: prod.example.com", "name: a.k8s.local", bad);
    instead("name: prod.example.com", "name: ''", "cluster-name error metadata.name");
    instead("  name: prod.example.com", "  labels: {}", "cluster-name error metadata");
    instead("name: prod.example.com", "name: 12", "");
    let namespace = "name: prod.example.com\n  namespace: default";
    instead("name: prod.example.com", namespace, "cluster-name error metadata.namespace");
    let none = "topology: {dns: {type: None}}\n  configBase: s3://store/";
    let without_dns = |name: &str| {
        let cluster = CLUSTER.replace("configBase: s3://store/", none);
        cluster.replace("prod.example.com", name)
    };
    manifest(&without_dns("prod"), "");
    manifest(&without_dns("a.k8s.local"), "");
    manifest(&without_dns("Prod"), "cluster-name error metadata.name");
    let imported = "metadata:\n  annotations: {kops.kubernetes.io/management: imported}";
    let old = CLUSTER.replace("metadata:", imported).replace("prod.example.com", "prod");
    manifest(&old, "");
    let linode = CLUSTER.replace("aws", "linode");
    manifest(&linode, "");
    let long = "a-very-very-very-long-name.example.com";
    manifest(&linode.replace("prod.example.com", long), "cluster-name error metadata.name");
    manifest(&CLUSTER.replace("prod.example.com", long), "");
}

#[test]
fn cluster_metadata() {
    let labels = |keys: &str| CLUSTER.replace("metadata:", &format!("metadata:\n  {keys}"));
    manifest(&labels("labels: {a: b, example.com/A-b.c_d: x}"), "");
    let bad = "cluster-metadata error metadata.labels[\"a b\"]";
    manifest(&labels("labels: {a b: x}"), bad);
    manifest(&labels("labels: {a: ''}\n  annotations: {a: b c}"), "");
    manifest(&labels("labels: {a: b c}"), "cluster-metadata error metadata.labels.a");
    let bad = "cluster-metadata error metadata.annotations[\"a/b/c\"]";
    manifest(&labels("annotations: {a/b/c: x}"), bad);
    let long = format!("annotations: {{{}: x}}", "a".repeat(64));
    let bad = format!("cluster-metadata error metadata.annotations.{}", "a".repeat(64));
    manifest(&labels(&long), &bad);
}

#[test]
fn kubernetes_version() {
    let version = |text: &str, expected: &str| {
        instead("1.34.2", text, expected);
    };
    for text in ["1.32.0", "v1.38.9", "1.35.0-beta.1", "1.34.0+b", "https://x/v1.34.0/"] {
        version(text, "");
    }
    for text in ["1.31.9", "1.99.0", "2.0.0", "v1", "'1.34'", "01.34.0", "'v1.34.0 '"] {
        version(text, "kubernetes-version warning spec.kubernetesVersion");
    }
    for text in ["latest", "1.x", "vv1.34.0", "https://x/latest", "''"] {
        version(text, "kubernetes-version error spec.kubernetesVersion");
    }
    instead("  kubernetesVersion: 1.34.2\n", "", "kubernetes-version error spec");
    version("1.34", "");
}

#[test]
fn cloud_provider() {
    for name in ["AWS", "' aws'", "vsphere", "''"] {
        instead("aws", name, "cloud-provider error spec.cloudProvider");
    }
    instead("  cloudProvider: aws\n", "", "cloud-provider error spec");
    instead("aws", "{aws: {}}", "");
    let metal = "metadata:\n  labels: {alpha.kops.k8s.io/cloud: metal}";
    let metal = CLUSTER.replace("metadata:", metal);
    manifest(&metal, "cloud-provider error spec.cloudProvider");
    manifest(&metal.replace("  cloudProvider: aws\n", ""), "");
    let new = CLUSTER
        .replace("v1alpha2", "v1alpha3")
        .replace("configBase: s3", "configStore: {base: s3")
        .replace("prod.example.com\n  etcd", "prod.example.com}\n  etcd");
    let on = |clouds: &str| new.replace("cloudProvider: aws", &format!("cloudProvider: {clouds}"));
    manifest(&on("{do: {}}"), "");
    manifest(&on("{do: {}, gce: {}}"), "cloud-provider error spec");
    manifest(&on("{}"), "cloud-provider error spec");
}

#[test]
fn etcd_clusters() {
    let named = |name: &str| format!("- name: {name}\n    etcdMembers:");
    for name in ["main", "events", "cilium", "leases"] {
        instead("- name: main\n    etcdMembers:", &named(name), "");
    }
    for name in ["Main", "''", "other"] {
        let bad = "etcd-clusters error spec.etcdClusters[0].name";
        instead("- name: main\n    etcdMembers:", &named(name), bad);
    }
    let bad = "etcd-clusters error spec.etcdClusters[0]";
    instead("- name: main\n    etcdMembers:", "- etcdMembers:", bad);
    let (before, after) = CLUSTER.split_once("  etcdClusters").unwrap_or_default();
    let after = after.split_once("  kubernetesVersion").map(|(_, after)| after).unwrap_or_default();
    let with = |etcd: &str| format!("{before}{etcd}  kubernetesVersion{after}");
    manifest(&with(""), "etcd-clusters error spec");
    manifest(&with("  etcdClusters: []\n"), "etcd-clusters error spec.etcdClusters");
    let two = |first: &str, second: &str| {
        let members = "etcdMembers: [{name: a, instanceGroup: g}]";
        with(&format!("  etcdClusters: [{{{first}, {members}}}, {{{second}, {members}}}]\n"))
    };
    manifest(&two("name: main", "name: events"), "");
    manifest(&two("name: main", "name: main"), "etcd-clusters error spec.etcdClusters[1].name");
    let backups = |store: &str| format!("backups: {{backupStore: 's3://b/{store}'}}");
    let first = format!("name: main, {}", backups("x"));
    manifest(&two(&first, &format!("name: events, {}", backups("y"))), "");
    let shared = "etcd-clusters warning spec.etcdClusters[1].backups.backupStore";
    manifest(&two(&first, &format!("name: events, {}", backups("x"))), shared);
    let version = |first: &str, second: &str, expected: &str| {
        manifest(&two(&format!("name: main{first}"), &format!("name: events{second}")), expected);
    };
    version(", version: 3.5.21", ", version: 3.5.21", "");
    version(", version: v3.5.21", "", "");
    version(", version: 3.5.21, image: x", "", "");
    let bad = "etcd-version error spec.etcdClusters[1].version";
    version("", ", version: 3.5.21", bad);
    version(", version: 3.5.21", ", version: 3.6.5", bad);
    let bad = "etcd-version error spec.etcdClusters[0].version";
    for first in ["'3.5'", "4.0.0", "2.2.1", "three"] {
        version(&format!(", version: {first}"), "", bad);
    }
    version(", image: x", "", "etcd-version error spec.etcdClusters[0].image");
}

#[test]
fn etcd_members() {
    let members = "    etcdMembers:\n    - {name: a, instanceGroup: control-plane}\n";
    let with = |list: &str, expected: &str| {
        instead(members, &format!("    etcdMembers: {list}\n"), expected);
    };
    let member = |name: &str| format!("{{name: {name}, instanceGroup: g}}");
    with(&format!("[{}, {}, {}]", member("a"), member("b"), member("c")), "");
    let of = |rest: &str| format!("etcd-members {rest}");
    let all = of("error spec.etcdClusters[0].etcdMembers");
    with("[]", &all);
    with(&format!("[{}, {}]", member("a"), member("b")), &all);
    instead(members, "", &of("error spec.etcdClusters[0]"));
    let first = of("error spec.etcdClusters[0].etcdMembers[0]");
    with("[{name: a}]", &first);
    with("[{instanceGroup: g}]", &first);
    with("[null]", &format!("{first}, {first}"));
    with("[{name: '', instanceGroup: g}]", &format!("{first}.name"));
    let twice = of("warning spec.etcdClusters[0].etcdMembers[1].name");
    with(&format!("[{}, {}, {}]", member("a"), member("a"), member("c")), &twice);
}

#[test]
fn store_location() {
    let base = |text: &str, expected: &str| {
        instead("s3://store/prod.example.com", text, expected);
    };
    for text in ["gs://b/x/prod.example.com/", "memfs://b/prod.example.com"] {
        base(text, "");
    }
    base("null", "store-location warning spec");
    base("azureblob://acct/cont/prod.example.com", "");
    let warning = "store-location warning spec.configBase";
    for text in ["s3://b/other.example.com", "oss://b/prod.example.com", "my-bucket", "/x"] {
        base(text, warning);
    }
    for text in ["azureblob://acct1", "azureblob:///cont/x", "azureblob://"] {
        base(text, "store-location error spec.configBase");
    }
    spec("keyStore: s3://other/keys", "");
    let bad = "store-location error spec.secretStore";
    spec("secretStore: azureblob://acct1/cont/k", bad);
    let azure = |other: &str, expected: &str| {
        let base = format!("azureblob://acct1/cont/prod.example.com\n  secretStore: {other}");
        instead("s3://store/prod.example.com", &base, expected);
    };
    azure("azureblob://acct1/cont/k", "");
    azure("azureblob://acct2/cont/k", bad);
    azure("azureblob://acct1", bad);
}
