//! Single fields, set and removed.

use crate::edit::{Wanted, set, set_as, unset};

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

fn after_set(file: &str, path: &str, value: &str) -> String {
    let path = path.parse().expect("a path");
    match set(file.as_bytes(), &path, value) {
        Ok(file) => text(file),
        Err(error) => format!("error: {error}"),
    }
}

fn after_unset(file: &str, path: &str) -> String {
    let path = path.parse().expect("a path");
    match unset(file.as_bytes(), &path) {
        Ok(file) => text(file),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn values_are_replaced_in_place() {
    let cases = [
        ("a: 1  # one\nb: 2\n", "a", "3", "a: 3  # one\nb: 2\n"),
        ("a: \"x\"\n", "a", "w", "a: \"w\"\n"),
        ("a: 'x'   # c\r\nb: 1\r\n", "a", "it's", "a: 'it''s'   # c\r\nb: 1\r\n"),
        ("a: x", "a", "w", "a: w"),
        ("\u{feff}a: x\n", "a", "w", "\u{feff}a: w\n"),
        ("a:\nb: 1\n", "a", "w", "a: w\nb: 1\n"),
        ("a:   # c\nb: 1\n", "a", "w", "a: w   # c\nb: 1\n"),
        ("a: ~\n", "a", "1", "a: 1\n"),
        ("a: \tx\n", "a", "w", "a: \tw\n"),
        ("a: x\n", "a", "n", "a: \"n\"\n"),
        ("a: x\n", "a", "1.34", "a: \"1.34\"\n"),
        ("a: x\n", "a", "true", "a: \"true\"\n"),
        ("a: 1\n", "a", "true", "a: true\n"),
        ("a: 1\n", "a", "on", "a: \"on\"\n"),
        ("a: 1\n", "a", "012", "a: \"012\"\n"),
        ("a: x\n", "a", " w", "a: \" w\"\n"),
        ("a: 1\n", "a", " w", "a: \" w\"\n"),
        ("a: 1\n", "a", "w\nx", "a: \"w\\nx\"\n"),
        ("a: x\n", "a", "*.example.com", "a: \"*.example.com\"\n"),
        ("a: x\n", "a", "::/0", "a: \"::/0\"\n"),
        ("a: x\n", "a", "10.0.0.0/16", "a: 10.0.0.0/16\n"),
        ("a: |\n  x\n  y\n\nb: 1\n", "a", "z", "a: z\n\nb: 1\n"),
        ("a: |  # c\n  x\nb: 1\n", "a", "z", "a: z  # c\nb: 1\n"),
        ("a: {x: 1, w: [1, 2]} # c\n", "a.w[1]", "3", "a: {x: 1, w: [1, 3]} # c\n"),
        ("a: {\"x\":1}\n", "a.x", "3", "a: {\"x\":3}\n"),
        ("a: [x, w]\n", "a[0]", "[z, w]", "a: [[z, w], w]\n"),
        ("a: multi\n  line  # c\n", "a", "one", "a: one  # c\n"),
        ("\u{e9}: \u{fc} # c\n", "\u{e9}", "\u{df}", "\u{e9}: \u{df} # c\n"),
        ("\"a.b\": 1\n", "[\"a.b\"]", "2", "\"a.b\": 2\n"),
        ("a:\n- x # 1\n- w # 2\n", "a[w]", "z", "a:\n- x # 1\n- z # 2\n"),
        (
            "a:\n- name: x\n  v: 1\n- v: 2\n  name: w\n",
            "a[w].v",
            "3",
            "a:\n- name: x\n  v: 1\n- v: 3\n  name: w\n",
        ),
        (
            "volumes:\n- device: /dev/x\n  size: 1\n",
            "volumes[/dev/x].size",
            "2",
            "volumes:\n- device: /dev/x\n  size: 2\n",
        ),
        ("a: 1\n---\na: 1\n", "a", "2", "a: 2\n---\na: 1\n"),
    ];
    for (file, path, value, expected) in cases {
        assert_eq!(after_set(file, path, value), expected, "{path} = {value} in {file:?}");
    }
}

#[test]
fn what_was_set_is_found_again_behind_an_anchor_that_touches_a_bracket() {
    for file in ["b:\n  &n'\"[]\n", "b: &n[]\n", "b: !<tag:a,b> x\n", "b: &n {c: 1}\n"] {
        let edited = after_set(file, "a", "w");
        assert!(edited.contains("a: w\n"), "{edited}");
        assert_eq!(after_set(&edited, "a", "w"), edited);
    }
}

#[test]
fn collections_are_laid_out_as_in_the_file() {
    let cases = [
        ("a: 1 # c\nb: 2\n", "a", "[x, y]", "a: # c\n- x\n- \"y\"\nb: 2\n"),
        (
            "s:\n    l:\n      - x\n    m:\n",
            "s.m",
            "[w]",
            "s:\n    l:\n      - x\n    m:\n      - w\n",
        ),
        (
            "s:\n    l: 1\n",
            "s.m",
            "{k: {v: 1}}",
            "s:\n    l: 1\n    m:\n        k:\n            v: 1\n",
        ),
        ("a:\n- x\n# in\n- y\nb: 1\n", "a", "[]", "a: []\nb: 1\n"),
        ("a: # c\n  b: 1\n", "a", "x", "a: x # c\n"),
        ("a:\n  b: 1", "a", "{c: 2}", "a:\n  c: 2"),
        ("a: {}\n", "a.b", "1", "a:\n  b: 1\n"),
        ("a: []\n", "a[+]", "{name: x, b: [1]}", "a:\n- name: x\n  b:\n  - 1\n"),
        ("l:\n- a # c\n- b\n", "l[0]", "{name: x, b: 1}", "l:\n- name: x # c\n  b: 1\n- b\n"),
        ("l:\n- name: a\n  x: 1\n- b\n", "l[0]", "z", "l:\n- z\n- b\n"),
    ];
    for (file, path, value, expected) in cases {
        assert_eq!(after_set(file, path, value), expected, "{path} = {value} in {file:?}");
    }
}

#[test]
fn new_keys_and_items_find_their_place() {
    let cases = [
        ("a: 1\nc: 3\n", "b", "2", "a: 1\nb: 2\nc: 3\n"),
        ("c: 1\na: 3\n", "b", "2", "c: 1\na: 3\nb: 2\n"),
        ("a: 1\n# about c\nc: 3\n", "b", "2", "a: 1\nb: 2\n# about c\nc: 3\n"),
        ("a: 1\nb: 3", "c", "2", "a: 1\nb: 3\nc: 2"),
        ("a: 1\r\nb: 3\r\n", "c.d", "2", "a: 1\r\nb: 3\r\nc:\r\n  d: 2\r\n"),
        (
            "a:\n  b: 1\n  # deeper\n\n# below\n",
            "a.c",
            "2",
            "a:\n  b: 1\n  c: 2\n  # deeper\n\n# below\n",
        ),
        ("a:\n  b: 1\n    # deeper\n", "a.c", "2", "a:\n  b: 1\n    # deeper\n  c: 2\n"),
        ("a:\n- b: 1\n  c: 2\n", "a[0].a", "0", "a:\n- a: 0\n  b: 1\n  c: 2\n"),
        ("a:\n- x # c\n\nb: 1\n", "a[+]", "w", "a:\n- x # c\n- w\n\nb: 1\n"),
        ("a: [x]\n", "a[+]", "w", "a: [x, w]\n"),
        ("a: {b: 1, d: 2}\n", "a.c", "3", "a: {b: 1, c: 3, d: 2}\n"),
        ("{\"a\": 1}\n", "b", "x", "{\"a\": 1, \"b\": \"x\"}\n"),
        ("{}\n", "b.c", "x", "b:\n  c: x\n"),
        ("a: 1\n", "l[\"x.y/z\"]", "n", "a: 1\nl:\n  x.y/z: n\n"),
        ("m:\n  x: 1\n", "m[\"on\"]", "1", "m:\n  \"on\": 1\n  x: 1\n"),
        ("a: |\n  x\n\n  # no comment\n", "b", "1", "a: |\n  x\n\n  # no comment\nb: 1\n"),
    ];
    for (file, path, value, expected) in cases {
        let expected = expected.replace("x.y/z: n", "x.y/z: \"n\"");
        assert_eq!(after_set(file, path, value), expected, "{path} = {value} in {file:?}");
    }
}

#[test]
fn removed_fields_take_their_comments_along() {
    let cases = [
        ("a: 1 # c\nb: 2\n", "a", "b: 2\n"),
        ("# top\n\n# about a\na: 1\nb: 2\n", "a", "# top\n\nb: 2\n"),
        ("a: 1\n  # deeper\n# about b\nb: 2\n", "a", "# about b\nb: 2\n"),
        ("a: 1\nb:\n- x\n# about w\n- w # c\n- z\n", "b[w]", "a: 1\nb:\n- x\n- z\n"),
        ("a:\n- name: x\n  v: 1\n", "a[x].name", "a:\n- v: 1\n"),
        ("a:\n- name: x\n  # about v\n  v: 1\n", "a[0].name", "a:\n- \n  # about v\n  v: 1\n"),
        ("a:\n  b: 1\nc: 1\n", "a.b", "a: {}\nc: 1\n"),
        ("a:\n- x\nc: 1\n", "a[0]", "a: []\nc: 1\n"),
        ("a: [x, w, z] # c\n", "a[1]", "a: [x, z] # c\n"),
        ("a: [x, w, z]\n", "a[2]", "a: [x, w]\n"),
        ("a: {x: 1}\n", "a.x", "a: {}\n"),
        ("a: 1\n", "a", "{}\n"),
        ("a: 1\nb: |\n  x\n\n  y\n\nc: 1\n", "b", "a: 1\n\nc: 1\n"),
        ("a: 1\nb: 2", "b", "a: 1\n"),
        ("a: 1\r\nb: 2\r\n", "a", "b: 2\r\n"),
    ];
    for (file, path, expected) in cases {
        assert_eq!(after_unset(file, path), expected, "{path} of {file:?}");
    }
}

#[test]
fn the_wanted_type_decides() {
    let cases = [
        (Wanted::Text, "1.34", "a: \"1.34\"\n"),
        (Wanted::Text, "a: b", "a: \"a: b\"\n"),
        (Wanted::Text, "\"q\"", "a: q\n"),
        (Wanted::Text, "[a, b]", "a: \"[a, b]\"\n"),
        (Wanted::Number, "3", "a: 3\n"),
        (Wanted::Boolean, "yes", "a: true\n"),
        (Wanted::Any, "\"3\"", "a: \"3\"\n"),
    ];
    let path = "a".parse().expect("a path");
    for (wanted, value, expected) in cases {
        let file = set_as(b"a: 1\n", &path, value, wanted).map(text);
        assert_eq!(file.as_deref(), Ok(expected), "{value} as {wanted:?}");
    }
    for (wanted, value) in [(Wanted::Number, "012"), (Wanted::Number, "x"), (Wanted::Boolean, "1")]
    {
        assert!(set_as(b"a: 1\n", &path, value, wanted).is_err(), "{value} as {wanted:?}");
    }
}
