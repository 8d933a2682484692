//! What checks found.
//!
//! The formats are the checks' own, in [`crate::check::output`]: commands that are asked for JSON,
//! SARIF or annotations go there. Here is what other commands say in passing.

use super::text::{RED, YELLOW, count, escape, one_line, paint};
use crate::model::{Finding, Severity};
use anstyle::Style;

/// One line a finding, and the summary; nothing if there is no finding.
pub fn text(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = findings.iter().map(line).collect();
    format!("{}\n{}\n", lines.join("\n"), summary(findings))
}

/// A finding in one line, without a line feed.
pub fn line(finding: &Finding) -> String {
    let place = match finding.span {
        Some(span) => format!("{}:{}:{}", finding.path, span.line, span.column),
        None => finding.path.to_string(),
    };
    let (style, word) = severity(finding.severity);
    let label = paint(style, format!("{word}[{}]", escape(finding.rule)));
    format!("{place}: {label}: {}", one_line(&finding.message))
}

fn severity(severity: Severity) -> (Style, &'static str) {
    match severity {
        Severity::Error => (RED, "error"),
        Severity::Warning => (YELLOW, "warning"),
        Severity::Note => (Style::new(), "note"),
    }
}

/// How many findings of each severity, such as `1 error, 2 warnings`.
pub fn summary(findings: &[Finding]) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|wanted| {
            let number = findings.iter().filter(|f| f.severity == wanted).count();
            (number > 0).then(|| count(number, severity(wanted).1))
        })
        .collect();
    match counts.is_empty() {
        true => "no findings".to_owned(),
        false => counts.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{plain, visible};
    use super::*;
    use crate::model::{Span, TreePath};

    fn finding(severity: Severity, span: Option<Span>) -> Finding {
        Finding {
            rule: "yaml-1.1",
            severity,
            path: TreePath::from("c/config"),
            field: String::new(),
            span,
            message: "odd\n\u{1b}[2Jvalue".into(),
            help: None,
            fix: None,
        }
    }

    #[test]
    fn one_line_a_finding() {
        let span = Span { line: 3, column: 5, end_line: 3, end_column: 6 };
        let findings = [finding(Severity::Error, Some(span)), finding(Severity::Warning, None)];
        insta::assert_snapshot!(plain(&text(&findings)), @r#"
    c/config:3:5: error[yaml-1.1]: odd \u{1b}[2Jvalue
    c/config: warning[yaml-1.1]: odd \u{1b}[2Jvalue
    1 error, 1 warning
    "#);
        insta::assert_snapshot!(visible(&text(&findings[..1])), @r#"
    c/config:3:5: ␛[31merror[yaml-1.1]␛[0m: odd \u{1b}[2Jvalue
    1 error
    "#);
        assert_eq!(text(&[]), "");
        assert_eq!(summary(&[]), "no findings");
    }
}
