//! SARIF 2.1.0, for code scanning services.

use super::escape::visible;
use super::severity_name;
use crate::check::{Report, Rule, rules};
use crate::model::{Finding, Span};
use serde_json::{Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The report as SARIF.
pub fn sarif(report: &Report) -> String {
    let results: Vec<Value> = report.findings.iter().map(result).collect();
    let rules: Vec<Value> = rules().map(describe).collect();
    let driver =
        json!({ "name": "git-store", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    format!("{:#}\n", json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
}

fn describe(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.explanation },
        "defaultConfiguration": { "level": severity_name(rule.severity) },
    })
}

fn result(finding: &Finding) -> Value {
    let message = match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut place = json!({ "artifactLocation": { "uri": uri(&finding.path.to_string()) } });
    if let Some(span) = finding.span {
        place["region"] = region(span);
    }
    let mut location = json!({ "physicalLocation": place });
    if !finding.field.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": visible(&finding.field) }]);
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rules().position(|rule| rule.id == finding.rule),
        "level": severity_name(finding.severity),
        "message": { "text": visible(&message) },
        "locations": [location],
    })
}

fn region(span: Span) -> Value {
    json!({
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line.max(span.line),
        "endColumn": span.end_column,
    })
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
