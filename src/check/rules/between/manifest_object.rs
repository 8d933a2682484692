//! `manifest-object`: every part of a manifest is an object that kops takes.

use super::{Check, File, Problem, Rule};
use crate::check::lines::{lines, point};
use crate::check::place::Role;
use crate::model::Severity;
use crate::yaml::{Content, Node, Yaml};

const GROUPS: &[&str] = &["kops.k8s.io", "kops"];
const VERSIONS: &[&str] = &["v1alpha2", "v1alpha3"];
const KINDS: &[&str] = &["Cluster", "InstanceGroup", "Keyset", "SSHCredential", "Host"];
const SEPARATOR: &str = "---";
/// Lines that make no object.
const NOTHING: &[&str] = &["", "...", "null", "~"];

pub(super) static RULE: Rule = Rule {
    id: "manifest-object",
    summary: "a part of a manifest that is no object, or none that kops knows",
    explanation: "\
kops reads a manifest in parts, between lines that are exactly `---`. It refuses the file for a part \
without an object, such as the one behind a last `---`, for an object without a kind, and for a \
kind or version of kops' own that does not exist. An object with another apiVersion, or none, is \
somebody else's for kops: a Cluster or InstanceGroup is then as good as gone.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    if file.role() != Role::Manifest || yaml.error.is_some() {
        return Vec::new();
    }
    let empty =
        parts(file.content().unwrap_or_default()).into_iter().filter_map(|part| part.fault());
    let roots = yaml.documents.iter().map(|document| &document.root);
    let objects = roots.filter(|root| !root.is_null()).filter_map(object);
    empty.chain(objects).collect()
}

/// What stands between two separators.
#[derive(Default)]
struct Part {
    first_line: usize,
    is_first: bool,
    has_text: bool,
    /// The line of a separator that ends nothing, or 0.
    separator: usize,
}

/// The parts of a file: a `---` that begins a part does not end it.
fn parts(content: &[u8]) -> Vec<Part> {
    let begin = |first_line| Part { first_line, ..Part::default() };
    let last = lines(content).count();
    let mut parts = vec![Part { is_first: true, ..begin(1) }];
    for (number, line) in lines(content) {
        let Some(part) = parts.last_mut() else { break };
        let is_ended = number < last || content.ends_with(b"\n");
        if line != SEPARATOR {
            let text = line.trim();
            part.has_text |= !text.starts_with('#') && !NOTHING.contains(&text);
        } else if number > part.first_line && is_ended {
            parts.push(begin(number + 1));
        } else {
            part.separator = number;
        }
    }
    parts
}

impl Part {
    fn fault(&self) -> Option<Problem> {
        let behind = self.first_line.saturating_sub(1).max(1);
        // kops passes over a separator that follows another one at once.
        let (line, severity, message) = match self {
            Self { has_text: false, is_first: true, .. } => {
                (1, Severity::Error, "no object stands here")
            }
            Self { has_text: false, .. } => {
                (behind, Severity::Error, "no object stands behind this '---'")
            }
            Self { separator: 1.., is_first: false, .. } => {
                (self.separator, Severity::Warning, "a '---' that separates nothing")
            }
            _ => return None,
        };
        Some(Problem::at(point(line, 1), message).severity(severity).help("remove the '---'"))
    }
}

fn object(root: &Node) -> Option<Problem> {
    if !matches!(root.content, Content::Mapping(_)) {
        let problem = Problem::at(root.span, "this is no object, only a single value or a list");
        return Some(problem.help("remove it, or restore the object"));
    }
    let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
    if kind.is_empty() {
        let problem = Problem::at(root.span, "the object has no kind");
        return Some(problem.help("restore its beginning, with apiVersion and kind"));
    }
    let version = root.get("apiVersion").and_then(Node::text).unwrap_or_default();
    match version.split_once('/') {
        Some((group, version)) if GROUPS.contains(&group) => own(root, version, kind),
        _ => strange(root, version, kind),
    }
}

/// An object in a group of kops: it has to be one of kops' kinds.
fn own(root: &Node, version: &str, kind: &str) -> Option<Problem> {
    let is_kind = KINDS.contains(&kind.strip_suffix("List").unwrap_or(kind));
    let (name, message, known) = match () {
        () if !VERSIONS.contains(&version) => {
            ("apiVersion", format!("kops has no version '{version}'"), "kops.k8s.io/v1alpha2")
        }
        () if !is_kind => ("kind", format!("kops has no kind '{kind}'"), "Cluster, InstanceGroup"),
        () => return None,
    };
    let problem = Problem::at(root.get(name)?.span, message).field(name);
    Some(problem.help(format!("write {known}")))
}

/// An object of somebody else, which nobody may be able to read.
fn strange(root: &Node, version: &str, kind: &str) -> Option<Problem> {
    let message = match version {
        _ if ["Cluster", "InstanceGroup"].contains(&kind) => {
            format!("with the apiVersion '{version}' kops does not see this {kind}")
        }
        "" => "the object has no apiVersion".to_owned(),
        _ => return None,
    };
    let span = root.get("apiVersion").unwrap_or(root).span;
    let problem = Problem::at(span, message).field("apiVersion").severity(Severity::Warning);
    Some(problem.help("write 'apiVersion: kops.k8s.io/v1alpha2' for an object of kops"))
}
