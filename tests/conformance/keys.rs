//! Odd keys: each works exactly or is refused, and none breaks a listing.

use super::fixture::{Fixture, content, create, later};
use git_store::model::Key;
use git_store::store::{Store, StoreError};

fn odd_keys() -> Vec<Key> {
    let texts = [
        "",
        "/",
        "/lead",
        "a//b",
        "dir/",
        "dir",
        "dir//",
        ".",
        "..",
        "../up",
        "a/../b",
        "a/./b",
        "./a",
        "a/..",
        ".git/config",
        "a/.git/config",
        "CON",
        "x:y",
        "a b",
        " a ",
        "a+b",
        "a%2Fb",
        "%",
        "a&b<c>d\"e'f",
        "a?b#c",
        "a\\b",
        "a*b[c]{d}",
        "~",
        "-",
        "a=b;c,d@e!f$g(h)",
        "\u{fe}\u{ff}",
        "caf\u{e9}",
        "cafe\u{301}",
        "Case",
        "case",
        "\u{1f980}",
        "\u{202e}rtl",
        "a\tb",
        "a\nb",
        "a\rb",
        "\u{1b}[31m",
        "\u{1}",
        "\u{7f}",
        "a\u{0}b",
        "tmp123456",
        "x/tmp123456",
        "tmpfile",
        "x.",
        "x ",
        "%self",
        "x/%dir",
        "a\u{fffe}b",
    ];
    let mut keys: Vec<Key> = texts.into_iter().map(Key::from).collect();
    keys.push(Key::new(b"invalid-\xff\xfe-utf8"));
    keys.extend([255, 256, 1024, 1025].map(|length| Key::new(vec![b'k'; length])));
    keys.extend([1023, 1025].map(|length| Key::new(&b"d/".repeat(513)[..length])));
    keys
}

/// Refused loudly. An imitation may answer a key that it cannot hold with a web page.
fn is_unfit(error: &StoreError) -> bool {
    matches!(error, StoreError::Key { .. } | StoreError::Unsupported(_) | StoreError::Protocol(_))
}

/// Creates, reads, lists and deletes one key; `false`: it was refused.
async fn round_trip(store: &dyn Store, key: &Key) -> bool {
    let body = format!("content of {key}");
    let version = match create(store, key, &body).await {
        Ok(version) => version,
        Err(error) => {
            assert!(is_unfit(&error), "{key:?}: {error:?}");
            let listing = store.list().await.expect("listed");
            assert!(!listing.contains_key(key), "{key:?} was refused and is listed");
            return false;
        }
    };
    assert_eq!(content(store, key).await, Some((body.into_bytes(), version.clone())), "{key:?}");
    assert_eq!(store.list().await.expect("listed").len(), 1, "{key:?} is listed once");
    store.delete(key, &version, later()).await.expect("deleted");
    assert!(store.list().await.expect("listed").is_empty(), "{key:?} is gone");
    true
}

pub async fn odd_keys_work_exactly_or_are_refused(fixture: &Fixture) {
    let store = &*fixture.store;
    let mut fit = Vec::new();
    for key in odd_keys() {
        if round_trip(store, &key).await {
            fit.push(key);
        }
    }
    assert!(fit.len() > 20, "few keys work: {fit:?}");
    all_at_once(store, fit).await;
}

/// All keys beside each other: none is taken for another, none disturbs the listing.
async fn all_at_once(store: &dyn Store, keys: Vec<Key>) {
    let mut held = Vec::new();
    for key in keys {
        match create(store, &key, key.as_bytes()).await {
            Ok(_) => held.push(key),
            Err(error) => assert!(is_unfit(&error), "{key:?}: {error:?}"),
        }
    }
    held.sort();
    let listing = store.list().await.expect("listed");
    assert_eq!(listing.keys().cloned().collect::<Vec<_>>(), held);
    for key in held {
        let object = store.get(&key).await.expect("read").expect("there");
        assert_eq!(object.bytes, key.as_bytes(), "{key:?}");
    }
}

pub async fn an_object_beside_what_is_below_it(fixture: &Fixture) {
    let store = &*fixture.store;
    for (first, second) in [("a", "a/b"), ("c/d", "c"), ("e", "e/"), ("f/", "f/g")] {
        let (first, second) = (Key::from(first), Key::from(second));
        let made = [create(store, &first, "1").await, create(store, &second, "2").await];
        for (key, answer, body) in [(&first, &made[0], "1"), (&second, &made[1], "2")] {
            match answer {
                Ok(_) => assert_eq!(content(store, key).await.expect("there").0, body.as_bytes()),
                // A server whose prefixes are directories says that `c` exists beside `c/d`.
                Err(StoreError::Precondition(_)) => {
                    let listing = store.list().await.expect("listed");
                    assert!(!listing.contains_key(key), "{key:?} was refused and is listed");
                }
                Err(error) => assert!(is_unfit(error), "{key:?}: {error:?}"),
            }
        }
    }
}
