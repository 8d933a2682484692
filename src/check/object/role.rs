//! What the machines of an instance group are there for.

use super::{Object, Version};
use std::fmt;

/// The role of an instance group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupRole {
    /// Kubernetes' own servers and etcd; `Master` in v1alpha2.
    ControlPlane,
    /// Servers of the Kubernetes API without etcd.
    ApiServer,
    /// Everything else that runs in the cluster.
    Node,
    /// The way in by SSH.
    Bastion,
}

impl GroupRole {
    /// The role of that name in a version of kops' types.
    pub fn named(name: &str, version: Version) -> Option<Self> {
        match name {
            "Master" if version == Version::V1Alpha2 => Some(Self::ControlPlane),
            "ControlPlane" => Some(Self::ControlPlane),
            "APIServer" => Some(Self::ApiServer),
            "Node" => Some(Self::Node),
            "Bastion" => Some(Self::Bastion),
            _ => None,
        }
    }
}

impl fmt::Display for GroupRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ControlPlane => "ControlPlane",
            Self::ApiServer => "APIServer",
            Self::Node => "Node",
            Self::Bastion => "Bastion",
        })
    }
}

/// The role of an instance group; `None` if it names none that kops knows.
pub fn role(group: &Object<'_>) -> Option<GroupRole> {
    let field = group.field("spec.role")?;
    // As written, for a v1alpha3 group must not say what only v1alpha2 knows.
    GroupRole::named(field.value.node.text().or(field.text())?, group.version)
}
