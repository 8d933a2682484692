//! `docs/rules/` is written from the code: `GIT_STORE_UPDATE_DOCS=1` writes it anew.

use super::root;
use git_store::check::{Rule, rules};
use git_store::model::Severity;
use std::collections::BTreeMap;
use std::fs;

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn allowed(rule: &Rule) -> String {
    if rule.takes_comment() {
        format!(
            "A comment on the line or above it allows it: `# git-store: allow {} reason`.",
            rule.id
        )
    } else if rule.takes_word() {
        format!(
            "A word allows one: `--allow {0}:PATH`, or a line `Allow: {0}:PATH reason` at the end of the commit's message.",
            rule.id
        )
    } else {
        "It cannot be allowed by a comment.".to_owned()
    }
}

fn page_of(rule: &Rule) -> String {
    format!(
        "# {}\n\n{}. Usual severity: {}.\n\n{}\n\n{}\n\n[All rules](README.md)\n",
        rule.id,
        capitalized(rule.summary),
        severity(rule),
        rule.explanation,
        allowed(rule)
    )
}

fn capitalized(text: &str) -> String {
    // kops is never written with a capital.
    if text.starts_with("kops") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn index() -> String {
    let mut text = "# Rules\n\n\
        What `git store check`, the hooks and every push look for. `git store check --explain RULE` prints the same texts.\n\
        These pages are written from the code by a test.\n\n\
        | rule | finds | usual severity |\n|---|---|---|\n"
        .to_owned();
    for rule in rules() {
        text += &format!("| [{0}]({0}.md) | {1} | {2} |\n", rule.id, rule.summary, severity(rule));
    }
    text
}

fn wanted() -> BTreeMap<String, String> {
    let page = |rule: &&Rule| (format!("{}.md", rule.id), page_of(rule));
    let mut pages: BTreeMap<String, String> = rules().map(|rule| page(&rule)).collect();
    pages.insert("README.md".into(), index());
    pages
}

fn found() -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(root().join("docs/rules")) else { return BTreeMap::new() };
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().expect("a plain name");
        (name, fs::read_to_string(entry.path()).expect("a readable page"))
    };
    entries.map(|entry| read(entry.expect("a readable entry"))).collect()
}

#[test]
fn every_rule_has_the_page_that_the_code_explains() {
    let folder = root().join("docs/rules");
    if std::env::var_os("GIT_STORE_UPDATE_DOCS").is_some() {
        fs::create_dir_all(&folder).expect("a folder for the rules");
        for (name, text) in wanted() {
            fs::write(folder.join(name), text).expect("a page that can be written");
        }
    }
    let (wanted, found) = (wanted(), found());
    for (name, text) in &wanted {
        assert_eq!(
            found.get(name),
            Some(text),
            "docs/rules/{name} is not what the code says; GIT_STORE_UPDATE_DOCS=1 writes it anew"
        );
    }
    let stale: Vec<_> = found.keys().filter(|name| !wanted.contains_key(*name)).collect();
    assert!(stale.is_empty(), "there is no such rule: {stale:?}");
}
