//! The ordered writes that bring a store from one tree to another.

use super::classify::{Action, Base, Circumstances, Sides, classify};
use crate::model::{Class, Key, ObjectId, Precondition, Profile, Step, TreePath, Verb, Version};

/// What a tree holds under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Where in the tree.
    pub path: TreePath,
    /// The content.
    pub blob: ObjectId,
}

/// The values of one key that differs between the tracking commit and the pushed one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The key.
    pub key: Key,
    /// What the tracking commit has.
    pub base: Option<File>,
    /// What the pushed commit has.
    pub git: Option<File>,
    /// What the store holds now, with its version.
    pub store: Option<(ObjectId, Version)>,
    /// Whether the content stays in the store.
    pub is_withheld: bool,
}

/// A key that cannot be pushed because the store has moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved(pub Key);

/// Plans the writes for the keys that differ.
///
/// # Errors
/// The keys of which the store holds something that the pushed commit has not seen.
pub fn plan(candidates: &[Candidate], profile: Profile) -> Result<Vec<Step>, Vec<Moved>> {
    let mut steps = Vec::new();
    let mut moved = Vec::new();
    for candidate in candidates {
        match classify(&sides(candidate), &Circumstances::default()).action {
            Action::Export(verb) => steps.extend(step(candidate, verb, profile)),
            Action::Nothing | Action::Agree => {}
            _ => moved.push(Moved(candidate.key.clone())),
        }
    }
    if !moved.is_empty() {
        return Err(moved);
    }
    steps.sort_by(|one, other| order(one).cmp(&order(other)));
    Ok(steps)
}

fn sides(candidate: &Candidate) -> Sides<ObjectId> {
    Sides {
        base: Base::Known(candidate.base.as_ref().map(|file| file.blob)),
        git: candidate.git.as_ref().map(|file| file.blob),
        store: candidate.store.as_ref().map(|(blob, _)| *blob),
    }
}

fn step(candidate: &Candidate, verb: Verb, profile: Profile) -> Option<Step> {
    let file = candidate.git.as_ref().or(candidate.base.as_ref())?;
    let precondition = match &candidate.store {
        Some((_, version)) => Precondition::MustMatch(version.clone()),
        None => Precondition::MustNotExist,
    };
    Some(Step {
        key: candidate.key.clone(),
        path: file.path.clone(),
        verb,
        class: profile.class(&candidate.key),
        precondition,
        is_withheld: candidate.is_withheld,
        old: candidate.base.as_ref().map(|file| file.blob),
        new: candidate.git.as_ref().map(|file| file.blob),
    })
}

/// Creates and updates before deletes; what others refer to before what refers to it, and for
/// deletes the other way round.
fn order(step: &Step) -> (bool, i8, &Key) {
    let rank = rank(&step.key, step.class);
    match step.verb {
        Verb::Delete => (true, -rank, &step.key),
        Verb::Create | Verb::Update => (false, rank, &step.key),
    }
}

/// Where a key stands in kops' order of dependencies: keys, secrets, groups, addons, cluster.
pub fn rank(key: &Key, class: Class) -> i8 {
    let bytes = key.as_bytes();
    let is_config = bytes.ends_with(b"/config") || bytes == b"config";
    match class {
        Class::Keys => 0,
        Class::Public => 1,
        Class::Secret => 2,
        Class::Backup | Class::Unknown => 3,
        Class::Generated => 5,
        Class::Desired if is_config => 6,
        Class::Desired => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(key: &str, content: &str) -> Option<File> {
        (!content.is_empty()).then(|| File {
            path: TreePath::from(key),
            blob: ObjectId::of_blob(content.as_bytes()),
        })
    }

    fn candidate(key: &str, base: &str, git: &str, store: &str) -> Candidate {
        let in_store = file(key, store).map(|file| (file.blob, Version::new("v")));
        Candidate {
            key: Key::from(key),
            base: file(key, base),
            git: file(key, git),
            store: in_store,
            is_withheld: false,
        }
    }

    #[test]
    fn order_follows_dependencies() {
        let candidates = [
            candidate("c/config", "x", "y", "x"),
            candidate("c/instancegroup/b", "", "y", ""),
            candidate("c/pki/ssh/public/admin/1", "", "y", ""),
            candidate("d/config", "x", "", "x"),
            candidate("d/instancegroup/a", "x", "", "x"),
        ];
        let steps = plan(&candidates, Profile::Kops).expect("nothing moved");
        let order: Vec<String> =
            steps.iter().map(|step| format!("{}{}", step.verb.sign(), step.key)).collect();
        let expected = [
            "+c/pki/ssh/public/admin/1",
            "+c/instancegroup/b",
            "~c/config",
            "-d/config",
            "-d/instancegroup/a",
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn what_already_landed_is_no_step_and_what_moved_is_refused() {
        let landed = candidate("a/config", "x", "y", "y");
        assert_eq!(plan(std::slice::from_ref(&landed), Profile::Kops), Ok(vec![]));
        let foreign = candidate("b/config", "x", "y", "z");
        let gone = candidate("c/config", "x", "y", "");
        let all = [landed, foreign, gone];
        let moved = vec![Moved(Key::from("b/config")), Moved(Key::from("c/config"))];
        assert_eq!(plan(&all, Profile::Kops), Err(moved));
    }

    #[test]
    fn every_step_has_a_precondition_of_the_right_kind() {
        let all = [
            candidate("a", "", "y", ""),
            candidate("b", "x", "y", "x"),
            candidate("c", "x", "", "x"),
        ];
        for step in plan(&all, Profile::Generic).expect("nothing moved") {
            let must_be_absent = step.precondition == Precondition::MustNotExist;
            assert_eq!(must_be_absent, step.verb == Verb::Create, "{step:?}");
        }
    }
}
