//! Listings that can and cannot be believed.

use super::*;
use crate::model::Key;

fn item(name: &str) -> String {
    format!(
        r#"{{"name":"{name}","bucket":"bucket","generation":"17","size":"7","updated":"2026-01-02T03:04:05.678Z"}}"#
    )
}

fn page(names: &[&str], rest: &str) -> String {
    let items: Vec<String> = names.iter().map(|name| item(name)).collect();
    format!(r#"{{"kind":"storage#objects","items":[{}]{rest}}}"#, items.join(","))
}

fn last(names: &[&str]) -> String {
    page(names, "")
}

fn more(names: &[&str], token: &str) -> String {
    page(names, &format!(r#","nextPageToken":"{token}""#))
}

fn collect(texts: &[String]) -> Result<Vec<String>, String> {
    let mut collector = Collector::new("bucket", "pre");
    for (index, page) in texts.iter().enumerate() {
        let token = collector.add(page.as_bytes()).map_err(|error| error.to_string())?;
        assert_eq!(token.is_none(), index + 1 == texts.len(), "page {index} is the last");
    }
    Ok(collector.finish().keys().map(ToString::to_string).collect())
}

#[test]
fn keys_are_relative() {
    let names = ["pre/", "pre/.git-store-probe/x", "pre/a+c", "pre/\\u00e9"];
    assert_eq!(collect(&[last(&names)]), Ok(vec!["a+c".into(), "é".into()]));
    let mut collector = Collector::new("bucket", "pre");
    collector.add(last(&["pre/a"]).as_bytes()).expect("a page");
    let entry = &collector.finish()[&Key::from("a")];
    assert_eq!((entry.version.as_str(), entry.size), ("17", 7));
    assert_eq!(entry.modified.to_rfc3339(), "2026-01-02T03:04:05.678+00:00");
}

#[test]
fn pages_go_on() {
    let pages = [more(&["pre/a"], "1"), more(&[], "2"), last(&["pre/b"])];
    assert_eq!(collect(&pages), Ok(vec!["a".into(), "b".into()]));
    assert_eq!(collect(&[r#"{"kind":"storage#objects"}"#.into()]), Ok(Vec::new()));
}

#[test]
fn what_cannot_be_believed() {
    let a = || last(&["pre/a"]);
    let cases: &[(&str, Vec<String>)] = &[
        ("twice", vec![last(&["pre/a", "pre/a"])]),
        ("backwards", vec![last(&["pre/b", "pre/a"])]),
        ("by components", vec![last(&["pre/a", "pre/a/b", "pre/a-b"])]),
        ("a page again", vec![more(&["pre/a", "pre/b"], "1"), last(&["pre/a", "pre/b"])]),
        ("a token again", vec![more(&["pre/a"], "1"), more(&["pre/b"], "1")]),
        ("an empty token", vec![more(&["pre/a"], "")]),
        ("outside", vec![last(&["other/a"])]),
        ("bucket", vec![a().replace("\"bucket\":\"bucket\"", "\"bucket\":\"other\"")]),
        ("time", vec![a().replace("2026-01-02T", "yesterday ")]),
        ("size", vec![a().replace("\"7\"", "\"-7\"")]),
        ("generation", vec![a().replace("\"17\"", "\"0\"")]),
        ("no generation", vec![a().replace("generation", "etag")]),
        ("grouped", vec![page(&[], r#","prefixes":["pre/a/"]"#)]),
        ("something else", vec![a().replace("storage#objects", "storage#buckets")]),
        ("no kind", vec![r#"{"items":[]}"#.into()]),
        ("two answers", vec![format!("{}{}", a(), a())]),
        ("an error", vec![r#"{"error":{"code":500,"message":"x"}}"#.into()]),
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
    let whole = more(&["pre/a", "pre/b"], "1");
    for end in 0..whole.len() {
        let mut collector = Collector::new("bucket", "pre");
        assert!(collector.add(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn empty_pages_come_to_an_end() {
    let mut collector = Collector::new("bucket", "pre");
    let refused =
        (0..200).position(|n| collector.add(more(&[], &n.to_string()).as_bytes()).is_err());
    assert_eq!(refused, Some(wire::MAX_EMPTY_PAGES));
}
