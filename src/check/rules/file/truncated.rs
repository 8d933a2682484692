//! `truncated`: a file that lost its end.

use super::{Check, File, Problem, Rule};
use crate::check::lines::point;
use crate::check::place::Role;
use crate::check::subject::Change;
use crate::model::Severity;
use crate::yaml::{Content, Node, Yaml};

pub(super) static RULE: Rule = Rule {
    id: "truncated",
    summary: "the file seems to be cut off",
    explanation: "\
A file that is cut at the end of a line can still be valid YAML, and kops then works with what is \
left. Signs of it: no line break at the end (kops always writes one), no apiVersion, kind, metadata \
or spec, no content at all, or exactly the first part of what the file held before.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let content = file.content().unwrap_or_default();
    let mut problems = Vec::new();
    if yaml.error.is_none() {
        match file.role() {
            Role::Cluster | Role::InstanceGroup => problems.extend(object(yaml)),
            Role::Addons => problems.extend(addons(yaml)),
            Role::Manifest | Role::Other => {}
        }
    }
    problems.extend(unended(content));
    problems.extend(beginning(file, content));
    problems
}

/// A file that is one object.
fn object(yaml: &Yaml) -> Vec<Problem> {
    let Some(root) =
        yaml.documents.first().map(|document| &document.root).filter(|root| !root.is_null())
    else {
        return vec![
            Problem::new("the file is empty")
                .help("restore it, or remove it if the object shall go"),
        ];
    };
    let parts = ["metadata", "spec"].into_iter().filter_map(|name| Some((name, root.get(name)?)));
    let is_value = |(_, part): &(&str, &Node)| {
        matches!(part.content, Content::Scalar { .. } | Content::Sequence(_))
    };
    let cut = parts.filter(is_value).filter(|(_, part)| !part.is_null());
    let cut =
        cut.map(|(name, part)| Problem::at(part.span, format!("{name} is no mapping")).field(name));
    incomplete(root, &["apiVersion", "kind", "metadata", "spec"]).into_iter().chain(cut).collect()
}

/// A file of any number of objects.
fn addons(yaml: &Yaml) -> Vec<Problem> {
    let several = yaml.documents.len() > 1;
    let look = |root: &Node| {
        if !root.is_null() {
            return incomplete(root, &["apiVersion", "kind"]);
        }
        let message =
            "a document without content, which 'kops create -f' and 'kops replace -f' refuse";
        several.then(|| {
            Problem::at(root.span, message).severity(Severity::Warning).help("remove one '---'")
        })
    };
    yaml.documents.iter().filter_map(|document| look(&document.root)).collect()
}

fn incomplete(root: &Node, names: &[&str]) -> Option<Problem> {
    if !matches!(root.content, Content::Mapping(_)) {
        return Some(Problem::at(root.span, "this is no object, only a single value or a list"));
    }
    let is_missing = |name: &&&str| root.get(name).is_none_or(Node::is_null);
    let missing: Vec<&str> = names.iter().filter(is_missing).copied().collect();
    let problem = |names: String| {
        Problem::new(format!("the object has no {names}")).help("restore the rest of the file")
    };
    (!missing.is_empty()).then(|| problem(missing.join(", ")))
}

fn unended(content: &[u8]) -> Option<Problem> {
    if content.is_empty() || content.ends_with(b"\n") {
        return None;
    }
    let text = std::str::from_utf8(content).ok()?;
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let message = "the file has no line break at its end, which kops always writes";
    let problem = Problem::at(point(line, column), message).severity(Severity::Warning);
    Some(problem.help("see that nothing is missing, then end the last line").fix("\n", true))
}

fn beginning(file: &File<'_>, content: &[u8]) -> Option<Problem> {
    let old = file.subject.old.as_deref().filter(|_| file.subject.change() == Change::Changed)?;
    let is_cut = !content.is_empty() && old.starts_with(content) && old.len() - content.len() > 1;
    let lost = old.len() - content.len().min(old.len());
    let message =
        format!("the file is the beginning of what it was: {lost} bytes are missing at its end");
    is_cut.then(|| Problem::new(message).severity(Severity::Warning).help("see that this is meant"))
}
