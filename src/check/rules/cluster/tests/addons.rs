//! Addons, policies, assets and permissions.

use super::{CLUSTER, manifest, spec};

#[test]
fn addon_manifests() {
    spec("addons: [{manifest: 's3://b/x.yaml'}, {manifest: 'https://x/y'}]", "");
    spec("addons: [{manifest: 'file:///x'}]", "addon-manifests error spec.addons[0].manifest");
    spec("addons: [{manifest: /x}]", "addon-manifests warning spec.addons[0].manifest");
    spec("addons: [{}]", "addon-manifests warning spec.addons[0]");
}

#[test]
fn assets() {
    spec("assets: {containerProxy: x}", "");
    let both = "assets: {containerProxy: x, containerRegistry: y}";
    spec(both, "assets error spec.assets.containerProxy");
    let good = [
        ("aws", "s3://b/x"),
        ("gce", "gs://b"),
        ("azure", "azureblob://a/c/p"),
        ("gce", "http://x"),
    ];
    let with = |cloud: &str, url: &str, expected: &str| {
        let cluster = CLUSTER.replace("aws", cloud);
        manifest(&format!("{cluster}  assets: {{fileRepository: '{url}'}}\n"), expected);
    };
    for (cloud, url) in good {
        with(cloud, url, "");
    }
    let bad = "assets error spec.assets.fileRepository";
    let wrong = [
        ("gce", "s3://b/x"),
        ("aws", "gs://b/x"),
        ("aws", "azureblob://a/c"),
        ("azure", "azureblob://a/"),
        ("azure", "azureblob:///c"),
        ("aws", "https:///x"),
        ("aws", "https://x/%zz"),
        ("aws", "file:///x"),
        ("aws", "x/y"),
    ];
    for (cloud, url) in wrong {
        with(cloud, url, bad);
    }
}

#[test]
fn iam_policies() {
    let allow = r#"[{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}]"#;
    for role in ["master", "control-plane", "node", "bastion", "apiserver"] {
        spec(&format!("additionalPolicies: {{{role}: '{allow}'}}"), "");
    }
    spec("additionalPolicies: {node: '[]'}", "");
    spec(r#"additionalPolicies: {node: '[{"effect":"Deny"}]'}"#, "");
    let unknown = format!("additionalPolicies: {{Node: '{allow}'}}");
    spec(&unknown, "iam-policies error spec.additionalPolicies.Node");
    let bad = [
        "",
        "{",
        r#"{"Effect":"Allow"}"#,
        "[null]",
        "[{}]",
        r#"[{"Effect":"allow"}]"#,
        r#"[{"Effect":"Allow","Action":5}]"#,
    ];
    for policy in bad {
        let field = "iam-policies error spec.additionalPolicies.node";
        spec(&format!("additionalPolicies: {{node: '{policy}'}}"), field);
    }
    spec("externalPolicies: {master: ['arn:aws-cn:iam::aws:policy/a/b'], node: []}", "");
    let bad = "iam-policies error spec.externalPolicies.node[0]";
    for address in ["", "policy/p", "arn:aws:iam::1:role/x"] {
        spec(&format!("externalPolicies: {{node: ['{address}']}}"), bad);
    }
    spec("externalPolicies: {worker: []}", "iam-policies error spec.externalPolicies.worker");
}

#[test]
fn service_account_permissions() {
    let with = |accounts: &str, expected: &str| {
        let iam = "iam: {legacy: false, useServiceAccountExternalPermissions: true, ";
        spec(&format!("{iam}serviceAccountExternalPermissions: [{accounts}]}}"), expected);
    };
    let account =
        |name: &str| format!("{{name: {name}, namespace: d, aws: {{inlinePolicy: '[]'}}}}");
    with(&format!("{}, {}", account("a"), account("b")), "");
    with("{name: s, namespace: d, aws: {policyARNs: [a]}}", "");
    let of = |place: &str| {
        let rule = "service-account-permissions error";
        format!("{rule} spec.iam.serviceAccountExternalPermissions{place}")
    };
    with(&format!("{}, {}", account("a"), account("a")), &of("[1]"));
    with("{namespace: d, aws: {inlinePolicy: '[]'}}", &of("[0]"));
    with("{name: '', namespace: d, aws: {inlinePolicy: '[]'}}", &of("[0].name"));
    with("{name: s, namespace: d}", &of("[0]"));
    with("{name: s, namespace: d, aws: {}}", &of("[0].aws"));
    with("{name: s, namespace: d, aws: {inlinePolicy: '[]', policyARNs: [a]}}", &of("[0].aws"));
    let rule = "service-account-permissions error";
    spec("iam: {legacy: true}", &format!("{rule} spec.iam.legacy"));
    let uses = "iam: {useServiceAccountExternalPermissions: true}\n";
    for iam in ["", "iam: {}\n"] {
        spec(&format!("{iam}karpenter: {{enabled: true}}"), &format!("{rule} spec.karpenter"));
        let zones = format!("{iam}certManager: {{enabled: true, hostedZoneIDs: [Z1]}}");
        spec(&zones, &format!("{rule} spec.certManager.hostedZoneIDs"));
    }
    spec(&format!("{uses}karpenter: {{enabled: true}}"), "");
    spec("karpenter: {enabled: false}\ncertManager: {hostedZoneIDs: [Z1]}", "");
}

#[test]
fn node_termination() {
    let iam = "iam: {useServiceAccountExternalPermissions: true}\nkarpenter: {enabled: true}\n";
    let handler = "nodeTerminationHandler";
    let bad = format!("node-termination error spec.{handler}");
    spec(&format!("{iam}{handler}: {{enabled: true}}"), &bad);
    spec(&format!("{iam}{handler}: {{enabled: false}}"), "");
    let queue = |rest: &str, expected: &str| {
        let queue = "enabled: true, enableSQSTerminationDraining: true";
        spec(&format!("{handler}: {{{queue}{rest}}}"), expected);
    };
    queue("", "");
    queue(", enableRebalanceMonitoring: true, enableRebalanceDraining: true", "");
    for name in ["enableSpotInterruptionDraining", "enableScheduledEventDraining"] {
        queue(&format!(", {name}: false"), &format!("{bad}.{name}"));
    }
    queue(", enableRebalanceMonitoring: true", &format!("{bad}.enableRebalanceMonitoring"));
    spec(&format!("{handler}: {{enabled: true, enableSpotInterruptionDraining: false}}"), "");
}

#[test]
fn cert_manager() {
    let addons =
        ["awsLoadBalancerController", "metricsServer", "podIdentityWebhook", "snapshotController"];
    for addon in addons {
        let enabled = format!("{addon}: {{enabled: true}}");
        spec(&enabled, &format!("cert-manager error spec.{addon}"));
        spec(&format!("{enabled}\ncertManager: {{enabled: true, managed: false}}"), "");
        spec(&format!("{addon}: {{enabled: false}}"), "");
    }
    spec("metricsServer: {enabled: true, insecure: true}", "");
}

#[test]
fn issuer_discovery() {
    let with = |value: &str, expected: &str| {
        let expected = if expected.is_empty() {
            String::new()
        } else {
            expected.replace(' ', " spec.serviceAccountIssuerDiscovery.")
        };
        spec(&format!("serviceAccountIssuerDiscovery: {{{value}}}"), &expected);
    };
    with("discoveryStore: 's3://bucket/c', enableAWSOIDCProvider: true", "");
    with("discoveryService: {url: 'https://x'}, enableAWSOIDCProvider: true", "");
    with("discoveryStore: ''", "");
    for store in ["s3://a.b/c", "s3://", "file:///x", "oss://b/c", "not a url", "https://x"] {
        let value = format!("discoveryStore: '{store}'");
        spec(
            &format!("serviceAccountIssuerDiscovery: {{{value}}}"),
            "issuer-discovery error spec.serviceAccountIssuerDiscovery.discoveryStore",
        );
    }
    let place = |severity: &str, name: &str| {
        format!("issuer-discovery {severity} spec.serviceAccountIssuerDiscovery.{name}")
    };
    let discovery = |value: &str| format!("serviceAccountIssuerDiscovery: {{{value}}}");
    spec(&discovery("discoveryStore: 'gs://b/c'"), &place("warning", "discoveryStore"));
    spec(&discovery("discoveryService: {}"), &place("error", "discoveryService"));
    let both = "discoveryStore: 's3://b/c', discoveryService: {url: 'https://x'}";
    spec(&discovery(both), &place("error", "discoveryService"));
    spec(&discovery("enableAWSOIDCProvider: true"), &place("error", "enableAWSOIDCProvider"));
}

#[test]
fn external_dns() {
    for value in
        ["provider: external-dns", "provider: none", "disable: true", "watchNamespace: kube-system"]
    {
        spec(&format!("externalDns: {{{value}}}"), "");
    }
    let namespace = "external-dns error spec.externalDns.watchNamespace";
    spec("externalDns: {watchNamespace: default}", namespace);
    let provider = "spec.externalDns.provider";
    let ignored = "externalDns: {disable: true, provider: external-dns}";
    spec(ignored, &format!("external-dns warning {provider}"));
    let none = "topology: {dns: {type: None}}\nexternalDns: {provider: external-dns}";
    spec(none, &format!("external-dns error {provider}"));
}

#[test]
fn cluster_autoscaler() {
    let on = |cloud: &str, value: &str, expected: &str| {
        let cluster = CLUSTER.replace("aws", cloud);
        manifest(&format!("{cluster}  clusterAutoscaler: {{{value}}}\n"), expected);
    };
    on("gce", "expander: price", "");
    on("aws", "enabled: true, expander: random", "");
    on("aws", "expander: price", "cluster-autoscaler error spec.clusterAutoscaler.expander");
    on("openstack", "enabled: false", "cluster-autoscaler error spec.clusterAutoscaler");
}

#[test]
fn storage_classes() {
    let on = |general: bool, own: bool, expected: &str| {
        let cluster = CLUSTER.replace("aws", "openstack");
        let openstack = format!("openstack: {{blockStorage: {{createStorageClass: {own}}}}}");
        let config = format!("cloudConfig: {{manageStorageClasses: {general}, {openstack}}}");
        manifest(&format!("{cluster}  {config}\n"), expected);
    };
    on(true, true, "");
    on(true, false, "storage-classes error spec.cloudConfig.manageStorageClasses");
}
