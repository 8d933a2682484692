//! Real Swift servers for the tests: where they are, and an account there.

use crate::skipped::skipped;
use bytes::Bytes;
use git_store::store::Surroundings;
use serde_json::json;

/// What holds the address of Swift's own logins.
pub const V1: &str = "GIT_STORE_TEST_SWIFT_V1";

/// An account, the environment that leads to it, and a token of the tests' own.
pub struct Account {
    /// What a store is told.
    pub surroundings: Surroundings,
    token: String,
    url: String,
}

/// The account of Keystone's user, or `None` with a word on why nothing is tested.
pub async fn v3() -> Option<Account> {
    let auth_url = variable("GIT_STORE_TEST_SWIFT")?;
    let surroundings = surroundings(&[
        ("OS_AUTH_URL", &auth_url),
        ("OS_USERNAME", "demo"),
        ("OS_PASSWORD", "demopass"),
        ("OS_PROJECT_NAME", "demo"),
        ("OS_USER_DOMAIN_NAME", "Default"),
        ("OS_PROJECT_DOMAIN_NAME", "Default"),
        ("OS_REGION_NAME", "RegionOne"),
    ]);
    let domain = json!({"id": "default"});
    let user = json!({"name": "demo", "password": "demopass", "domain": domain});
    let identity = json!({"methods": ["password"], "password": {"user": user}});
    let scope = json!({"project": {"name": "demo", "domain": domain}});
    let body = json!({"auth": {"identity": identity, "scope": scope}}).to_string();
    let request = client().post(format!("{auth_url}/auth/tokens")).body(body);
    let reply = request.header("content-type", "application/json").send().await.expect("a reply");
    let token = header(&reply, "x-subject-token");
    let said: serde_json::Value =
        serde_json::from_slice(&reply.bytes().await.expect("a body")).expect("JSON");
    let services = said["token"]["catalog"].as_array().expect("a catalog");
    let storage = services.iter().find(|service| service["type"] == "object-store");
    let url = storage.expect("storage")["endpoints"][0]["url"].as_str().expect("an address");
    Some(Account { surroundings, token, url: url.to_owned() })
}

/// The account of Swift's own user, or `None` with a word on why nothing is tested.
pub async fn v1() -> Option<Account> {
    let auth_url = variable(V1)?;
    let user = [("ST_USER", "test:tester"), ("ST_KEY", "testing")];
    let surroundings = surroundings(&[("ST_AUTH", &auth_url), user[0], user[1]]);
    let request = client().get(auth_url).header("x-auth-user", user[0].1);
    let reply = request.header("x-auth-key", user[1].1).send().await.expect("a reply");
    let (token, url) = (header(&reply, "x-auth-token"), header(&reply, "x-storage-url"));
    Some(Account { surroundings, token, url })
}

impl Account {
    /// Makes a container and returns its name.
    pub async fn create_container(&self, headers: &[(&str, &str)]) -> String {
        let name = format!("git-store-{:016x}", rand::random::<u64>());
        self.request("PUT", &name, headers, "").await;
        name
    }

    /// Sends a request of the tests' own for a path below the account; returns the body.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Bytes {
        let method = method.parse().expect("a method");
        let body = body.into();
        let request = client().request(method, format!("{}/{path}", self.url));
        let request = request.header("x-auth-token", &self.token);
        let request = request.header("content-length", body.len()).body(body);
        let add = |request: reqwest::RequestBuilder, (name, value): &(&str, &str)| {
            request.header(*name, *value)
        };
        let reply = headers.iter().fold(request, add).send().await.expect("a reply");
        let status = reply.status();
        assert!(status.is_success(), "{path}: {status}");
        reply.bytes().await.expect("a body")
    }
}

/// What an environment of these variables says.
pub fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
    Surroundings::new(&|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    })
}

fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::new()
}

fn header(reply: &reqwest::Response, name: &str) -> String {
    let value = reply.headers().get(name).expect(name);
    value.to_str().expect("text").to_owned()
}

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        skipped(&format!("{name} is not set"));
    }
    value
}
