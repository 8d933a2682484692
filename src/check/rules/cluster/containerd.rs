//! `containerd`: the container runtime is one that kops installs.

use super::{Check, Cloud, Field, Object, Problem, Rule, Scope, cloud};
use crate::check::duration::nanoseconds;
use crate::check::object::{GroupRole, Kind, Semver, role};
use crate::check::url::Url;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "containerd",
    summary: "settings of containerd do not fit, or crash kops",
    explanation: "\
kops installs containerd 2.1.0 and newer. A package of one's own is an address and its SHA-256, both \
or neither. kops crashes when nri is enabled without a version, which must be a full one then. GPUs \
of Nvidia work on AWS, and on OpenStack in instance groups; gVisor works in instance groups of role \
Node.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

const OLDEST: Semver = Semver::new(2, 1, 0);
/// The names of an address and of its hash, by architecture.
const PACKAGES: &[(&str, &str)] = &[("urlAmd64", "hashAmd64"), ("urlArm64", "hashArm64")];
/// The digits of a SHA-256.
const HASH: usize = 64;

fn check(object: &Object<'_>, scope: &Scope<'_>) -> Vec<Problem> {
    let Some(containerd) = object.field("spec.containerd") else { return Vec::new() };
    let cloud = scope.cluster.and_then(cloud);
    let packages = containerd.field("packages").into_iter().flat_map(of_packages);
    // kops does not look at those of runc, but the machines do.
    let runc = containerd.field("runc.packages").into_iter().flat_map(of_packages);
    let runc = runc.map(|problem| problem.severity(Severity::Warning));
    let single = [
        containerd.field("version").and_then(old_version),
        gpu(containerd, object.kind, cloud),
        gvisor(containerd, object),
    ];
    single.into_iter().flatten().chain(packages).chain(runc).chain(nri(containerd)).collect()
}

fn old_version(field: Field<'_>) -> Option<Problem> {
    let text = field.text()?;
    let message = match Semver::tolerant(text) {
        Some(version) if version >= OLDEST => return None,
        Some(_) => format!("kops installs containerd {OLDEST} and newer, not '{text}'"),
        None => format!("'{text}' is no version of containerd"),
    };
    Some(field.problem(message))
}

fn of_packages(packages: Field<'_>) -> Vec<Problem> {
    PACKAGES.iter().filter_map(|(url, hash)| package(packages, url, hash)).collect()
}

fn package(packages: Field<'_>, url: &str, hash: &str) -> Option<Problem> {
    let (url, hash) = match (packages.field(url), packages.field(hash)) {
        (Some(url), Some(hash)) => (url, hash),
        (Some(there), None) => {
            return Some(there.key_problem(format!("'{url}' needs '{hash}' beside it")));
        }
        (None, Some(there)) => {
            return Some(there.key_problem(format!("'{hash}' needs '{url}' beside it")));
        }
        (None, None) => return None,
    };
    if let Some(text) = url.text().filter(|text| Url::parse(text).is_none()) {
        return Some(url.problem(format!("'{text}' is no address")));
    }
    let digits = hash.text()?;
    let is_hash = digits.len() == HASH && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let problem = hash.problem(format!("a SHA-256 has {HASH} hexadecimal digits"));
    let severity = if digits.len() > HASH { Severity::Error } else { Severity::Warning };
    (!is_hash).then(|| problem.severity(severity))
}

fn nri(containerd: Field<'_>) -> Vec<Problem> {
    let Some(nri) = containerd.field("nri").filter(is_enabled) else { return Vec::new() };
    let version = match containerd.field("version") {
        None => Some(
            nri.key_problem("kops crashes when 'nri' is enabled and containerd has no 'version'"),
        ),
        Some(field) => field.text().filter(|text| Semver::strict(text).is_none()).map(|text| {
            field.problem(format!("with 'nri' it must be a version such as '2.1.4', not '{text}'"))
        }),
    };
    let timeouts = ["pluginRegistrationTimeout", "pluginRequestTimeout"];
    let timeouts = timeouts.iter().filter_map(|name| nri.field(name));
    version.into_iter().chain(timeouts.filter_map(no_time)).collect()
}

fn no_time(field: Field<'_>) -> Option<Problem> {
    let text = field.text()?;
    let is_none = nanoseconds(text)? <= 0;
    is_none.then(|| field.problem(format!("'{text}' is no time to wait")))
}

fn is_enabled(field: &Field<'_>) -> bool {
    field.field("enabled").and_then(|field| field.boolean()) == Some(true)
}

fn gpu(containerd: Field<'_>, kind: Kind, cloud: Option<Cloud>) -> Option<Problem> {
    let gpu = containerd.field("nvidiaGPU").filter(is_enabled)?;
    let message = match (cloud?, kind) {
        (Cloud::Aws, _) | (Cloud::OpenStack, Kind::InstanceGroup) => return None,
        (Cloud::OpenStack, _) => "on OpenStack GPUs belong into instance groups",
        _ => "kops knows GPUs only on AWS and OpenStack",
    };
    Some(gpu.key_problem(message))
}

fn gvisor(containerd: Field<'_>, object: &Object<'_>) -> Option<Problem> {
    let gvisor = containerd.field("gvisor")?;
    let message = match (object.kind, role(object)) {
        (Kind::Cluster, _) => "gVisor belongs into instance groups",
        (_, Some(GroupRole::Node) | None) => return None,
        (_, Some(_)) if !is_enabled(&gvisor) => return None,
        _ => "gVisor works only in instance groups of role Node",
    };
    Some(gvisor.key_problem(message))
}
