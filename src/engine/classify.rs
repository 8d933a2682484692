//! The three-way table: what base, git and store together mean for one key.
//!
//! *Base* is the value where git and the store last agreed, *git* the branch's, *store* what
//! the store holds now. Values are compared for equality only. The rows and their numbers are
//! those of `docs/three-way-table.md`.

use crate::model::Verb;

/// The value where both sides last agreed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base<V> {
    /// This value, or absence.
    Known(Option<V>),
    /// Nobody knows: first sync, or lost state. Not the same as absence.
    Unknown,
}

/// One key's three values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sides<V> {
    /// Where both last agreed.
    pub base: Base<V>,
    /// The branch's value.
    pub git: Option<V>,
    /// The store's value.
    pub store: Option<V>,
}

/// What else is known of a key. The default is: nothing special.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Circumstances {
    /// The store's value occurs in git's history of the key, since the base where that is known:
    /// it is our own older write, whoever brought it there.
    pub store_in_git_history: bool,
    /// Git has or once had the key; asked only where the base is unknown.
    pub git_had_key: bool,
    /// Git's value occurs among the store's older versions of the key.
    pub git_in_store_history: bool,
    /// The store's newest version is a deletion of exactly git's value.
    pub store_deleted_git: bool,
    /// Git is to fill an empty store (`--from-git`).
    pub from_git: bool,
    /// A journal names the key.
    pub intent: Intent,
    /// A conflict is open for the key.
    pub conflict: OpenConflict,
    /// Git changed the file's mode, not its content.
    pub mode_changed: bool,
}

/// What a journal says of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Intent {
    /// Nothing.
    #[default]
    None,
    /// Another session may still be writing it.
    Live,
    /// A session that is over wrote it.
    Landed,
    /// A session that is over did not write it and cannot any more.
    NotLanded,
}

/// Where an earlier conflict stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OpenConflict {
    /// There is none.
    #[default]
    None,
    /// Neither side changed since.
    Unchanged,
    /// A commit on the branch has the conflict commit as a parent.
    Resolved,
    /// The store changed again since.
    StoreChanged,
}

/// What is to be done with a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Both sides hold the same: the base becomes that value.
    Agree,
    /// Write git's value to the store, if the store still holds what was seen.
    Export(Verb),
    /// Bring the store's value into git.
    Import(Verb),
    /// Take the store's value as the base and decide again.
    Rebase,
    /// Take git's value as the base and decide again.
    RebaseOnGit,
    /// Drop the intent and decide again.
    DropIntent,
    /// Both changed: leave both alone, record both, ask.
    Conflict,
    /// Leave both alone and ask.
    Hold,
    /// Another session's deadline has to pass first.
    Wait,
    /// Record the store's new value; the resolution that was made is void.
    ObserveAgain,
    /// A store cannot hold what git changed.
    Refuse,
}

/// A row of the table with its action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The number of the row, from 1.
    pub row: u8,
    /// What to do.
    pub action: Action,
}

/// Finds a key's row in the table.
pub fn classify<V: PartialEq>(sides: &Sides<V>, circumstances: &Circumstances) -> Verdict {
    by_intent(circumstances)
        .or_else(|| by_mode(sides, circumstances))
        .or_else(|| by_conflict(sides, circumstances))
        .unwrap_or_else(|| match &sides.base {
            Base::Known(base) => by_known_base(base.as_ref(), sides, circumstances),
            Base::Unknown => by_unknown_base(sides, circumstances),
        })
}

fn verdict(row: u8, action: Action) -> Verdict {
    Verdict { row, action }
}

fn by_intent(circumstances: &Circumstances) -> Option<Verdict> {
    match circumstances.intent {
        Intent::None => None,
        Intent::Live => Some(verdict(23, Action::Wait)),
        Intent::Landed => Some(verdict(24, Action::Rebase)),
        Intent::NotLanded => Some(verdict(25, Action::DropIntent)),
    }
}

fn by_mode<V: PartialEq>(sides: &Sides<V>, circumstances: &Circumstances) -> Option<Verdict> {
    let content_is_equal = matches!(&sides.base, Base::Known(base) if *base == sides.git);
    (circumstances.mode_changed && content_is_equal).then(|| verdict(32, Action::Refuse))
}

fn by_conflict<V: PartialEq>(sides: &Sides<V>, circumstances: &Circumstances) -> Option<Verdict> {
    if circumstances.conflict == OpenConflict::None {
        return None;
    }
    if sides.git == sides.store {
        return Some(verdict(29, Action::Agree));
    }
    Some(match circumstances.conflict {
        OpenConflict::StoreChanged => verdict(30, Action::ObserveAgain),
        OpenConflict::Resolved => verdict(28, Action::Rebase),
        _ => verdict(27, Action::Hold),
    })
}

fn by_known_base<V: PartialEq>(
    base: Option<&V>,
    sides: &Sides<V>,
    circumstances: &Circumstances,
) -> Verdict {
    let (git, store) = (sides.git.as_ref(), sides.store.as_ref());
    match (git == base, store == base) {
        (true, true) => verdict(1, Action::Nothing),
        (false, true) => exported(base, git),
        (false, false) if git == store => agreed(base, git),
        (_, false) if store.is_some() && circumstances.store_in_git_history => {
            verdict(22, Action::Rebase)
        }
        (true, false) => imported(base, store),
        (false, false) => conflicting(base, git, store),
    }
}

fn exported<V: PartialEq>(base: Option<&V>, git: Option<&V>) -> Verdict {
    match (base, git) {
        (None, _) => verdict(11, Action::Export(Verb::Create)),
        (Some(_), None) => verdict(3, Action::Export(Verb::Delete)),
        (Some(_), Some(_)) => verdict(2, Action::Export(Verb::Update)),
    }
}

fn imported<V: PartialEq>(base: Option<&V>, store: Option<&V>) -> Verdict {
    match (base, store) {
        (None, _) => verdict(12, Action::Import(Verb::Create)),
        (Some(_), None) => verdict(5, Action::Import(Verb::Delete)),
        (Some(_), Some(_)) => verdict(4, Action::Import(Verb::Update)),
    }
}

fn agreed<V>(base: Option<&V>, both: Option<&V>) -> Verdict {
    match (base, both) {
        (None, _) => verdict(13, Action::Agree),
        (Some(_), Some(_)) => verdict(6, Action::Agree),
        (Some(_), None) => verdict(8, Action::Agree),
    }
}

fn conflicting<V>(base: Option<&V>, git: Option<&V>, store: Option<&V>) -> Verdict {
    let row = match (base, git, store) {
        (None, ..) => 14,
        (Some(_), None, _) => 9,
        (Some(_), Some(_), None) => 10,
        (Some(_), Some(_), Some(_)) => 7,
    };
    verdict(row, Action::Conflict)
}

fn by_unknown_base<V: PartialEq>(sides: &Sides<V>, circumstances: &Circumstances) -> Verdict {
    match (&sides.git, &sides.store) {
        (None, None) => verdict(1, Action::Nothing),
        (Some(git), Some(store)) if git == store => verdict(15, Action::Agree),
        (Some(_), Some(_)) if circumstances.store_in_git_history => verdict(16, Action::Rebase),
        (Some(_), Some(_)) if circumstances.git_in_store_history => {
            verdict(17, Action::RebaseOnGit)
        }
        (Some(_), Some(_)) => verdict(18, Action::Conflict),
        (Some(_), None) if circumstances.from_git => verdict(11, Action::Export(Verb::Create)),
        (Some(_), None) if circumstances.store_deleted_git => {
            verdict(5, Action::Import(Verb::Delete))
        }
        (Some(_), None) => verdict(19, Action::Hold),
        (None, Some(_)) if circumstances.store_in_git_history => verdict(20, Action::Rebase),
        (None, Some(_)) if circumstances.git_had_key => verdict(9, Action::Conflict),
        (None, Some(_)) => verdict(21, Action::Import(Verb::Create)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Base::{Known, Unknown};

    const PLAIN: Circumstances = Circumstances {
        store_in_git_history: false,
        git_had_key: false,
        git_in_store_history: false,
        store_deleted_git: false,
        from_git: false,
        intent: Intent::None,
        conflict: OpenConflict::None,
        mode_changed: false,
    };

    /// `""` is absence, `"?"` an unknown base.
    fn sides(base: &'static str, git: &'static str, store: &'static str) -> Sides<&'static str> {
        let value = |text: &'static str| (!text.is_empty()).then_some(text);
        Sides {
            base: if base == "?" { Unknown } else { Known(value(base)) },
            git: value(git),
            store: value(store),
        }
    }

    #[test]
    fn every_row() {
        use Action::{
            Agree, Conflict, DropIntent, Export, Hold, Import, Nothing, ObserveAgain, Rebase,
            RebaseOnGit, Refuse, Wait,
        };
        use Verb::{Create, Delete, Update};
        let history = Circumstances { store_in_git_history: true, ..PLAIN };
        let older = Circumstances { git_in_store_history: true, ..PLAIN };
        let intent = |intent| Circumstances { intent, ..PLAIN };
        let conflict = |conflict| Circumstances { conflict, ..PLAIN };
        let mode = Circumstances { mode_changed: true, ..PLAIN };
        let cases = [
            (1, "x", "x", "x", PLAIN, Nothing),
            (2, "x", "y", "x", PLAIN, Export(Update)),
            (3, "x", "", "x", PLAIN, Export(Delete)),
            (4, "x", "x", "z", PLAIN, Import(Update)),
            (5, "x", "x", "", PLAIN, Import(Delete)),
            (6, "x", "y", "y", PLAIN, Agree),
            (7, "x", "y", "z", PLAIN, Conflict),
            (8, "x", "", "", PLAIN, Agree),
            (9, "x", "", "z", PLAIN, Conflict),
            (10, "x", "y", "", PLAIN, Conflict),
            (11, "", "y", "", PLAIN, Export(Create)),
            (12, "", "", "z", PLAIN, Import(Create)),
            (13, "", "y", "y", PLAIN, Agree),
            (14, "", "y", "z", PLAIN, Conflict),
            (15, "?", "y", "y", PLAIN, Agree),
            (16, "?", "y", "z", history, Rebase),
            (17, "?", "y", "z", older, RebaseOnGit),
            (18, "?", "y", "z", PLAIN, Conflict),
            (19, "?", "y", "", PLAIN, Hold),
            (5, "?", "y", "", Circumstances { store_deleted_git: true, ..PLAIN }, Import(Delete)),
            (11, "?", "y", "", Circumstances { from_git: true, ..PLAIN }, Export(Create)),
            (20, "?", "", "z", history, Rebase),
            (9, "?", "", "z", Circumstances { git_had_key: true, ..PLAIN }, Conflict),
            (21, "?", "", "z", PLAIN, Import(Create)),
            (22, "x", "y", "w", history, Rebase),
            (22, "x", "x", "w", history, Rebase),
            (22, "", "", "w", history, Rebase),
            (23, "x", "y", "x", intent(Intent::Live), Wait),
            (24, "x", "y", "y", intent(Intent::Landed), Rebase),
            (25, "x", "y", "x", intent(Intent::NotLanded), DropIntent),
            (27, "x", "y", "z", conflict(OpenConflict::Unchanged), Hold),
            (28, "x", "y", "z", conflict(OpenConflict::Resolved), Rebase),
            (29, "x", "z", "z", conflict(OpenConflict::Unchanged), Agree),
            (30, "x", "y", "w", conflict(OpenConflict::StoreChanged), ObserveAgain),
            (32, "x", "x", "x", mode, Refuse),
        ];
        for (row, base, git, store, circumstances, action) in cases {
            let found = classify(&sides(base, git, store), &circumstances);
            assert_eq!(found, Verdict { row, action }, "base {base:?} git {git:?} store {store:?}");
        }
    }

    /// Deciding again after a rebase always ends, whatever the three values are.
    #[test]
    fn every_combination_comes_to_an_end() {
        let values = ["", "x", "y", "z"];
        let mut decided = 0;
        for base in ["?", "", "x", "y", "z"] {
            for git in values {
                for store in values {
                    for history in [false, true] {
                        let mut circumstances =
                            Circumstances { store_in_git_history: history, ..PLAIN };
                        let mut sides = sides(base, git, store);
                        let mut rounds = 0;
                        loop {
                            match classify(&sides, &circumstances).action {
                                Action::Rebase => sides.base = Known(sides.store),
                                Action::RebaseOnGit => sides.base = Known(sides.git),
                                _ => break,
                            }
                            circumstances = PLAIN;
                            rounds += 1;
                            assert!(rounds < 2, "a rebase decides at the second look");
                        }
                        decided += 1;
                    }
                }
            }
        }
        assert_eq!(decided, 5 * 4 * 4 * 2);
    }

    /// Whatever is unknown or changed on both sides, nothing is written or taken silently.
    #[test]
    fn both_changed_is_never_decided() {
        for base in ["", "x"] {
            let found = classify(&sides(base, "y", "z"), &PLAIN);
            assert_eq!(found.action, Action::Conflict);
        }
    }
}
