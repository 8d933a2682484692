//! Writes whose outcome is known at the end, although replies get lost.
//!
//! A write whose reply was lost is settled by reading the object:
//!
//! | what is there now | a write (`Put`) | a deletion |
//! |---|---|---|
//! | our put id, or the same content without any put id | applied | – |
//! | what had to be there before | not yet: send the same again | not yet: send the same again |
//! | nothing | see below | applied |
//! | anything else | refused | refused |
//!
//! **Sending again is safe**: it is the same put id under the same precondition, so of all
//! copies that are on their way at most one takes effect.
//!
//! **"Refused" after a lost reply** means only that the object is not what we wrote now. Either
//! somebody wrote instead of us, or over what we had written for a moment; the store cannot
//! tell which. Both ask for the same: look at the object anew. Nothing of theirs was lost,
//! as our write could only replace what it expected.
//!
//! **Nothing there, after a create**: our object did not come into being, or somebody deleted
//! it at once. It is created again, which in the second case undoes that deletion. With a
//! deletion likewise: if somebody writes the same version again at once, it is deleted again.
//! No store without kept versions can tell these apart; no content is lost by either.
//!
//! **After the deadline** the service itself refuses every copy still on its way, so what is
//! read then is final. Until then a copy can arrive although another one was answered, and take
//! effect once more if what it expects is there again: that time is the write's fence.

use super::backoff::Backoff;
use super::{Clock, Store, StoreError, Upload};
use crate::model::{Failpoint, Key, ObjectInfo, Precondition, Timestamp, Version};
use std::time::Duration;

/// How often a write is sent at most.
const ATTEMPTS: u32 = 20;
/// How often the object is read in a row to learn what happened.
const LOOKS: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A write that the service took in the last moment needs another to become visible.
const GRACE: Duration = Duration::from_secs(2);

/// What became of a write.
#[derive(Debug)]
pub enum Settled {
    /// The store holds what was written, in this version; for a deletion, this version is gone.
    Applied(Version),
    /// The object is what somebody else made it.
    Refused,
    /// Nothing was written, and nothing will be.
    Failed(StoreError),
    /// It cannot be found out now.
    Unknown(String),
}

/// What became of a write, and until when it is not over for all that.
#[derive(Debug)]
pub struct Settlement {
    /// What became of the write.
    pub settled: Settled,
    /// Until when another copy of it may arrive; `None`: no copy is on its way.
    pub fence: Option<Timestamp>,
}

impl From<Settled> for Settlement {
    /// Of a write without a copy on its way.
    fn from(settled: Settled) -> Self {
        Self { settled, fence: None }
    }
}

/// Writes an object and finds out what became of it.
pub async fn put_settled(
    store: &dyn Store,
    clock: &dyn Clock,
    key: &Key,
    upload: &Upload,
    precondition: &Precondition,
    deadline: Timestamp,
) -> Settlement {
    let write = Write::Put { upload, precondition };
    Settling { store, clock, key, write, deadline }.run().await
}

/// Deletes an object and finds out what became of it.
pub async fn delete_settled(
    store: &dyn Store,
    clock: &dyn Clock,
    key: &Key,
    version: &Version,
    deadline: Timestamp,
) -> Settlement {
    Settling { store, clock, key, write: Write::Delete { version }, deadline }.run().await
}

enum Write<'a> {
    Put { upload: &'a Upload, precondition: &'a Precondition },
    Delete { version: &'a Version },
}

/// What an object says of a write whose reply was lost.
enum Verdict {
    Landed {
        version: Version,
        /// The object bears the mark of the write, so it was one of our copies that landed.
        is_marked: bool,
    },
    /// It has not taken effect so far.
    Pending,
    Overtaken,
}

impl Write<'_> {
    fn judge(&self, now: Option<ObjectInfo>) -> Verdict {
        match (self, now) {
            (Self::Put { upload, precondition }, now) => judge_put(upload, precondition, now),
            (Self::Delete { version }, None) => {
                Verdict::Landed { version: (*version).clone(), is_marked: false }
            }
            (Self::Delete { version }, Some(info)) if info.version == **version => Verdict::Pending,
            (Self::Delete { .. }, Some(_)) => Verdict::Overtaken,
        }
    }
}

fn judge_put(upload: &Upload, precondition: &Precondition, now: Option<ObjectInfo>) -> Verdict {
    match (precondition, now) {
        (_, Some(info)) if is_ours(upload, &info) => {
            Verdict::Landed { is_marked: info.put_id.is_some(), version: info.version }
        }
        (Precondition::MustNotExist, None) => Verdict::Pending,
        (Precondition::MustMatch(version), Some(info)) if info.version == *version => {
            Verdict::Pending
        }
        _ => Verdict::Overtaken,
    }
}

/// Whether an object is what `upload` made. Content decides only where no put id is kept.
fn is_ours(upload: &Upload, info: &ObjectInfo) -> bool {
    match &info.put_id {
        Some(put_id) => *put_id == upload.put_id,
        None => {
            info.size == upload.bytes.len() as u64
                && info.version.content_digest().is_some_and(|it| it.matches(&upload.bytes))
        }
    }
}

struct Settling<'a> {
    store: &'a dyn Store,
    clock: &'a dyn Clock,
    key: &'a Key,
    write: Write<'a>,
    deadline: Timestamp,
}

impl Settling<'_> {
    async fn run(&self) -> Settlement {
        let mut lost = 0;
        let mut backoff = self.backoff();
        let mut sent = 0;
        loop {
            let error = match self.send().await {
                Ok(version) => return self.fenced(Settled::Applied(version), lost),
                Err(StoreError::Precondition(_)) if lost == 0 => return Settled::Refused.into(),
                Err(error) => error,
            };
            lost += u32::from(matches!(error, StoreError::Ambiguous { .. }));
            if lost > 0 {
                match self.look().await {
                    Ok(Verdict::Landed { version, is_marked }) => {
                        let others = lost - u32::from(is_marked);
                        return self.fenced(Settled::Applied(version), others);
                    }
                    Ok(Verdict::Overtaken) => return self.fenced(Settled::Refused, lost),
                    Ok(Verdict::Pending) | Err(_) => {}
                }
            }
            let wait = backoff.wait();
            sent += 1;
            let is_late = sent >= ATTEMPTS || self.clock.now() + wait > self.deadline;
            if is_late || !may_be_sent_again(&error) {
                return self.finish(lost > 0, error).await.into();
            }
            tracing::debug!(key = %self.key, %error, "waiting before a write is sent again");
            self.clock.sleep(wait).await;
        }
    }

    /// With copies on their way of which no answer came.
    fn fenced(&self, settled: Settled, copies: u32) -> Settlement {
        Settlement { settled, fence: (copies > 0).then_some(self.deadline) }
    }

    async fn send(&self) -> Result<Version, StoreError> {
        match self.write {
            Write::Put { upload, precondition } => {
                let answer = self.store.put(self.key, upload, precondition, self.deadline).await;
                Failpoint::UploadAnswered.reach();
                answer
            }
            Write::Delete { version } => {
                let answer = self.store.delete(self.key, version, self.deadline).await;
                Failpoint::DeleteAnswered.reach();
                answer.map(|()| version.clone())
            }
        }
    }

    /// The last word. If an earlier copy may still be on its way, waits until it cannot be.
    async fn finish(&self, unsure: bool, error: StoreError) -> Settled {
        if !unsure {
            return Settled::Failed(error);
        }
        let rest = (self.deadline - self.clock.now()).to_std().unwrap_or_default();
        self.clock.sleep(rest + GRACE).await;
        match self.look().await {
            Ok(Verdict::Landed { version, .. }) => Settled::Applied(version),
            Ok(Verdict::Overtaken) => Settled::Refused,
            Ok(Verdict::Pending) => Settled::Failed(StoreError::Expired(self.key.clone())),
            Err(unread) => Settled::Unknown(format!("{error}; and then: {unread}")),
        }
    }

    async fn look(&self) -> Result<Verdict, StoreError> {
        let mut backoff = self.backoff();
        for _ in 1..LOOKS {
            match self.store.head(self.key).await {
                Err(StoreError::Transient(_) | StoreError::Unreachable(_)) => {
                    self.clock.sleep(backoff.wait()).await;
                }
                answer => return answer.map(|info| self.write.judge(info)),
            }
        }
        self.store.head(self.key).await.map(|info| self.write.judge(info))
    }

    fn backoff(&self) -> Backoff {
        let mark = match self.write {
            Write::Put { upload, .. } => upload.put_id.0.as_str(),
            Write::Delete { version } => version.as_str(),
        };
        let seed = Backoff::seed(&[self.key.as_bytes(), mark.as_bytes()].concat());
        Backoff::new(FIRST_WAIT, LONGEST_WAIT, seed)
    }
}

/// Whether the same write can be sent once more after this error.
fn may_be_sent_again(error: &StoreError) -> bool {
    use StoreError::{Ambiguous, Precondition, Transient, Unreachable};
    matches!(error, Ambiguous { .. } | Precondition(_) | Transient(_) | Unreachable(_))
}
