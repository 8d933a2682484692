//! What a fetch found.

use super::JSON_VERSION;
use super::text::{DIM, count, escape, paint, signed};
use crate::model::pointer::Reason;
use crate::model::{Change, Key, ObjectId, Verb};
use crate::ops::observe::Observation;
use crate::ops::pending::Pending;
use serde_json::{Value, json};

/// More keys than this are counted, not listed.
const SHOWN: usize = 20;

/// A push that is not over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingPush {
    /// The commit that is pushed.
    pub commit: ObjectId,
    /// Objects that are written.
    pub done: usize,
    /// Objects to write.
    pub total: usize,
    /// Whether another session may still be writing.
    pub is_live: bool,
}

impl From<&Pending> for PendingPush {
    fn from(pending: &Pending) -> Self {
        Self {
            commit: pending.journal.commit,
            done: pending.landed.len(),
            total: pending.journal.intents.len(),
            is_live: pending.is_live,
        }
    }
}

impl PendingPush {
    /// One sentence, with what to type.
    pub fn text(&self) -> String {
        let Self { commit, done, total, is_live } = self;
        let (what, next) = match is_live {
            true => ("is under way", "wait for it"),
            false => ("was interrupted", "`git store push` goes on"),
        };
        let commit = commit.short();
        format!("A push of {commit} {what}: {done} of {total} objects are written; {next}.\n")
    }

    /// The same for machines.
    pub fn json(&self) -> Value {
        json!({
            "commit": self.commit,
            "written": self.done,
            "total": self.total,
            "live": self.is_live,
        })
    }
}

/// What is shown of an observation.
#[derive(Clone, Debug)]
pub struct Fetched<'a> {
    /// The store's identity.
    pub store: &'a str,
    /// The tracking ref as people type it, such as `store/main`.
    pub tracking_ref: &'a str,
    /// What it points to now.
    pub tracking: Option<ObjectId>,
    /// What changed in the store.
    pub changes: &'a [Change],
    /// Keys that somebody changed after a push had written them.
    pub overwritten: &'a [Key],
    /// Keys that changed and whose content stays in the store.
    pub withheld: &'a [(Key, Reason)],
    /// An interrupted or running push.
    pub pending: Option<PendingPush>,
}

impl<'a> Fetched<'a> {
    /// What is shown of an observation of this store on this ref.
    pub fn new(store: &'a str, tracking_ref: &'a str, observation: &'a Observation) -> Self {
        Self {
            store,
            tracking_ref,
            tracking: observation.state.tip,
            changes: &observation.changes,
            overwritten: &observation.overwritten,
            withheld: &observation.withheld,
            pending: observation.pending.as_ref().map(PendingPush::from),
        }
    }
}

/// Changed keys, one a line; what is too much is counted.
pub(super) fn key_lines<'a>(changes: impl ExactSizeIterator<Item = (Verb, &'a Key)>) -> String {
    let more = changes.len().saturating_sub(SHOWN);
    let mut lines: String =
        changes.take(SHOWN).map(|(verb, key)| format!("  {}\n", signed(verb, key))).collect();
    if more > 0 {
        lines += &format!("  {}\n", paint(DIM, format!("… and {more} more")));
    }
    lines
}

/// What was found, for people.
pub fn text(fetched: &Fetched<'_>) -> String {
    let mut text = headline(fetched);
    text += &key_lines(fetched.changes.iter().map(|change| (change.verb, &change.key)));
    text += &withheld(fetched.withheld);
    if let Some(pending) = &fetched.pending {
        text += &pending.text();
    }
    text
}

fn headline(fetched: &Fetched<'_>) -> String {
    let store = escape(fetched.store);
    let name = escape(fetched.tracking_ref);
    match (fetched.tracking, fetched.changes.len()) {
        (None, _) => format!("{store} is empty.\n"),
        (Some(tip), 0) => format!("Nothing changed in {store}; {name} stays at {}.\n", tip.short()),
        (Some(tip), changed) => format!(
            "{} changed in {store}; {name} is now at {}:\n",
            count(changed, "object"),
            tip.short()
        ),
    }
}

/// What is to be printed as warnings, each in a line.
pub fn warnings(fetched: &Fetched<'_>) -> Vec<String> {
    let warning = |key: &Key| format!("somebody changed '{key}' after it had been pushed");
    let mut warnings: Vec<String> = fetched.overwritten.iter().take(SHOWN).map(warning).collect();
    let more = fetched.overwritten.len().saturating_sub(SHOWN);
    if more > 0 {
        warnings.push(format!("… and {} more", count(more, "pushed object")));
    }
    warnings
}

fn withheld(withheld: &[(Key, Reason)]) -> String {
    let kinds: Vec<String> = [Reason::Keys, Reason::Secret, Reason::Unclean, Reason::Large]
        .into_iter()
        .filter_map(|reason| {
            let number = withheld.iter().filter(|(_, why)| *why == reason).count();
            (number > 0).then(|| held(reason, number))
        })
        .collect();
    if kinds.is_empty() {
        return String::new();
    }
    format!("Kept as pointers, their content stays in the store: {}.\n", kinds.join(", "))
}

fn held(reason: Reason, number: usize) -> String {
    match reason {
        Reason::Keys => count(number, "private key"),
        Reason::Secret => count(number, "secret"),
        Reason::Unclean => format!("{number} with a credential inside"),
        Reason::Large => format!("{number} too large"),
    }
}

/// What was found, for machines.
pub fn json(fetched: &Fetched<'_>) -> Value {
    let withheld = |(key, reason): &(Key, Reason)| json!({"key": key, "reason": word(*reason)});
    json!({
        "version": JSON_VERSION,
        "fetch": {
            "store": fetched.store,
            "ref": fetched.tracking_ref,
            "commit": fetched.tracking,
            "changes": fetched.changes.iter().map(change_json).collect::<Vec<Value>>(),
            "overwritten": fetched.overwritten,
            "withheld": fetched.withheld.iter().map(withheld).collect::<Vec<Value>>(),
            "pending": fetched.pending.as_ref().map(PendingPush::json),
        }
    })
}

/// A change without blobs: the tracking ref has them.
pub(super) fn change_json(change: &Change) -> Value {
    json!({"key": change.key, "verb": change.verb, "class": change.class})
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Keys => "keys",
        Reason::Secret => "secret",
        Reason::Unclean => "credential-found",
        Reason::Large => "large",
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{plain, visible};
    use super::*;
    use crate::model::Class;

    fn change(verb: Verb, key: &str) -> Change {
        Change { key: Key::from(key), verb, class: Class::Desired, old: None, new: None }
    }

    fn fetched(changes: &[Change]) -> Fetched<'_> {
        Fetched {
            store: "s3://bucket",
            tracking_ref: "store/main",
            tracking: Some(ObjectId::of_blob(b"")),
            changes,
            overwritten: &[],
            withheld: &[],
            pending: None,
        }
    }

    #[test]
    fn changes_for_people() {
        insta::assert_snapshot!(text(&fetched(&[])), @"Nothing changed in s3://bucket; store/main stays at e69de29bb2.");
        let changes = [
            change(Verb::Create, "c/a"),
            change(Verb::Update, "c/\u{1b}b"),
            change(Verb::Delete, "c/c"),
        ];
        insta::assert_snapshot!(plain(&text(&fetched(&changes))), @r#"
    3 objects changed in s3://bucket; store/main is now at e69de29bb2:
      + c/a
      ~ c/\u{1b}b
      - c/c
    "#);
        insta::assert_snapshot!(visible(&text(&fetched(&changes[..1]))), @"
    1 object changed in s3://bucket; store/main is now at e69de29bb2:
      ␛[32m+ c/a␛[0m
    ");
        let many: Vec<Change> =
            (0..25).map(|number| change(Verb::Create, &format!("c/{number}"))).collect();
        let text = plain(&text(&fetched(&many)));
        assert_eq!(text.lines().count(), 22, "{text}");
        assert!(text.ends_with("  … and 5 more\n"), "{text}");
    }

    #[test]
    fn what_people_should_know() {
        let keys = [Key::from("c/a")];
        let withheld = [
            (Key::from("c/pki/private/ca"), Reason::Keys),
            (Key::from("c/secrets/x"), Reason::Secret),
            (Key::from("c/secrets/y"), Reason::Secret),
            (Key::from("c/addons/x"), Reason::Unclean),
        ];
        let mut shown = fetched(&[]);
        shown.overwritten = &keys;
        shown.withheld = &withheld;
        shown.pending =
            Some(PendingPush { commit: ObjectId::of_blob(b""), done: 1, total: 3, is_live: false });
        insta::assert_snapshot!(text(&shown), @"
    Nothing changed in s3://bucket; store/main stays at e69de29bb2.
    Kept as pointers, their content stays in the store: 1 private key, 2 secrets, 1 with a credential inside.
    A push of e69de29bb2 was interrupted: 1 of 3 objects are written; `git store push` goes on.
    ");
        insta::assert_snapshot!(warnings(&shown).join("\n"), @"somebody changed 'c/a' after it had been pushed");
        let json = serde_json::to_string_pretty(&json(&shown)).expect("JSON");
        insta::assert_snapshot!(json, @r#"
    {
      "version": 1,
      "fetch": {
        "store": "s3://bucket",
        "ref": "store/main",
        "commit": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "changes": [],
        "overwritten": [
          "c/a"
        ],
        "withheld": [
          {
            "key": "c/pki/private/ca",
            "reason": "keys"
          },
          {
            "key": "c/secrets/x",
            "reason": "secret"
          },
          {
            "key": "c/secrets/y",
            "reason": "secret"
          },
          {
            "key": "c/addons/x",
            "reason": "credential-found"
          }
        ],
        "pending": {
          "commit": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
          "written": 1,
          "total": 3,
          "live": false
        }
      }
    }
    "#);
    }
}
