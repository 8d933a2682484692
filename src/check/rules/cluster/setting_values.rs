//! `setting-values`: settings that know only some values have one of them.

use super::{Check, Field, Object, Problem, Rule, last_name, limited};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "setting-values",
    summary: "a setting of the cluster has a value that kops does not know",
    explanation: "\
Some settings know only a few values, spelt in one way: kops compares letter by letter and refuses \
everything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

/// A setting and the values that kops knows for it.
type Setting = (&'static str, &'static [&'static str]);

const LOG_FORMATS: &[&str] = &["text", "json"];

/// Settings for which an empty text is a value like any other.
const STRICT: &[Setting] = &[
    ("spec.updatePolicy", &["automatic", "external"]),
    ("spec.cloudConfig.nlbSecurityGroupMode", &["Managed"]),
];

/// Settings for which an empty text means nothing.
const USUAL: &[Setting] = &[
    ("spec.clusterAutoscaler.expander", EXPANDERS),
    ("spec.containerRuntime", &["containerd"]),
    ("spec.etcdClusters[].provider", &["Manager"]),
    ("spec.externalDns.provider", &["dns-controller", "external-dns", "none"]),
    ("spec.kubeAPIServer.logFormat", LOG_FORMATS),
];

/// Settings of `spec.kubelet` and `spec.masterKubelet`.
const KUBELET: &[Setting] = &[
    ("logFormat", LOG_FORMATS),
    ("memorySwapBehavior", &["LimitedSwap", "UnlimitedSwap"]),
    ("topologyManagerPolicy", &["none", "best-effort", "restricted", "single-numa-node"]),
];

const EXPANDERS: &[&str] = &["least-waste", "random", "most-pods", "price", "priority"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let root = cluster.root();
    let kubelets = ["spec.kubelet", "spec.masterKubelet"].into_iter();
    let kubelets = kubelets.filter_map(|path| cluster.field(path)).flat_map(of_kubelet);
    let strict = of(root, STRICT).filter_map(|(field, values)| unknown(field, values));
    limited(usual(root, USUAL).into_iter().chain(strict).chain(kubelets))
}

/// The problems of a kubelet.
pub(super) fn of_kubelet(kubelet: Field<'_>) -> Vec<Problem> {
    usual(kubelet, KUBELET)
}

fn usual(parent: Field<'_>, settings: &'static [Setting]) -> Vec<Problem> {
    let set = of(parent, settings).filter(|(field, _)| field.text() != Some(""));
    limited(set.filter_map(|(field, values)| unknown(field, values)))
}

/// The settings that are there, each with its values.
fn of<'a>(
    parent: Field<'a>,
    settings: &'static [Setting],
) -> impl Iterator<Item = (Field<'a>, &'static [&'static str])> {
    settings.iter().flat_map(move |(path, values)| {
        parent.fields(path).into_iter().map(|field| (field, *values))
    })
}

/// A problem of a text that is none of the values.
fn unknown(field: Field<'_>, values: &[&str]) -> Option<Problem> {
    let text = field.text().filter(|text| !values.contains(text))?;
    let name = last_name(&field);
    let problem = field.problem(format!("'{text}' is no value of '{name}' that kops knows"));
    let meant = values.iter().find(|value| value.eq_ignore_ascii_case(text.trim()));
    Some(match meant {
        Some(meant) => problem.help(format!("write '{meant}'")).fix(*meant, false),
        None => problem.help(format!("write {}", values.join(" or "))),
    })
}
