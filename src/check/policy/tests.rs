//! Policies, both ways: what fires, what does not, and what is refused.

use super::{LONGEST_EXPRESSION, MOST_POLICIES, POLICY_FILE, Policy};
use crate::check::{Options, Report, Subject, check};
use crate::model::{Class, Finding, Key, Severity, TreePath};
use std::borrow::Cow;
use std::fmt::Write as _;

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
    check(subjects, &Options { policy: Some(policy), ..Options::default() })
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
        ("policies: {}\n".into(), "1:1 'policies' must be a list"),
        ("- a\n".into(), "1:1 fields are expected here: policies|1:1 'policies' must be a list"),
        ("policies: []\nrules: []\n".into(), "2:1 there is no field 'rules'; known are policies"),
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

/// Expressions that are as large as they may be, or grow while they are asked.
fn hostile() -> Vec<String> {
    let fill = |before: &str, middle: &str, after: &str| {
        let times = (LONGEST_EXPRESSION - middle.len()) / (before.len() + after.len());
        [before.repeat(times), middle.to_owned(), after.repeat(times)].concat()
    };
    let nested = |before: &str, middle: &str, after: &str, times: usize| {
        [before.repeat(times), middle.to_owned(), after.repeat(times)].concat()
    };
    let list = |item: &str| format!("[{}{item}]", format!("{item},").repeat(300));
    let mut all = vec![
        fill("(", "true", ")"),
        fill("[", "1", "]"),
        fill("{1:", "1", "}"),
        fill("(", "", ""),
        fill("!", "true", ""),
        fill("-", "1", ""),
        fill("1+", "1", ""),
        fill("true&&", "true", ""),
        fill("object.a||", "true", ""),
        fill("", "object", ".a"),
        fill("", "object", "[0]"),
        fill("true?", "true", ":false"),
        fill("size(", "key", ")"),
        fill("[1].map(x,", "x", ")"),
        fill("'", "", ""),
        fill("\u{1f600}", "", ""),
        fill("\\", "", ""),
        fill("9", "", ""),
        nested("(", "true", ")", 20),
        nested("[1].all(x,", "true", ")", 9),
        nested("[", "key", "].map(x,x+x+x+x)[0].size() > 0 ? [key]:[key]", 1),
        format!("size({}) > 0", nested("[", "key", "].map(x,x+x+x+x+x+x+x+x)[0]", 10)),
        format!("size({}) > 0", nested("[", "object", "].map(x,[x,x,x,x,x,x,x,x])[0]", 9)),
        format!("size({}) > 0", nested("[", "object", "].map(x,{1:x,2:x,3:x,4:x})[0]", 9)),
        format!("{} == {}", list("object"), list("old")),
        format!("size({}) > 0", list("object.spec")),
        format!("size(string({})) > 0", list("cluster")),
    ];
    let items = list("1");
    all.push(format!("{0}.all(a, {0}.all(b, {0}.all(c, a + b + c > 0)))", items));
    all.push(format!("{0}.map(a, {0}.map(b, {0}.map(c, [a, b, c]))).size() > 0", items));
    all.push(format!("{0}.exists(a, {0}.exists(b, object == a || old == b))", items));
    all.push(format!("{items}.all(a, key.matches('(a|b|c|d)*' + string(a) + 'x{{100}}') || true)"));
    all.push(format!(
        "{items}.all(a, object.metadata.name.matches('^(([a-z])+.)+[A-Z]([a-z])+$') || true)"
    ));
    all
}

#[test]
fn a_hostile_policy_is_answered_within_bounds() {
    let large = format!("{GROUP}  notes: {}\n", "a".repeat(400_000));
    for expression in hostile() {
        let begun = std::time::Instant::now();
        let policy = policy(&expression);
        let group = subject(NODES, Some(&large), &large);
        let findings = found(&policy, &[group, context(CONFIG, CLUSTER)]);
        let shown: String = expression.chars().take(60).collect();
        let took = begun.elapsed();
        assert!(took.as_secs() < 30, "{shown} took {took:?}");
        assert!(findings.iter().all(|finding| finding.severity == Severity::Error));
    }
}

/// Pieces that expressions are made of, odd ones too.
const PIECES: [&str; 48] = [
    "object",
    "old",
    "cluster",
    "key",
    ".spec",
    ".role",
    "[0]",
    "['a']",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ":",
    ",",
    "?",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "==",
    "<",
    "&&",
    "||",
    " in ",
    "1",
    "-1",
    "0",
    "1u",
    "2.5",
    "'a'",
    "b'\\xff'",
    "null",
    "true",
    "-9223372036854775808",
    "1e308",
    ".all(x, x)",
    ".map(x, x > 1, x)",
    ".exists_one(x, true)",
    "has(object.spec)",
    "size(",
    "int(",
    ".matches('(')",
    "string(",
    "type(",
];

#[test]
fn odd_operands_are_no_panic() {
    for expression in [
        "-9223372036854775808 / -1 == 1",
        "-9223372036854775808 % -1 == 1",
        "-(object.spec.maxSize - 10 - 9223372036854775807 - 1) == 1",
        "int(1e300) == 1 || uint(-1) == 1u || int('x') == 1 || double('x') == 1.0",
        "[1][-1] == 1 || [1][1u] == 1 || [1][0.5] == 1 || 'a'[0] == 1",
        "1.0 % 2.0 == 1.0 || string(b'\\xff') == 'x' || bytes('x') == 1",
        "size() == 1 || matches() || contains(1) || dyn() || type() == 1",
        "key.size(1) || key.matches() || key.matches(1) || key.startsWith(1)",
        "1.matches('a') || matches('a', 'a', 'a')",
        "{1: 1, 1u: 2, 1.0: 3, 'a': 4}[1] == 1 || {null: 1}[null] == 1 || {[1]: 1}[[1]] == 1",
        "object.map(k, object[k]).size() == 1 || null.map(x, x) == 1 || 1.all(x, x)",
        "[1].map(object, object) == [1] && [1].all(key, [key].all(key, key == 1))",
        "has(object.spec.role.length) || has(null.a) || has(object.metadata.labels.x.y)",
        "type(type(1)) == type || type(object) == map || bool('x') || object < object",
        ".object == object && .key == key",
    ] {
        of_group(expression);
    }
}

proptest::proptest! {
    #[test]
    fn no_expression_makes_it_panic(which in proptest::collection::vec(0..PIECES.len(), 0..14)) {
        let expression: String = which.into_iter().map(|which| PIECES[which]).collect();
        of_group(&expression);
    }

    #[test]
    fn no_file_makes_it_panic(text in "[a-z:{}\\[\\]|>'\"&*!,#\\- \\n]{0,80}") {
        read(&text);
        read(&format!("policies:\n- name: p\n  message: m\n  expression: {text}\n"));
    }
}

#[test]
fn what_takes_too_long_has_failed_even_where_it_does_not_matter() {
    let items = format!("[{}1]", "1,".repeat(250));
    let findings =
        of_group(&format!("{items}.all(a, {items}.all(b, {items}.all(c, a == b))) || true"));
    assert_eq!(findings[0].message, "p: the expression takes too long for this object");
}

#[test]
fn a_hostile_object_is_answered_within_bounds() {
    let large = format!("{GROUP}  notes: {}\n", "a".repeat(4_000_000));
    let findings = found(&policy("true"), &[subject(NODES, None, &large)]);
    assert_eq!(findings[0].message, "the object is too large for the repository's policies");
    let deep = format!("{GROUP}  notes: {}{}\n", "[".repeat(90), "]".repeat(90));
    assert_eq!(found(&policy("object == object"), &[subject(NODES, None, &deep)]), []);
    let bomb = "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\na: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
    let findings = found(&policy("object == object"), &[subject(NODES, None, bomb)]);
    assert!(findings.len() <= 1, "{findings:?}");
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
    assert_eq!(rules(found(&broken, &[file])), ["policy-file"]);
}
