//! `dns-type`: how machines find the API server.

use super::{Check, Problem, Rule};
use crate::check::object::{Cloud, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "dns-type",
    summary: "topology.dns.type is unknown, or does not suit the cloud",
    explanation: "\
topology.dns.type is Public, Private or None, spelt like this; Public where it is missing. Azure, \
Hetzner, Linode and bare metal have None alone, DigitalOcean and Scaleway no Private. kops refuses \
anything else.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const PATH: &str = "spec.topology.dns.type";

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    of_type(cluster).into_iter().collect()
}

fn of_type(cluster: &Object<'_>) -> Option<Problem> {
    let written = cluster.root().text_at(PATH)?;
    let is = if written.is_empty() { "Public" } else { written };
    if !["Public", "Private", "None"].contains(&is) {
        let problem = cluster.missing(PATH, format!("'{is}' is no type of DNS"));
        return Some(problem.help("write one of Public, Private, None"));
    }
    if let Some((cloud, help)) = cloud(cluster).and_then(|is_on| Some((is_on, instead(is_on, is)?)))
    {
        let problem = cluster.missing(PATH, format!("kops has no DNS of type '{is}' on {cloud}"));
        return Some(problem.help(help));
    }
    let field = cluster.field(PATH).filter(|_| written.is_empty())?;
    let problem = field.problem("an empty type means 'Public'").severity(Severity::Warning);
    Some(problem.help("write one of Public, Private, None"))
}

/// What to write instead of a type that the cloud does not have.
fn instead(cloud: Cloud, is: &str) -> Option<&'static str> {
    match (cloud, is) {
        (_, "None") => None,
        (Cloud::Azure | Cloud::Hetzner | Cloud::Linode | Cloud::Metal, _) => {
            Some("write 'type: None' in topology.dns")
        }
        (Cloud::DigitalOcean | Cloud::Scaleway, "Private") => Some("write 'Public' or 'None'"),
        _ => None,
    }
}
