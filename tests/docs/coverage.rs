//! What there is in the code is in the documents, and nothing else.

use super::{first_cells, page, pages, root};
use clap::CommandFactory;
use git_store::cli::args::Cli;
use git_store::config::KEYS;
use git_store::model::{Key, Scheme, path};
use git_store::store::surroundings::variables_of;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_setting_is_documented_with_its_default() {
    let text = page("docs/configuration.md");
    for (key, default, meaning) in KEYS {
        let default = if default.is_empty() { String::new() } else { format!(" `{default}`") };
        let row = format!("| `{key}` |{default} | {meaning}");
        assert!(text.contains(&row), "docs/configuration.md lacks: {row}");
    }
}

#[test]
fn every_environment_variable_is_documented() {
    let text = page("docs/configuration.md") + &page("docs/stores.md");
    let of_services = Scheme::ALL.iter().flat_map(|(scheme, _)| variables_of(*scheme));
    let mut named: BTreeSet<String> = of_services.map(|(name, _)| (*name).to_owned()).collect();
    named.extend(variables(&page("src/cli/environment.rs")));
    assert!(named.contains("GIT_STORE_LIFETIME") && named.contains("S3_ENDPOINT"));
    for name in named {
        assert!(text.contains(&format!("`{name}`")), "no page says what {name} does");
    }
}

/// Texts in a source file that look like names of environment variables.
fn variables(source: &str) -> Vec<String> {
    let texts = source.split('"').skip(1).step_by(2);
    let is_name = |text: &&str| {
        let starts = ["AWS_", "S3_", "KOPS_", "GIT_STORE_"];
        let is_plain =
            text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        is_plain && starts.iter().any(|start| text.starts_with(start))
    };
    texts.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn every_command_and_option_is_documented() {
    let readme = page("README.md");
    let all: String =
        pages().iter().map(|path| fs::read_to_string(path).expect("a readable page")).collect();
    let mut commands = Vec::new();
    let cli = Cli::command();
    collect(&cli, "", &mut commands);
    assert!(commands.len() > 12, "the commands were found");
    for (name, options) in commands {
        let is_listed = name.is_empty() || readme.contains(&format!("`{name}"));
        assert!(is_listed, "README.md does not list '{name}'");
        for option in options {
            let is_there = all.contains(&format!("--{option}"));
            assert!(is_there, "no page says what '{name} --{option}' does");
        }
    }
}

fn collect(command: &clap::Command, name: &str, found: &mut Vec<(String, Vec<String>)>) {
    let options = command.get_arguments().filter_map(|argument| argument.get_long());
    found.push((name.to_owned(), options.map(str::to_owned).collect()));
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        let name = format!("{name} {}", inner.get_name());
        collect(inner, name.trim_start(), found);
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let wanted: BTreeSet<String> = dependencies(&page("Cargo.toml")).into_iter().collect();
    let cells = first_cells(&page("docs/dependencies.md"));
    let found: BTreeSet<String> = cells.into_iter().filter(|cell| cell != "crate").collect();
    assert_eq!(found, wanted, "docs/dependencies.md and Cargo.toml name the same crates");
}

fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_inside = line.ends_with("dependencies]");
        } else if let Some((name, _)) = line.split_once(" = ")
            && is_inside
        {
            names.push(name.to_owned());
        }
    }
    names
}

#[test]
fn every_row_of_the_three_way_table_is_described() {
    let rows: Vec<u8> = first_cells(&page("docs/three-way-table.md"))
        .iter()
        .filter_map(|cell| cell.parse().ok())
        .collect();
    assert_eq!(rows, (1..=32).collect::<Vec<u8>>());
}

#[test]
fn every_kind_of_error_is_explained() {
    let kinds = page("docs/exit-codes.md");
    let rows = kinds.lines().filter(|line| line.starts_with("| "));
    let names = rows.filter_map(|row| row.split('|').nth(3));
    let text = page("docs/troubleshooting.md");
    let mut seen = 0;
    for name in names.flat_map(|cell| cell.split(", ")).map(str::trim) {
        if name.starts_with('`') {
            seen += 1;
            assert!(text.contains(&format!("| {name} |")), "troubleshooting lacks {name}");
        }
    }
    assert!(seen > 20, "the kinds were found");
}

#[test]
fn the_pages_are_listed_in_the_readme() {
    let readme = page("README.md");
    for entry in fs::read_dir(root().join("docs")).expect("docs is readable") {
        let name = entry.expect("a readable entry").file_name().into_string().expect("a name");
        let link =
            if name == "rules" { "docs/rules/README.md".into() } else { format!("docs/{name}") };
        assert!(readme.contains(&format!("]({link})")), "README.md does not link to {link}");
    }
}

#[test]
fn keys_are_written_as_the_table_of_paths_says() {
    let text = page("docs/stores.md");
    let cases = [
        ("a/b", false, "| `a/b` | `a/b` |"),
        ("a", true, "| `a` beside `a/b` | `a/%self` |"),
        ("dir/", false, "| `dir/` | `dir/%dir` |"),
        ("a//b", false, "| `a//b` | `a/%empty/b` |"),
        ("/lead", false, "| `/lead` | `%empty/lead` |"),
        ("50%", false, "| `50%` | `50%25` |"),
        (".git/config", false, "| `.git/config` | `%2Egit/config` |"),
        ("..", false, "| `..` | `%2E%2E` |"),
        ("CON", false, "| `CON` | `%43ON` |"),
        ("x ", false, "| `x ` | `x%20` |"),
        (".hidden", false, "| `.hidden` | `%2Ehidden` |"),
    ];
    for (key, has_children, row) in cases {
        let path = path::encode(&Key::from(key), has_children);
        assert!(row.ends_with(&format!("`{path}` |")), "{key} is written as {path}");
        assert!(text.contains(row), "docs/stores.md lacks {row}");
    }
}
