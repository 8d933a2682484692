//! Components of Kubernetes, and settings that are gone or for other clouds.

use super::{CLUSTER, instead, manifest, spec};

#[test]
fn setting_values() {
    let good = [
        "updatePolicy: external",
        "containerRuntime: containerd",
        "containerRuntime: ''",
        "clusterAutoscaler: {expander: least-waste}",
        "cloudConfig: {nlbSecurityGroupMode: Managed}",
        "kubelet: {logFormat: json, memorySwapBehavior: LimitedSwap}",
        "masterKubelet: {topologyManagerPolicy: best-effort}",
        "updatePolicy: [1]",
    ];
    for lines in good {
        spec(lines, "");
    }
    let bad = [
        ("updatePolicy: never", "updatePolicy"),
        ("updatePolicy: ''", "updatePolicy"),
        ("containerRuntime: docker", "containerRuntime"),
        ("clusterAutoscaler: {expander: Random}", "clusterAutoscaler.expander"),
        ("cloudConfig: {nlbSecurityGroupMode: Legacy}", "cloudConfig.nlbSecurityGroupMode"),
        ("externalDns: {provider: route53}", "externalDns.provider"),
        ("kubeAPIServer: {logFormat: xml}", "kubeAPIServer.logFormat"),
        ("masterKubelet: {memorySwapBehavior: Unlimited}", "masterKubelet.memorySwapBehavior"),
    ];
    for (lines, field) in bad {
        spec(lines, &format!("setting-values error spec.{field}"));
    }
    let provider = "setting-values error spec.etcdClusters[0].provider";
    instead("name: main", "name: main\n    provider: Legacy", provider);
}

#[test]
fn removed_fields() {
    let bad = [
        ("gossipConfig: {}", "gossipConfig"),
        ("dnsControllerGossipConfig: {secret: x}", "dnsControllerGossipConfig"),
        ("nodeAuthorization: {}", "nodeAuthorization"),
        ("docker: {}", "docker"),
        ("kubeAPIServer: {admissionControl: [A]}", "kubeAPIServer.admissionControl"),
        (
            "kubeAPIServer: {enableBootstrapTokenAuth: true}",
            "kubeAPIServer.enableBootstrapTokenAuth",
        ),
        (
            "kubeAPIServer: {enableAdmissionPlugins: [A, PodSecurityPolicy]}",
            "kubeAPIServer.enableAdmissionPlugins[1]",
        ),
        ("kubeScheduler: {usePolicyConfigMap: false}", "kubeScheduler.usePolicyConfigMap"),
        ("kubelet: {apiServers: x}", "kubelet.apiServers"),
        ("masterKubelet: {requireKubeconfig: false}", "masterKubelet.requireKubeconfig"),
        ("kubelet: {networkPluginName: ''}", "kubelet.networkPluginName"),
    ];
    for (lines, field) in bad {
        spec(lines, &format!("removed-fields error spec.{field}"));
    }
    let signing = "kubeControllerManager: {experimentalClusterSigningDuration: 1h}";
    let field = "spec.kubeControllerManager.experimentalClusterSigningDuration";
    spec(signing, &format!("removed-fields error {field}"));
    let port = "removed-fields warning spec.kubeAPIServer.insecurePort";
    spec("kubeAPIServer: {insecurePort: 0}", port);
    let good = [
        "gossipConfig: null",
        "kubelet: {apiServers: '', allowedUnsafeSysctls: [a]}",
        "kubeAPIServer: {admissionControl: [], enableBootstrapTokenAuth: false}",
        "kubeAPIServer: {enableAdmissionPlugins: [NodeRestriction]}",
    ];
    for lines in good {
        spec(lines, "");
    }
}

#[test]
fn other_cloud() {
    let aws =
        ["warmPool: {}", "nodeTerminationHandler: {}", "cloudConfig: {elbSecurityGroup: sg-1}"];
    let gce =
        ["cloudConfig: {multizone: true}", "cloudConfig: {gceServiceAccount: x}", "project: p"];
    let on = |cloud: &str, lines: &str| format!("{}  {lines}\n", CLUSTER.replace("aws", cloud));
    for (lines, field) in
        aws.iter().zip(["warmPool", "nodeTerminationHandler", "cloudConfig.elbSecurityGroup"])
    {
        manifest(&on("aws", lines), "");
        manifest(&on("gce", lines), &format!("other-cloud error spec.{field}"));
    }
    for lines in gce {
        manifest(&on("gce", lines), "");
    }
    spec(gce[0], "other-cloud error spec.cloudConfig.multizone");
    spec(gce[2], "other-cloud warning spec.project");
    spec("cloudConfig: {gceServiceAccount: '', nodeTags: null}", "");
    spec("cloudConfig: {azure: {tenantId: x}}", "other-cloud warning spec.cloudConfig.azure");
    let none = format!("{}  warmPool: {{}}\n", CLUSTER.replace("  cloudProvider: aws\n", ""));
    manifest(&none, "cloud-provider error spec, other-cloud error spec.warmPool");
}

#[test]
fn kube_apiserver() {
    let server = |value: &str, expected: &str| {
        let expected = if expected.is_empty() {
            String::new()
        } else {
            format!("kube-apiserver error spec.kubeAPIServer.{expected}")
        };
        spec(&format!("kubeAPIServer: {{{value}}}"), &expected);
    };
    server("proxyClientCertFile: /a, proxyClientKeyFile: /b", "");
    server("proxyClientCertFile: /a", "proxyClientCertFile");
    server("proxyClientKeyFile: /a", "proxyClientKeyFile");
    for range in ["30000-32767", "30000+100", "'30000'", "' 1-2 '", "''"] {
        server(&format!("serviceNodePortRange: {range}"), "");
    }
    for range in
        ["abc", "2-1", "70000-80000", "1 - 2", "-5", "1-", "65535+1", "99999999999999999999-1"]
    {
        server(&format!("serviceNodePortRange: '{range}'"), "serviceNodePortRange");
    }
    server("authorizationMode: 'Node,RBAC'", "");
    server("authorizationMode: 'Node,RBAC,Webhook', authorizationWebhookConfigFile: /a", "");
    for mode in ["'Node,RBAC,Webhook'", "RBAC", "AlwaysAllow", "'Node,RBAC,'", "'Node,RBAC,X'"] {
        server(&format!("authorizationMode: {mode}"), "authorizationMode");
    }
    spec("authorization: {alwaysAllow: {}}\nkubeAPIServer: {authorizationMode: AlwaysAllow}", "");
    let gce = CLUSTER.replace("aws", "gce");
    manifest(&format!("{gce}  kubeAPIServer: {{authorizationMode: RBAC}}\n"), "");
    server("auditPolicyFile: /a/p, auditWebhookConfigFile: /a//w", "");
    server("auditPolicyFile: /a/p", "");
    server("auditWebhookConfigFile: /a/w", "auditWebhookConfigFile");
    server("auditPolicyFile: /a/p, auditWebhookConfigFile: /b/w", "auditWebhookConfigFile");
    server("auditPolicyFile: /p, auditWebhookConfigFile: w", "auditWebhookConfigFile");
    server("oidcIssuerURL: 'https://x', oidcRequiredClaim: [a=b]", "");
    server("authenticationConfigFile: /a", "");
    let file = "authenticationConfigFile: /a, oidcClientID: x";
    server(file, "authenticationConfigFile");
    server("oidcRequiredClaim: [a=b, '']", "oidcRequiredClaim[1]");
}

#[test]
fn kube_dns() {
    spec("kubeDNS: {upstreamNameservers: [8.8.8.8, '::1'], stubDomains: {a.b: [10.0.0.1]}}", "");
    let bad = "kube-dns error spec.kubeDNS.upstreamNameservers[0]";
    spec("kubeDNS: {upstreamNameservers: [8.8.8.8/32]}", bad);
    let bad = "kube-dns error spec.kubeDNS.stubDomains[\"a.b\"]";
    spec("kubeDNS: {stubDomains: {a.b: [ns.x]}}", &format!("{bad}[0]"));
    spec("kubeDNS: {stubDomains: {a.b: []}}", bad);
    spec("kubeDNS: {stubDomains: {a.b: null}}", bad);
    let local = |dns: &str, rest: &str, expected: &str| {
        spec(&format!("kubeDNS: {{nodeLocalDNS: {{enabled: true{dns}}}\n{rest}"), expected);
    };
    let server = ", serverIP: 100.64.0.10}";
    let localip = ", localIP: 169.254.20.10";
    local("", "}", "");
    local(localip, "}\nkubelet: {clusterDNS: 1.2.3.4}", "");
    local("", ", provider: CoreDNS, serverIP: 100.64.0.10}\nkubelet: {}", "");
    let bad = "spec.kubeDNS.provider";
    local("", ", provider: KubeDNS}", &format!("kube-dns warning {bad}"));
    local("", ", provider: KubeDNS, serverIP: 100.64.0.10}", &format!("kube-dns error {bad}"));
    local(", localIP: abc", "}", "kube-dns warning spec.kubeDNS.nodeLocalDNS.localIP");
    local(", localIP: abc", server, "kube-dns error spec.kubeDNS.nodeLocalDNS.localIP");
    let asks = |address: &str| format!("{server}\nkubelet: {{clusterDNS: {address}}}");
    local(localip, &asks("169.254.20.10"), "");
    local(localip, &asks("100.64.0.10"), "");
    local(localip, &asks("1.2.3.4"), "kube-dns error spec.kubelet.clusterDNS");
    local(localip, &format!("{server}\nkubelet: {{}}"), "kube-dns error spec.kubelet");
    let cilium = format!("{}\nnetworking: {{cilium: {{}}}}", asks("100.64.0.10"));
    local(localip, &cilium, "kube-dns error spec.kubelet.clusterDNS");
    spec("kubeDNS: {provider: KubeDNS}", "");
    spec("kubeDNS: {provider: BIND}", "kube-dns warning spec.kubeDNS.provider");
}

#[test]
fn kube_proxy_settings() {
    spec("kubeProxy: {ipvsExcludeCidrs: [10.0.0.1/8, 'fd00::/8'], master: 'https://x'}", "");
    let bad = "kube-proxy-settings error spec.kubeProxy.ipvsExcludeCidrs[0]";
    spec("kubeProxy: {ipvsExcludeCidrs: [10.0.0.1]}", bad);
    spec("kubeProxy: {master: x}", "kube-proxy-settings error spec.kubeProxy.master");
}
