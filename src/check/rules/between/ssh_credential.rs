//! `ssh-credential`: a public key that is one.

use super::{Check, File, Problem, Rule};
use crate::check::place::Role;
use crate::model::Severity;
use crate::yaml::{Node, Yaml};

pub(super) static RULE: Rule = Rule {
    id: "ssh-credential",
    summary: "an SSHCredential whose public key is none",
    explanation: "\
spec.publicKey of an SSHCredential is one line as in a file id_ed25519.pub: the type, the key and a \
comment. kops takes any text, and the machines then let nobody in.",
    severity: Severity::Warning,
    suppressible: true,
    check: Check::Yaml(check),
};

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    if file.role() != Role::Manifest {
        return Vec::new();
    }
    let roots = yaml.documents.iter().map(|document| &document.root);
    let own = roots.filter(|root| root.get("kind").and_then(Node::text) == Some("SSHCredential"));
    let key = |root| Node::at(root, &["spec", "publicKey"]);
    let bad = own.filter_map(key).filter(|key| key.text().is_some_and(|text| !is_key(text)));
    let problem = |key: &Node| {
        let problem = Problem::at(key.span, "this is no public key of SSH");
        problem.field("spec.publicKey").help("write the line of the file that ends in .pub")
    };
    bad.map(problem).collect()
}

/// Whether the second word is long enough for a key, and spelt like one.
fn is_key(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (Some(kind), Some(key)) = (words.next(), words.next()) else { return false };
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let is_known =
        kind.starts_with("ssh-") || kind.starts_with("ecdsa-") || kind.starts_with("sk-");
    is_known && key.len() > SHORTEST && key.bytes().all(is_base64)
}

/// No key is as short as this: the one of ed25519 has 68 characters.
const SHORTEST: usize = 40;
