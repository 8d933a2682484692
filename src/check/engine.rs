//! Runs rules over subjects.

use super::changes;
use super::file::File;
use super::object::{Kind, Object, Scope};
use super::policy::{self, Policy};
use super::problem::Problem;
use super::rules::{self, Check, Rule, policy as of_policy, rules};
use super::secrets;
use super::subject::{Change, Subject, TreeEntry};
use super::suppress;
use super::word::{self, Word};
use crate::model::{Finding, Key, Profile, Severity, TreePath};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
    /// How many findings a word allows.
    pub allowed: usize,
    /// The files that findings are about, as they were checked, with every secret replaced by
    /// `*`. The work tree may hold something else, and a server has none.
    #[serde(skip)]
    pub texts: BTreeMap<TreePath, String>,
}

impl Report {
    /// How bad the worst finding is.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// Whether a word could allow an error that was found.
    pub fn takes_word(&self) -> bool {
        let is_open = |finding: &Finding| rules::rule(finding.rule).is_some_and(Rule::takes_word);
        self.findings.iter().any(|finding| finding.severity == Severity::Error && is_open(finding))
    }

    /// The report for somebody who can still say a word: what is wrong only until then is a
    /// warning.
    #[must_use]
    pub fn before_words(mut self) -> Report {
        let is_change = |finding: &Finding| rules::rule(finding.rule).is_some_and(Rule::is_change);
        for finding in self.findings.iter_mut().filter(|finding| is_change(finding)) {
            finding.severity = Severity::Warning;
        }
        self
    }

    /// Adds another report, keeping the order. Of a file that both have, the other's text stays.
    #[must_use]
    pub fn merged(self, other: Report) -> Report {
        Self::of_all([self, other])
    }

    /// Several reports as one. What they all say of the same file, such as a policy file, is
    /// said once.
    pub fn of_all(reports: impl IntoIterator<Item = Report>) -> Report {
        let mut all = Report::default();
        for report in reports {
            all.findings.extend(report.findings);
            all.checked += report.checked;
            all.suppressed += report.suppressed;
            all.allowed += report.allowed;
            all.texts.extend(report.texts);
        }
        sort(&mut all.findings);
        all.findings.dedup();
        all
    }
}

/// How files are checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The layout of the store.
    pub profile: Profile,
    /// What the repository demands of its own.
    pub policy: Option<&'a Policy>,
    /// What is allowed this once.
    pub words: &'a [Word],
    /// The day on which it is checked; without it, nothing that is allowed for a time is over.
    pub today: Option<NaiveDate>,
}

impl From<Profile> for Options<'_> {
    fn from(profile: Profile) -> Self {
        Self { profile, ..Self::default() }
    }
}

/// Checks changed files, each with every rule.
pub fn check<'a>(subjects: &[Subject<'_>], options: impl Into<Options<'a>>) -> Report {
    let options = options.into();
    let profile = options.profile;
    let gone = removed_clusters(subjects, profile);
    let files: Vec<File<'_>> =
        subjects.iter().map(|subject| File::new(subject, profile, &gone)).collect();
    let mut found: Vec<Vec<Finding>> = files.iter().map(of_file).collect();
    if profile == Profile::Kops {
        of_objects(&files, options.policy, &mut found);
        of_changes(&files, options.policy, &mut found);
    }
    let mut report = Report::default();
    for (file, findings) in files.iter().zip(found) {
        conclude(file, findings, &options, &mut report);
    }
    report.findings.extend(options.policy.map(|policy| broken(policy, &files)).unwrap_or_default());
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

/// What is wrong with the policy file that counts. A change of that very file is looked at by
/// the rule instead, so that a broken one can be mended, or removed.
fn broken(policy: &Policy, files: &[File<'_>]) -> Vec<Finding> {
    let is_own = |file: &File<'_>| file.subject.path == *policy.path();
    let is_mended = files.iter().any(|file| is_own(file) && !file.subject.is_context);
    let problems = policy.problems().iter().filter(|_| !is_mended).cloned().collect();
    let say = |problem| finding(&of_policy::FILE, policy.path(), problem);
    limited(problems).into_iter().map(say).collect()
}

/// Checks the entries of a tree as the tree says them, before anything is made of their content.
pub fn check_tree(entries: &[TreeEntry]) -> Report {
    let mut report = Report { checked: entries.len(), ..Report::default() };
    for rule in rules() {
        if let Check::Tree(run) = rule.check {
            let found = run(entries).into_iter();
            report.findings.extend(found.map(|(path, problem)| finding(rule, &path, problem)));
        }
    }
    sort(&mut report.findings);
    report
}

/// What rules about files find.
fn of_file(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules().filter(|_| !file.subject.is_context) {
        let problems = match rule.check {
            Check::File(run) => run(file),
            Check::Yaml(run) => file.yaml().map(|yaml| run(file, yaml)).unwrap_or_default(),
            _ => Vec::new(),
        };
        findings.extend(findings_of(rule, file, problems));
    }
    findings
}

/// What rules about objects find.
fn of_objects(files: &[File<'_>], policy: Option<&Policy>, found: &mut [Vec<Finding>]) {
    let objects = files.iter().enumerate().flat_map(|(number, file)| Object::all(file, number));
    let objects: Vec<Object<'_>> = objects.collect();
    let all = Scope::all(&objects, files);
    let judged = policy.map(|policy| policy::judge(policy, files, &objects, &all));
    for (file, problems) in judged.unwrap_or_default() {
        found[file].extend(findings_of(&of_policy::POLICY, &files[file], problems));
    }
    let scopes: Vec<&Scope<'_>> = all.iter().filter(|scope| !scope.is_context()).collect();
    for rule in rules() {
        let mut by_file: BTreeMap<usize, Vec<Problem>> = BTreeMap::new();
        for (object, problems) in of_each(rule, &objects) {
            by_file.entry(object.file).or_default().extend(problems);
        }
        for (object, problems) in scopes.iter().flat_map(|scope| of_scope(rule, scope)) {
            by_file.entry(object.file).or_default().extend(problems);
        }
        for (file, problems) in by_file {
            found[file].extend(findings_of(rule, &files[file], problems));
        }
    }
}

/// What a rule finds in each object by itself.
fn of_each<'a>(rule: &Rule, objects: &'a [Object<'a>]) -> Vec<(&'a Object<'a>, Vec<Problem>)> {
    let Check::AnyKind(run) = rule.check else { return Vec::new() };
    let checked = objects.iter().filter(|object| !object.is_context);
    checked.map(|object| (object, run(object))).collect()
}

/// What a rule finds in a cluster with its groups, by object.
fn of_scope<'a>(rule: &Rule, scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Vec<Problem>)> {
    let checked = scope.checked();
    let of_kind = |kind| checked.iter().copied().filter(move |object| object.kind == kind);
    match rule.check {
        Check::Object(run) => checked.iter().map(|object| (*object, run(object, scope))).collect(),
        Check::Cluster(run) => of_kind(Kind::Cluster).map(|object| (object, run(object))).collect(),
        Check::Group(run) => {
            of_kind(Kind::InstanceGroup).map(|object| (object, run(object, scope))).collect()
        }
        Check::Scope(run) => {
            run(scope).into_iter().map(|(object, problem)| (object, vec![problem])).collect()
        }
        _ => Vec::new(),
    }
}

/// What rules about changes find.
fn of_changes(files: &[File<'_>], policy: Option<&Policy>, found: &mut [Vec<Finding>]) {
    let must_be_signed = policy.is_some_and(Policy::wants_signed_words);
    for (file, found) in files.iter().zip(found) {
        for (rule, problems) in changes::problems(file) {
            let hint =
                rule.takes_word().then(|| word::hint(rule.id, &file.subject.path, must_be_signed));
            let problems = problems.into_iter().map(|problem| problem.more_help(hint.as_deref()));
            found.extend(findings_of(rule, file, problems.collect()));
        }
    }
}

fn findings_of(rule: &'static Rule, file: &File<'_>, problems: Vec<Problem>) -> Vec<Finding> {
    let path = &file.subject.path;
    limited(problems).into_iter().map(|problem| finding(rule, path, problem)).collect()
}

/// Leaves out what comments and words allow, and strikes out secrets.
fn conclude(file: &File<'_>, findings: Vec<Finding>, options: &Options<'_>, report: &mut Report) {
    if file.subject.is_context && findings.is_empty() {
        return;
    }
    let path = &file.subject.path;
    let (findings, allowed) = without_allowed(findings, options.words);
    report.allowed += allowed;
    let before = findings.len();
    let comments = suppress::comments(file, options.today);
    let kept = suppress::apply(&comments, findings);
    report.suppressed += before - kept.len();
    let own = suppress::problems(&comments).take(MOST_PROBLEMS);
    let mut kept: Vec<Finding> = kept
        .into_iter()
        .chain(own.map(|problem| finding(&suppress::RULE, path, problem)))
        .collect();
    strike_out(file, &mut kept);
    if let Some(content) = file.content().filter(|_| !kept.is_empty()) {
        report.texts.insert(path.clone(), secrets::mask(content));
    }
    report.findings.extend(kept);
    report.checked += usize::from(!file.subject.is_context);
}

/// The findings that no word allows, and the number of the others.
fn without_allowed(findings: Vec<Finding>, words: &[Word]) -> (Vec<Finding>, usize) {
    let before = findings.len();
    let is_allowed = |finding: &Finding| words.iter().any(|word| word.allows(finding));
    let kept: Vec<_> = findings.into_iter().filter(|finding| !is_allowed(finding)).collect();
    let allowed = before - kept.len();
    (kept, allowed)
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
