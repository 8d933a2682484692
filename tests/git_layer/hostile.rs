//! Hostile trees, written as raw bytes because git refuses to make most of them.

use super::sandbox::{Sandbox, id, open};
use git_store::git::{HostileEntry, HostileKind};
use git_store::model::ObjectId;
use std::path::{Path, PathBuf};

const DIRECTORY: u32 = 0o040_000;
const FILE: u32 = 0o100_644;
const LINK: u32 = 0o120_000;

type Raw<'a> = (u32, &'a [u8], ObjectId);

pub struct Lab {
    pub sandbox: Sandbox,
    pub path: PathBuf,
    pub blob: ObjectId,
}

impl Lab {
    pub fn new() -> Self {
        let sandbox = Sandbox::new();
        let path = sandbox.bare("r");
        let blob = id(&sandbox.git_with_input(&path, &["hash-object", "-w", "--stdin"], b"x\n"));
        Self { sandbox, path, blob }
    }

    /// Writes a tree with exactly these entries in this order.
    pub fn tree(&self, entries: &[Raw<'_>]) -> ObjectId {
        let mut data = Vec::new();
        for (mode, name, id) in entries {
            data.extend(format!("{mode:o} ").bytes());
            data.extend(*name);
            data.push(0);
            data.extend(id.as_bytes());
        }
        self.raw_tree(&data)
    }

    fn raw_tree(&self, data: &[u8]) -> ObjectId {
        let arguments = ["hash-object", "-t", "tree", "--literally", "-w", "--stdin"];
        id(&self.sandbox.git_with_input(&self.path, &arguments, data))
    }

    fn file(&self, name: &[u8]) -> ObjectId {
        self.tree(&[(FILE, name, self.blob)])
    }

    fn below(&self, name: &[u8], tree: ObjectId) -> ObjectId {
        self.tree(&[(DIRECTORY, name, tree)])
    }

    fn scan(&self, before: &[ObjectId], tree: ObjectId) -> Vec<HostileEntry> {
        open(&self.path).hostile_entries(before, tree, &mut 100_000).expect("a scan")
    }
}

/// Every tree of the list with the kind that must be found in it.
fn hostile_trees(lab: &Lab) -> Vec<(&'static str, ObjectId, HostileKind)> {
    use HostileKind as Kind;
    let blob = lab.blob;
    let good = lab.file(b"config");
    let deep = (0..1500).fold(good, |tree, _| nest(lab, tree, b"abc"));
    let endless = (0..2000).fold(good, |tree, _| nest(lab, tree, b""));
    let commit = ObjectId::new([9; 20]);
    vec![
        (".git", lab.below(b".git", good), Kind::GitDirectory),
        (".GIT", lab.below(b".GIT", good), Kind::GitDirectory),
        ("HFS .git", lab.below(".g\u{200c}it".as_bytes(), good), Kind::GitDirectory),
        ("git~1", lab.below(b"git~1", good), Kind::GitDirectory),
        ("NTFS stream", lab.below(b".git::$INDEX_ALLOCATION", good), Kind::GitDirectory),
        (".", lab.below(b".", good), Kind::GitDirectory),
        ("..", lab.below(b"..", good), Kind::GitDirectory),
        ("slash", lab.file(b"a/b"), Kind::Separator),
        ("duplicate", lab.tree(&[(FILE, b"a", blob), (FILE, b"a", blob)]), Kind::Duplicate),
        (
            "file and directory",
            lab.tree(&[(FILE, b"a", blob), (FILE, b"a.b", blob), (DIRECTORY, b"a", good)]),
            Kind::FileAndDirectory,
        ),
        ("too deep", endless, Kind::TooLong),
        ("too long", deep, Kind::TooLong),
        ("symlinked .gitmodules", lab.tree(&[(LINK, b".gitmodules", blob)]), Kind::Symlink),
        ("symlink", lab.tree(&[(LINK, b"config", blob)]), Kind::Symlink),
        ("gitlink", lab.tree(&[(0o160_000, b"module", commit)]), Kind::Gitlink),
        ("symlinked .gitattributes", lab.tree(&[(LINK, b".gitattributes", blob)]), Kind::Symlink),
        (".gitattributes", lab.file(b".gitattributes"), Kind::GitSettings),
        (
            "case twins",
            lab.tree(&[(FILE, b"Config", blob), (FILE, b"config", blob)]),
            Kind::CaseTwin,
        ),
        (
            "NFC and NFD twins",
            lab.tree(&[(FILE, "e\u{301}".as_bytes(), blob), (FILE, "\u{e9}".as_bytes(), blob)]),
            Kind::Decomposed,
        ),
        ("carriage return", lab.file(b"a\rb"), Kind::Control),
        ("line feed", lab.file(b"a\nb"), Kind::Control),
        ("not UTF-8", lab.file(b"a\xff"), Kind::NotUtf8),
        ("backslashes", lab.file(b"..\\..\\x"), Kind::Separator),
        ("option", lab.file(b"--upload-pack=touch x"), Kind::OptionLike),
        ("device", lab.file(b"CON"), Kind::ReservedName),
        ("mode 100666", lab.tree(&[(0o100_666, b"a", blob)]), Kind::OddMode(0o100_666)),
        ("mode 104755", lab.tree(&[(0o104_755, b"a", blob)]), Kind::OddMode(0o104_755)),
        ("executable", lab.tree(&[(0o100_755, b"a", blob)]), Kind::Executable),
        ("empty name", lab.file(b""), Kind::EmptyName),
        ("right to left", lab.file("a\u{202e}b".as_bytes()), Kind::Invisible),
        ("trailing dot", lab.file(b"config."), Kind::ReservedName),
        ("disorder", lab.tree(&[(FILE, b"b", blob), (FILE, b"a", blob)]), Kind::Disorder),
        ("cut", lab.raw_tree(b"100644 a\0short"), Kind::Malformed),
        ("no mode", lab.raw_tree(&[b"x y\0", &[1; 20][..]].concat()), Kind::Malformed),
    ]
}

fn nest(lab: &Lab, tree: ObjectId, name: &[u8]) -> ObjectId {
    // Objects written without git: so many runs of git would take their time.
    let mut data = [b"40000 ", name, b"\0"].concat();
    data.extend(tree.as_bytes());
    let repository = git2::Repository::open(&lab.path).expect("a repository");
    let odb = repository.odb().expect("objects");
    let id = odb.write(git2::ObjectType::Tree, &data).expect("written");
    ObjectId::new(id.as_bytes().try_into().expect("SHA-1"))
}

#[test]
fn every_hostile_tree_is_reported_by_name_at_any_depth() {
    let lab = Lab::new();
    for (name, tree, kind) in hostile_trees(&lab) {
        let found = lab.scan(&[], tree);
        assert!(found.iter().any(|entry| entry.kind == kind), "{name}: {found:?}");
        let below = lab.below(b"prod", tree);
        let found = lab.scan(&[], below);
        let named = found
            .iter()
            .any(|entry| entry.kind == kind && entry.path.as_bytes().starts_with(b"prod"));
        assert!(named, "{name} below prod: {found:?}");
        assert!(!kind.to_string().is_empty());
    }
}

#[test]
fn an_ordinary_store_is_not_hostile() {
    let lab = Lab::new();
    let names: [&[u8]; 6] = [
        b"cluster-completed.spec",
        b"config",
        "name with space and \u{fc}".as_bytes(),
        b"pki%2Fx",
        b"system:kube-proxy",
        b"x--y.yaml",
    ];
    let files: Vec<_> = names.iter().map(|name| (FILE, *name, lab.blob)).collect();
    let tree = lab.below(b"prod.example.com", lab.tree(&files));
    assert_eq!(lab.scan(&[], tree), []);
}

#[test]
fn what_a_parent_had_just_so_is_not_new() {
    let lab = Lab::new();
    let tree = |name: &[u8]| lab.tree(&[(0o100_755, b"run", lab.blob), (FILE, name, lab.blob)]);
    let (old, new) = (lab.below(b"d", tree(b"x")), lab.below(b"d", tree(b"y")));
    assert_eq!(lab.scan(&[], old).len(), 1);
    assert_eq!(lab.scan(&[old], old), []);
    assert_eq!(lab.scan(&[old], new), []);
    let moved = lab.below(b"e", tree(b"x"));
    assert_eq!(lab.scan(&[old], moved).len(), 1, "elsewhere it is new");
    // A twin of something old is new.
    let twin = lab.tree(&[(FILE, b"X", lab.blob), (FILE, b"x", lab.blob)]);
    let found = lab.scan(&[lab.file(b"x")], twin);
    assert_eq!(found.iter().map(|e| e.path.to_string()).collect::<Vec<_>>(), ["X"]);
}

#[test]
fn a_tree_that_names_itself_over_and_over_ends_at_the_budget() {
    let lab = Lab::new();
    let mut tree = lab.file(b"x");
    for _ in 0..12 {
        let names: Vec<Vec<u8>> = (b'a'..=b'j').map(|letter| vec![letter]).collect();
        let entries: Vec<_> = names.iter().map(|name| (DIRECTORY, name.as_slice(), tree)).collect();
        tree = lab.tree(&entries);
    }
    let mut budget = 50_000;
    let repository = open(&lab.path);
    let error = repository.hostile_entries(&[], tree, &mut budget).expect_err("too much");
    assert!(error.to_string().contains("several steps"), "{error}");
}

#[test]
fn files_and_differences_of_hostile_trees_are_errors_or_plain_values() {
    use git_store::git::Repository as _;
    let lab = Lab::new();
    let good = lab.file(b"config");
    let repository = open(&lab.path);
    for (_, tree, _) in hostile_trees(&lab) {
        // Whatever the answer: no panic, no endless walk.
        let _ = super::sandbox::wait(repository.files(tree));
        let _ = super::sandbox::wait(repository.diff(Some(good), Some(tree)));
    }
}

/// A commit of a tree, for pushes.
pub fn commit_tree(
    sandbox: &Sandbox,
    path: &Path,
    tree: ObjectId,
    parents: &[ObjectId],
) -> ObjectId {
    let mut arguments = vec!["commit-tree".to_string(), "-m".into(), "x".into()];
    for parent in parents {
        arguments.extend(["-p".to_string(), parent.to_string()]);
    }
    arguments.push(tree.to_string());
    id(&sandbox.git(path, &arguments))
}
