//! Policy files: what is refused, and where.

use super::{GROUP, NODES, found, read, subject};
use crate::check::policy::{LONGEST_EXPRESSION, MOST_POLICIES, POLICY_FILE, Policy};
use crate::model::{Class, Finding, Severity, TreePath};
use std::borrow::Cow;
use std::fmt::Write as _;

/// What is wrong with a policy file: `line:column message`.
fn wrong(text: &str) -> Vec<String> {
    let show = |finding: Finding| {
        assert_eq!((finding.rule, finding.severity), ("policy-file", Severity::Error));
        let place =
            finding.span.map_or("-".into(), |span| format!("{}:{}", span.line, span.column));
        format!("{place} {}", finding.message)
    };
    found(&read(text), &[subject(NODES, None, GROUP)]).into_iter().map(show).collect()
}

#[test]
fn a_policy_file_is_read_strictly() {
    let one = "policies:\n- name: p\n  message: m\n";
    let cases = [
        ("policies: []\n".to_owned(), ""),
        ("".into(), "- a policy file holds one document"),
        ("--- {}\n--- {}\n".into(), "- a policy file holds one document"),
        ("policies: {}\n".into(), "1:11 'policies' must be a list"),
        ("signedWords: 1\n".into(), "1:14 'signedWords' is true or false"),
        (
            "- a\n".into(),
            "1:1 fields are expected here: policies, signedWords|1:1 'policies' must be a list",
        ),
        (
            "policies: []\nrules: []\n".into(),
            "2:1 there is no field 'rules'; known are policies, signedWords",
        ),
        ("policies: []\npolicies: []\n".into(), "2:1 'policies' is there twice"),
        ("policies: [\n".into(), "2:1 while parsing a node, did not find expected node content"),
        ("policies:\n- name: p\n  expression: 'true'\n".into(), "2:3 a policy has a 'message'"),
        ("policies:\n- name: p\n  message: m\n".into(), "2:3 a policy has a 'expression'"),
        (format!("{one}  expression: yes\n"), "4:15 'expression' must be text"),
        (
            format!("{one}  severity: bad\n  expression: 'true'\n"),
            "4:13 'severity' is error or warning",
        ),
        (
            format!("{one}  when: x\n  expression: 'true'\n"),
            "4:3 there is no field 'when'; known are name, message, severity, match, field, expression",
        ),
        (
            format!("{one}  match: {{keys: x}}\n  expression: 'true'\n"),
            "4:11 there is no field 'keys'; known are kind, key",
        ),
        (
            format!("{one}  match: {{key: '[a'}}\n  expression: 'true'\n"),
            "4:16 'key' is no pattern: '[a': unclosed character class; missing ']'",
        ),
        (
            format!("{one}  expression: 'true'\n- name: p\n  message: m\n  expression: 'true'\n"),
            "5:9 there are two policies named 'p'",
        ),
        (
            "policies:\n- name: a b\n  message: m\n  expression: 'true'\n".into(),
            "2:9 a name has letters, digits and dashes, at most 63",
        ),
        (format!("{one}  expression: object.\n"), "4:22 '.' is not expected here"),
    ];
    for (text, expected) in cases {
        assert_eq!(wrong(&text).join("|"), expected, "{text}");
    }
}

#[test]
fn an_expression_is_wrong_where_it_is_wrong() {
    let head = "policies:\n- name: p\n  message: m\n  expression:";
    let cases = [
        (format!("{head} 1 + objec.spec == 2\n"), "4:19 there is no 'objec'"),
        (format!("{head} '1 + objec.spec == 2'\n"), "4:20 there is no 'objec'"),
        (format!("{head} |\n    true &&\n    objec.spec == 2\n"), "6:5 there is no 'objec'"),
        (format!("{head} >-\n    true &&\n    objec.spec == 2\n"), "5:5 there is no 'objec'"),
        (format!("{head} object.spec.all(x, y)\n"), "4:34 there is no 'y'"),
        (format!("{head} lower(key) == 'x'\n"), "4:20 there is no function 'lower'"),
        (format!("{head} key.all(x)\n"), "4:22 there is no function 'all'"),
        (format!("{head} has(key)\n"), "4:19 invalid argument to has() macro"),
        (format!("{head} Foo{{}}\n"), "4:18 there are no types of one's own"),
        (format!("{head} object.?spec\n"), "4:21 unsupported syntax"),
    ];
    for (text, expected) in cases {
        let found = wrong(&text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text}{found:?}");
    }
}

#[test]
fn a_file_has_limits() {
    let mut text = "policies:\n".to_owned();
    for number in 0..=MOST_POLICIES {
        let _ = writeln!(text, "- {{name: p{number}, message: m, expression: 'true'}}");
    }
    assert_eq!(wrong(&text), ["202:3 a file holds at most 200 policies"]);
    let long = format!("'{}'", "a".repeat(LONGEST_EXPRESSION));
    let found = wrong(&format!("policies:\n- name: p\n  message: m\n  expression: \"{long}\"\n"));
    assert_eq!(found, ["4:15 the expression has more than 4096 bytes"]);
}

#[test]
fn a_broken_file_can_be_mended() {
    let broken = read("policies:\n- {name: p, message: m, expression: 'false'}\n- {name: q}\n");
    let group = subject(NODES, None, GROUP);
    let rules = |findings: Vec<Finding>| {
        findings.into_iter().map(|finding| finding.rule).collect::<Vec<&str>>()
    };
    let found_all = found(&broken, std::slice::from_ref(&group));
    assert_eq!(
        rules(found_all),
        ["policy-file", "policy-file", "policy"],
        "what can be used is used"
    );
    let mut file = subject(POLICY_FILE, None, "policies: []\n");
    (file.key, file.class) = (None, Class::Unknown);
    assert_eq!(found(&broken, &[file.clone()]), []);
    file.new = Some(Cow::Borrowed(b"policies: 1\n"));
    assert_eq!(rules(found(&broken, &[file.clone()])), ["policy-file"]);
    (file.old, file.new) = (file.new, None);
    assert_eq!(found(&broken, &[file]), [], "a broken file can be removed");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let link = Policy::unreadable(TreePath::from(POLICY_FILE), "no ordinary file");
    let findings = found(&link, &[subject(NODES, None, GROUP)]);
    assert_eq!((findings[0].rule, findings[0].severity), ("policy-file", Severity::Error));
}
