//! A probe of a service with all conditions, which the emulator is not.

use super::scripted::{EMPTY, OBJECT, error, no_such_object, ok, store};
use crate::scripted_http::{Answer, Scripted};
use git_store::model::Level;
use git_store::store::Store as _;

fn description(generation: &str) -> Answer {
    let text = OBJECT.replace("\"17\"", &format!("\"{generation}\""));
    let text = text.replace("\"5\"", "\"1\"").replace("md5Hash", "etag");
    ok(&text.replace("pre/a/config", "pre/.git-store-probe/x"))
}

fn content(generation: &str, text: &str) -> Answer {
    Answer::reply("200 OK", &[("x-goog-generation", generation)], text)
}

fn written(generation: &str) -> Answer {
    ok(&format!(r#"{{"name":"pre/.git-store-probe/x","generation":"{generation}"}}"#))
}

fn refused() -> Answer {
    Answer::reply("412 Precondition Failed", &[], &error(412, "conditionNotMet", "m"))
}

fn busy() -> Answer {
    Answer::reply("429 Too Many Requests", &[], &error(429, "rateLimitExceeded", "m"))
}

fn nothing() -> [Answer; 2] {
    [no_such_object(), ok(EMPTY)]
}

/// The first attempt meets a service that is asked too often.
fn answers() -> Vec<Answer> {
    let mut answers = vec![ok(r#"{"versioning":{"enabled":true}}"#), busy()];
    answers.extend(nothing());
    answers.extend([written("1"), refused(), description("1"), content("1", "1")]);
    answers.extend([description("1"), written("3"), refused()]);
    answers.extend([description("3"), content("3", "3"), description("3"), refused()]);
    answers.extend([description("3"), Answer::reply("204 No Content", &[], "")]);
    answers.extend(nothing());
    answers.extend(nothing());
    answers
}

#[tokio::test]
async fn a_service_with_all_conditions_is_found_out() {
    let server = Scripted::start(answers()).await;
    let found = store(&server).probe("x").await.expect("capabilities");
    assert_eq!(found.level(), Level::APlus, "{found:?}");
    let requests = server.requests();
    let deletes: Vec<&String> = requests.iter().filter(|it| it.starts_with("DELETE")).collect();
    assert!(deletes[0].contains("ifGenerationMatch=1 "), "the stale one: {deletes:?}");
    assert!(deletes[1].contains("ifGenerationMatch=3 "), "the right one: {deletes:?}");
    assert_eq!(deletes.len(), 2);
}
