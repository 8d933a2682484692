//! What is refused, with its reason, and paths.

use crate::edit::{FieldPath, Select, Wanted, set, set_in, unset};

#[test]
fn edits_that_are_not_safe_are_refused() {
    let cases = [
        ("", "a", "no document"),
        ("# only\n", "a", "no document"),
        ("a: [\n", "a", "no YAML"),
        ("a: \u{0}\n", "a", "no YAML"),
        ("\ta: 1\n", "a", "laid out"),
        ("a: 1\rb: 2\n", "a", "a character that kops' reader refuses"),
        ("a: 1\nb: x\u{c}\n", "a", "line 2 is no YAML: a character"),
        ("a: &x 1\n", "a", "anchor"),
        ("b: &x 1\na: *x\n", "a", "anchor"),
        ("b: &x {c: 1}\na: *x\n", "a.c", "anchor"),
        ("a: !!str 1\n", "a", "anchor"),
        ("a: 1\na: 2\n", "a", "twice"),
        ("x: &x {b: 1}\na:\n  <<: *x\n", "a.c", "merge key"),
        ("a: text\n", "a.b", "is text"),
        ("a: 1\n", "a.b", "is a number"),
        ("a: [x]\n", "a.b", "is a list"),
        ("a: {b: 1}\n", "a[0]", "is an object"),
        ("a: [x]\n", "a[1]", "no a[1]"),
        ("a:\n- name: x\n", "a[y].v", "no a[y]"),
        ("b: 1\n", "a[x].v", "no a[x]"),
        ("? a\n: 1\n", "a", "laid out"),
        ("a: {\n  b: 1\n}\n", "a.c", "laid out"),
    ];
    for (file, path, word) in cases {
        let path = path.parse().expect("a path");
        let error = set(file.as_bytes(), &path, "new").expect_err(file).to_string();
        assert!(error.contains(word), "{file:?}: {error}");
    }
    let path = "a.b".parse().expect("a path");
    assert!(unset(b"a: {c: 1}\n", &path).is_err(), "there is nothing to remove");
}

#[test]
fn values_that_are_no_yaml_are_refused() {
    let path = "b".parse().expect("a path");
    for value in ["[a", "*x", "&x a", "!!str a", "a: b: c", "x # c", "{a: 1, a: 2}", "a\n---\nb"] {
        assert!(set(b"a: 1\n", &path, value).is_err(), "{value}");
    }
}

#[test]
fn a_document_is_selected_by_kind_and_name() {
    let file = b"kind: A\nv: 1\n---\nkind: B\nmetadata:\n  name: x\nv: 1\n---\nkind: B\nmetadata:\n  name: z\nv: 1\n";
    let select = Select { kind: Some("B".into()), name: Some("z".into()) };
    let path = "v".parse().expect("a path");
    let edited = set_in(file, &select, &path, "2", Wanted::Any).expect("an edit");
    assert!(edited.ends_with(b"v: 2\n") && edited[..file.len() - 3] == file[..file.len() - 3]);
    let select = Select { kind: Some("C".into()), name: None };
    let error = set_in(file, &select, &path, "2", Wanted::Any).expect_err("no such document");
    assert_eq!(error.to_string(), "the file holds no C");
}

#[test]
fn paths_are_read_and_written_alike() {
    let paths = [
        "spec.etcdClusters[main].etcdMembers[a].instanceGroup",
        "spec.subnets[0].cidr",
        "metadata.labels[\"a.b/c\"]",
        "spec.sshAccess[+]",
        "volumes[/dev/xvdd]",
        "[\"a\\\"b\\\\\"].\u{e9}",
        "sshAccess[10.0.0.0/8]",
    ];
    for text in paths {
        let path: FieldPath = text.parse().expect(text);
        assert_eq!(path.to_string(), text);
    }
    for text in
        ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[\"x]", "a[0]b", "a b", "a[\"x\"", "a]"]
    {
        assert!(text.parse::<FieldPath>().is_err(), "{text:?}");
    }
    let path = FieldPath::default().key("a").key("b.c").item("0").item("+").item("x");
    assert_eq!(path.to_string(), "a[\"b.c\"][\"0\"][\"+\"][x]");
    assert_eq!(path.to_string().parse(), Ok(path));
}
