//! Overlays and differences.

use crate::edit::{apply, differences};

fn applied(file: &str, overlay: &str) -> String {
    match apply(file.as_bytes(), overlay.as_bytes()) {
        Ok(file) => String::from_utf8(file).expect("text"),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn overlays_are_merged_field_by_field() {
    let cases = [
        ("spec:\n  a: 1 # c\n  b: 2\n", "spec:\n  a: 3\n", "spec:\n  a: 3 # c\n  b: 2\n"),
        ("spec:\n  a: 1 # c\n  b: 2\n", "spec:\n  a: null\n  x: ~\n", "spec:\n  b: 2\n"),
        (
            "l:\n- name: a\n  v: 1\n",
            "l:\n- name: b\n  v: 2\n- name: a\n  w: 3\n",
            "l:\n- name: a\n  v: 1\n  w: 3\n- name: b\n  v: 2\n",
        ),
        ("zones:\n- a\n- b\n", "zones: [c]\n", "zones:\n- c\n"),
        ("a: 1\n", "m: {x: {z: 1, w: null}}\n", "a: 1\nm:\n  x:\n    z: 1\n"),
        (
            "kind: A\nv: 1\n---\nkind: B\nv: 1\n",
            "kind: B\nv: 2\n",
            "kind: A\nv: 1\n---\nkind: B\nv: 2\n",
        ),
        ("v: \"1\"\n", "v: 2\n", "v: 2\n"),
        ("v: a\n", "v: \"on\"\n", "v: \"on\"\n"),
    ];
    for (file, overlay, expected) in cases {
        assert_eq!(applied(file, overlay), expected, "{overlay:?} on {file:?}");
    }
}

#[test]
fn overlays_for_another_object_are_refused() {
    let file = "apiVersion: v1\nkind: A\nmetadata:\n  name: x\n";
    for (overlay, word) in [
        ("kind: B\n", "kind"),
        ("apiVersion: v2\n", "apiVersion"),
        ("metadata: {name: z}\n", "metadata.name"),
        ("[1]\n", "no object"),
        ("a: 1\n---\nb: 1\n", "not one document"),
        ("a: &x 1\n", "anchor"),
        ("a: 1\na: 2\n", "twice"),
        ("a: [\n", "YAML"),
    ] {
        let result = applied(file, overlay);
        assert!(result.starts_with("error:") && result.contains(word), "{overlay:?}: {result}");
    }
}

fn compared(old: &str, new: &str) -> Vec<String> {
    let found = differences(old.as_bytes(), new.as_bytes()).expect("files");
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    found.into_iter().map(|d| format!("{} {} {}", d.path, text(d.old), text(d.new))).collect()
}

#[test]
fn differences_are_those_that_mean_something() {
    let old = "kind: Cluster\nmetadata:\n  generation: 1\nspec:\n  iam: {}\n  kubeAPIServer:\n    qps: 3.14\n    cpuLimit: 1\n    requestTimeout: 48h20m\n  zones: [b, a]\n  subnets:\n  - name: x\n    cidr: \"1\"\n  image: a\n  gone: 1\n  n: ~\n";
    let new = "# c\nkind: \"Cluster\"\nmetadata:\n  creationTimestamp: \"2016\"\nspec:\n  authorization:\n    rbac: {}\n  iam:\n    legacy: false\n  topology:\n    dns:\n      type: Public\n  image: b # c\n  subnets:\n  - cidr: 1\n    name: x\n  - name: w\n  zones:\n  - a\n  - b\n  - c\n  kubeAPIServer:\n    requestTimeout: 48h20m0s\n    cpuLimit: 1000m\n    qps: 3140m\n";
    assert_eq!(
        compared(old, new),
        [
            "spec.zones[c] - c",
            "spec.subnets[x].cidr 1 1",
            "spec.subnets[w] - {\"name\":\"w\"}",
            "spec.image a b",
            "spec.gone 1 -",
        ]
    );
    assert_eq!(compared(new, new), Vec::<String>::new());
    let group = "kind: InstanceGroup\nspec:\n  taints: [a]\n";
    let labelled = "kind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: c\nspec:\n  taints: [a]\n";
    assert!(compared(group, &labelled.replace("metadata", "x")).len() == 1);
    assert_eq!(
        compared(&group.replace("spec", "metadata: {}\nspec"), labelled),
        Vec::<String>::new()
    );
}

#[test]
fn amounts_are_the_same_only_where_they_are_amounts() {
    let cases = [
        ("cpuRequest", "200m", "0.2", true),
        ("memoryLimit", "1Gi", "1024Mi", true),
        ("memoryLimit", "1G", "1Gi", false),
        ("name", "1000m", "1", false),
        ("name", "60m", "1h", false),
        ("syncPeriod", "0", "0s", true),
        ("syncPeriod", "90m", "1h30m0s", true),
        ("syncPeriod", "1.5h", "90m", true),
        ("syncPeriod", "1h", "1m", false),
        ("syncPeriod", "", "0s", false),
        ("cpuRequest", "99999999999999999999", "99999999999999999998", false),
    ];
    for (key, one, other, expected) in cases {
        let is_same = crate::edit::quantity::is_same_amount(key, one, other);
        assert_eq!(is_same, expected, "{key}: {one} and {other}");
    }
}
