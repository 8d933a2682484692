//! YAML as kops reads it.

use super::*;

#[test]
fn yaml_syntax() {
    config(&format!("{CLUSTER}  a: [1\n"), &["yaml-syntax error 8:1"]);
    config(&format!("{CLUSTER}\tb: 1\n"), &["yaml-syntax error 7:1"]);
    config(&format!("\u{feff}{CLUSTER}"), &["yaml-syntax note 1:1"]);
    config(&CLUSTER.replace("\nspec", "\rspec"), &["yaml-syntax error 4:25"]);
    config(&format!("{CLUSTER}  a: \"\u{1}\"\n"), &["yaml-syntax error 7:7"]);
    config(&format!("{CLUSTER}  a: [0.0.0.0/0, ::/0]\n"), &["yaml-syntax error 7:18"]);
    config(&format!("{CLUSTER}  a: ['::/0']\n  b: |\n    x:\n    \ty\n"), &[]);
    let wide: Vec<u8> =
        [0xfeffu16].into_iter().chain(CLUSTER.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    changes("prod.example.com/config", Some(b""), Some(&wide), &["yaml-syntax error 1:1"]);
}

#[test]
fn tabs_as_kops_reads_them() {
    for (lines, expected) in [
        ("  a: b\n    \t\n", None),
        ("  a: b # c\n    \t\n", Some("yaml-syntax error 8:5")),
        ("  a: b\n  \t\n", Some("yaml-syntax error 8:3")),
        ("  a: 'b'\n    \t\n", Some("yaml-syntax error 8:5")),
        ("  a:\n  - b\n    \t\n", None),
        ("  a:\n  -\tb\n", Some("yaml-syntax error 8:4")),
        ("  a: |\n    b\n  \t\n", None),
        ("  a:\tb\n", None),
        ("  a: b\t\n", None),
    ] {
        let expected: Vec<&str> = expected.into_iter().collect();
        config(&format!("{CLUSTER}{lines}  c: d\n"), &expected);
    }
}

#[test]
fn keys_that_kops_refuses() {
    config(&format!("{CLUSTER}  : b\n"), &["yaml-syntax error 7:3"]);
    config(&format!("{CLUSTER}  a: {{{{ b }}}}\n"), &["yaml-syntax error 7:7"]);
    config(&format!("{CLUSTER}  a: {{b}}\n  ? c\n  : d\n"), &[]);
}

#[test]
fn yaml_1_1() {
    let names = CLUSTER.to_owned() + "  etcdClusters:\n  - etcdMembers:\n    - name: n\n";
    config(&names, &["yaml-1.1 error 9:13 spec.etcdClusters[0].etcdMembers[0].name"]);
    config(&names.replace("name: n", "name: \"n\""), &[]);
    config(
        &names.replace("name: n", "name: 1"),
        &["yaml-1.1 error 9:13 spec.etcdClusters[0].etcdMembers[0].name"],
    );
    config(
        &format!("{CLUSTER}  kubernetesVersion: 1.34\n"),
        &["yaml-1.1 error 7:22 spec.kubernetesVersion"],
    );
    config(&format!("{CLUSTER}  kubernetesVersion: 1.34.0\n"), &[]);
    let values = [
        ("y", "error"),
        ("N", "error"),
        ("yes", "warning"),
        ("Off", "warning"),
        ("012", "warning"),
        ("0x1F", "warning"),
        ("0o12", "warning"),
        ("0b11", "warning"),
        ("1_000", "warning"),
        ("+1", "warning"),
        (".5", "warning"),
        ("1.", "warning"),
        ("08", "warning"),
        (".inf", "error"),
        (".NaN", "error"),
    ];
    for (value, severity) in values {
        config(&format!("{CLUSTER}  a: {value}\n"), &[&format!("yaml-1.1 {severity} 7:6 spec.a")]);
        config(
            &format!("{CLUSTER}  cloudLabels: {{a: {value}}}\n"),
            &["yaml-1.1 error 7:20 spec.cloudLabels.a"],
        );
        config(&format!("{CLUSTER}  a: '{value}'\n"), &[]);
    }
    for value in [
        "true",
        "false",
        "1",
        "1.5",
        "-2",
        "1e3",
        "null",
        "1:30",
        "12:30:45",
        "2001-01-01",
        "=",
        "text",
    ] {
        config(&format!("{CLUSTER}  a: {value}\n"), &[]);
    }
    config(&format!("{CLUSTER}  on: 1\n"), &["yaml-1.1 error 7:3 spec.on"]);
    config(&format!("{CLUSTER}  012: 1\n"), &["yaml-1.1 error 7:3 spec.012"]);
}

#[test]
fn numbers_in_odd_spellings_are_written_plainly() {
    for (value, expected) in [
        ("012", Some("write 10, or 12 if that is meant")),
        ("0x1F", Some("write 31")),
        ("1_000", Some("write 1000")),
        ("+1", Some("write 1")),
        ("08", Some("write a decimal number")),
        ("12", None),
    ] {
        let content = format!("{GROUP}  maxSize: {value}\n");
        let case = Case {
            key: "prod.example.com/instancegroup/nodes",
            old: None,
            new: Some(content.as_bytes()),
        };
        let found = findings(&case);
        let found = found.iter().find(|finding| finding.rule == "yaml-1.1");
        let help = found.and_then(|finding| finding.help.as_deref());
        assert_eq!(help, expected, "{value}");
        assert!(found.is_none_or(|finding| finding.severity == Severity::Warning), "{value}");
    }
    group(&format!("{GROUP}  autoscale: y\n"), &["yaml-1.1 warning 9:14 spec.autoscale"]);
    group(&format!("{GROUP}  maxSize: y\n"), &[]);
}

#[test]
fn safe_fixes_are_quotes_where_text_is_expected() {
    let mut found = findings(&Case {
        key: "prod.example.com/config",
        old: None,
        new: Some(format!("{CLUSTER}  dnsZone: on\n  a: on\n").as_bytes()),
    });
    found.retain(|finding| finding.rule == "yaml-1.1");
    let fixes: Vec<_> =
        found.iter().map(|f| f.fix.clone().map(|fix| (fix.replacement, fix.safe))).collect();
    assert_eq!(fixes, [Some(("\"on\"".into(), true)), Some(("\"on\"".into(), false))]);
}

#[test]
fn duplicate_key() {
    config(&format!("{CLUSTER}  channel: alpha\n"), &["duplicate-key error 7:3 spec.channel"]);
    config(&format!("{CLUSTER}spec: {{a: 1}}\n"), &["duplicate-key error 7:1 spec"]);
    config(&format!("{CLUSTER}  a:\n  - {{channel: x}}\n  - {{channel: x}}\n"), &[]);
}

#[test]
fn conflict_marker() {
    let conflict = "<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> branch\n";
    let marks = [
        "yaml-syntax error 7:1",
        "conflict-marker error 7:1",
        "conflict-marker error 9:1",
        "conflict-marker error 11:1",
    ];
    let found = findings(&Case {
        key: "prod.example.com/config",
        old: None,
        new: Some(format!("{CLUSTER}{conflict}").as_bytes()),
    });
    assert_eq!(found.iter().filter(|f| f.rule == "conflict-marker").count(), marks.len() - 1);
    changes(
        "prod.example.com/addons/x.yaml",
        Some(conflict.as_bytes()),
        Some(conflict.as_bytes()),
        &["conflict-marker error 1:1", "conflict-marker error 3:1", "conflict-marker error 5:1"],
    );
    config(&format!("{CLUSTER}  a: |\n    =======\n    <<<<<<<<\n"), &[]);
    changes(
        "prod.example.com/addons/x.yaml",
        Some(b"Title\n=======\n"),
        Some(b"Title\n=======\n"),
        &[],
    );
}
