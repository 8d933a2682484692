//! Entries of trees.

use super::*;

fn entry(path: &[u8], mode: u32, kind: EntryKind) -> TreeEntry {
    TreeEntry { path: TreePath::new(path), mode, kind, is_in_store: true }
}

pub(super) fn blob(path: &[u8]) -> TreeEntry {
    entry(path, 0o100_644, EntryKind::Blob)
}

#[test]
fn tree_entries_of_odd_kinds() {
    let good = [
        blob(b"a/config"),
        entry(b"a", 0o040_000, EntryKind::Tree),
        blob(b"a/100%25"),
        blob(b"secrets/system:dns"),
    ];
    assert_eq!(check_tree(&good).findings, []);
    assert_eq!(check_tree(&good).checked, 4);
    let modes = [
        (0o120_000, EntryKind::Blob),
        (0o160_000, EntryKind::Commit),
        (0o100_755, EntryKind::Blob),
        (0o100_664, EntryKind::Blob),
        (0o100_644, EntryKind::Tree),
        (0o040_000, EntryKind::Blob),
        (0o100_644, EntryKind::Other),
        (0, EntryKind::Blob),
    ];
    for (mode, kind) in modes {
        let report = check_tree(&[entry(b"a/config", mode, kind)]);
        assert_eq!(report.worst(), Some(Severity::Error), "{mode:o} {kind:?}");
    }
    let mut script = entry(b"ci/run.sh", 0o100_755, EntryKind::Blob);
    script.is_in_store = false;
    assert_eq!(
        check_tree(&[script]).findings,
        [],
        "the repository's own scripts may be executable"
    );
}

#[test]
fn tree_entries_of_hostile_names() {
    let errors: &[&[u8]] = &[
        b"",
        b"a//b",
        b".",
        b"a/../b",
        b".git/config",
        b"a/.GIT/x",
        b"a/.git /x",
        b"a/git~1",
        b"a/.git::$INDEX_ALLOCATION",
        "a/.g\u{200c}it".as_bytes(),
        b"a/.gitattributes",
        b"a/.gitmodules",
        b".gitignore",
        b"a/.mailmap",
        b"a/b\\c",
        b"CON",
        b"a/com1.txt",
        b"a/nul",
        b"a/x ",
        b"a/x.",
        b"a/\x1b[31m",
        b"a/\xff",
        b"a/x\ny",
        "a/\u{200e}x".as_bytes(),
    ];
    for name in errors {
        assert_eq!(
            check_tree(&[blob(name)]).worst(),
            Some(Severity::Error),
            "{}",
            TreePath::new(name)
        );
    }
    assert_eq!(check_tree(&[blob(b"--upload-pack=x")]).worst(), Some(Severity::Warning));
    assert_eq!(check_tree(&[blob("a/e\u{301}".as_bytes())]).worst(), Some(Severity::Note));
    let own = |path: &[u8]| TreeEntry { is_in_store: false, ..blob(path) };
    assert_eq!(check_tree(&[own(b".gitignore"), own(b".github/x"), own(b"-x")]).findings, []);
    assert_eq!(check_tree(&[own(b"x/.git/config")]).worst(), Some(Severity::Error));
}

#[test]
fn tree_entries_twice() {
    let twice = check_tree(&[blob(b"a"), blob(b"a")]);
    assert_eq!(twice.worst(), Some(Severity::Error));
    assert_eq!(check_tree(&[blob(b"a"), blob(b"a/b")]).worst(), Some(Severity::Error));
    assert_eq!(
        check_tree(&[blob(b"a"), entry(b"a", 0o040_000, EntryKind::Tree)]).worst(),
        Some(Severity::Error)
    );
    let twins = check_tree(&[
        blob(b"A/config"),
        blob(b"a/x"),
        blob("\u{c9}".as_bytes()),
        blob("\u{e9}".as_bytes()),
    ]);
    let names: Vec<String> =
        twins.findings.iter().map(|finding| finding.path.to_string()).collect();
    assert_eq!(names, ["a", "\u{e9}"]);
    assert_eq!(twins.worst(), Some(Severity::Warning));
}
