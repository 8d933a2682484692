//! Where credentials come from.

use super::process::Process;
use super::profile::{Profile, Source};
use super::settings::{Keys, S3Settings};
use crate::store::wire::{install_cryptography, token_retries};
use crate::store::{Clock, StoreError};
use object_store::StaticCredentialProvider;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsCredential, AwsCredentialProvider};
use std::sync::Arc;

/// The provider that the settings ask for; see [`S3Settings`] for the order.
pub(super) fn provider(
    settings: &S3Settings,
    profile: &Profile,
    region: &str,
    clock: Arc<dyn Clock>,
) -> Result<AwsCredentialProvider, StoreError> {
    if let Some(keys) = &settings.keys {
        return Ok(fixed(keys));
    }
    if settings.endpoint.is_some() {
        // Amazon's credentials are for Amazon alone.
        return Err(StoreError::Credentials("the endpoint needs keys of its own".into()));
    }
    let is_web_identity = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"]
        .iter()
        .all(|name| settings.chain.contains_key(*name));
    if !is_web_identity {
        match profile.source()? {
            Source::Keys(keys) => return Ok(fixed(&keys)),
            Source::Process(command) => return Ok(Arc::new(Process::new(command, clock))),
            Source::None => {}
        }
    }
    chain(settings, region)
}

fn fixed(keys: &Keys) -> AwsCredentialProvider {
    Arc::new(StaticCredentialProvider::new(AwsCredential {
        key_id: keys.access_key_id.clone(),
        secret_key: keys.secret_access_key.clone(),
        token: keys.session_token.clone(),
    }))
}

/// Web identity, container, instance metadata: what `object_store` knows.
fn chain(settings: &S3Settings, region: &str) -> Result<AwsCredentialProvider, StoreError> {
    install_cryptography();
    let chain = &settings.chain;
    let has_container = chain.keys().any(|name| name.starts_with("AWS_CONTAINER_CREDENTIALS"));
    let is_off = chain.get("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value == "true");
    let is_named = chain.contains_key("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    let no_metadata = is_off || !(is_named || is_amazons_machine());
    if no_metadata && !has_container && !chain.contains_key("AWS_WEB_IDENTITY_TOKEN_FILE") {
        return Err(StoreError::Credentials(nothing_found()));
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name("bucket")
        .with_region(region)
        .with_retry(token_retries());
    for (name, value) in chain {
        if let Some(key) = config_key(name) {
            builder = builder.with_config(key, value);
        }
    }
    let store = builder.build().map_err(|error| StoreError::Credentials(error.to_string()))?;
    Ok(store.credentials().clone())
}

/// Whether this is a virtual machine of Amazon's, the only place that has its metadata service.
/// Elsewhere the address is nobody's, and asking it costs a time-out.
fn is_amazons_machine() -> bool {
    let says = |file: &str, word: &str| {
        let path = format!("/sys/devices/virtual/dmi/id/{file}");
        std::fs::read_to_string(path).is_ok_and(|text| text.to_lowercase().starts_with(word))
    };
    says("sys_vendor", "amazon ec2") || says("product_uuid", "ec2")
}

fn config_key(name: &str) -> Option<AmazonS3ConfigKey> {
    match name {
        "AWS_EC2_METADATA_DISABLED" => None,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT" => Some(AmazonS3ConfigKey::MetadataEndpoint),
        name => name.to_ascii_lowercase().parse().ok(),
    }
}

fn nothing_found() -> String {
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for another service than \
     Amazon's set S3_ENDPOINT, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::FixedClock;
    use crate::store::testing::scripted_http::{Answer, Scripted};

    #[test]
    fn the_chain_says_what_to_set_when_there_is_nothing() {
        let chain = [("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned())].into();
        let settings = S3Settings { chain, ..S3Settings::default() };
        let clock = Arc::new(FixedClock::at("2026-01-01T00:00:00Z"));
        let error =
            provider(&settings, &Profile::default(), "us-east-1", clock).expect_err("nothing");
        assert!(error.to_string().contains("AWS_PROFILE"), "{error}");
    }

    fn chain_of(variables: &[(&str, &str)]) -> AwsCredentialProvider {
        let chain = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let settings = S3Settings { chain, ..S3Settings::default() };
        let clock = Arc::new(FixedClock::at("2026-01-01T00:00:00Z"));
        provider(&settings, &Profile::default(), "us-east-1", clock).expect("a provider")
    }

    fn answer(body: &str) -> Answer {
        Answer::reply("200 OK", &[("content-type", "application/json")], body)
    }

    const TEMPORARY: &str = r#"{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC",
        "AccessKeyId":"id","SecretAccessKey":"hush","Token":"t","Expiration":"2999-01-01T00:00:00Z"}"#;

    #[tokio::test]
    async fn a_container_has_credentials() {
        let server = Scripted::start(vec![answer(TEMPORARY)]).await;
        let token = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(token.path(), "pod-token").expect("written");
        let chain = chain_of(&[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/v1", server.endpoint())),
            (
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                token.path().to_str().expect("a plain path"),
            ),
        ]);
        let credential = chain.get_credential().await.expect("credentials");
        assert_eq!((credential.key_id.as_str(), credential.token.as_deref()), ("id", Some("t")));
        assert!(server.requests()[0].to_ascii_lowercase().contains("authorization: pod-token"));
    }

    #[tokio::test]
    async fn a_machine_has_credentials() {
        let server =
            Scripted::start(vec![answer("imds-token"), answer("role"), answer(TEMPORARY)]).await;
        let chain = chain_of(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.endpoint())]);
        let credential = chain.get_credential().await.expect("credentials");
        assert_eq!(credential.key_id, "id");
        assert_eq!(server.requests().len(), 3);
    }

    #[test]
    fn the_names_of_the_chain_are_known() {
        for name in super::super::settings::CHAIN {
            let known = config_key(name).is_some() || *name == "AWS_EC2_METADATA_DISABLED";
            assert!(known, "{name}");
        }
    }
}
