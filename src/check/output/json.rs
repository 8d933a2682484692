//! JSON for programs.

use super::escape::visible;
use crate::check::Report;
use serde_json::{Value, json as value};

/// The report as JSON: an object with `version`, `checked`, `suppressed`, `allowed` and `findings`.
pub fn json(report: &Report) -> String {
    let mut findings = value!(report.findings);
    escape(&mut findings);
    let whole = value!({
        "version": 1,
        "checked": report.checked,
        "suppressed": report.suppressed,
        "allowed": report.allowed,
        "findings": findings,
    });
    format!("{whole:#}\n")
}

/// JSON escapes control characters itself, but not those that turn the direction of text.
fn escape(value: &mut Value) {
    match value {
        Value::String(text) if text != "\n" => *text = visible(text),
        Value::Array(items) => items.iter_mut().for_each(escape),
        Value::Object(fields) => fields.values_mut().for_each(escape),
        _ => {}
    }
}
