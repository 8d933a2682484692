//! The shape of the code: layers import one way only, and no test file is forgotten.

use std::fs;
use std::path::{Path, PathBuf};

/// Layers from the bottom up; a layer may import itself and what stands in a line above it.
const LAYERS: &[&[&str]] = &[
    &["model"],
    &["config", "yaml"],
    &["engine", "check", "edit"],
    &["store", "git"],
    &["ops"],
    &["cli"],
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The files of a layer, whether it is a folder or still a single file.
fn layer_files(source: &Path, layer: &str) -> Vec<PathBuf> {
    let folder = source.join(layer);
    if folder.is_dir() { rust_files(&folder) } else { Vec::new() }
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|rank| rank.contains(&layer))
}

/// Layers that a source text names through `crate::`, also within `use crate::{a, b::c}`.
fn imported_layers(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let group = rest.strip_prefix('{').and_then(|inner| inner.split('}').next());
        for item in
            group.unwrap_or(rest).split(',').take(if group.is_some() { usize::MAX } else { 1 })
        {
            let name: String =
                item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.push(name);
        }
    }
    names
}

#[test]
fn imports_go_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for (own_rank, layers) in LAYERS.iter().enumerate() {
        for layer in *layers {
            for file in layer_files(&source, layer) {
                seen += 1;
                let text = fs::read_to_string(&file).expect("a readable source file");
                for name in imported_layers(&text) {
                    let Some(other_rank) = rank(&name) else {
                        continue;
                    };
                    let allowed = name == *layer || other_rank < own_rank;
                    assert!(
                        allowed,
                        "{} imports {name}, which is not below {layer}",
                        file.display()
                    );
                }
            }
        }
    }
    assert!(seen > LAYERS.len(), "the layers were found");
}

#[test]
fn every_source_folder_is_a_layer() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(source).expect("src is readable") {
        let entry = entry.expect("a readable entry");
        let name = entry.file_name().into_string().expect("a plain name");
        if entry.path().is_dir() && name != "bin" {
            assert!(rank(&name).is_some(), "src/{name} is no layer");
        }
    }
}

#[test]
fn every_test_file_is_in_the_one_binary() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let main = fs::read_to_string(tests.join("main.rs")).expect("tests/main.rs is readable");
    for entry in fs::read_dir(&tests).expect("tests is readable") {
        let path = entry.expect("a readable entry").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name");
        let is_test = path.extension().is_some_and(|extension| extension == "rs")
            || path.join("mod.rs").exists();
        if is_test && stem != "main" {
            assert!(main.contains(&format!("mod {stem};")), "tests/{stem} is in no test binary");
        }
    }
}
