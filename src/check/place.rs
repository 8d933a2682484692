//! Where in kops' layout a file lies, and what kops takes it for.

use crate::model::{Key, Profile};

/// What kops reads a file as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The cluster itself: `config`.
    Cluster,
    /// An instance group: `instancegroup/NAME`.
    InstanceGroup,
    /// Objects of any kind: `clusteraddons/default`.
    Addons,
    /// Objects of kops one after the other, in a file outside a store.
    Manifest,
    /// Something else.
    Other,
}

/// The place of a key.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The name of the cluster's directory, which is the cluster's name.
    pub cluster: String,
    /// The key below the cluster's directory.
    pub rest: String,
    /// What kops reads the file as.
    pub role: Role,
}

impl Place {
    /// The place of a key within a cluster.
    pub fn of(profile: Profile, key: &Key) -> Option<Self> {
        let directory = profile.cluster(key)?.to_string();
        let rest = key.to_string().strip_prefix(&directory)?.trim_start_matches('/').to_owned();
        let cluster = directory.rsplit('/').next().unwrap_or_default().to_owned();
        let role = match rest.split('/').collect::<Vec<_>>().as_slice() {
            ["config"] => Role::Cluster,
            ["instancegroup", _] => Role::InstanceGroup,
            ["clusteraddons", "default"] => Role::Addons,
            _ => Role::Other,
        };
        Some(Self { cluster, rest, role })
    }

    /// The last part of the key.
    pub fn file_name(&self) -> &str {
        self.rest.rsplit('/').next().unwrap_or_default()
    }
}
