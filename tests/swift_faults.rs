//! Swift with answers that no service should give, and with none.

use crate::scripted_http::{Answer, Scripted};
use crate::swift_servers::surroundings;
use chrono::TimeDelta;
use git_store::model::{Attributes, Key, Precondition, PutId, StoreUrl, Timestamp, Version};
use git_store::store::swift::{SwiftSettings, SwiftStore};
use git_store::store::{Store as _, StoreError, SystemClock, Upload};
use std::sync::Arc;
use std::time::Duration;

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";
const NOT_FOUND: &str = "<html><h1>Not Found</h1></html>";
const ID: (&str, &str) = ("x-trans-id", "tx1");
const OBJECT: [(&str, &str); 3] = [ID, ("etag", "old"), ("x-timestamp", "1767323045.67890")];
/// Where a token is asked for, below the server's address.
const V1: &str = "/auth/v1.0";

/// With a ready token, so that nothing but the request itself is sent.
async fn store(server: &Scripted) -> SwiftStore {
    let url = format!("{}/v1/AUTH_a", server.endpoint());
    connect(&[("OS_TOKEN", "hush"), ("OS_STORAGE_URL", &url)]).await.expect("a store")
}

async fn connect(variables: &[(&str, &str)]) -> Result<SwiftStore, StoreError> {
    let settings = SwiftSettings::new(&surroundings(variables)).expect("settings");
    let settings = SwiftSettings { idle_timeout: Duration::from_millis(300), ..settings };
    let url = StoreUrl::parse("swift://state/pre").expect("a store URL");
    SwiftStore::connect(&url, &settings, Arc::new(SystemClock), Arc::default()).await
}

/// With a login of version 1 at the server itself.
async fn logged_in(server: &Scripted) -> Result<SwiftStore, StoreError> {
    let auth = format!("{}{V1}", server.endpoint());
    let url = format!("{}/v1/AUTH_a", server.endpoint());
    let user = [("ST_USER", "u"), ("ST_KEY", "hush-key")];
    connect(&[("ST_AUTH", &auth), user[0], user[1], ("OS_STORAGE_URL", &url)]).await
}

fn grant(token: &str, seconds: &str) -> Answer {
    let headers = [("x-auth-token", token), ("x-auth-token-expires", seconds)];
    Answer::reply("200 OK", &headers, "")
}

fn key() -> Key {
    Key::from("a/config")
}

fn old() -> Version {
    Version::new("old")
}

fn soon() -> Timestamp {
    chrono::Utc::now() + TimeDelta::seconds(30)
}

fn found() -> Answer {
    Answer::reply("200 OK", &OBJECT, "hi")
}

fn created() -> Answer {
    Answer::reply("201 Created", &[ID, ("etag", "new")], "")
}

async fn put(store: &SwiftStore, precondition: &Precondition) -> Result<Version, StoreError> {
    let (attributes, put_id) = (Attributes::default(), PutId("p1".into()));
    let upload = Upload { bytes: "new".into(), attributes, put_id };
    store.put(&key(), &upload, precondition, soon()).await
}

fn kind(error: &StoreError) -> &'static str {
    match error {
        StoreError::Precondition(_) => "precondition",
        StoreError::Ambiguous { .. } => "ambiguous",
        StoreError::Expired(_) => "expired",
        StoreError::Transient(_) => "transient",
        StoreError::Denied(_) => "denied",
        StoreError::Credentials(_) => "credentials",
        StoreError::NoStore(_) => "no store",
        StoreError::Protocol(_) => "protocol",
        StoreError::Unsupported(_) => "unsupported",
        StoreError::Settings(_) => "settings",
        _ => "other",
    }
}

#[tokio::test]
async fn refusals_by_what_can_be_done_about_them() {
    for (status, headers, read, write) in [
        ("401 Unauthorized", &[ID][..], "credentials", "credentials"),
        ("403 Forbidden", &[ID], "denied", "denied"),
        ("404 Not Found", &[], "protocol", "protocol"),
        ("409 Conflict", &[ID], "transient", "transient"),
        ("412 Precondition Failed", &[ID], "protocol", "precondition"),
        ("413 Request Entity Too Large", &[ID], "unsupported", "unsupported"),
        ("422 Unprocessable Entity", &[ID], "transient", "transient"),
        ("429 Too Many Requests", &[ID, ("retry-after", "7")], "transient", "transient"),
        ("498 Rate Limited", &[ID, ("retry-after", "7")], "transient", "transient"),
        ("500 Internal Error", &[ID], "transient", "ambiguous"),
        ("503 Service Unavailable", &[ID], "transient", "ambiguous"),
        ("507 Insufficient Storage", &[], "transient", "ambiguous"),
        ("301 Moved Permanently", &[], "settings", "settings"),
        ("200 OK", &[], "protocol", "ambiguous"),
        ("202 Accepted", &[ID, ("etag", "x")], "protocol", "ambiguous"),
    ] {
        let answer = || Answer::reply(status, headers, LOGIN_PAGE);
        let server = Scripted::start(vec![answer(), answer(), answer()]).await;
        let store = store(&server).await;
        let errors = [
            store.get(&key()).await.expect_err(status),
            store.list().await.expect_err(status),
            put(&store, &Precondition::MustNotExist).await.expect_err(status),
        ];
        assert_eq!(errors.each_ref().map(kind), [read, read, write], "{status}: {errors:?}");
        let shown = format!("{errors:?} {store:?}");
        assert!(!shown.contains("hush") && !shown.contains("Please"), "{shown}");
        let has_wait = headers.contains(&("retry-after", "7"));
        assert_eq!(errors[0].to_string().contains("come back in 7 s"), has_wait);
    }
}

#[tokio::test]
async fn what_is_missing_is_a_key_only_if_the_container_is_there() {
    let missing = || Answer::reply("404 Not Found", &[ID], NOT_FOUND);
    let container = Answer::reply("204 No Content", &[ID], "");
    for (answers, expected) in [
        (vec![missing(), container], Ok(())),
        (vec![missing(), missing()], Err("no store")),
        (vec![Answer::reply("404 Not Found", &[], NOT_FOUND)], Err("protocol")),
    ] {
        let server = Scripted::start(answers).await;
        let read = store(&server).await.get(&key()).await;
        assert_eq!(read.map(|it| assert!(it.is_none())).map_err(|error| kind(&error)), expected);
    }
    let server = Scripted::start(vec![missing(), missing()]).await;
    let store = store(&server).await;
    assert_eq!(kind(&store.list().await.expect_err("a listing")), "no store");
    let error = put(&store, &Precondition::MustNotExist).await.expect_err("a write");
    assert_eq!(kind(&error), "no store");
}

#[tokio::test]
async fn an_update_looks_first_and_keeps_when_the_object_ends() {
    let headers = [&OBJECT[..], &[("x-delete-at", "1900000000")]].concat();
    let server = Scripted::start(vec![Answer::reply("200 OK", &headers, "hi"), created()]).await;
    let version = put(&store(&server).await, &Precondition::MustMatch(old())).await;
    assert_eq!(version.expect("written"), Version::new("new"));
    let requests = server.requests();
    assert!(requests[0].starts_with("HEAD /v1/AUTH_a/state/pre/a/config "), "{requests:?}");
    assert!(requests[1].starts_with("PUT ") && requests[1].contains("x-delete-at: 1900000000"));
    assert!(!requests[1].contains("if-none-match"), "{requests:?}");
    // Another version, and none: nothing is written.
    let other = Precondition::MustMatch(Version::new("other"));
    let missing = Answer::reply("404 Not Found", &[ID], "");
    let container = Answer::reply("204 No Content", &[ID], "");
    for answers in [vec![found()], vec![missing, container]] {
        let server = Scripted::start(answers).await;
        let error = put(&store(&server).await, &other).await.expect_err("refused");
        assert_eq!(kind(&error), "precondition");
        assert!(server.requests().iter().all(|request| request.starts_with("HEAD ")));
    }
}

#[tokio::test]
async fn a_deletion_that_brings_an_old_version_back_is_refused() {
    let stack = [ID, ("x-versions-location", "old-ones")];
    let server = Scripted::start(vec![Answer::reply("204 No Content", &stack, "")]).await;
    let error = store(&server).await.delete(&key(), &old(), soon()).await.expect_err("refused");
    assert_eq!(kind(&error), "unsupported");
    let answers = vec![
        Answer::reply("204 No Content", &[ID], ""),
        found(),
        Answer::reply("404 Not Found", &[ID], NOT_FOUND),
    ];
    let server = Scripted::start(answers).await;
    let error = store(&server).await.delete(&key(), &old(), soon()).await.expect_err("too late");
    assert_eq!(kind(&error), "precondition");
}

#[tokio::test]
async fn a_write_is_sent_once_and_given_up_at_its_deadline() {
    for answer in [Answer::Reset(vec![]), Answer::Hang(vec![])] {
        let server = Scripted::start(vec![answer, created()]).await;
        let error = put(&store(&server).await, &Precondition::MustNotExist).await;
        assert_eq!(kind(&error.expect_err("no answer")), "ambiguous");
        assert_eq!(server.requests().len(), 1);
    }
    let server = Scripted::start(vec![Answer::Hang(vec![])]).await;
    let upload = Upload {
        bytes: "new".into(),
        attributes: Attributes::default(),
        put_id: PutId("p1".into()),
    };
    let store = store(&server).await;
    let deadline = chrono::Utc::now() + TimeDelta::milliseconds(100);
    let error = store.put(&key(), &upload, &Precondition::MustNotExist, deadline).await;
    let error = error.expect_err("given up").to_string();
    assert!(error.contains("before the deadline"), "{error}");
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once_also_for_a_write() {
    let refused = || Answer::reply("401 Unauthorized", &[ID], "");
    let answers = vec![grant("hush-1", "86400"), refused(), grant("hush-2", "86400"), created()];
    let server = Scripted::start(answers).await;
    let store = logged_in(&server).await.expect("a store");
    put(&store, &Precondition::MustNotExist).await.expect("written");
    let tokens: Vec<bool> = server.requests().iter().map(|it| it.contains("hush-2")).collect();
    assert_eq!(tokens, [false, false, false, true]);
    let again = vec![grant("hush-1", "86400"), refused(), grant("hush-2", "86400"), refused()];
    let server = Scripted::start(again).await;
    let store = logged_in(&server).await.expect("a store");
    let error = put(&store, &Precondition::MustNotExist).await.expect_err("refused twice");
    assert_eq!((kind(&error), server.requests().len()), ("credentials", 4));
    let shown = format!("{error:?} {error} {store:?}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_its_end() {
    for (seconds, requests) in [("299", 3), ("400", 2), ("86400", 2)] {
        let answers = match requests {
            3 => vec![grant("t1", seconds), grant("t2", "86400"), found()],
            _ => vec![grant("t1", seconds), found()],
        };
        let server = Scripted::start(answers).await;
        let store = logged_in(&server).await.expect("a store");
        store.get(&key()).await.expect("read");
        assert_eq!(server.requests().len(), requests, "{seconds}");
    }
}

#[tokio::test]
async fn logins_that_fail() {
    for (status, headers, expected) in [
        ("401 Unauthorized", &[][..], "credentials"),
        ("403 Forbidden", &[], "denied"),
        ("404 Not Found", &[], "settings"),
        ("429 Too Many Requests", &[], "transient"),
        ("503 Service Unavailable", &[], "transient"),
        ("300 Multiple Choices", &[], "settings"),
        ("200 OK", &[ID], "protocol"),
    ] {
        let server = Scripted::start(vec![Answer::reply(status, headers, "hush-key")]).await;
        let error = logged_in(&server).await.expect_err(status);
        assert_eq!(kind(&error), expected, "{status}");
        assert!(!format!("{error:?} {error}").contains("hush"), "{error}");
    }
}

fn page(names: &[&str]) -> Answer {
    let line = |name: &&str| {
        format!(
            r#"{{"name": "pre/{name}", "hash": "old", "bytes": 2,
                "last_modified": "2026-01-02T03:04:05.678900"}}"#
        )
    };
    let lines: Vec<String> = names.iter().map(line).collect();
    Answer::reply("200 OK", &[ID], &format!("[{}]", lines.join(",")))
}

#[tokio::test]
async fn a_listing_that_is_behind_is_corrected_by_our_own_writes() {
    let written = Answer::reply("200 OK", &[OBJECT[0], OBJECT[2], ("etag", "new")], "new");
    let (end, new) = (|| page(&[]), || written.clone());
    let server = Scripted::start(vec![created(), page(&["b"]), end(), new()]).await;
    let store = store(&server).await;
    put(&store, &Precondition::MustNotExist).await.expect("written");
    let listing = store.list().await.expect("listed");
    assert_eq!(listing.keys().cloned().collect::<Vec<_>>(), [key(), Key::from("b")]);
    assert_eq!(listing[&key()].version, Version::new("new"));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_listing_goes_on_to_an_empty_page_or_is_an_error() {
    let server = Scripted::start(vec![page(&["a"]), page(&["b"]), page(&[])]).await;
    assert_eq!(store(&server).await.list().await.expect("listed").len(), 2);
    let requests = server.requests();
    assert!(requests[2].contains("marker=pre%2Fb") && requests[2].contains("prefix=pre%2F"));
    let cut = Answer::Bytes(Answer::text("200 OK", &[ID], 100, "[]"));
    let busy = Answer::reply("503 Service Unavailable", &[ID], "");
    for (second, expected) in [(cut, "transient"), (busy, "transient"), (page(&["a"]), "protocol")]
    {
        let server = Scripted::start(vec![page(&["a"]), second]).await;
        let error = store(&server).await.list().await.expect_err("incomplete");
        assert_eq!(kind(&error), expected);
    }
}
