//! Which items of two lists are the same: one table for paths and for merging.

use serde_json::Value as Json;

/// Lists of objects by their key, with the fields that tell their items apart; the first that an
/// item has. In every other list of objects it is the name.
const FIELDS: &[(&str, &[&str])] = &[
    ("addons", &["manifest"]),
    ("additionalRoutes", &["cidr"]),
    ("externalLoadBalancers", &["loadBalancerName", "targetGroupARN", "targetGroupArn"]),
    ("guestAccelerators", &["acceleratorType"]),
    ("identityMappings", &["arn"]),
    ("volumeMounts", &["device"]),
    ("volumes", &["device"]),
];

/// Lists of texts whose order means nothing to kops, by their key.
const SETS: &[&str] = &[
    "additionalNetworkCIDRs",
    "additionalSans",
    "additionalSecurityGroups",
    "allowedUnsafeSysctls",
    "appendAdmissionPlugins",
    "disableAdmissionPlugins",
    "enableAdmissionPlugins",
    "excludedInstanceTypes",
    "groups",
    "hostedZoneIDs",
    "kubernetesApiAccess",
    "nodePortAccess",
    "packages",
    "policyARNs",
    "roles",
    "sshAccess",
    "subnets",
    "suspendProcesses",
    "taints",
    "zones",
];

/// The name of an item in the list of a key: its identifying field, or the text itself.
pub(super) fn name_of<'a>(list: &str, item: &'a Json) -> Option<&'a str> {
    match item {
        Json::String(text) => Some(text),
        Json::Object(fields) => fields_of(list).iter().find_map(|name| fields.get(*name)?.as_str()),
        _ => None,
    }
}

/// The fields that tell the items of a list apart.
pub(super) fn fields_of(list: &str) -> &'static [&'static str] {
    FIELDS.iter().find(|(name, _)| *name == list).map_or(&["name"], |(_, fields)| fields)
}

/// How the items of a list are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Objects, by an identifying field.
    Named,
    /// Texts without an order.
    Set,
    /// The list is one value.
    Whole,
}

/// How the items of a list of a key are told apart: by name only where each has one of its own.
pub(super) fn kind_of(list: &str, items: &[Json]) -> Kind {
    let names: Option<Vec<&str>> = items.iter().map(|item| name_of(list, item)).collect();
    let Some(mut names) = names else { return Kind::Whole };
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Kind::Whole;
    }
    if items.iter().all(Json::is_object) {
        Kind::Named
    } else if items.iter().all(Json::is_string) && SETS.contains(&list) {
        Kind::Set
    } else {
        Kind::Whole
    }
}
