//! Where tokens come from, and what becomes of one that is refused.

use super::scripted::{
    EMPTY, LOGIN_PAGE, WRITTEN, connect, error, key, ok, settings, soon, upload,
};
use crate::scripted_http::{Answer, Scripted};
use crate::store_errors::kind;
use git_store::model::{Precondition, Version};
use git_store::store::gcs::GcsSettings;
use git_store::store::{Store as _, Surroundings};
use std::path::Path;

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
