//! What the emulator does.

use super::server::{PLAIN, WITH_CONDITIONS, connect, create_bucket, post, server};
use chrono::TimeDelta;
use git_store::model::{Attributes, Key, Level, Precondition, PutId, Timestamp};
use git_store::store::gcs::GcsStore;
use git_store::store::{Store as _, StoreError, Upload};

fn upload(text: &str) -> Upload {
    let put_id = PutId(format!("put-{text}"));
    Upload { bytes: text.to_owned().into(), attributes: Attributes::default(), put_id }
}

fn soon() -> Timestamp {
    chrono::Utc::now() + TimeDelta::seconds(60)
}

/// A fresh bucket with a store below a prefix, if the emulator is there.
async fn fresh(variable: &str, has_versioning: bool) -> Option<(String, String, GcsStore)> {
    let endpoint = server(variable)?;
    let bucket = create_bucket(&endpoint, has_versioning).await;
    let store = connect(&endpoint, &format!("gs://{bucket}/pre/fix")).expect("a store");
    Some((endpoint, bucket, store))
}

/// Writes an object as somebody else would.
async fn write_with_attributes(endpoint: &str, bucket: &str, name: &str, text: &str) {
    let description = format!(
        r#"{{"name":"{name}","contentType":"text/x-state","cacheControl":"no-cache",
        "contentDisposition":"inline","contentEncoding":"identity","contentLanguage":"en",
        "metadata":{{"Owner":"some  body é"}},"storageClass":"NEARLINE"}}"#
    );
    let body = format!(
        "--B\r\ncontent-type: application/json\r\n\r\n{description}\r\n\
         --B\r\ncontent-type: text/x-state\r\n\r\n{text}\r\n--B--\r\n"
    );
    let url = format!("{endpoint}/upload/storage/v1/b/{bucket}/o?uploadType=multipart");
    post(&url, "multipart/related; boundary=B", body).await;
}

#[tokio::test]
async fn an_update_keeps_what_the_object_had() {
    let Some((endpoint, bucket, store)) = fresh(PLAIN, false).await else { return };
    let key = Key::from("object");
    write_with_attributes(&endpoint, &bucket, "pre/fix/object", "one").await;
    let before = store.get(&key).await.expect("a reply").expect("there");
    assert_eq!((&before.bytes[..], &before.info.put_id), (&b"one"[..], &None));
    let expected = Attributes {
        content_type: Some("text/x-state".into()),
        cache_control: Some("no-cache".into()),
        content_disposition: Some("inline".into()),
        content_encoding: Some("identity".into()),
        content_language: Some("en".into()),
        metadata: [("Owner".into(), "some  body é".into())].into(),
        storage_class: Some("NEARLINE".into()),
        ..Attributes::default()
    };
    assert_eq!(before.info.attributes, expected);
    let change = Upload { attributes: expected.clone(), ..upload("two") };
    let right = Precondition::MustMatch(before.info.version);
    let version = store.put(&key, &change, &right, soon()).await.expect("updated");
    let after = store.get(&key).await.expect("a reply").expect("there");
    assert_eq!((&after.bytes[..], &after.info.version), (&b"two"[..], &version));
    assert_eq!((after.info.attributes, after.info.put_id), (expected, Some(change.put_id)));
}

#[tokio::test]
async fn compressed_content_comes_as_it_is_stored() {
    use std::io::Write as _;
    let Some((_, _, store)) = fresh(PLAIN, false).await else { return };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"content").expect("packed");
    let bytes = bytes::Bytes::from(packed.finish().expect("packed"));
    let attributes = Attributes { content_encoding: Some("gzip".into()), ..Attributes::default() };
    let upload = Upload { bytes: bytes.clone(), attributes, ..upload("") };
    let key = Key::from("packed");
    store.put(&key, &upload, &Precondition::MustNotExist, soon()).await.expect("created");
    let object = store.get(&key).await.expect("a reply").expect("there");
    assert_eq!(object.bytes, bytes);
    assert_eq!(object.info.attributes.content_encoding.as_deref(), Some("gzip"));
}

#[tokio::test]
async fn a_bucket_with_versioning_is_one_level_up() {
    for (variable, has_versioning, level) in [
        (PLAIN, true, Level::B),
        (PLAIN, false, Level::C),
        (WITH_CONDITIONS, true, Level::APlus),
        (WITH_CONDITIONS, false, Level::A),
    ] {
        let Some((_, _, store)) = fresh(variable, has_versioning).await else { continue };
        let found = store.probe("x").await.expect("capabilities");
        assert_eq!(found.level(), level, "{found:?}");
        assert!(found.conditional_create && found.conditional_update, "{found:?}");
        assert!(store.list().await.expect("listed").is_empty());
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_no_empty_store() {
    let Some(endpoint) = server(PLAIN) else { return };
    let store = connect(&endpoint, "gs://git-store-no-such-bucket/pre").expect("a store");
    let key = Key::from("k");
    for error in [
        store.list().await.err(),
        store.get(&key).await.err(),
        store.head(&key).await.err(),
        store.probe("x").await.err(),
    ] {
        assert!(matches!(error, Some(StoreError::NoStore(_))), "{error:?}");
    }
    let written = store.put(&key, &upload("x"), &Precondition::MustNotExist, soon()).await;
    assert!(written.is_err(), "{written:?}");
}
