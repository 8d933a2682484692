//! The checks on real material: stores as kops writes them, manifests that kops accepts.
//!
//! The material is no part of the repository. Its folder is given by `GIT_STORE_TEST_KOPS_DATA`;
//! without it these tests say so and pass.

use git_store::check::secrets::{self, SecretHit};
use git_store::check::subject::REGULAR;
use git_store::check::{Subject, check};
use git_store::model::{Class, Finding, Key, Profile, Severity, TreePath};
use std::borrow::Cow;
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

fn subject(key: &Key, content: Vec<u8>) -> Subject<'static> {
    Subject {
        path: TreePath::new(key.as_bytes()),
        mode: REGULAR,
        key: Some(key.clone()),
        path_error: None,
        class: Profile::Kops.class(key),
        old: Some(Cow::Owned(content.clone())),
        new: Some(Cow::Owned(content)),
    }
}

fn errors(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.severity == Severity::Error).collect()
}

#[test]
fn desired_files_as_kops_writes_them_have_no_findings() {
    let Some(folder) = data() else { return };
    let mut all = files(&folder.join("stores"));
    all.extend(files(&folder.join("stores-by-kops")));
    all.retain(|(key, _)| Profile::Kops.class(key) == Class::Desired);
    let read = |(key, path): &(Key, PathBuf)| subject(key, fs::read(path).expect("a readable file"));
    let subjects: Vec<Subject<'_>> = all.iter().map(read).collect();
    let start = std::time::Instant::now();
    let report = check(&subjects, Profile::Kops);
    note(&format!("{} desired files in {:?}: {} findings", report.checked, start.elapsed(), report.findings.len()));
    assert_eq!(report.checked, all.len());
    assert!(report.checked > 50, "the files were found");
    assert_eq!(report.findings, [], "kops wrote these files");
}

/// The documents of a manifest as the files that kops would make of them.
fn split(manifest: &str) -> Vec<Subject<'static>> {
    let text = manifest.replace("\r\n", "\n");
    let documents: Vec<&str> = text.split("\n---\n").map(|d| d.strip_prefix("---\n").unwrap_or(d)).collect();
    let field = |document: &str, name: &str| {
        let line = document.lines().find(|line| line.trim_start().starts_with(&format!("{name}:")));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().trim_matches('"').to_owned())
    };
    let name = |document: &str| {
        let metadata = document.split("metadata:").nth(1).unwrap_or_default();
        field(metadata, "name").unwrap_or_else(|| "unnamed".into())
    };
    let is_cluster = |document: &&&str| field(document, "kind").as_deref() == Some("Cluster");
    let cluster = documents.iter().find(is_cluster).map_or("none.example.com".into(), |document| name(document));
    let key = |document: &str| match field(document, "kind").as_deref() {
        Some("Cluster") => format!("{cluster}/config"),
        Some("InstanceGroup") => format!("{cluster}/instancegroup/{}", name(document)),
        _ => format!("{cluster}/clusteraddons/default"),
    };
    let file = |document: &&str| subject(&Key::from(key(document).as_str()), format!("{}\n", document.trim_end()).into_bytes());
    documents.iter().map(file).collect()
}

#[test]
fn manifests_that_kops_accepts_have_no_errors() {
    let Some(folder) = data() else { return };
    let (mut documents, mut warnings) = (0, 0);
    for entry in fs::read_dir(folder.join("manifests")).expect("manifests") {
        let path = entry.expect("a readable entry").path();
        let report = check(&split(&fs::read_to_string(&path).expect("a readable manifest")), Profile::Kops);
        documents += report.checked;
        warnings += report.findings.len();
        for finding in &report.findings {
            note(&format!("{}: {finding:?}", path.display()));
        }
        assert_eq!(errors(&report.findings), Vec::<&Finding>::new(), "{}", path.display());
    }
    note(&format!("manifests: {documents} documents, {warnings} findings, no errors"));
}
