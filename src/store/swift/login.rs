//! How to get a token, as it is found by name.

use crate::store::StoreError;
use crate::store::wire::check_endpoint;
use serde_json::{Value, json};
use std::fmt;

/// How to get a token.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// There is one already, which nobody can renew.
    Token(String),
    /// Swift's own way, version 1.
    V1 {
        /// The URL that gives tokens.
        auth_url: String,
        /// The user, often `account:user`.
        user: String,
        /// The password.
        key: String,
    },
    /// Keystone's, version 3.
    V3 {
        /// The URL that ends in `/v3`.
        auth_url: String,
        /// The body of the request, which holds the password.
        body: String,
    },
}

impl Login {
    /// The address that is asked for a token, if one is.
    pub(super) fn auth_url(&self) -> Option<&str> {
        match self {
            Self::Token(_) => None,
            Self::V1 { auth_url, .. } | Self::V3 { auth_url, .. } => Some(auth_url),
        }
    }
}

/// Shows the address without the secret.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Token(_) => "Token",
            Self::V1 { .. } => "V1",
            Self::V3 { .. } => "V3",
        };
        f.debug_struct(kind).field("auth_url", &self.auth_url()).finish_non_exhaustive()
    }
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The login that the names of an environment stand for.
pub(super) fn find(get: Get<'_>) -> Result<Login, StoreError> {
    let token = get("OS_AUTH_TOKEN").or_else(|| get("OS_TOKEN"));
    if let (Some(token), Some(_)) = (token, get("OS_STORAGE_URL")) {
        return Ok(Login::Token(token));
    }
    let Some(auth_url) = get("OS_AUTH_URL") else {
        return v1(get, "ST_AUTH", "ST_USER", "ST_KEY");
    };
    let bare = auth_url.trim_end_matches('/');
    if bare.ends_with("/v1") || bare.ends_with("/v1.0") || names(get, "v1password") {
        return v1(get, "OS_AUTH_URL", "OS_USERNAME", "OS_PASSWORD");
    }
    // An address without a version is that of all versions.
    let root = ["/v3", "/v2.0"].iter().find_map(|version| bare.strip_suffix(version));
    let auth_url = format!("{}/v3", root.unwrap_or(bare));
    check_endpoint("OS_AUTH_URL", &auth_url)?;
    let body = v3(get)?.to_string();
    Ok(Login::V3 { auth_url, body })
}

fn names(get: Get<'_>, auth_type: &str) -> bool {
    get("OS_AUTH_TYPE").is_some_and(|given| given == auth_type)
}

fn v1(get: Get<'_>, auth_url: &str, user: &str, key: &str) -> Result<Login, StoreError> {
    let given = get(auth_url).ok_or_else(|| {
        StoreError::Credentials(
            "set OS_CLOUD, or OS_AUTH_URL with OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME, or \
             ST_AUTH with ST_USER and ST_KEY"
                .into(),
        )
    })?;
    check_endpoint(auth_url, &given)?;
    Ok(Login::V1 { auth_url: given, user: needed(get, user)?, key: needed(get, key)? })
}

fn needed(get: Get<'_>, name: &str) -> Result<String, StoreError> {
    get(name).ok_or_else(|| StoreError::Credentials(format!("{name} is not set")))
}

/// Ways to log in that [`v3`] knows, besides none.
const AUTH_TYPES: &[&str] = &["password", "v3password", APPLICATION];
const APPLICATION: &str = "v3applicationcredential";

/// The body of Keystone's `POST /v3/auth/tokens`.
fn v3(get: Get<'_>) -> Result<Value, StoreError> {
    if let Some(given) = get("OS_AUTH_TYPE").filter(|given| !AUTH_TYPES.contains(&given.as_str())) {
        let given = given.escape_debug();
        return Err(StoreError::Credentials(format!("a login by '{given}' is not supported")));
    }
    let is_application = names(get, APPLICATION)
        || (get("OS_APPLICATION_CREDENTIAL_SECRET").is_some() && get("OS_PASSWORD").is_none());
    let identity = match is_application {
        true => {
            let credential = application_credential(get)?;
            json!({"methods": ["application_credential"], "application_credential": credential})
        }
        false => {
            let mut user = user(get)?;
            user["password"] = needed(get, "OS_PASSWORD")?.into();
            json!({"methods": ["password"], "password": {"user": user}})
        }
    };
    let mut auth = json!({"identity": identity});
    // An application credential knows its project, and must not name one.
    if !is_application {
        auth["scope"] = json!({"project": project(get)?});
    }
    Ok(json!({"auth": auth}))
}

fn application_credential(get: Get<'_>) -> Result<Value, StoreError> {
    let secret = needed(get, "OS_APPLICATION_CREDENTIAL_SECRET")?;
    match get("OS_APPLICATION_CREDENTIAL_ID") {
        Some(id) => Ok(json!({"id": id, "secret": secret})),
        None => {
            let name = needed(get, "OS_APPLICATION_CREDENTIAL_NAME")?;
            Ok(json!({"name": name, "secret": secret, "user": user(get)?}))
        }
    }
}

fn user(get: Get<'_>) -> Result<Value, StoreError> {
    match get("OS_USER_ID").or_else(|| get("OS_USERID")) {
        Some(id) => Ok(json!({"id": id})),
        None => {
            let domain = domain(get, "OS_USER_DOMAIN");
            Ok(json!({"name": needed(get, "OS_USERNAME")?, "domain": domain}))
        }
    }
}

fn project(get: Get<'_>) -> Result<Value, StoreError> {
    if let Some(id) = get("OS_PROJECT_ID").or_else(|| get("OS_TENANT_ID")) {
        return Ok(json!({"id": id}));
    }
    let name = get("OS_PROJECT_NAME").or_else(|| get("OS_TENANT_NAME"));
    let name = name.map_or_else(|| needed(get, "OS_PROJECT_NAME"), Ok)?;
    Ok(json!({"name": name, "domain": domain(get, "OS_PROJECT_DOMAIN")}))
}

/// The domain of a user or a project; of both, as kops' library reads it; or Keystone's own.
fn domain(get: Get<'_>, start: &str) -> Value {
    for start in [start, "OS_DOMAIN"] {
        if let Some(id) = get(&format!("{start}_ID")) {
            return json!({"id": id});
        }
        if let Some(name) = get(&format!("{start}_NAME")) {
            return json!({"name": name});
        }
    }
    json!({"id": "default"})
}
