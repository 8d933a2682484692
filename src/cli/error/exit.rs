//! How the program ends: the table of `docs/exit-codes.md`.

use crate::ops::push::Ending;
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// Anything that has no code of its own.
    Failure = 1,
    /// There are differences, and the command was asked for them.
    Differences = 2,
    /// Somebody changed the store.
    StoreMoved = 3,
    /// Checks found errors.
    Findings = 4,
    /// A guard stopped deletions.
    Guarded = 5,
    /// The store cannot be used.
    Store = 6,
    /// The repository cannot be used.
    Repository = 7,
    /// Not finished; running the same command again goes on.
    Unfinished = 8,
    /// What was typed or set makes no sense.
    Usage = 64,
}

impl Exit {
    /// Every way to end, with the words of the table.
    pub const ALL: &[(Exit, &str)] = &[
        (Exit::Success, "done"),
        (Exit::Failure, "anything that has no code of its own"),
        (Exit::Differences, "there are differences (`plan --detailed-exitcode`, `verify`, `copy`)"),
        (Exit::StoreMoved, "refused: somebody changed the store; fetch and merge first"),
        (Exit::Findings, "checks found errors in the files"),
        (Exit::Guarded, "a guard stopped deletions, or the store is suddenly empty"),
        (Exit::Store, "the store cannot be used"),
        (Exit::Repository, "the repository cannot be used"),
        (Exit::Unfinished, "not finished; nothing is wrong, run the same command again"),
        (Exit::Usage, "what was typed or set makes no sense; nothing was done"),
    ];

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

impl From<Ending> for Exit {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Complete | Ending::DryRun => Self::Success,
            Ending::Refused => Self::StoreMoved,
            Ending::Interrupted => Self::Unfinished,
            Ending::Failed => Self::Store,
        }
    }
}

/// What kind of error it is; its name is part of the JSON interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Anything else.
    Other,
    /// A result could not be printed.
    Output,
    /// The store has what the branch does not contain.
    NotFastForward,
    /// Both sides changed a key.
    Conflicts,
    /// A key changed between looking and writing.
    StoreChanged,
    /// Checks found errors.
    Findings,
    /// A path of the tree names no key.
    BadPath,
    /// Deletions need a word.
    Guarded,
    /// The store lists nothing.
    EmptyListing,
    /// The service cannot be reached, or is not able to answer.
    Unreachable,
    /// The credentials do not allow it.
    Denied,
    /// There are no usable credentials.
    Credentials,
    /// The bucket or directory does not exist.
    NoStore,
    /// The store cannot give what a push needs.
    LevelTooLow,
    /// Anything else about the store.
    Store,
    /// There is no repository.
    NotARepository,
    /// The repository cannot be used as it is.
    Repository,
    /// The tracking ref belongs to another store.
    OtherStore,
    /// The store was never fetched.
    NeverFetched,
    /// Anything else about git.
    Git,
    /// Another push is under way.
    Busy,
    /// Other processes move or lock the same refs.
    Contended,
    /// No answer whether something was written, or the time for it ran out.
    NoAnswer,
    /// What was typed.
    Usage,
    /// A setting.
    BadSetting,
    /// A store URL.
    BadStoreUrl,
    /// What was to be pushed does not exist.
    NoBranch,
    /// The repository has no such store.
    NoRemote,
}

impl Kind {
    /// The name in JSON and in the table.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// How the program ends.
    pub fn exit(self) -> Exit {
        self.facts().1
    }

    /// The one place that says which kind ends with which code.
    fn facts(self) -> (&'static str, Exit) {
        match self {
            Self::Other => ("other", Exit::Failure),
            Self::Output => ("output", Exit::Failure),
            Self::NotFastForward => ("not-fast-forward", Exit::StoreMoved),
            Self::Conflicts => ("conflicts", Exit::StoreMoved),
            Self::StoreChanged => ("store-changed", Exit::StoreMoved),
            Self::Findings => ("findings", Exit::Findings),
            Self::BadPath => ("bad-path", Exit::Findings),
            Self::Guarded => ("guarded", Exit::Guarded),
            Self::EmptyListing => ("empty-listing", Exit::Guarded),
            Self::Unreachable => ("unreachable", Exit::Store),
            Self::Denied => ("denied", Exit::Store),
            Self::Credentials => ("credentials", Exit::Store),
            Self::NoStore => ("no-store", Exit::Store),
            Self::LevelTooLow => ("level-too-low", Exit::Store),
            Self::Store => ("store", Exit::Store),
            Self::NotARepository => ("not-a-repository", Exit::Repository),
            Self::Repository => ("repository", Exit::Repository),
            Self::OtherStore => ("other-store", Exit::Repository),
            Self::NeverFetched => ("never-fetched", Exit::Repository),
            Self::Git => ("git", Exit::Repository),
            Self::Busy => ("busy", Exit::Unfinished),
            Self::Contended => ("contended", Exit::Unfinished),
            Self::NoAnswer => ("no-answer", Exit::Unfinished),
            Self::Usage => ("usage", Exit::Usage),
            Self::BadSetting => ("bad-setting", Exit::Usage),
            Self::BadStoreUrl => ("bad-store-url", Exit::Usage),
            Self::NoBranch => ("no-branch", Exit::Usage),
            Self::NoRemote => ("no-remote", Exit::Usage),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: &[Kind] = &[
        Kind::Other,
        Kind::Output,
        Kind::NotFastForward,
        Kind::Conflicts,
        Kind::StoreChanged,
        Kind::Findings,
        Kind::BadPath,
        Kind::Guarded,
        Kind::EmptyListing,
        Kind::Unreachable,
        Kind::Denied,
        Kind::Credentials,
        Kind::NoStore,
        Kind::LevelTooLow,
        Kind::Store,
        Kind::NotARepository,
        Kind::Repository,
        Kind::OtherStore,
        Kind::NeverFetched,
        Kind::Git,
        Kind::Busy,
        Kind::Contended,
        Kind::NoAnswer,
        Kind::Usage,
        Kind::BadSetting,
        Kind::BadStoreUrl,
        Kind::NoBranch,
        Kind::NoRemote,
    ];

    fn table() -> String {
        let mut table = String::new();
        for (exit, meaning) in Exit::ALL {
            let kinds = KINDS.iter().filter(|kind| kind.exit() == *exit);
            let names: Vec<String> = kinds.map(|kind| format!("`{}`", kind.name())).collect();
            let line = format!("| {} | {meaning} | {}", exit.code(), names.join(", "));
            table += &format!("{} |\n", line.trim_end());
        }
        table
    }

    #[test]
    fn the_documented_table_is_the_code() {
        let page = include_str!("../../../docs/exit-codes.md");
        let lines = page.lines().filter(|line| line.starts_with("| "));
        let documented: String = lines.skip(1).map(|line| format!("{line}\n")).collect();
        assert_eq!(documented, table());
    }

    #[test]
    fn two_has_one_meaning() {
        assert!(KINDS.iter().all(|kind| kind.exit() != Exit::Differences));
    }
}
