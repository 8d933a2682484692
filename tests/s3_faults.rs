//! S3 with answers that no service should give, and with none.

use crate::s3_servers::{connect, settings};
use crate::scripted_http::{Answer, Scripted};
use crate::store_errors::kind;
use chrono::TimeDelta;
use git_store::model::{Attributes, Key, Precondition, PutId, Timestamp, Version};
use git_store::store::s3::{AclUse, ETagStyle, Keys, S3Facts, S3Settings, S3Store};
use git_store::store::{Store as _, StoreError, Upload};
use std::time::Duration;

const OBJECT: [(&str, &str); 2] =
    [("etag", "\"abc\""), ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT")];
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";

fn settings_of(endpoint: &str) -> S3Settings {
    let keys = Keys {
        access_key_id: "id".into(),
        secret_access_key: "hush".into(),
        session_token: Some("hush-token".into()),
    };
    S3Settings { idle_timeout: Duration::from_millis(300), ..settings(endpoint, &keys) }
}

async fn store(server: &Scripted) -> S3Store {
    let store =
        connect(&settings_of(&server.endpoint()), "s3://bucket/pre").await.expect("a store");
    store.with_facts(S3Facts { acl: AclUse::Ignored, e_tags: ETagStyle::Quoted })
}

fn key() -> Key {
    Key::from("a/config")
}

fn upload() -> Upload {
    Upload { bytes: "new".into(), attributes: Attributes::default(), put_id: PutId("p1".into()) }
}

fn soon() -> Timestamp {
    chrono::Utc::now() + TimeDelta::seconds(30)
}

fn error(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>m</Message></Error>")
}

async fn put(answer: Answer) -> (Result<Version, StoreError>, Vec<String>) {
    let server = Scripted::start(vec![answer]).await;
    let right = Precondition::MustMatch(Version::new("old"));
    let result = store(&server).await.put(&key(), &upload(), &right, soon()).await;
    (result, server.requests())
}

async fn delete(answer: Answer) -> Result<(), StoreError> {
    let server = Scripted::start(vec![answer]).await;
    store(&server).await.delete(&key(), &Version::new("old"), soon()).await
}

async fn get(answer: Answer) -> Result<Option<git_store::model::Object>, StoreError> {
    let server = Scripted::start(vec![answer]).await;
    store(&server).await.get(&key()).await
}

/// Answers that everything gets alike, with what a read and what a write makes of them.
fn refusals() -> Vec<(&'static str, String, &'static str, &'static str)> {
    [
        ("404 Not Found", "NoSuchBucket", "no store", "no store"),
        ("404 Not Found", "NoSuchUpload", "protocol", "protocol"),
        ("403 Forbidden", "AccessDenied", "denied", "denied"),
        ("403 Forbidden", "InvalidAccessKeyId", "credentials", "credentials"),
        ("403 Forbidden", "SignatureDoesNotMatch", "credentials", "credentials"),
        ("400 Bad Request", "ExpiredToken", "credentials", "credentials"),
        ("403 Forbidden", "RequestTimeTooSkewed", "denied", "denied"),
        ("403 Forbidden", "InvalidObjectState", "unsupported", "unsupported"),
        ("500 Internal Server Error", "InternalError", "transient", "ambiguous"),
        ("503 Slow Down", "SlowDown", "transient", "ambiguous"),
        ("429 Too Many Requests", "TooManyRequests", "transient", "transient"),
        ("501 Not Implemented", "NotImplemented", "unsupported", "unsupported"),
        ("409 Conflict", "ConditionalRequestConflict", "transient", "transient"),
        ("409 Conflict", "ExistingObjectIsFile", "protocol", "key"),
        ("412 Precondition Failed", "PreconditionFailed", "protocol", "precondition"),
        ("400 Bad Request", "BadDigest", "transient", "transient"),
        ("301 Moved Permanently", "PermanentRedirect", "settings", "settings"),
    ]
    .into_iter()
    .map(|(status, code, read, write)| (status, error(code), read, write))
    .chain([
        ("404 Not Found", LOGIN_PAGE.into(), "protocol", "protocol"),
        ("404 Not Found", String::new(), "protocol", "protocol"),
        ("502 Bad Gateway", LOGIN_PAGE.into(), "transient", "ambiguous"),
        ("408 Request Timeout", String::new(), "transient", "ambiguous"),
        ("307 Temporary Redirect", String::new(), "settings", "settings"),
        ("200 OK", LOGIN_PAGE.into(), "protocol", "ambiguous"),
        ("200 OK", error("InternalError"), "protocol", "ambiguous"),
    ])
    .collect()
}

#[tokio::test]
async fn refusals_by_what_can_be_done_about_them() {
    for (status, body, read, write) in refusals() {
        let answer = Answer::reply(status, &[], &body);
        let errors = [
            (get(answer.clone()).await.err(), read),
            (put(answer.clone()).await.0.err(), write),
            (delete(answer).await.err(), write),
        ];
        for (index, (error, expected)) in errors.into_iter().enumerate() {
            let error = error.unwrap_or_else(|| panic!("{status} {body} {index}"));
            assert_eq!(kind(&error), expected, "{status} {body} {index}: {error}");
            assert!(!error.to_string().contains("X-Amz"), "{error}");
        }
    }
}

#[tokio::test]
async fn only_the_services_own_word_is_absence() {
    let gone = Answer::reply("404 Not Found", &[], &error("NoSuchKey"));
    assert_eq!(get(gone.clone()).await.expect("absent"), None);
    assert_eq!(kind(&put(gone.clone()).await.0.expect_err("gone")), "precondition");
    assert_eq!(kind(&delete(gone.clone()).await.expect_err("gone")), "precondition");
    let cases = [
        (gone, None),
        (Answer::reply("404 Not Found", &[], &error("NoSuchBucket")), Some("no store")),
    ];
    for (second, expected) in cases {
        let bare = Answer::reply("404 Not Found", &[], "");
        let server = Scripted::start(vec![bare, second]).await;
        let result = store(&server).await.head(&key()).await;
        assert_eq!(result.err().as_ref().map(kind), expected);
    }
}

#[tokio::test]
async fn an_object_that_broke_off_is_no_object() {
    let whole = Answer::text("200 OK", &OBJECT, 5, "12345");
    assert_eq!(
        get(Answer::Bytes(whole.clone())).await.expect("there").expect("there").bytes,
        "12345"
    );
    for end in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        for answer in [Answer::Bytes(whole[..end].to_vec()), Answer::Reset(whole[..end].to_vec())] {
            let error = get(answer).await.expect_err("cut short");
            assert_eq!(kind(&error), "transient", "{end}: {error}");
        }
    }
    let no_length =
        b"HTTP/1.1 200 OK\r\netag: \"a\"\r\nlast-modified: Fri, 02 Jan 2026 03:04:05 GMT\r\n\r\n12"
            .to_vec();
    assert_eq!(kind(&get(Answer::Bytes(no_length)).await.expect_err("no length")), "protocol");
}

#[tokio::test]
async fn an_object_may_look_like_an_error() {
    let text = error("NoSuchKey");
    let object =
        get(Answer::reply("200 OK", &OBJECT, &text)).await.expect("a reply").expect("there");
    assert_eq!(object.bytes, text);
}

#[tokio::test]
async fn a_write_without_an_answer_is_ambiguous_and_not_repeated() {
    let begun = Answer::text("200 OK", &[("etag", "\"abc\"")], 9, "short");
    let answers = [
        Answer::Bytes(Vec::new()),
        Answer::Reset(Vec::new()),
        Answer::Hang(Vec::new()),
        Answer::Reset(begun),
    ];
    for answer in answers {
        let shown = format!("{answer:?}");
        let (result, requests) = put(answer.clone()).await;
        assert_eq!(kind(&result.expect_err(&shown)), "ambiguous", "{shown}");
        assert_eq!(requests.len(), 1, "{shown}");
        assert_eq!(kind(&delete(answer).await.expect_err(&shown)), "ambiguous", "{shown}");
    }
    let (result, _) = put(Answer::reply("200 OK", &[], "")).await;
    assert_eq!(kind(&result.expect_err("no e-tag")), "ambiguous");
}

#[tokio::test]
async fn a_plain_update_is_one_request() {
    let (result, requests) = put(Answer::reply("200 OK", &[("etag", "\"abc\"")], "")).await;
    assert_eq!(result.expect("written").as_str(), "abc");
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    let head = request.to_ascii_lowercase();
    assert!(
        request.starts_with("PUT /bucket/pre/a/config?X-Amz-Algorithm=AWS4-HMAC-SHA256&"),
        "{request}"
    );
    assert!(
        head.contains("if-match: \"old\"") && head.contains("x-amz-meta-git-store-put: p1"),
        "{request}"
    );
    assert!(head.contains("content-md5: ") && head.contains("content-length: 3"), "{request}");
    assert!(
        request.contains("content-md5%3Bcontent-type%3Bhost%3Bif-match%3Bx-amz-meta-git-store-put"),
        "{request}"
    );
    let expires = request.split("X-Amz-Expires=").nth(1).and_then(|rest| rest.split('&').next());
    assert!(matches!(expires, Some("29" | "30")), "{request}");
    assert!(!request.contains("hush\"") && request.contains("X-Amz-Security-Token=hush-token"));
}

#[tokio::test]
async fn nobody_there_and_nobody_speaking() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let nobody =
        connect(&settings_of(&format!("http://{free}")), "s3://bucket").await.expect("a store");
    let error = nobody.list().await.expect_err("refused");
    assert!(
        matches!(&error, StoreError::Unreachable(why) if why.contains(&free.to_string())),
        "{error}"
    );
    let unsent = nobody.put(&key(), &upload(), &Precondition::MustNotExist, soon()).await;
    assert_eq!(kind(&unsent.expect_err("refused")), "unreachable", "nothing was sent");
    let server = Scripted::start(vec![Answer::Hang(Vec::new())]).await;
    let error = store(&server).await.list().await.expect_err("no answer");
    assert!(matches!(&error, StoreError::Transient(why) if why.contains("127.0.0.1")), "{error}");
}

#[tokio::test]
async fn a_listing_that_breaks_off_is_no_listing() {
    let body = "<?xml version=\"1.0\"?><ListBucketResult><Name>bucket</Name><Prefix>pre/</Prefix>\
        <KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";
    let list = async |answer: Answer| {
        let server = Scripted::start(vec![answer]).await;
        store(&server).await.list().await
    };
    assert!(list(Answer::reply("200 OK", &[], body)).await.expect("a listing").is_empty());
    let cases = [
        (Answer::reply("200 OK", &[], &body[..body.len() - 3]), "protocol"),
        (Answer::reply("200 OK", &[], ""), "protocol"),
        (Answer::reply("200 OK", &[], LOGIN_PAGE), "protocol"),
        (Answer::reply("200 OK", &[], &error("InternalError")), "transient"),
        (Answer::reply("404 Not Found", &[], &error("NoSuchKey")), "protocol"),
        (Answer::Reset(Answer::text("200 OK", &[], body.len(), &body[..40])), "transient"),
        (Answer::Bytes(Answer::text("200 OK", &[], body.len() + 1, body)), "transient"),
    ];
    for (answer, expected) in cases {
        let shown = format!("{answer:?}");
        let error = list(answer).await.expect_err(&shown);
        assert_eq!(kind(&error), expected, "{shown}: {error}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Scripted::start(vec![]).await;
    let location = format!("{}/bucket", elsewhere.endpoint());
    let answer = Answer::reply("307 Temporary Redirect", &[("location", &location)], "");
    assert_eq!(kind(&get(answer).await.expect_err("elsewhere")), "settings");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_update_with_an_acl_sends_it_again() {
    let policy = "<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList>\
        <Grant><Grantee><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>\
        <Grant><Grantee><ID>you</ID></Grantee><Permission>READ</Permission></Grant>\
        </AccessControlList></AccessControlPolicy>";
    let server = Scripted::start(vec![
        Answer::reply("404 Not Found", &[], &error("OwnershipControlsNotFoundError")),
        Answer::reply("200 OK", &[], policy),
        Answer::reply("200 OK", &[("etag", "\"abc\"")], ""),
    ])
    .await;
    let store =
        connect(&settings_of(&server.endpoint()), "s3://bucket/pre").await.expect("a store");
    let right = Precondition::MustMatch(Version::new("old"));
    store.put(&key(), &upload(), &right, soon()).await.expect("written");
    assert_eq!(store.facts().await.expect("facts").acl, AclUse::Kept);
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "{requests:?}");
    assert!(requests[2].contains("x-amz-grant-read: id=\"you\""), "{}", requests[2]);
}

#[tokio::test]
async fn an_acl_that_may_not_be_read_stops_the_update() {
    let server = Scripted::start(vec![
        Answer::reply("403 Forbidden", &[], &error("AccessDenied")),
        Answer::reply("403 Forbidden", &[], &error("AccessDenied")),
    ])
    .await;
    let store =
        connect(&settings_of(&server.endpoint()), "s3://bucket/pre").await.expect("a store");
    let right = Precondition::MustMatch(Version::new("old"));
    let error = store.put(&key(), &upload(), &right, soon()).await.expect_err("denied");
    assert!(
        matches!(&error, StoreError::Denied(why) if why.contains("KOPS_STATE_S3_ACL")),
        "{error}"
    );
    assert_eq!(server.requests().len(), 2, "nothing was written");
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_refused_at_once() {
    let server = Scripted::start(vec![]).await;
    let store = store(&server).await;
    for key in
        [Key::from(""), Key::from("a/../b"), Key::new([b'a', 0xff]), Key::new("x".repeat(1021))]
    {
        let results = [
            store.get(&key).await.err(),
            store.head(&key).await.err(),
            store.put(&key, &upload(), &Precondition::MustNotExist, soon()).await.err(),
            store.delete(&key, &Version::new("v"), soon()).await.err(),
        ];
        assert!(results.iter().all(|error| error.as_ref().map(kind) == Some("key")), "{results:?}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_region_is_told_even_by_a_refusal() {
    let region = [("x-amz-bucket-region", "eu-west-1")];
    for status in ["200 OK", "403 Forbidden", "400 Bad Request"] {
        let server = Scripted::start(vec![
            Answer::reply("403 Forbidden", &[], &error("AccessDenied")),
            Answer::reply(status, &region, ""),
        ])
        .await;
        let told = store(&server).await.bucket_location().await;
        assert_eq!(told.expect("a region"), "eu-west-1", "{status}");
        assert!(
            server.requests()[1].starts_with("HEAD /bucket HTTP/1.1"),
            "{:?}",
            server.requests()
        );
    }
    let denied = || Answer::reply("403 Forbidden", &[], &error("AccessDenied"));
    let server = Scripted::start(vec![denied(), denied()]).await;
    assert_eq!(kind(&store(&server).await.bucket_location().await.expect_err("denied")), "denied");
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_as_long_as_it_moves() {
    let slow = |length: usize, body: &str| {
        let start = Answer::text("200 OK", &OBJECT, length, "");
        Answer::Slow(start, body.into(), Duration::from_millis(100))
    };
    let object = get(slow(5, "12345")).await.expect("a reply").expect("there");
    assert_eq!(object.bytes, "12345", "half a second, with a limit of 0.3 s between bytes");
    let hanging = Answer::Hang(Answer::text("200 OK", &OBJECT, 5, "123"));
    let error = get(hanging).await.expect_err("no more comes");
    assert!(matches!(&error, StoreError::Transient(why) if why.contains("in time")), "{error}");
}

#[tokio::test]
async fn a_profile_gives_keys_and_region() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config");
    std::fs::write(
        &config,
        "[profile p]\nregion = eu-west-1\naws_access_key_id = a\naws_secret_access_key = b\n",
    )
    .expect("written");
    let with = |profile: &str| S3Settings {
        config_file: Some(config.clone()),
        profile: Some(profile.into()),
        ..S3Settings::default()
    };
    let store = connect(&with("p"), "s3://bucket/pre").await.expect("a store, without a request");
    assert_eq!(store.identity().to_string(), "s3://bucket/pre");
    let error = connect(&with("q"), "s3://bucket").await.expect_err("no such profile");
    assert!(matches!(&error, StoreError::Credentials(why) if why.contains("'q'")), "{error}");
}

#[tokio::test]
async fn a_store_has_an_identity() {
    let server = Scripted::start(vec![]).await;
    let identity = store(&server).await.identity().clone();
    assert_eq!(identity.url, "s3://bucket/pre");
    assert_eq!(format!("http://{}", identity.endpoint), server.endpoint());
    let shown = format!("{:?}", store(&server).await);
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_configured_acl_is_sent_and_nothing_is_asked() {
    let server = Scripted::start(vec![Answer::reply("200 OK", &[("etag", "\"abc\"")], "")]).await;
    let acl = Some("bucket-owner-full-control".into());
    let settings = S3Settings { acl, ..settings_of(&server.endpoint()) };
    let store = connect(&settings, "s3://bucket/pre").await.expect("a store");
    let right = Precondition::MustMatch(Version::new("old"));
    store.put(&key(), &upload(), &right, soon()).await.expect("written");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].contains("x-amz-acl: bucket-owner-full-control"), "{}", requests[0]);
}

/// What a service says to a probe that compares e-tags as they stand, as Ceph and Spaces do.
fn answers_to_a_probe_with_bare_e_tags() -> Vec<Answer> {
    let done = |e_tag: &str| Answer::reply("200 OK", &[("etag", e_tag)], "");
    let refused = || Answer::reply("412 Precondition Failed", &[], &error("PreconditionFailed"));
    let gone = || {
        [
            Answer::reply("404 Not Found", &[], ""),
            Answer::reply("404 Not Found", &[], &error("NoSuchKey")),
        ]
    };
    let mut answers = vec![
        Answer::reply("200 OK", &[], "<VersioningConfiguration/>"),
        done("\"v1\""),
        refused(),
        Answer::reply("200 OK", &[], "<OwnershipControls/>"),
        refused(),
        refused(),
        refused(),
        done("\"v2\""),
        refused(),
        Answer::reply("200 OK", &[OBJECT[0], OBJECT[1]], ""),
        Answer::reply("204 No Content", &[], ""),
    ];
    answers.extend(gone());
    answers.extend(gone());
    answers
}

#[tokio::test]
async fn a_service_that_wants_bare_e_tags_is_found_out() {
    let server = Scripted::start(answers_to_a_probe_with_bare_e_tags()).await;
    let store =
        connect(&settings_of(&server.endpoint()), "s3://bucket/pre").await.expect("a store");
    let capabilities = store.probe("x").await.expect("capabilities");
    assert_eq!(capabilities.level(), git_store::model::Level::A, "{capabilities:?}");
    let facts = S3Facts { acl: AclUse::Ignored, e_tags: ETagStyle::Bare };
    assert_eq!(store.facts().await.expect("facts"), facts);
    let requests = server.requests();
    let conditions: Vec<&str> = requests
        .iter()
        .filter_map(|request| request.lines().find_map(|line| line.strip_prefix("if-match: ")))
        .collect();
    let wrong = "00000000000000000000000000000000";
    let quoted = format!("\"{wrong}\"");
    assert_eq!(conditions, [&quoted, "\"v1\"", wrong, "v1", wrong, "v2"]);
}

#[tokio::test]
async fn facts_can_be_kept() {
    let facts = S3Facts { acl: AclUse::Kept, e_tags: ETagStyle::Bare };
    let text = serde_json::to_string(&facts).expect("JSON");
    assert_eq!(text, r#"{"acl":"kept","e-tags":"bare"}"#);
    assert_eq!(serde_json::from_str::<S3Facts>(&text).expect("facts"), facts);
}
