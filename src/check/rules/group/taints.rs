//! `group-taints`: taints that Kubernetes can read.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::Field;
use crate::model::Severity;
use std::collections::BTreeSet;

const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
const HELP: &str = "write 'KEY=VALUE:EFFECT' with NoSchedule, PreferNoSchedule or NoExecute";

pub(super) static RULE: Rule = Rule {
    id: "group-taints",
    summary: "a taint that nodes cannot have",
    explanation: "\
A taint is written KEY=VALUE:EFFECT or KEY:EFFECT, with the effect NoSchedule, PreferNoSchedule or \
NoExecute. kops refuses one with a second ':' or '=', and the same taint twice. It takes the rest as \
it is, and the machines then fail to join the cluster: an unknown effect, none at all, no key, \
or two taints with the same key and effect.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let mut seen = Seen::default();
    let Some(taints) = group.field("spec.taints") else { return Vec::new() };
    taints.items().iter().filter_map(|field| look(field, &mut seen)).collect()
}

/// The taints so far.
#[derive(Default)]
struct Seen<'a> {
    whole: BTreeSet<&'a str>,
    effects: BTreeSet<(&'a str, &'a str)>,
}

fn look<'a>(field: &Field<'a>, seen: &mut Seen<'a>) -> Option<Problem> {
    let text = if field.value.is_null() { "" } else { field.text()? };
    if !seen.whole.insert(text) {
        let problem = field.problem(format!("the taint '{text}' is there twice"));
        return Some(problem.help("remove one of them"));
    }
    let Some(taint) = Taint::read(text) else {
        let problem = field.problem(format!("'{text}' is no taint: it has a ':' or '=' too many"));
        return Some(problem.help(HELP));
    };
    let is_new = seen.effects.insert((taint.key, taint.effect));
    let message = taint.fault().or((!is_new).then_some("has key and effect of another one"))?;
    let problem = field.problem(format!("the taint '{text}' {message}"));
    Some(problem.severity(Severity::Warning).help(HELP))
}

/// A taint as kops takes it apart.
struct Taint<'a> {
    key: &'a str,
    value: &'a str,
    effect: &'a str,
}

impl<'a> Taint<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let Some((before, effect)) = text.split_once(':') else {
            return Some(Self { key: text, value: "", effect: "" });
        };
        let (key, value) = before.split_once('=').unwrap_or((before, ""));
        let is_taint = !effect.contains(':') && !value.contains('=');
        is_taint.then_some(Self { key, value, effect })
    }

    /// What Kubernetes would not take.
    fn fault(&self) -> Option<&'static str> {
        let is_text = |text: &str| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
            text.chars().all(is_part)
        };
        match self {
            _ if self.effect.is_empty() => Some("has no effect"),
            _ if !EFFECTS.contains(&self.effect) => Some("has an effect that is unknown"),
            _ if self.key.is_empty() => Some("has no key"),
            _ if !is_text(self.key) || !is_text(self.value) => {
                Some("has characters that are not allowed")
            }
            _ => None,
        }
    }
}
