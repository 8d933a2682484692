//! Rules about ranges of addresses.

use super::{IPV6, ON_GCE, ON_HETZNER, added, edited};

#[test]
fn access_cidr() {
    added("  sshAccess: [10.0.0.0/8, '2001:db8::/32', pl-0123, 1.2.3.4/32]\n", &[]);
    added("  nodePortAccess: []\n  kubernetesApiAccess: [5]\n", &[]);
    added(
        "  sshAccess:\n  - everyone\n  - 1.2.3.4\n  - 10.0.0.1/8\n  - null\n",
        &[
            "access-cidr error 13:5 spec.sshAccess[0]",
            "access-cidr error 14:5 spec.sshAccess[1]",
            "access-cidr error 15:5 spec.sshAccess[2]",
            "access-cidr error 16:5 spec.sshAccess[3]",
        ],
    );
    let list = ("", "  kubernetesApiAccess: [pl-0123]\n");
    let found = ["access-cidr error 12:25 spec.kubernetesApiAccess[0]"];
    edited(&[ON_GCE, &[list]].concat(), &found);
    edited(&[ON_HETZNER, &[list]].concat(), &found);
}

#[test]
fn network_cidr() {
    let is = "networkCIDR: 172.20.0.0/16";
    let found = ["network-cidr error 7:16 spec.networkCIDR"];
    edited(&[(is, "networkCIDR: private")], &found);
    edited(&[(is, "networkCIDR: 172.20.1.0/16")], &found);
    edited(&[(is, "networkCIDR: 172.20.0.0")], &found);
    edited(&[(is, "networkCIDR: 172.0.0.0/8")], &["network-cidr warning 7:16 spec.networkCIDR"]);
    edited(&[(is, "networkCIDR: ''")], &["network-cidr error 7:3 spec.networkCIDR"]);
    edited(&[(is, "networkID: vpc-1")], &["network-cidr error 5:1 spec"]);
    edited(&[(is, "networkCIDR: {}")], &[]);
    let on_gce = [ON_GCE[0], ON_GCE[2]];
    edited(&on_gce, &["network-cidr error 7:3 spec.networkCIDR"]);
}

#[test]
fn network_cidr_of_other_clouds() {
    let digitalocean = [ON_GCE[0], ON_GCE[2], ("gce", "digitalocean")];
    edited(&digitalocean, &[]);
    edited(
        &[&digitalocean[..], &[("172.20.0.0/16", "11.0.0.0/16"), ("172.20.32", "11.0.32")]]
            .concat(),
        &["network-cidr error 7:16 spec.networkCIDR"],
    );
    edited(
        &[&digitalocean[..], &[("", "  networkID: net-1\n")]].concat(),
        &["network-cidr error 7:3 spec.networkCIDR"],
    );
}

#[test]
fn additional_network_cidrs() {
    let lines = "  additionalNetworkCIDRs: [10.1.0.0/16]\n";
    added(lines, &[]);
    added(
        "  additionalNetworkCIDRs: [10.1.0.0/16, x, 10.2.0.5/16]\n",
        &[
            "network-cidr error 12:41 spec.additionalNetworkCIDRs[1]",
            "network-cidr error 12:44 spec.additionalNetworkCIDRs[2]",
        ],
    );
    let found = ["network-cidr error 12:3 spec.additionalNetworkCIDRs"];
    edited(&[ON_HETZNER, &[("", lines)]].concat(), &found);
    edited(&[ON_HETZNER, &[("", "  additionalNetworkCIDRs: []\n")]].concat(), &[]);
}

#[test]
fn non_masquerade_cidr() {
    let is = "nonMasqueradeCIDR: 100.64.0.0/10";
    let found = ["non-masquerade-cidr error 9:22 spec.nonMasqueradeCIDR"];
    for bad in ["none", "100.64.0.1/10", "fd00::/8", "172.20.0.0/24", "172.16.0.0/12"] {
        edited(&[(is, &format!("nonMasqueradeCIDR: {bad}"))], &found);
    }
    edited(&[(is, "nonMasqueradeCIDR: 192.168.0.0/16")], &[]);
    edited(&[(is, "podCIDRx: a")], &["non-masquerade-cidr error 5:1 spec"]);
    edited(&[ON_GCE, &[(is, "podCIDRx: a")]].concat(), &[]);
    added("  additionalNetworkCIDRs: [100.64.0.0/16]\n", &found);
    let within = (is, "nonMasqueradeCIDR: 172.20.0.0/16");
    edited(&[within, ("cni", "amazonvpc")], &[]);
    edited(&[within, ("cni: {}", "cilium: {ipam: eni}")], &[]);
    edited(&[within, ("cni: {}", "cilium: {ipam: crd}")], &found);
}

#[test]
fn pod_cidr() {
    added("  podCIDR: 100.96.0.0/11\n", &[]);
    for bad in ["x", "100.96.0.1/11", "10.96.0.0/11", "100.0.0.0/9"] {
        added(&format!("  podCIDR: {bad}\n"), &["pod-cidr error 12:12 spec.podCIDR"]);
    }
    let field = "spec.kubeControllerManager.clusterCIDR";
    let cases = [
        ("x", "error"),
        ("10.96.0.0/11", "error"),
        ("100.64.0.0/9", "error"),
        ("100.96.0.1/11", "warning"),
    ];
    for (value, severity) in cases {
        let lines = format!("  kubeControllerManager: {{clusterCIDR: {value}}}\n");
        added(&lines, &[&format!("pod-cidr {severity} 12:40 {field}")]);
    }
    added("  kubeControllerManager: {clusterCIDR: 100.96.0.0/11}\n", &[]);
}

#[test]
fn service_range() {
    added("  serviceClusterIPRange: 100.64.0.0/13\n  kubeDNS: {serverIP: 100.64.0.10}\n", &[]);
    added("  kubeDNS: {serverIP: 10.0.0.1}\n", &[]);
    let found = ["service-range error 12:26 spec.serviceClusterIPRange"];
    for bad in ["x", "100.64.0.0", "100.64.0.1/13"] {
        added(&format!("  serviceClusterIPRange: {bad}\n"), &found);
    }
    let warned = ["service-range warning 12:26 spec.serviceClusterIPRange"];
    added("  serviceClusterIPRange: fd00:5e4f:ce::/108\n", &warned);
    edited(&[IPV6, ("", "  serviceClusterIPRange: 100.64.0.0/13\n")], &warned);
    edited(&[IPV6, ("", "  serviceClusterIPRange: fd00:5e4f:ce::/108\n")], &[]);
    let copy = "  kubeAPIServer: {serviceClusterIPRange: 100.64.0.0/13}\n";
    let differs = "service-range error 12:42 spec.kubeAPIServer.serviceClusterIPRange";
    added(copy, &[differs]);
    added(&format!("{copy}  serviceClusterIPRange: 100.64.0.0/14\n"), &[differs]);
    added(&format!("{copy}  serviceClusterIPRange: 100.64.0.0/13\n"), &[]);
    let dns = ["service-range error 12:23 spec.kubeDNS.serverIP"];
    added("  kubeDNS: {serverIP: 100.64.0.10/32}\n", &dns);
    let range = "  serviceClusterIPRange: 100.64.0.0/13\n";
    added(&format!("  kubeDNS: {{serverIP: 10.0.0.1}}\n{range}"), &dns);
}
