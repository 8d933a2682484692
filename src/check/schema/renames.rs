//! How fields of v1alpha2 are called in v1alpha3.

/// A field with another name or place in v1alpha3.
#[derive(Clone, Copy, Debug)]
pub struct Rename {
    /// Kind of the object.
    pub kind: &'static str,
    /// The path in v1alpha2.
    pub old: &'static str,
    /// The path in v1alpha3.
    pub new: &'static str,
    /// What becomes of the value.
    pub how: How,
}

/// What becomes of the value of a renamed field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It stays.
    Same,
    /// `true` becomes `false`, and the other way round.
    Inverted,
    /// v1alpha3 has a list of texts where v1alpha2 has one text with commas.
    Joined,
    /// v1alpha3 has a map where v1alpha2 has a list of `key=value`.
    Pairs,
}

const fn row(kind: &'static str, old: &'static str, new: &'static str, how: How) -> Rename {
    Rename { kind, old, new, how }
}

const fn cluster(old: &'static str, new: &'static str) -> Rename {
    row("Cluster", old, new, How::Same)
}

const fn inverted(old: &'static str, new: &'static str) -> Rename {
    row("Cluster", old, new, How::Inverted)
}

const fn group(old: &'static str, new: &'static str) -> Rename {
    row("InstanceGroup", old, new, How::Same)
}

/// All renames; what lies inside another one stands before it.
pub const RENAMES: &[Rename] = &[
    // Within what moves as a whole.
    cluster("spec.cloudConfig.azure.subscriptionId", "spec.cloudProvider.azure.subscriptionID"),
    cluster("spec.cloudConfig.azure.tenantId", "spec.cloudProvider.azure.tenantID"),
    cluster(
        "spec.topology.bastion.bastionPublicName",
        "spec.networking.topology.bastion.publicName",
    ),
    cluster("spec.topology.dns.type", "spec.networking.topology.dns"),
    cluster("spec.networking.amazonvpc.imageName", "spec.networking.amazonVPC.image"),
    cluster("spec.networking.amazonvpc.initImageName", "spec.networking.amazonVPC.initImage"),
    cluster(
        "spec.masterKubelet.authenticationTokenWebhookCacheTtl",
        "spec.controlPlaneKubelet.authenticationTokenWebhookCacheTTL",
    ),
    // Networking.
    cluster("spec.additionalNetworkCIDRs", "spec.networking.additionalNetworkCIDRs"),
    cluster("spec.egressProxy", "spec.networking.egressProxy"),
    cluster("spec.isolateMasters", "spec.networking.isolateControlPlane"),
    cluster("spec.networkCIDR", "spec.networking.networkCIDR"),
    cluster("spec.networkID", "spec.networking.networkID"),
    cluster("spec.nonMasqueradeCIDR", "spec.networking.nonMasqueradeCIDR"),
    cluster("spec.podCIDR", "spec.networking.podCIDR"),
    cluster("spec.serviceClusterIPRange", "spec.networking.serviceClusterIPRange"),
    cluster("spec.subnets", "spec.networking.subnets"),
    cluster("spec.topology", "spec.networking.topology"),
    inverted("spec.DisableSubnetTags", "spec.networking.tagSubnets"),
    cluster("spec.networking.amazonvpc", "spec.networking.amazonVPC"),
    cluster("spec.networking.gce", "spec.networking.gcp"),
    cluster("spec.networking.kuberouter", "spec.networking.kubeRouter"),
    inverted(
        "spec.networking.canal.disableFlannelForwardRules",
        "spec.networking.canal.flanneldIptablesForwardRules",
    ),
    inverted("spec.networking.cilium.disableMasquerade", "spec.networking.cilium.masquerade"),
    inverted(
        "spec.networking.cilium.IPTablesRulesNoinstall",
        "spec.networking.cilium.installIptablesRules",
    ),
    cluster(
        "spec.networking.cilium.toFqdnsDnsRejectResponseCode",
        "spec.networking.cilium.toFQDNsDNSRejectResponseCode",
    ),
    cluster(
        "spec.networking.cilium.toFqdnsEnablePoller",
        "spec.networking.cilium.toFQDNsEnablePoller",
    ),
    // The API and its users.
    cluster("spec.additionalSans", "spec.api.additionalSANs"),
    cluster("spec.kubernetesApiAccess", "spec.api.access"),
    cluster("spec.masterPublicName", "spec.api.publicName"),
    cluster(
        "spec.api.loadBalancer.subnets[].allocationId",
        "spec.api.loadBalancer.subnets[].allocationID",
    ),
    cluster("spec.api.loadBalancer.useForInternalApi", "spec.api.loadBalancer.useForInternalAPI"),
    cluster("spec.kubeAPIServer.oidcClientID", "spec.authentication.oidc.clientID"),
    row(
        "Cluster",
        "spec.kubeAPIServer.oidcGroupsClaim",
        "spec.authentication.oidc.groupsClaims",
        How::Joined,
    ),
    cluster("spec.kubeAPIServer.oidcGroupsPrefix", "spec.authentication.oidc.groupsPrefix"),
    cluster("spec.kubeAPIServer.oidcIssuerURL", "spec.authentication.oidc.issuerURL"),
    row(
        "Cluster",
        "spec.kubeAPIServer.oidcRequiredClaim",
        "spec.authentication.oidc.requiredClaims",
        How::Pairs,
    ),
    cluster("spec.kubeAPIServer.oidcUsernameClaim", "spec.authentication.oidc.usernameClaim"),
    cluster("spec.kubeAPIServer.oidcUsernamePrefix", "spec.authentication.oidc.usernamePrefix"),
    // Stores.
    cluster("spec.configBase", "spec.configStore.base"),
    cluster("spec.keyStore", "spec.configStore.keypairs"),
    cluster("spec.secretStore", "spec.configStore.secrets"),
    // Clouds.
    cluster("spec.cloudConfig.azure", "spec.cloudProvider.azure"),
    cluster("spec.cloudConfig.openstack", "spec.cloudProvider.openstack"),
    cluster("spec.awsLoadBalancerController", "spec.cloudProvider.aws.loadBalancerController"),
    cluster("spec.cloudConfig.awsEBSCSIDriver", "spec.cloudProvider.aws.ebsCSIDriver"),
    cluster(
        "spec.cloudConfig.disableSecurityGroupIngress",
        "spec.cloudProvider.aws.disableSecurityGroupIngress",
    ),
    cluster("spec.cloudConfig.elbSecurityGroup", "spec.cloudProvider.aws.elbSecurityGroup"),
    cluster("spec.cloudConfig.nlbSecurityGroupMode", "spec.cloudProvider.aws.nlbSecurityGroupMode"),
    cluster("spec.cloudConfig.nodeIPFamilies", "spec.cloudProvider.aws.nodeIPFamilies"),
    cluster("spec.cloudConfig.spotinstOrientation", "spec.cloudProvider.aws.spotinstOrientation"),
    cluster("spec.cloudConfig.spotinstProduct", "spec.cloudProvider.aws.spotinstProduct"),
    cluster("spec.cloudConfig.useIPBasedNodeNames", "spec.cloudProvider.aws.useIPBasedNodeNames"),
    cluster("spec.nodeTerminationHandler", "spec.cloudProvider.aws.nodeTerminationHandler"),
    cluster("spec.podIdentityWebhook", "spec.cloudProvider.aws.podIdentityWebhook"),
    cluster("spec.warmPool", "spec.cloudProvider.aws.warmPool"),
    cluster("spec.cloudConfig.gceServiceAccount", "spec.cloudProvider.gce.serviceAccount"),
    cluster("spec.cloudConfig.gceUseStartupScript", "spec.cloudProvider.gce.useStartupScript"),
    cluster("spec.cloudConfig.gcpPDCSIDriver", "spec.cloudProvider.gce.pdCSIDriver"),
    cluster("spec.cloudConfig.multizone", "spec.cloudProvider.gce.multizone"),
    cluster("spec.cloudConfig.nodeInstancePrefix", "spec.cloudProvider.gce.nodeInstancePrefix"),
    cluster("spec.cloudConfig.nodeTags", "spec.cloudProvider.gce.nodeTags"),
    cluster("spec.project", "spec.cloudProvider.gce.project"),
    // Components.
    cluster(
        "spec.etcdClusters[].etcdMembers[].kmsKeyId",
        "spec.etcdClusters[].etcdMembers[].kmsKeyID",
    ),
    cluster(
        "spec.etcdClusters[].etcdMembers[].volumeIops",
        "spec.etcdClusters[].etcdMembers[].volumeIOPS",
    ),
    cluster("spec.externalDns", "spec.externalDNS"),
    inverted("spec.hooks[].disabled", "spec.hooks[].enabled"),
    cluster(
        "spec.kubeAPIServer.authorizationWebhookCacheAuthorizedTtl",
        "spec.kubeAPIServer.authorizationWebhookCacheAuthorizedTTL",
    ),
    cluster(
        "spec.kubeAPIServer.authorizationWebhookCacheUnauthorizedTtl",
        "spec.kubeAPIServer.authorizationWebhookCacheUnauthorizedTTL",
    ),
    cluster(
        "spec.kubeControllerManager.concurrentRcSyncs",
        "spec.kubeControllerManager.concurrentRCSyncs",
    ),
    cluster("spec.kubeProxy.ipvsExcludeCidrs", "spec.kubeProxy.ipvsExcludeCIDRs"),
    cluster(
        "spec.kubelet.authenticationTokenWebhookCacheTtl",
        "spec.kubelet.authenticationTokenWebhookCacheTTL",
    ),
    cluster("spec.masterKubelet", "spec.controlPlaneKubelet"),
    // Groups.
    group("spec.associatePublicIp", "spec.associatePublicIP"),
    group(
        "spec.externalLoadBalancers[].targetGroupArn",
        "spec.externalLoadBalancers[].targetGroupARN",
    ),
    row("InstanceGroup", "spec.hooks[].disabled", "spec.hooks[].enabled", How::Inverted),
    group(
        "spec.kubelet.authenticationTokenWebhookCacheTtl",
        "spec.kubelet.authenticationTokenWebhookCacheTTL",
    ),
    group("spec.rootVolumeEncryption", "spec.rootVolume.encryption"),
    group("spec.rootVolumeEncryptionKey", "spec.rootVolume.encryptionKey"),
    group("spec.rootVolumeIops", "spec.rootVolume.iops"),
    group("spec.rootVolumeOptimization", "spec.rootVolume.optimization"),
    group("spec.rootVolumeSize", "spec.rootVolume.size"),
    group("spec.rootVolumeThroughput", "spec.rootVolume.throughput"),
    group("spec.rootVolumeType", "spec.rootVolume.type"),
];

/// The renames of a kind.
pub fn of_kind(kind: &str) -> impl Iterator<Item = &'static Rename> + Clone {
    RENAMES.iter().filter(move |rename| rename.kind == kind)
}

/// Whether a path is another one or lies below it; what follows the other one, if so.
pub fn rest_of<'p>(path: &'p str, above: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(above)?;
    (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
}
