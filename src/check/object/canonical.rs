//! v1alpha3 objects in the shape of v1alpha2.

use crate::check::schema::renames::{How, Rename, of_kind};
use crate::yaml::{Data, Entry, Node, Value};

/// The clouds of v1alpha3's `spec.cloudProvider`, with their names in v1alpha2.
const CLOUDS: &[(&str, &str)] = &[
    ("aws", "aws"),
    ("azure", "azure"),
    ("do", "digitalocean"),
    ("gce", "gce"),
    ("hetzner", "hetzner"),
    ("linode", "linode"),
    ("openstack", "openstack"),
    ("scaleway", "scaleway"),
];

/// The object with every field where v1alpha2 has it; each value keeps the place where it is
/// written. Fields that only v1alpha2 has are left out, as kops drops them.
pub(super) fn v1alpha2<'a>(kind: &str, mut root: Value<'a>) -> Value<'a> {
    let cloud = (kind == "Cluster").then(|| cloud(&root)).flatten();
    let taken: Vec<(&Rename, Entry<'a>)> = of_kind(kind)
        .filter(|row| !is_within_list(row))
        .filter_map(|row| Some((row, take(&mut root, &parts(row.new))?)))
        .collect();
    for row in of_kind(kind) {
        let inside = row.old.rsplit_once("[].").zip(row.new.rsplit_once("[]."));
        match inside {
            Some(((list, old), (_, new))) => each_item(&mut root, list, &mut |item| {
                rename(item, old, new, row.how);
            }),
            None => drop(take(&mut root, &parts(row.old))),
        }
    }
    // What lies inside another field was taken first, and is put back last.
    for (row, entry) in taken.into_iter().rev() {
        if let Some(value) = converted(entry.value, row.how) {
            put(&mut root, &parts(row.old), entry.key, value);
        }
    }
    if kind == "Cluster" {
        take(&mut root, &["spec", "cloudProvider"]);
    }
    if let Some((key, value)) = cloud {
        put(&mut root, &["spec", "cloudProvider"], key, value);
    }
    root
}

fn parts(path: &'static str) -> Vec<&'static str> {
    path.split('.').collect()
}

fn is_within_list(row: &Rename) -> bool {
    row.new.contains("[]")
}

/// The one cloud that is named.
fn cloud<'a>(root: &Value<'a>) -> Option<(&'a Node, Value<'a>)> {
    let clouds = root.at(&["spec", "cloudProvider"])?.entries();
    let mut set = clouds.iter().filter(|entry| !entry.value.is_null());
    let (entry, None) = (set.next()?, set.next()) else { return None };
    let (_, name) = CLOUDS.iter().find(|(new, _)| *new == entry.name)?;
    Some((entry.key, Value { node: entry.key, data: Data::Text(name) }))
}

/// Removes an entry.
fn take<'a>(value: &mut Value<'a>, path: &[&str]) -> Option<Entry<'a>> {
    let (name, rest) = path.split_first()?;
    let Data::Map(entries) = &mut value.data else { return None };
    let place = entries.iter().position(|entry| entry.name == *name)?;
    if rest.is_empty() {
        return Some(entries.remove(place));
    }
    take(&mut entries.get_mut(place)?.value, rest)
}

/// Adds an entry, with the maps above it that are missing.
fn put<'a>(value: &mut Value<'a>, path: &[&'static str], key: &'a Node, new: Value<'a>) {
    let Some((name, rest)) = path.split_first() else { return };
    let Data::Map(entries) = &mut value.data else { return };
    let place = entries.iter().position(|entry| entry.name == *name).unwrap_or(entries.len());
    if rest.is_empty() {
        entries.push(Entry { name, key, value: new });
        return;
    }
    if place == entries.len() {
        let above = Value { node: new.node, data: Data::Map(Vec::new()) };
        entries.push(Entry { name, key, value: above });
    }
    if let Some(entry) = entries.get_mut(place) {
        if entry.value.is_null() {
            entry.value.data = Data::Map(Vec::new());
        }
        put(&mut entry.value, rest, key, new);
    }
}

/// Calls `change` for every item of a list, such as `spec.etcdClusters[].etcdMembers`.
fn each_item<'a>(value: &mut Value<'a>, list: &str, change: &mut impl FnMut(&mut Value<'a>)) {
    let (name, rest) = list.split_once('.').unwrap_or((list, ""));
    let (name, is_list) = (name.trim_end_matches("[]"), name.ends_with("[]") || rest.is_empty());
    let Data::Map(entries) = &mut value.data else { return };
    let Some(entry) = entries.iter_mut().find(|entry| entry.name == name) else { return };
    let mut go_on = |value: &mut Value<'a>| match rest {
        "" => change(value),
        _ => each_item(value, rest, change),
    };
    match &mut entry.value.data {
        Data::List(items) if is_list => items.iter_mut().for_each(&mut go_on),
        _ if !is_list => go_on(&mut entry.value),
        _ => {}
    }
}

fn rename(item: &mut Value<'_>, old: &'static str, new: &str, how: How) {
    let taken = take(item, &[new]);
    take(item, &[old]);
    if let Some((value, key)) =
        taken.and_then(|entry| Some((converted(entry.value, how)?, entry.key)))
    {
        put(item, &[old], key, value);
    }
}

/// A value as v1alpha2 has it; `None` if it has no text for it.
fn converted(mut value: Value<'_>, how: How) -> Option<Value<'_>> {
    match (how, &mut value.data) {
        (How::Inverted, Data::Boolean(is_set)) => *is_set = !*is_set,
        // The first one stands for all: rules only ask whether there is one.
        (How::Joined, Data::List(items)) => return items.drain(..).next(),
        (How::Pairs, _) => return None,
        _ => {}
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use crate::check::object::Object;
    use crate::yaml::parse;

    const CLUSTER: &str = "\
apiVersion: kops.k8s.io/v1alpha3
kind: Cluster
metadata: {name: a.example.com}
spec:
  api: {access: [0.0.0.0/0], publicName: api.example.com}
  authentication: {oidc: {clientID: a, groupsClaims: [b, c], requiredClaims: {d: e}}}
  cloudProvider:
    gce: {project: p, nodeTags: t}
  configStore: {base: memfs://a}
  etcdClusters:
  - etcdMembers:
    - {name: a, volumeIOPS: 5, volumeIops: 6}
  hooks: [{enabled: true}]
  networkCIDR: 192.168.0.0/16
  networking:
    cilium: {masquerade: false}
    networkCIDR: 10.0.0.0/8
    subnets: [{name: a, cidr: 10.0.0.0/24}]
    topology: {dns: None, bastion: {publicName: b}}
";

    #[test]
    fn fields_are_where_v1alpha2_has_them() {
        let yaml = parse(CLUSTER.as_bytes());
        let object = Object::of(&yaml.documents[0], 0, false).expect("an object");
        for (path, expected) in [
            ("spec.cloudProvider", Some("gce")),
            ("spec.project", Some("p")),
            ("spec.cloudConfig.nodeTags", Some("t")),
            ("spec.configBase", Some("memfs://a")),
            ("spec.masterPublicName", Some("api.example.com")),
            ("spec.networkCIDR", Some("10.0.0.0/8")),
            ("spec.networking.networkCIDR", None),
            ("spec.topology.dns.type", Some("None")),
            ("spec.topology.bastion.bastionPublicName", Some("b")),
            ("spec.kubeAPIServer.oidcClientID", Some("a")),
            ("spec.kubeAPIServer.oidcGroupsClaim", Some("b")),
        ] {
            assert_eq!(object.text(path), expected, "{path}");
        }
        assert!(object.is_true("spec.networking.cilium.disableMasquerade"), "turned around");
        let first = |path| object.fields(path).first().copied();
        let disabled = first("spec.hooks[].disabled").and_then(|field| field.boolean());
        assert_eq!(disabled, Some(false), "turned around");
        let size = first("spec.etcdClusters[].etcdMembers[].volumeIops");
        assert_eq!(size.and_then(|field| field.integer()), Some(5));
        assert_eq!(
            first("spec.kubernetesApiAccess[]").and_then(|field| field.text()),
            Some("0.0.0.0/0")
        );
    }

    #[test]
    fn places_are_those_of_the_file() {
        let yaml = parse(CLUSTER.as_bytes());
        let object = Object::of(&yaml.documents[0], 0, false).expect("an object");
        let path = |path: &str| object.fields(path).first().map(|field| field.path());
        assert_eq!(path("spec.subnets[].cidr").as_deref(), Some("spec.networking.subnets[0].cidr"));
        assert_eq!(path("spec.cloudProvider").as_deref(), Some("spec.cloudProvider.gce"));
        assert_eq!(path("spec.topology.dns").as_deref(), Some("spec.networking.topology.dns"));
    }

    #[test]
    fn the_cloud_is_the_only_one() {
        for (clouds, expected) in [
            ("{aws: {}}", Some("aws")),
            ("{do: {}}", Some("digitalocean")),
            ("{aws: {}, gce: ~}", Some("aws")),
            ("{aws: {}, gce: {}}", None),
            ("{}", None),
            ("aws", None),
        ] {
            let text =
                CLUSTER.replace("\n    gce: {project: p, nodeTags: t}", &format!(" {clouds}"));
            let yaml = parse(text.as_bytes());
            let object = Object::of(&yaml.documents[0], 0, false).expect("an object");
            assert_eq!(object.text("spec.cloudProvider"), expected, "{clouds}");
        }
    }
}
