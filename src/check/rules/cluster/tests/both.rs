//! Fields that clusters and groups have.

use super::{CLUSTER, GROUP, group, manifest, spec};

/// Asserts that a cluster and a group get the same.
#[track_caller]
fn both(lines: &str, expected: &str) {
    spec(lines, expected);
    group(lines, expected);
}

#[test]
fn hooks() {
    both("hooks: [{name: x, manifest: a}, {execContainer: {image: b}}]", "");
    both("hooks: [{manifest: a, useRawManifest: true}]", "");
    both(
        "hooks: [{}, {execContainer: {}}]",
        "hooks error spec.hooks[0], hooks error spec.hooks[1].execContainer",
    );
    both("hooks: [null]", "hooks error spec.hooks[0]");
    both("hooks: [{manifest: '', useRawManifest: true}]", "hooks error spec.hooks[0]");
    let raw = "hooks: [{manifest: a, useRawManifest: true, before: [x]}]";
    both(raw, "hooks error spec.hooks[0].before");
    spec("hooks: [{disabled: true}]", "");
    spec("hooks: [{disabled: false}]", "hooks error spec.hooks[0]");
    group("hooks: [{disabled: false}]", "hooks warning spec.hooks[0].disabled");
    let on = "hooks error spec.hooks[0], hooks warning spec.hooks[0].disabled";
    group("hooks: [{disabled: true}]", on);
}

#[test]
fn file_assets() {
    both("fileAssets: [{name: x, path: /x, content: y z, mode: '0440'}]", "");
    both("fileAssets: [{name: x, content: y z}]", "file-assets note spec.fileAssets[0]");
    both("fileAssets: [{path: /x, content: y z}]", "file-assets error spec.fileAssets[0]");
    let empty = "fileAssets: [{name: x, path: /x, content: ''}]";
    both(empty, "file-assets error spec.fileAssets[0].content");
    let mode = "fileAssets: [{name: x, path: /x, content: y z, mode: rw}]";
    both(mode, "file-assets warning spec.fileAssets[0].mode");
}

#[test]
fn sysctl_parameters() {
    both("sysctlParameters: [a=b, c = d]", "");
    both("sysctlParameters: [a=b, c]", "sysctl-parameters error spec.sysctlParameters[1]");
    both("sysctlParameters: ['']", "sysctl-parameters error spec.sysctlParameters[0]");
}

#[test]
fn rolling_update() {
    let good = [
        "{}",
        "{maxUnavailable: 25%}",
        "{maxSurge: 10%}",
        "{maxSurge: 0}",
        "{maxUnavailable: 0, maxSurge: 3}",
        "{maxUnavailable: 2, maxSurge: 0}",
    ];
    for value in good {
        both(&format!("rollingUpdate: {value}"), "");
    }
    let unavailable = "rolling-update error spec.rollingUpdate.maxUnavailable";
    for value in ["-1", "'25'", "abc", "-5%", "''", "1.5%"] {
        both(&format!("rollingUpdate: {{maxUnavailable: {value}}}"), unavailable);
    }
    let surge = "rolling-update error spec.rollingUpdate.maxSurge";
    for value in
        ["maxSurge: -1", "maxUnavailable: 0, maxSurge: 0", "maxUnavailable: 50%, maxSurge: 0%"]
    {
        both(&format!("rollingUpdate: {{{value}}}"), surge);
    }
    let odd = "rolling-update warning spec.rollingUpdate.maxUnavailable";
    for value in ["0", "200%", "100%"] {
        both(&format!("rollingUpdate: {{maxUnavailable: {value}}}"), odd);
    }
    let group = format!("{}  rollingUpdate: {{maxSurge: 1}}\n", GROUP.replace("Node", "Master"));
    manifest(&group, surge);
}

#[test]
fn containerd() {
    both("containerd: {version: 2.1.0, nri: {enabled: true, pluginRequestTimeout: 1s}}", "");
    both("containerd: {version: v2.2.0, nri: {enabled: false}, nvidiaGPU: {enabled: true}}", "");
    let hash = "0123456789abcdef".repeat(4);
    both(
        &format!("containerd: {{packages: {{urlAmd64: 'https://x/y', hashAmd64: '{hash}'}}}}"),
        "",
    );
    let version = "containerd error spec.containerd.version";
    for value in ["1.7.0", "2.1.0-rc.1", "abc", "''"] {
        both(&format!("containerd: {{version: {value}}}"), version);
    }
    let packages = |rest: &str, expected: &str| {
        let expected =
            format!("containerd {}", expected.replace(' ', " spec.containerd.packages."));
        both(&format!("containerd: {{packages: {{{rest}}}}}"), &expected);
    };
    packages("urlArm64: 'https://x/y'", "error urlArm64");
    packages("hashArm64: abc", "error hashArm64");
    packages(&format!("urlArm64: 'https://x/%zz', hashArm64: '{hash}'"), "error urlArm64");
    packages(&format!("urlArm64: 'https://x/y', hashArm64: '{hash}0'"), "error hashArm64");
    packages("urlArm64: 'https://x/y', hashArm64: short", "warning hashArm64");
    let runc = "containerd warning spec.containerd.runc.packages.urlAmd64";
    both("containerd: {runc: {packages: {urlAmd64: 'https://x/y'}}}", runc);
    both("containerd: {nri: {enabled: true}}", "containerd error spec.containerd.nri");
    both("containerd: {version: v2.1.4, nri: {enabled: true}}", version);
    let timeout = "containerd error spec.containerd.nri.pluginRequestTimeout";
    both("containerd: {version: 2.1.4, nri: {enabled: true, pluginRequestTimeout: 0s}}", timeout);
    let gvisor = "containerd: {gvisor: {enabled: true}}";
    spec(gvisor, "containerd error spec.containerd.gvisor");
    group(gvisor, "");
    let master = format!("{}  {gvisor}\n", GROUP.replace("Node", "Master"));
    manifest(&master, "containerd error spec.containerd.gvisor");
    let gpu = "  containerd: {nvidiaGPU: {enabled: true}}\n";
    let gce = CLUSTER.replace("aws", "gce");
    let bad = "containerd error spec.containerd.nvidiaGPU";
    manifest(&format!("{gce}{gpu}"), bad);
    manifest(&format!("{gce}---\n{GROUP}{gpu}"), bad);
    let openstack = CLUSTER.replace("aws", "openstack");
    manifest(&format!("{openstack}{gpu}"), bad);
    manifest(&format!("{openstack}---\n{GROUP}{gpu}"), "");
    manifest(&format!("{GROUP}{gpu}"), "");
}

#[test]
fn kubelet() {
    both("kubelet: {shutdownGracePeriodCriticalPods: 10s, shutdownGracePeriod: 30s}", "");
    both("kubelet: {crashLoopBackOffMaxContainerRestartPeriod: 5m, cloudProvider: external}", "");
    let both = |value: &str, rule: &str, field: &str| {
        let lines = format!("kubelet: {{{value}}}");
        spec(&lines, &format!("{rule} error spec.kubelet.{field}"));
        group(&lines, &format!("kubelet warning spec.kubelet.{field}"));
    };
    let critical = "shutdownGracePeriodCriticalPods";
    both(&format!("{critical}: 10s"), "kubelet", critical);
    both(&format!("{critical}: 1m, shutdownGracePeriod: 30s"), "kubelet", critical);
    let restart = "crashLoopBackOffMaxContainerRestartPeriod";
    both(&format!("{restart}: 500ms"), "kubelet", restart);
    both(&format!("{restart}: 301s"), "kubelet", restart);
    both("networkPluginName: cni", "removed-fields", "networkPluginName");
    both("topologyManagerPolicy: weird", "setting-values", "topologyManagerPolicy");
    spec("masterKubelet: {cloudProvider: gce}", "kubelet error spec.masterKubelet.cloudProvider");
    spec("kubeAPIServer: {cloudProvider: aws}", "");
    let manager = "kubelet error spec.kubeControllerManager.cloudProvider";
    spec("kubeControllerManager: {cloudProvider: gce}", manager);
}

#[test]
fn cloud_labels() {
    both("cloudLabels: {Owner: v, team/name: v, name: v}", "");
    for label in ["Name", "KubernetesCluster"] {
        let lines = format!("cloudLabels: {{{label}: v}}");
        spec(&lines, &format!("cloud-labels warning spec.cloudLabels.{label}"));
        group(&lines, &format!("cloud-labels error spec.cloudLabels.{label}"));
    }
    for label in ["kubernetes.io/cluster/x", "k8s.io/role/node", "kops.k8s.io/x"] {
        let lines = format!("cloudLabels: {{{label}: v}}");
        spec(&lines, &format!("cloud-labels warning spec.cloudLabels[\"{label}\"]"));
        group(&lines, &format!("cloud-labels error spec.cloudLabels[\"{label}\"]"));
    }
    group("cloudLabels: {kops.k8s.io/instancegroup: nodes}", "");
}

#[test]
fn warm_pool() {
    both("warmPool: {minSize: 1, maxSize: 3}", "");
    both("warmPool: {}", "");
    let max = "warm-pool error spec.warmPool.maxSize";
    both("warmPool: {maxSize: -1}", max);
    both("warmPool: {minSize: 3, maxSize: 1}", max);
    both("warmPool: {minSize: -1}", "warm-pool error spec.warmPool.minSize");
    let images = "warmPool: {maxSize: 5, additionalImages: [ami-1]}";
    spec(images, "warm-pool error spec.warmPool.additionalImages");
    group(images, "");
    let pool = "warm-pool error spec.warmPool";
    group("warmPool: {minSize: 1}\nmaxPrice: '0.1'", pool);
    group("warmPool: {}\nmixedInstancesPolicy: {}", pool);
    group("warmPool: {maxSize: 0}\nmaxPrice: '0.1'", "");
    let master = format!("{CLUSTER}---\n{}  warmPool: {{}}\n", GROUP.replace("Node", "Master"));
    manifest(&master, pool);
    let of_cluster = format!("{CLUSTER}  warmPool: {{maxSize: 2}}\n---\n{GROUP}");
    manifest(&of_cluster, "");
    let min = "warm-pool error spec.warmPool.minSize";
    manifest(&format!("{of_cluster}  warmPool: {{minSize: 3}}\n"), min);
    let gce = CLUSTER.replace("aws", "gce");
    manifest(&format!("{gce}---\n{GROUP}  warmPool: {{}}\n"), pool);
}

#[test]
fn aws_settings() {
    group("instanceMetadata: {httpTokens: required, httpPutResponseHopLimit: 64}", "");
    let metadata = |value: &str, field: &str| {
        let field = format!("aws-settings error spec.instanceMetadata.{field}");
        group(&format!("instanceMetadata: {{{value}}}"), &field);
    };
    metadata("httpTokens: always", "httpTokens");
    metadata("httpPutResponseHopLimit: 65", "httpPutResponseHopLimit");
    metadata("httpPutResponseHopLimit: 0", "httpPutResponseHopLimit");
    let gce = CLUSTER.replace("aws", "gce");
    manifest(&format!("{gce}---\n{GROUP}  instanceMetadata: {{httpTokens: x}}\n"), "");
    spec("cloudConfig: {awsEBSCSIDriver: {enabled: true}}", "");
    let driver = "aws-settings error spec.cloudConfig.awsEBSCSIDriver.enabled";
    spec("cloudConfig: {awsEBSCSIDriver: {enabled: false}}", driver);
    let mapping = |mode: &str, kind: &str, expected: &str| {
        let mapping = format!("{{arn: 'arn:aws:iam::1:{kind}/x', username: u}}");
        let aws = format!("{mode}identityMappings: [{mapping}]");
        spec(&format!("authentication: {{aws: {{{aws}}}}}"), expected);
    };
    mapping("backendMode: CRD, ", "role", "");
    mapping("", "role", "aws-settings error spec.authentication.aws");
    let arn = "aws-settings error spec.authentication.aws.identityMappings[0].arn";
    mapping("backendMode: CRD, ", "group", arn);
}
