//! `calico`: settings of Calico that need or exclude each other.

use super::ranges::is_ipv6_only;
use super::{Check, Problem, Rule};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "calico",
    summary: "settings of Calico contradict each other or the cluster",
    explanation: "\
With IPv6 alone, Calico's encapsulationMode is none, its awsSrcDstCheck DoNothing, and there is no \
wireguardEnabled; without, encapsulationMode is not none, and on Azure it is vxlan. ipipMode and \
vxlanMode other than Never need the encapsulationMode of the same name. typhaReplicas is not \
negative. kops refuses anything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(calico) = cluster.field("spec.networking.calico") else { return Vec::new() };
    let found = [
        of_encapsulation(cluster, &calico),
        of_mode(&calico, "ipipMode", "ipip"),
        of_mode(&calico, "vxlanMode", "vxlan"),
        of_typha(&calico),
    ];
    let ipv6 = if is_ipv6_only(cluster) { of_ipv6(&calico) } else { Vec::new() };
    found.into_iter().flatten().chain(ipv6).collect()
}

fn of_encapsulation(cluster: &Object<'_>, calico: &Field<'_>) -> Option<Problem> {
    let field = calico.filled("encapsulationMode")?;
    let text = field.text()?;
    let is_ipv6_only = is_ipv6_only(cluster);
    let (message, help) = if is_ipv6_only != (text == "none") {
        match is_ipv6_only {
            true => (format!("'{text}' has no IPv6"), "write 'none'"),
            false => (format!("'{text}' is for IPv6 alone"), "write 'ipip' or 'vxlan'"),
        }
    } else if cloud(cluster) == Some(Cloud::Azure) && text != "vxlan" {
        (format!("Azure has no '{text}'"), "write 'vxlan'")
    } else {
        return None;
    };
    Some(field.problem(message).help(help))
}

fn of_mode(calico: &Field<'_>, name: &str, needed: &str) -> Option<Problem> {
    let field = calico.filled(name)?;
    let mode = field.text().filter(|mode| *mode != "Never")?;
    let encapsulation = calico.filled("encapsulationMode")?.text().filter(|is| *is != needed)?;
    let message = format!("{name} '{mode}' contradicts encapsulationMode '{encapsulation}'");
    let help = format!("write 'Never', or 'encapsulationMode: {needed}'");
    Some(field.problem(message).help(help))
}

fn of_typha(calico: &Field<'_>) -> Option<Problem> {
    let field = calico.field("typhaReplicas")?;
    let replicas = field.integer().filter(|replicas| *replicas < 0)?;
    Some(field.problem(format!("{replicas} is no number of replicas")).help("write 0 or more"))
}

fn of_ipv6(calico: &Field<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let check = calico.filled("awsSrcDstCheck");
    if let Some((field, text)) = check.and_then(|field| Some((field, field.text()?)))
        && text != "DoNothing"
    {
        let problem = field.problem(format!("'{text}' is not possible with IPv6 alone"));
        problems.push(problem.help("write 'DoNothing'"));
    }
    if calico.is_true("wireguardEnabled") {
        let message = "Calico has no WireGuard with IPv6 alone";
        problems.push(calico.missing("wireguardEnabled", message).help("remove the line"));
    }
    problems
}
