//! Which cloud a cluster is on.

use super::Object;
use std::fmt;

/// A cloud that kops builds clusters on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cloud {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// DigitalOcean.
    DigitalOcean,
    /// Google Compute Engine.
    Gce,
    /// Hetzner.
    Hetzner,
    /// Linode.
    Linode,
    /// Machines of one's own.
    Metal,
    /// OpenStack.
    OpenStack,
    /// Scaleway.
    Scaleway,
}

/// The clouds that `spec.cloudProvider` can name. Metal is named by a label alone.
const NAMED: &[Cloud] = &[
    Cloud::Aws,
    Cloud::Azure,
    Cloud::DigitalOcean,
    Cloud::Gce,
    Cloud::Hetzner,
    Cloud::Linode,
    Cloud::OpenStack,
    Cloud::Scaleway,
];

const METAL_LABEL: &str = "alpha.kops.k8s.io/cloud";

impl Cloud {
    /// The name in `spec.cloudProvider`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::DigitalOcean => "digitalocean",
            Self::Gce => "gce",
            Self::Hetzner => "hetzner",
            Self::Linode => "linode",
            Self::Metal => "metal",
            Self::OpenStack => "openstack",
            Self::Scaleway => "scaleway",
        }
    }

    /// The cloud of that name in `spec.cloudProvider`.
    pub fn named(name: &str) -> Option<Self> {
        NAMED.iter().copied().find(|cloud| cloud.name() == name)
    }

    /// The names that `spec.cloudProvider` can have.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|cloud| cloud.name())
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::DigitalOcean => "DigitalOcean",
            Self::Gce => "GCE",
            Self::Hetzner => "Hetzner",
            Self::Linode => "Linode",
            Self::Metal => "metal",
            Self::OpenStack => "OpenStack",
            Self::Scaleway => "Scaleway",
        })
    }
}

/// The cloud of a cluster; `None` if it names none that kops knows.
pub fn cloud(cluster: &Object<'_>) -> Option<Cloud> {
    match is_metal(cluster) {
        true => Some(Cloud::Metal),
        false => Cloud::named(cluster.text("spec.cloudProvider")?),
    }
}

/// Whether the label says so: it goes before whatever the cluster names.
fn is_metal(cluster: &Object<'_>) -> bool {
    let Some(labels) = cluster.field("metadata.labels") else { return false };
    labels.entries().any(|(name, value)| name == METAL_LABEL && value.text() == Some("metal"))
}
