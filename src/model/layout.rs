//! What kind of thing a key is, in a store that kops wrote.
//!
//! The layout is kops' own; the classes are ours. Source: kops `pkg/client/simple/vfsclientset`,
//! `upup/pkg/fi/vfs_*store.go`, `pkg/model`. A key's class decides whether its content may be
//! in git, and whether a push may write it.

use super::key::Key;
use serde::Serialize;

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// What people want: cluster, instance groups, own addons.
    Desired,
    /// Public by nature: SSH public keys, discovery documents, issued certificates.
    Public,
    /// What `kops update` derives; a push never writes it.
    Generated,
    /// Private keys.
    Keys,
    /// Secrets.
    Secret,
    /// What etcd-manager writes; large, and holds every secret of the cluster.
    Backup,
    /// Nothing that the layout knows.
    Unknown,
}

impl Class {
    /// Whether losing the object loses what cannot be made again.
    pub fn is_key_material(self) -> bool {
        matches!(self, Self::Keys | Self::Secret)
    }

    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Desired => "desired",
            Self::Public => "public",
            Self::Generated => "generated",
            Self::Keys => "keys",
            Self::Secret => "secret",
            Self::Backup => "backup",
            Self::Unknown => "unknown",
        }
    }
}

/// Which layout a store has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Clusters managed by kops.
    #[default]
    Kops,
    /// Plain files of any kind, all of them desired.
    Generic,
}

impl Profile {
    /// The class of a key.
    pub fn class(self, key: &Key) -> Class {
        match self {
            Self::Generic => Class::Desired,
            Self::Kops => kops_class(key),
        }
    }

    /// The cluster that a key belongs to, as a prefix of the key without a trailing `/`.
    pub fn cluster(self, key: &Key) -> Option<Key> {
        match self {
            Self::Generic => None,
            Self::Kops => kops_split(key).map(|(cluster, _)| cluster),
        }
    }
}

/// Directories that kops makes directly below a cluster.
const CLUSTER_DIRECTORIES: &[&[u8]] = &[
    b"instancegroup",
    b"clusteraddons",
    b"addons",
    b"manifests",
    b"igconfig",
    b"backups",
    b"pki",
    b"secrets",
    b"openid",
    b".well-known",
];

/// Files that kops makes directly below a cluster.
const CLUSTER_FILES: &[&[u8]] =
    &[b"config", b"cluster-completed.spec", b"cluster.spec", b"kops-version.txt"];

/// Splits a key into its cluster and the components below it.
///
/// The cluster is everything before the first component that kops makes below a cluster, so
/// that a store whose prefix was left out of the URL is understood as well.
fn kops_split(key: &Key) -> Option<(Key, Vec<&[u8]>)> {
    let bytes = key.as_bytes();
    let components: Vec<&[u8]> = bytes.split(|byte| *byte == b'/').collect();
    let start = (1..components.len()).find(|&index| {
        let is_last = index + 1 == components.len();
        if is_last {
            CLUSTER_FILES.contains(&components[index])
        } else {
            CLUSTER_DIRECTORIES.contains(&components[index])
        }
    })?;
    let cluster = components[..start].join(&b'/');
    Some((Key::new(cluster), components[start..].to_vec()))
}

fn kops_class(key: &Key) -> Class {
    if looks_like_key_material(key) {
        return Class::Keys;
    }
    let Some((_, rest)) = kops_split(key) else {
        return Class::Unknown;
    };
    match rest.as_slice() {
        [b"config"] | [b"instancegroup", _] | [b"clusteraddons", b"default"] => Class::Desired,
        [b"cluster-completed.spec" | b"cluster.spec" | b"kops-version.txt"] => Class::Generated,
        [b"addons" | b"manifests" | b"igconfig", ..] => Class::Generated,
        [b"backups", ..] => Class::Backup,
        [b"pki", b"ssh", b"public", ..] | [b"pki", b"issued", ..] => Class::Public,
        [b"pki", ..] => Class::Keys,
        [b"secrets", ..] => Class::Secret,
        [b"openid", b"v1", b"jwks"] => Class::Public,
        [b".well-known", b"openid-configuration"] => Class::Public,
        _ => Class::Unknown,
    }
}

/// Names that hold private keys wherever they stand: `keyset.yaml`, anything below
/// `private/`, and old `.key` files.
fn looks_like_key_material(key: &Key) -> bool {
    let bytes = key.as_bytes();
    let mut components = bytes.split(|byte| *byte == b'/').rev();
    let name = components.next().unwrap_or_default();
    name == b"keyset.yaml" || name.ends_with(b".key") || components.any(|part| part == b"private")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_a_kops_store() {
        use Class::{Backup, Desired, Generated, Keys, Public, Secret, Unknown};
        let cases = [
            ("prod.example.com/config", Desired),
            ("deep/prefix/prod.example.com/config", Desired),
            ("prod.example.com/instancegroup/nodes", Desired),
            ("prod.example.com/instancegroup/nodes/x", Unknown),
            ("prod.example.com/clusteraddons/default", Desired),
            ("prod.example.com/cluster-completed.spec", Generated),
            ("prod.example.com/kops-version.txt", Generated),
            ("prod.example.com/addons/bootstrap-channel.yaml", Generated),
            ("prod.example.com/addons/x/config", Generated),
            ("prod.example.com/manifests/etcd/main-a.yaml", Generated),
            ("prod.example.com/igconfig/node/nodes/nodeupconfig.yaml", Generated),
            ("prod.example.com/pki/private/kubernetes-ca/keyset.yaml", Keys),
            ("prod.example.com/pki/private/ca/123.key", Keys),
            ("elsewhere/private/kubernetes-ca/keyset.yaml", Keys),
            ("elsewhere/keyset.yaml", Keys),
            ("prod.example.com/pki/ssh/public/admin/0123", Public),
            ("prod.example.com/secrets/dockerconfig", Secret),
            ("prod.example.com/secrets/config", Secret),
            ("prod.example.com/backups/etcd/main/control/etcd-cluster-spec", Backup),
            ("prod.example.com/openid/v1/jwks", Public),
            ("prod.example.com/README.md", Unknown),
            ("config", Unknown),
            ("notes.txt", Unknown),
        ];
        for (key, class) in cases {
            assert_eq!(Profile::Kops.class(&Key::from(key)), class, "{key}");
        }
    }

    #[test]
    fn cluster_of_a_key() {
        let cluster = |key| Profile::Kops.cluster(&Key::from(key)).map(|key| key.to_string());
        assert_eq!(cluster("a/b.example.com/config"), Some("a/b.example.com".into()));
        assert_eq!(
            cluster("b.example.com/pki/private/x/keyset.yaml"),
            Some("b.example.com".into())
        );
        assert_eq!(cluster("notes.txt"), None);
    }
}
