//! Listings that can and cannot be believed.

use super::*;
use crate::model::Key;

fn blob(name: &str) -> String {
    format!(
        "<Blob><Name>{name}</Name><Properties><Creation-Time>Thu, 01 Jan 2026 00:00:00 GMT\
         </Creation-Time><Last-Modified>Fri, 02 Jan 2026 03:04:05 GMT</Last-Modified>\
         <Etag>0x8DE</Etag><Content-Length>7</Content-Length><Content-Encoding />\
         <BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier></Properties><OrMetadata />\
         </Blob>"
    )
}

fn page(names: &[&str], marker: &str) -> String {
    let blobs: String = names.iter().map(|name| blob(name)).collect();
    let blobs =
        if blobs.is_empty() { "<Blobs />".into() } else { format!("<Blobs>{blobs}</Blobs>") };
    format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <EnumerationResults ServiceEndpoint=\"https://x/\" ContainerName=\"state\">\
         <Prefix>pre/</Prefix><MaxResults>1000</MaxResults>{blobs}<NextMarker>{marker}\
         </NextMarker></EnumerationResults>"
    )
}

fn last(names: &[&str]) -> String {
    page(names, "").replace("<NextMarker></NextMarker>", "<NextMarker />")
}

fn collect(pages: &[String]) -> Result<Vec<String>, String> {
    let mut collector = Collector::new("state", "pre");
    for (index, page) in pages.iter().enumerate() {
        let marker = collector.add(page.as_bytes()).map_err(|error| error.to_string())?;
        assert_eq!(marker.is_none(), index + 1 == pages.len(), "page {index} is the last");
    }
    Ok(collector.finish().keys().map(ToString::to_string).collect())
}

#[test]
fn names_are_read_as_they_are() {
    let keys = collect(&[last(&[
        "pre/",
        "pre/ a ",
        "pre/.git-store-probe/x",
        "pre/a%20b+c",
        "pre/a&amp;&lt;",
        "pre/\u{e9}",
    ])]);
    assert_eq!(keys, Ok(vec![" a ".into(), "a%20b+c".into(), "a&<".into(), "\u{e9}".into()]));
    let mut collector = Collector::new("state", "pre");
    assert_eq!(collector.add(last(&["pre/a"]).as_bytes()).expect("a page"), None);
    let listing = collector.finish();
    let entry = &listing[&Key::from("a")];
    assert_eq!((entry.version.as_str(), entry.size), ("0x8DE", 7));
    assert_eq!(entry.modified.to_rfc3339(), "2026-01-02T03:04:05+00:00");
}

#[test]
fn what_xml_cannot_hold_is_decoded() {
    let encoded = last(&["pre/x"])
        .replace("<Name>pre/x</Name>", "<Name Encoded=\"true\">pre/x%EF%BF%BE%2By</Name>");
    assert_eq!(collect(&[encoded]), Ok(vec![Key::from("x\u{fffe}+y").to_string()]));
}

#[test]
fn pages_go_on() {
    let pages = [page(&["pre/a"], "1"), page(&[], "2"), last(&["pre/b"])];
    assert_eq!(collect(&pages), Ok(vec!["a".into(), "b".into()]));
}

#[test]
fn either_order_will_do_but_no_mixture() {
    let (wide, far) = ("pre/\u{ff5e}", "pre/\u{1f980}");
    assert!(collect(&[last(&["pre/a", wide, far])]).is_ok(), "bytes");
    assert!(collect(&[last(&["pre/a", far, wide])]).is_ok(), "UTF-16");
    assert!(collect(&[last(&[far, wide, "pre/\u{1f981}"])]).is_err(), "neither");
}

#[test]
fn what_cannot_be_believed() {
    let changed = |from: &str, to: &str| vec![last(&["pre/a"]).replace(from, to)];
    let cases: &[(&str, Vec<String>)] = &[
        ("twice", vec![last(&["pre/a", "pre/a"])]),
        ("backwards", vec![last(&["pre/b", "pre/a"])]),
        ("a page again", vec![page(&["pre/a", "pre/b"], "1"), last(&["pre/a", "pre/b"])]),
        ("a marker again", vec![page(&["pre/a"], "1"), page(&["pre/b"], "1")]),
        ("outside", vec![last(&["other/a"])]),
        ("no end", changed("<NextMarker />", "")),
        ("container", changed("ContainerName=\"state\"", "ContainerName=\"other\"")),
        ("prefix", changed("<Prefix>pre/", "<Prefix>")),
        ("time", changed("Fri, 02 Jan", "yesterday")),
        ("size", changed("<Content-Length>7", "<Content-Length>-7")),
        ("no e-tag", changed("<Etag>0x8DE</Etag>", "")),
        ("empty e-tag", changed("0x8DE", "")),
        ("a snapshot", changed("<Properties>", "<Snapshot>2026</Snapshot><Properties>")),
        ("a deleted blob", changed("<Properties>", "<Deleted>true</Deleted><Properties>")),
        ("grouped", changed("</Blobs>", "<BlobPrefix><Name>pre/b/</Name></BlobPrefix></Blobs>")),
        ("an error", vec!["<Error><Code>ServerBusy</Code><Message>m</Message></Error>".into()]),
        ("a web page", vec!["<!DOCTYPE html><html><body>log in</body></html>".into()]),
        ("nothing", vec![String::new()]),
    ];
    for (what, pages) in cases {
        let error = collect(pages).expect_err(what);
        assert!(error.contains("the listing is not usable"), "{what}: {error}");
    }
}

#[test]
fn directories_of_a_hierarchical_namespace_are_not_taken_for_keys() {
    let page = last(&["pre/a"]).replace("<Etag>", "<ResourceType>directory</ResourceType><Etag>");
    assert!(collect(&[page]).is_err_and(|error| error.contains("hierarchical")));
}

#[test]
fn a_page_cut_anywhere_is_an_error() {
    let whole = last(&["pre/a", "pre/b"]);
    for end in 0..whole.len() {
        let mut collector = Collector::new("state", "pre");
        assert!(collector.add(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
    }
}
