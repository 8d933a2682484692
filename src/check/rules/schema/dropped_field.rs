//! `dropped-field`: what kops reads and then loses.

use super::{Check, Object, Problem, Rule, each_value};
use crate::check::object::Field;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "dropped-field",
    summary: "a field that kops reads and then loses or turns around",
    explanation: "\
Some fields are still part of kops' types, but nothing is made of them: kops drops the value when \
it reads the object, and with its next write the field is gone. Most of them are old settings of \
cilium. In instance groups `hooks[].disabled` is read inverted: `disabled: false` switches the \
hook off, `disabled: true` leaves it on. Remove such fields; leave a hook out to switch it off.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

fn check(object: &Object<'_>) -> Vec<Problem> {
    each_value(object, |visit, field| {
        let known = visit.field.filter(|_| !visit.value.is_null())?;
        let severity = if known.is("written") { Severity::Warning } else { Severity::Error };
        match (known.is("dropped"), known.is("inverted")) {
            (true, _) => Some(dropped(field).severity(severity)),
            (_, true) => inverted(field),
            _ => None,
        }
    })
}

fn dropped(field: Field<'_>) -> Problem {
    let problem = field.key_problem("kops makes nothing of this field and drops it");
    problem.help("remove it")
}

fn inverted(field: Field<'_>) -> Option<Problem> {
    let is_set = field.boolean()?;
    let (read, help) = match is_set {
        true => ("leaves the hook on", "remove the hook"),
        false => ("switches the hook off", "remove the field"),
    };
    let message = format!("kops reads this field of instance groups inverted: '{is_set}' {read}");
    Some(field.problem(message).help(help))
}
