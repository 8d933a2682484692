//! Merges by hand.

use crate::edit::{Labels, Merged, Sides, merge};

pub(super) fn labels() -> Labels {
    Labels { ours: "ours".into(), base: "base".into(), theirs: "theirs".into() }
}

pub(super) fn merged(base: Option<&[u8]>, ours: &[u8], theirs: &[u8]) -> Merged {
    merge(&Sides { base, ours, theirs }, &labels(), 7, &|_| None)
}

fn text(merged: &Merged) -> &str {
    std::str::from_utf8(&merged.content).expect("text")
}

#[test]
fn changes_of_both_sides_are_merged() {
    let cases = [
        // Neighbouring lines.
        ("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 1\nb: 2\n", "a: 2\nb: 2\n"),
        // A comment on one side, a value on the other.
        ("a: 1\nb: 1\n", "a: 1  # c\nb: 1\n", "a: 2\nb: 1\n", "a: 2  # c\nb: 1\n"),
        ("a: 1\n", "# c\na: 1\n", "a: 2\n", "# c\na: 2\n"),
        (
            "a: 1\nb: 1\n",
            "a: 2\nb: 1\n",
            "# top\n\na: 1\nb: 1\n# end\n",
            "# top\n\na: 2\nb: 1\n# end\n",
        ),
        // New keys at one place, re-indented, with comments.
        (
            "a:\n  b: 1\n",
            "a:\n  b: 1\n  c: 2\n",
            "a:\n  b: 1\n  # about d\n  d: 3 # d\n",
            "a:\n  b: 1\n  # about d\n  d: 3 # d\n  c: 2\n",
        ),
        (
            "s:\n    a: 1\n",
            "s:\n    a: 2\n",
            "s:\n    a: 1\n    m:\n      k: |\n        x\n\n        w\n",
            "s:\n    a: 2\n    m:\n      k: |\n        x\n\n        w\n",
        ),
        // A set.
        (
            "zones:\n- a\n- b\n",
            "zones:\n- a\n- b\n- c\n",
            "zones:\n- b\n- d\n",
            "zones:\n- b\n- d\n- c\n",
        ),
        ("zones: [a, b]\n", "zones: [a, b, c]\n", "zones: [b, d]\n", "zones: [b, c, d]\n"),
        // Objects by name, in lists that are laid out in different ways.
        (
            "l:\n- name: a\n  v: 1\n- name: b\n  v: 1\n",
            "l:\n- name: a\n  v: 2\n- name: b\n  v: 1\n",
            "l:\n  - name: a\n    v: 1\n  - name: b\n    v: 1\n    w: 2\n",
            "l:\n- name: a\n  v: 2\n- name: b\n  v: 1\n  w: 2\n",
        ),
        // Removed here, changed there in another place.
        ("a: 1\nb: 1\nc: 1\n", "b: 1\nc: 1\n", "a: 1\nb: 1\nc: 2\n", "b: 1\nc: 2\n"),
        ("a: 1\nb: 1\nc: 1\n", "a: 1\nb: 1\nc: 2\n", "b: 1\nc: 1\n", "b: 1\nc: 2\n"),
        // The same on both sides.
        ("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 2 # c\nb: 3\n", "a: 2 # c\nb: 3\n"),
        ("a: 1\nb: 1", "a: 1\nb: 2", "a: 1\nb: 1\nc: 3", "a: 1\nb: 2\nc: 3"),
        ("a: 1\r\nb: 1\r\n", "a: 2\r\nb: 1\r\n", "a: 1\nb: 1\nc: 1\n", "a: 2\r\nb: 1\r\nc: 1\r\n"),
        (
            "\u{feff}\u{e9}: 1\n\"b.c\": 1\n",
            "\u{feff}\u{e9}: 2\n\"b.c\": 1\n",
            "\u{feff}\u{e9}: 1\n\"b.c\": 2\n",
            "\u{feff}\u{e9}: 2\n\"b.c\": 2\n",
        ),
        // All that was there is gone, on two sides.
        ("z: 1\nm:\n  a: 1\n  b: 1\n", "z: 1\nm:\n  b: 1\n", "z: 1\nm:\n  a: 1\n", "z: 1\nm: {}\n"),
        ("z: 1\nm: {}\n", "z: 1\nm:\n  a: 1\n", "z: 1\nm:\n  b: 1\n", "z: 1\nm:\n  b: 1\n  a: 1\n"),
    ];
    for (base, ours, theirs, expected) in cases {
        let merged = merged(Some(base.as_bytes()), ours.as_bytes(), theirs.as_bytes());
        assert_eq!(text(&merged), expected, "{base:?} {ours:?} {theirs:?}: {merged:?}");
        assert!(merged.conflicts.is_empty() && merged.fallback.is_none());
    }
}

#[test]
fn conflicts_are_as_small_as_the_field() {
    let base = "spec:\n  a: 1  # one\n  b: 1\n  c: 1\n";
    let ours = "spec:\n  a: 2  # one\n  b: 1\n  c: 2\n";
    let theirs = "spec:\n  a: 3  # one\n  b: 3\n  c: 1\n";
    let merged = merged(Some(base.as_bytes()), ours.as_bytes(), theirs.as_bytes());
    let expected = "spec:\n<<<<<<< ours\n  a: 2  # one\n||||||| base\n  a: 1  # one\n=======\n  a: 3  # one\n>>>>>>> theirs\n  b: 3\n  c: 2\n";
    assert_eq!(text(&merged), expected);
    let conflict = &merged.conflicts[0];
    assert_eq!(conflict.path.to_string(), "spec.a");
    assert_eq!(
        (conflict.base.as_deref(), conflict.ours.as_deref(), conflict.theirs.as_deref()),
        (Some("1"), Some("2"), Some("3"))
    );
}

#[test]
fn what_is_removed_here_and_changed_there_is_a_conflict() {
    let cases = [
        ("a: 1\nb: 1\n", "b: 1\n", "a: 2\nb: 1\n", "a"),
        ("a: 1\nb: 1\n", "a: 2\nb: 1\n", "b: 1\n", "a"),
        ("a: 1\nb: 1\n", "a: 1 # c\nb: 1\n", "b: 1\n", "a"),
        (
            "l:\n- name: x\n  v: 1\n- name: w\n",
            "l:\n- name: w\n",
            "l:\n- name: x\n  v: 2\n- name: w\n",
            "l[x]",
        ),
        ("m:\n  a: {x: 1, z: 2}\n", "m:\n  a: {x: 2, z: 2}\n", "m:\n  a: {x: 3, z: 3}\n", "m.a"),
        (
            "subnets:\n- cidr: 1\n  name: x\n",
            "subnets:\n- cidr: 2\n  name: x\n",
            "subnets:\n- cidr: 3\n  name: x\n",
            "subnets[x].cidr",
        ),
        ("l:\n- e: 1\n  name: x\n", "l:\n- e: 2\n  name: x\n", "l:\n- name: x\n", "l[x]"),
        ("l:\n- e: 1\n  name: x\n", "l:\n- name: x\n", "l:\n- e: 2\n  name: x\n", "l[x]"),
        ("x: [1, 2]\n", "x: [1, 2, 3]\n", "x: [0, 1, 2]\n", "x"),
    ];
    for (base, ours, theirs, path) in cases {
        let merged = merged(Some(base.as_bytes()), ours.as_bytes(), theirs.as_bytes());
        let paths: Vec<String> = merged.conflicts.iter().map(|c| c.path.to_string()).collect();
        assert_eq!(
            (paths.as_slice(), merged.fallback.as_deref()),
            ([path.to_owned()].as_slice(), None),
            "{}",
            text(&merged)
        );
        assert_eq!(text(&merged).matches("<<<<<<< ours").count(), 1);
    }
}

#[test]
fn lines_are_merged_where_fields_cannot_be() {
    let cases = [
        ("a: [\n", "YAML"),
        ("a: &x 1\nb: *x\n", "anchor"),
        ("&x a: 1\nb: *x\n", "anchor"),
        ("&x a: 1\n", "anchor"),
        ("a: 1\na: 2\n", "twice"),
        ("a: 1\n---\nb: 1\n", "different documents"),
        ("- a\n", "no object"),
        ("", "empty"),
    ];
    for (theirs, word) in cases {
        let sides = Sides { base: Some(b"a: 1\n"), ours: b"a: 2\n", theirs: theirs.as_bytes() };
        let merged = merge(&sides, &labels(), 9, &|_| Some((b"by lines".to_vec(), false)));
        assert_eq!((text(&merged), merged.conflicts.len()), ("by lines", 1), "{theirs:?}");
        assert!(merged.fallback.is_some_and(|reason| reason.contains(word)), "{theirs:?}");
        let merged = merge(&sides, &labels(), 9, &|_| None);
        assert!(text(&merged).contains("a: 2\n") && text(&merged).contains(theirs));
        assert!(text(&merged).starts_with("<<<<<<<<< ours\n"));
    }
}

#[test]
fn a_clean_merge_of_lines_must_not_have_a_key_twice() {
    let sides =
        Sides { base: Some(b"a: &x 1\n"), ours: b"b: 1\na: &x 1\n", theirs: b"a: &x 1\nb: 1\n" };
    let merged = merge(&sides, &labels(), 7, &|_| Some((b"b: 1\na: &x 1\nb: 1\n".to_vec(), true)));
    assert_eq!(merged.conflicts.len(), 1);
    assert!(text(&merged).starts_with("<<<<<<< ours\nb: 1\n"));
}

#[test]
fn a_clean_merge_of_lines_is_taken_where_it_reads_the_same() {
    let sides =
        Sides { base: Some(b"a: 1\nb: 1\n"), ours: b"a: 2\nb: 1\n", theirs: b"a: 1\nb: 2\n" };
    let merged =
        merge(&sides, &labels(), 7, &|_| Some((b"b: 2 # as it was\na: 2\n".to_vec(), true)));
    assert_eq!(text(&merged), "b: 2 # as it was\na: 2\n");
    for wrong in ["a: 2\nb: 1\n", "a: 2\nb: 2\nb: 2\n", "a: ["] {
        let merged = merge(&sides, &labels(), 7, &|_| Some((wrong.as_bytes().to_vec(), true)));
        assert_eq!(text(&merged), "a: 2\nb: 2\n", "{wrong:?}");
    }
}

#[test]
fn a_comment_that_both_sides_change_is_not_lost() {
    let base = b"a: 1\nb: 1\n";
    let merged = merged(Some(base), b"a: 1 # ours\nb: 2\n", b"a: 1 # theirs\nb: 1\n");
    assert!(!merged.conflicts.is_empty());
    assert!(text(&merged).contains("# ours") && text(&merged).contains("# theirs"));
}

#[test]
fn files_that_both_sides_add_are_merged() {
    let merged = merged(None, b"kind: A\nspec:\n  a: 1\n", b"kind: A\nspec:\n  b: 1\n");
    assert_eq!(text(&merged), "kind: A\nspec:\n  b: 1\n  a: 1\n");
    assert!(merged.conflicts.is_empty());
}
