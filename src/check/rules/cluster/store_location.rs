//! `store-location`: the places where a cluster keeps its state.

use super::{Check, Field, Object, Problem, Rule, limited};
use crate::check::url::Url;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "store-location",
    summary: "the cluster keeps its state where kops cannot, or should not",
    explanation: "\
spec.configBase says where kops writes what it makes of a cluster, and spec.keyStore, \
spec.secretStore and backupStore can put keys, secrets and backups elsewhere. In \
azureblob:// they name an account and a container, configBase is there, too, and all are in its \
account; kops refuses anything else. An address of a scheme that kops does not know stops every update, one without a scheme is a directory of the \
machine that runs kops, and one that does not end in the cluster's name most likely belongs to \
another cluster. Without spec.configBase, kops takes the store that it is told to use that day.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

/// The fields besides `spec.configBase`.
const OTHERS: &[&str] =
    &["spec.keyStore", "spec.secretStore", "spec.etcdClusters[].backups.backupStore"];
/// The schemes that kops reads and writes; memfs in kops' own tests alone.
const SCHEMES: &[&str] =
    &["azureblob", "do", "file", "gs", "hos", "linode", "memfs", "s3", "scw", "swift"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let base = cluster.field("spec.configBase");
    let others: Vec<Field<'_>> = OTHERS.iter().flat_map(|path| cluster.fields(path)).collect();
    let account = base.and_then(|base| azure(base.text()?));
    let azure = base.and_then(wrong_azure).into_iter();
    let azure = azure.chain(others.iter().filter_map(|field| other_account(*field, account)));
    let schemes = base.iter().chain(&others).filter_map(|field| odd_scheme(*field));
    let name = cluster.name().filter(|name| !name.is_empty());
    let name = base.zip(name).and_then(|(base, name)| foreign(base, name));
    limited(azure.chain(schemes).chain(name).chain(nowhere(cluster)))
}

/// kops makes one up from the store that it is told to use, which may be another one next time.
fn nowhere(cluster: &Object<'_>) -> Option<Problem> {
    if cluster.filled("spec.configBase").is_some() {
        return None;
    }
    let problem = cluster.missing("spec.configBase", "spec.configBase is missing");
    let help = "write where the state of the cluster is, such as s3://BUCKET/CLUSTER";
    Some(problem.severity(Severity::Warning).help(help))
}

/// The account of an azureblob address, or what is wrong with it; `None` for another scheme.
fn azure(text: &str) -> Option<Result<&str, &'static str>> {
    let rest = text.strip_prefix("azureblob://")?;
    let (account, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some(match (account, path.trim_start_matches('/')) {
        ("", _) => Err("names no account"),
        (_, "") => Err("names no container"),
        _ => Ok(account),
    })
}

fn wrong_azure(field: Field<'_>) -> Option<Problem> {
    let text = field.text()?;
    let wrong = azure(text)?.err()?;
    let problem = field.problem(format!("'{text}' {wrong}"));
    Some(problem.help("write azureblob://ACCOUNT/CONTAINER/PATH"))
}

/// A problem of another field, given the account of `spec.configBase`, if that is in azureblob.
fn other_account(field: Field<'_>, base: Option<Result<&str, &'static str>>) -> Option<Problem> {
    let account = match azure(field.text()?)? {
        Err(_) => return wrong_azure(field),
        Ok(account) => account,
    };
    let message = match base {
        Some(Err(_)) => return None,
        Some(Ok(base)) if base == account => return None,
        Some(Ok(base)) => format!("'{account}' is not the account of configBase, '{base}'"),
        None => "only a cluster with configBase in azureblob:// can use it elsewhere".to_owned(),
    };
    Some(field.problem(message))
}

fn scheme(text: &str) -> Option<&str> {
    text.split_once("://").map(|(scheme, _)| scheme)
}

fn is_known(scheme: &str) -> bool {
    SCHEMES.contains(&scheme)
}

fn odd_scheme(field: Field<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| !text.is_empty())?;
    let message = match scheme(text) {
        None => format!("'{text}' has no scheme: it is a directory of the machine that runs kops"),
        Some(scheme) if !is_known(scheme) => format!("kops knows no '{scheme}://'"),
        Some(_) => return None,
    };
    let schemes = "write an address such as 's3://BUCKET/PATH'";
    Some(field.problem(message).severity(Severity::Warning).help(schemes))
}

fn foreign(base: Field<'_>, name: &str) -> Option<Problem> {
    let text = base.text().filter(|text| scheme(text).is_some_and(is_known))?;
    let path = Url::parse(text)?.path.trim_end_matches('/');
    let is_own = path.rsplit('/').next() == Some(name);
    let message = format!("configBase '{text}' does not end in the cluster's name, '{name}'");
    let problem = || base.problem(message).severity(Severity::Warning);
    (!is_own && azure(text).is_none_or(|account| account.is_ok())).then(problem)
}
