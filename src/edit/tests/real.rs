//! The same properties on files as kops has them. They are no part of the repository: their folder
//! is given by `GIT_STORE_TEST_KOPS_DATA`; without it these tests say so and pass.

use super::generate::paths;
use super::properties::{read, set_holds, unset_holds};
use std::fs;
use std::path::{Path, PathBuf};

#[expect(clippy::print_stderr, reason = "a test says what it left out and what it counted")]
fn note(text: &str) {
    eprintln!("{text}");
}

/// Every document of the manifests, and every cluster and group of the stores.
pub(super) fn documents() -> Vec<Vec<u8>> {
    let Some(folder) = std::env::var_os("GIT_STORE_TEST_KOPS_DATA").map(PathBuf::from) else {
        note("GIT_STORE_TEST_KOPS_DATA is not set: nothing was tested on real files");
        return Vec::new();
    };
    let mut all = Vec::new();
    collect(&folder.join("manifests"), &mut all);
    collect(&folder.join("stores"), &mut all);
    all.sort();
    all.dedup();
    all
}

fn collect(folder: &Path, all: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a readable entry").path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, all);
        } else if name.ends_with(".yaml") && name.contains("/manifests/")
            || name.ends_with("/config")
            || name.contains("/instancegroup/")
        {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let documents = text.split("\n---\n").filter(|text| text.contains("kind: "));
            all.extend(documents.map(|text| format!("{}\n", text.trim()).into_bytes()));
        }
    }
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
