//! `group-value`: fields that have one of a few values.

use super::{Check, Object, Problem, Rule, Scope};
use crate::model::Severity;

/// A field with the values that it can have.
struct Values {
    name: &'static str,
    values: &'static [&'static str],
    /// Whether kops takes an empty text for no value.
    may_be_empty: bool,
    /// How bad another value is.
    severity: Severity,
}

const FIELDS: &[Values] = &[
    Values {
        name: "tenancy",
        values: &["default", "dedicated", "host"],
        may_be_empty: true,
        severity: Severity::Error,
    },
    Values {
        name: "updatePolicy",
        values: &["automatic", "external"],
        may_be_empty: false,
        severity: Severity::Error,
    },
    Values {
        name: "manager",
        values: &["CloudGroup", "Karpenter"],
        may_be_empty: true,
        severity: Severity::Warning,
    },
];

pub(super) static RULE: Rule = Rule {
    id: "group-value",
    summary: "a field of an instance group with a value that it cannot have",
    explanation: "\
spec.tenancy is default, dedicated or host; spec.updatePolicy is automatic or external; \
spec.manager is CloudGroup or Karpenter. kops refuses other values of the first two, and takes any \
manager; with an unknown one nobody makes the machines.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    FIELDS.iter().filter_map(|values| look(group, values)).collect()
}

fn look(group: &Object<'_>, known: &Values) -> Option<Problem> {
    let field = group.field(&format!("spec.{}", known.name))?;
    let text = field.text()?;
    if known.values.contains(&text) || (text.is_empty() && known.may_be_empty) {
        return None;
    }
    let problem = field.problem(format!("{} is '{text}', which means nothing", known.name));
    let same = known.values.iter().find(|value| value.eq_ignore_ascii_case(text));
    let problem = problem.severity(known.severity);
    Some(match same {
        Some(value) => problem.help(format!("write {value}")).fix(*value, false),
        None => problem.help(format!("write one of {}", known.values.join(", "))),
    })
}
