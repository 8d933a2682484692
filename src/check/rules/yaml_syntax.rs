//! `yaml-syntax`: what kops' reader refuses.

use super::{Check, File, Problem, Rule};
use crate::check::lines::{lines, point};
use crate::check::yaml::{Content, Node, Yaml, each_node};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "yaml-syntax",
    summary: "the file is no YAML that kops can read",
    explanation: "\
kops refuses a file that is no YAML, and every command on the cluster then fails. Usual causes: a \
tab as indentation, a line that is indented by one space too few or too many, a missing quote, a \
lone carriage return. Within [ ] and { } kops also refuses plain values that begin with a colon, \
such as ::/0; put them in quotes. UTF-16 is read up to its first document; a byte order mark before \
UTF-8 is accepted, but other programs stumble over it. Files above 5 MiB, 100 levels or 200,000 \
values are not read any further.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let content = file.content().unwrap_or_default();
    if let Some(problem) = wide(content) {
        return vec![problem];
    }
    let mut problems: Vec<Problem> = mark(content).into_iter().chain(lone_return(content)).collect();
    match &yaml.error {
        Some(error) => problems.push(Problem::at(error.span, error.message.clone())),
        None => {
            problems.extend(tabs(content, yaml));
            problems.extend(colons(content, yaml));
        }
    }
    problems
}

fn wide(content: &[u8]) -> Option<Problem> {
    let is_wide = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
    let message = "the file is UTF-16, of which kops reads the first document at best";
    is_wide.then(|| Problem::at(point(1, 1), message).help("save it as UTF-8"))
}

fn mark(content: &[u8]) -> Option<Problem> {
    let message = "the file begins with a byte order mark; kops reads over it, other programs do not";
    let problem = || Problem::at(point(1, 1), message).severity(Severity::Note).help("save it as UTF-8 without a mark");
    content.starts_with(b"\xef\xbb\xbf").then(problem)
}

fn lone_return(content: &[u8]) -> Option<Problem> {
    let is_lone = |at: &usize| content[*at] == b'\r' && content.get(at + 1) != Some(&b'\n');
    let at = (0..content.len()).find(is_lone)?;
    let before = String::from_utf8_lossy(&content[..at]);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some(Problem::at(point(line, column), "a carriage return without a line feed, at which kops refuses the file"))
}

/// Tabs as indentation, outside of texts of several lines.
fn tabs(content: &[u8], yaml: &Yaml) -> Vec<Problem> {
    if !content.contains(&b'\t') {
        return Vec::new();
    }
    let mut texts = Vec::new();
    for document in &yaml.documents {
        each_node(&document.root, &mut |node| {
            if matches!(node.content, Content::Scalar { .. }) && node.span.end_line > node.span.line {
                texts.push(node.span.line + 1..=node.span.end_line);
            }
        });
    }
    let is_text = |number: usize| texts.iter().any(|lines| lines.contains(&number));
    let found = lines(content).filter_map(|(number, line)| {
        let indent = line.len() - line.trim_start().len();
        let tab = line[..indent].find('\t')?;
        // A line of white space at the end of a file or between fields does no harm.
        let is_blank = line.trim().is_empty() && number > 1;
        (!is_blank && !is_text(number)).then(|| point(number, tab + 1))
    });
    found.map(|span| Problem::at(span, "a tab as indentation, at which kops refuses the file").help("use spaces")).collect()
}

/// Plain values within `[ ]` and `{ }` that begin with a colon.
fn colons(content: &[u8], yaml: &Yaml) -> Vec<Problem> {
    let mut problems = Vec::new();
    for document in &yaml.documents {
        each_node(&document.root, &mut |node| {
            let text = node.plain().filter(|text| text.starts_with(':') && is_in_flow(content, node));
            problems.extend(text.map(|text| {
                let message = "kops refuses a plain value that begins with ':' within [ ] or { }";
                Problem::at(node.span, message).help("put it in quotes").fix(format!("\"{text}\""), true)
            }));
        });
    }
    problems
}

/// Whether a bracket or comma comes right before a node, or its line.
fn is_in_flow(content: &[u8], node: &Node) -> bool {
    let line = lines(content).nth(node.span.line - 1).map(|(_, line)| line.into_owned()).unwrap_or_default();
    let before: String = line.chars().take(node.span.column.saturating_sub(1)).collect();
    before.trim_end().ends_with(['[', '{', ','])
}
