//! The stores that a test can reach, as a person would: a URL, and the variables to set.

use super::bucket::{Bucket, wait};
use super::world::World;
use crate::gcs::server as gcs_server;
use crate::sandbox::Run;
use crate::{azure_servers, swift_servers};
use std::fs;
use std::path::Path;

/// A store of its own.
pub struct Place {
    pub variables: Vec<(&'static str, String)>,
    pub url: String,
}

impl Place {
    pub fn directory(world: &World, name: &str) -> Self {
        let path = world.sandbox.path(name);
        fs::create_dir_all(&path).expect("a directory");
        Self { variables: Vec::new(), url: format!("file://{}", path.display()) }
    }

    /// The example store.
    pub fn example(world: &World) -> Self {
        Self { variables: Vec::new(), url: world.url() }
    }

    fn s3(variable: &str) -> Option<Self> {
        let bucket = Bucket::on(variable, "place")?;
        let keys = bucket.settings.keys.clone().expect("keys");
        let variables = vec![
            ("S3_ENDPOINT", bucket.settings.endpoint.clone().expect("an endpoint")),
            ("S3_REGION", "us-east-1".to_owned()),
            ("S3_ACCESS_KEY_ID", keys.access_key_id),
            ("S3_SECRET_ACCESS_KEY", keys.secret_access_key),
        ];
        Some(Self { variables, url: format!("s3://{}/place", bucket.name) })
    }

    fn gcs(variable: &str) -> Option<Self> {
        let endpoint = gcs_server::server(variable)?;
        let bucket = wait(gcs_server::create_bucket(&endpoint, false));
        let variables = vec![("STORAGE_EMULATOR_HOST", endpoint)];
        Some(Self { variables, url: format!("gs://{bucket}/place") })
    }

    fn azure() -> Option<Self> {
        let settings = azure_servers::server()?;
        let container = wait(azure_servers::create_container(&settings, "place"));
        let variables = vec![
            ("AZURE_STORAGE_BLOB_ENDPOINT", settings.endpoint.expect("an endpoint")),
            ("AZURE_STORAGE_KEY", settings.key.expect("a key")),
        ];
        let url = format!("azureblob://{}/{container}/place", azure_servers::ACCOUNT);
        Some(Self { variables, url })
    }

    fn swift() -> Option<Self> {
        let account = wait(swift_servers::v1())?;
        let container = wait(account.create_container(&[]));
        let variables = vec![
            ("ST_AUTH", std::env::var(swift_servers::V1).expect("an address")),
            ("ST_USER", "test:tester".to_owned()),
            ("ST_KEY", "testing".to_owned()),
        ];
        Some(Self { variables, url: format!("swift://{container}/place") })
    }

    /// One of each kind of service that is there. rclone is not among them: it refuses empty
    /// objects.
    pub fn services() -> Vec<Self> {
        let places = [
            Self::s3("GIT_STORE_TEST_S3"),
            Self::s3("GIT_STORE_TEST_MOTO"),
            Self::gcs(gcs_server::PLAIN),
            Self::gcs(gcs_server::WITH_CONDITIONS),
            Self::azure(),
            Self::swift(),
        ];
        places.into_iter().flatten().collect()
    }

    /// Runs a line with the variables of the place.
    pub fn run(&self, world: &World, directory: &Path, line: &str) -> Run {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = world.sandbox.program(directory, &words);
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        world.sandbox.finish(line, &mut command)
    }

    /// Copies everything to another place.
    pub fn copy(&self, world: &World, to: &Place, options: &str) -> Run {
        let line = format!("git store copy {} {} {options}", self.url, to.url);
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = world.sandbox.program(&world.sandbox.path(""), &words);
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        let own = to.variables.iter().map(|(name, value)| (format!("GIT_STORE_TO_{name}"), value));
        command.envs(own);
        world.sandbox.finish(&line, &mut command)
    }
}
