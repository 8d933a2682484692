//! What a write sends, and what it makes of the answer.

use super::scripted::{WRITTEN, connect, delete, key, ok, put, settings, soon, store, upload};
use crate::scripted_http::{Answer, Scripted};
use crate::store_errors::kind;
use chrono::TimeDelta;
use git_store::model::{Attributes, Precondition, Version};
use git_store::store::gcs::GcsSettings;
use git_store::store::{Store as _, Upload};
use std::time::Duration;

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
