//! The same properties on files as kops has them. They are no part of the repository: their folder
//! is given by `GIT_STORE_TEST_KOPS_DATA`; without it these tests say so and pass.

use super::generate::paths;
use super::properties::{read, set_holds, unset_holds};
use crate::edit::differences;
use std::fs;
use std::path::{Path, PathBuf};

#[expect(clippy::print_stderr, reason = "a test says what it left out and what it counted")]
fn note(text: &str) {
    eprintln!("{text}");
}

/// The folder of the material.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("GIT_STORE_TEST_KOPS_DATA").map(PathBuf::from);
    if folder.is_none() {
        note("GIT_STORE_TEST_KOPS_DATA is not set: nothing was tested on real files");
    }
    folder
}

/// Every document of the manifests, and every cluster and group of the stores.
pub(super) fn documents() -> Vec<Vec<u8>> {
    let Some(folder) = folder() else { return Vec::new() };
    let mut all = below(&folder.join("manifests"));
    all.extend(below(&folder.join("stores")));
    all.sort();
    all.dedup();
    all
}

/// The documents of a manifest, or of every cluster and group below a folder.
fn below(path: &Path) -> Vec<Vec<u8>> {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a readable folder");
        return entries.flat_map(|entry| below(&entry.expect("an entry").path())).collect();
    }
    let name = path.to_string_lossy();
    let is_desired = name.ends_with("/config") || name.contains("/instancegroup/");
    if !is_desired && !name.contains("/manifests/") {
        return Vec::new();
    }
    let text = fs::read_to_string(path).expect("a readable file");
    let documents = text.split("\n---\n").filter(|text| text.contains("kind: "));
    documents.map(|text| format!("{}\n", text.trim()).into_bytes()).collect()
}

/// What kops made of a manifest differs from it only in fields that kops does not know.
#[test]
fn what_kops_makes_of_a_manifest_does_not_differ() {
    let Some(folder) = folder() else { return };
    let (mut equal, mut dropped) = (0, 0);
    for store in fs::read_dir(folder.join("stores")).expect("stores") {
        let store = store.expect("an entry").path();
        let stem = store.file_name().expect("a name").to_string_lossy().into_owned();
        let written = below(&store);
        for document in below(&folder.join(format!("manifests/{stem}.yaml"))) {
            let name =
                |file: &[u8]| (read(file)["kind"].clone(), read(file)["metadata"]["name"].clone());
            let Some(file) = written.iter().find(|file| name(file) == name(&document)) else {
                continue;
            };
            let found = differences(&document, file).expect("two files");
            assert!(found.iter().all(|difference| difference.new.is_none()), "{stem}: {found:?}");
            *if found.is_empty() { &mut equal } else { &mut dropped } += 1;
        }
    }
    note(&format!("{equal} documents do not differ, from {dropped} kops has dropped fields"));
    assert!(equal > 10 * dropped, "most are as they were");
}

/// Every so many a field of the real files is set and removed; all of them in a longer run.
#[test]
fn fields_of_real_files_can_be_set_and_removed() {
    let step = if std::env::var_os("GIT_STORE_FUZZ_SECONDS").is_some() { 1 } else { 23 };
    let documents = documents();
    let all = documents
        .iter()
        .flat_map(|content| paths(&read(content)).into_iter().map(move |path| (content, path)));
    let mut count = 0;
    for (content, path) in all.step_by(step) {
        for done in [set_holds(content, &path, "a b"), unset_holds(content, &path)] {
            assert_eq!(done, Ok(()), "{}", String::from_utf8_lossy(content));
        }
        count += 1;
    }
    note(&format!("{count} fields were set and removed"));
}
