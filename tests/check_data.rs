//! The checks on real material: stores as kops writes them, manifests that kops accepts.
//!
//! The material is no part of the repository. Its folder is given by `GIT_STORE_TEST_KOPS_DATA`;
//! without it these tests say so and pass.

use git_store::check::secrets::{self, SecretHit};
use git_store::check::subject::REGULAR;
use git_store::check::{Options, Subject, check};
use git_store::model::{Class, Finding, Key, Profile, Severity, TreePath};
use git_store::yaml::{self, Yaml};
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
            let key =
                path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
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
        is_manifest: false,
        is_context: false,
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
    let read =
        |(key, path): &(Key, PathBuf)| subject(key, fs::read(path).expect("a readable file"));
    let subjects: Vec<Subject<'_>> = all.iter().map(read).collect();
    let start = std::time::Instant::now();
    let report = check(&subjects, Options::default());
    note(&format!(
        "{} desired files in {:?}: {} findings",
        report.checked,
        start.elapsed(),
        report.findings.len()
    ));
    assert_eq!(report.checked, all.len());
    assert!(report.checked > 50, "the files were found");
    assert_eq!(report.findings, [], "kops wrote these files");
}

/// The documents of a manifest as the files that kops would make of them.
fn split(manifest: &str) -> Vec<Subject<'static>> {
    let text = manifest.replace("\r\n", "\n");
    let documents: Vec<&str> =
        text.split("\n---\n").map(|d| d.strip_prefix("---\n").unwrap_or(d)).collect();
    let parsed: Vec<Yaml> =
        documents.iter().map(|document| yaml::parse(document.as_bytes())).collect();
    let is_cluster = |yaml: &&Yaml| value(yaml, &["kind"]).as_deref() == Some("Cluster");
    let cluster =
        parsed.iter().find(is_cluster).and_then(|yaml| value(yaml, &["metadata", "name"]));
    let label = || {
        parsed.iter().find_map(|yaml| value(yaml, &["metadata", "labels", "kops.k8s.io/cluster"]))
    };
    let cluster = cluster.or_else(label).unwrap_or_else(|| "none.example.com".into());
    let file = |(document, yaml): (&&str, &Yaml)| {
        let content = format!("{}\n", document.trim_end_matches('\n')).into_bytes();
        subject(&Key::from(key_of(yaml, &cluster).as_str()), content)
    };
    documents.iter().zip(&parsed).map(file).collect()
}

fn key_of(yaml: &Yaml, cluster: &str) -> String {
    match value(yaml, &["kind"]).as_deref() {
        Some("Cluster") => format!("{cluster}/config"),
        Some("InstanceGroup") => {
            let name = value(yaml, &["metadata", "name"]).unwrap_or_else(|| "unnamed".into());
            format!("{cluster}/instancegroup/{name}")
        }
        _ => format!("{cluster}/clusteraddons/default"),
    }
}

fn value(yaml: &Yaml, path: &[&str]) -> Option<String> {
    yaml.documents.first()?.root.at(path)?.text().map(str::to_owned)
}

#[test]
fn manifests_that_kops_accepts_have_no_errors() {
    let Some(folder) = data() else { return };
    let (mut documents, mut warnings) = (0, 0);
    for entry in fs::read_dir(folder.join("manifests")).expect("manifests") {
        let path = entry.expect("a readable entry").path();
        let report = check(
            &split(&fs::read_to_string(&path).expect("a readable manifest")),
            Options::default(),
        );
        documents += report.checked;
        warnings += report.findings.len();
        for finding in &report.findings {
            note(&format!("{}: {finding:?}", path.display()));
        }
        assert_eq!(errors(&report.findings), Vec::<&Finding>::new(), "{}", path.display());
    }
    note(&format!("manifests: {documents} documents, {warnings} findings, no errors"));
}

/// Compares with kops' own verdicts on edited manifests, made into files by the set's
/// `materialize.py` in the folder `GIT_STORE_TEST_ORACLE`, with the table of rows beside them.
#[test]
fn no_false_alarm_on_edits_that_kops_accepts() {
    let Some(folder) = std::env::var_os("GIT_STORE_TEST_ORACLE").map(PathBuf::from) else {
        return note("GIT_STORE_TEST_ORACLE is not set: nothing was compared with kops' verdicts");
    };
    let rows = fs::read_to_string(folder.join("mutations.tsv")).expect("the table of rows");
    let mut counts: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut alarms = Vec::new();
    let mut missed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>()) {
        let Ok(content) = fs::read(folder.join(format!("{}.yaml", row[0]))) else { continue };
        let found = alarm(&content);
        let expected = row.last().copied().unwrap_or_default();
        *counts.entry((expected.to_owned(), found.is_some())).or_default() += 1;
        if expected == "MUST_REJECT" && found.is_none() && row[8] == "decode" {
            missed.entry(row[5]).or_default().push(row[0]);
        }
        // These rename the cluster to make room for another rule and leave the groups' labels.
        let is_renamed = row[5] == "multi" && row[6].contains("metadata.name");
        if expected == "MUST_ACCEPT" && !is_renamed {
            alarms.extend(
                found.map(|message| format!("{} {} {}: {message}", row[0], row[4], row[5])),
            );
        }
    }
    note(&format!("(expected, error found) -> rows: {counts:?}"));
    for (operation, rows) in missed {
        note(&format!(
            "{operation}: {} rows that kops cannot decode and that have no error here: {rows:?}",
            rows.len()
        ));
    }
    assert!(!counts.is_empty(), "rows were compared");
    assert_eq!(alarms, Vec::<String>::new(), "kops accepts these");
}

/// The first error of a manifest.
fn alarm(content: &[u8]) -> Option<String> {
    let subjects = match std::str::from_utf8(content) {
        Ok(text) => split(text),
        Err(_) => vec![subject(&Key::from("none.example.com/config"), content.to_vec())],
    };
    let report = check(&subjects, Options::default());
    let error = report.findings.iter().find(|finding| finding.severity == Severity::Error)?;
    Some(format!("{} {} {:?} {}", error.rule, error.field, error.span, error.message))
}
