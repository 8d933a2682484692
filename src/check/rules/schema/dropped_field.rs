//! `dropped-field`: what kops reads and then loses.

use super::{Check, Object, Problem, Rule, each_value};
use crate::check::object::Field;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "dropped-field",
    summary: "a field that kops reads and then loses",
    explanation: "\
Some fields are still part of kops' types, but nothing is made of them: kops drops the value when \
it reads the object, and with its next write the field is gone. Most of them are old settings of \
cilium. Remove them.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::AnyKind(check),
};

fn check(object: &Object<'_>) -> Vec<Problem> {
    each_value(object, |visit, field| {
        let known = visit.field.filter(|_| !visit.value.is_null())?;
        let severity = if known.is("written") { Severity::Warning } else { Severity::Error };
        known.is("dropped").then(|| dropped(field).severity(severity))
    })
}

fn dropped(field: Field<'_>) -> Problem {
    let problem = field.key_problem("kops makes nothing of this field and drops it");
    problem.help("remove it")
}
