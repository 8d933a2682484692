//! GitLab code quality: an array of issues.

use super::escape::visible;
use crate::check::Report;
use crate::model::{Finding, Severity};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The report as GitLab's code quality artifact.
pub fn gitlab(report: &Report) -> String {
    let mut seen = BTreeMap::new();
    let issues: Vec<Value> = report.findings.iter().map(|found| issue(found, &mut seen)).collect();
    format!("{:#}\n", Value::Array(issues))
}

/// GitLab tells issues apart, and knows them again in the next run, by their fingerprint: not by
/// the line, which moves.
fn issue(finding: &Finding, seen: &mut BTreeMap<String, usize>) -> Value {
    let path = visible(&finding.path.to_string());
    let what = format!("{}\0{path}\0{}\0{}", finding.rule, finding.field, finding.message);
    let number = seen.entry(what.clone()).or_default();
    *number += 1;
    let fingerprint = Sha256::digest(format!("{what}\0{number}"));
    let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    json!({
        "check_name": finding.rule,
        "description": visible(&format!("{}{help}", finding.message)),
        "fingerprint": hex::encode(fingerprint),
        "severity": severity(finding.severity),
        "location": {
            "path": path,
            "lines": { "begin": finding.span.map_or(1, |span| span.line) },
        },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
