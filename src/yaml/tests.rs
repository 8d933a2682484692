use super::*;
use proptest::prelude::*;

#[test]
fn plain_scalars_as_kops_reads_them() {
    use Resolved::{Boolean, HiddenBoolean, Merge, NoNumber, Null, Number, OddNumber, Text};
    let cases = [
        ("y", HiddenBoolean(true)),
        ("N", HiddenBoolean(false)),
        ("Yes", HiddenBoolean(true)),
        ("OFF", HiddenBoolean(false)),
        ("yES", Text),
        ("true", Boolean(true)),
        ("12", Number),
        ("-1.5", Number),
        ("1e3", Number),
        ("0", Number),
        ("1.0", Number),
        ("012", OddNumber(Some(10))),
        ("0777", OddNumber(Some(511))),
        ("0o12", OddNumber(Some(10))),
        ("0x1F", OddNumber(Some(31))),
        ("0b11", OddNumber(Some(3))),
        ("1_000", OddNumber(Some(1000))),
        ("+1", OddNumber(Some(1))),
        ("08", OddNumber(None)),
        (".5", OddNumber(None)),
        ("1.", OddNumber(None)),
        (".inf", NoNumber),
        ("-.INF", NoNumber),
        (".nan", NoNumber),
        ("~", Null),
        ("", Null),
        ("<<", Merge),
        ("1:30", Text),
        ("12:30:45", Text),
        ("2001-01-01", Text),
        ("=", Text),
        ("1e", Text),
        ("1.2.3", Text),
        ("10.0.0.0/8", Text),
        ("-", Text),
        (".", Text),
        ("0x", Text),
        ("i-0123", Text),
        ("1.34.0", Text),
        ("sg-1", Text),
        ("+-1", Text),
    ];
    for (text, expected) in cases {
        assert_eq!(resolve(text), expected, "{text:?}");
    }
}

#[test]
fn places_and_paths_are_those_of_the_file() {
    let text = "spec:\n  subnets:\n  - cidr: 10.0.0.0/8\n    \u{e9}: {a: \"x\", a: y}\nmetadata:\n  labels:\n    kops.k8s.io/cluster: c\n";
    let yaml = parse(text.as_bytes());
    assert_eq!(yaml.error, None);
    let mut seen = Vec::new();
    walk(&yaml.documents[0].root, &mut |visit| {
        if let Some(text) = visit.node.text() {
            let span = visit.node.span;
            seen.push(format!(
                "{} {text} {}:{}-{}",
                visit.path, span.line, span.column, span.end_column
            ));
        }
    });
    assert_eq!(
        seen,
        [
            "spec.subnets[0].cidr 10.0.0.0/8 3:11-21",
            "spec.subnets[0].\u{e9}.a x 4:12-15",
            "spec.subnets[0].\u{e9}.a y 4:20-21",
            "metadata.labels[\"kops.k8s.io/cluster\"] c 7:26-27",
        ]
    );
}

#[test]
fn an_anchor_before_a_key_names_the_key() {
    let yaml = parse(b"a:\n- &x name: b\n- *x\nb: &y {c: d}\ne: {<<: *y, c: f}\ng: 1\ng: 2\n");
    let value = read(&yaml.documents[0]).expect("within the budget");
    let items = value.get("a").expect("a list").items();
    assert_eq!(items[0].get("name").and_then(Value::text), Some("b"));
    assert_eq!(items[1].text(), Some("name"));
    assert_eq!(value.at(&["e", "c"]).and_then(Value::text), Some("f"), "what is written wins");
    assert_eq!(value.get("g").and_then(Value::integer), Some(2), "the last one wins");
    assert_eq!(value.entries().len(), 4);
}

#[test]
fn paths_are_found_again() {
    paths_hold("a:\n- b: [1, {c: x}]\n  d:\n- \n- e: ~\n\"f.g\":\nh: {i: , j}\n");
}

#[test]
fn budgets_hold() {
    let deep = "[".repeat(100_000);
    let flat = "- 1\n".repeat(MOST_NODES + 10);
    let large = vec![b'a'; LARGEST + 1];
    let bomb = format!("a: &a [x,x]\n{}", "b: &b [*a,*a,*a,*a,*a]\n".repeat(1000));
    for (content, word) in
        [(deep.as_bytes(), "levels"), (flat.as_bytes(), "values"), (&large, "bytes")]
    {
        let error = parse(content).error.expect("over the budget");
        assert!(error.message.contains(word), "{}", error.message);
    }
    assert_eq!(parse(bomb.as_bytes()).error, None);
    assert_eq!(parse(b"a: \xff\n").error.map(|e| (e.span.line, e.span.column)), Some((1, 4)));
}

/// Lines that make nested trees in most orders.
const LINES: &[&str] = &[
    "a:",
    "  b:",
    "  c: 1",
    "    d: [x, , {y: , z}]",
    "- e",
    "-",
    "  - f:",
    "  -",
    "    - g: h",
    "? k",
    ": v",
    "i: &x",
    "j: *x",
    "l: |",
    "    text",
    "m: {}",
    "",
    "# comment",
    "---",
    "\"n\": ''",
];

/// Asserts that each value is found again from the top.
fn paths_hold(text: &str) {
    let yaml = parse(text.as_bytes());
    for root in yaml.documents.iter().map(|document| &document.root) {
        walk(root, &mut |visit| {
            assert_eq!(path_to(root, visit.node).as_deref(), Some(visit.path));
            let of_key = visit.key.map(|key| path_to(root, key));
            assert!(of_key.is_none_or(|path| path.as_deref() == Some(visit.path)));
        });
    }
}

proptest! {
    #[test]
    fn parsing_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn every_value_has_its_path(lines in proptest::collection::vec(proptest::sample::select(LINES), 0..12)) {
        paths_hold(&lines.join("\n"));
    }

    #[test]
    fn parsing_yaml_like_text_never_panics(text in "[-:?\\[\\]{}&*!|>'\"%@`#, \\n\\t\\ra-c0-1\u{85}\u{feff}]{0,120}") {
        paths_hold(&text);
    }
}
