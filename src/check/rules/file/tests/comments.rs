//! Comments that allow findings.

use super::*;

#[test]
fn comments_allow_until_their_last_day() {
    let text = format!("{CLUSTER}  # git-store: allow yaml-1.1 until 2027-01-31 meant\n  a: yes\n");
    let case = Case { key: "prod.example.com/config", old: None, new: Some(text.as_bytes()) };
    let found = |today: &str| {
        let today = Some(today.parse().expect("a date"));
        let report = check(&[subject(&case)], Options { today, ..Options::default() });
        let rules = report.findings.iter().map(|finding| finding.rule);
        rules.filter(|rule| ["yaml-1.1", "suppression"].contains(rule)).collect::<Vec<_>>()
    };
    assert_eq!(found("2027-01-31"), Vec::<&str>::new());
    assert_eq!(found("2027-02-01"), ["suppression", "yaml-1.1"]);
}

#[test]
fn comments_allow_with_a_reason() {
    let allowed = |comment: &str| format!("{CLUSTER}  # git-store: allow {comment}\n  a: yes\n");
    config(&allowed("yaml-1.1 a boolean is meant"), &[]);
    config(&format!("{CLUSTER}  a: yes # git-store: allow yaml-1.1 a boolean is meant\n"), &[]);
    config(
        &format!("{CLUSTER}  # git-store: allow yaml-1.1 meant\n  # another comment\n  a: yes\n"),
        &[],
    );
    config(&allowed("yaml-1.1 until 2027-01-31 meant"), &[]);
    let without_reason = allowed("yaml-1.1 until 2027-01-31");
    config(&without_reason, &["suppression warning 7:1", "yaml-1.1 warning 8:6 spec.a"]);
    let no_date = allowed("yaml-1.1 until tomorrow meant");
    config(&no_date, &["suppression warning 7:1", "yaml-1.1 warning 8:6 spec.a"]);
    config(&allowed("yaml-1.1"), &["suppression warning 7:1", "yaml-1.1 warning 8:6 spec.a"]);
    config(
        &allowed("no-such-rule why"),
        &["suppression warning 7:1", "yaml-1.1 warning 8:6 spec.a"],
    );
    config(&allowed("duplicate-key why"), &["yaml-1.1 warning 8:6 spec.a"]);
    config(
        &format!("{CLUSTER}  # git-store: allow yaml-1.1 x\n  a: b\n  c: yes\n"),
        &["yaml-1.1 warning 9:6 spec.c"],
    );
    config(
        &format!("{CLUSTER}  # git-store: allow secret-plain an example\n  password: hunter2\n"),
        &[],
    );
    let keyset = "prod.example.com/pki/private/ca/keyset.yaml";
    changes(
        keyset,
        None,
        Some(b"# git-store: allow key-material please\n"),
        &["key-material error", "suppression warning 1:1"],
    );
}
