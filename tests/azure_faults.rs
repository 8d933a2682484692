//! Azure with answers that no service should give, and with none.

use crate::azure_servers::{connect, connect_at, settings};
use crate::scripted_http::{Answer, Scripted};
use crate::store_errors::kind;
use chrono::TimeDelta;
use git_store::model::{Attributes, Key, Level, Object, Precondition, PutId, Timestamp, Version};
use git_store::store::azure::{AzureSettings, AzureStore, EntraIdentity};
use git_store::store::{Store as _, StoreError, Upload};
use std::time::Duration;

const URL: &str = "azureblob://account/state/pre";
const OBJECT: [(&str, &str); 2] =
    [("etag", "\"0x1\""), ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT")];
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";
const MISSING: (&str, &str) = ("404 The specified blob does not exist.", "BlobNotFound");

fn settings_of(endpoint: &str) -> AzureSettings {
    // "hush" in base64
    let key = Some("aHVzaA==".into());
    AzureSettings { key, idle_timeout: Duration::from_millis(300), ..settings(endpoint) }
}

fn store(server: &Scripted) -> AzureStore {
    connect(&settings_of(&server.endpoint()), URL).expect("a store")
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

fn right() -> Precondition {
    Precondition::MustMatch(Version::new("0x0"))
}

fn refusal(status: &str, code: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>m\nRequestId:1</Message></Error>"
    );
    Answer::reply(status, &[("x-ms-error-code", code)], &body)
}

/// As a HEAD is refused: the word is in a header alone.
fn bare_refusal(status: &str, code: &str) -> Answer {
    Answer::reply(status, &[("x-ms-error-code", code)], "")
}

fn written() -> Answer {
    Answer::reply("201 Created", &[("etag", "\"0x1\"")], "")
}

async fn put(answer: Answer) -> (Result<Version, StoreError>, Vec<String>) {
    let server = Scripted::start(vec![answer]).await;
    let result = store(&server).put(&key(), &upload(), &right(), soon()).await;
    (result, server.requests())
}

async fn delete(answer: Answer) -> Result<(), StoreError> {
    let server = Scripted::start(vec![answer]).await;
    store(&server).delete(&key(), &Version::new("0x0"), soon()).await
}

async fn get(answer: Answer) -> Result<Option<Object>, StoreError> {
    let server = Scripted::start(vec![answer]).await;
    store(&server).get(&key()).await
}

/// Answers that everything gets alike, with what a read and what a write makes of them.
fn refusals() -> Vec<(Answer, &'static str, &'static str)> {
    let told = [
        ("404 Not Found", "ContainerNotFound", "no store", "no store"),
        ("404 Not Found", "ResourceNotFound", "no store", "no store"),
        ("409 Conflict", "ContainerBeingDeleted", "transient", "transient"),
        ("403 Forbidden", "AuthorizationPermissionMismatch", "denied", "denied"),
        ("403 Forbidden", "AuthorizationFailure", "denied", "denied"),
        ("403 Forbidden", "AuthenticationFailed", "credentials", "credentials"),
        ("403 Forbidden", "KeyBasedAuthenticationNotPermitted", "credentials", "credentials"),
        ("401 Unauthorized", "NoAuthenticationInformation", "credentials", "credentials"),
        ("403 Forbidden", "UnauthorizedBlobOverwrite", "denied", "denied"),
        ("412 Precondition Failed", "LeaseIdMissing", "denied", "denied"),
        ("409 Conflict", "LeaseIdMismatchWithBlobOperation", "denied", "denied"),
        ("409 Conflict", "BlobImmutableDueToPolicy", "denied", "denied"),
        ("409 Conflict", "InvalidBlobType", "unsupported", "unsupported"),
        ("409 Conflict", "SnapshotsPresent", "unsupported", "unsupported"),
        ("409 Conflict", "BlobArchived", "unsupported", "unsupported"),
        ("400 Bad Request", "InvalidMetadata", "unsupported", "unsupported"),
        ("400 Bad Request", "InvalidResourceName", "protocol", "key"),
        ("400 Bad Request", "Md5Mismatch", "transient", "transient"),
        ("409 Conflict", "BlobAlreadyExists", "protocol", "precondition"),
        ("412 Precondition Failed", "ConditionNotMet", "protocol", "precondition"),
        ("500 Internal Server Error", "InternalError", "transient", "ambiguous"),
        ("500 Operation Timed Out", "OperationTimedOut", "transient", "ambiguous"),
        ("503 Server Busy", "ServerBusy", "transient", "ambiguous"),
        ("400 Bad Request", "InvalidQueryParameterValue", "protocol", "protocol"),
    ];
    let after = [("retry-after", "7")];
    let plain = [
        (Answer::reply("404 Not Found", &[], LOGIN_PAGE), "protocol", "protocol"),
        (Answer::reply("404 Not Found", &[], ""), "protocol", "protocol"),
        (Answer::reply("429 Too Many Requests", &after, ""), "transient", "transient"),
        (Answer::reply("503 Service Unavailable", &after, ""), "transient", "ambiguous"),
        (Answer::reply("502 Bad Gateway", &[], LOGIN_PAGE), "transient", "ambiguous"),
        (Answer::reply("307 Temporary Redirect", &[], ""), "settings", "settings"),
        (Answer::reply("200 OK", &[], LOGIN_PAGE), "protocol", "ambiguous"),
        (Answer::reply("200 OK", &OBJECT[1..], ""), "protocol", "ambiguous"),
    ];
    let told = told.map(|(status, code, read, write)| (refusal(status, code), read, write));
    told.into_iter().chain(plain).collect()
}

#[tokio::test]
async fn refusals_by_what_can_be_done_about_them() {
    for (answer, read, write) in refusals() {
        let shown = format!("{answer:?}");
        let errors = [
            (get(answer.clone()).await.err(), read),
            (put(answer.clone()).await.0.err(), write),
            (delete(answer).await.err(), write),
        ];
        for (index, (error, expected)) in errors.into_iter().enumerate() {
            let error = error.unwrap_or_else(|| panic!("{shown} {index}"));
            assert_eq!(kind(&error), expected, "{shown} {index}: {error}");
            let text = error.to_string();
            assert!(!text.contains("sig=") && !text.contains("RequestId"), "{text}");
        }
    }
}

#[tokio::test]
async fn only_the_services_own_word_is_absence() {
    let (status, code) = MISSING;
    for gone in [refusal(status, code), bare_refusal(status, code)] {
        assert_eq!(get(gone.clone()).await.expect("absent"), None);
        assert_eq!(kind(&put(gone.clone()).await.0.expect_err("gone")), "precondition");
        assert_eq!(kind(&delete(gone).await.expect_err("gone")), "precondition");
    }
    let cases = [
        (bare_refusal(status, code), None),
        (bare_refusal("404 Not Found", "ContainerNotFound"), Some("no store")),
        (Answer::reply("404 Not Found", &[], ""), Some("protocol")),
    ];
    for (answer, expected) in cases {
        let server = Scripted::start(vec![answer]).await;
        let result = store(&server).head(&key()).await;
        assert_eq!(result.err().as_ref().map(kind), expected);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_object_that_broke_off_is_no_object() {
    let whole = Answer::text("200 OK", &OBJECT, 5, "12345");
    let object = get(Answer::Bytes(whole.clone())).await.expect("a reply").expect("there");
    assert_eq!((object.bytes.as_ref(), object.info.version.as_str()), (&b"12345"[..], "0x1"));
    for end in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        for answer in [Answer::Bytes(whole[..end].to_vec()), Answer::Reset(whole[..end].to_vec())] {
            let error = get(answer).await.expect_err("cut short");
            assert_eq!(kind(&error), "transient", "{end}: {error}");
        }
    }
}

#[tokio::test]
async fn a_write_without_an_answer_is_ambiguous_and_not_repeated() {
    let begun = Answer::text("201 Created", &[("etag", "\"0x1\"")], 9, "short");
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
}

#[tokio::test]
async fn a_plain_update_is_one_request() {
    let (result, requests) = put(written()).await;
    assert_eq!(result.expect("written").as_str(), "0x1");
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    let head = request.to_ascii_lowercase();
    assert!(request.starts_with("PUT /state/pre/a/config?sv=2023-11-03&sr=b&st="), "{request}");
    for expected in [
        "if-match: \"0x0\"",
        "x-ms-meta-git_store_put: p1",
        "x-ms-blob-type: blockblob",
        "x-ms-version: 2023-11-03",
        "x-ms-date: ",
        "content-md5: ",
        "content-length: 3",
    ] {
        assert!(head.contains(expected), "{expected}: {request}");
    }
    assert!(!head.contains("authorization"), "{request}");
}

#[tokio::test]
async fn an_update_sends_the_tags_again() {
    let tags = "<?xml version=\"1.0\"?><Tags><TagSet><Tag><Key>a b</Key><Value>1</Value></Tag>\
        <Tag><Key>c</Key><Value></Value></Tag></TagSet></Tags>";
    let attributes = Attributes { tag_count: 2, ..Attributes::default() };
    let tagged = Upload { attributes, ..upload() };
    let server = Scripted::start(vec![Answer::reply("200 OK", &[], tags), written()]).await;
    store(&server).put(&key(), &tagged, &right(), soon()).await.expect("written");
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /state/pre/a/config?comp=tags&"), "{requests:?}");
    assert!(requests[1].contains("x-ms-tags: a%20b=1&c="), "{requests:?}");
    let denied = refusal("403 Forbidden", "AuthorizationPermissionMismatch");
    let server = Scripted::start(vec![denied]).await;
    let error = store(&server).put(&key(), &tagged, &right(), soon()).await.expect_err("denied");
    assert!(matches!(&error, StoreError::Denied(why) if why.contains("tags")), "{error}");
    assert_eq!(server.requests().len(), 1, "nothing was written");
}

#[tokio::test]
async fn a_listing_that_breaks_off_is_no_listing() {
    let page = |marker: &str| {
        format!(
            "<?xml version=\"1.0\"?><EnumerationResults ContainerName=\"state\">\
             <Prefix>pre/</Prefix><Blobs/><NextMarker>{marker}</NextMarker></EnumerationResults>"
        )
    };
    let list = async |answers: Vec<Answer>| {
        let server = Scripted::start(answers).await;
        let result = store(&server).list().await;
        (result, server.requests())
    };
    let reply = |body: &str| Answer::reply("200 OK", &[], body);
    let (listing, requests) = list(vec![reply(&page("a&amp;/b")), reply(&page(""))]).await;
    assert!(listing.expect("a listing").is_empty());
    let first = "GET /state?restype=container&comp=list&maxresults=1000&prefix=pre%2F&sv=";
    assert!(requests[0].starts_with(first), "{requests:?}");
    assert!(requests[1].contains("&prefix=pre%2F&marker=a%26%2Fb&sv="), "{requests:?}");
    let body = page("");
    let cases = [
        (vec![reply(&body[..body.len() - 3])], "protocol"),
        (vec![reply("")], "protocol"),
        (vec![reply(LOGIN_PAGE)], "protocol"),
        (vec![reply(&page("m")), reply(&page("m"))], "protocol"),
        (vec![reply(&page("m")), refusal("503 Server Busy", "ServerBusy")], "transient"),
        (vec![refusal(MISSING.0, MISSING.1)], "protocol"),
        (vec![Answer::Reset(Answer::text("200 OK", &[], body.len(), &body[..40]))], "transient"),
        (vec![Answer::Bytes(Answer::text("200 OK", &[], body.len() + 1, &body))], "transient"),
    ];
    for (answers, expected) in cases {
        let shown = format!("{answers:?}");
        let error = list(answers).await.0.expect_err(&shown);
        assert_eq!(kind(&error), expected, "{shown}: {error}");
    }
}

#[tokio::test]
async fn nobody_there_and_nobody_speaking() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let nobody = connect(&settings_of(&endpoint), URL).expect("a store");
    let unsent = nobody.put(&key(), &upload(), &right(), soon()).await.expect_err("refused");
    assert_eq!(kind(&unsent), "unreachable", "nothing was sent");
    let server = Scripted::start(vec![Answer::Hang(Vec::new())]).await;
    let silent = store(&server).list().await.expect_err("no answer");
    assert_eq!(kind(&silent), "transient");
    for error in [nobody.list().await.expect_err("refused"), unsent, silent] {
        let text = error.to_string();
        assert!(text.contains("127.0.0.1") && !text.contains("sig="), "{text}");
    }
}

#[tokio::test]
async fn a_signature_that_ran_out_on_the_way_is_a_deadline() {
    let date = (chrono::Utc::now() + TimeDelta::seconds(90)).to_rfc2822();
    let expired = |code: &str| {
        Answer::reply("403 Forbidden", &[("date", &date), ("x-ms-error-code", code)], "")
    };
    for code in ["AuthenticationFailed", "AuthorizationFailure"] {
        assert_eq!(kind(&put(expired(code)).await.0.expect_err("late")), "expired");
        assert_eq!(kind(&delete(expired(code)).await.expect_err("late")), "expired");
        assert_ne!(kind(&get(expired(code)).await.expect_err("refused")), "expired");
    }
    let server = Scripted::start(vec![expired("AuthenticationFailed")]).await;
    let slow = connect_at(&settings_of(&server.endpoint()), URL, -3600).expect("a store");
    let error = slow.list().await.expect_err("refused");
    assert!(matches!(&error, StoreError::Denied(why) if why.contains("clock")), "{error}");
}

#[tokio::test]
async fn what_the_service_says_of_times_is_passed_on() {
    let body = "<Error><Code>AuthenticationFailed</Code><Message>m</Message>\
        <AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [a] - \
        Expiry [b] - Current [c]</AuthenticationErrorDetail></Error>";
    let error = get(Answer::reply("403 Forbidden", &[], body)).await.expect_err("refused");
    assert!(error.to_string().contains("Expiry [b]"), "{error}");
}

fn token(value: &str) -> Answer {
    let body = format!(r#"{{"access_token":"{value}","token_type":"Bearer","expires_in":3600}}"#);
    Answer::reply("200 OK", &[("content-type", "application/json")], &body)
}

fn with_tokens(server: &Scripted, entra: &Scripted) -> AzureStore {
    let identity = EntraIdentity {
        client_id: Some("id".into()),
        client_secret: Some("hush-secret".into()),
        tenant_id: Some("tenant".into()),
        authority: Some(entra.endpoint()),
        ..EntraIdentity::default()
    };
    let idle_timeout = Duration::from_secs(30);
    let common = settings_of(&server.endpoint());
    let settings = AzureSettings { key: None, identity, idle_timeout, ..common };
    connect(&settings, URL).expect("a store")
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_renewed_once() {
    let stale = || refusal("401 Unauthorized", "InvalidAuthenticationInfo");
    let server = Scripted::start(vec![stale(), written(), stale(), stale()]).await;
    let entra = Scripted::start(vec![token("one"), token("two"), token("three")]).await;
    let store = with_tokens(&server, &entra);
    store.put(&key(), &upload(), &right(), soon()).await.expect("written");
    let error = store.get(&key()).await.expect_err("still refused");
    assert_eq!(kind(&error), "credentials", "{error}");
    let used: Vec<String> = server
        .requests()
        .iter()
        .filter_map(|request| request.lines().find_map(|line| line.strip_prefix("authorization: ")))
        .map(str::to_owned)
        .collect();
    assert_eq!(used, ["Bearer one", "Bearer two", "Bearer two", "Bearer three"]);
    assert!(!server.requests()[0].contains("sig="));
    let shown = format!("{store:?} {error}");
    assert!(!shown.contains("hush") && !shown.contains("three"), "{shown}");
}

#[tokio::test]
async fn with_a_token_a_write_is_given_up_at_its_deadline() {
    let server = Scripted::start(vec![Answer::Hang(Vec::new())]).await;
    let entra = Scripted::start(vec![token("one")]).await;
    let store = with_tokens(&server, &entra);
    let deadline = chrono::Utc::now() + TimeDelta::milliseconds(1500);
    let error = store.put(&key(), &upload(), &right(), deadline).await.expect_err("no answer");
    assert!(matches!(&error, StoreError::Ambiguous { reason, .. } if reason.contains("deadline")));
    assert!(chrono::Utc::now() - deadline < TimeDelta::seconds(1));
}

#[tokio::test]
async fn a_given_signature_is_used_as_it_is() {
    let server = Scripted::start(vec![written()]).await;
    let sas = Some("?sv=2022-11-02&sig=a%2Bb%3D".into());
    let settings = AzureSettings { key: None, sas, ..settings_of(&server.endpoint()) };
    let store = connect(&settings, URL).expect("a store");
    store.put(&key(), &upload(), &right(), soon()).await.expect("written");
    let request = server.requests().remove(0);
    assert!(
        request.starts_with("PUT /state/pre/a/config?sv=2022-11-02&sig=a%2Bb%3D HTTP"),
        "{request}"
    );
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_refused_at_once() {
    let server = Scripted::start(vec![]).await;
    let store = store(&server);
    for key in [Key::from(""), Key::from("a/../b"), Key::from("a\\b"), Key::new([b'a', 0xff])] {
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
async fn a_service_that_names_versions_keeps_them() {
    let version = |status: &str, e_tag: &str| {
        Answer::reply(status, &[("etag", e_tag), ("x-ms-version-id", "2026")], "")
    };
    let object =
        |e_tag: &str, body: &str| Answer::reply("200 OK", &[("etag", e_tag), OBJECT[1]], body);
    let refused = || refusal("412 Precondition Failed", "ConditionNotMet");
    let gone = || bare_refusal(MISSING.0, MISSING.1);
    let server = Scripted::start(vec![
        version("201 Created", "\"1\""),
        refusal("409 Conflict", "BlobAlreadyExists"),
        object("\"1\"", "1"),
        object("\"1\"", ""),
        version("201 Created", "\"2\""),
        refused(),
        object("\"2\"", "3"),
        object("\"2\"", ""),
        refused(),
        object("\"2\"", ""),
        Answer::reply("202 Accepted", &[], ""),
        gone(),
        gone(),
    ])
    .await;
    let found = store(&server).probe("x").await.expect("capabilities");
    assert_eq!(found.level(), Level::APlus, "{found:?}");
}

#[tokio::test]
async fn a_store_has_an_identity() {
    let server = Scripted::start(vec![]).await;
    let identity = store(&server).identity().clone();
    assert_eq!(identity.url, URL);
    assert_eq!(format!("http://{}", identity.endpoint), server.endpoint());
    let own = AzureSettings { endpoint: None, ..settings_of("") };
    let own = connect(&own, URL).expect("a store, without a request");
    assert_eq!(own.identity().to_string(), URL);
    let shown = format!("{own:?}");
    assert!(!shown.contains("hush") && !shown.contains("aHVzaA"), "{shown}");
}
