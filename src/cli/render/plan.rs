//! What a push would write.

use super::JSON_VERSION;
use super::diff::diff;
use super::text::{BOLD, DIM, escape, paint, signed};
use crate::check::secrets;
use crate::model::{Class, Level, ObjectId, Plan, Precondition, Step, Verb, pointer};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Contents of blobs, read for showing a plan.
pub type Contents = BTreeMap<ObjectId, Vec<u8>>;

/// The blobs to read before a plan can be shown; never one of a private key or a secret.
pub fn wanted(plan: &Plan) -> Vec<ObjectId> {
    let open = plan.steps.iter().filter(|step| !stays_by_class(step));
    open.flat_map(|step| [step.old, step.new]).flatten().collect()
}

/// Why nothing of a content may be shown, not even what it could be guessed from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    Stays,
    Credential,
    Missing,
}

impl Closed {
    fn note(self) -> &'static str {
        match self {
            Self::Stays => "(content stays in the store)",
            Self::Credential => "(not shown: it looks like a credential)",
            Self::Missing => "(not shown: it was not read)",
        }
    }
}

fn stays_by_class(step: &Step) -> bool {
    step.class.is_key_material() || step.class == Class::Backup
}

/// Both contents of a step; an absent one is empty. What was not looked at is closed.
fn open<'a>(step: &Step, contents: &'a Contents) -> Result<(&'a [u8], &'a [u8]), Closed> {
    if stays_by_class(step) {
        return Err(Closed::Stays);
    }
    let side = |id: Option<ObjectId>| match id {
        None => Ok(&[][..]),
        Some(id) => contents.get(&id).map(Vec::as_slice).ok_or(Closed::Missing),
    };
    let (old, new) = (side(step.old)?, side(step.new)?);
    if pointer::is_pointer(old) || pointer::is_pointer(new) {
        return Err(Closed::Stays);
    }
    if secrets::has_secret(old) || secrets::has_secret(new) {
        return Err(Closed::Credential);
    }
    Ok((old, new))
}

/// The plan for people: every step, updates with their difference, and a summary.
pub fn text(plan: &Plan, contents: &Contents) -> String {
    if plan.steps.is_empty() {
        return format!("Nothing to do: the store equals {}.\n", plan.commit.short());
    }
    let steps: String = plan.steps.iter().map(|step| step_text(step, contents)).collect();
    format!("{steps}\n{}", summary(plan))
}

fn step_text(step: &Step, contents: &Contents) -> String {
    let line = format!("{}\n", signed(step.verb, &step.key));
    if step.verb != Verb::Update {
        return line;
    }
    let detail = match open(step, contents) {
        Ok((old, new)) => diff(old, new),
        Err(closed) => format!("    {}\n", paint(DIM, closed.note())),
    };
    line + &detail
}

/// What the plan comes to, and what it is bound to.
pub fn summary(plan: &Plan) -> String {
    let counts = format!(
        "Plan: {} to create, {} to update, {} to delete",
        plan.count(Verb::Create),
        plan.count(Verb::Update),
        plan.count(Verb::Delete),
    );
    format!(
        "{}\nStore: {} ({})\nCommit: {}, digest: {}\n",
        paint(BOLD, counts),
        escape(&plan.store),
        level(plan.level),
        plan.commit.short(),
        short_digest(plan),
    )
}

/// The store's level for people.
pub fn level(level: Option<Level>) -> String {
    match level {
        Some(level) => format!("level {level}"),
        None => "level not probed yet".to_owned(),
    }
}

/// The first digits of a plan's digest, for people.
pub fn short_digest(plan: &Plan) -> String {
    plan.digest().chars().take(16).collect()
}

/// The plan for machines, without any content.
pub fn json(plan: &Plan, contents: &Contents) -> Value {
    let steps: Vec<Value> =
        plan.steps.iter().map(|step| step_json(step, open(step, contents).is_ok())).collect();
    json!({
        "version": JSON_VERSION,
        "plan": {
            "store": plan.store,
            "level": plan.level,
            "base": plan.base,
            "commit": plan.commit,
            "digest": plan.digest(),
            "create": plan.count(Verb::Create),
            "update": plan.count(Verb::Update),
            "delete": plan.count(Verb::Delete),
            "steps": steps,
        }
    })
}

/// Version and blobs are said only of contents that may be shown: both can be a plain digest.
fn step_json(step: &Step, is_open: bool) -> Value {
    let mut value = json!({
        "key": step.key,
        "path": step.path,
        "verb": step.verb,
        "class": step.class,
        "precondition": { "kind": kind(&step.precondition) },
    });
    if is_open {
        value["old"] = json!(step.old);
        value["new"] = json!(step.new);
        if let Precondition::MustMatch(version) = &step.precondition {
            value["precondition"]["version"] = json!(version);
        }
    }
    value
}

fn kind(precondition: &Precondition) -> &'static str {
    match precondition {
        Precondition::MustNotExist => "must-not-exist",
        Precondition::MustMatch(_) => "must-match",
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{plain, visible};
    use super::*;
    use crate::model::pointer::Reason;
    use crate::model::{Key, Profile, TreePath, Version};

    const CANARY: &str = "canary5d41402abc4b2a76b9719d911017c592";

    fn step(key: &str, contents: &mut Contents, old: Option<&str>, new: Option<&str>) -> Step {
        let mut blob = |text: &str| {
            let id = ObjectId::of_blob(text.as_bytes());
            contents.insert(id, text.into());
            id
        };
        let (old, new) = (old.map(&mut blob), new.map(&mut blob));
        Step {
            class: Profile::Kops.class(&Key::from(key)),
            key: Key::from(key),
            path: TreePath::from(key),
            verb: Verb::between(old.as_ref(), new.as_ref()).expect("a difference"),
            precondition: match old {
                Some(_) => Precondition::MustMatch(Version::new(CANARY)),
                None => Precondition::MustNotExist,
            },
            is_withheld: false,
            old,
            new,
        }
    }

    fn plan(steps: Vec<Step>) -> Plan {
        Plan {
            base: None,
            commit: ObjectId::of_blob(b""),
            store: "s3://bucket/prefix at s3.example.com".into(),
            level: None,
            steps,
        }
    }

    #[test]
    fn people_see_what_would_be_written() {
        let mut contents = Contents::new();
        let steps = vec![
            step("c/instancegroup/new", &mut contents, None, Some("a\n")),
            step("c/config", &mut contents, Some("a: 1\nb: 2\n"), Some("a: 1\nb: 3\n")),
            step("c/instancegroup/old", &mut contents, Some("z\n"), None),
        ];
        let mut plan = plan(steps);
        insta::assert_snapshot!(plain(&text(&plan, &contents)), @"
    + c/instancegroup/new
    ~ c/config
        @@ -1,2 +1,2 @@
         a: 1
        -b: 2
        +b: 3
    - c/instancegroup/old

    Plan: 1 to create, 1 to update, 1 to delete
    Store: s3://bucket/prefix at s3.example.com (level not probed yet)
    Commit: e69de29bb2, digest: 1f329a82de7a3ce9
    ");
        plan.level = Some(Level::APlus);
        plan.steps.truncate(2);
        insta::assert_snapshot!(visible(&text(&plan, &contents)), @"
    ␛[32m+ c/instancegroup/new␛[0m
    ␛[33m~ c/config␛[0m
        ␛[36m@@ -1,2 +1,2 @@␛[0m
         a: 1
        ␛[31m-b: 2␛[0m
        ␛[32m+b: 3␛[0m

    ␛[1mPlan: 1 to create, 1 to update, 0 to delete␛[0m
    Store: s3://bucket/prefix at s3.example.com (level A+)
    Commit: e69de29bb2, digest: 07cea11c94696680
    ");
        plan.steps.clear();
        insta::assert_snapshot!(text(&plan, &contents), @"Nothing to do: the store equals e69de29bb2.");
    }

    #[test]
    fn machines_see_preconditions() {
        let mut contents = Contents::new();
        let steps = vec![
            step("c/config", &mut contents, Some("a\n"), Some("b\n")),
            step("c/secrets/x", &mut contents, Some("a\n"), None),
        ];
        let json = serde_json::to_string_pretty(&json(&plan(steps), &contents));
        insta::assert_snapshot!(json.expect("JSON"), @r#"
    {
      "version": 1,
      "plan": {
        "store": "s3://bucket/prefix at s3.example.com",
        "level": null,
        "base": null,
        "commit": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "digest": "329573f5ea422e29b103139a9157aed611e754fbaabbe0f7e10bfbe9cb8e317b",
        "create": 0,
        "update": 1,
        "delete": 1,
        "steps": [
          {
            "key": "c/config",
            "path": "c/config",
            "verb": "update",
            "class": "desired",
            "precondition": {
              "kind": "must-match",
              "version": "canary5d41402abc4b2a76b9719d911017c592"
            },
            "old": "78981922613b2afb6025042ff6bd878ac1994e85",
            "new": "61780798228d17af2d34fce4cfbdf35556832472"
          },
          {
            "key": "c/secrets/x",
            "path": "c/secrets/x",
            "verb": "delete",
            "class": "secret",
            "precondition": {
              "kind": "must-match"
            }
          }
        ]
      }
    }
    "#);
    }

    #[test]
    fn nothing_is_said_of_contents_that_stay_in_the_store() {
        let pointer = pointer::write(Reason::Unclean, chrono::DateTime::UNIX_EPOCH);
        let mut contents = Contents::new();
        let closed = [
            ("c/pki/private/ca/keyset.yaml", "old canary", Some("new canary")),
            ("c/secrets/token", "old canary", Some("new canary")),
            ("c/secrets/gone", "old canary", None),
            ("c/instancegroup/unclean", &pointer, Some("new canary")),
            ("c/instancegroup/gone", &pointer, None),
        ];
        let steps: Vec<Step> = closed
            .into_iter()
            .map(|(key, old, new)| step(key, &mut contents, Some(old), new))
            .collect();
        let ids: Vec<String> = contents.keys().map(ObjectId::to_string).collect();
        let mut plan = plan(steps);
        let unread = step("c/config", &mut Contents::new(), Some("a"), Some("canary"));
        plan.steps.push(unread);
        plan.commit = ObjectId::of_blob(b"the commit");
        let shown = text(&plan, &contents) + &json(&plan, &contents).to_string();
        assert!(!shown.contains("canary"), "{shown}");
        for id in ids {
            assert!(!shown.contains(&id), "{shown}");
        }
        assert_eq!(shown.matches("(content stays in the store)").count(), 3);
        assert_eq!(shown.matches("it was not read").count(), 1);
        let material = wanted(&plan).len();
        assert_eq!(material, 5, "blobs of key material are not read");
    }

    #[test]
    fn a_credential_that_somebody_wrote_is_not_shown() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1canary\n-----END RSA PRIVATE KEY-----\n";
        let mut contents = Contents::new();
        let plan = plan(vec![step("c/config", &mut contents, Some("a: 1\n"), Some(key))]);
        let shown = text(&plan, &contents) + &json(&plan, &contents).to_string();
        assert!(shown.contains("(not shown: it looks like a credential)"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn keys_and_stores_cannot_drive_a_terminal() {
        let mut contents = Contents::new();
        let mut odd = step("x", &mut contents, None, Some("a"));
        odd.key = Key::new(b"a\x1b[2J\n+ forged");
        let mut plan = plan(vec![odd]);
        plan.store = "file:///x\u{1b}[2J".into();
        let shown = plain(&text(&plan, &contents));
        assert!(shown.starts_with("+ a\\u{1b}[2J\\n+ forged\n"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
