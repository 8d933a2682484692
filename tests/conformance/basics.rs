//! Create, update and delete, each with every precondition.

use super::fixture::{Fixture, content, create, is_refused, later, update};
use git_store::model::{Key, Version};
use git_store::store::Store;

const KEY: &str = "prod.example.com/instancegroup/nodes";

async fn two_versions(store: &dyn Store, key: &Key) -> (Version, Version) {
    let first = create(store, key, "one").await.expect("created");
    let second = update(store, key, &first, "two").await.expect("updated");
    (first, second)
}

pub async fn creates_only_where_nothing_is(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from(KEY));
    let version = create(store, &key, "one").await.expect("created");
    assert_eq!(content(store, &key).await, Some((b"one".to_vec(), version.clone())));
    assert!(is_refused(&create(&*fixture.twin, &key, "two").await));
    assert!(is_refused(&create(store, &key, "one").await), "also with the same content");
    assert_eq!(content(store, &key).await, Some((b"one".to_vec(), version)));
}

pub async fn updates_only_the_expected_version(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from(KEY));
    let (first, second) = two_versions(store, &key).await;
    assert_ne!(first, second);
    assert!(is_refused(&update(store, &key, &first, "three").await), "a stale version");
    assert_eq!(content(&*fixture.twin, &key).await, Some((b"two".to_vec(), second.clone())));
    let absent = Key::from("prod.example.com/config");
    assert!(is_refused(&update(store, &absent, &second, "three").await), "an absent object");
    assert_eq!(content(store, &absent).await, None);
    let same = update(store, &key, &second, "two").await.expect("the same content again");
    assert_eq!(content(store, &key).await, Some((b"two".to_vec(), same)));
}

pub async fn deletes_only_the_expected_version(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from(KEY));
    let (first, second) = two_versions(store, &key).await;
    let sibling = Key::from("prod.example.com/config");
    let kept = create(store, &sibling, "kept").await.expect("created");
    if fixture.refuses_stale_deletes {
        assert!(is_refused(&store.delete(&key, &first, later()).await), "a stale version");
    }
    assert_eq!(content(store, &key).await, Some((b"two".to_vec(), second.clone())));
    store.delete(&key, &second, later()).await.expect("deleted");
    assert_eq!(content(&*fixture.twin, &key).await, None);
    assert!(is_refused(&store.delete(&key, &second, later()).await), "an absent object");
    assert_eq!(content(store, &sibling).await, Some((b"kept".to_vec(), kept)));
}

pub async fn an_empty_store_lists_nothing(fixture: &Fixture) {
    assert!(fixture.store.list().await.expect("listed").is_empty());
    let key = Key::from(KEY);
    assert_eq!(content(&*fixture.store, &key).await, None);
    let version = create(&*fixture.store, &key, "x").await.expect("created");
    fixture.twin.delete(&key, &version, later()).await.expect("deleted");
    assert!(fixture.store.list().await.expect("listed").is_empty());
}

pub async fn bytes_come_back_exactly(fixture: &Fixture) {
    let store = &*fixture.store;
    let big: Vec<u8> = (0..1024 * 1024_u32).map(|number| number.to_le_bytes()[1] ^ 0x5a).collect();
    let every: Vec<u8> = (0..=255).collect();
    let bodies: [&[u8]; 8] =
        [b"", b"x", b"\0", b"a\0\0b", b"no newline", b"\xef\xbb\xbfa\r\nb\r\n", &every, &big];
    for (number, body) in bodies.into_iter().enumerate() {
        let key = Key::from(format!("bodies/{number}").as_str());
        let version = create(store, &key, body).await.expect("created");
        let found = content(&*fixture.twin, &key).await;
        assert!(found == Some((body.to_vec(), version.clone())), "body {number}");
        let back = update(store, &key, &version, "other").await.expect("updated");
        update(store, &key, &back, body).await.expect("updated back");
        assert!(content(store, &key).await.is_some_and(|it| it.0 == body), "body {number}");
    }
}

pub async fn what_was_deleted_can_be_created_again(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from(KEY));
    for round in 0..3 {
        let version = create(store, &key, format!("round {round}")).await.expect("created");
        store.delete(&key, &version, later()).await.expect("deleted");
    }
    assert_eq!(content(store, &key).await, None);
}
