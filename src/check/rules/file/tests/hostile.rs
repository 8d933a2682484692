//! Whatever a file holds, a check ends soon and well.

use super::trees::blob;
use super::*;

proptest::proptest! {
    #[test]
    fn no_content_makes_a_rule_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), at in 0usize..160, which in 0usize..4) {
        let keys = ["p/config", "p/instancegroup/n", "p/clusteraddons/default", "p/x"];
        let mut mutated = CLUSTER.as_bytes().to_vec();
        let end = (at + bytes.len().min(12)).min(mutated.len());
        mutated.splice(at.min(end)..end, bytes.iter().copied().take(12));
        for new in [&bytes, &mutated] {
            findings(&Case { key: keys[which], old: Some(CLUSTER.as_bytes()), new: Some(new) });
        }
    }

    #[test]
    fn no_tree_makes_a_rule_panic(paths in proptest::collection::vec("[a-bA./%\\\\-]{0,6}", 0..8)) {
        check_tree(&paths.iter().map(|path| blob(path.as_bytes())).collect::<Vec<_>>());
    }
}

#[test]
fn aliases_that_stand_for_too_much_are_an_error() {
    let mut bomb = format!("{CLUSTER}  a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (name, of) in ["b", "c", "d", "e", "f", "g"].iter().zip(["a", "b", "c", "d", "e", "f"]) {
        let items = format!("*{of}, ").repeat(10);
        bomb += &format!("  {name}: &{name} [{items}]\n");
    }
    config(&bomb, &["yaml-syntax error 1:1"]);
    config(&format!("{CLUSTER}  a: &a [x]\n  b: [*a, *a]\n"), &[]);
}

/// Hostile files are done soon, whatever they repeat: no work grows with the square of the size.
#[test]
fn no_file_takes_long() {
    let size = 300_000;
    let fill = |part: &str| part.repeat(size / part.len());
    let files = [
        fill("{\"name\":\"HCLOUD_TOKEN\",\"value\":\"abcdefgh\"},"),
        format!("a: [{}]\n", fill("{kind: Secret, data: {a: b}},")),
        fill("- name: TOKEN\n"),
        format!("{{ {}", fill("name: TOKEN ")),
        fill("-----BEGIN PRIVATE KEY-----\n"),
        fill("-----BEGIN PRIVATE KEY-----"),
        fill("TOKEN=a1b2c3d4e5 "),
        fill("http://a:b@c "),
        fill("a://b"),
        fill("password:\n"),
        fill("eyJ.eyJ."),
        format!("? {}: {{{}}}\n", "k".repeat(size / 2), fill("a: yes, ")),
        fill("a: yes\n"),
        fill("# git-store: allow x\n"),
        format!("a: [{}]\n", fill("::, ")),
        fill("\t\n"),
        fill("? "),
        fill("- "),
        fill("[{"),
        fill("a: &a [*a, *a]\n"),
        fill("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n"),
        fill("\"\\\\\\\"auth\\\": "),
        fill("<<<<<<< a\n"),
        fill("---\n"),
        fill("ghp_"),
        fill("--token"),
        fill("AKIA"),
        fill("name: \"password\\"),
        (0..size / 8).map(|number| format!("k{number}: y\n")).collect(),
    ];
    for content in files {
        let start = std::time::Instant::now();
        let case = Case {
            key: "prod.example.com/clusteraddons/default",
            old: None,
            new: Some(content.as_bytes()),
        };
        let report = report(&case);
        let found = report.findings.len();
        assert!(found <= rules().count() * 100, "{found} findings");
        crate::check::output::text(&report, crate::check::output::Look::Plain);
        let taken = start.elapsed();
        let head: String = content.chars().take(40).collect();
        assert!(taken.as_secs() < 5, "{head}: {taken:?}");
        if std::env::var_os("GIT_STORE_TEST_TIMES").is_some() {
            print_time(&head, taken);
        }
    }
}

#[expect(clippy::print_stderr, reason = "a measurement")]
fn print_time(head: &str, taken: std::time::Duration) {
    eprintln!("{taken:?} {head:?}");
}
