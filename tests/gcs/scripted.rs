//! A store at a server with prepared answers.

use crate::scripted_http::{Answer, Scripted};
use chrono::TimeDelta;
use git_store::model::{
    Attributes, Key, Object, Precondition, PutId, StoreUrl, Timestamp, Version,
};
use git_store::store::count::Stats;
use git_store::store::gcs::{GcsSettings, GcsStore};
use git_store::store::{Store as _, StoreError, Surroundings, SystemClock, Upload};
use std::sync::Arc;
use std::time::Duration;

pub const OBJECT: &str = r#"{"name":"pre/a/config","bucket":"bucket","generation":"17","size":"5",
    "updated":"2026-01-02T03:04:05.678Z","md5Hash":"gnzLDuqKcGxMNKFokfhOew=="}"#;
pub const WRITTEN: &str = r#"{"name":"pre/a/config","generation":"18"}"#;
pub const EMPTY: &str = r#"{"kind":"storage#objects"}"#;
pub const CONTENT: &str = "12345";
pub const GENERATION: [(&str, &str); 1] = [("x-goog-generation", "17")];
pub const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";

pub fn settings(endpoint: &str) -> GcsSettings {
    let get = |name: &str| (name == "STORAGE_EMULATOR_HOST").then(|| endpoint.to_owned());
    let idle_timeout = Duration::from_millis(300);
    GcsSettings { idle_timeout, ..GcsSettings::new(&Surroundings::new(&get)) }
}

pub fn connect(settings: &GcsSettings) -> Result<GcsStore, StoreError> {
    let url = StoreUrl::parse("gs://bucket/pre").expect("a store URL");
    GcsStore::connect(&url, settings, Arc::new(SystemClock), Arc::new(Stats::default()))
}

pub fn store(server: &Scripted) -> GcsStore {
    connect(&settings(&server.endpoint())).expect("a store")
}

pub fn key() -> Key {
    Key::from("a/config")
}

pub fn upload() -> Upload {
    Upload { bytes: "new".into(), attributes: Attributes::default(), put_id: PutId("p1".into()) }
}

pub fn soon() -> Timestamp {
    chrono::Utc::now() + TimeDelta::seconds(30)
}

pub fn ok(body: &str) -> Answer {
    Answer::reply("200 OK", &[], body)
}

pub fn media() -> Answer {
    Answer::reply("200 OK", &GENERATION, CONTENT)
}

pub fn error(code: u16, reason: &str, message: &str) -> String {
    format!(
        r#"{{"error":{{"code":{code},"message":"{message}","errors":[{{"message":"{message}","domain":"global","reason":"{reason}"}}]}}}}"#
    )
}

pub fn no_such_object() -> Answer {
    let body = error(404, "notFound", "No such object: bucket/pre/a/config");
    Answer::reply("404 Not Found", &[], &body)
}

pub async fn get(answers: Vec<Answer>) -> Result<Option<Object>, StoreError> {
    let server = Scripted::start(answers).await;
    store(&server).get(&key()).await
}

pub async fn put(answer: Answer) -> (Result<Version, StoreError>, Vec<String>) {
    let server = Scripted::start(vec![answer]).await;
    let right = Precondition::MustMatch(Version::new("17"));
    let result = store(&server).put(&key(), &upload(), &right, soon()).await;
    (result, server.requests())
}

pub async fn delete(answer: Answer) -> (Result<(), StoreError>, Vec<String>) {
    let server = Scripted::start(vec![answer]).await;
    let result = store(&server).delete(&key(), &Version::new("17"), soon()).await;
    (result, server.requests())
}
