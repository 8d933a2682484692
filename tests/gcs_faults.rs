//! Google Cloud Storage with answers that the emulator does not give, or that no service should.

use crate::scripted_http::{Answer, Scripted};
use chrono::TimeDelta;
use git_store::model::{
    Attributes, Key, Level, Object, Precondition, PutId, StoreUrl, Timestamp, Version,
};
use git_store::store::count::Stats;
use git_store::store::gcs::{GcsSettings, GcsStore};
use git_store::store::{Store as _, StoreError, Surroundings, SystemClock, Upload};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const OBJECT: &str = r#"{"name":"pre/a/config","bucket":"bucket","generation":"17","size":"5",
    "updated":"2026-01-02T03:04:05.678Z","md5Hash":"gnzLDuqKcGxMNKFokfhOew=="}"#;
const WRITTEN: &str = r#"{"name":"pre/a/config","generation":"18"}"#;
const EMPTY: &str = r#"{"kind":"storage#objects"}"#;
const CONTENT: &str = "12345";
const GENERATION: [(&str, &str); 1] = [("x-goog-generation", "17")];
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";

fn settings(endpoint: &str) -> GcsSettings {
    let get = |name: &str| (name == "STORAGE_EMULATOR_HOST").then(|| endpoint.to_owned());
    let idle_timeout = Duration::from_millis(300);
    GcsSettings { idle_timeout, ..GcsSettings::new(&Surroundings::new(&get)) }
}

fn connect(settings: &GcsSettings) -> Result<GcsStore, StoreError> {
    let url = StoreUrl::parse("gs://bucket/pre").expect("a store URL");
    GcsStore::connect(&url, settings, Arc::new(SystemClock), Arc::new(Stats::default()))
}

fn store(server: &Scripted) -> GcsStore {
    connect(&settings(&server.endpoint())).expect("a store")
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

fn ok(body: &str) -> Answer {
    Answer::reply("200 OK", &[], body)
}

fn media() -> Answer {
    Answer::reply("200 OK", &GENERATION, CONTENT)
}

fn error(code: u16, reason: &str, message: &str) -> String {
    format!(
        r#"{{"error":{{"code":{code},"message":"{message}","errors":[{{"message":"{message}","domain":"global","reason":"{reason}"}}]}}}}"#
    )
}

fn no_such_object() -> Answer {
    let body = error(404, "notFound", "No such object: bucket/pre/a/config");
    Answer::reply("404 Not Found", &[], &body)
}

async fn get(answers: Vec<Answer>) -> Result<Option<Object>, StoreError> {
    let server = Scripted::start(answers).await;
    store(&server).get(&key()).await
}

async fn put(answer: Answer) -> (Result<Version, StoreError>, Vec<String>) {
    let server = Scripted::start(vec![answer]).await;
    let right = Precondition::MustMatch(Version::new("17"));
    let result = store(&server).put(&key(), &upload(), &right, soon()).await;
    (result, server.requests())
}

async fn delete(answer: Answer) -> (Result<(), StoreError>, Vec<String>) {
    let server = Scripted::start(vec![answer]).await;
    let result = store(&server).delete(&key(), &Version::new("17"), soon()).await;
    (result, server.requests())
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
        StoreError::Unreachable(_) => "unreachable",
        StoreError::Protocol(_) => "protocol",
        StoreError::Unsupported(_) => "unsupported",
        StoreError::Key { .. } => "key",
        StoreError::Settings(_) => "settings",
        StoreError::Io { .. } => "io",
    }
}

/// Answers that everything gets alike, with what a read and what a write makes of them.
fn refusals() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let no_bucket = "The specified bucket does not exist.";
    let bad_md5 = "Provided MD5 hash does not fit; it doesn't match calculated MD5 hash";
    let with_word = [
        ("404 Not Found", error(404, "notFound", no_bucket), "no store", "no store"),
        ("401 Unauthorized", error(401, "authError", "m"), "credentials", "credentials"),
        ("403 Forbidden", error(403, "forbidden", "m"), "denied", "denied"),
        ("403 Forbidden", error(403, "rateLimitExceeded", "m"), "transient", "transient"),
        ("403 Forbidden", error(403, "objectUnderActiveHold", "m"), "unsupported", "unsupported"),
        ("400 Bad Request", error(400, "userProjectMissing", "m"), "unsupported", "unsupported"),
        ("400 Bad Request", error(400, "invalid", bad_md5), "transient", "transient"),
        ("400 Bad Request", error(400, "invalid", "m"), "protocol", "protocol"),
        ("412 Precondition Failed", error(412, "conditionNotMet", "m"), "protocol", "precondition"),
        ("409 Conflict", error(409, "conflict", "m"), "transient", "transient"),
        ("500 Internal Server Error", error(500, "backendError", "m"), "transient", "ambiguous"),
        ("503 Service Unavailable", error(503, "backendError", "m"), "transient", "ambiguous"),
    ];
    let without = [
        ("404 Not Found", LOGIN_PAGE, "protocol", "protocol"),
        ("404 Not Found", "", "protocol", "protocol"),
        ("502 Bad Gateway", LOGIN_PAGE, "transient", "ambiguous"),
        ("408 Request Timeout", "", "transient", "ambiguous"),
        ("307 Temporary Redirect", "", "settings", "settings"),
        ("200 OK", LOGIN_PAGE, "protocol", "ambiguous"),
        ("200 OK", "{}", "protocol", "ambiguous"),
    ];
    let without = without.map(|(status, body, read, write)| (status, body.to_owned(), read, write));
    with_word.into_iter().chain(without).collect()
}

#[tokio::test]
async fn refusals_by_what_can_be_done_about_them() {
    for (status, body, read, write) in refusals() {
        let answer = Answer::reply(status, &[], &body);
        let errors = [
            (get(vec![answer.clone()]).await.err(), read),
            (put(answer.clone()).await.0.err(), write),
            (delete(answer).await.0.err(), write),
        ];
        for (index, (error, expected)) in errors.into_iter().enumerate() {
            let error = error.unwrap_or_else(|| panic!("{status} {body} {index}"));
            assert_eq!(kind(&error), expected, "{status} {body} {index}: {error}");
        }
    }
}

#[tokio::test]
async fn a_service_that_is_asked_too_often_has_done_nothing() {
    let body = error(429, "rateLimitExceeded", "m");
    let answer = Answer::reply("429 Too Many Requests", &[("retry-after", "1")], &body);
    assert_eq!(kind(&get(vec![answer.clone()]).await.expect_err("busy")), "transient");
    assert_eq!(kind(&put(answer.clone()).await.0.expect_err("busy")), "transient");
    assert_eq!(kind(&delete(answer).await.0.expect_err("busy")), "transient");
}

#[tokio::test]
async fn only_the_services_own_word_is_absence_and_the_bucket_must_be_there() {
    assert_eq!(get(vec![no_such_object(), ok(EMPTY)]).await.expect("absent"), None);
    let emulator = || Answer::reply("404 Not Found", &[], &error(404, "Not Found", "Not Found"));
    for second in [no_such_object(), emulator()] {
        let error = get(vec![emulator(), second]).await.expect_err("no bucket");
        assert_eq!(kind(&error), "no store", "{error}");
    }
    let denied = Answer::reply("403 Forbidden", &[], &error(403, "forbidden", "m"));
    let error = get(vec![no_such_object(), denied]).await.expect_err("not known");
    assert!(error.to_string().contains("storage.objects.list"), "{error}");
    assert_eq!(kind(&put(no_such_object()).await.0.expect_err("gone")), "precondition");
    assert_eq!(kind(&delete(no_such_object()).await.0.expect_err("gone")), "precondition");
}

#[tokio::test]
async fn an_object_is_of_one_generation() {
    let later = OBJECT.replace("\"17\"", "\"18\"");
    let replaced = Answer::reply("412 Precondition Failed", &[], "");
    let gone = Answer::reply("404 Not Found", &[], "No such object: bucket/pre/a/config");
    let other = Answer::reply("200 OK", &[("x-goog-generation", "18")], "other");
    for first in [replaced, gone, other] {
        let second = Answer::reply("200 OK", &[("x-goog-generation", "18")], CONTENT);
        let object = get(vec![ok(OBJECT), first, ok(&later), second]).await;
        let object = object.expect("a reply").expect("there");
        assert_eq!((object.info.version.as_str(), &object.bytes[..]), ("18", &b"12345"[..]));
    }
    let restless = |_| [ok(OBJECT), Answer::reply("412 Precondition Failed", &[], "")];
    let error = get((0..9).flat_map(restless).collect()).await.expect_err("never whole");
    assert_eq!(kind(&error), "transient", "{error}");
    let server = Scripted::start(vec![ok(OBJECT), media()]).await;
    store(&server).get(&key()).await.expect("a reply").expect("there");
    let request = server.requests()[1].to_ascii_lowercase();
    assert!(request.starts_with(
        "get /storage/v1/b/bucket/o/pre%2fa%2fconfig?alt=media&ifgenerationmatch=17 "
    ));
    assert!(request.contains("accept-encoding: gzip\r\n"), "{request}");
}

#[tokio::test]
async fn an_object_that_broke_off_or_was_changed_is_no_object() {
    for whole in [Answer::text("200 OK", &[], OBJECT.len(), OBJECT), media_bytes()] {
        let is_description = whole.ends_with(b"}");
        for end in (0..whole.len()).step_by(11).chain([whole.len() - 1]) {
            let cut = Answer::Reset(whole[..end].to_vec());
            let answers = if is_description { vec![cut] } else { vec![ok(OBJECT), cut] };
            let error = get(answers).await.expect_err("cut short");
            assert_eq!(kind(&error), "transient", "{end}: {error}");
        }
    }
    let cases = [
        (Answer::reply("200 OK", &GENERATION, "1234"), "protocol"),
        (Answer::reply("200 OK", &GENERATION, "12346"), "transient"),
        (Answer::reply("200 OK", &[], CONTENT), "protocol"),
        (Answer::reply("200 OK", &[], LOGIN_PAGE), "protocol"),
    ];
    for (answer, expected) in cases {
        let shown = format!("{answer:?}");
        let error = get(vec![ok(OBJECT), answer]).await.expect_err(&shown);
        assert_eq!(kind(&error), expected, "{shown}: {error}");
    }
    for (right, wrong) in [("pre/a/config", "pre/b"), ("\"bucket\":\"bucket\"", "\"bucket\":\"x\"")]
    {
        let error = get(vec![ok(&OBJECT.replace(right, wrong))]).await.expect_err("another");
        assert_eq!(kind(&error), "protocol", "{error}");
    }
}

fn media_bytes() -> Vec<u8> {
    Answer::text("200 OK", &GENERATION, CONTENT.len(), CONTENT)
}

#[tokio::test]
async fn an_object_may_look_like_an_error() {
    let text = error(404, "notFound", "No such object: x");
    let object = OBJECT
        .replace("\"5\"", &format!("\"{}\"", text.len()))
        .replace("md5Hash", "componentCount");
    let media = Answer::reply("200 OK", &GENERATION, &text);
    let object = get(vec![ok(&object), media]).await.expect("a reply").expect("there");
    assert_eq!(object.bytes, text);
}

#[tokio::test]
async fn a_write_without_an_answer_is_ambiguous_and_not_repeated() {
    let begun = Answer::text("200 OK", &[], 99, WRITTEN);
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
        let (result, requests) = delete(answer).await;
        assert_eq!(kind(&result.expect_err(&shown)), "ambiguous", "{shown}");
        assert_eq!(requests.len(), 1, "{shown}");
    }
    for body in [WRITTEN.replace("18", "0"), WRITTEN.replace("config", "other")] {
        assert_eq!(kind(&put(ok(&body)).await.0.expect_err("another")), "ambiguous", "{body}");
    }
}

#[tokio::test]
async fn a_write_is_one_request_with_its_condition_in_the_query() {
    let (result, requests) = put(ok(WRITTEN)).await;
    assert_eq!(result.expect("written").as_str(), "18");
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    let start = "POST /upload/storage/v1/b/bucket/o?uploadType=multipart&ifGenerationMatch=17&";
    assert!(request.starts_with(start), "{request}");
    assert!(request.contains(r#""name":"pre/a/config""#), "{request}");
    assert!(request.contains(r#""metadata":{"git-store-put":"p1"}"#), "{request}");
    assert!(!request.to_ascii_lowercase().contains("authorization"), "{request}");
    let (result, requests) = delete(Answer::reply("204 No Content", &[], "")).await;
    result.expect("deleted");
    let start = "DELETE /storage/v1/b/bucket/o/pre%2Fa%2Fconfig?ifGenerationMatch=17 ";
    assert!(requests.len() == 1 && requests[0].starts_with(start), "{requests:?}");
    let server = Scripted::start(vec![ok(WRITTEN)]).await;
    let attributes =
        Attributes { encryption_key: Some("projects/p/k".into()), ..Attributes::default() };
    let encrypted = Upload { attributes, ..upload() };
    let created = store(&server).put(&key(), &encrypted, &Precondition::MustNotExist, soon()).await;
    created.expect("created");
    let request = &server.requests()[0];
    assert!(request.contains("ifGenerationMatch=0&"), "{request}");
    assert!(request.contains("&kmsKeyName=projects%2Fp%2Fk "), "{request}");
}

#[tokio::test]
async fn a_version_that_no_object_has_is_not_asked_for() {
    let server = Scripted::start(vec![]).await;
    let store = store(&server);
    for version in ["0", "", "abc", "-1"] {
        let wrong = Version::new(version);
        let put = Precondition::MustMatch(wrong.clone());
        let put = store.put(&key(), &upload(), &put, soon()).await.expect_err(version);
        let delete = store.delete(&key(), &wrong, soon()).await.expect_err(version);
        assert_eq!((kind(&put), kind(&delete)), ("precondition", "precondition"), "{version}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_write_is_given_up_at_its_deadline() {
    let server = Scripted::start(vec![Answer::Hang(Vec::new()), Answer::Hang(Vec::new())]).await;
    let patient =
        GcsSettings { idle_timeout: Duration::from_secs(60), ..settings(&server.endpoint()) };
    let store = connect(&patient).expect("a store");
    let deadline = || chrono::Utc::now() + TimeDelta::milliseconds(200);
    let right = Precondition::MustMatch(Version::new("17"));
    let put = store.put(&key(), &upload(), &right, deadline()).await.expect_err("no answer");
    assert!(put.to_string().contains("before the deadline"), "{put}");
    let delete = store.delete(&key(), &Version::new("17"), deadline()).await.expect_err("none");
    assert_eq!((kind(&put), kind(&delete)), ("ambiguous", "ambiguous"));
}

#[tokio::test]
async fn a_listing_that_breaks_off_is_no_listing() {
    let list = async |answer: Answer| {
        let server = Scripted::start(vec![answer]).await;
        store(&server).list().await
    };
    assert!(list(ok(EMPTY)).await.expect("a listing").is_empty());
    let no_bucket = error(404, "notFound", "m");
    let cases = [
        (ok(&EMPTY[..EMPTY.len() - 1]), "protocol"),
        (ok(""), "protocol"),
        (ok(LOGIN_PAGE), "protocol"),
        (Answer::reply("404 Not Found", &[], &no_bucket), "no store"),
        (Answer::reply("404 Not Found", &[], LOGIN_PAGE), "protocol"),
        (Answer::Reset(Answer::text("200 OK", &[], EMPTY.len(), &EMPTY[..9])), "transient"),
        (Answer::Bytes(Answer::text("200 OK", &[], EMPTY.len() + 1, EMPTY)), "transient"),
    ];
    for (answer, expected) in cases {
        let shown = format!("{answer:?}");
        let error = list(answer).await.expect_err(&shown);
        assert_eq!(kind(&error), expected, "{shown}: {error}");
    }
}

/// What a service with all conditions says to a probe.
fn answers_to_a_probe() -> Vec<Answer> {
    let description = |generation: &str| {
        let text = OBJECT.replace("\"17\"", &format!("\"{generation}\""));
        let text = text.replace("\"5\"", "\"1\"").replace("md5Hash", "etag");
        ok(&text.replace("pre/a/config", "pre/.git-store-probe/x"))
    };
    let content = |generation: &str, text: &str| {
        Answer::reply("200 OK", &[("x-goog-generation", generation)], text)
    };
    let written = |generation: &str| {
        let name = "pre/.git-store-probe/x";
        ok(&format!(r#"{{"name":"{name}","generation":"{generation}"}}"#))
    };
    let refused = || {
        let body = error(412, "conditionNotMet", "m");
        Answer::reply("412 Precondition Failed", &[], &body)
    };
    let busy = error(429, "rateLimitExceeded", "m");
    vec![
        ok(r#"{"versioning":{"enabled":true}}"#),
        Answer::reply("429 Too Many Requests", &[], &busy),
        no_such_object(),
        ok(EMPTY),
        written("1"),
        refused(),
        description("1"),
        content("1", "1"),
        description("1"),
        written("3"),
        refused(),
        description("3"),
        content("3", "3"),
        description("3"),
        refused(),
        description("3"),
        Answer::reply("204 No Content", &[], ""),
        no_such_object(),
        ok(EMPTY),
        no_such_object(),
        ok(EMPTY),
    ]
}

#[tokio::test]
async fn a_service_with_all_conditions_is_found_out() {
    let server = Scripted::start(answers_to_a_probe()).await;
    let found = store(&server).probe("x").await.expect("capabilities");
    assert_eq!(found.level(), Level::APlus, "{found:?}");
    let requests = server.requests();
    let deletes: Vec<&String> = requests.iter().filter(|it| it.starts_with("DELETE")).collect();
    assert!(deletes[0].contains("ifGenerationMatch=1 "), "the stale one: {deletes:?}");
    assert!(deletes[1].contains("ifGenerationMatch=3 "), "the right one: {deletes:?}");
    assert_eq!(deletes.len(), 2);
}

fn token(text: &str) -> Answer {
    let body = format!(r#"{{"access_token":"{text}","expires_in":3599,"token_type":"Bearer"}}"#);
    Answer::reply("200 OK", &[("metadata-flavor", "Google")], &body)
}

/// Settings for a service that wants tokens of a metadata service.
fn with_tokens(service: &Scripted, metadata: &Scripted) -> GcsSettings {
    let host = metadata.endpoint().replace("http://", "");
    let settings = settings(&service.endpoint());
    GcsSettings { uses_credentials: true, metadata_host: host, ..settings }
}

fn tokens_sent(server: &Scripted) -> Vec<String> {
    let line = |request: &String| {
        let found = request.lines().find_map(|line| line.strip_prefix("authorization: Bearer "));
        found.unwrap_or_default().to_owned()
    };
    server.requests().iter().map(line).collect()
}

fn unauthorized() -> Answer {
    Answer::reply("401 Unauthorized", &[], &error(401, "authError", "Invalid Credentials"))
}

#[tokio::test]
async fn a_token_is_fetched_once_and_a_refused_one_replaced_once() {
    let metadata = Scripted::start(vec![token("one"), token("two")]).await;
    let answers = [ok(EMPTY), unauthorized(), ok(WRITTEN), ok(EMPTY)];
    let service = Scripted::start(answers.to_vec()).await;
    let store = connect(&with_tokens(&service, &metadata)).expect("a store");
    store.list().await.expect("listed");
    let right = Precondition::MustMatch(Version::new("17"));
    store.put(&key(), &upload(), &right, soon()).await.expect("a 401 has written nothing");
    store.list().await.expect("listed");
    assert_eq!(tokens_sent(&service), ["one", "one", "two", "two"]);
    let asked = metadata.requests();
    let start = "GET /computeMetadata/v1/instance/service-accounts/default/token ";
    assert!(asked.len() == 2 && asked[0].starts_with(start), "{asked:?}");
    assert!(asked[0].contains("metadata-flavor: Google"), "{asked:?}");
}

#[tokio::test]
async fn credentials_that_stay_refused_are_an_error_and_never_shown() {
    let metadata = Scripted::start(vec![token("hush"), token("hush"), token("hush2")]).await;
    let service = Scripted::start(vec![unauthorized(), unauthorized(), unauthorized()]).await;
    let store = connect(&with_tokens(&service, &metadata)).expect("a store");
    let same = store.list().await.expect_err("refused");
    assert_eq!(service.requests().len(), 1, "the same token is not sent again");
    let new = store.delete(&key(), &Version::new("17"), soon()).await.expect_err("refused");
    assert_eq!(tokens_sent(&service), ["hush", "hush", "hush2"]);
    for error in [same, new] {
        assert_eq!(kind(&error), "credentials", "{error}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
    assert!(!format!("{store:?}").contains("hush"), "{store:?}");
}

#[tokio::test]
async fn a_metadata_service_that_gives_no_token() {
    let cases = [
        (Answer::reply("404 Not Found", &[], ""), "credentials"),
        (Answer::reply("503 Service Unavailable", &[], ""), "transient"),
        (ok(r#"{"access_token":"hush"}"#), "credentials"),
        (ok(LOGIN_PAGE), "credentials"),
        (Answer::Reset(Vec::new()), "transient"),
    ];
    let service = Scripted::start(vec![]).await;
    for (answer, expected) in cases {
        let shown = format!("{answer:?}");
        let metadata = Scripted::start(vec![answer]).await;
        let store = connect(&with_tokens(&service, &metadata)).expect("a store");
        let error = store.list().await.expect_err(&shown);
        assert_eq!(kind(&error), expected, "{shown}: {error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    let nobody = GcsSettings {
        metadata_host: "127.0.0.1:1".into(),
        uses_credentials: true,
        ..settings(&service.endpoint())
    };
    let error = connect(&nobody).expect("a store").list().await.expect_err("nobody there");
    assert!(error.to_string().contains("GOOGLE_APPLICATION_CREDENTIALS"), "{error}");
    assert_eq!(kind(&error), "credentials");
    assert!(service.requests().is_empty(), "nothing is sent without a token");
}

#[tokio::test]
async fn files_with_credentials_are_looked_at_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let federated = file("f.json", r#"{"type":"external_account","audience":"hush"}"#);
    let broken = r#"{"type":"service_account","client_email":"e","private_key_id":"i",
        "private_key":"hush"}"#;
    let broken = file("b.json", broken);
    let user = r#"{"type":"authorized_user","client_id":"hush","client_secret":"hush",
        "refresh_token":"hush"}"#;
    let user = file("u.json", user);
    let with = |credentials: Option<&Path>, well_known: Option<&Path>| {
        let google = GcsSettings::new(&Surroundings::default());
        let credentials_file = credentials.map(Path::to_owned);
        connect(&GcsSettings {
            credentials_file,
            well_known_file: well_known.map(Path::to_owned),
            ..google
        })
    };
    let missing = folder.path().join("missing.json");
    for (credentials, well_known, expected) in [
        (Some(&federated), Some(&user), "external_account"),
        (Some(&broken), Some(&user), "key that cannot be used"),
        (Some(&missing), Some(&user), "cannot be read"),
        (None, Some(&federated), "external_account"),
    ] {
        let error =
            with(credentials.map(|it| &**it), well_known.map(|it| &**it)).expect_err(expected);
        assert_eq!(kind(&error), "credentials");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains("hush"), "{shown}");
    }
    let store = with(Some(&user), Some(&federated)).expect("a store, without a request");
    assert_eq!(store.identity().to_string(), "gs://bucket/pre");
    assert!(!format!("{store:?}").contains("hush"), "{store:?}");
    assert!(with(None, Some(&missing)).is_ok(), "the metadata service is left");
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_refused_at_once() {
    let server = Scripted::start(vec![]).await;
    let store = store(&server);
    for key in
        [Key::from(""), Key::from("a\nb"), Key::new([b'a', 0xff]), Key::new("x".repeat(1021))]
    {
        let results = [
            store.get(&key).await.err(),
            store.head(&key).await.err(),
            store.put(&key, &upload(), &Precondition::MustNotExist, soon()).await.err(),
            store.delete(&key, &Version::new("1"), soon()).await.err(),
        ];
        assert!(results.iter().all(|error| error.as_ref().map(kind) == Some("key")), "{results:?}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Scripted::start(vec![]).await;
    let location = format!("{}/bucket", elsewhere.endpoint());
    let answer = Answer::reply("307 Temporary Redirect", &[("location", &location)], "");
    assert_eq!(kind(&get(vec![answer]).await.expect_err("elsewhere")), "settings");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_emulator_is_part_of_the_identity() {
    let server = Scripted::start(vec![]).await;
    let identity = store(&server).identity().clone();
    assert_eq!(identity.url, "gs://bucket/pre");
    assert_eq!(format!("http://{}", identity.endpoint), server.endpoint());
}
