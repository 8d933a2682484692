//! What headers say of a blob, and what an upload says of itself.

use super::super::upload::upload_headers;
use super::*;
use crate::store::Upload;
use crate::store::testing::reply;

const COMMON: [(&str, &str); 3] = [
    ("etag", "\"0x8DE\""),
    ("content-length", "2"),
    ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT"),
];

fn attributes_of(more: &[(&str, &str)]) -> Attributes {
    let headers = [&COMMON, more].concat();
    info(&Key::from("k"), &reply(&headers, "hi")).expect("an object").attributes
}

fn sent(attributes: Attributes) -> Result<Vec<(String, String)>, StoreError> {
    let upload = Upload { bytes: "hi".into(), attributes, put_id: PutId("p2".into()) };
    Ok(upload_headers(&Key::from("k"), &upload)?.into_iter().collect())
}

#[test]
fn what_is_read_is_what_is_sent() {
    let found = attributes_of(&[
        ("content-type", "text/x-state"),
        ("cache-control", "no-cache"),
        ("content-disposition", "inline"),
        ("content-encoding", "gzip"),
        ("content-language", "en"),
        ("x-ms-meta-owner", "someone"),
        ("x-ms-meta-git_store_put", "p1"),
        ("x-ms-encryption-scope", "scope"),
        ("x-ms-blob-type", "BlockBlob"),
        ("x-ms-tag-count", "2"),
    ]);
    assert_eq!(found.tag_count, 2);
    let expected = [
        ("content-md5", "SfaKXIST7CwL9ImCHCH8Ow=="),
        ("x-ms-blob-cache-control", "no-cache"),
        ("x-ms-blob-content-disposition", "inline"),
        ("x-ms-blob-content-encoding", "gzip"),
        ("x-ms-blob-content-language", "en"),
        ("x-ms-blob-content-type", "text/x-state"),
        ("x-ms-blob-type", "BlockBlob"),
        ("x-ms-encryption-scope", "scope"),
        ("x-ms-meta-git_store_put", "p2"),
        ("x-ms-meta-owner", "someone"),
    ];
    let expected: Vec<_> = expected.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
    assert_eq!(sent(found).expect("headers"), expected);
}

#[test]
fn everything_comes_from_one_reply() {
    let headers = [&COMMON[..], &[("x-ms-meta-git_store_put", "p1")]].concat();
    let object = object(&Key::from("k"), reply(&headers, "hi")).expect("an object");
    assert_eq!(object.info.version.as_str(), "0x8DE");
    assert_eq!(object.info.modified.to_rfc3339(), "2026-01-02T03:04:05+00:00");
    assert_eq!(object.info.put_id, Some(PutId("p1".into())));
}

#[test]
fn other_kinds_of_blobs_are_read_and_not_written() {
    for kind in ["AppendBlob", "PageBlob"] {
        let error = sent(attributes_of(&[("x-ms-blob-type", kind)])).expect_err(kind);
        assert!(matches!(&error, StoreError::Unsupported(why) if why.contains(kind)), "{error}");
    }
}

#[test]
fn a_reply_that_lacks_something_is_no_object() {
    for missing in 0..COMMON.len() {
        let mut headers = COMMON.to_vec();
        headers.remove(missing);
        assert!(object(&Key::from("k"), reply(&headers, "hi")).is_err(), "{missing}");
    }
    assert!(object(&Key::from("k"), reply(&COMMON, "h")).is_err(), "short");
    let directory = [&COMMON[..], &[("x-ms-resource-type", "directory")]].concat();
    assert!(object(&Key::from("k"), reply(&directory, "hi")).is_err());
}
