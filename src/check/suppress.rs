//! Comments that allow a finding: `# git-store: allow RULE reason`.

use super::file::File;
use super::lines::{line_span, lines};
use super::problem::Problem;
use super::rules::{self, Check, Rule};
use crate::model::{Finding, Severity, Span};
use chrono::NaiveDate;

const MARK: &str = "# git-store: allow";

/// Said of comments that allow nothing.
pub(super) static RULE: Rule = Rule {
    id: "suppression",
    summary: "a comment that should allow a finding does not",
    explanation: "\
A finding is allowed by a comment on its line, or on a line of its own above it:

    # git-store: allow yaml-1.1 the field is a boolean
    enabled: yes

The rule's name and a reason are both needed. `until 2027-01-31` before the reason sets a last \
day, after which the finding is back. Rules about key material, pointers, generated \
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
    /// The last day, and whether it is over; an error: what stands there is no date.
    until: Option<Result<NaiveDate, ()>>,
    is_over: bool,
    has_reason: bool,
    span: Span,
    /// The line that it speaks of.
    line: usize,
}

/// Finds the comments of a file. Without a day, no comment is over.
pub(super) fn comments(file: &File<'_>, today: Option<NaiveDate>) -> Vec<Comment> {
    let is_read = file.subject.key.is_some() || file.subject.is_manifest;
    let content = file.content().filter(|_| is_read).unwrap_or_default();
    let has_mark = content.windows(MARK.len()).any(|part| part == MARK.as_bytes());
    let mut comments: Vec<Comment> = Vec::new();
    let mut waiting = 0;
    for (number, line) in lines(content).filter(|_| has_mark) {
        let is_comment = line.trim_start().starts_with('#');
        if let Some(comment) = comment(number, &line, today) {
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

fn comment(number: usize, line: &str, today: Option<NaiveDate>) -> Option<Comment> {
    let (before, after) = line.split_once(MARK)?;
    let stands_alone = before.trim().is_empty();
    let mut words = after.split_whitespace().peekable();
    let rule = words.next().unwrap_or_default().to_owned();
    let has_end = words.next_if_eq(&"until").is_some();
    let until = has_end.then(|| words.next().unwrap_or_default().parse().map_err(drop));
    let is_over = until.is_some_and(|until| until.is_ok_and(|last| Some(last) < today));
    let has_reason = words.next().is_some();
    let span = line_span(number, line);
    let line = if stands_alone { 0 } else { number };
    Some(Comment { rule, until, is_over, has_reason, span, line })
}

impl Comment {
    fn is_valid(&self) -> bool {
        let is_good = self.has_reason && !self.is_over && self.until != Some(Err(()));
        is_good && rules::rule(&self.rule).is_some_and(Rule::takes_comment)
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
            Some(_) if comment.is_over => "the comment's last day is over",
            Some(_) if comment.until == Some(Err(())) => {
                "the comment's last day is no date such as 2027-01-31"
            }
            Some(_) => "the comment gives no reason, so it allows nothing",
        };
        Problem::at(comment.span, message).help(format!("write '{MARK} RULE reason'"))
    })
}
