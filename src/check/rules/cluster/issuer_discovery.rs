//! `issuer-discovery`: where the keys of service accounts are published.

use super::{Check, Cloud, Field, Object, Problem, Rule, cloud, is_set, set};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "issuer-discovery",
    summary: "the keys of service accounts are published where nobody can read them",
    explanation: "\
spec.serviceAccountIssuerDiscovery names either a discoveryStore, into which kops writes, or a \
discoveryService with a url, that somebody else runs. A store is a bucket of S3, whose name has no \
dots because its certificate is for one label, or of Google. enableAWSOIDCProvider needs one of the \
two.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

/// Schemes that kops takes here: also those of S3's kin, when their endpoint is set, and memfs in
/// its own tests.
const SCHEMES: &[&str] = &["s3", "gs", "do", "hos", "linode", "memfs", "scw"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(discovery) = cluster.field("spec.serviceAccountIssuerDiscovery") else {
        return Vec::new();
    };
    let store = set(discovery.field("discoveryStore"));
    let service = discovery.field("discoveryService");
    let both = store.and(service);
    let both = both
        .map(|field| field.key_problem("'discoveryService' cannot stand beside 'discoveryStore'"));
    let url = service.filter(|service| !is_set(service.field("url")));
    let url = url.map(|service| service.key_problem("the service has no 'url'"));
    let provider = discovery.field("enableAWSOIDCProvider");
    let provider = provider.filter(|field| field.boolean() == Some(true));
    let provider = provider.filter(|_| store.is_none() && service.is_none());
    let provider =
        provider.map(|field| field.problem("AWS needs a 'discoveryStore' or a 'discoveryService'"));
    let store = store.and_then(|store| of_store(store, cloud(cluster)));
    [both, url, provider, store].into_iter().flatten().collect()
}

fn of_store(store: Field<'_>, cloud: Option<Cloud>) -> Option<Problem> {
    let text = store.text()?;
    let Some((scheme, rest)) = text.split_once("://").filter(|(name, _)| SCHEMES.contains(name))
    else {
        let problem = store.problem(format!("'{text}' is no bucket of S3 or Google"));
        return Some(problem.help("write s3://BUCKET/PATH"));
    };
    let bucket = rest.split('/').next().unwrap_or_default();
    match scheme {
        _ if bucket.is_empty() => Some(store.problem(format!("'{text}' names no bucket"))),
        "s3" if bucket.contains('.') => {
            Some(store.problem(format!("the name of the bucket '{bucket}' has dots")))
        }
        "gs" if cloud.is_some_and(|cloud| cloud != Cloud::Gce) => {
            let message = format!("'{text}' is a bucket of Google, but the cluster is elsewhere");
            Some(store.problem(message).severity(Severity::Warning))
        }
        _ => None,
    }
}
