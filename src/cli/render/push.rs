//! What a push did.

use super::JSON_VERSION;
use super::plan::short_digest;
use super::text::{BOLD, DIM, GREEN, RED, YELLOW, count, one_line, paint, signed};
use crate::model::{Outcome, Plan, StepOutcome};
use crate::ops::push::{Ending, PushReport};
use anstyle::Style;
use serde_json::{Value, json};

/// The report for people: what became of each key, how many, and what to type next.
pub fn text(report: &PushReport) -> String {
    let lines: String = report.outcomes.iter().map(line).collect();
    let total = report.outcomes.len();
    let counted = match total {
        0 => String::new(),
        _ => format!("{} of {} written\n", applied(report), count(total, "object")),
    };
    format!("{lines}{counted}{}\n", sentence(report))
}

fn applied(report: &PushReport) -> usize {
    let is_applied = |step: &&StepOutcome| step.outcome == Outcome::Applied;
    report.outcomes.iter().filter(is_applied).count()
}

fn line(step: &StepOutcome) -> String {
    let (style, what) = what(&step.outcome);
    let key = signed(step.verb, &step.key);
    format!("{key}: {}\n", paint(style, what))
}

fn what(outcome: &Outcome) -> (Style, String) {
    match outcome {
        Outcome::Applied => (GREEN, "applied".into()),
        Outcome::Refused => (YELLOW, "refused: somebody else changed it first".into()),
        Outcome::Failed { reason } => (RED, format!("failed: {}", one_line(reason))),
        Outcome::Unknown { reason } => (RED, format!("unknown: {}", one_line(reason))),
        Outcome::Skipped => (DIM, "skipped".into()),
    }
}

fn sentence(report: &PushReport) -> String {
    let commit = report.plan.commit.short();
    match report.ending {
        Ending::Complete if report.plan.steps.is_empty() => {
            format!("Nothing to do: the store equals {commit}.")
        }
        Ending::Complete => paint(BOLD, format!("The store equals {commit}.")),
        Ending::Refused => {
            "Somebody changed the store meanwhile. Type `git store pull` to merge it, then push again."
                .into()
        }
        Ending::Interrupted => {
            "The push stopped midway. Run the same push again: it goes on where it stopped.".into()
        }
        Ending::Failed => {
            "The store did not take all of it. Once that is mended (`git store doctor`), run the same push again."
                .into()
        }
        Ending::DryRun => "Nothing was written: this was a dry run.".into(),
    }
}

/// The report for machines.
pub fn json(report: &PushReport) -> Value {
    json!({
        "version": JSON_VERSION,
        "push": {
            "ending": ending(report.ending),
            "store": report.plan.store,
            "base": report.plan.base,
            "commit": report.plan.commit,
            "digest": report.plan.digest(),
            "written": applied(report),
            "total": report.plan.steps.len(),
            "outcomes": report.outcomes.iter().map(outcome_json).collect::<Vec<Value>>(),
            "findings": report.accepted,
        }
    })
}

fn outcome_json(step: &StepOutcome) -> Value {
    let mut value = json!(step);
    if let Some(reason) = value.get("reason").and_then(Value::as_str).map(one_line) {
        value["reason"] = reason.into();
    }
    value
}

fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Complete => "complete",
        Ending::Refused => "refused",
        Ending::Interrupted => "interrupted",
        Ending::Failed => "failed",
        Ending::DryRun => "dry-run",
    }
}

/// One line for a log or the remote helper.
pub fn brief(report: &PushReport) -> String {
    let Plan { steps, store, .. } = &report.plan;
    format!(
        "{} of {} written to {}, plan {}",
        applied(report),
        count(steps.len(), "object"),
        one_line(store),
        short_digest(&report.plan)
    )
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{plain, visible};
    use super::*;
    use crate::model::{Class, Key, ObjectId, Precondition, Step, TreePath, Verb};

    fn report(ending: Ending, outcomes: Vec<(Verb, &str, Outcome)>) -> PushReport {
        let step = |(verb, key, _): &(Verb, &str, Outcome)| Step {
            key: Key::from(*key),
            path: TreePath::from(*key),
            verb: *verb,
            class: Class::Desired,
            precondition: Precondition::MustNotExist,
            is_withheld: false,
            old: None,
            new: None,
        };
        let plan = Plan {
            base: None,
            commit: ObjectId::of_blob(b""),
            store: "s3://bucket".into(),
            level: None,
            steps: outcomes.iter().map(step).collect(),
        };
        let outcome = |(verb, key, outcome): (Verb, &str, Outcome)| StepOutcome {
            key: Key::from(key),
            verb,
            outcome,
        };
        PushReport {
            plan,
            outcomes: outcomes.into_iter().map(outcome).collect(),
            ending,
            accepted: Vec::new(),
        }
    }

    fn reason() -> String {
        "PUT https://k:canary@host/\n\u{1b}[2J gave 500".into()
    }

    #[test]
    fn each_ending_says_what_to_type() {
        let refused = report(
            Ending::Refused,
            vec![(Verb::Create, "c/a", Outcome::Applied), (Verb::Update, "c/b", Outcome::Refused)],
        );
        insta::assert_snapshot!(plain(&text(&refused)), @"
    + c/a: applied
    ~ c/b: refused: somebody else changed it first
    1 of 2 objects written
    Somebody changed the store meanwhile. Type `git store pull` to merge it, then push again.
    ");
        let interrupted = report(
            Ending::Interrupted,
            vec![
                (Verb::Create, "c/a", Outcome::Failed { reason: reason() }),
                (Verb::Update, "c/b", Outcome::Unknown { reason: reason() }),
                (Verb::Delete, "c/c", Outcome::Skipped),
            ],
        );
        insta::assert_snapshot!(plain(&text(&interrupted)), @r#"
    + c/a: failed: PUT https://***@host/ \u{1b}[2J gave 500
    ~ c/b: unknown: PUT https://***@host/ \u{1b}[2J gave 500
    - c/c: skipped
    0 of 3 objects written
    The push stopped midway. Run the same push again: it goes on where it stopped.
    "#);
        assert!(!text(&interrupted).contains("canary"));
        insta::assert_snapshot!(text(&report(Ending::DryRun, Vec::new())), @"Nothing was written: this was a dry run.");
        insta::assert_snapshot!(text(&report(Ending::Complete, Vec::new())), @"Nothing to do: the store equals e69de29bb2.");
    }

    #[test]
    fn colours() {
        let outcomes = vec![(Verb::Update, "c/b", Outcome::Applied)];
        let complete = report(Ending::Complete, outcomes);
        insta::assert_snapshot!(visible(&text(&complete)), @"
    ␛[33m~ c/b␛[0m: ␛[32mapplied␛[0m
    1 of 1 object written
    ␛[1mThe store equals e69de29bb2.␛[0m
    ");
        insta::assert_snapshot!(brief(&complete), @"1 of 1 object written to s3://bucket, plan 82f0d9d99ff1a7fa");
    }

    #[test]
    fn machines_get_every_outcome() {
        let outcomes = vec![
            (Verb::Create, "c/a", Outcome::Applied),
            (Verb::Update, "c/b", Outcome::Unknown { reason: reason() }),
        ];
        let json = json(&report(Ending::Interrupted, outcomes));
        insta::assert_snapshot!(serde_json::to_string_pretty(&json).expect("JSON"), @r#"
    {
      "version": 1,
      "push": {
        "ending": "interrupted",
        "store": "s3://bucket",
        "base": null,
        "commit": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "digest": "124763f74cdc4d641a6012d49847bf479829c9316f16b3b108a40453f620fed2",
        "written": 1,
        "total": 2,
        "outcomes": [
          {
            "key": "c/a",
            "verb": "create",
            "result": "applied"
          },
          {
            "key": "c/b",
            "verb": "update",
            "result": "unknown",
            "reason": "PUT https://***@host/ \\u{1b}[2J gave 500"
          }
        ],
        "findings": []
      }
    }
    "#);
    }
}
