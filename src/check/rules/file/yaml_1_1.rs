//! `yaml-1.1`: what kops reads as something else than is written.

use super::{Check, File, Problem, Rule};
use crate::model::Severity;
use crate::yaml::{Node, Resolved, Visit, Yaml, resolve, walk};

pub(super) static RULE: Rule = Rule {
    id: "yaml-1.1",
    summary: "kops reads the value as another type than it seems to have",
    explanation: "\
kops reads YAML 1.1: without quotes, y, n, yes, no, on and off are booleans, 012 is ten, 0x1F, 0b11, \
1_000, +1, .5 and 08 are numbers, and .inf and .nan make it refuse the file. Most other programs \
write and read YAML 1.2, where many of these are text. A text in their form makes the object \
unreadable to kops (\"cannot unmarshal bool into string\"): an etcd member named n is enough. Where \
kops expects text, plain numbers and true and false need quotes as well. Put the value in quotes if \
it is text; write true, false or a decimal number if it is not.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Yaml(check),
};

fn check(_: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let mut problems = Vec::new();
    for document in &yaml.documents {
        walk(&document.root, &mut |visit| {
            problems.extend(visit.key.and_then(|key| of_key(visit.path, key)));
            problems.extend(of_value(visit));
        });
    }
    problems
}

fn of_key(path: &str, key: &Node) -> Option<Problem> {
    let text = key.plain()?;
    let read = match resolve(text) {
        Resolved::HiddenBoolean(value) => value.to_string(),
        Resolved::OddNumber(value) => {
            value.map_or_else(|| "a number".to_owned(), |value| value.to_string())
        }
        Resolved::NoNumber => return Some(refused(path, key, text)),
        Resolved::Null if !text.is_empty() => "null".to_owned(),
        _ => return None,
    };
    let message = format!("kops reads the key '{text}' as {read}");
    Some(quoted(Problem::at(key.span, message).field(path), text, true))
}

fn of_value(visit: &Visit<'_>) -> Option<Problem> {
    let text = visit.node.plain()?;
    let is_text = expects_text(visit.path);
    let at = |message: String| Problem::at(visit.node.span, message).field(visit.path);
    let problem = match resolve(text) {
        Resolved::HiddenBoolean(value) => {
            let is_short = text.len() == 1;
            let severity = if is_text || is_short { Severity::Error } else { Severity::Warning };
            let help = format!("write '{value}' if that is meant, else \"{text}\" in quotes");
            at(format!("kops reads '{text}' as the boolean {value}")).severity(severity).help(help)
        }
        Resolved::OddNumber(value) => {
            let read =
                value.map_or_else(|| "a number".to_owned(), |value| format!("the number {value}"));
            at(format!("kops reads '{text}' as {read}")).severity(usual(is_text))
        }
        Resolved::NoNumber => return Some(refused(visit.path, visit.node, text)),
        Resolved::Boolean(_) if is_text => {
            at(format!("kops expects text here and reads '{text}' as a boolean"))
        }
        Resolved::Number if is_text => {
            at(format!("kops expects text here and reads '{text}' as a number"))
        }
        Resolved::Null if is_text && !text.is_empty() => {
            at(format!("kops reads '{text}' as nothing")).severity(Severity::Warning)
        }
        _ => return None,
    };
    Some(quoted(problem, text, is_text))
}

fn usual(is_text: bool) -> Severity {
    if is_text { Severity::Error } else { Severity::Warning }
}

fn refused(path: &str, node: &Node, text: &str) -> Problem {
    let message =
        format!("kops reads '{text}' as a number that JSON has no form for, and refuses the file");
    quoted(Problem::at(node.span, message).field(path), text, false)
}

/// Offers quotes; safe only where text is expected, since elsewhere a boolean may be meant.
fn quoted(problem: Problem, text: &str, is_safe: bool) -> Problem {
    let problem = if problem.help.is_none() {
        problem.help(format!("write \"{text}\" in quotes"))
    } else {
        problem
    };
    problem.fix(format!("\"{text}\""), is_safe)
}

/// Maps whose values are text.
const TEXT_MAPS: &[&str] = &["labels", "annotations", "nodeLabels", "cloudLabels", "matchLabels"];
/// Lists whose items are text.
const TEXT_LISTS: &[&str] =
    &["zones", "sshAccess", "kubernetesApiAccess", "taints", "additionalNetworkCIDRs"];
/// Fields of a cluster or instance group that are text wherever they occur.
const TEXT_FIELDS: &[&str] = &[
    "name",
    "instanceGroup",
    "kubernetesVersion",
    "image",
    "machineType",
    "cidr",
    "zone",
    "role",
    "cloudProvider",
    "channel",
    "configBase",
    "networkCIDR",
    "nonMasqueradeCIDR",
    "masterPublicName",
    "networkID",
    "apiVersion",
    "kind",
];

/// Whether kops expects text at a path, whatever the object.
fn expects_text(path: &str) -> bool {
    let (parent, last) = match path.rfind(['.', '[']) {
        Some(at) => (&path[..at], path[at..].trim_start_matches('.')),
        None => ("", path),
    };
    // In `labels["a.b/c"]` the key is in quotes and may hold dots and brackets itself.
    let map =
        if path.ends_with("\"]") { path.split("[\"").next().unwrap_or_default() } else { parent };
    let name_of = |path: &str| path.rsplit(['.', ']']).next().unwrap_or_default().to_owned();
    let is_item = last.starts_with('[') && !last.starts_with("[\"");
    let is_variable = last == "value"
        && parent.ends_with(']')
        && name_of(parent.split('[').next().unwrap_or_default()) == "env"
        || parent.contains(".env[") && last == "value";
    (is_item && TEXT_LISTS.contains(&name_of(parent).as_str()))
        || (!is_item && TEXT_MAPS.contains(&name_of(map).as_str()))
        || TEXT_FIELDS.contains(&last)
        || is_variable
}

#[cfg(test)]
mod tests {
    use super::expects_text;

    #[test]
    fn where_text_is_expected() {
        for path in [
            "metadata.labels[\"kops.k8s.io/cluster\"]",
            "metadata.labels.a",
            "spec.zones[0]",
            "metadata.name",
            "spec.etcdClusters[0].etcdMembers[1].name",
            "spec.etcdClusters[0].manager.env[0].value",
            "spec.nodeLabels[\"a.b\"]",
        ] {
            assert!(expects_text(path), "{path}");
        }
        for path in [
            "",
            "spec.minSize",
            "spec.kubelet.maxPods",
            "metadata.labels",
            "spec.subnets[0]",
            "spec.x.value",
        ] {
            assert!(!expects_text(path), "{path}");
        }
    }
}
