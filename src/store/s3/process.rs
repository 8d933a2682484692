//! Credentials from a `credential_process`.

use crate::model::Timestamp;
use crate::store::Clock;
use async_trait::async_trait;
use chrono::TimeDelta;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long the command may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Credentials from a command that prints them as JSON.
pub(super) struct Process {
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
    /// For a command of a shell.
    pub(super) fn new(command: String, clock: Arc<dyn Clock>) -> Self {
        Self { command, clock, cached: Mutex::new(None) }
    }

    fn is_fresh(&self, expiration: Option<Timestamp>) -> bool {
        expiration.is_none_or(|end| end - self.clock.now() > TimeDelta::minutes(5))
    }

    async fn run(&self) -> Result<Printed, String> {
        let command = self.command.clone();
        let task = tokio::task::spawn_blocking(move || run_shell(&command));
        let output = tokio::time::timeout(TIMEOUT, task)
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
    use crate::store::testing::FixedClock;

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
        for command in [
            "echo hush",
            "echo '{\"Version\":2,\"AccessKeyId\":\"hush\",\"SecretAccessKey\":\"hush\"}'",
            "exit 3 # hush",
        ] {
            let error = process(command).get_credential().await.expect_err(command);
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }
}
