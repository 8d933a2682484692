//! What a copy did.

use super::JSON_VERSION;
use super::text::{RED, YELLOW, bytes, count, one_line, paint};
use crate::ops::copy::{Copied, CopyReport};
use serde_json::{Value, json};

/// The report for people: what could not be copied, then how many were.
pub fn text(report: &CopyReport, is_dry: bool) -> String {
    let problems: String = report.objects.iter().filter_map(problem).collect();
    let changed: String = report
        .changed
        .iter()
        .map(|key| format!("{key}: {}\n", paint(YELLOW, "changed in the source meanwhile")))
        .collect();
    format!("{problems}{changed}{}\n{}", counted(report, is_dry), advice(report))
}

fn problem((key, _, copied): &(crate::model::Key, u64, Copied)) -> Option<String> {
    let (style, what) = match copied {
        Copied::Created | Copied::Updated | Copied::Same => return None,
        Copied::Different => (YELLOW, "the target has other content, which stays".to_owned()),
        Copied::Gone => (YELLOW, "deleted in the source meanwhile".to_owned()),
        Copied::Refused => (YELLOW, "refused: somebody else wrote it first".to_owned()),
        Copied::Failed { reason } => (RED, format!("failed: {}", one_line(reason))),
    };
    Some(format!("{key}: {}\n", paint(style, what)))
}

fn counted(report: &CopyReport, is_dry: bool) -> String {
    let written = |wanted: Copied| move |(_, _, copied): &&(_, _, Copied)| *copied == wanted;
    let created = report.objects.iter().filter(written(Copied::Created)).count();
    let updated = report.objects.iter().filter(written(Copied::Updated)).count();
    let same = report.objects.iter().filter(written(Copied::Same)).count();
    let moved = report.objects.iter().filter(|(_, _, copied)| is_written(copied));
    let size = moved.map(|(_, size, _)| size).sum();
    let would = if is_dry { " (dry run)" } else { "" };
    format!(
        "{} created, {updated} replaced, {same} there already; {}{would}",
        count(created, "object"),
        bytes(size)
    )
}

fn is_written(copied: &Copied) -> bool {
    matches!(copied, Copied::Created | Copied::Updated)
}

fn advice(report: &CopyReport) -> String {
    let differs = report.objects.iter().any(|(_, _, copied)| *copied == Copied::Different);
    match (differs, report.changed.is_empty()) {
        (true, _) => "Where the target differs, `--update` replaces it.\n".to_owned(),
        (false, false) => {
            "The source changed meanwhile: run it again with `--update`.\n".to_owned()
        }
        (false, true) => String::new(),
    }
}

/// The report for machines.
pub fn json(report: &CopyReport, is_dry: bool) -> Value {
    let object = |(key, size, copied): &(crate::model::Key, u64, Copied)| {
        let mut object = json!(copied);
        object["key"] = json!(key);
        object["bytes"] = json!(size);
        object
    };
    json!({
        "version": JSON_VERSION,
        "copy": {
            "dry_run": is_dry,
            "objects": report.objects.iter().map(object).collect::<Vec<_>>(),
            "changed": report.changed,
        }
    })
}
