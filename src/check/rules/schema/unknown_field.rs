//! `unknown-field`: a key that kops does not know.

use super::{Check, Object, Problem, Rule, each_value};
use crate::check::nearest::nearest;
use crate::check::object::{Field, Version};
use crate::check::schema::renames::{of_kind, rest_of};
use crate::check::schema::{Schema, Visit};
use crate::model::Severity;
use crate::yaml::{Resolved, resolve};

pub(super) static RULE: Rule = Rule {
    id: "unknown-field",
    summary: "a field that kops does not know",
    explanation: "\
kops reads over fields that it does not know, and drops them with its next write: a misspelt \
setting has no effect, and a misspelt networking plugin is no plugin. Names are case-sensitive. \
Each version of kops' types has names of its own, and clusters and instance groups have different \
fields. Some unknown fields were spread by kops' own examples; these are warnings.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::AnyKind(check),
};

fn check(object: &Object<'_>) -> Vec<Problem> {
    each_value(object, |visit, field| match visit.field {
        Some(known) if known.is("unknown") => {
            Some(problem(object, visit, field).severity(Severity::Warning))
        }
        None if visit.kind.is_none() && !is_odd(visit) => Some(problem(object, visit, field)),
        _ => None,
    })
}

/// Whether the key is no text, which `yaml-1.1` says.
fn is_odd(visit: &Visit<'_>) -> bool {
    let plain = visit.key.and_then(|key| key.plain());
    plain.is_some_and(|text| resolve(text) != Resolved::Text)
}

fn problem(object: &Object<'_>, visit: &Visit<'_>, field: Field<'_>) -> Problem {
    let (parent, name) = visit.path.rsplit_once('.').unwrap_or(("", &visit.path));
    let place = if parent.is_empty() { object.kind_name() } else { parent };
    let problem = field.key_problem(format!("kops knows no field '{name}' in {place}"));
    if let Some(help) = renamed(object, &visit.path) {
        return problem.help(help);
    }
    let schema = Schema::of(object.version);
    let siblings = schema.below(object.kind_name(), parent).map(|field| field.name());
    match nearest(name, siblings) {
        Some(meant) => problem.help(format!("write '{meant}' if that is meant")).fix(meant, false),
        None => problem.help(elsewhere(object, &visit.path, name)),
    }
}

/// What the field is called in this version, where it has its name from the other one.
fn renamed(object: &Object<'_>, path: &str) -> Option<String> {
    let rows = of_kind(object.kind_name()).map(|row| match object.version {
        Version::V1Alpha2 => (row.old, row.new),
        Version::V1Alpha3 => (row.new, row.old),
    });
    let rows = rows.filter(|(own, _)| rest_of(own, path).is_none());
    let whole = rows.clone().find_map(|(own, other)| {
        let rest = rest_of(path, other)?;
        Some(format!("write it as '{own}{rest}', which is its name in this version"))
    });
    whole.or_else(|| {
        let (own, part) =
            rows.clone().find_map(|(own, other)| Some((own, rest_of(other, path)?)))?;
        let part = part.trim_start_matches(['.', '[', ']']);
        Some(format!("in this version '{part}' of it is '{own}'"))
    })
}

/// Where kops knows the name, or what to do else.
fn elsewhere(object: &Object<'_>, path: &str, name: &str) -> String {
    let schema = Schema::of(object.version);
    let kinds = ["Cluster", "InstanceGroup"].into_iter();
    let mut others = kinds.filter(|kind| *kind != object.kind_name());
    if let Some(kind) = others.find(|kind| schema.field(kind, path).is_some()) {
        return format!("'{path}' is a field of kind {kind}");
    }
    let mut own = schema.named(object.kind_name(), name);
    match (own.next(), own.next()) {
        (Some(field), None) => format!("kops reads it as '{}'", field.path()),
        _ => "remove it, or move it to where it belongs".to_owned(),
    }
}
