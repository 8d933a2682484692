//! Policies and objects that are meant to stall a server.

use super::{CLUSTER, CONFIG, GROUP, NODES, context, found, of_group, policy, read, subject};
use crate::check::policy::LONGEST_EXPRESSION;
use crate::model::Severity;

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
