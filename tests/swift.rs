//! Swift on the real server: logins, large objects, versions, rights.

use crate::swift_servers::{self, Account, surroundings};
use git_store::model::{Attributes, Key, Level, Precondition, PutId, StoreUrl, Timestamp};
use git_store::store::open::open;
use git_store::store::{Store, StoreError, Surroundings, Upload};
use std::sync::Arc;

async fn opened(url: &str, surroundings: &Surroundings) -> Result<Arc<dyn Store>, StoreError> {
    let url = StoreUrl::parse(url).expect("a store URL");
    open(&url, surroundings, None).await.map(|opened| opened.store)
}

async fn container(account: &Account, headers: &[(&str, &str)]) -> (String, Arc<dyn Store>) {
    let name = account.create_container(headers).await;
    let store = opened(&format!("swift://{name}"), &account.surroundings).await;
    (name, store.expect("a store"))
}

fn upload(text: &'static str) -> Upload {
    let (attributes, put_id) = (Attributes::default(), PutId("p1".into()));
    Upload { bytes: text.into(), attributes, put_id }
}

fn soon() -> Timestamp {
    chrono::Utc::now() + chrono::TimeDelta::seconds(30)
}

#[tokio::test]
async fn large_objects_and_links_are_read_and_replaced() {
    let Some(account) = swift_servers::v1().await else { return };
    let (name, store) = container(&account, &[]).await;
    account.request("PUT", &format!("{name}/part/1"), &[], "hello ").await;
    account.request("PUT", &format!("{name}/part/2"), &[], "world").await;
    let parts = format!(r#"[{{"path": "/{name}/part/1"}}, {{"path": "/{name}/part/2"}}]"#);
    account.request("PUT", &format!("{name}/static?multipart-manifest=put"), &[], parts).await;
    let dynamic = format!("{name}/part/");
    let headers = [("x-object-manifest", dynamic.as_str())];
    account.request("PUT", &format!("{name}/dynamic"), &headers, "").await;
    let target = format!("{name}/static");
    let headers = [("x-symlink-target", target.as_str())];
    account.request("PUT", &format!("{name}/link"), &headers, "").await;
    let mut found = Vec::new();
    for key in ["link", "dynamic", "static"].map(Key::from) {
        let object = store.get(&key).await.expect("read").expect("there");
        assert_eq!(object.bytes, "hello world");
        let entry = store.list().await.expect("listed").remove(&key).expect("listed");
        assert_eq!((&entry.version, entry.size), (&object.info.version, 11), "{key}");
        assert_eq!(entry.modified, object.info.modified, "{key}");
        found.push((key, Precondition::MustMatch(object.info.version)));
    }
    for (key, right) in found {
        store.put(&key, &upload("small"), &right, soon()).await.expect("replaced");
        assert_eq!(store.get(&key).await.expect("read").expect("there").bytes, "small");
    }
    let part = store.get(&Key::from("part/1")).await.expect("read").expect("there");
    assert_eq!(part.bytes, "hello ", "what a large object is made of stays");
}

#[tokio::test]
async fn an_update_keeps_when_an_object_ends() {
    let Some(account) = swift_servers::v1().await else { return };
    let (name, store) = container(&account, &[]).await;
    let path = format!("{name}/k");
    account.request("PUT", &path, &[("x-delete-after", "2")], "one").await;
    let key = Key::from("k");
    let found = store.head(&key).await.expect("read").expect("there");
    let right = Precondition::MustMatch(found.version);
    store.put(&key, &upload("two"), &right, soon()).await.expect("updated");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(store.head(&key).await.expect("read"), None, "its time was over");
}

#[tokio::test]
async fn the_probe_tells_how_versions_are_kept() {
    let Some(account) = swift_servers::v1().await else { return };
    let archive = account.create_container(&[]).await;
    for (headers, level) in [
        (&[][..], Level::C),
        (&[("x-versions-enabled", "true")], Level::B),
        (&[("x-versions-location", archive.as_str())], Level::B),
        (&[("x-history-location", archive.as_str())], Level::B),
    ] {
        let (_, store) = container(&account, headers).await;
        let found = store.probe("s").await.expect("probed");
        assert_eq!(found.level(), level, "{headers:?}");
        let conditional = [found.conditional_create, found.conditional_update];
        assert_eq!((conditional, found.conditional_delete), ([false; 2], false), "{headers:?}");
        assert!(store.list().await.expect("listed").is_empty());
    }
}

#[tokio::test]
async fn a_reader_reads_and_the_probe_says_so() {
    let Some(account) = swift_servers::v3().await else { return };
    let auth_url = account.surroundings.variable("OS_AUTH_URL").expect("an address");
    let reader = surroundings(&[
        ("OS_AUTH_URL", &auth_url),
        ("OS_USERNAME", "reader"),
        ("OS_PASSWORD", "readerpass"),
        ("OS_PROJECT_NAME", "demo"),
    ]);
    let name = account.create_container(&[("x-container-read", "demo:reader,*:*")]).await;
    account.request("PUT", &format!("{name}/k"), &[], "one").await;
    let store = opened(&format!("swift://{name}"), &reader).await.expect("a store");
    assert_eq!(store.list().await.expect("listed").len(), 1);
    let put = store.put(&Key::from("x"), &upload("x"), &Precondition::MustNotExist, soon()).await;
    assert!(matches!(put, Err(StoreError::Denied(_))), "{put:?}");
    assert_eq!(store.probe("s").await.expect("probed").level(), Level::D);
}

#[tokio::test]
async fn an_application_credential_logs_in_and_a_wrong_password_does_not() {
    let Some(account) = swift_servers::v3().await else { return };
    let name = account.create_container(&[]).await;
    let url = format!("swift://{name}");
    let auth_url = account.surroundings.variable("OS_AUTH_URL").expect("an address");
    let credential = surroundings(&[
        ("OS_AUTH_TYPE", "v3applicationcredential"),
        ("OS_AUTH_URL", auth_url.trim_end_matches("/v3")),
        ("OS_USERNAME", "demo"),
        ("OS_APPLICATION_CREDENTIAL_NAME", "ac"),
        ("OS_APPLICATION_CREDENTIAL_SECRET", "acsecret"),
    ]);
    let store = opened(&url, &credential).await.expect("a store");
    assert!(store.list().await.expect("listed").is_empty());
    for (password, region, expected) in
        [("hush", "RegionOne", "401"), ("demopass", "R2", "RegionOne")]
    {
        let wrong = surroundings(&[
            ("OS_AUTH_URL", &auth_url),
            ("OS_USERNAME", "demo"),
            ("OS_PASSWORD", password),
            ("OS_PROJECT_NAME", "demo"),
            ("OS_REGION_NAME", region),
        ]);
        let error = opened(&url, &wrong).await.expect_err("no login").to_string();
        assert!(error.contains(expected) && !error.contains("hush"), "{error}");
    }
}

#[tokio::test]
async fn a_container_that_is_not_there_is_said_to_be_missing() {
    let Some(account) = swift_servers::v1().await else { return };
    let store = opened("swift://nowhere/pre", &account.surroundings).await.expect("a store");
    let key = Key::from("k");
    let missing = |error: StoreError| matches!(error, StoreError::NoStore(_));
    assert!(store.list().await.is_err_and(missing));
    assert!(store.get(&key).await.is_err_and(missing));
    let put = store.put(&key, &upload("x"), &Precondition::MustNotExist, soon()).await;
    assert!(put.is_err_and(missing));
}
