//! The fields of v1alpha3, derived from those of v1alpha2.

use super::renames::{How, of_kind, rest_of};
use super::{Field, Type};
use std::borrow::Cow;

/// Fields that only v1alpha3 has.
const NEW: &[(&str, &str)] = &[
    ("Cluster spec.authentication.oidc", "object"),
    ("Cluster spec.cloudProvider", "object"),
    ("Cluster spec.cloudProvider.aws", "object"),
    ("Cluster spec.cloudProvider.aws.binariesLocation", "text"),
    ("Cluster spec.cloudProvider.do", "object"),
    ("Cluster spec.cloudProvider.gce", "object"),
    ("Cluster spec.cloudProvider.gce.binariesLocation", "text"),
    ("Cluster spec.cloudProvider.hetzner", "object"),
    ("Cluster spec.cloudProvider.linode", "object"),
    ("Cluster spec.cloudProvider.scaleway", "object"),
    ("Cluster spec.configStore", "object"),
    ("InstanceGroup spec.rootVolume", "object"),
];

/// Fields that only v1alpha2 has; `spec.topology.dns` is a text in v1alpha3.
const GONE: &[&str] = &[
    "Cluster spec.cloudProvider",
    "Cluster spec.configStore",
    "Cluster spec.containerRuntime",
    "Cluster spec.docker",
    "Cluster spec.etcdClusters[].heartbeatInterval",
    "Cluster spec.etcdClusters[].leaderElectionTimeout",
    "Cluster spec.etcdClusters[].provider",
    "Cluster spec.externalDns.disable",
    "Cluster spec.nodeAuthorization",
    "Cluster spec.topology.dns",
];

/// All fields of v1alpha3.
pub(super) fn fields(old: &[Field]) -> Vec<Field> {
    let kept = old.iter().filter(|field| !is_gone(field));
    let new = NEW.iter().map(|(key, own)| Field {
        key: Cow::Borrowed(*key),
        kind: Type::named(own),
        marks: "",
    });
    kept.map(renamed).chain(new).collect()
}

fn is_gone(field: &Field) -> bool {
    let lies_below = |gone: &&str| rest_of(&field.key, gone).is_some();
    let is_lost = field.is("dropped") || field.is("unknown");
    let is_gone = GONE.iter().any(lies_below);
    is_lost || (is_gone && !field.key.ends_with("spec.topology.dns.type"))
}

fn renamed(field: &Field) -> Field {
    let (kind, path) = field.parts();
    let found = of_kind(kind).find_map(|row| Some((row, rest_of(path, row.old)?)));
    let Some((row, rest)) = found else { return field.clone() };
    Field {
        key: Cow::Owned(format!("{kind} {}{rest}", row.new)),
        kind: match row.how {
            How::Same | How::Inverted => field.kind,
            How::Joined => Type::named("[text]"),
            How::Pairs => Type::named("{text}"),
        },
        marks: field.marks,
    }
}
