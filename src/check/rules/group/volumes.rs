//! `group-volumes`: further disks of a machine, and where they are mounted.

use super::{Check, Object, Problem, Rule, Scope, one_of, required};
use crate::check::object::Field;
use crate::model::Severity;
use std::collections::BTreeSet;

/// The file systems that kops takes. It spells btrfs wrongly, and refuses the right name.
const FILE_SYSTEMS: &[&str] = &["ext4", "xfs", "btfs"];

pub(super) static RULE: Rule = Rule {
    id: "group-volumes",
    summary: "volumes or mounts of an instance group that are incomplete or clash",
    explanation: "\
kops refuses a volume without a device or with a size below 1, and a mount without a device, a path \
or one of the file systems ext4 and xfs. (It refuses btrfs as well, because it only knows a \
misspelt 'btfs', which no machine can mount.) It overlooks two volumes with one device, and two \
mounts with one device or path; only one of them can be there.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let volumes = items(group, "spec.volumes");
    let mounts = items(group, "spec.volumeMounts");
    let mut problems: Vec<Problem> = volumes.iter().flat_map(volume).collect();
    problems.extend(mounts.iter().flat_map(mount));
    problems.extend(repeated(&volumes, "device"));
    problems.extend(repeated(&mounts, "device"));
    problems.extend(repeated(&mounts, "path"));
    problems
}

fn items<'a>(group: &'a Object<'_>, path: &str) -> Vec<Field<'a>> {
    group.field(path).map(|field| field.items()).unwrap_or_default()
}

fn volume(volume: &Field<'_>) -> Vec<Problem> {
    let device = required(volume, "device", "the volume has no device");
    let device = device.map(|problem| problem.help("write one, such as 'device: /dev/xvdf'"));
    let message = "the size of the volume is not greater than 0";
    let size = match volume.field("size") {
        None => Some(volume.key_problem("the volume has no size")),
        Some(field) => field.integer().filter(|size| *size <= 0).map(|_| field.problem(message)),
    };
    let size = size.map(|problem| problem.help("write the size in GB"));
    device.into_iter().chain(size).collect()
}

fn mount(mount: &Field<'_>) -> Vec<Problem> {
    let device = required(mount, "device", "the mount has no device");
    let path = required(mount, "path", "the mount has no path");
    let missing = device.into_iter().chain(path).map(|problem| problem.help("write one"));
    let known = one_of(mount, "filesystem", FILE_SYSTEMS);
    let known = known.map(|problem| problem.help("write one of ext4, xfs"));
    let misspelt = mount.field("filesystem").filter(|field| field.text() == Some("btfs"));
    let misspelt = misspelt.map(|field| {
        let problem = field.problem("there is no file system 'btfs', though kops takes it");
        problem.severity(Severity::Warning).help("write one of ext4, xfs")
    });
    missing.chain(known).chain(misspelt).collect()
}

/// Items with a text that another one has before them.
fn repeated(items: &[Field<'_>], name: &str) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let fields = items.iter().filter_map(|item| item.field(name));
    let texts = fields.filter_map(|field| Some((field, field.text().filter(|t| !t.is_empty())?)));
    let again = texts.filter(|(_, text)| !seen.insert(*text));
    let problem = |(field, text): (Field<'_>, &str)| {
        let problem = field.problem(format!("the {name} '{text}' is used twice"));
        problem.severity(Severity::Warning).help("use another one, or remove one of the two")
    };
    again.map(problem).collect()
}
