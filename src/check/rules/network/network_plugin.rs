//! `network-plugin`: one plugin connects the pods.

use super::ranges::is_ipv6_only;
use super::{Check, Problem, Rule};
use crate::check::object::{Cloud, Field, Object, Semver, cloud};

use crate::model::Severity;
use crate::yaml::Data;

pub(super) static RULE: Rule = Rule {
    id: "network-plugin",
    summary: "networking has no plugin, several, or one that is gone or does not suit the cluster",
    explanation: "\
networking holds one plugin with its settings, such as 'cilium: {}'. kops refuses several, those \
that it gave up (classic, external, canal, weave, romana, lyftvpc), amazonvpc outside of AWS and \
gce outside of GCE, and with IPv6 alone those that have no IPv6. With none at all, also because a \
name is misspelt or has no value ('cilium:'), it builds a cluster whose pods have no network.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

/// A plugin that kops knows.
struct Plugin {
    name: &'static str,
    /// The only cloud that has it.
    cloud: Option<Cloud>,
    has_ipv6: bool,
}

const fn plugin(name: &'static str, cloud: Option<Cloud>, has_ipv6: bool) -> Plugin {
    Plugin { name, cloud, has_ipv6 }
}

const PLUGINS: &[Plugin] = &[
    plugin("amazonvpc", Some(Cloud::Aws), false),
    plugin("calico", None, true),
    plugin("cilium", None, true),
    plugin("cni", None, true),
    plugin("flannel", None, false),
    plugin("gce", Some(Cloud::Gce), false),
    plugin("kindnet", None, true),
    plugin("kopeio", None, false),
    plugin("kubenet", None, false),
    plugin("kuberouter", None, false),
];

/// Plugins that kops gave up, some of them with a version of Kubernetes.
const GONE: &[(&str, Option<Semver>)] = &[
    ("canal", Some(Semver::new(1, 28, 0))),
    ("classic", None),
    ("external", Some(Semver::new(1, 26, 0))),
    ("lyftvpc", None),
    ("romana", None),
    ("weave", None),
];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(networking) = cluster.field("spec.networking") else {
        return vec![none(cluster)];
    };
    if !matches!(networking.value.data, Data::Map(_)) {
        return Vec::new();
    }
    let chosen: Vec<(&Plugin, Field<'_>)> = PLUGINS
        .iter()
        .filter_map(|plugin| Some((plugin, networking.field(plugin.name)?)))
        .collect();
    let mut problems = gone(cluster, &networking);
    if chosen.is_empty() && problems.is_empty() {
        problems.push(none(cluster));
    }
    problems.extend(several(&chosen));
    problems.extend(chosen.iter().filter_map(|(plugin, field)| unsuited(cluster, plugin, field)));
    problems
}

fn none(cluster: &Object<'_>) -> Problem {
    let problem = cluster.missing("spec.networking", "networking has no plugin that kops knows");
    let names: Vec<&str> = PLUGINS.iter().map(|plugin| plugin.name).collect();
    let help = format!("write one of {}, such as 'cilium: {{}}'", names.join(", "));
    problem.help(help).severity(Severity::Warning)
}

fn gone(cluster: &Object<'_>, networking: &Field<'_>) -> Vec<Problem> {
    let kubernetes = cluster.text("spec.kubernetesVersion").and_then(Semver::kubernetes);
    let of_plugin = |(name, since): &(&str, Option<Semver>)| {
        let field = networking.field(name)?;
        let still = since.is_some_and(|since| kubernetes.is_some_and(|version| version < since));
        let problem = || field.key_problem(format!("kops has no plugin '{name}' any more"));
        (!still).then(|| problem().help("move the cluster to another one, such as cilium"))
    };
    GONE.iter().filter_map(of_plugin).collect()
}

fn several(chosen: &[(&Plugin, Field<'_>)]) -> Option<Problem> {
    let (_, field) = chosen.get(1)?;
    let names: Vec<&str> = chosen.iter().map(|(plugin, _)| plugin.name).collect();
    let problem = field.key_problem(format!("several plugins are chosen: {}", names.join(", ")));
    Some(problem.help("leave one of them"))
}

fn unsuited(cluster: &Object<'_>, plugin: &Plugin, field: &Field<'_>) -> Option<Problem> {
    let is_on = cloud(cluster);
    if let Some(only) = plugin.cloud.filter(|only| is_on.is_some_and(|is_on| is_on != *only)) {
        let problem = field.key_problem(format!("only {only} has the plugin '{}'", plugin.name));
        return Some(problem.help("choose another one, such as cilium"));
    }
    let message = format!("the plugin '{}' has no IPv6", plugin.name);
    let problem = || field.key_problem(message).help("choose another one, such as cilium");
    (!plugin.has_ipv6 && is_ipv6_only(cluster)).then(problem)
}
