//! Writes to a bucket that ignores preconditions, while others write to it.

use async_trait::async_trait;
use git_store::model::{
    Attributes, Capabilities, Identity, Kept, Key, Listing, Object, ObjectInfo, Precondition,
    PutId, Timestamp, Version, VersionId,
};
use git_store::store::careful::Careful;
use git_store::store::{Store, StoreError, Upload};
use std::collections::VecDeque;
use std::sync::Mutex;

/// What somebody else does just before a write of ours takes effect; `None` deletes.
type Meanwhile = Option<&'static str>;

/// A bucket of one key that takes every write.
#[derive(Debug)]
struct Blind {
    identity: Identity,
    /// Oldest first.
    versions: Mutex<Vec<Option<Object>>>,
    meanwhile: Mutex<VecDeque<Meanwhile>>,
    loses_answers: bool,
}

fn object(bytes: &[u8], put_id: Option<PutId>) -> Object {
    let version = Version::new(&format!("v-{}", String::from_utf8_lossy(bytes)));
    let (size, modified) = (bytes.len() as u64, Timestamp::default());
    let info = ObjectInfo { version, size, modified, attributes: Attributes::default(), put_id };
    Object { bytes: bytes.to_vec().into(), info }
}

impl Blind {
    fn holding(history: &[Meanwhile], meanwhile: &[Meanwhile]) -> Self {
        let versions = history.iter().map(|text| text.map(|text| object(text.as_bytes(), None)));
        Self {
            versions: Mutex::new(versions.collect()),
            meanwhile: Mutex::new(meanwhile.iter().copied().collect()),
            identity: Identity { url: "s3://blind".into(), endpoint: String::new() },
            loses_answers: false,
        }
    }

    fn write(&self, object: Option<Object>) {
        let next = self.meanwhile.lock().expect("no panic").pop_front();
        let mut versions = self.versions.lock().expect("no panic");
        versions.extend(next.map(|text| text.map(|text| self::object(text.as_bytes(), None))));
        versions.push(object);
    }

    fn newest(&self) -> Option<Object> {
        self.versions.lock().expect("no panic").last().cloned().flatten()
    }

    fn text(&self) -> Option<String> {
        self.newest().map(|object| String::from_utf8_lossy(&object.bytes).into_owned())
    }
}

#[async_trait]
impl Store for Blind {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        Ok(Listing::new())
    }

    async fn get(&self, _: &Key) -> Result<Option<Object>, StoreError> {
        Ok(self.newest())
    }

    async fn head(&self, _: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        Ok(self.newest().map(|object| object.info))
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        _: &Precondition,
        _: Timestamp,
    ) -> Result<Version, StoreError> {
        let object = object(&upload.bytes, Some(upload.put_id.clone()));
        let version = object.info.version.clone();
        self.write(Some(object));
        match self.loses_answers {
            true => Err(StoreError::Ambiguous { key: key.clone(), reason: "lost".into() }),
            false => Ok(version),
        }
    }

    async fn delete(&self, _: &Key, _: &Version, _: Timestamp) -> Result<(), StoreError> {
        self.write(None);
        Ok(())
    }

    async fn versions(&self, _: &Key) -> Result<Vec<Kept>, StoreError> {
        let versions = self.versions.lock().expect("no panic");
        let kept = |(place, object): (usize, &Option<Object>)| Kept {
            id: VersionId(place.to_string()),
            version: object.as_ref().map(|object| object.info.version.clone()),
            modified: Timestamp::default(),
        };
        Ok(versions.iter().enumerate().map(kept).rev().collect())
    }

    async fn get_kept(&self, _: &Key, id: &VersionId) -> Result<Option<Object>, StoreError> {
        let place: usize = id.0.parse().expect("a place");
        Ok(self.versions.lock().expect("no panic").get(place).cloned().flatten())
    }

    async fn probe(&self, _: &str) -> Result<Capabilities, StoreError> {
        Ok(versioned())
    }
}

fn versioned() -> Capabilities {
    Capabilities { versioning: true, writable: true, ..Capabilities::default() }
}

/// Writes `ours` (`None` deletes) where `expected` was seen, and says how it went.
async fn write(bucket: &Blind, expected: Meanwhile, ours: Meanwhile) -> Result<(), StoreError> {
    let careful = Careful::new(bucket, versioned());
    let (key, seen) = (Key::from("a"), expected.map(|text| Version::new(&format!("v-{text}"))));
    let precondition = seen.clone().map_or(Precondition::MustNotExist, Precondition::MustMatch);
    match ours {
        Some(text) => {
            let upload = Upload {
                bytes: text.as_bytes().to_vec().into(),
                attributes: Attributes::default(),
                put_id: PutId("ours".into()),
            };
            careful.put(&key, &upload, &precondition, Timestamp::default()).await.map(drop)
        }
        None => {
            let version = seen.expect("only what was seen is deleted");
            careful.delete(&key, &version, Timestamp::default()).await
        }
    }
}

#[tokio::test]
async fn what_nobody_has_seen_is_there_in_the_end() {
    // What is there; what was seen; what we write; what others do meanwhile; what is there then.
    type Case = (&'static [Meanwhile], Meanwhile, Meanwhile, &'static [Meanwhile], Meanwhile, bool);
    let cases: &[Case] = &[
        (&[], None, Some("ours"), &[], Some("ours"), true),
        (&[Some("old")], Some("old"), Some("ours"), &[], Some("ours"), true),
        (&[Some("old"), None], None, Some("ours"), &[], Some("ours"), true),
        (&[Some("old")], Some("old"), None, &[], None, true),
        (&[Some("new")], Some("old"), Some("ours"), &[], Some("new"), false),
        (&[], Some("old"), Some("ours"), &[], None, false),
        (&[], None, Some("ours"), &[Some("theirs")], Some("theirs"), false),
        (&[Some("old")], Some("old"), Some("ours"), &[Some("theirs")], Some("theirs"), false),
        (&[Some("old")], Some("old"), Some("ours"), &[None], None, false),
        (&[Some("old")], Some("old"), None, &[Some("theirs")], Some("theirs"), false),
        (
            &[Some("old")],
            Some("old"),
            Some("ours"),
            &[Some("first"), Some("second")],
            Some("second"),
            false,
        ),
    ];
    for (history, expected, ours, meanwhile, left, is_done) in cases {
        let bucket = Blind::holding(history, meanwhile);
        let answer = write(&bucket, *expected, *ours).await;
        let case = format!("{history:?} {expected:?} {ours:?} {meanwhile:?}");
        assert_eq!(bucket.text().as_deref(), *left, "{case}");
        assert_eq!(answer.is_ok(), *is_done, "{case}: {answer:?}");
        assert!(is_done == &true || matches!(answer, Err(StoreError::Precondition(_))), "{case}");
    }
}

#[tokio::test]
async fn a_lost_answer_hides_nothing() {
    let bucket = Blind { loses_answers: true, ..Blind::holding(&[Some("old")], &[Some("theirs")]) };
    let answer = write(&bucket, Some("old"), Some("ours")).await;
    assert!(matches!(answer, Err(StoreError::Precondition(_))), "{answer:?}");
    assert_eq!(bucket.text().as_deref(), Some("theirs"));
}
