//! Answers that the emulator does not give, or that no service should.

use super::scripted::{
    CONTENT, EMPTY, GENERATION, LOGIN_PAGE, OBJECT, delete, error, get, key, media, no_such_object,
    ok, put, soon, store, upload,
};
use crate::scripted_http::{Answer, Scripted};
use crate::store_errors::kind;
use git_store::model::{Key, Precondition, Version};
use git_store::store::Store as _;

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
        ("401 Unauthorized", "Invalid Credentials", "credentials", "credentials"),
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
