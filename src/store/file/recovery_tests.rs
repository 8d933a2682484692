//! What is found after a writer was killed, in every state that it can leave.

use super::holding::{Holding, is_pending};
use super::intent::{Act, Intent, recover};
use super::keys::KeyPath;
use super::read::{self, version_of};
use super::root::{Locked, Root};
use crate::model::Key;
use std::fs;
use std::path::Path;

const KEY: &str = "a/instancegroup/nodes";

fn locked(path: &Path) -> Locked {
    let root = Root::open(path).expect("opened");
    root.try_lock().expect("a lock").expect("nobody has it")
}

fn update(expected: &str, new: &str) -> Act {
    Act::Update { expected: version_of(expected.as_bytes()), new: version_of(new.as_bytes()) }
}

fn delete(expected: &str) -> Act {
    Act::Delete { expected: version_of(expected.as_bytes()) }
}

fn put_back(held: &str, placed: &str) -> Act {
    Act::PutBack { held: version_of(held.as_bytes()), placed: version_of(placed.as_bytes()) }
}

/// What is under the key after recovery, which leaves nothing beside it.
fn recovered(in_place: Option<&str>, held: Option<&str>, act: Option<Act>) -> Option<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = locked(directory.path());
    let path = KeyPath::parse(&Key::from(KEY)).expect("a fit key");
    if let Some(content) = in_place {
        root.make_parent(&path).expect("made");
        fs::write(directory.path().join(KEY), content).expect("written");
    }
    let holding = Holding::make(&root).expect("made");
    if let Some(content) = held {
        holding.stage("object-1", content.as_bytes(), None).expect("held");
    }
    let declared = act.is_some();
    if let Some(act) = act {
        holding.declare(&Intent::new(path.key(), "object-1", act)).expect("declared");
    }
    assert_eq!(is_pending(&root), declared);
    recover(&root).expect("recovered");
    recover(&root).expect("recovered again");
    assert!(!directory.path().join(".git-store-tmp").exists(), "nothing is left");
    let object = read::object(&root, &path).expect("read")?;
    Some(String::from_utf8_lossy(&object.bytes).into_owned())
}

#[test]
fn every_state_is_put_right() {
    type Row<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<Act>, Option<&'a str>);
    let (old, new, theirs, newer) = ("old", "new", "theirs", "newer");
    let rows: &[Row<'_>] = &[
        ("staged only", Some(old), Some(new), None, Some(old)),
        ("staged a create", None, Some(new), None, None),
        ("created", Some(new), None, None, Some(new)),
        ("declared", Some(old), Some(new), Some(update(old, new)), Some(old)),
        ("declared, then replaced", Some(theirs), Some(new), Some(update(old, new)), Some(theirs)),
        ("exchanged", Some(new), Some(old), Some(update(old, new)), Some(new)),
        ("exchanged the unseen", Some(new), Some(theirs), Some(update(old, new)), Some(theirs)),
        ("and replaced again", Some(newer), Some(theirs), Some(update(old, new)), Some(newer)),
        ("and deleted", None, Some(theirs), Some(update(old, new)), Some(theirs)),
        ("cleared half", Some(new), None, Some(update(old, new)), Some(new)),
        ("about to put back", Some(new), Some(theirs), Some(put_back(theirs, new)), Some(theirs)),
        ("put back", Some(theirs), Some(new), Some(put_back(theirs, new)), Some(theirs)),
        (
            "put back over newer",
            Some(theirs),
            Some(newer),
            Some(put_back(theirs, new)),
            Some(newer),
        ),
        (
            "to put back newer",
            Some(theirs),
            Some(newer),
            Some(put_back(newer, theirs)),
            Some(newer),
        ),
        ("delete declared", Some(old), None, Some(delete(old)), Some(old)),
        ("deleted", None, Some(old), Some(delete(old)), None),
        ("deleted the unseen", None, Some(theirs), Some(delete(old)), Some(theirs)),
        ("and written anew", Some(newer), Some(theirs), Some(delete(old)), Some(newer)),
        ("deleted, written anew", Some(newer), Some(old), Some(delete(old)), Some(newer)),
    ];
    for (state, in_place, held, act, expected) in rows {
        let found = recovered(*in_place, *held, act.clone());
        assert_eq!(found.as_deref(), *expected, "{state}");
    }
}

#[test]
fn a_damaged_intent_stops_every_write_and_loses_nothing() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let held = directory.path().join(".git-store-tmp");
    fs::create_dir(&held).expect("made");
    fs::write(held.join("object-1"), "theirs").expect("written");
    fs::write(held.join("intent"), "{").expect("written");
    recover(&locked(directory.path())).expect_err("refused");
    assert_eq!(fs::read_to_string(held.join("object-1")).expect("read"), "theirs");
}

#[test]
fn strange_files_in_the_holding_directory_stay() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let held = directory.path().join(".git-store-tmp");
    fs::create_dir(&held).expect("made");
    fs::write(held.join("notes"), "mine").expect("written");
    recover(&locked(directory.path())).expect("recovered");
    assert_eq!(fs::read_to_string(held.join("notes")).expect("read"), "mine");
}
