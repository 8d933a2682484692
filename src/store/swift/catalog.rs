//! What Keystone says with a token: until when it is good, and where services are.

use crate::model::Timestamp;
use crate::store::StoreError;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The body of Keystone's answer, as far as it matters.
#[derive(Deserialize)]
pub(super) struct Said {
    token: Token,
}

#[derive(Deserialize)]
struct Token {
    expires_at: Timestamp,
    #[serde(default)]
    catalog: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    endpoints: Vec<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    interface: String,
    region_id: Option<String>,
    url: String,
}

/// Reads the body of Keystone's answer.
pub(super) fn read(body: &[u8]) -> Result<Said, &'static str> {
    serde_json::from_slice(body).map_err(|_| "it is not Keystone's")
}

impl Said {
    /// Until when the token is good.
    pub(super) fn expires(&self) -> Timestamp {
        self.token.expires_at
    }

    /// The address of the account in a region, for an interface.
    pub(super) fn storage_url(
        &self,
        region: Option<&str>,
        interface: &str,
    ) -> Result<String, StoreError> {
        let services = self.token.catalog.iter().filter(|service| service.kind == "object-store");
        let endpoints = services.flat_map(|service| &service.endpoints);
        let all: Vec<_> = endpoints.filter(|each| each.interface == interface).collect();
        let is_there = |each: &&&Endpoint| region.is_none() || each.region_id.as_deref() == region;
        let urls: BTreeSet<&str> =
            all.iter().filter(is_there).map(|each| each.url.as_str()).collect();
        match urls.first() {
            Some(url) if urls.len() == 1 => Ok((*url).to_owned()),
            Some(_) => Err(choose("there is storage in several regions", &all)),
            None => Err(choose(&format!("there is no {interface} storage there"), &all)),
        }
    }
}

fn choose(what: &str, all: &[&Endpoint]) -> StoreError {
    let regions: BTreeSet<_> = all.iter().filter_map(|each| each.region_id.as_deref()).collect();
    let regions: Vec<String> = regions.iter().map(|name| name.escape_debug().to_string()).collect();
    let regions = regions.join(", ");
    StoreError::Settings(format!("{what}; OS_REGION_NAME can be one of: {regions}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"token": {"expires_at": "2026-01-01T01:00:00.000000Z", "catalog": [
        {"type": "identity", "endpoints": [{"interface": "public", "region": "a", "region_id": "a", "url": "https://id"}]},
        {"type": "object-store", "endpoints": [
            {"interface": "public", "region": "a", "region_id": "a", "url": "https://a/v1/AUTH_p"},
            {"interface": "internal", "region": "a", "region_id": "a", "url": "https://in/v1/AUTH_p"},
            {"interface": "public", "region": "b", "region_id": "b", "url": "https://b/v1/AUTH_p"}]}]}}"#;

    #[test]
    fn storage_by_region_and_interface() {
        let said = read(BODY.as_bytes()).expect("Keystone's");
        assert_eq!(said.expires().to_rfc3339(), "2026-01-01T01:00:00+00:00");
        let cases = [
            (Some("a"), "public", Ok("https://a/v1/AUTH_p")),
            (Some("b"), "public", Ok("https://b/v1/AUTH_p")),
            (None, "internal", Ok("https://in/v1/AUTH_p")),
            (None, "public", Err("a, b")),
            (Some("c"), "public", Err("a, b")),
            (Some("b"), "internal", Err("a")),
        ];
        for (region, interface, expected) in cases {
            let found = said.storage_url(region, interface).map_err(|error| error.to_string());
            match expected {
                Ok(url) => assert_eq!(found.as_deref(), Ok(url)),
                Err(regions) => assert!(found.expect_err("none").contains(regions)),
            }
        }
    }

    #[test]
    fn what_is_not_keystones() {
        for body in ["", "{}", "<html>", r#"{"token": {}}"#, &BODY[..BODY.len() - 1]] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
