//! Environments, and which credentials follow from them.

use super::super::credentials::Credentials;
use super::super::site::Site;
use super::*;

fn resolve(variables: &[(&str, &str)]) -> AzureSettings {
    AzureSettings::new(&Surroundings::new(&|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }))
    .expect("settings")
}

fn kind(variables: &[(&str, &str)]) -> Result<&'static str, String> {
    let settings = resolve(variables);
    let site = Site::new(settings.endpoint.as_deref(), "account", "state").expect("a site");
    match Credentials::new(&settings, &site) {
        Ok(Credentials::Key(_)) => Ok("key"),
        Ok(Credentials::Sas(_)) => Ok("sas"),
        Ok(Credentials::Tokens(_)) => Ok("tokens"),
        Err(error) => Err(error.to_string()),
    }
}

const KEY: (&str, &str) = ("AZURE_STORAGE_KEY", "aHVzaA==");
const SAS: (&str, &str) = ("AZURE_STORAGE_SAS_TOKEN", "?sv=2023-11-03&sig=hush%3D");
const SECRET: [(&str, &str); 3] =
    [("AZURE_CLIENT_ID", "id"), ("AZURE_TENANT_ID", "tenant"), ("AZURE_CLIENT_SECRET", "hush")];

#[test]
fn the_first_that_is_set_is_used() {
    assert_eq!(kind(&[]), Ok("tokens"));
    assert_eq!(kind(&SECRET), Ok("tokens"));
    assert_eq!(kind(&[SAS, SECRET[0], SECRET[1], SECRET[2]]), Ok("sas"));
    assert_eq!(kind(&[SAS, KEY]), Ok("key"));
    assert_eq!(kind(&[("AZURE_STORAGE_ACCOUNT_KEY", "aHVzaA=="), SAS]), Ok("key"));
    assert_eq!(kind(&[("AZURE_STORAGE_KEY", ""), SAS]), Ok("sas"), "empty is not set");
    assert!(kind(&SECRET[..0]).is_ok() && kind(&[SECRET[0], SECRET[2]]).is_err(), "no tenant");
}

#[test]
fn what_cannot_be_used_is_named_and_not_shown() {
    for (name, value) in [
        ("AZURE_STORAGE_KEY", "hush!"),
        ("AZURE_STORAGE_SAS_TOKEN", "hush"),
        ("AZURE_STORAGE_SAS_TOKEN", "sv=1&sig=hush hush"),
        ("AZURE_STORAGE_SAS_TOKEN", "sv=1&sig=hush#x"),
    ] {
        let error = kind(&[(name, value)]).expect_err(value);
        assert!(error.contains(name) && !error.contains("hush"), "{error}");
    }
}

#[test]
fn a_token_needs_tls() {
    let plain = ("AZURE_STORAGE_BLOB_ENDPOINT", "http://blob.example.com");
    assert!(kind(&[plain, SECRET[0], SECRET[1], SECRET[2]]).is_err_and(|e| e.contains("TLS")));
    assert_eq!(kind(&[plain, KEY]), Ok("key"));
    let local = ("AZURE_STORAGE_BLOB_ENDPOINT", "http://127.0.0.1:10000/account");
    assert_eq!(kind(&[local, SECRET[0], SECRET[1], SECRET[2]]), Ok("tokens"));
}

#[test]
fn nothing_secret_is_shown() {
    let settings = resolve(&[KEY, SAS, SECRET[0], SECRET[1], SECRET[2]]);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("hush") && !shown.contains("aHVzaA"), "{shown}");
    assert!(shown.contains("tenant"), "{shown}");
}
