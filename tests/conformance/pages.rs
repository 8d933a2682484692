//! Listings of many objects.

use super::fixture::{Fixture, upload};
use futures::stream::{self, StreamExt};
use git_store::model::{Key, Precondition};
use std::sync::Arc;

fn key(number: usize) -> Key {
    Key::from(format!("c{}.example.com/instancegroup/nodes-{number:05}", number % 7).as_str())
}

async fn fill(fixture: &Fixture, numbers: std::ops::Range<usize>) {
    let put = |number: usize| {
        let store = Arc::clone(if number.is_multiple_of(2) { &fixture.store } else { &fixture.twin });
        async move {
            let body = upload(number.to_string());
            let deadline = super::fixture::later();
            store.put(&key(number), &body, &Precondition::MustNotExist, deadline).await
        }
    };
    let answers: Vec<_> = stream::iter(numbers).map(put).buffer_unordered(32).collect().await;
    for answer in answers {
        answer.expect("created");
    }
}

pub async fn listings_are_complete_at_every_page_boundary(fixture: &Fixture) {
    let mut filled = 0;
    for count in [0, 1, 999, 1000, 1001, 2500] {
        fill(fixture, filled..count).await;
        filled = count;
        let mut expected: Vec<Key> = (0..count).map(key).collect();
        expected.sort();
        let listing = fixture.store.list().await.expect("listed");
        assert!(listing.keys().eq(expected.iter()), "{} of {count} keys", listing.len());
    }
}
