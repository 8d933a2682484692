//! The table of fields, and the types of kops' decoder.

use super::{Schema, Type};
use crate::check::object::Version;
use crate::yaml::{parse, read};
use std::time::{Duration, Instant};

fn takes(kind: &'static str, text: &str) -> bool {
    let yaml = parse(text.as_bytes());
    read(&yaml.documents[0]).is_some_and(|value| Type::named(kind).takes(&value))
}

#[test]
fn values_that_kops_decodes() {
    for (kind, texts) in [
        ("text", &["a", "''", "'1'", "!!str 1", "2001-01-01", "~"][..]),
        ("boolean", &["true", "yes", "n", "Off"]),
        ("int16", &["-32768", "32767"]),
        ("int32", &["0", "-5", "2147483647", "012", "0x1F", "1e1", "2.0", "1_000"]),
        ("uint32", &["0", "4294967295"]),
        ("int64", &["9223372036854775807", "-9223372036854775808"]),
        ("quantity", &["1", "1.5", "'100m'", "1Gi", "1e3", ".5", "'-1k'", "' 1 '", "1E"]),
        ("int-or-string", &["1", "50%", "x", "''"]),
        ("duration", &["30s", "1h30m", "'0'", "1.5h", "-5m", "100ms", "2\u{b5}s"]),
        ("time", &["'2017-01-01T00:00:00Z'", "'2017-01-01T00:00:00.5+02:00'"]),
        ("base64", &["''", "YQ==", "YWJj"]),
        ("object", &["{}", "{a: 1}"]),
        ("[text]", &["[]", "[1]"]),
        ("{text}", &["{}", "{a: 1}"]),
        ("any", &["1", "[]", "{}"]),
    ] {
        for text in texts {
            assert!(takes(kind, text), "{text} as {kind}");
        }
    }
}

#[test]
fn values_that_kops_refuses() {
    for (kind, texts) in [
        ("text", &["1", "true", "n", "1.5", "[]", "{}", "012", "1e1"][..]),
        ("boolean", &["'true'", "1", "[true]", "tru", "''"]),
        ("int32", &["'2'", "1.5", "2147483648", "-2147483649", "true", "[1]", "{}", "''"]),
        ("int16", &["32768", "1.5"]),
        ("uint32", &["-1", "4294967296"]),
        ("int64", &["9223372036854775808", "99999999999999999999"]),
        ("quantity", &["'1 Gi'", "lots", "1GB", "''", "true", "[]", "1.2.3", "'+'", "1e"]),
        ("int-or-string", &["1.5", "true", "3000000000", "[]"]),
        ("duration", &["thirty", "30", "5d", "''", "1h30", "s", "9999999h", "'.s'"]),
        ("time", &["yesterday", "''", "'2017-01-01'", "1"]),
        ("base64", &["a", "'YQ='", "'Y Q='", "====", "1"]),
        ("object", &["a", "[]", "1", "''"]),
        ("[text]", &["a", "{}", "1"]),
        ("{text}", &["a", "[]", "1"]),
    ] {
        for text in texts {
            assert!(!takes(kind, text), "{text} as {kind}");
        }
    }
}

#[test]
fn fields_by_path() {
    let schema = Schema::of(Version::V1Alpha2);
    let kind = |kind: &str, path: &str| schema.field(kind, path).map(|field| field.kind.0);
    assert_eq!(kind("Cluster", "spec.subnets[].cidr"), Some("text"));
    assert_eq!(kind("InstanceGroup", "spec.minSize"), Some("int32"));
    assert_eq!(kind("Keyset", "metadata.labels"), Some("{text}"));
    assert_eq!(kind("Cluster", "spec.minSize"), None);
    assert_eq!(kind("Cluster", ""), None);
    assert_eq!(kind("", "spec"), None);
    let below: Vec<&str> =
        schema.below("Cluster", "spec.topology").map(|field| field.name()).collect();
    assert_eq!(below, ["bastion", "dns", "masters", "nodes"]);
    assert!(schema.below("Cluster", "metadata").any(|field| field.name() == "labels"));
}

#[test]
fn fields_of_v1alpha3() {
    let schema = Schema::of(Version::V1Alpha3);
    let kind = |kind: &str, path: &str| schema.field(kind, path).map(|field| field.kind.0);
    for (path, own) in [
        ("spec.networking.subnets[].cidr", Some("text")),
        ("spec.networking.topology.dns", Some("text")),
        ("spec.networking.topology.dns.type", None),
        ("spec.cloudProvider.azure.tenantID", Some("text")),
        ("spec.cloudProvider.azure.adminUser", Some("text")),
        ("spec.cloudProvider.do", Some("object")),
        ("spec.configStore.base", Some("text")),
        ("spec.controlPlaneKubelet.maxPods", Some("int32")),
        ("spec.authentication.oidc.requiredClaims", Some("{text}")),
        ("spec.subnets", None),
        ("spec.networking.cilium.ipv4Range", None),
        ("spec.docker.storage", None),
    ] {
        assert_eq!(kind("Cluster", path), own, "{path}");
    }
    assert_eq!(kind("InstanceGroup", "spec.rootVolume.size"), Some("int32"));
    assert_eq!(kind("InstanceGroup", "spec.rootVolumeSize"), None);
}

#[test]
#[expect(clippy::print_stderr, reason = "a measurement")]
fn the_table_is_in_order_and_read_at_once() {
    let text = include_str!("kops.txt");
    let start = Instant::now();
    let schema = Schema::parse(text);
    let took = start.elapsed();
    eprintln!("the table is read in {took:?}");
    assert!(took < Duration::from_millis(20), "{took:?}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let keys: Vec<String> =
        lines.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    let read: Vec<&str> = schema.fields.iter().map(|field| field.key.as_ref()).collect();
    assert_eq!(read, keys, "sorted and complete");
}
