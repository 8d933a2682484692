//! `sysctl-parameters`: a parameter of the kernel is given as `name=value`.

use super::{Check, Field, Object, Problem, Rule, Scope, limited};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "sysctl-parameters",
    summary: "a kernel parameter is not given as name=value",
    explanation: "\
Each of spec.sysctlParameters is one line for sysctl, such as vm.max_map_count=262144. kops refuses \
lines without '='.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, _: &Scope<'_>) -> Vec<Problem> {
    let lines = object.field("spec.sysctlParameters").map(|field| field.items());
    limited(lines.unwrap_or_default().into_iter().filter_map(without_value))
}

fn without_value(line: Field<'_>) -> Option<Problem> {
    let text = line.text().or(line.value.is_null().then_some(""))?;
    let message = format!("'{text}' has no '='; write it as name=value");
    (!text.contains('=')).then(|| line.problem(message))
}
