//! Annotations of GitHub Actions: one workflow command a finding.

use super::escape::visible;
use crate::check::Report;
use crate::model::{Finding, Severity};

/// The report as workflow commands.
pub fn github(report: &Report) -> String {
    report.findings.iter().map(command).collect()
}

fn command(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = format!("file={}", property(&finding.path.to_string()));
    if let Some(span) = finding.span {
        properties.push_str(&format!(",line={},endLine={}", span.line, span.end_line));
        // GitHub refuses columns that span several lines.
        if span.line == span.end_line {
            properties.push_str(&format!(",col={},endColumn={}", span.column, span.end_column));
        }
    }
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let title = property(&format!("git-store {}", finding.rule));
    format!("::{level} {properties},title={title}::{}\n", data(&format!("{}{help}", finding.message)))
}

/// Escapes the message of a command.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// Escapes a property of a command. What is no text stands for itself: a carriage return or line
/// feed becomes a sign, so that no second command can begin.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
