//! Every local link leads somewhere.

use super::pages;
use std::fs;

/// The targets of `[text](target)`, outside of code.
fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code || line.starts_with("    ") {
            continue;
        }
        let rest = line.split("](").skip(1);
        targets.extend(rest.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
    }
    targets
}

/// The anchors of a document's headings, as forges make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        words.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_local_link_leads_somewhere() {
    let mut followed = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a readable page");
        for target in targets(&text) {
            if target.contains("://") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let folder = page.parent().expect("a page lies in a folder");
            let file = if path.is_empty() { page.clone() } else { folder.join(path) };
            assert!(file.exists(), "{}: {target} leads nowhere", page.display());
            if !anchor.is_empty() {
                let linked = fs::read_to_string(&file).expect("a readable page");
                let is_there = anchors(&linked).iter().any(|found| found == anchor);
                assert!(is_there, "{}: {target} has no such heading", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 30, "links were found");
}

#[test]
fn links_and_anchors_are_read() {
    let text = "# A b, `c`!\nsee [x](y.md#z) and [p](q)\n```\n[no](no)\n```\n";
    assert_eq!(targets(text), ["y.md#z", "q"]);
    assert_eq!(anchors(text), ["a-b-c"]);
}
