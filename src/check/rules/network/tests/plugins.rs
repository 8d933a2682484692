//! Rules about network plugins.

use super::{IPV6, ON_GCE, added, edited};

const PLUGIN: &str = "networking: {cni: {}}";

/// Writes plugins in place of the only one, and asserts what is found.
#[track_caller]
fn networking(plugins: &str, expected: &[&str]) {
    edited(&[(PLUGIN, &format!("networking: {{{plugins}}}"))], expected);
}

#[test]
fn network_plugin() {
    for good in
        ["calico", "cilium", "cni", "kindnet", "kopeio", "kubenet", "kuberouter", "amazonvpc"]
    {
        networking(&format!("{good}: {{}}"), &[]);
    }
    for gone in ["classic", "external", "canal", "weave", "romana", "lyftvpc"] {
        let found = format!("network-plugin error 8:16 spec.networking.{gone}");
        networking(&format!("{gone}: {{}}"), &[&found]);
    }
    edited(
        &[(PLUGIN, "networking: {canal: {}}"), ("", "  kubernetesVersion: 1.27.1\n")],
        &["network-plugin warning 8:3 spec.networking"],
    );
    for none in ["", "ciliumm: {}", "Cilium: {}", "cilium: null"] {
        networking(none, &["network-plugin warning 8:3 spec.networking"]);
    }
    edited(&[(PLUGIN, "channel: stable")], &["network-plugin warning 5:1 spec"]);
    networking("kindnet: {}, cni: {}", &["network-plugin error 8:16 spec.networking.kindnet"]);
}

#[test]
fn network_plugin_that_does_not_suit() {
    networking("gce: {}", &["network-plugin error 8:16 spec.networking.gce"]);
    let gce = (PLUGIN, "networking: {gce: {}}");
    edited(&[ON_GCE, &[gce]].concat(), &[]);
    let amazonvpc = (PLUGIN, "networking: {amazonvpc: {}}");
    let found = ["network-plugin error 8:16 spec.networking.amazonvpc"];
    edited(&[ON_GCE, &[amazonvpc]].concat(), &found);
    edited(&[amazonvpc, IPV6], &found);
    let kubenet = (PLUGIN, "networking: {kubenet: {}}");
    edited(&[kubenet, IPV6], &["network-plugin error 8:16 spec.networking.kubenet"]);
    edited(&[(PLUGIN, "networking: {cilium: {}}"), IPV6], &[]);
}

#[test]
fn network_setting() {
    networking("flannel: {backend: vxlan}", &[]);
    networking(
        "flannel: {backend: VXLAN}",
        &["network-setting error 8:35 spec.networking.flannel.backend"],
    );
    networking("flannel: {}", &["network-setting warning 8:16 spec.networking.flannel"]);
    let found = "network-setting error 8:30 spec.networking.cilium.tunnel";
    networking("cilium: {tunnel: geneve}", &[]);
    networking("cilium: {tunnel: ''}", &[]);
    networking("cilium: {tunnel: 5}", &[]);
    networking("cilium: {tunnel: gre}", &[&found.replace(":30", ":33")]);
    networking(
        "calico: {iptablesBackend: nft}",
        &["network-setting error 8:42 spec.networking.calico.iptablesBackend"],
    );
    let mode = "spec.networking.cilium.ingress.defaultLoadBalancerMode";
    networking(
        "cilium: {ingress: {defaultLoadBalancerMode: both}}",
        &[&format!("network-setting warning 8:60 {mode}")],
    );
    networking(
        "cilium: {ingress: {defaultLoadBalancerMode: both, enabled: true}}",
        &[&format!("network-setting error 8:60 {mode}")],
    );
    added(
        "  api: {loadBalancer: {type: public}}\n",
        &["network-setting warning 12:30 spec.api.loadBalancer.type"],
    );
}

#[test]
fn kube_proxy() {
    let replacements =
        ["kuberouter: {}", "cilium: {enableNodePort: true}", "calico: {bpfEnabled: true}"];
    for replacement in replacements {
        let plugin = (PLUGIN, &*format!("networking: {{{replacement}}}"));
        edited(&[plugin], &[]);
        edited(&[plugin, ("", "  kubeProxy: {enabled: false}\n")], &[]);
        let key = ["kube-proxy error 12:15 spec.kubeProxy.enabled"];
        edited(&[plugin, ("", "  kubeProxy: {enabled: true}\n")], &key);
        let found = ["kube-proxy error 12:3 spec.kubeProxy"];
        edited(&[plugin, ("", "  kubeProxy: {logLevel: 2}\n")], &found);
    }
    added("  kubeProxy: {enabled: true}\n", &[]);
}

#[test]
fn cilium_version() {
    networking("cilium: {version: v1.18.6}", &[]);
    networking("cilium: {version: v1.18.0-rc.1}", &[]);
    let place = "8:34 spec.networking.cilium.version";
    for bad in ["1.18.2", "v1.11.0", "v1.18", "vX", "'v1.18.6 '"] {
        let found = format!("cilium-version error {place}");
        networking(&format!("cilium: {{version: {bad}}}"), &[&found]);
    }
    networking("cilium: {version: v2.18.0}", &[&format!("cilium-version warning {place}")]);
}

#[test]
fn cilium() {
    let cases = [
        ("etcdManaged: true", "etcdManaged"),
        ("bpfLBSockHostNSOnly: true", "bpfLBSockHostNSOnly"),
        ("enableL7Proxy: true, IPTablesRulesNoinstall: true", "enableL7Proxy"),
    ];
    for (settings, field) in cases {
        let found = format!("cilium error 8:25 spec.networking.cilium.{field}");
        networking(&format!("cilium: {{{settings}}}"), &[&found]);
    }
    let good = [
        "enableL7Proxy: true",
        "bpfLBSock: true, bpfLBSockHostNSOnly: true",
        "encryptionType: ipsec, enableEncryption: true",
        "ipam: eni, disableMasquerade: true",
        "hubble: {enabled: true}",
    ];
    for settings in good {
        networking(&format!("cilium: {{{settings}}}"), &[]);
    }
    networking(
        "cilium: {identityAllocationMode: kvstore}",
        &["cilium error 8:49 spec.networking.cilium.identityAllocationMode"],
    );
    networking(
        "cilium: {encryptionType: ipsec}",
        &["cilium error 8:41 spec.networking.cilium.encryptionType"],
    );
    let eni = (PLUGIN, "networking: {cilium: {ipam: eni}}");
    let found = ["cilium error 8:31 spec.networking.cilium.ipam"];
    edited(&[ON_GCE, &[eni]].concat(), &found);
    edited(&[eni, IPV6], &found);
}

#[test]
fn cilium_with_others() {
    let etcd =
        (PLUGIN, "networking: {cilium: {etcdManaged: true, identityAllocationMode: kvstore}}");
    edited(&[etcd, ("", "  etcdClusters: [{name: cilium}]\n")], &[]);
    edited(
        &[etcd, ("", "  etcdClusters: [{name: main}, null]\n")],
        &["cilium error 8:25 spec.networking.cilium.etcdManaged"],
    );
    let hubble = (PLUGIN, "networking: {cilium: {version: v1.18.6, hubble: {enabled: true}}}");
    edited(&[hubble, ("", "  certManager: {enabled: true}\n")], &[]);
    edited(&[hubble], &["cilium error 8:52 spec.networking.cilium.hubble.enabled"]);
    let encrypted = (PLUGIN, "networking: {cilium: {enableEncryption: true}}");
    edited(&[encrypted, IPV6], &["cilium error 8:25 spec.networking.cilium.enableEncryption"]);
}

#[test]
fn calico() {
    for good in [
        "encapsulationMode: vxlan, ipipMode: Never",
        "vxlanMode: CrossSubnet, encapsulationMode: vxlan",
        "ipipMode: Always",
        "typhaReplicas: 0",
        "wireguardEnabled: true",
    ] {
        networking(&format!("calico: {{{good}}}"), &[]);
    }
    let cases = [
        ("encapsulationMode: none", "8:44", "encapsulationMode"),
        ("ipipMode: Always, encapsulationMode: vxlan", "8:35", "ipipMode"),
        ("vxlanMode: Always, encapsulationMode: ipip", "8:36", "vxlanMode"),
        ("typhaReplicas: -1", "8:40", "typhaReplicas"),
    ];
    for (settings, place, field) in cases {
        let found = format!("calico error {place} spec.networking.calico.{field}");
        networking(&format!("calico: {{{settings}}}"), &[&found]);
    }
    let on_azure =
        [ON_GCE[0], ON_GCE[2], ("gce", "azure"), ("", "  topology: {dns: {type: None}}\n")];
    let ipip = (PLUGIN, "networking: {calico: {encapsulationMode: ipip}}");
    edited(
        &[&on_azure[..], &[ipip]].concat(),
        &["calico error 8:44 spec.networking.calico.encapsulationMode"],
    );
}

#[test]
fn calico_with_ipv6() {
    let good = "networking: {calico: {encapsulationMode: none, awsSrcDstCheck: DoNothing}}";
    edited(&[(PLUGIN, good), IPV6], &[]);
    let bad = "networking: {calico: {encapsulationMode: vxlan, awsSrcDstCheck: Disable, wireguardEnabled: true}}";
    edited(
        &[(PLUGIN, bad), IPV6],
        &[
            "calico error 8:44 spec.networking.calico.encapsulationMode",
            "calico error 8:67 spec.networking.calico.awsSrcDstCheck",
            "calico error 8:76 spec.networking.calico.wireguardEnabled",
        ],
    );
}

#[test]
fn calico_autodetection() {
    let ipv4 = [
        "first-found",
        "can-reach=8.8.8.8",
        "interface=eth0,en.*",
        "skip-interface=docker.*, veth[0-9]+?",
        "interface=(eth|en)[]^a-z]{1,2}",
    ];
    for good in ipv4 {
        networking(&format!("calico: {{ipv4AutoDetectionMethod: '{good}'}}"), &[]);
    }
    networking("calico: {ipv6AutoDetectionMethod: 'can-reach=2001:db8::1'}", &[]);
    let bad = [
        "last-found",
        "can-reach",
        "can-reach=example.com",
        "can-reach=2001:db8::1",
        "interface",
        "interface=",
        "interface=eth[0",
        "interface=a=b",
        "skip-interface",
        "skip-interface=,a",
        "skip-interface=*",
        "skip-interface=a**",
        "skip-interface=(a",
        "skip-interface=a)",
        "skip-interface=a\\",
    ];
    for bad in bad {
        let plugin = format!("calico: {{ipv4AutoDetectionMethod: '{bad}'}}");
        let field = "spec.networking.calico.ipv4AutoDetectionMethod";
        networking(&plugin, &[&format!("calico-autodetection error 8:50 {field}")]);
    }
    let found = ["calico-autodetection error 8:50 spec.networking.calico.ipv6AutoDetectionMethod"];
    networking("calico: {ipv6AutoDetectionMethod: can-reach=8.8.8.8}", &found);
}
