//! Access control lists: whether a bucket has any, and how an update keeps an object's own.

use super::S3Store;
use super::reply::Reply;
use crate::model::Key;
use crate::store::StoreError;
use crate::store::wire::Call;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether objects can have access control lists of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AclUse {
    /// No: the bucket's owner owns everything, or the service has no such lists.
    Ignored,
    /// Yes: an update reads the object's list first and sends it again.
    Kept,
}

/// Everyone, in an access control list.
const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipControls {
    #[serde(default)]
    rule: Vec<OwnershipRule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: String,
}

/// An access control list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    owner: Option<Owner>,
    access_control_list: Grants,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(rename = "ID")]
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Grants {
    #[serde(default)]
    grant: Vec<Grant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Grant {
    grantee: Grantee,
    permission: String,
}

#[derive(Deserialize)]
struct Grantee {
    #[serde(rename = "ID")]
    id: Option<String>,
    #[serde(rename = "URI")]
    uri: Option<String>,
    #[serde(rename = "EmailAddress")]
    email: Option<String>,
}

impl S3Store {
    /// Asks the service whether objects of this bucket can have lists of their own.
    pub(super) async fn learn_acl_use(&self) -> Result<AclUse, StoreError> {
        let call = Call::read(Method::GET, "").with_query("ownershipControls", "");
        let reply = self.client.read(&call).await?;
        match ownership(&reply)? {
            Some(answer) => Ok(answer),
            None => self.bucket_has_acl().await,
        }
    }

    /// Where ownership is unknown to the service: does it know access control lists?
    async fn bucket_has_acl(&self) -> Result<AclUse, StoreError> {
        let call = Call::read(Method::GET, "").with_query("acl", "");
        let reply = self.client.read(&call).await?;
        let has = reply.status.is_success() && reply.xml::<Policy>("AccessControlPolicy").is_ok();
        let denied = reply.status == StatusCode::FORBIDDEN;
        Ok(if has || denied { AclUse::Kept } else { AclUse::Ignored })
    }

    /// The headers that give a new version of an object the list that it has.
    pub(super) async fn acl_headers(
        &self,
        key: &Key,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let call = Call::read(Method::GET, &self.path(key)?).with_query("acl", "");
        let reply = self.client.read(&call).await?;
        if reply.is_no_such_key() {
            return Err(StoreError::Precondition(key.clone()));
        }
        let permission = "s3:GetObjectAcl (to keep the object's ACL; or set KOPS_STATE_S3_ACL)";
        match reply.checked(permission) {
            Ok(reply) => headers(&reply),
            Err(StoreError::Unsupported(_)) => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }
}

/// What `?ownershipControls` says; `None`: the service does not know it.
fn ownership(reply: &Reply) -> Result<Option<AclUse>, StoreError> {
    if let Ok(controls) = reply.xml::<OwnershipControls>("OwnershipControls") {
        let enforced = |rule: &OwnershipRule| rule.object_ownership == "BucketOwnerEnforced";
        let ignored = controls.rule.is_empty() || controls.rule.iter().any(enforced);
        return Ok(Some(if ignored { AclUse::Ignored } else { AclUse::Kept }));
    }
    let code = reply.refusal().map(|refusal| refusal.code).unwrap_or_default();
    match (code.as_str(), reply.status.as_u16()) {
        // A bucket from before there were such controls: its objects have lists.
        ("OwnershipControlsNotFoundError", _) => Ok(Some(AclUse::Kept)),
        ("NoSuchBucket", _) | (_, 300..=399 | 401 | 408 | 429 | 500 | 502..=599) => {
            Err(reply.read_error("s3:GetBucketOwnershipControls"))
        }
        (
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "RequestTimeTooSkewed",
            _,
        ) => Err(reply.read_error("s3:GetBucketOwnershipControls")),
        // May not be asked: every object is asked, then.
        (_, 403) => Ok(Some(AclUse::Kept)),
        _ => Ok(None),
    }
}

fn headers(reply: &Reply) -> Result<BTreeMap<String, String>, StoreError> {
    let policy: Policy = reply
        .xml("AccessControlPolicy")
        .map_err(|why| StoreError::Protocol(format!("the ACL is not usable: {why}")))?;
    let owner = policy.owner.and_then(|owner| owner.id);
    let is_owners = |grant: &Grant| grant.permission == "FULL_CONTROL" && grant.grantee.id == owner;
    let is_public = |grant: &Grant| {
        grant.permission == "READ" && grant.grantee.uri.as_deref() == Some(ALL_USERS)
    };
    let grants = policy.access_control_list.grant;
    let others: Vec<&Grant> = grants.iter().filter(|grant| !is_owners(grant)).collect();
    match others.as_slice() {
        [] => Ok(BTreeMap::new()),
        [only] if is_public(only) => {
            Ok([("x-amz-acl".to_owned(), "public-read".to_owned())].into())
        }
        _ => grant_headers(&grants),
    }
}

fn grant_headers(grants: &[Grant]) -> Result<BTreeMap<String, String>, StoreError> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for grant in grants {
        let name = match grant.permission.as_str() {
            "FULL_CONTROL" => "x-amz-grant-full-control",
            "READ" => "x-amz-grant-read",
            "READ_ACP" => "x-amz-grant-read-acp",
            "WRITE_ACP" => "x-amz-grant-write-acp",
            other => return Err(unknown(other)),
        };
        let Grantee { id, uri, email } = &grant.grantee;
        let grantee = [("id", id), ("uri", uri), ("emailAddress", email)]
            .into_iter()
            .find_map(|(kind, value)| value.as_ref().map(|value| format!("{kind}=\"{value}\"")))
            .ok_or_else(|| unknown("somebody"))?;
        headers
            .entry(name.into())
            .and_modify(|all| *all = format!("{all}, {grantee}"))
            .or_insert(grantee);
    }
    Ok(headers)
}

fn unknown(what: &str) -> StoreError {
    StoreError::Unsupported(format!(
        "the object's ACL grants '{}', which cannot be kept",
        what.escape_debug()
    ))
}

#[cfg(test)]
#[path = "acl_tests.rs"]
mod tests;
