//! Several writers at once, where the store keeps conditions.

use super::fixture::{Fixture, content, create, is_refused, later, update};
use futures::future::join_all;
use git_store::model::Key;
use git_store::store::Store;
use std::sync::Arc;

/// The two handles in turn.
fn handle(fixture: &Fixture, number: usize) -> Arc<dyn Store> {
    Arc::clone(if number.is_multiple_of(2) { &fixture.store } else { &fixture.twin })
}

pub async fn one_of_many_creators_wins(fixture: &Fixture) {
    if !fixture.keeps_conditions {
        return;
    }
    let key = Key::from("a/config");
    let creators = (0..16).map(|number| {
        let (store, key) = (handle(fixture, number), key.clone());
        tokio::spawn(async move { create(&*store, &key, format!("creator {number}")).await })
    });
    let answers: Vec<_> =
        join_all(creators).await.into_iter().map(|answer| answer.expect("no panic")).collect();
    let winners: Vec<usize> = (0..16).filter(|number| answers[*number].is_ok()).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| is_refused(answer)).count(), 15, "{answers:?}");
    let (found, _) = content(&*fixture.store, &key).await.expect("there");
    assert_eq!(found, format!("creator {}", winners[0]).into_bytes());
}

/// Adds one; `false`: somebody else was faster.
async fn increment(store: &dyn Store, key: &Key) -> bool {
    let object = store.get(key).await.expect("read").expect("there");
    let number: u32 = String::from_utf8_lossy(&object.bytes).parse().expect("a number");
    let answer = update(store, key, &object.info.version, (number + 1).to_string()).await;
    assert!(answer.is_ok() || is_refused(&answer), "{answer:?}");
    answer.is_ok()
}

pub async fn no_increment_is_lost(fixture: &Fixture) {
    if !fixture.keeps_conditions {
        return;
    }
    let key = Key::from("a/counter");
    create(&*fixture.store, &key, "0").await.expect("created");
    let writers = (0..5).map(|number| {
        let (store, key) = (handle(fixture, number), key.clone());
        tokio::spawn(async move {
            for _ in 0..20 {
                while !increment(&*store, &key).await {}
            }
        })
    });
    for writer in join_all(writers).await {
        writer.expect("no panic");
    }
    assert_eq!(content(&*fixture.store, &key).await.expect("there").0, b"100");
}

pub async fn one_of_many_deleters_wins(fixture: &Fixture) {
    if !fixture.keeps_conditions {
        return;
    }
    let key = Key::from("a/config");
    let version = create(&*fixture.store, &key, "x").await.expect("created");
    let deleters = (0..8).map(|number| {
        let (store, key, version) = (handle(fixture, number), key.clone(), version.clone());
        tokio::spawn(async move { store.delete(&key, &version, later()).await })
    });
    let answers: Vec<_> =
        join_all(deleters).await.into_iter().map(|answer| answer.expect("no panic")).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| is_refused(answer)).count(), 7, "{answers:?}");
}
