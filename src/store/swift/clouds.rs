//! `clouds.yaml`, where OpenStack's clients keep several clouds.
//!
//! A cloud of it becomes what an environment would hold: `auth.project_name` is
//! `OS_PROJECT_NAME`. `secure.yaml` may hold the secrets apart from the rest.

use crate::store::{StoreError, Surroundings};
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a cloud says, by the name of the environment variable that says the same.
type Named = BTreeMap<String, String>;

/// Reads what the files say of a cloud.
pub(super) fn read(cloud: &str, surroundings: &Surroundings) -> Result<Named, StoreError> {
    let places = places(surroundings, "clouds", surroundings.variable("OS_CLIENT_CONFIG_FILE"));
    let (path, text) = first_file(&places)?.ok_or_else(|| {
        StoreError::Credentials(format!(
            "OS_CLOUD is '{}', but there is no clouds.yaml",
            shown(cloud)
        ))
    })?;
    let mut named = cloud_of(&path, &text, cloud)?.ok_or_else(|| {
        StoreError::Credentials(format!("{} has no cloud '{}'", path.display(), shown(cloud)))
    })?;
    if let Some((path, text)) = first_file(&self::places(surroundings, "secure", None))? {
        named.extend(cloud_of(&path, &text, cloud)?.unwrap_or_default());
    }
    Ok(named)
}

fn places(surroundings: &Surroundings, stem: &str, named: Option<String>) -> Vec<PathBuf> {
    if let Some(path) = named {
        return vec![path.into()];
    }
    let home = surroundings.variable("HOME").map(|home| Path::new(&home).join(".config/openstack"));
    let folders = [Some(PathBuf::from(".")), home, Some("/etc/openstack".into())];
    let files = folders.into_iter().flatten().flat_map(|folder| {
        ["yaml", "yml"].map(|extension| folder.join(format!("{stem}.{extension}")))
    });
    files.collect()
}

fn first_file(places: &[PathBuf]) -> Result<Option<(PathBuf, String)>, StoreError> {
    for path in places {
        match std::fs::read_to_string(path) {
            Ok(text) => return Ok(Some((path.clone(), text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(StoreError::Io { context: path.display().to_string(), source });
            }
        }
    }
    Ok(None)
}

/// One cloud of a file. What the reader says of a broken file is not repeated: it quotes it.
fn cloud_of(path: &Path, text: &str, cloud: &str) -> Result<Option<Named>, StoreError> {
    let file: Value = serde_yaml::from_str(text)
        .map_err(|_| StoreError::Settings(format!("{} is not usable YAML", path.display())))?;
    let found = file.get("clouds").and_then(|clouds| clouds.get(cloud)).and_then(Value::as_mapping);
    Ok(found.map(names))
}

fn names(cloud: &Mapping) -> Named {
    let auth = cloud.get("auth").and_then(Value::as_mapping);
    let values = cloud.iter().chain(auth.into_iter().flatten());
    values.filter_map(|(name, value)| Some((variable(name.as_str()?), scalar(value)?))).collect()
}

fn variable(name: &str) -> String {
    match name {
        "token" => "OS_AUTH_TOKEN".into(),
        // The storage alone can be put elsewhere, too.
        "object_store_endpoint_override" => "OS_STORAGE_URL".into(),
        "endpoint_type" => "OS_INTERFACE".into(),
        name => format!("OS_{}", name.to_ascii_uppercase()),
    }
}

/// A value as text; projects can have names that YAML takes for numbers.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn shown(cloud: &str) -> String {
    cloud.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "clouds:\n  one:\n    auth:\n      auth_url: https://id.example.com/v3\n      \
        project_id: 12345678\n      user_domain_name: Default\n    region_name: r1\n    \
        interface: internal\n    verify: true\n    cacert: /etc/ca.pem\n";

    #[test]
    fn a_cloud_is_an_environment() {
        let named = cloud_of(Path::new("f"), FILE, "one").expect("usable").expect("there");
        let pairs: Vec<_> = named.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let expected = [
            ("OS_AUTH_URL", "https://id.example.com/v3"),
            ("OS_CACERT", "/etc/ca.pem"),
            ("OS_INTERFACE", "internal"),
            ("OS_PROJECT_ID", "12345678"),
            ("OS_REGION_NAME", "r1"),
            ("OS_USER_DOMAIN_NAME", "Default"),
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_cloud_that_is_not_there() {
        for text in [FILE, "", "clouds: []", "clouds: {two: 1}"] {
            assert!(cloud_of(Path::new("f"), text, "two").expect("usable").is_none(), "{text}");
        }
    }

    #[test]
    fn a_broken_file_is_not_quoted() {
        let error = cloud_of(Path::new("f"), "password: hush\n\tx: [", "one").expect_err("broken");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}
