//! `hooks`: a hook says what to run.

use super::{Check, Field, Object, Problem, Rule, Scope, is_set, last_name, limited};
use crate::check::object::{Kind, Version};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "hooks",
    summary: "a hook says nothing to run, or contradicts itself, or is switched off by mistake",
    explanation: "\
A hook is a unit of systemd: either the lines of a manifest or an execContainer with an image. With \
useRawManifest the manifest is the whole unit, so that execContainer, before and requires cannot \
stand beside it. In instance groups of v1alpha2 kops reads 'disabled' the wrong way round: \
'disabled: false' switches a hook off, 'disabled: true' leaves it on. Leave the field out there, and \
remove a hook that is not wanted.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, _: &Scope<'_>) -> Vec<Problem> {
    let is_inverted = object.kind == Kind::InstanceGroup && object.version == Version::V1Alpha2;
    let hooks = object.field("spec.hooks").map(|field| field.items()).unwrap_or_default();
    limited(hooks.into_iter().flat_map(|hook| of_hook(hook, is_inverted)))
}

fn of_hook(hook: Field<'_>, is_inverted: bool) -> Vec<Problem> {
    let disabled = hook.field("disabled").and_then(|field| Some((field, field.boolean()?)));
    let inverted = disabled.filter(|_| is_inverted).map(|(field, disabled)| {
        let effect = if disabled { "leaves the hook on" } else { "switches the hook off" };
        let message =
            format!("kops reads 'disabled' the wrong way round in a group: this {effect}");
        let help = "leave 'disabled' out; remove a hook that is not wanted";
        field.key_problem(message).severity(Severity::Warning).help(help)
    });
    let is_off = disabled.is_some_and(|(_, disabled)| disabled != is_inverted);
    let wrong = if is_off { Vec::new() } else { contradictions(hook) };
    inverted.into_iter().chain(wrong).collect()
}

fn contradictions(hook: Field<'_>) -> Vec<Problem> {
    let container = hook.field("execContainer");
    let is_raw = hook.field("useRawManifest").and_then(|field| field.boolean()) == Some(true);
    let has_manifest = is_set(hook.field("manifest"));
    let beside = ["execContainer", "before", "requires"].iter().filter(|_| is_raw);
    let beside = beside.filter_map(|name| hook.field(name)).map(|field| {
        let name = last_name(&field);
        field.key_problem(format!("'{name}' cannot stand beside 'useRawManifest: true'"))
    });
    let nothing = match () {
        () if !has_manifest && container.is_none() => {
            Some(hook.problem("the hook has neither 'manifest' nor 'execContainer'"))
        }
        () if !has_manifest && is_raw => {
            Some(hook.problem("'useRawManifest: true' needs a 'manifest'"))
        }
        () => None,
    };
    let no_image = container.filter(|container| !is_set(container.field("image")));
    let no_image =
        no_image.map(|field| field.key_problem("the container of the hook has no 'image'"));
    nothing.into_iter().chain(no_image).chain(beside).collect()
}
