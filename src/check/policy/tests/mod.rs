//! Policies, both ways: what fires, and what does not.

mod file;
mod hostile;

use super::{POLICY_FILE, Policy};
use crate::check::{Options, Report, Subject, check};
use crate::model::{Class, Finding, Key, Severity, TreePath};
use std::borrow::Cow;

const CLUSTER: &str = "\
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: prod.example.com
spec:
  channel: stable
  subnets:
  - name: a
    zone: eu-1a
  - name: b
    zone: eu-1b
";
const GROUP: &str = "\
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  labels:
    kops.k8s.io/cluster: prod.example.com
  name: nodes
spec:
  role: Node
  maxSize: 012
  enabled: yes
";
const CONFIG: &str = "prod.example.com/config";
const NODES: &str = "prod.example.com/instancegroup/nodes";

fn subject<'a>(key: &str, old: Option<&'a str>, new: &'a str) -> Subject<'a> {
    Subject {
        path: TreePath::from(key),
        mode: 0o100_644,
        key: Some(Key::from(key)),
        path_error: None,
        is_manifest: false,
        is_context: false,
        class: Class::Desired,
        old: old.map(|old| Cow::Borrowed(old.as_bytes())),
        new: Some(Cow::Borrowed(new.as_bytes())),
    }
}

fn context<'a>(key: &str, content: &'a str) -> Subject<'a> {
    Subject { is_context: true, ..subject(key, Some(content), content) }
}

fn policy(expression: &str) -> Policy {
    let quoted = expression.replace('\'', "''");
    read(&format!("policies:\n- name: p\n  message: it must\n  expression: '{quoted}'\n"))
}

fn read(text: &str) -> Policy {
    Policy::read(TreePath::from(POLICY_FILE), text.as_bytes())
}

fn report(policy: &Policy, subjects: &[Subject<'_>]) -> Report {
    check(subjects, Options { policy: Some(policy), ..Options::default() })
}

fn found(policy: &Policy, subjects: &[Subject<'_>]) -> Vec<Finding> {
    let findings = report(policy, subjects).findings.into_iter();
    findings.filter(|finding| finding.rule.starts_with("policy")).collect()
}

/// What an expression says of a group whose cluster did not change.
fn of_group(expression: &str) -> Vec<Finding> {
    let group = subject(NODES, Some(GROUP), GROUP);
    found(&policy(expression), &[group, context(CONFIG, CLUSTER)])
}

#[test]
fn what_holds_is_silent() {
    for expression in [
        "object.kind == 'InstanceGroup'",
        "object.spec.maxSize == 10",
        "object.spec.enabled",
        "!has(object.spec.minSize) || object.spec.minSize > 0",
        "object.metadata.labels['kops.k8s.io/cluster'] == cluster.metadata.name",
        "cluster.spec.subnets.all(s, s.zone.startsWith('eu-'))",
        "cluster.spec.subnets.exists_one(s, s.name == 'a')",
        "cluster.spec.subnets.map(s, s.name) == ['a', 'b']",
        "size(cluster.spec.subnets.filter(s, s.name != 'a')) == 1",
        "cluster.spec.subnets.all(a, cluster.spec.subnets.exists(b, a.zone == b.zone))",
        "object.metadata.name in ['nodes', 'bastions']",
        "object.metadata.name.matches('^[a-z]+$')",
        "key == 'prod.example.com/instancegroup/nodes'",
        "key.startsWith(cluster.metadata.name + '/')",
        "old == object && old != null",
        "type(object.spec.maxSize) == int",
        "{'Node': 1, 'Master': 2}[object.spec.role] == 1",
        "string(object.spec.maxSize) + 'x' == '10x'",
    ] {
        assert_eq!(of_group(expression), [], "{expression}");
    }
}

#[test]
fn what_is_not_true_has_failed() {
    let cases = [
        ("object.spec.maxSize > 20", "p: it must"),
        (
            "object.spec.minSize > 0",
            "p: the policy asks for 'object.spec.minSize', which is not there",
        ),
        (
            "object.metadata.labels['tier'] == 'x'",
            "p: the policy asks for 'object.metadata.labels['tier']', which is not there",
        ),
        ("object.spec[object.spec.role] == 1", "p: the policy asks for a key that is not there"),
        ("object.spec.maxSize", "p: the expression gives a value of type int, not true or false"),
        (
            "object.spec.maxSize == 10 && object.spec.role > 1",
            "p: the expression does not fit the types that it finds: found no matching overload for '_>_' applied to '(string, int)'",
        ),
        ("object.spec.maxSize / 0 == 1", "p: the expression divides by zero"),
        (
            "object.spec.maxSize + 9223372036854775807 > 1",
            "p: a number in the expression gets too large",
        ),
        (
            "cluster.spec.subnets[7].name == 'x'",
            "p: the expression asks for an item that is not there",
        ),
        (
            "object.spec.role.matches('[')",
            "p: the expression has a pattern that is none, or is too large",
        ),
        (
            "object.spec.role.matches('((a{100}){100}){100}')",
            "p: the expression has a pattern that is none, or is too large",
        ),
    ];
    for (expression, message) in cases {
        let findings = of_group(expression);
        let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(said, [message], "{expression}");
        assert_eq!(findings[0].severity, Severity::Error);
        assert_eq!((findings[0].field.as_str(), findings[0].rule), ("metadata.name", "policy"));
        assert_eq!(findings[0].span.map(|span| (span.line, span.column)), Some((6, 9)));
    }
}

#[test]
fn a_missing_field_tells_how_to_ask_for_it() {
    let help = |expression| of_group(expression).remove(0).help.expect("help");
    assert!(help("object.spec.minSize > 0").contains("'has(object.spec.minSize) && …'"));
    let label = "object.metadata.labels['tier'] == 'x'";
    assert!(help(label).contains("''tier' in object.metadata.labels && …'"));
    assert!(help("old.spec.x == cluster.spec.x").contains("has(old.spec.x)"));
}

#[test]
fn a_new_object_has_no_old_one_and_a_group_may_lack_its_cluster() {
    let new = [subject(NODES, None, GROUP)];
    assert_eq!(found(&policy("old == null && cluster == null"), &new), []);
    let findings = found(&policy("old.spec.maxSize == 1"), &new);
    assert!(findings[0].help.as_ref().is_some_and(|help| help.contains("old == null || …")));
    let own = [subject(CONFIG, None, CLUSTER)];
    assert_eq!(found(&policy("cluster == object"), &own), []);
}

#[test]
fn a_change_is_seen_and_what_only_surrounds_it_is_not_judged() {
    let shrunk = GROUP.replace("012", "3");
    let changed = [subject(NODES, Some(GROUP), &shrunk), context(CONFIG, CLUSTER)];
    let never_less =
        policy("object.kind != 'InstanceGroup' || old.spec.maxSize <= object.spec.maxSize");
    assert_eq!(found(&never_less, &changed).len(), 1);
    let findings = found(&policy("false"), &changed);
    let paths: Vec<String> = findings.iter().map(|finding| finding.path.to_string()).collect();
    assert_eq!(paths, [NODES]);
}

#[test]
fn a_policy_says_what_it_is_about() {
    let policy = read(
        "policies:
- {name: c, message: m, match: {kind: Cluster}, expression: 'false'}
- {name: g, message: m, match: {kind: InstanceGroup, key: 'prod.*/**'}, severity: warning, field: spec.role, expression: 'false'}
- {name: o, message: m, match: {key: 'other.*/**'}, expression: 'false'}
",
    );
    let subjects = [subject(CONFIG, None, CLUSTER), subject(NODES, None, GROUP)];
    let findings = found(&policy, &subjects);
    let said: Vec<(&str, Severity, &str)> = findings
        .iter()
        .map(|finding| (finding.message.as_str(), finding.severity, finding.field.as_str()))
        .collect();
    let expected =
        [("c: m", Severity::Error, "metadata.name"), ("g: m", Severity::Warning, "spec.role")];
    assert_eq!(said, expected);
}

#[test]
fn a_comment_does_not_allow_it() {
    let group = GROUP.replace("  name: nodes", "  name: nodes # git-store: allow policy please");
    let report = report(&policy("false"), &[subject(NODES, None, &group)]);
    let rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&"policy") && rules.contains(&"suppression"), "{rules:?}");
    assert_eq!(report.suppressed, 0);
}
