//! A build without the feature `policy`: a policy file is an error, for it cannot be obeyed.

use super::{Policy, PolicyFile};
use crate::check::file::File;
use crate::check::object::{Object, Scope};
use crate::check::problem::Problem;

/// There are none.
#[derive(Debug)]
pub(super) enum Statement {}

pub(super) fn read(_: &[u8]) -> PolicyFile {
    let problem = Problem::new("this build of git-store knows no policies")
        .help("use one that is built with the feature 'policy'");
    PolicyFile::broken(problem)
}

/// Finds nothing: what must be said is said of the file.
pub(in crate::check) fn judge(
    policy: &Policy,
    _: &[File<'_>],
    _: &[Object<'_>],
    _: &[Scope<'_>],
) -> Vec<(usize, Vec<Problem>)> {
    debug_assert!(policy.file.statements.is_empty(), "there are no statements");
    Vec::new()
}

#[cfg(test)]
mod tests {
    use crate::check::{Options, Policy, check};
    use crate::model::{Severity, TreePath};

    #[test]
    fn a_policy_file_is_an_error() {
        let policy = Policy::read(TreePath::from("policy.yaml"), b"policies: []\n");
        let report = check(&[], Options { policy: Some(&policy), ..Options::default() });
        assert_eq!(report.worst(), Some(Severity::Error));
        assert_eq!(report.findings[0].message, "this build of git-store knows no policies");
    }
}
