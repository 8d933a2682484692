//! Every way to lose a reply, for create, update and delete.

use async_trait::async_trait;
use chrono::TimeDelta;
use git_store::model::{
    Attributes, Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, PutId,
    Timestamp, Version,
};
use git_store::store::memory::MemoryStore;
use git_store::store::settle::{Settled, Settlement, delete_settled, put_settled};
use git_store::store::{Clock, Store, StoreError, Upload};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A clock that jumps forward when somebody sleeps.
#[derive(Debug, Default)]
struct JumpingClock(Mutex<TimeDelta>);

#[async_trait]
impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + *self.0.lock().expect("unpoisoned")
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().expect("unpoisoned") += TimeDelta::from_std(duration).expect("short");
    }
}

/// What happens to one request.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fault {
    LostBefore,
    LostAfter,
    /// 409: the service says that it did not take it.
    Conflict,
    Unreachable,
    Denied,
    Expired,
    /// Somebody else writes, then the request goes through.
    OvertakenBefore,
    /// It takes effect, somebody else overwrites it, and the reply is lost.
    OvertakenAfter,
    /// It takes effect, somebody else deletes the object, and the reply is lost.
    DeletedAfter,
    /// The next read of the object fails for good.
    ThenBlind,
}

#[derive(Debug)]
struct Faulty {
    inner: MemoryStore,
    script: Mutex<VecDeque<Fault>>,
    sent: Mutex<u32>,
    blind: Mutex<bool>,
}

impl Faulty {
    fn lost<T>(key: &Key) -> Result<T, StoreError> {
        Err(StoreError::Ambiguous { key: key.clone(), reason: "connection reset".into() })
    }

    /// What the fake answers instead, having let `apply` happen or not.
    async fn through<T>(
        &self,
        key: &Key,
        apply: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        *self.sent.lock().expect("unpoisoned") += 1;
        let fault = self.script.lock().expect("unpoisoned").pop_front();
        match fault {
            None => return apply.await,
            Some(Fault::LostBefore) => {}
            Some(Fault::LostAfter) => drop(apply.await),
            Some(Fault::Conflict) => return Err(StoreError::Transient("409".into())),
            Some(Fault::Unreachable) => return Err(StoreError::Unreachable("no route".into())),
            Some(Fault::Denied) => return Err(StoreError::Denied("403".into())),
            Some(Fault::Expired) => return Err(StoreError::Expired(key.clone())),
            Some(Fault::OvertakenBefore) => {
                self.inner.write_blindly(key, "theirs");
                return apply.await;
            }
            Some(Fault::OvertakenAfter) => {
                drop(apply.await);
                self.inner.write_blindly(key, "theirs");
            }
            Some(Fault::DeletedAfter) => {
                drop(apply.await);
                self.inner.delete_blindly(key);
            }
            Some(Fault::ThenBlind) => *self.blind.lock().expect("unpoisoned") = true,
        }
        Self::lost(key)
    }
}

#[async_trait]
impl Store for Faulty {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }
    async fn list(&self) -> Result<Listing, StoreError> {
        self.inner.list().await
    }
    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.inner.get(key).await
    }
    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        if *self.blind.lock().expect("unpoisoned") {
            return Err(StoreError::Unreachable("no route".into()));
        }
        self.inner.head(key).await
    }
    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.through(key, self.inner.put(key, upload, precondition, deadline)).await
    }
    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        self.through(key, self.inner.delete(key, version, deadline)).await
    }
    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.inner.probe(scratch).await
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Doing {
    Create,
    Update,
    Delete,
}

/// What came of one write.
struct Report {
    /// The outcome.
    word: &'static str,
    /// What is there afterwards.
    content: Option<String>,
    /// How often the write was sent.
    sent: u32,
    /// Whether a copy may still arrive.
    is_fenced: bool,
}

async fn run(doing: Doing, script: &[Fault]) -> Report {
    let clock = Arc::new(JumpingClock::default());
    let inner = MemoryStore::fresh(clock.clone());
    let key = Key::from("a/config");
    let old = (doing != Doing::Create).then(|| inner.write_blindly(&key, "old"));
    let script = Mutex::new(script.iter().copied().collect());
    let store = Faulty { inner, script, sent: Mutex::default(), blind: Mutex::default() };
    let deadline = clock.now() + Duration::from_secs(60);
    let upload = Upload {
        bytes: "ours".into(),
        attributes: Attributes::default(),
        put_id: PutId("put-1".into()),
    };
    let Settlement { settled, fence } = match (doing, old) {
        (Doing::Delete, Some(old)) => delete_settled(&store, &*clock, &key, &old, deadline).await,
        (_, Some(old)) => {
            let matching = Precondition::MustMatch(old);
            put_settled(&store, &*clock, &key, &upload, &matching, deadline).await
        }
        (_, None) => {
            put_settled(&store, &*clock, &key, &upload, &Precondition::MustNotExist, deadline).await
        }
    };
    let object = store.get(&key).await.expect("read");
    if let (Settled::Applied(version), Some(object)) = (&settled, &object) {
        assert_eq!(*version, object.info.version, "the version that is there");
    }
    let word = match settled {
        Settled::Applied(_) => "applied",
        Settled::Refused => "refused",
        Settled::Failed(StoreError::Expired(_)) => "expired",
        Settled::Failed(_) => "failed",
        Settled::Unknown(_) => "unknown",
    };
    let content = object.map(|it| String::from_utf8_lossy(&it.bytes).into_owned());
    let sent = *store.sent.lock().expect("unpoisoned");
    assert!(fence.is_none_or(|fence| fence == deadline), "no copy outlives its deadline");
    Report { word, content, sent, is_fenced: fence.is_some() }
}

/// One row: what happens, and for create, update, delete: outcome, content, how often sent.
type Row = (&'static [Fault], [(&'static str, &'static str, u32); 3]);

#[tokio::test]
async fn every_lost_reply_is_settled() {
    use Fault::*;
    let rows: &[Row] = &[
        (&[], [("applied", "ours", 1), ("applied", "ours", 1), ("applied", "", 1)]),
        (&[LostBefore], [("applied", "ours", 2), ("applied", "ours", 2), ("applied", "", 2)]),
        (&[LostAfter], [("applied", "ours", 1), ("applied", "ours", 1), ("applied", "", 1)]),
        (
            &[LostBefore, LostAfter],
            [("applied", "ours", 2), ("applied", "ours", 2), ("applied", "", 2)],
        ),
        (&[Conflict], [("applied", "ours", 2), ("applied", "ours", 2), ("applied", "", 2)]),
        (
            &[Conflict, Unreachable, LostAfter],
            [("applied", "ours", 3), ("applied", "ours", 3), ("applied", "", 3)],
        ),
        (
            &[OvertakenBefore],
            [("refused", "theirs", 1), ("refused", "theirs", 1), ("refused", "theirs", 1)],
        ),
        (
            &[Conflict, OvertakenBefore],
            [("refused", "theirs", 2), ("refused", "theirs", 2), ("refused", "theirs", 2)],
        ),
        (
            &[LostBefore, OvertakenBefore],
            [("refused", "theirs", 2), ("refused", "theirs", 2), ("refused", "theirs", 2)],
        ),
        (
            &[OvertakenAfter],
            [("refused", "theirs", 1), ("refused", "theirs", 1), ("refused", "theirs", 1)],
        ),
        // A create that was undone at once cannot be told from one that never was; see the module.
        (&[DeletedAfter], [("applied", "ours", 2), ("refused", "", 1), ("applied", "", 1)]),
        (&[Expired], [("expired", "", 1), ("expired", "old", 1), ("expired", "old", 1)]),
        (
            &[LostBefore, Expired],
            [("expired", "", 2), ("expired", "old", 2), ("expired", "old", 2)],
        ),
        (&[Denied], [("failed", "", 1), ("failed", "old", 1), ("failed", "old", 1)]),
        (&[LostBefore, Denied], [("expired", "", 2), ("expired", "old", 2), ("expired", "old", 2)]),
    ];
    for (script, expected) in rows {
        for (doing, expected) in
            [Doing::Create, Doing::Update, Doing::Delete].into_iter().zip(expected)
        {
            let report = run(doing, script).await;
            let content = report.content.unwrap_or_default();
            assert_eq!(
                (report.word, &content[..], report.sent),
                *expected,
                "{doing:?} with {script:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_service_that_never_answers_ends_at_the_deadline() {
    for (doing, content) in
        [(Doing::Create, None), (Doing::Update, Some("old")), (Doing::Delete, Some("old"))]
    {
        let report = run(doing, &[Fault::LostBefore; 100]).await;
        assert_eq!((report.word, report.content.as_deref()), ("expired", content), "{doing:?}");
        assert!((5..=20).contains(&report.sent), "sent {} times", report.sent);
        assert!(!report.is_fenced, "the deadline was waited for");
        let report = run(doing, &[Fault::Conflict; 100]).await;
        assert_eq!((report.word, report.content.as_deref()), ("failed", content), "{doing:?}");
    }
}

/// What happens, and for create, update, delete whether a copy may be on its way at the end.
const FENCES: &[(&[Fault], [bool; 3])] = &[
    (&[], [false; 3]),
    (&[Fault::Conflict, Fault::Unreachable], [false; 3]),
    (&[Fault::Denied], [false; 3]),
    (&[Fault::OvertakenBefore], [false; 3]),
    // The mark says that the only copy has landed; an object that is gone bears no mark.
    (&[Fault::LostAfter], [false, false, true]),
    (&[Fault::LostBefore], [true; 3]),
    (&[Fault::LostBefore, Fault::LostAfter], [true; 3]),
    (&[Fault::LostBefore, Fault::OvertakenBefore], [true; 3]),
    (&[Fault::OvertakenAfter], [true; 3]),
    (&[Fault::LostBefore, Fault::Denied], [false; 3]),
];

#[tokio::test]
async fn a_write_with_a_copy_on_its_way_is_fenced() {
    for (script, expected) in FENCES {
        for (doing, expected) in
            [Doing::Create, Doing::Update, Doing::Delete].into_iter().zip(expected)
        {
            let report = run(doing, script).await;
            assert_eq!(report.is_fenced, *expected, "{doing:?} with {script:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown() {
    let mut script = vec![Fault::ThenBlind];
    script.extend([Fault::LostBefore; 100]);
    for doing in [Doing::Create, Doing::Update, Doing::Delete] {
        assert_eq!(run(doing, &script).await.word, "unknown", "{doing:?}");
    }
}
