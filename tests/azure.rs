//! Azure Blob Storage against Azurite, which checks signatures but knows no versions.

use crate::azure_servers::{
    ACCOUNT, connect, connect_at, create_container, request, server, surroundings,
};
use crate::s3_servers::fresh_name;
use chrono::TimeDelta;
use git_store::model::{Attributes, Key, Level, Precondition, PutId, StoreUrl, Timestamp, Version};
use git_store::store::azure::{AzureSettings, AzureStore};
use git_store::store::{Store as _, StoreError, Upload, open::open};

fn upload(text: &str) -> Upload {
    let put_id = PutId(fresh_name("put"));
    Upload { bytes: text.to_owned().into(), attributes: Attributes::default(), put_id }
}

fn soon() -> Timestamp {
    chrono::Utc::now() + TimeDelta::seconds(60)
}

async fn create(store: &AzureStore, key: &str, text: &str) -> Result<Version, StoreError> {
    store.put(&Key::from(key), &upload(text), &Precondition::MustNotExist, soon()).await
}

/// A fresh container with a store below a prefix, if the server is there.
async fn fresh(what: &str) -> Option<(AzureSettings, String, AzureStore)> {
    let settings = server()?;
    let container = create_container(&settings, what).await;
    let url = format!("azureblob://{ACCOUNT}/{container}/pre/fix");
    let store = connect(&settings, &url).expect("a store");
    Some((settings, container, store))
}

#[tokio::test]
async fn an_update_keeps_what_the_blob_had() {
    let Some((settings, container, store)) = fresh("keep").await else { return };
    let path = format!("{container}/pre/fix/object");
    let headers = [
        ("x-ms-blob-type", "BlockBlob"),
        ("x-ms-blob-content-type", "text/x-state"),
        ("x-ms-blob-cache-control", "no-cache"),
        ("x-ms-blob-content-disposition", "inline"),
        ("x-ms-blob-content-encoding", "identity"),
        ("x-ms-blob-content-language", "en"),
        ("x-ms-meta-Owner", "some  body"),
        ("x-ms-tags", "team=a%20b&x=1"),
    ];
    request(&settings, "PUT", &path, "one", &headers).await;
    let key = Key::from("object");
    let info = store.head(&key).await.expect("a reply").expect("there");
    assert_eq!(info.attributes.tag_count, 2);
    assert_eq!(info.attributes.content_language.as_deref(), Some("en"));
    assert_eq!(info.put_id, None);
    let change = Upload { attributes: info.attributes.clone(), ..upload("two") };
    let right = Precondition::MustMatch(info.version);
    store.put(&key, &change, &right, soon()).await.expect("updated");
    let after = store.get(&key).await.expect("a reply").expect("there");
    assert_eq!((&after.bytes[..], &after.info.attributes), (&b"two"[..], &info.attributes));
    assert_eq!(after.info.put_id, Some(change.put_id));
    let (_, tags) = request(&settings, "GET", &format!("{path}?comp=tags"), "", &[]).await;
    assert!(String::from_utf8_lossy(&tags).contains("<Value>a b</Value>"), "{tags:?}");
}

#[tokio::test]
async fn the_service_refuses_a_late_write() {
    let Some((settings, container, store)) = fresh("late").await else { return };
    let (key, create_only) = (Key::from("a"), Precondition::MustNotExist);
    // By this clock there is time left; by the service's the signature has run out.
    let url = format!("azureblob://{ACCOUNT}/{container}/pre/fix");
    let slow = connect_at(&settings, &url, -100).expect("a store");
    let deadline = chrono::Utc::now() - TimeDelta::seconds(50);
    let late = slow.put(&key, &upload("x"), &create_only, deadline).await;
    assert!(matches!(late, Err(StoreError::Expired(_))), "{late:?}");
    assert_eq!(store.get(&key).await.expect("a reply"), None);
    let version = create(&store, "a", "x").await.expect("created");
    let late = slow.delete(&key, &version, deadline).await;
    assert!(matches!(late, Err(StoreError::Expired(_))), "{late:?}");
    assert!(store.head(&key).await.expect("a reply").is_some());
    for hours in [-2, 2] {
        let skewed = connect_at(&settings, &url, hours * 3600).expect("a store");
        let error = skewed.list().await.expect_err("hours off");
        assert!(matches!(&error, StoreError::Denied(why) if why.contains("clock")), "{error:?}");
        let offset = skewed.clock_offset().expect("an offset") + TimeDelta::hours(hours);
        assert!(offset.abs() < TimeDelta::seconds(5), "{offset}");
    }
}

#[tokio::test]
async fn a_missing_container_is_not_an_empty_one() {
    let Some(settings) = server() else { return };
    let container = fresh_name("none");
    let store = connect(&settings, &format!("azureblob://{ACCOUNT}/{container}")).expect("a store");
    for error in [
        store.list().await.err(),
        store.get(&Key::from("a")).await.err(),
        store.head(&Key::from("a")).await.err(),
        create(&store, "a", "x").await.err(),
        store.delete(&Key::from("a"), &Version::new("0x1"), soon()).await.err(),
    ] {
        assert!(matches!(error, Some(StoreError::NoStore(_))), "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_shown() {
    let Some((settings, container, _)) = fresh("wrong").await else { return };
    let wrong = AzureSettings { key: Some("aHVzaA==".into()), ..settings };
    let store = connect(&wrong, &format!("azureblob://{ACCOUNT}/{container}")).expect("a store");
    for error in [store.list().await.err(), create(&store, "a", "x").await.err()] {
        let error = error.expect("refused");
        assert!(matches!(error, StoreError::Denied(_)), "{error:?}");
        assert!(!error.to_string().contains("aHVzaA"), "{error}");
    }
    let found = store.probe(&fresh_name("probe")).await;
    assert!(matches!(found, Err(StoreError::Denied(_))), "{found:?}");
}

#[tokio::test]
async fn a_leased_blob_is_somebody_elses() {
    let Some((settings, container, store)) = fresh("lease").await else { return };
    let version = create(&store, "a", "x").await.expect("created");
    let path = format!("{container}/pre/fix/a?comp=lease");
    let lease = [("x-ms-lease-action", "acquire"), ("x-ms-lease-duration", "15")];
    request(&settings, "PUT", &path, "", &lease).await;
    let right = Precondition::MustMatch(version.clone());
    for error in [
        store.put(&Key::from("a"), &upload("y"), &right, soon()).await.err(),
        store.delete(&Key::from("a"), &version, soon()).await.err(),
    ] {
        let error = error.expect("refused");
        assert!(matches!(&error, StoreError::Denied(why) if why.contains("lease")), "{error:?}");
    }
}

#[tokio::test]
async fn snapshots_are_left_alone() {
    let Some((settings, container, store)) = fresh("snapshot").await else { return };
    create(&store, "a", "x").await.expect("created");
    request(&settings, "PUT", &format!("{container}/pre/fix/a?comp=snapshot"), "", &[]).await;
    let listing = store.list().await.expect("a listing");
    assert_eq!(listing.len(), 1, "{listing:?}");
    let version = listing[&Key::from("a")].version.clone();
    let error = store.delete(&Key::from("a"), &version, soon()).await.expect_err("has snapshots");
    assert!(matches!(&error, StoreError::Unsupported(why) if why.contains("snapshots")));
    let right = Precondition::MustMatch(version);
    store.put(&Key::from("a"), &upload("y"), &right, soon()).await.expect("updated");
}

#[tokio::test]
async fn an_append_blob_is_read_and_not_written() {
    let Some((settings, container, store)) = fresh("append").await else { return };
    let path = format!("{container}/pre/fix/log");
    request(&settings, "PUT", &path, "", &[("x-ms-blob-type", "AppendBlob")]).await;
    request(&settings, "PUT", &format!("{path}?comp=appendblock"), "line", &[]).await;
    let key = Key::from("log");
    let object = store.get(&key).await.expect("a reply").expect("there");
    assert_eq!(object.bytes, "line");
    let change = Upload { attributes: object.info.attributes, ..upload("x") };
    let right = Precondition::MustMatch(object.info.version);
    let error = store.put(&key, &change, &right, soon()).await.expect_err("refused");
    assert!(matches!(&error, StoreError::Unsupported(why) if why.contains("AppendBlob")));
    assert_eq!(store.get(&key).await.expect("a reply").expect("there").bytes, "line");
}

#[tokio::test]
async fn names_are_listed_in_whatever_alphabetical_order() {
    let Some((_, _, store)) = fresh("order").await else { return };
    let keys = ["Z", "a-b", "a/b", "z", "\u{ff5e}", "\u{1f980}"];
    for key in keys {
        create(&store, key, "x").await.expect("created");
    }
    let listing = store.list().await.expect("a listing");
    assert!(listing.into_keys().eq(keys.map(Key::from)));
}

#[tokio::test]
async fn a_store_without_a_prefix_is_the_container() {
    let Some((settings, container, inner)) = fresh("whole").await else { return };
    create(&inner, "a", "x").await.expect("created");
    let url = StoreUrl::parse(&format!("azureblob://{ACCOUNT}/{container}")).expect("a URL");
    let opened = open(&url, &surroundings(&settings), None).await.expect("opened");
    let listing = opened.store.list().await.expect("a listing");
    assert_eq!(listing.into_keys().collect::<Vec<_>>(), [Key::from("pre/fix/a")]);
    let found = opened.store.probe(&fresh_name("probe")).await.expect("capabilities");
    assert_eq!(found.level(), Level::A);
    assert_eq!(opened.store.identity().url, url.to_string());
    let counts = opened.stats.counts();
    assert_eq!(counts.list, 1, "{counts:?}");
    assert!(counts.put > 1 && counts.delete > 1 && counts.get > 1 && counts.head > 1);
}
