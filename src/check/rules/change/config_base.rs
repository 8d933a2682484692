//! `change-config-base`: what belongs to a cluster stays where it is.

use super::{Changed, Check, Object, Problem, Rule, cluster, compared, difference, named};
use crate::check::object::Field;
use crate::model::Severity;

/// Fields, and where they point below the base unless they say otherwise.
const PARTS: &[(&str, &str)] = &[("spec.keyStore", "pki"), ("spec.secretStore", "secrets")];

pub(super) static RULE: Rule = Rule {
    id: "change-config-base",
    summary: "a cluster's files, keys, secrets or backups move to another place",
    explanation: "\
configBase, keyStore, secretStore and backupStore say where kops and the machines find what belongs \
to the cluster. kops moves nothing there: where the keys are missing it makes new ones, and every \
machine and user loses the cluster's trust. Copy everything first, with keys and secrets, and change \
all of these fields together.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let base = difference(old, new, "spec.configBase", None);
    let base = base.filter(|_| text(old, "spec.configBase") != text(new, "spec.configBase"));
    let parts = PARTS.iter().filter_map(|(path, folder)| part(old, new, path, folder));
    base.into_iter().chain(parts).chain(backups(old, new)).collect()
}

/// A place without the `/` at its end.
fn text<'a>(object: &'a Object<'_>, path: &str) -> Option<&'a str> {
    object.text(path).map(|text| text.trim_end_matches('/'))
}

fn part(old: &Object<'_>, new: &Object<'_>, path: &str, folder: &str) -> Option<Problem> {
    let (before, after) = (old.field(path), new.field(path));
    if own(old, before, folder) == own(new, after, folder) {
        return None;
    }
    let name = path.strip_prefix("spec.").unwrap_or(path);
    let message = compared(name, before, after, None)?;
    Some(match after {
        Some(field) => field.problem(message),
        None => new.missing(path, message),
    })
}

fn backups(old: &Object<'_>, new: &Object<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let after = named(new.fields("spec.etcdClusters[]"));
    for (name, etcd) in named(old.fields("spec.etcdClusters[]")) {
        let Some(after) = after.get(name) else { continue };
        let folder = format!("backups/etcd/{name}");
        let (before, now) = (etcd.field("backups.backupStore"), after.field("backups.backupStore"));
        if own(old, before, &folder) == own(new, now, &folder) {
            continue;
        }
        let what = format!("backupStore of the etcd cluster '{name}'");
        let message = compared(&what, before, now, None);
        problems.extend(message.map(|message| now.unwrap_or(*after).problem(message)));
    }
    problems
}

/// The place that a field names, unless it is the one below the base that kops takes anyway.
fn own<'a>(object: &Object<'_>, field: Option<Field<'a>>, folder: &str) -> Option<&'a str> {
    let place = field?.text()?.trim_end_matches('/');
    let base = text(object, "spec.configBase");
    let usual = base.map(|base| format!("{base}/{folder}"));
    (usual.as_deref() != Some(place)).then_some(place)
}
