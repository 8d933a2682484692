//! What people demand themselves.

use super::{Check, File, Problem, Rule};
use crate::check::policy::{POLICY_FILE, Policy};
use crate::model::Severity;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[&POLICY, &FILE];

/// Said of objects that fail a policy.
pub(in crate::check) static POLICY: Rule = Rule {
    id: "policy",
    summary: "an object is not as the repository's policies demand",
    explanation: "\
A repository can demand more than kops does: `.git-store/policy.yaml` holds expressions that must be \
true of every cluster and instance group that changes. The finding begins with the name of the \
policy. The file of the accepted branch counts, not the one in the change. An expression that cannot \
be asked, because a field is missing or of another type, has failed. See docs/policy.md.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Engine,
};

/// Said of policy files.
pub(in crate::check) static FILE: Rule = Rule {
    id: "policy-file",
    summary: "a policy file cannot be used",
    explanation: "\
`.git-store/policy.yaml` is a list of policies, each with a name, a message and an expression in CEL, \
and nothing that is unknown. What can be used of a broken file is used; the rest is an error in every \
check until the file is mended. Try a file with `git store check --policy FILE`. See docs/policy.md.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::File(check),
};

/// Looks at a change of the policy file itself.
fn check(file: &File<'_>) -> Vec<Problem> {
    let path = &file.subject.path;
    match file.content() {
        Some(content) if path.as_bytes() == POLICY_FILE.as_bytes() => {
            Policy::read(path.clone(), content).into_problems()
        }
        _ => Vec::new(),
    }
}
