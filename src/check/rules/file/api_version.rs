//! `api-version`: the object is what its place says.

use super::{Check, File, Problem, Rule};
use crate::check::place::Role;
use crate::model::Severity;
use crate::yaml::{Node, Yaml};

const VERSIONS: &[&str] =
    &["kops.k8s.io/v1alpha2", "kops.k8s.io/v1alpha3", "kops/v1alpha2", "kops/v1alpha3"];

pub(super) static RULE: Rule = Rule {
    id: "api-version",
    summary: "apiVersion or kind is not the one of this place",
    explanation: "\
kops expects a Cluster in `config` and an InstanceGroup in `instancegroup/NAME`, each with the \
apiVersion kops.k8s.io/v1alpha2. With another group kops takes the object for some object that \
it does not know, and the cluster or group is gone as far as kops is concerned.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let Some(document) = yaml.documents.first() else { return Vec::new() };
    let kind = match file.role() {
        Role::Cluster => "Cluster",
        Role::InstanceGroup => "InstanceGroup",
        Role::Addons | Role::Manifest | Role::Other => return Vec::new(),
    };
    let kind = wrong(&document.root, "kind", &[kind]);
    kind.into_iter().chain(wrong(&document.root, "apiVersion", VERSIONS)).collect()
}

fn wrong(root: &Node, field: &str, allowed: &[&str]) -> Option<Problem> {
    let value = root.get(field)?;
    let text = value.text().unwrap_or_default();
    if allowed.contains(&text) {
        return None;
    }
    let message = format!("{field} is '{text}', but kops expects '{}' here", allowed[0]);
    let problem = Problem::at(value.span, message).field(field);
    Some(problem.help(format!("write '{field}: {}'", allowed[0])).fix(allowed[0], false))
}
