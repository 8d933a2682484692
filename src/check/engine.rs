//! Runs rules over subjects.

use super::file::File;
use super::problem::Problem;
use super::rules::{Check, RULES, Rule};
use super::subject::{Change, Subject, TreeEntry};
use super::suppress;
use crate::model::{Finding, Key, Profile, Severity, TreePath};
use serde::Serialize;
use std::collections::BTreeSet;

/// What came of a check.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Report {
    /// The findings, by path and line.
    pub findings: Vec<Finding>,
    /// How many files or entries were looked at. A caller that expects work and sees 0 here has
    /// checked nothing and must not call that a success.
    pub checked: usize,
    /// How many findings a comment with a reason allows.
    pub suppressed: usize,
}

impl Report {
    /// How bad the worst finding is.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// Adds another report, keeping the order.
    #[must_use]
    pub fn merged(mut self, other: Report) -> Report {
        self.findings.extend(other.findings);
        self.checked += other.checked;
        self.suppressed += other.suppressed;
        sort(&mut self.findings);
        self
    }
}

/// Checks changed files, each with every rule.
pub fn check(subjects: &[Subject<'_>], profile: Profile) -> Report {
    let mut report = Report::default();
    let gone = removed_clusters(subjects, profile);
    for subject in subjects {
        check_one(&File::new(subject, profile, &gone), &mut report);
    }
    sort(&mut report.findings);
    report
}

/// Clusters whose configuration is removed: with it goes all that kops has generated for them.
fn removed_clusters(subjects: &[Subject<'_>], profile: Profile) -> BTreeSet<Key> {
    let removed = subjects.iter().filter(|subject| subject.change() == Change::Removed);
    let cluster = |key: &Key| {
        let cluster = profile.cluster(key)?;
        (key.as_bytes().strip_prefix(cluster.as_bytes()) == Some(b"/config")).then_some(cluster)
    };
    removed.filter_map(|subject| cluster(subject.key.as_ref()?)).collect()
}

/// Checks the entries of a tree as the tree says them, before anything is made of their content.
pub fn check_tree(entries: &[TreeEntry]) -> Report {
    let mut report = Report { checked: entries.len(), ..Report::default() };
    for rule in RULES {
        if let Check::Tree(run) = rule.check {
            let found = run(entries).into_iter();
            report.findings.extend(found.map(|(path, problem)| finding(rule, &path, problem)));
        }
    }
    sort(&mut report.findings);
    report
}

fn check_one(file: &File<'_>, report: &mut Report) {
    let path = &file.subject.path;
    let mut findings = Vec::new();
    for rule in RULES {
        let problems = match rule.check {
            Check::File(run) => run(file),
            Check::Yaml(run) => file.yaml().map(|yaml| run(file, yaml)).unwrap_or_default(),
            Check::Tree(_) | Check::Engine => Vec::new(),
        };
        findings.extend(limited(problems).into_iter().map(|problem| finding(rule, path, problem)));
    }
    let before = findings.len();
    let comments = suppress::comments(file);
    let kept = suppress::apply(&comments, findings);
    report.suppressed += before - kept.len();
    let own = suppress::problems(&comments).take(MOST_PROBLEMS);
    let mut kept: Vec<Finding> = kept
        .into_iter()
        .chain(own.map(|problem| finding(&suppress::RULE, path, problem)))
        .collect();
    strike_out(file, &mut kept);
    report.findings.extend(kept);
    report.checked += 1;
}

/// The most problems of one rule in one file that are reported.
pub(super) const MOST_PROBLEMS: usize = 100;
/// The most characters of a message.
const LONGEST_MESSAGE: usize = 400;
/// The most secrets that are struck out one by one.
const MOST_SECRETS: usize = 500;

/// Keeps the first problems, and says that there are more.
fn limited(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.len() > MOST_PROBLEMS {
        problems.truncate(MOST_PROBLEMS);
        if let Some(last) = problems.last_mut() {
            last.message.push_str(" (and more of this kind below)");
        }
    }
    problems
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text,
    }
}

fn finding(rule: &'static Rule, path: &TreePath, problem: Problem) -> Finding {
    Finding {
        rule: rule.id,
        severity: problem.severity.unwrap_or(rule.severity),
        path: path.clone(),
        field: problem.field,
        span: problem.span,
        message: problem.message,
        help: problem.help,
        fix: problem.fix,
    }
}

/// Takes secrets out of whatever a rule quoted from the file.
///
/// A rule need not know about secrets: `password: 0123` is a finding of `yaml-1.1` too, and
/// must not show the password.
fn strike_out(file: &File<'_>, findings: &mut [Finding]) {
    let Some(content) = file.content() else { return };
    if file.hits().len() > MOST_SECRETS {
        findings.iter_mut().for_each(say_no_more);
    } else {
        for secret in file.hits().iter().map(|hit| hit.text(content)) {
            findings.iter_mut().for_each(|finding| finding.strike_out(&secret));
        }
    }
    // Last, so that no part of a secret is left at the end.
    for finding in findings {
        finding.message = shortened(std::mem::take(&mut finding.message));
        finding.help = finding.help.take().map(shortened);
    }
}

/// Leaves only what quotes nothing.
fn say_no_more(finding: &mut Finding) {
    let summary = super::rules::rule(finding.rule).map(|rule| rule.summary);
    finding.message = summary.unwrap_or_default().to_owned();
    (finding.field, finding.help, finding.fix) = (String::new(), None, None);
}

/// Removing text from a finding.
trait StrikeOut {
    fn strike_out(&mut self, secret: &str);
}

impl StrikeOut for Finding {
    fn strike_out(&mut self, secret: &str) {
        let clean = |text: &mut String| {
            if !secret.is_empty() && text.contains(secret) {
                *text = text.replace(secret, "***");
            }
        };
        clean(&mut self.message);
        clean(&mut self.field);
        self.help.as_mut().map(clean);
        if self.fix.as_ref().is_some_and(|fix| fix.replacement.contains(secret)) {
            self.fix = None;
        }
    }
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.path.clone(), finding.span, finding.rule);
        key(a).cmp(&key(b))
    });
}
