//! Hints: the next command to type.

use crate::check::{Rule, rule};
use crate::config::BadSetting;
use crate::engine::guard::{Reason, Stopped};
use crate::git::GitError;
use crate::model::{Finding, Key, Level, Severity, StoreUrlError};
use crate::ops::OpsError;
use crate::store::StoreError;
use std::collections::BTreeSet;

/// How many keys are named one by one.
const FEW: usize = 3;

fn hint(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

/// What to do about an operation.
pub(super) fn ops(error: &OpsError) -> Vec<String> {
    match error {
        OpsError::NotFastForward { .. } => {
            hint("type `git store pull` to merge them, then push again")
        }
        OpsError::Conflicts(_) => hint("resolve them, `git add` and `git commit`, then push again"),
        OpsError::Busy { .. } => hint("wait until then and run the same command again"),
        OpsError::Contended => hint("run the same command again"),
        OpsError::Guarded { stopped, in_store } => guarded(stopped, *in_store),
        OpsError::EmptyListing { .. } => hint(
            "is it the right bucket and prefix? `git store doctor` shows what is asked; if all of it was deleted on purpose, `git store fetch --allow-delete='**'`",
        ),
        OpsError::OtherStore { .. } => {
            hint("use another remote name: `git store init <URL> --name <other>`")
        }
        OpsError::LevelTooLow { level: Level::C, .. } => hint(
            "turn on versioning, or accept that what others write in the same moment is lost: \
             `git store push --accept-races`",
        ),
        OpsError::LevelTooLow { .. } => hint("`git store doctor` shows what the store can do"),
        OpsError::ClockSkew { .. } => {
            hint("set this computer's clock, then run the same command again")
        }
        OpsError::NeverFetched => hint("type `git store fetch`"),
        OpsError::NoBranch(_) => hint(
            "`git branch --all` lists what there is; to begin with what the store holds, type `git store pull`",
        ),
        OpsError::Word(_) => hint("`git store check --explain RULE` says what a rule is about"),
        OpsError::Findings { findings, words_signed } => found(findings, *words_signed),
        OpsError::Store(_) | OpsError::Git(_) | OpsError::Path(_) | OpsError::State(_) => {
            Vec::new()
        }
    }
}

/// A change that is meant needs a word; anything else has to be mended.
fn found(findings: &[Finding], words_signed: bool) -> Vec<String> {
    let is_change = |finding: &&Finding| {
        let takes_word = |rule: &Rule| rule.is_change() && rule.takes_word();
        finding.severity == Severity::Error && rule(finding.rule).is_some_and(takes_word)
    };
    let words = findings.iter().filter(is_change);
    let words: BTreeSet<String> =
        words.map(|finding| format!("{}:{}", finding.rule, finding.path)).collect();
    let words: Vec<String> = words.into_iter().collect();
    let mut hints = hint("`git store check` shows them again after a change");
    if words_signed && !words.is_empty() {
        let lines = words.join(" reason`, `Allow: ");
        hints.push(format!(
            "if a change is meant, say so in a signed commit (`git commit -S`) whose message ends \
             with `Allow: {lines} reason`"
        ));
    } else if !words.is_empty() {
        let options = words.join(" --allow ");
        hints.push(format!("if a change is meant, type `git store push --allow {options}`"));
    }
    hints
}

fn guarded(stopped: &Stopped, in_store: bool) -> Vec<String> {
    let options = |prefix: &str| {
        let patterns = patterns(stopped);
        let options: Vec<String> =
            patterns.iter().map(|pattern| format!("{prefix}allow-delete={pattern}")).collect();
        options.join(" ")
    };
    if in_store {
        return vec![format!(
            "if they were deleted on purpose, type `git store fetch {}`",
            options("--")
        )];
    }
    vec![format!(
        "if that is meant, type `git store push {}` or `git push {}`",
        options("--"),
        options("-o ")
    )]
}

/// Quoted patterns that name the stopped keys: whole clusters, then a few keys by name, or the
/// directory that they share. Never simply everything.
fn patterns(stopped: &Stopped) -> Vec<String> {
    let clusters: Vec<&Key> = stopped
        .reasons
        .iter()
        .filter_map(|reason| match reason {
            Reason::Cluster(name) => Some(name),
            Reason::KeyMaterial | Reason::Mass { .. } => None,
        })
        .collect();
    let is_elsewhere = |key: &&Key| !clusters.iter().any(|cluster| key.is_below(cluster));
    let others: Vec<&Key> = stopped.keys.iter().filter(is_elsewhere).collect();
    let mut patterns: Vec<String> = clusters.iter().map(|key| quoted(key, "/**")).collect();
    if others.len() <= FEW {
        patterns.extend(others.iter().map(|key| quoted(key, "")));
    } else {
        patterns.push(shared(&others));
    }
    patterns
}

fn shared(keys: &[&Key]) -> String {
    let mut shared: &[u8] = keys.first().map_or(&[], |key| key.as_bytes());
    while !shared.is_empty() && !keys.iter().all(|key| key.is_below(&Key::new(shared))) {
        let end = shared.iter().rposition(|byte| *byte == b'/');
        shared = &shared[..end.unwrap_or(0)];
    }
    if shared.is_empty() {
        return PLACEHOLDER.to_owned();
    }
    quoted(&Key::new(shared), "/**")
}

const PLACEHOLDER: &str = "'<pattern>'";

/// A key as a pattern for a shell; a placeholder for one that would need escapes.
fn quoted(key: &Key, rest: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:+=@%".contains(c);
    match key.as_str() {
        Some(text) if text.chars().all(is_plain) => format!("'{text}{rest}'"),
        _ => PLACEHOLDER.to_owned(),
    }
}

/// What to do about a store.
pub(super) fn store(error: &StoreError) -> Vec<String> {
    match error {
        StoreError::Precondition(_) => hint("type `git store pull`, then push again"),
        StoreError::Ambiguous { .. } | StoreError::Expired(_) => {
            hint("run the same command again: it finds out what was written and goes on")
        }
        StoreError::Transient(_) => hint("run the same command again in a while"),
        StoreError::Denied(_) | StoreError::Credentials(_) => {
            hint("`git store doctor` shows which credentials are used and where they come from")
        }
        StoreError::NoStore(_) => hint("is the URL right? `git store doctor` shows what is asked"),
        StoreError::Unreachable(_) => {
            hint("`git store doctor` shows the endpoint and where it comes from")
        }
        StoreError::Protocol(_) => {
            hint("is the endpoint right? `git store doctor` shows it and where it comes from")
        }
        StoreError::Unsupported(_) => hint("`git store doctor` shows what the store can do"),
        StoreError::Settings(_) => hint("`git store doctor` shows all settings and their origin"),
        StoreError::Key { .. } | StoreError::Io { .. } => Vec::new(),
    }
}

/// What to do about a repository.
pub(super) fn git(error: &GitError) -> Vec<String> {
    match error {
        GitError::RefMoved { .. } => hint("run the same command again"),
        GitError::Locked { .. } => {
            hint("wait for the other git command to end and run the same command again")
        }
        GitError::NotARepository(_) => {
            hint("type `git store clone <URL> <directory>`, or `git init` to begin here")
        }
        GitError::ForeignOwner(_) => {
            hint("if you trust it, type `git config --global --add safe.directory <directory>`")
        }
        GitError::Damaged(_) => hint("`git fsck` shows what is missing"),
        GitError::Unsupported { way_out, .. } => hint(way_out),
        GitError::Path(_) | GitError::Command { .. } | GitError::Io { .. } | GitError::Other(_) => {
            Vec::new()
        }
    }
}

/// What to write instead of a store URL.
pub(super) fn url(error: &StoreUrlError) -> Vec<String> {
    match error {
        StoreUrlError::NoScheme(_) => hint(
            "write s3://bucket/prefix or file:///path; kops would take it for a local directory and write private keys there",
        ),
        StoreUrlError::NoContainer(_) | StoreUrlError::NoHost(_, "azureblob") => hint(
            "write azureblob://account/container/prefix; kops' older form, with the account in AZURE_STORAGE_ACCOUNT, is not read",
        ),
        StoreUrlError::NoHost(_, scheme) => vec![format!("write {scheme}://bucket/prefix")],
        StoreUrlError::NotAbsolute(_) => hint("write file:///path"),
        StoreUrlError::Surplus(..) => hint(
            "write the bucket and prefix only; credentials and endpoints come from the environment",
        ),
        StoreUrlError::UnknownScheme(_) | StoreUrlError::BadPrefix(_) | StoreUrlError::Empty => {
            hint("write s3://bucket/prefix or file:///path")
        }
    }
}

/// What to do about a setting.
pub(super) fn setting(error: &BadSetting) -> Vec<String> {
    let is_known = crate::config::KEYS.iter().any(|(name, ..)| *name == error.key);
    match is_known {
        true => hint("`git store doctor` shows all settings and their origin"),
        false => Vec::new(),
    }
}
