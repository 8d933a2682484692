//! Where credentials come from.

use super::client::install_cryptography;
use super::profile::{Profile, Source};
use super::settings::{Keys, S3Settings};
use crate::model::Timestamp;
use crate::store::{Clock, StoreError};
use async_trait::async_trait;
use chrono::TimeDelta;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsCredential, AwsCredentialProvider};
use object_store::{BackoffConfig, CredentialProvider, RetryConfig, StaticCredentialProvider};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long a `credential_process` may take.
const PROCESS_TIMEOUT: Duration = Duration::from_secs(60);

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
    let no_metadata = chain.get("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value == "true");
    if no_metadata && !has_container && !chain.contains_key("AWS_WEB_IDENTITY_TOKEN_FILE") {
        return Err(StoreError::Credentials(nothing_found()));
    }
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 2,
        retry_timeout: Duration::from_secs(10),
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name("bucket")
        .with_region(region)
        .with_retry(retry);
    for (name, value) in chain {
        if let Some(key) = config_key(name) {
            builder = builder.with_config(key, value);
        }
    }
    let store = builder.build().map_err(|error| StoreError::Credentials(error.to_string()))?;
    Ok(store.credentials().clone())
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

/// Credentials from a command that prints them as JSON.
struct Process {
    command: String,
    clock: Arc<dyn Clock>,
    cached: Mutex<Option<(Arc<AwsCredential>, Option<Timestamp>)>>,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Process")
    }
}

/// What the command prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<Timestamp>,
}

impl Process {
    fn new(command: String, clock: Arc<dyn Clock>) -> Self {
        Self { command, clock, cached: Mutex::new(None) }
    }

    fn is_fresh(&self, expiration: Option<Timestamp>) -> bool {
        expiration.is_none_or(|end| end - self.clock.now() > TimeDelta::minutes(5))
    }

    async fn run(&self) -> Result<Printed, String> {
        let command = self.command.clone();
        let task = tokio::task::spawn_blocking(move || run_shell(&command));
        let output = tokio::time::timeout(PROCESS_TIMEOUT, task)
            .await
            .map_err(|_| "it does not end".to_owned())?
            .map_err(|_| "it cannot be run".to_owned())??;
        let printed: Printed = serde_json::from_slice(&output)
            .map_err(|_| "it does not print credentials as JSON".to_owned())?;
        match printed.version {
            1 => Ok(printed),
            version => Err(format!("it prints credentials of version {version}")),
        }
    }
}

fn run_shell(command: &str) -> Result<Vec<u8>, String> {
    let output = std::process::Command::new("sh")
        .args(["-c", command])
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(format!("it ended with {}", output.status)),
    }
}

#[async_trait]
impl CredentialProvider for Process {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut cached = self.cached.lock().await;
        if let Some((credential, expiration)) = &*cached
            && self.is_fresh(*expiration)
        {
            return Ok(credential.clone());
        }
        let printed = self.run().await.map_err(|why| object_store::Error::Generic {
            store: "credential_process",
            source: why.into(),
        })?;
        let credential = Arc::new(AwsCredential {
            key_id: printed.access_key_id,
            secret_key: printed.secret_access_key,
            token: printed.session_token,
        });
        *cached = Some((credential.clone(), printed.expiration));
        Ok(credential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::s3::testing::FixedClock;

    fn process(command: &str) -> Process {
        Process::new(command.into(), Arc::new(FixedClock::at("2026-01-01T00:00:00Z")))
    }

    #[tokio::test]
    async fn a_command_prints_credentials() {
        let json = r#"{"Version":1,"AccessKeyId":"id","SecretAccessKey":"hush","SessionToken":"t","Expiration":"2026-01-01T01:00:00Z"}"#;
        let process = process(&format!("echo '{json}'"));
        let credential = process.get_credential().await.expect("credentials");
        assert_eq!((credential.key_id.as_str(), credential.token.as_deref()), ("id", Some("t")));
        let again = process.get_credential().await.expect("credentials");
        assert!(Arc::ptr_eq(&credential, &again), "kept until it runs out");
    }

    #[tokio::test]
    async fn what_a_command_prints_is_never_repeated_in_errors() {
        for command in ["echo hush", "echo '{\"Version\":2,\"AccessKeyId\":\"hush\",\"SecretAccessKey\":\"hush\"}'", "exit 3 # hush"] {
            let error = process(command).get_credential().await.expect_err(command);
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }

    #[test]
    fn the_chain_says_what_to_set_when_there_is_nothing() {
        let chain = [("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned())].into();
        let settings = S3Settings { chain, ..S3Settings::default() };
        let clock = Arc::new(FixedClock::at("2026-01-01T00:00:00Z"));
        let error = provider(&settings, &Profile::default(), "us-east-1", clock).expect_err("nothing");
        assert!(error.to_string().contains("AWS_PROFILE"), "{error}");
    }

    #[test]
    fn the_names_of_the_chain_are_known() {
        for name in super::super::settings::CHAIN {
            let known = config_key(name).is_some() || *name == "AWS_EC2_METADATA_DISABLED";
            assert!(known, "{name}");
        }
    }
}
