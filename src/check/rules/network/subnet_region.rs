//! `subnet-region`: where a subnet lies.

use super::ranges::subnets;
use super::{Check, Problem, Rule, limited};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "subnet-region",
    summary: "a subnet's region or zone does not suit the cloud",
    explanation: "\
On Azure, DigitalOcean, GCE and Linode each subnet names its region, the same for all. Subnets of \
GCE have no zone, for they reach over a whole region. kops refuses anything else. On AWS each \
subnet that kops makes needs a zone, which kops notices only on an update.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let subnets = subnets(cluster);
    match cloud(cluster) {
        Some(Cloud::Azure | Cloud::DigitalOcean | Cloud::Linode) => regions(&subnets),
        Some(Cloud::Gce) => {
            let mut problems = regions(&subnets);
            problems.extend(subnets.iter().filter_map(with_zone));
            problems
        }
        Some(Cloud::Aws) => limited(subnets.iter().filter_map(without_zone)),
        _ => Vec::new(),
    }
}

fn regions(subnets: &[Field<'_>]) -> Vec<Problem> {
    let first = subnets.iter().find_map(|subnet| subnet.filled("region")?.text());
    let of_subnet = |subnet: &Field<'_>| match subnet.text_at("region")? {
        "" => {
            let problem = subnet.missing("region", "the subnet has no region");
            Some(problem.help("write its region, the same for all subnets"))
        }
        region => {
            let first = first.filter(|first| *first != region)?;
            let message = format!("the region is '{region}', but that of another subnet '{first}'");
            let problem = subnet.missing("region", message);
            Some(problem.help("a cluster lies in one region"))
        }
    };
    limited(subnets.iter().filter_map(of_subnet))
}

fn with_zone(subnet: &Field<'_>) -> Option<Problem> {
    let zone = subnet.filled("zone")?;
    let problem = zone.key_problem("a subnet of GCE has no zone");
    Some(problem.help("remove the line; instance groups have zones"))
}

fn without_zone(subnet: &Field<'_>) -> Option<Problem> {
    let message = "the subnet has no zone";
    let problem = || subnet.missing("zone", message).severity(Severity::Warning);
    let is_made = subnet.filled("id").is_none();
    (is_made && subnet.text_at("zone")?.is_empty())
        .then(|| problem().help("write its zone, such as eu-west-1a"))
}
