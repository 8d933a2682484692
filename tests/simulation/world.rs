//! What all actors share: time, chance, the store, the repositories, and the record of it all.

use super::bucket::{Author, Body, Bucket, Verdict, Write};
use super::causality::{Authored, Causes, Node};
use super::mutants::{Mutant, Trial};
use super::objects::RepositoryState;
use super::storewrites;
use super::swarm::{Fault, Swarm};
use super::tape::Tape;
use bytes::Bytes;
use git_store::model::{Attributes, Key, ObjectId, Profile, Target};
use git_store::store::Upload;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The world behind its lock. Never held over an await.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<World>>);

impl Shared {
    /// Shares a world.
    pub fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// The world, until the guard is dropped.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the simulated world")
    }
}

/// A broken promise.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which invariant, such as `I1`.
    pub invariant: &'static str,
    /// What happened.
    pub story: String,
}

/// The world.
pub struct World {
    /// Chance.
    pub tape: Tape,
    /// What this run has in it.
    pub swarm: Swarm,
    /// Whether faults and foreign writes are over.
    pub calm: bool,
    /// Virtual milliseconds since the beginning.
    pub now: u64,
    /// The number of the last effect on the store or a ref.
    pub sequence: u64,
    /// The store.
    pub bucket: Bucket,
    /// Who had seen what.
    pub causes: Causes,
    /// The repositories; the first is the shared one.
    pub repositories: Vec<RepositoryState>,
    /// How often everything happened that can happen.
    pub counters: BTreeMap<&'static str, u64>,
    /// What happened, in words, if it is wanted.
    pub events: Option<Vec<String>>,
    /// The first broken promise.
    pub violation: Option<Violation>,
    /// The deliberate mistake of this run.
    pub mutant: Option<Mutant>,
    /// When a repository's tracking ref began to say that a key has this content, each time.
    pub observed: HashMap<(usize, Key, ObjectId), Vec<u64>>,
    /// After which effect an admin last deleted the journal of a push that was not over.
    pub journal_lost: Option<u64>,
    /// For a mutant: the puts of each repository of which nobody knows how they ended.
    pub unfinished: Vec<(usize, Key, Upload, u64)>,
    /// How many random names were given out.
    pub names: u64,
    /// For each actor, after which effect it last found nothing to do.
    pub idle_since: Vec<Option<u64>>,
    /// Until when the polled actor sleeps, unless it does something else as well.
    pub asleep_until: Option<u64>,
    /// Whether the polled actor did anything but sleep.
    pub is_active: bool,
}

impl World {
    /// An empty world.
    pub fn new(mut tape: Tape, trial: Option<Trial>, with_events: bool) -> Self {
        let mut swarm = Swarm::draw(&mut tape);
        if let Some(trial) = trial {
            trial.mutant.prepare(&mut swarm);
        }
        let mutant = trial.filter(|trial| trial.is_made).map(|trial| trial.mutant);
        let mut bucket = Bucket::new(swarm.versions);
        bucket.ignores_preconditions = mutant == Some(Mutant::NoPreconditions);
        bucket.ignores_deadlines = mutant == Some(Mutant::NoDeadlines);
        let mut causes = Causes::default();
        found(&mut bucket, &mut causes);
        let repositories = (0..=swarm.clones).map(|_| RepositoryState::default()).collect();
        Self {
            calm: false,
            now: 0,
            sequence: 0,
            bucket,
            causes,
            repositories,
            counters: BTreeMap::new(),
            events: with_events.then(Vec::new),
            violation: None,
            mutant,
            observed: HashMap::new(),
            journal_lost: None,
            unfinished: Vec::new(),
            names: 0,
            idle_since: Vec::new(),
            asleep_until: None,
            is_active: false,
            swarm,
            tape,
        }
    }

    /// The keys of this run.
    pub fn keys(&self) -> Vec<Key> {
        KEYS[..self.swarm.keys].iter().map(|key| Key::from(*key)).collect()
    }

    /// The store's keys, with the one that nobody touches.
    pub fn listed_keys(&self) -> Vec<Key> {
        let mut keys = self.keys();
        keys.push(Key::from(KEPT));
        keys
    }

    /// One of the keys.
    pub fn any_key(&mut self) -> Key {
        let index = self.tape.index("which key", self.swarm.keys);
        Key::from(KEYS[index])
    }

    /// Counts something that happened.
    pub fn count(&mut self, what: &'static str) {
        *self.counters.entry(what).or_insert(0) += 1;
    }

    /// Whether a fault happens now.
    pub fn fault(&mut self, fault: Fault) -> bool {
        let happens = !self.calm && self.tape.chance(fault.name(), self.swarm.rate(fault));
        if happens {
            self.count(fault.name());
            self.event(|| fault.name().to_owned());
        }
        happens
    }

    /// Writes down what happened, if it is wanted.
    pub fn event(&mut self, words: impl FnOnce() -> String) {
        if let Some(events) = &mut self.events {
            events.push(format!("{:>8} {}", self.now, words()));
        }
    }

    /// Notes a broken promise; only the first counts.
    pub fn violate(&mut self, invariant: &'static str, story: impl FnOnce() -> String) {
        if self.violation.is_none() {
            let violation = Violation { invariant, story: story() };
            self.event(|| format!("!! {invariant}: {}", violation.story));
            self.violation = Some(violation);
        }
    }

    /// Numbers an effect on the store or a ref.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// What the store does with a write that has arrived.
    pub fn write(&mut self, write: &Write) -> Verdict {
        if let Some(verdict) = self.bucket.refusal(write, self.now) {
            self.count(if matches!(verdict, Verdict::Expired) {
                "write expired"
            } else {
                "write refused"
            });
            self.event(|| format!("store: {} {verdict:?}", write.key));
            return verdict;
        }
        let node = storewrites::check(self, write);
        self.causes.store(node);
        let sequence = self.next_sequence();
        let value = write.value();
        self.event(|| {
            let (key, words, author) = (&write.key, shown(&write.body), write.author);
            format!("store: {key} := {value:?} '{words}' (node {node}) by {author:?}")
        });
        Verdict::Done(self.bucket.apply(write, node, sequence, self.now))
    }

    /// Takes back moves of refs in the shared repository that no barrier has made safe.
    pub fn lose_refs_without_barrier(&mut self) {
        let unsynced = self.repositories[0].unsynced();
        let lost = self.tape.index("ref moves lost", unsynced + 1);
        self.event(|| format!("{lost} of {unsynced} moves of refs are lost"));
        self.repositories[0].lose_moves(lost);
        self.observed.clear();
        self.next_sequence();
    }

    /// Whether what a deletion deletes has gone from the store, or was never seen there.
    ///
    /// A value that landed unseen and was at once replaced by a blind writer is as good as
    /// never there: without version lists nobody can tell.
    pub fn is_carried_out(&self, repository: usize, deletion: Node) -> bool {
        let (key, deleted) = (self.causes.key(deletion), self.causes.replaced(deletion));
        let Some(blob) = deleted else { return true };
        let was_seen = self.observed.contains_key(&(repository, key.clone(), blob));
        let is_there = self.bucket.value(key) == deleted;
        !(was_seen || is_there) || self.bucket.held_in_order(key, deleted, None)
    }

    /// What no tool can tell: an admin deleted the journal of a push that was not over, so what
    /// it wrote looks like somebody else's new object when it is next seen. The branch had created
    /// and deleted it since the base, which a merge takes for "never touched", and so brings the
    /// object back. (After a power cut, nobody remembers what was seen before it.)
    pub fn is_orphaned(&self, deletion: Node) -> bool {
        let key = self.causes.key(deletion);
        let (Some(lost), Some(blob), Some(0), None) = (
            self.journal_lost,
            self.causes.replaced(deletion),
            self.causes.home(deletion),
            self.causes.value(deletion),
        ) else {
            return false;
        };
        let first = self.bucket.history(key).iter().find(|moment| moment.value() == Some(blob));
        first.is_some_and(|moment| moment.repository == Some(0))
            && self.first_seen(0, key, blob).is_none_or(|first| first > lost)
    }

    /// When the tracking ref of a repository first said that a key has this content.
    pub fn first_seen(&self, repository: usize, key: &Key, blob: ObjectId) -> Option<u64> {
        self.observed.get(&(repository, key.clone(), blob))?.first().copied()
    }

    /// After which effect a pass begins, if faults are over and what it sees can be believed.
    pub fn begin_pass(&self) -> Option<u64> {
        self.calm.then_some(self.sequence)
    }

    /// Notes that an actor had nothing to do, unless something happened since its pass began.
    pub fn end_pass(&mut self, actor: usize, begun: Option<u64>) {
        if begun == Some(self.sequence) {
            self.idle_since[actor] = begun;
        }
    }

    /// Whether nobody has anything to do any more.
    pub fn is_settled(&self) -> bool {
        let idle = |since: &Option<u64>| *since == Some(self.sequence);
        self.bucket.late.is_empty() && self.idle_since.iter().all(idle)
    }

    /// Lets one of the writes arrive that nobody waits for any more.
    pub fn land_late_write(&mut self) {
        if self.bucket.late.is_empty() || !(self.calm || self.tape.chance("late write lands", 50)) {
            return;
        }
        let index = self.tape.index("which late write", self.bucket.late.len());
        let write = self.bucket.late.remove(index);
        self.event(|| format!("a late write to {} arrives", write.key));
        let done = matches!(self.write(&write), Verdict::Done(_));
        self.count(if done { "late write landed" } else { "late write refused" });
    }
}

/// What was in the store before anything began.
fn found(bucket: &mut Bucket, causes: &mut Causes) {
    let key = Key::from(KEPT);
    let content = Bytes::from(causes.fresh_content());
    let value = Some(ObjectId::of_blob(&content));
    let node = causes.add(&key, Authored { value, replaced: None, home: None }, &[]);
    causes.store(node);
    let body = Body::Put { bytes: content, attributes: Attributes::default(), put_id: None };
    let author = Author::Blind(node);
    let write = Write { key, body, precondition: None, deadline: u64::MAX, author };
    bucket.apply(&write, node, 0, 0);
}

/// Keys, some of which are below others.
const KEYS: [&str; 5] =
    ["a.example.com/config", "a.example.com/instancegroup/nodes", "b/config", "b/config/x", "c"];

/// A key that nobody ever changes: a store that is empty all at once is not believed.
const KEPT: &str = "d/kept";

/// The content or deletion, for people.
pub fn shown(body: &Body) -> String {
    match body {
        Body::Put { bytes, .. } => String::from_utf8_lossy(bytes).trim_end().to_owned(),
        Body::Delete => "nothing".to_owned(),
    }
}

/// What is mirrored where.
pub fn target() -> Target {
    Target {
        name: "store".into(),
        branch: "main".into(),
        directory: String::new(),
        is_shared: false,
        profile: Profile::Generic,
    }
}
