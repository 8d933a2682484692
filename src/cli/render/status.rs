//! Where store, tracking ref and branch stand.

use super::JSON_VERSION;
use super::fetch::{PendingPush, change_json, key_lines};
use super::plan::level;
use super::text::{BOLD, count, escape, paint};
use crate::model::{Change, Key, Level, ObjectId};
use serde_json::{Value, json};

/// Where store, tracking ref and branch stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// The store's identity.
    pub store: String,
    /// What the store can guarantee; `None` while it was not probed.
    pub level: Option<Level>,
    /// The tracking ref as people type it, such as `store/main`.
    pub tracking_ref: String,
    /// What it points to; `None`: the store was never fetched.
    pub tracking: Option<ObjectId>,
    /// The branch that is pushed.
    pub branch: String,
    /// What it points to; `None`: there is no such branch yet.
    pub tip: Option<ObjectId>,
    /// Commits that the branch has and the tracking ref has not.
    pub ahead: usize,
    /// Commits that the tracking ref has and the branch has not.
    pub behind: usize,
    /// What changed in the store and was not fetched; `None`: the store was not asked.
    pub drift: Option<Vec<Change>>,
    /// What a push would change.
    pub unpushed: Vec<Change>,
    /// A push that is not over.
    pub pending: Option<PendingPush>,
    /// Keys that git holds as pointers.
    pub pointers: usize,
    /// Keys that are pointers because of what their content looks like.
    pub unclean: Vec<Key>,
}

/// The status for people; what to do next is said with each point.
pub fn text(status: &Status) -> String {
    let parts = [
        format!(
            "Store {} ({})\n",
            paint(BOLD, escape(&status.store)),
            level(status.level)
        ),
        branches(status),
        changes(
            status.drift.as_deref().unwrap_or_default(),
            "changed in the store since the last fetch; `git store pull` merges them",
        ),
        changes(
            &status.unpushed,
            "to push; `git store plan` shows how, `git store push` does it",
        ),
        status
            .pending
            .as_ref()
            .map_or_else(String::new, PendingPush::text),
        pointers(status),
    ];
    parts.concat()
}

fn branches(status: &Status) -> String {
    let name = escape(&status.tracking_ref);
    let branch = escape(&status.branch);
    let Some(tracking) = status.tracking else {
        return format!("{name} does not exist yet; `git store fetch` makes it.\n");
    };
    let Some(tip) = status.tip else {
        return format!(
            "{name} is at {}; {branch} does not exist yet, `git store pull` makes it.\n",
            tracking.short()
        );
    };
    let relation = match (status.ahead, status.behind) {
        (0, 0) => "the same commit".to_owned(),
        (ahead, 0) => format!("{} ahead", count(ahead, "commit")),
        (0, behind) => format!(
            "{} behind; `git store pull` merges",
            count(behind, "commit")
        ),
        (ahead, behind) => {
            format!("{ahead} ahead and {behind} behind; `git store pull` merges")
        }
    };
    format!(
        "{name} is at {}, {branch} at {}: {relation}\n",
        tracking.short(),
        tip.short()
    )
}

fn changes(changes: &[Change], what: &str) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let lines = key_lines(changes.iter().map(|change| (change.verb, &change.key)));
    format!("{} {what}:\n{lines}", count(changes.len(), "object"))
}

fn pointers(status: &Status) -> String {
    if status.pointers == 0 {
        return String::new();
    }
    let mut text = format!(
        "{} kept as pointers; the content stays in the store\n",
        count(status.pointers, "object")
    );
    for key in &status.unclean {
        text += &format!("  {key} (a credential inside)\n");
    }
    text
}

/// The status for machines.
pub fn json(status: &Status) -> Value {
    let list = |changes: &[Change]| changes.iter().map(change_json).collect::<Vec<Value>>();
    json!({
        "version": JSON_VERSION,
        "status": {
            "store": status.store,
            "level": status.level,
            "tracking": { "ref": status.tracking_ref, "commit": status.tracking },
            "branch": { "name": status.branch, "commit": status.tip },
            "ahead": status.ahead,
            "behind": status.behind,
            "drift": status.drift.as_deref().map(list),
            "unpushed": list(&status.unpushed),
            "pending": status.pending.as_ref().map(PendingPush::json),
            "pointers": status.pointers,
            "unclean": status.unclean,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{plain, visible};
    use super::*;
    use crate::model::{Class, Verb};

    fn change(verb: Verb, key: &str) -> Change {
        Change {
            key: Key::from(key),
            verb,
            class: Class::Desired,
            old: None,
            new: None,
        }
    }

    fn status() -> Status {
        Status {
            store: "s3://bucket".into(),
            level: Some(Level::A),
            tracking_ref: "store/main".into(),
            tracking: Some(ObjectId::of_blob(b"a")),
            branch: "main".into(),
            tip: Some(ObjectId::of_blob(b"b")),
            ..Status::default()
        }
    }

    #[test]
    fn everything_at_once() {
        let full = Status {
            ahead: 2,
            behind: 1,
            drift: Some(vec![change(Verb::Update, "c/config")]),
            unpushed: vec![
                change(Verb::Create, "c/instancegroup/a"),
                change(Verb::Delete, "c/instancegroup/b"),
            ],
            pending: Some(PendingPush {
                commit: ObjectId::of_blob(b"c"),
                done: 1,
                total: 2,
                is_live: true,
            }),
            pointers: 7,
            unclean: vec![Key::from("c/addons/x\u{1b}")],
            ..status()
        };
        insta::assert_snapshot!(plain(&text(&full)), @r#"
    Store s3://bucket (level A)
    store/main is at 2e65efe2a1, main at 63d8dbd40c: 2 ahead and 1 behind; `git store pull` merges
    1 object changed in the store since the last fetch; `git store pull` merges them:
      ~ c/config
    2 objects to push; `git store plan` shows how, `git store push` does it:
      + c/instancegroup/a
      - c/instancegroup/b
    A push of 3410062ba6 is under way: 1 of 2 objects are written; wait for it.
    7 objects kept as pointers; the content stays in the store
      c/addons/x\u{1b} (a credential inside)
    "#);
        insta::assert_snapshot!(serde_json::to_string_pretty(&json(&full)).expect("JSON"), @r#"
    {
      "version": 1,
      "status": {
        "store": "s3://bucket",
        "level": "A",
        "tracking": {
          "ref": "store/main",
          "commit": "2e65efe2a145dda7ee51d1741299f848e5bf752e"
        },
        "branch": {
          "name": "main",
          "commit": "63d8dbd40c23542e740659a7168a0ce3138ea748"
        },
        "ahead": 2,
        "behind": 1,
        "drift": [
          {
            "key": "c/config",
            "verb": "update",
            "class": "desired"
          }
        ],
        "unpushed": [
          {
            "key": "c/instancegroup/a",
            "verb": "create",
            "class": "desired"
          },
          {
            "key": "c/instancegroup/b",
            "verb": "delete",
            "class": "desired"
          }
        ],
        "pending": {
          "commit": "3410062ba67c5ed59b854387a8bc0ec012479368",
          "written": 1,
          "total": 2,
          "live": true
        },
        "pointers": 7,
        "unclean": [
          "c/addons/x\\u{1b}"
        ]
      }
    }
    "#);
    }

    #[test]
    fn how_branch_and_store_relate() {
        insta::assert_snapshot!(visible(&text(&status())), @"
    Store ␛[1ms3://bucket␛[0m (level A)
    store/main is at 2e65efe2a1, main at 63d8dbd40c: the same commit
    ");
        let cases = [
            (
                Status {
                    ahead: 1,
                    ..status()
                },
                "main at 63d8dbd40c: 1 commit ahead\n",
            ),
            (
                Status {
                    behind: 2,
                    ..status()
                },
                "2 commits behind; `git store pull` merges\n",
            ),
            (
                Status {
                    tip: None,
                    ..status()
                },
                "`git store pull` makes it.\n",
            ),
            (
                Status {
                    tracking: None,
                    ..status()
                },
                "`git store fetch` makes it.\n",
            ),
        ];
        for (status, end) in cases {
            let text = text(&status);
            assert!(text.ends_with(end), "{text}");
        }
    }
}
