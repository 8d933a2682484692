//! `assets`: where files and images come from.

use super::{Check, Cloud, Field, Object, Problem, Rule, cloud};
use crate::check::url::Url;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "assets",
    summary: "files or images shall come from where kops cannot take them",
    explanation: "\
spec.assets.fileRepository is an address with a host: http:// or https:// anywhere, s3:// on AWS, \
gs:// on GCE, and azureblob://ACCOUNT/CONTAINER/PATH on Azure. Images come through a containerProxy \
or from a containerRegistry, not both.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let proxy = cluster.field("spec.assets.containerProxy");
    let proxy = proxy.filter(|_| cluster.field("spec.assets.containerRegistry").is_some());
    let proxy = proxy
        .map(|field| field.key_problem("'containerProxy' cannot stand beside 'containerRegistry'"));
    let repository = cluster.field("spec.assets.fileRepository");
    proxy.into_iter().chain(repository.and_then(|field| of_repository(field, cluster))).collect()
}

fn of_repository(field: Field<'_>, cluster: &Object<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| !text.is_empty())?;
    let wrong = match Url::parse(text) {
        None => Some("is no address".to_owned()),
        Some(url) => refused(url, cloud(cluster)),
    };
    wrong.map(|wrong| field.problem(format!("'{text}' {wrong}")))
}

/// Why kops takes no files from there.
fn refused(url: Url<'_>, cloud: Option<Cloud>) -> Option<String> {
    let only = match url.scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => None,
        "s3" => Some(Cloud::Aws),
        "gs" => Some(Cloud::Gce),
        "azureblob" => Some(Cloud::Azure),
        _ => {
            return Some(
                "begins with none of http://, https://, s3://, gs://, azureblob://".into(),
            );
        }
    };
    let has_path = !url.path.trim_start_matches('/').is_empty();
    match only {
        Some(only) if cloud.is_some_and(|cloud| cloud != only) => {
            Some(format!("is only for clusters on {only}"))
        }
        _ if url.host.is_empty() => Some("has no host".to_owned()),
        Some(Cloud::Azure) if !has_path => Some("names no container".to_owned()),
        _ => None,
    }
}
