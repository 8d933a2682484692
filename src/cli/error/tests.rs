//! What people and scripts see of errors.

use super::*;
use crate::cli::output::{Color, Options, Output};
use crate::engine::guard::{Reason, Stopped};
use crate::git::GitError;
use crate::model::{Key, ObjectId, StoreUrl};
use crate::ops::OpsError;
use crate::store::StoreError;

fn shown(error: impl Into<CliError>) -> String {
    let (output, _, messages) =
        Output::captured(Options { color: Color::Never, ..Options::default() });
    output.error(&error.into());
    messages.text()
}

fn guarded(names: &[&str], reasons: Vec<Reason>, in_store: bool) -> OpsError {
    let keys = names.iter().map(|name| Key::from(*name)).collect();
    OpsError::Guarded { stopped: Stopped { reasons, keys }, in_store }
}

#[test]
fn a_hint_names_the_next_command() {
    let moved = OpsError::NotFastForward {
        branch: "main".into(),
        tracking: ObjectId::of_blob(b""),
        keys: Vec::new(),
    };
    insta::assert_snapshot!(shown(moved), @"
    error: the store has changes that main does not contain
    hint: type `git store pull` to merge them, then push again
    ");
    insta::assert_snapshot!(shown(OpsError::EmptyListing { recorded: 7 }), @"
    error: the store lists no object at all, but 7 are recorded
    hint: is it the right bucket and prefix? `git store doctor` shows what is asked; if all of it was deleted on purpose, `git store fetch --allow-delete='**'`
    ");
    insta::assert_snapshot!(shown(GitError::NotARepository("/tmp/x".into())), @"
    error: /tmp/x is not a git repository
    hint: type `git store clone <URL> <directory>`, or `git init` to begin here
    ");
    insta::assert_snapshot!(shown(StoreError::Denied("ListObjectsV2".into())), @"
    error: access denied: ListObjectsV2
    hint: `git store doctor` shows which credentials are used and where they come from
    ");
    let bare = StoreUrl::parse("bucket").expect_err("no scheme");
    insta::assert_snapshot!(shown(bare), @"
    error: 'bucket' has no scheme
    hint: write s3://bucket/prefix or file:///path; kops would take it for a local directory and write private keys there
    ");
}

#[test]
fn a_guard_says_how_to_give_the_word() {
    let cluster = vec![Reason::Cluster(Key::from("a.example.com"))];
    let keys = ["a.example.com/config", "a.example.com/instancegroup/n"];
    insta::assert_snapshot!(shown(guarded(&keys, cluster, false)), @"
    error: this would delete the cluster a.example.com ('a.example.com/config', 'a.example.com/instancegroup/n')
    hint: if that is meant, type `git store push --allow-delete='a.example.com/**'` or `git push -o allow-delete='a.example.com/**'`
    ");
    let material = ["a/pki/private/ca/keyset.yaml"];
    insta::assert_snapshot!(shown(guarded(&material, vec![Reason::KeyMaterial], true)), @"
    error: the store has lost private keys or secrets, which cannot be made again ('a/pki/private/ca/keyset.yaml')
    hint: if they were deleted on purpose, type `git store fetch --allow-delete='a/pki/private/ca/keyset.yaml'`
    ");
    let mass = || vec![Reason::Mass { removed: 4, total: 9 }];
    let groups = ["a/ig/1", "a/ig/2", "a/ig/3", "a/ig/4"];
    insta::assert_snapshot!(shown(guarded(&groups, mass(), false)), @"
    error: this would delete 4 of 9 keys at once ('a/ig/1', 'a/ig/2', 'a/ig/3', …)
    hint: if that is meant, type `git store push --allow-delete='a/ig/**'` or `git push -o allow-delete='a/ig/**'`
    ");
    let odd = ["a/1", "b/2", "c/3", "d'/4"];
    insta::assert_snapshot!(shown(guarded(&odd, mass(), true)), @"
    error: the store has lost 4 of 9 keys at once ('a/1', 'b/2', 'c/3', …)
    hint: if they were deleted on purpose, type `git store fetch --allow-delete='<pattern>'`
    ");
}

#[test]
fn messages_are_one_line_without_credentials_and_escapes() {
    let foreign = "GET https://user:canary@host/\n\u{1b}[2Jerror: forged";
    let text = shown(StoreError::Unreachable(foreign.into()));
    assert!(!text.contains("canary") && !text.contains('\u{1b}'), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn colours() {
    let (output, _, messages) =
        Output::captured(Options { color: Color::Always, ..Options::default() });
    output.error(&OpsError::NeverFetched.into());
    insta::assert_snapshot!(messages.text().replace('\u{1b}', "␛"), @"
    ␛[1m␛[31merror:␛[0m ␛[1mnothing is known of the store yet␛[0m
    ␛[1m␛[36mhint:␛[0m type `git store fetch`
    ");
}

#[test]
fn machines_get_a_kind() {
    let (output, results, messages) =
        Output::captured(Options { json: true, ..Options::default() });
    output.error(&OpsError::Contended.into());
    insta::assert_snapshot!(results.text(), @r#"{"version":1,"error":{"kind":"contended","exit":8,"message":"the refs of the store are being moved by somebody else all the time","hints":["run the same command again"]}}"#);
    assert_eq!(messages.text(), "");
}
