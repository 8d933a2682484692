//! The policy file: statements, or what is wrong with them.

use super::expression::{Expression, NoExpression};
use super::{LARGEST_FILE, MOST_POLICIES, POLICY_FILE, PolicyFile};
use crate::check::problem::Problem;
use crate::config::Patterns;
use crate::model::{Severity, Span};
use crate::yaml::{self, Content, Data, Document, Node, Style, Value};
use std::collections::BTreeSet;

/// The longest name of a policy, in characters.
const LONGEST_NAME: usize = 63;
/// The longest message of a policy, in characters.
const LONGEST_MESSAGE: usize = 300;
/// The most characters of the file that a problem repeats.
const LONGEST_QUOTE: usize = 60;

const FILE_FIELDS: [&str; 2] = ["policies", "signedWords"];
const FIELDS: [&str; 6] = ["name", "message", "severity", "match", "field", "expression"];
const MATCH_FIELDS: [&str; 2] = ["kind", "key"];

/// One policy.
#[derive(Debug)]
pub(super) struct Statement {
    pub name: String,
    pub message: String,
    pub severity: Severity,
    /// The kind of object that it is about; `None`: any.
    pub kind: Option<String>,
    /// The keys that it is about; `None`: all.
    pub keys: Option<Patterns>,
    /// The field that a finding points at.
    pub field: String,
    pub expression: Expression,
}

/// Reads a policy file: what can be used of it, and what is wrong with the rest.
pub(super) fn read(content: &[u8]) -> PolicyFile {
    if content.len() > LARGEST_FILE {
        let message =
            format!("the file has {} bytes; at most {LARGEST_FILE} are read", content.len());
        return PolicyFile::broken(Problem::new(message));
    }
    let parsed = yaml::parse(content);
    if let Some(error) = parsed.error {
        return PolicyFile::broken(Problem::at(error.span, error.message));
    }
    let [document] = parsed.documents.as_slice() else {
        return PolicyFile::broken(Problem::new("a policy file holds one document"));
    };
    let mut reader = Reader { content, ..Reader::default() };
    let wants_signed_words = reader.file(document);
    PolicyFile { statements: reader.statements, wants_signed_words, problems: reader.problems }
}

#[derive(Default)]
struct Reader<'a> {
    content: &'a [u8],
    names: BTreeSet<String>,
    statements: Vec<Statement>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Reads the file; whether it wants words signed.
    fn file(&mut self, document: &Document) -> bool {
        let Some(file) = yaml::read(document) else {
            self.problems.push(Problem::new("the file holds more values than are read"));
            return true;
        };
        self.known(&file, &FILE_FIELDS);
        let signed = file.get("signedWords");
        let wants_signed_words = signed.is_some_and(|value| self.switch(value, "signedWords"));
        match file.get("policies") {
            Some(policies) => self.policies(policies),
            None if signed.is_some() => {}
            None => self.wrong(file.node, "'policies' must be a list"),
        }
        wants_signed_words
    }

    /// What is no boolean counts as on, and is a problem.
    fn switch(&mut self, value: &Value<'_>, field: &str) -> bool {
        if let Data::Boolean(is_on) = value.data {
            return is_on;
        }
        self.wrong(value.node, &format!("'{field}' is true or false"));
        true
    }

    fn policies(&mut self, policies: &Value<'_>) {
        if !matches!(policies.data, Data::List(_)) {
            self.wrong(policies.node, "'policies' must be a list");
        }
        for (number, policy) in policies.items().iter().enumerate() {
            if number == MOST_POLICIES {
                self.wrong(policy.node, &format!("a file holds at most {MOST_POLICIES} policies"));
                return;
            }
            let statement = self.statement(policy);
            self.statements.extend(statement);
        }
    }

    fn statement(&mut self, policy: &Value<'_>) -> Option<Statement> {
        self.known(policy, &FIELDS);
        let name = self.name(policy);
        let message = self.required(policy, "message");
        let severity = self.severity(policy);
        let matched = policy.get("match");
        if let Some(matched) = matched {
            self.known(matched, &MATCH_FIELDS);
        }
        let kind = matched.and_then(|matched| self.text(matched, "kind"));
        let keys = matched.and_then(|matched| self.keys(matched));
        let field = self.text(policy, "field");
        let expression = self.expression(policy);
        Some(Statement {
            name: name?,
            message: message?.chars().take(LONGEST_MESSAGE).collect(),
            severity,
            kind: kind.map(str::to_owned),
            keys,
            field: field.unwrap_or("metadata.name").to_owned(),
            expression: expression?,
        })
    }

    fn name(&mut self, policy: &Value<'_>) -> Option<String> {
        let name = self.required(policy, "name")?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let node = policy.get("name")?.node;
        if name.chars().count() > LONGEST_NAME || !name.chars().all(is_plain) {
            let message = format!("a name has letters, digits and dashes, at most {LONGEST_NAME}");
            self.wrong(node, &message);
            return None;
        }
        if !self.names.insert(name.to_owned()) {
            self.wrong(node, &format!("there are two policies named '{name}'"));
            return None;
        }
        Some(name.to_owned())
    }

    /// A policy that does not say how bad it is, or says it wrongly, is an error.
    fn severity(&mut self, policy: &Value<'_>) -> Severity {
        match self.text(policy, "severity") {
            Some("warning") => Severity::Warning,
            None | Some("error") => Severity::Error,
            Some(_) => {
                let node = policy.get("severity").map_or(policy.node, |value| value.node);
                self.wrong(node, "'severity' is error or warning");
                Severity::Error
            }
        }
    }

    /// Patterns that cannot be read name no key; the problem says so, and is an error itself.
    fn keys(&mut self, matched: &Value<'_>) -> Option<Patterns> {
        let pattern = self.text(matched, "key")?;
        match Patterns::new(&[pattern.to_owned()]) {
            Ok(patterns) => Some(patterns),
            Err(error) => {
                let node = matched.get("key").map_or(matched.node, |value| value.node);
                self.wrong(node, &format!("'key' is no pattern: {}", quote(&error)));
                None
            }
        }
    }

    fn expression(&mut self, policy: &Value<'_>) -> Option<Expression> {
        let text = self.required(policy, "expression")?;
        match Expression::parse(text) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let node = policy.get("expression")?.node;
                let problem = self.no_expression(node, &error);
                self.problems.push(problem);
                None
            }
        }
    }

    fn no_expression(&self, node: &Node, error: &NoExpression) -> Problem {
        let inner = error.place.and_then(|(line, column)| within(self.content, node, line, column));
        match (inner, error.place) {
            (None, Some((line, column))) => {
                let message = format!("{} (line {line}, column {column})", error.message);
                Problem::at(node.span, message)
            }
            (span, _) => Problem::at(span.unwrap_or(node.span), error.message.clone()),
        }
        .field("expression")
    }

    fn required<'v>(&mut self, value: &Value<'v>, field: &str) -> Option<&'v str> {
        if value.get(field).is_none_or(Value::is_null) {
            self.wrong(value.node, &format!("a policy has a '{field}'"));
            return None;
        }
        self.text(value, field)
    }

    /// The text of a field; `None` if there is none, or something else.
    fn text<'v>(&mut self, value: &Value<'v>, field: &str) -> Option<&'v str> {
        let found = value.get(field).filter(|found| !found.is_null())?;
        let text = found.text().filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(found.node, &format!("'{field}' must be text"));
        }
        text
    }

    /// Complains of fields that nobody reads, and of those that are there twice.
    fn known(&mut self, value: &Value<'_>, known: &[&str]) {
        if !matches!(value.data, Data::Map(_)) {
            self.wrong(value.node, &format!("fields are expected here: {}", known.join(", ")));
        }
        let mut seen = BTreeSet::new();
        for pair in value.node.pairs() {
            let name = pair.key.text().unwrap_or_default();
            if !known.contains(&name) {
                let message =
                    format!("there is no field '{}'; known are {}", quote(name), known.join(", "));
                self.wrong(&pair.key, &message);
            } else if !seen.insert(name) {
                self.wrong(&pair.key, &format!("'{name}' is there twice"));
            }
        }
    }

    fn wrong(&mut self, node: &Node, message: &str) {
        let help = format!("docs/policy.md says what stands in {POLICY_FILE}");
        self.problems.push(Problem::at(node.span, message).help(help));
    }
}

/// The place of a line and column of a text in the file that holds it, where the text is written
/// there as it is: on one line, or in a block that keeps its lines.
fn within(content: &[u8], node: &Node, line: usize, column: usize) -> Option<Span> {
    let before = content.get(..node.bytes.start)?;
    let written = content.get(node.bytes.clone())?;
    let is_one_line = node.span.line == node.span.end_line;
    let (line, column) = match &node.content {
        Content::Scalar { style: Style::Block, .. } if keeps_lines(before) => {
            (node.span.line + line - 1, node.span.column + column - 1)
        }
        Content::Scalar { style: Style::Plain, .. } if is_one_line => {
            (node.span.line, node.span.column + column - 1)
        }
        Content::Scalar { style: Style::Quoted, .. }
            if is_one_line && !written.contains(&b'\\') =>
        {
            (node.span.line, node.span.column + column)
        }
        _ => return None,
    };
    Some(Span { line, column, end_line: line, end_column: column + 1 })
}

/// Whether the block that follows begins with `|`, not `>`.
fn keeps_lines(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    before.rsplit(u8::is_ascii_whitespace).next().is_some_and(|word| word.starts_with(b"|"))
}

fn quote(text: &str) -> &str {
    text.char_indices().nth(LONGEST_QUOTE).map_or(text, |(end, _)| &text[..end])
}
