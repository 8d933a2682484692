//! The checks on real material: stores as kops writes them, manifests that kops accepts.
//!
//! The material is no part of the repository. Its folder is given by `GIT_STORE_TEST_KOPS_DATA`;
//! without it these tests say so and pass.

use git_store::check::secrets::{self, SecretHit};
use git_store::model::{Class, Key, Profile};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the material, if there is one.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("GIT_STORE_TEST_KOPS_DATA").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.join("stores").is_dir());
    if folder.is_none() {
        note("GIT_STORE_TEST_KOPS_DATA names no folder with kops' stores: nothing was tested");
    }
    folder
}

#[expect(clippy::print_stderr, reason = "a test says what it left out and what it counted")]
fn note(text: &str) {
    eprintln!("{text}");
}

/// Every file below a folder with its key, store by store.
fn files(folder: &Path) -> Vec<(Key, PathBuf)> {
    let mut files = Vec::new();
    for store in fs::read_dir(folder).expect("a readable folder") {
        let store = store.expect("a readable entry").path();
        collect(&store, &store, &mut files);
    }
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(Key, PathBuf)>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let key = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            files.push((Key::from(key.as_str()), path));
        }
    }
}

fn hits(path: &Path) -> Vec<SecretHit> {
    secrets::scan(&fs::read(path).expect("a readable file"))
}

#[test]
fn secrets_in_stores_as_kops_writes_them() {
    let Some(folder) = data() else { return };
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (key, path) in files(&folder.join("stores")) {
        let class = Profile::Kops.class(&key);
        let hits = hits(&path);
        let count = counts.entry(class.name()).or_default();
        count.0 += 1;
        count.1 += usize::from(!hits.is_empty());
        if !hits.is_empty() {
            note(&format!("{key}: {hits:?}"));
        }
        assert!(class != Class::Desired || hits.is_empty(), "a false alarm on {key}: {hits:?}");
    }
    note(&format!("stores, files and files with secrets: {counts:?}"));
    for path in fs::read_dir(folder.join("manifests")).expect("manifests") {
        let path = path.expect("a readable entry").path();
        assert_eq!(hits(&path), [], "a false alarm on {}", path.display());
    }
}

#[test]
fn every_file_with_the_example_credential_is_found() {
    let Some(folder) = data() else { return };
    let mut found = 0;
    for (key, path) in files(&folder.join("stores-by-kops")) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let hits = hits(&path);
        assert_eq!(text.contains("DONOTLEAK"), !hits.is_empty(), "{key}: {hits:?}");
        assert!(!secrets::mask(text.as_bytes()).contains("DONOTLEAK"), "{key} is masked");
        found += usize::from(!hits.is_empty());
    }
    assert_eq!(found, 8, "four files in each of two stores hold it");
}
