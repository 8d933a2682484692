//! `rolling-update`: how many machines are replaced at a time.

use super::{Check, Field, Object, Problem, Rule, Scope, last_name};
use crate::check::object::{GroupRole, role};
use crate::model::Severity;
use crate::yaml::Data;

pub(super) static RULE: Rule = Rule {
    id: "rolling-update",
    summary: "a rolling update could not go on, or goes too fast",
    explanation: "\
rollingUpdate.maxUnavailable and maxSurge are whole numbers or percentages such as 25%, not below \
0. kops refuses both being 0, for then no machine could be replaced: a percentage of \
maxUnavailable below 100% counts as 0 here. Groups of the control plane cannot surge. With 100% or \
more of maxUnavailable all machines go at once.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, _: &Scope<'_>) -> Vec<Problem> {
    let unavailable = object.field("spec.rollingUpdate.maxUnavailable");
    let surge = object.field("spec.rollingUpdate.maxSurge");
    let amounts = [unavailable, surge].into_iter().flatten().filter_map(not_an_amount);
    let others = [
        surge.and_then(|surge| stuck(surge, unavailable)),
        surge.filter(|_| role(object) == Some(GroupRole::ControlPlane)).and_then(on_control_plane),
        unavailable.filter(|_| surge.is_none()).and_then(none_at_a_time),
        unavailable.and_then(all_at_once),
    ];
    amounts.chain(others.into_iter().flatten()).collect()
}

/// How many machines, or how much of a hundred.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Amount {
    Machines(i64),
    Percent(i64),
}

impl Amount {
    /// `None` for a wrong type and for a text that is no percentage.
    fn of(field: Field<'_>) -> Option<Self> {
        match field.value.data {
            Data::Integer(number) => Some(Self::Machines(number)),
            Data::Text(text) => text.strip_suffix('%')?.parse().ok().map(Self::Percent),
            _ => None,
        }
    }

    fn number(self) -> i64 {
        match self {
            Self::Machines(number) | Self::Percent(number) => number,
        }
    }
}

fn not_an_amount(field: Field<'_>) -> Option<Problem> {
    let text = field.text();
    match (Amount::of(field), text) {
        (Some(amount), _) if amount.number() < 0 => {
            Some(field.problem(format!("'{}' cannot be negative", last_name(&field))))
        }
        (None, Some(text)) => {
            let problem = field.problem(format!("'{text}' is neither a number nor a percentage"));
            Some(problem.help("write a number without quotes, or one with '%'"))
        }
        _ => None,
    }
}

/// Neither may a machine be missing nor one too many. kops asks how many of one machine may be
/// missing, rounding down.
fn stuck(surge: Field<'_>, unavailable: Option<Field<'_>>) -> Option<Problem> {
    let is_none = match Amount::of(unavailable?)? {
        Amount::Machines(number) => number == 0,
        Amount::Percent(number) => (0..100).contains(&number),
    };
    let is_stuck = is_none && Amount::of(surge)?.number() == 0;
    let message = "'maxSurge' cannot be 0 when 'maxUnavailable' is 0 or below 100%";
    is_stuck.then(|| surge.problem(message))
}

fn on_control_plane(surge: Field<'_>) -> Option<Problem> {
    let is_surge = Amount::of(surge)?.number() > 0;
    is_surge.then(|| surge.key_problem("groups of the control plane cannot surge"))
}

fn none_at_a_time(field: Field<'_>) -> Option<Problem> {
    let is_none = Amount::of(field)?.number() == 0;
    let message = "no machine may be missing, so that without 'maxSurge' none can be replaced";
    is_none.then(|| field.problem(message).severity(Severity::Warning))
}

fn all_at_once(field: Field<'_>) -> Option<Problem> {
    let is_all = matches!(Amount::of(field)?, Amount::Percent(number) if number >= 100);
    let message = "all machines of a group are replaced at once";
    is_all.then(|| field.problem(message).severity(Severity::Warning))
}
