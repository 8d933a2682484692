//! Where tokens come from.

use super::*;
use crate::store::testing::scripted_http::{Answer, Scripted};

fn answer(body: &str) -> Answer {
    Answer::reply("200 OK", &[("content-type", "application/json")], body)
}

fn token(value: &str) -> Answer {
    answer(&format!(r#"{{"access_token":"{value}","token_type":"Bearer","expires_in":3600}}"#))
}

fn application(server: &Scripted) -> EntraIdentity {
    EntraIdentity {
        client_id: Some("id".into()),
        tenant_id: Some("tenant".into()),
        authority: Some(format!("{}/", server.endpoint())),
        ..EntraIdentity::default()
    }
}

#[tokio::test]
async fn an_application_has_a_secret() {
    let server = Scripted::start(vec![token("one"), token("two")]).await;
    let identity = EntraIdentity { client_secret: Some("hush".into()), ..application(&server) };
    let tokens = Tokens::new(&identity).expect("tokens");
    assert_eq!(tokens.token().await.expect("a token"), "one");
    assert_eq!(tokens.token().await.expect("the same"), "one");
    tokens.renew().expect("renewed");
    assert_eq!(tokens.token().await.expect("another"), "two");
    let asked = server.requests().remove(0);
    assert!(asked.starts_with("POST /tenant/oauth2/v2.0/token "), "{asked}");
    assert!(asked.contains("client_secret=hush"), "{asked}");
}

#[tokio::test]
async fn a_workload_has_a_file() {
    let server = Scripted::start(vec![token("one")]).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "federated").expect("written");
    let identity = EntraIdentity { token_file: Some(file.path().into()), ..application(&server) };
    let tokens = Tokens::new(&identity).expect("tokens");
    assert_eq!(tokens.token().await.expect("a token"), "one");
    assert!(server.requests()[0].contains("client_assertion=federated"));
}

#[tokio::test]
async fn a_machine_has_an_identity() {
    let body = r#"{"access_token":"one","token_type":"Bearer","expires_on":"32503680000"}"#;
    let server = Scripted::start(vec![answer(body)]).await;
    let machine_endpoint = Some(format!("{}/msi/token", server.endpoint()));
    let identity = EntraIdentity { machine_endpoint, ..EntraIdentity::default() };
    let tokens = Tokens::new(&identity).expect("tokens");
    assert_eq!(tokens.token().await.expect("a token"), "one");
    assert!(server.requests()[0].starts_with("GET /msi/token?"));
}

#[tokio::test]
async fn a_refusal_says_what_to_set_and_no_secret() {
    let refusal = r#"{"error":"invalid_client","error_description":"AADSTS7000215"}"#;
    let answer = Answer::reply("401 Unauthorized", &[], refusal);
    let server = Scripted::start(vec![answer]).await;
    let identity = EntraIdentity { client_secret: Some("hush".into()), ..application(&server) };
    let error = Tokens::new(&identity).expect("tokens").token().await.expect_err("refused");
    let shown = error.to_string();
    assert!(shown.contains("AZURE_STORAGE_KEY") && !shown.contains("hush"), "{shown}");
}
