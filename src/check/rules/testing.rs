//! What the tests of several groups of rules need.

use super::Rule;
use crate::check::output::severity_name;
use crate::check::{Subject, check};
use crate::model::{Class, Finding, Key, Profile, TreePath, path};
use std::borrow::Cow;

/// A manifest that is only looked at.
pub(super) fn manifest(text: &str) -> Subject<'_> {
    Subject {
        path: TreePath::from("cluster.yaml"),
        mode: 0o100_644,
        key: None,
        path_error: None,
        class: Class::Desired,
        is_manifest: true,
        is_context: false,
        old: Some(Cow::Borrowed(text.as_bytes())),
        new: Some(Cow::Borrowed(text.as_bytes())),
    }
}

/// A file of a store, before and after.
pub(super) fn stored<'a>(key: &str, old: Option<&'a str>, new: Option<&'a str>) -> Subject<'a> {
    let key = Key::from(key);
    let bytes = |text: &'a str| Cow::Borrowed(text.as_bytes());
    Subject {
        path: path::encode(&key, false),
        mode: 0o100_644,
        class: Profile::Kops.class(&key),
        key: Some(key),
        path_error: None,
        is_manifest: false,
        is_context: false,
        old: old.map(bytes),
        new: new.map(bytes),
    }
}

/// What some rules find: `rule severity line:column field`, one a line.
pub(super) fn found(subjects: &[Subject<'_>], rules: &[&Rule]) -> Vec<String> {
    let findings = check(subjects, Profile::Kops).findings;
    let own = findings.iter().filter(|finding| rules.iter().any(|rule| rule.id == finding.rule));
    own.map(show).collect()
}

/// A finding in one line.
pub(super) fn show(finding: &Finding) -> String {
    let place = finding.span.map(|span| format!("{}:{}", span.line, span.column));
    let parts = [
        Some(finding.rule.to_owned()),
        Some(severity_name(finding.severity).to_owned()),
        place,
        Some(finding.field.clone()).filter(|field| !field.is_empty()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
