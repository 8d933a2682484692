//! `kube-proxy-settings`: kube-proxy is given ranges and an address.

use super::{Check, Field, Object, Problem, Rule, limited};
use crate::check::cidr::Cidr;
use crate::check::url::Url;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "kube-proxy-settings",
    summary: "a setting of kube-proxy is no range of addresses, or no address",
    explanation: "\
spec.kubeProxy.ipvsExcludeCidrs lists ranges such as 10.0.0.0/8, and spec.kubeProxy.master, which is \
best left out, is the address of an API server, such as https://api.example.com. kops refuses \
anything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let ranges = cluster.fields("spec.kubeProxy.ipvsExcludeCidrs[]");
    let ranges = ranges.into_iter().filter_map(no_range);
    limited(ranges.chain(cluster.field("spec.kubeProxy.master").and_then(no_server)))
}

fn no_range(field: Field<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| Cidr::around(text).is_none())?;
    Some(field.problem(format!("'{text}' is no range of addresses, such as 10.0.0.0/8")))
}

fn no_server(field: Field<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| !text.is_empty())?;
    let url = Url::parse(text).filter(|url| !url.scheme.is_empty() && !url.host.is_empty());
    let message = format!("'{text}' is no address of a server, such as https://api.example.com");
    url.is_none().then(|| field.problem(message))
}
