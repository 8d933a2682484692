//! Comments that allow a finding: `# git-store: allow RULE reason`.

use super::file::File;
use super::lines::{line_span, lines};
use super::problem::Problem;
use super::rules::{self, Check, Rule};
use crate::model::{Finding, Severity, Span};

const MARK: &str = "# git-store: allow";

/// Said of comments that allow nothing.
pub(super) static RULE: Rule = Rule {
    id: "suppression",
    summary: "a comment that should allow a finding does not",
    explanation: "\
A finding is allowed by a comment on its line, or on a line of its own above it:

    # git-store: allow yaml-1.1 the field is a boolean
    enabled: yes

The rule's name and a reason are both needed. Rules about key material, pointers, generated \
files, paths and trees cannot be allowed by a comment, and neither can this one. A secret that is \
allowed with `secret-plain` passes the check; when the file comes back from the store it is \
still kept out of git. kops drops comments whenever it writes a file itself.",
    severity: Severity::Warning,
    suppressible: false,
    check: Check::Engine,
};

/// One such comment.
pub(super) struct Comment {
    rule: String,
    has_reason: bool,
    span: Span,
    /// The line that it speaks of.
    line: usize,
}

/// Finds the comments of a file.
pub(super) fn comments(file: &File<'_>) -> Vec<Comment> {
    let content = file.content().filter(|_| file.subject.key.is_some()).unwrap_or_default();
    let has_mark = content.windows(MARK.len()).any(|part| part == MARK.as_bytes());
    let mut comments: Vec<Comment> = Vec::new();
    let mut waiting = 0;
    for (number, line) in lines(content).filter(|_| has_mark) {
        let is_comment = line.trim_start().starts_with('#');
        if let Some(comment) = comment(number, &line) {
            comments.push(comment);
            waiting += usize::from(is_comment);
        }
        if !is_comment {
            comments
                .iter_mut()
                .rev()
                .filter(|c| c.line == 0)
                .take(waiting)
                .for_each(|c| c.line = number);
            waiting = 0;
        }
    }
    comments
}

fn comment(number: usize, line: &str) -> Option<Comment> {
    let (before, after) = line.split_once(MARK)?;
    let stands_alone = before.trim().is_empty();
    let mut words = after.split_whitespace();
    let rule = words.next().unwrap_or_default().to_owned();
    let has_reason = words.next().is_some();
    let span = line_span(number, line);
    Some(Comment { rule, has_reason, span, line: if stands_alone { 0 } else { number } })
}

impl Comment {
    fn is_valid(&self) -> bool {
        self.has_reason && rules::rule(&self.rule).is_some_and(Rule::takes_comment)
    }

    fn allows(&self, finding: &Finding) -> bool {
        let covers = |span: Span| (span.line..=span.end_line).contains(&self.line);
        finding.span.is_some_and(covers) && self.rule == finding.rule && self.is_valid()
    }
}

/// Leaves out what a comment allows.
pub(super) fn apply(comments: &[Comment], findings: Vec<Finding>) -> Vec<Finding> {
    findings.into_iter().filter(|finding| !comments.iter().any(|c| c.allows(finding))).collect()
}

/// What is wrong with the comments themselves.
pub(super) fn problems(comments: &[Comment]) -> impl Iterator<Item = Problem> {
    comments.iter().filter(|comment| !comment.is_valid()).map(|comment| {
        let message = match rules::rule(&comment.rule) {
            None => "the comment allows no rule that exists",
            Some(rule) if !rule.takes_comment() => {
                "the comment allows a rule that cannot be allowed"
            }
            Some(_) => "the comment gives no reason, so it allows nothing",
        };
        Problem::at(comment.span, message).help(format!("write '{MARK} RULE reason'"))
    })
}
