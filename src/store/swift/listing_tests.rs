//! Listings that can and cannot be believed.

use super::*;

fn line(name: &str) -> String {
    format!(
        r#"{{"name": "{name}", "hash": "0123", "bytes": 7, "content_type": "x/y",
            "last_modified": "2026-01-02T03:04:05.678900"}}"#
    )
}

fn page(names: &[&str]) -> String {
    let lines: Vec<String> = names.iter().map(|name| line(name)).collect();
    format!("[{}]", lines.join(", "))
}

fn collect(pages: &[String]) -> Result<Vec<String>, String> {
    let mut collector = Collector::new("pre");
    for (index, page) in pages.iter().enumerate() {
        let is_last = collector.add(page.as_bytes()).map_err(|error| error.to_string())?;
        assert_eq!(is_last, index + 1 == pages.len(), "page {index} is the last");
    }
    Ok(collector.finish().keys().map(ToString::to_string).collect())
}

#[test]
fn keys_are_relative() {
    let names = ["pre/", "pre/.git-store-probe/x", r"pre/\u00e9\n", "pre/\u{fffe}"];
    let keys = collect(&[page(&names), page(&[])]);
    assert_eq!(keys, Ok(vec![r"é\n".into(), "\u{fffe}".into()]));
    let mut collector = Collector::new("pre");
    assert_eq!((collector.prefix(), collector.marker()), ("pre/", ""));
    collector.add(page(&["pre/a"]).as_bytes()).expect("a page");
    assert_eq!(collector.marker(), "pre/a");
    let listing = collector.finish();
    let entry = &listing[&Key::from("a")];
    assert_eq!((entry.version.as_str(), entry.size), ("0123", 7));
    assert_eq!(entry.modified.to_rfc3339(), "2026-01-02T03:04:05+00:00");
}

#[test]
fn a_large_object_has_the_e_tag_that_its_reads_have() {
    let large = line("pre/a").replace("}", r#", "slo_etag": "\"4567\""}"#);
    let mut collector = Collector::new("pre");
    collector.add(format!("[{large}]").as_bytes()).expect("a page");
    assert_eq!(collector.finish()[&Key::from("a")].version, Version::new("\"4567\""));
}

#[test]
fn only_an_empty_page_is_the_end() {
    let pages = [page(&["pre/a", "pre/b"]), page(&["pre/c"]), page(&[])];
    assert_eq!(collect(&pages), Ok(vec!["a".into(), "b".into(), "c".into()]));
}

#[test]
fn what_cannot_be_believed() {
    let cases: &[(&str, Vec<String>)] = &[
        ("twice", vec![page(&["pre/a", "pre/a"])]),
        ("backwards", vec![page(&["pre/b", "pre/a"])]),
        ("by components", vec![page(&["pre/a/b", "pre/a-b"])]),
        ("a page again", vec![page(&["pre/a", "pre/b"]), page(&["pre/a", "pre/b"])]),
        ("outside", vec![page(&["other/a"])]),
        ("time", vec![page(&["pre/a"]).replace("2026-01-02T", "yesterday ")]),
        ("size", vec![page(&["pre/a"]).replace(": 7", ": -7")]),
        ("no e-tag", vec![page(&["pre/a"]).replace("hash", "crash")]),
        ("empty e-tag", vec![page(&["pre/a"]).replace("0123", "")]),
        ("grouped", vec![r#"[{"subdir": "pre/a/"}]"#.into()]),
        ("an object", vec!["{}".into()]),
        ("a web page", vec!["<!DOCTYPE html><html><body>log in</body></html>".into()]),
        ("nothing", vec![String::new()]),
    ];
    for (what, pages) in cases {
        let error = collect(pages).expect_err(what);
        assert!(error.contains("the listing is not usable"), "{what}: {error}");
    }
}

#[test]
fn a_page_cut_anywhere_is_an_error() {
    let whole = page(&["pre/a", "pre/b"]);
    for end in 0..whole.len() {
        let mut collector = Collector::new("pre");
        assert!(collector.add(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
    }
}
