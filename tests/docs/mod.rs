//! The documents say what the program does: their commands are run, their tables are compared
//! with the code, their links are followed.

mod coverage;
mod links;
mod rules;
mod tour;

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the source tree.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document, by its path in the source tree.
fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document, as paths in the source tree.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for folder in ["", "benches", "docs", "docs/rules", "examples", "tests/servers"] {
        let entries = fs::read_dir(root().join(folder)).expect("a readable folder");
        let paths = entries.map(|entry| entry.expect("a readable entry").path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    pages.sort();
    pages
}

/// The first cells of a document's tables, without their back-quotes.
fn first_cells(text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| Some(row.split(" |").next()?.replace('`', ""))).collect()
}
