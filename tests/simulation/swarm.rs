//! What a run has in it: each seed switches on another part of the features and faults.

use super::tape::Tape;

/// Everything that can go wrong at random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A request never reaches the store, and no answer comes.
    RequestLost,
    /// The store did it, but the answer is lost.
    ReplyLost,
    /// The store refuses to work just now, and says so.
    Transient,
    /// A write arrives after its sender has given up waiting.
    Delayed,
    /// A write that was under way when its sender crashed arrives all the same.
    LandedAfterCrash,
    /// A listing lacks a key.
    ListingHole,
    /// A listing shows an older state of a key.
    ListingStale,
    /// A listing fails half way.
    ListingError,
    /// Another process holds the lock of a ref.
    RefLocked,
    /// The disk is full for a moment.
    DiskFull,
    /// An actor's process dies.
    Crash,
    /// An actor's process stands still.
    Pause,
    /// The machine loses power: everybody on it crashes, and refs without a barrier go back.
    PowerCut,
    /// A ref that holds only what can be found out again is deleted.
    RefDeleted,
}

impl Fault {
    /// Every fault with its name, and its low and high rate, per mille of its opportunities.
    pub const ALL: &[(Fault, &str, u32, u32)] = &[
        (Fault::RequestLost, "fault: request lost", 10, 60),
        (Fault::ReplyLost, "fault: reply lost", 20, 120),
        (Fault::Transient, "fault: transient", 10, 60),
        (Fault::Delayed, "fault: delayed write", 60, 250),
        (Fault::LandedAfterCrash, "fault: landed after crash", 500, 900),
        (Fault::ListingHole, "fault: hole in a listing", 10, 150),
        (Fault::ListingStale, "fault: stale listing", 10, 150),
        (Fault::ListingError, "fault: listing error", 10, 100),
        (Fault::RefLocked, "fault: ref locked", 5, 40),
        (Fault::DiskFull, "fault: disk full", 3, 30),
        (Fault::Crash, "fault: crash", 3, 20),
        (Fault::Pause, "fault: pause", 3, 20),
        (Fault::PowerCut, "fault: power cut", 1, 3),
        (Fault::RefDeleted, "fault: ref deleted", 300, 700),
    ];

    /// The name under which it is counted.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// What versions look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersionKind {
    /// The MD5 of the content, as on S3: the same content has the same version again.
    Md5,
    /// The SHA-256 of the content, as in a directory.
    Sha256,
    /// A token that never comes again, as on Google Cloud Storage.
    Unique,
}

/// What one run has in it.
#[derive(Clone, Debug)]
pub struct Swarm {
    /// Per mille, by [`Fault`].
    rates: Vec<u32>,
    /// How many keys there are.
    pub keys: usize,
    /// Agents on the shared repository.
    pub agents: usize,
    /// People who commit to the shared repository.
    pub people: usize,
    /// People with a clone of their own.
    pub clones: usize,
    /// Blind writers.
    pub blind: usize,
    /// Whether an admin deletes refs.
    pub admin: bool,
    /// Whether the admin deletes the tracking ref, too.
    pub loses_tracking: bool,
    /// Versions of the store.
    pub versions: VersionKind,
    /// Whether the store keeps old versions.
    pub versioning: bool,
    /// Virtual milliseconds that pass with every step.
    pub milliseconds: u64,
    /// Steps until everything calms down.
    pub horizon: u64,
    /// The actor that hardly ever gets to run.
    pub starved: Option<usize>,
    /// Whether values come back: reverts, and kops putting an old file.
    pub reverts: bool,
}

impl Swarm {
    /// Draws what a run has in it.
    pub fn draw(tape: &mut Tape) -> Self {
        let rates = Fault::ALL
            .iter()
            .map(|(_, label, low, high)| [0, 0, *low, *high][tape.index(label, 4)]);
        let rates = rates.collect();
        Self {
            rates,
            keys: 1 + tape.index("keys", 4),
            agents: 1 + tape.index("agents", 3),
            people: tape.index("people", 3),
            clones: [0, 0, 1, 2][tape.index("clones", 4)],
            blind: tape.index("blind writers", 3),
            admin: tape.chance("admin", 250),
            loses_tracking: false,
            versions: [
                VersionKind::Md5,
                VersionKind::Md5,
                VersionKind::Unique,
                VersionKind::Sha256,
            ][tape.index("versions", 4)],
            versioning: tape.chance("versioning", 500),
            milliseconds: [100, 10, 1000, 5000][tape.index("milliseconds a step", 4)],
            horizon: [600, 200, 1500][tape.index("horizon", 3)],
            starved: tape.chance("starvation", 250).then(|| tape.index("starved", 8)),
            reverts: tape.chance("reverts", 500),
        }
    }

    /// Makes sure that a fault happens, at its low rate at least.
    pub fn ensure(&mut self, fault: Fault) {
        let (.., low, _) = Fault::ALL[fault as usize];
        self.rates[fault as usize] = self.rates[fault as usize].max(low);
    }

    /// Sets how often a fault happens, per mille.
    pub fn set(&mut self, fault: Fault, rate: u32) {
        self.rates[fault as usize] = rate;
    }

    /// How often a fault happens, per mille.
    pub fn rate(&self, fault: Fault) -> u32 {
        self.rates[fault as usize]
    }
}

#[test]
fn faults_are_in_the_order_of_their_rates() {
    for (index, (fault, ..)) in Fault::ALL.iter().enumerate() {
        assert_eq!(*fault as usize, index, "{fault:?}");
    }
}
