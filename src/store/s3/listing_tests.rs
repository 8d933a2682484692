//! Listings that can and cannot be believed.

use super::*;
use crate::model::Key;
use crate::store::wire::MAX_EMPTY_PAGES;

fn content(key: &str) -> String {
    format!(
        "<Contents><Key>{key}</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>\
         <ETag>&quot;0123&quot;</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass></Contents>"
    )
}

fn page(keys: &[&str], rest: &str) -> String {
    let contents: String = keys.iter().map(|key| content(key)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name>\
         <Prefix>pre/</Prefix><KeyCount>{}</KeyCount><MaxKeys>1000</MaxKeys>\
         <EncodingType>url</EncodingType>{rest}{contents}</ListBucketResult>",
        keys.len()
    )
}

fn last(keys: &[&str]) -> String {
    page(keys, "<IsTruncated>false</IsTruncated>")
}

fn more(keys: &[&str], token: &str) -> String {
    page(
        keys,
        &format!(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>"
        ),
    )
}

fn collect(pages: &[String]) -> Result<Vec<String>, String> {
    let mut collector = Collector::new("bucket", "pre");
    for (index, page) in pages.iter().enumerate() {
        let token = collector.add(page.as_bytes()).map_err(|error| error.to_string())?;
        assert_eq!(token.is_none(), index + 1 == pages.len(), "page {index} is the last");
    }
    Ok(collector.finish().keys().map(ToString::to_string).collect())
}

#[test]
fn keys_are_decoded_and_relative() {
    let keys = collect(&[last(&[
        "pre/",
        "pre/.git-store-probe/x",
        "pre/a%20b%2B",
        "pre/a+c",
        "pre/%C3%A9",
    ])]);
    assert_eq!(keys, Ok(vec!["a b+".into(), "a c".into(), "é".into()]));
    let mut collector = Collector::new("bucket", "pre");
    collector.add(last(&["pre/a"]).as_bytes()).expect("a page");
    let listing = collector.finish();
    let entry = &listing[&Key::from("a")];
    assert_eq!((entry.version.as_str(), entry.size), ("0123", 7));
    assert_eq!(entry.modified.to_rfc3339(), "2026-01-02T03:04:05.678+00:00");
}

#[test]
fn pages_go_on() {
    let pages = [more(&["pre/a"], "1"), more(&[], "2"), last(&["pre/b"])];
    assert_eq!(collect(&pages), Ok(vec!["a".into(), "b".into()]));
}

#[test]
fn either_order_will_do_but_no_mixture() {
    assert!(collect(&[last(&["pre/a-b", "pre/a.b", "pre/a/b", "pre/a0"])]).is_ok(), "bytes");
    assert!(
        collect(&[last(&["pre/a", "pre/a/b", "pre/a/b/c", "pre/a-b", "pre/a0"])]).is_ok(),
        "components"
    );
    assert!(collect(&[last(&["pre/a-b", "pre/a/b", "pre/a.b"])]).is_err(), "neither");
}

#[test]
fn what_cannot_be_believed() {
    let cases: &[(&str, Vec<String>)] = &[
        ("twice", vec![last(&["pre/a", "pre/a"])]),
        ("backwards", vec![last(&["pre/b", "pre/a"])]),
        ("a page again", vec![more(&["pre/a", "pre/b"], "1"), last(&["pre/a", "pre/b"])]),
        ("a token again", vec![more(&["pre/a"], "1"), more(&["pre/b"], "1")]),
        ("outside", vec![last(&["other/a"])]),
        ("no token", vec![page(&["pre/a"], "<IsTruncated>true</IsTruncated>")]),
        ("no end", vec![page(&["pre/a"], "")]),
        ("count", vec![last(&["pre/a"]).replace("<KeyCount>1", "<KeyCount>2")]),
        ("bucket", vec![last(&["pre/a"]).replace("<Name>bucket", "<Name>other")]),
        ("prefix", vec![last(&["pre/a"]).replace("<Prefix>pre/", "<Prefix>")]),
        ("time", vec![last(&["pre/a"]).replace("2026-01-02T", "yesterday ")]),
        ("size", vec![last(&["pre/a"]).replace("<Size>7", "<Size>-7")]),
        ("no e-tag", vec![last(&["pre/a"]).replace("<ETag>&quot;0123&quot;</ETag>", "")]),
        ("empty e-tag", vec![last(&["pre/a"]).replace("&quot;0123&quot;", "")]),
        (
            "grouped",
            vec![last(&[]).replace(
                "</ListBucketResult>",
                "<CommonPrefixes><Prefix>pre/a/</Prefix></CommonPrefixes></ListBucketResult>",
            )],
        ),
        ("an error", vec!["<Error><Code>InternalError</Code><Message>x</Message></Error>".into()]),
        ("a web page", vec!["<!DOCTYPE html><html><body>log in</body></html>".into()]),
        ("nothing", vec![String::new()]),
        ("no XML", vec!["{}".into()]),
    ];
    for (what, pages) in cases {
        let error = collect(pages).expect_err(what);
        assert!(error.contains("the listing is not usable"), "{what}: {error}");
    }
}

#[test]
fn a_page_cut_anywhere_is_an_error() {
    let whole = last(&["pre/a", "pre/b"]);
    for end in 0..whole.len() {
        let mut collector = Collector::new("bucket", "pre");
        assert!(collector.add(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
    }
    assert!(collect(&[format!("{whole}\n")]).is_ok());
}

#[test]
fn empty_pages_come_to_an_end() {
    let mut collector = Collector::new("bucket", "pre");
    let refused =
        (0..200).position(|n| collector.add(more(&[], &n.to_string()).as_bytes()).is_err());
    assert_eq!(refused, Some(MAX_EMPTY_PAGES));
}
