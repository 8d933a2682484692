//! Attributes, put ids, deadlines and the probe.

use super::fixture::{Fixture, content, create, is_refused, later, update, upload};
use git_store::model::{Attributes, Key, Precondition};
use git_store::store::{Clock, SCRATCH_PREFIX, StoreError, SystemClock};
use std::time::Duration;

fn attributes() -> Attributes {
    Attributes {
        content_type: Some("text/plain; charset=utf-8".to_owned()),
        cache_control: Some("no-cache".to_owned()),
        metadata: [("owner".to_owned(), "someone".to_owned())].into(),
        ..Attributes::default()
    }
}

pub async fn attributes_survive_an_update(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from("a/config"));
    let first = git_store::store::Upload { attributes: attributes(), ..upload("one") };
    let version =
        store.put(&key, &first, &Precondition::MustNotExist, later()).await.expect("created");
    let found = store.get(&key).await.expect("read").expect("there").info.attributes;
    let expected = if fixture.keeps_attributes { attributes() } else { Attributes::default() };
    assert_eq!(found, expected);
    let second = git_store::store::Upload { attributes: found.clone(), ..upload("two") };
    store.put(&key, &second, &Precondition::MustMatch(version), later()).await.expect("updated");
    let info = fixture.twin.head(&key).await.expect("read").expect("there");
    assert_eq!(info.attributes, found);
}

pub async fn put_ids_are_kept_where_they_are_promised(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from("a/config"));
    let body = upload("one");
    let version =
        store.put(&key, &body, &Precondition::MustNotExist, later()).await.expect("created");
    let info = fixture.twin.head(&key).await.expect("read").expect("there");
    assert_eq!(info.version, version);
    match info.put_id {
        Some(put_id) => assert_eq!(put_id, body.put_id),
        None => {
            assert!(!fixture.keeps_attributes, "put ids are promised");
            let digest =
                info.version.content_digest().expect("without put ids, digests are needed");
            assert!(digest.matches(b"one"));
        }
    }
}

pub async fn nothing_is_written_after_the_deadline(fixture: &Fixture) {
    let (store, key) = (&*fixture.store, Key::from("a/config"));
    let past = SystemClock.now() - Duration::from_secs(5);
    let is_expired = |error: StoreError| matches!(error, StoreError::Expired(_));
    let late = store.put(&key, &upload("one"), &Precondition::MustNotExist, past).await;
    assert!(late.is_err_and(is_expired));
    assert_eq!(content(store, &key).await, None);
    let version = create(store, &key, "one").await.expect("created");
    let matching = Precondition::MustMatch(version.clone());
    assert!(store.put(&key, &upload("two"), &matching, past).await.is_err_and(is_expired));
    assert!(store.delete(&key, &version, past).await.is_err_and(is_expired));
    assert_eq!(content(store, &key).await, Some((b"one".to_vec(), version)));
}

pub async fn the_probe_finds_the_level_and_leaves_nothing(fixture: &Fixture) {
    let key = Key::from("a/config");
    let version = create(&*fixture.store, &key, "one").await.expect("created");
    for scratch in ["first", "second"] {
        let found = fixture.store.probe(scratch).await.expect("probed");
        assert_eq!(found.level(), fixture.level, "{found:?}");
        let left = Key::from(format!("{SCRATCH_PREFIX}/{scratch}").as_str());
        assert_eq!(fixture.twin.head(&left).await.expect("read"), None);
    }
    assert_eq!(content(&*fixture.twin, &key).await, Some((b"one".to_vec(), version)));
}

pub async fn scratch_objects_are_not_listed(fixture: &Fixture) {
    let (store, scratch) = (&*fixture.store, Key::from(format!("{SCRATCH_PREFIX}/x").as_str()));
    let version = create(store, &scratch, "one").await.expect("created");
    let beside = Key::from(format!("{SCRATCH_PREFIX}-not/x").as_str());
    create(store, &beside, "one").await.expect("created");
    let listing = store.list().await.expect("listed");
    assert_eq!(listing.into_keys().collect::<Vec<_>>(), [beside]);
    let next = update(store, &scratch, &version, "two").await.expect("updated");
    if fixture.refuses_stale_deletes {
        assert!(is_refused(&store.delete(&scratch, &version, later()).await));
    }
    store.delete(&scratch, &next, later()).await.expect("deleted");
}
