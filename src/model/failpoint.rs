//! Places between two lasting effects, where tests let the process die.
//!
//! Without the feature `failpoints` reaching one compiles to nothing. With it, whoever started
//! the process says what happens there.

/// Declares the places and lists them all.
macro_rules! failpoints {
    ($($(#[$meaning:meta])* $point:ident,)*) => {
        /// A place between two lasting effects.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Failpoint {
            $($(#[$meaning])* $point,)*
        }

        impl Failpoint {
            /// Every place that there is.
            pub const ALL: &[Self] = &[$(Self::$point,)*];
        }
    };
}

failpoints! {
    /// A pack and its index are on the disk under temporary names.
    PackFlushed,
    /// The new pack is kept from `git gc`, and has no name yet.
    PackKept,
    /// The pack has its name, its index has none.
    PackNamed,
    /// The pack is visible.
    IndexNamed,
    /// Others are kept from moving refs.
    RefsLocked,
    /// A ref points to its new value, its log does not say so.
    RefSwapped,
    /// A ref has moved and is on the disk; the next has not.
    RefMoved,
    /// The file systems are flushed after refs have moved.
    BarrierPassed,
    /// The repository's key is on the disk under a temporary name.
    KeyWritten,
    /// What the store holds is in a pack that no ref leads to.
    ObservationPacked,
    /// An open journal is in a pack that no ref leads to.
    JournalPacked,
    /// The journal is open, and nothing is written to the store.
    JournalOpened,
    /// The store took an object; nobody but the store knows.
    ObjectWritten,
    /// All is written to the store, and nothing of it is recorded.
    PlanApplied,
    /// What a push did is in a pack that no ref leads to.
    ConclusionPacked,
    /// What a push did is recorded, and not yet told.
    PushRecorded,
    /// A clone has its branch and no files.
    BranchCreated,
    /// A merge commit is in a pack that no ref leads to.
    MergePacked,
    /// A store's new file is on the disk under a name of its own.
    FileStaged,
    /// A writer has said what it is about to do.
    IntentDeclared,
    /// A new file is under its key.
    FilePlaced,
    /// A file and its replacement have changed places.
    FileExchanged,
    /// A file that is to be deleted was moved aside.
    FileDisplaced,
    /// A writer has finished, and what it held aside is there.
    IntentWithdrawn,
    /// A store has answered an upload, and nobody has looked at the answer.
    UploadAnswered,
    /// A store has answered a deletion, and nobody has looked at the answer.
    DeleteAnswered,
    /// A clone has its settings and no objects.
    CloneConfigured,
    /// A clone has its files, and its branch does not say where it comes from.
    WorkTreeFilled,
    /// A file of the cache has no name yet.
    CacheWritten,
    /// The remote helper has pushed and not told git.
    HelperPushed,
}

impl Failpoint {
    /// To be called at the place.
    #[cfg(not(feature = "failpoints"))]
    #[inline]
    pub const fn reach(self) {}

    /// To be called at the place: does what [`watch`] was told.
    #[cfg(feature = "failpoints")]
    pub fn reach(self) {
        if let Some(watcher) = WATCHER.get() {
            watcher(self);
        }
    }
}

/// What happens at every place.
#[cfg(feature = "failpoints")]
pub type Watcher = Box<dyn Fn(Failpoint) + Send + Sync>;

#[cfg(feature = "failpoints")]
static WATCHER: std::sync::OnceLock<Watcher> = std::sync::OnceLock::new();

/// Says what happens at every place from now on. Whoever says it first is heard.
#[cfg(feature = "failpoints")]
pub fn watch(watcher: Watcher) {
    let _ = WATCHER.set(watcher);
}
