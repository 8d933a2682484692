//! Writes: one request, sent once, refused by the service after its deadline.

use super::acl::AclUse;
use super::reply::Reply;
use super::upload::upload_headers;
use super::{ETagStyle, S3Store};
use crate::model::{Attributes, Key, Precondition, Timestamp, Version};
use crate::store::wire::{Call, tag_header};
use crate::store::{StoreError, Upload};
use http::Method;
use std::collections::BTreeMap;

impl S3Store {
    /// Writes an object.
    pub(super) async fn write(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.check_key(key, upload, deadline).await?;
        let condition = condition(precondition, self.e_tag_style().await);
        self.send_upload(key, upload, Some(condition), deadline).await
    }

    /// Sends an upload. Scratch objects alone are written without a precondition.
    pub(super) async fn send_upload(
        &self,
        key: &Key,
        upload: &Upload,
        condition: Option<(&'static str, String)>,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let is_update = matches!(condition, Some(("if-match", _)));
        let mut call = Call::write(Method::PUT, &self.path(key)?, deadline);
        call.headers = upload_headers(upload);
        call.headers.extend(self.kept_headers(key, &upload.attributes, is_update).await?);
        call.headers.extend(condition.map(|(name, value)| (name.to_owned(), value)));
        call.body = upload.bytes.clone();
        let needed = permission(&call.headers);
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        written(key, &reply, &needed)
    }

    /// Deletes an object; see [`S3Store::write`].
    pub(super) async fn remove(
        &self,
        key: &Key,
        condition: Option<(&'static str, String)>,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let mut call = Call::write(Method::DELETE, &self.path(key)?, deadline);
        call.headers.extend(condition.map(|(name, value)| (name.to_owned(), value)));
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        match reply.status.as_u16() {
            204 => Ok(()),
            200 if reply.body.is_empty() => Ok(()),
            _ => Err(reply.write_error(key, "s3:DeleteObject with s3:GetObject")),
        }
    }

    /// What the service keeps for an object beside what a read tells: list and tags.
    async fn kept_headers(
        &self,
        key: &Key,
        attributes: &Attributes,
        is_update: bool,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let mut headers = match &self.acl {
            Some(acl) => [("x-amz-acl".to_owned(), acl.clone())].into(),
            None if is_update && self.facts().await?.acl == AclUse::Kept => {
                self.acl_headers(key).await?
            }
            None => BTreeMap::new(),
        };
        if attributes.tag_count > 0 {
            headers.insert("x-amz-tagging".into(), self.tags(key).await?);
        }
        Ok(headers)
    }

    async fn tags(&self, key: &Key) -> Result<String, StoreError> {
        let call = Call::read(Method::GET, &self.path(key)?).with_query("tagging", "");
        let reply = self.client.read(&call).await?;
        if reply.is_no_such_key() {
            return Err(StoreError::Precondition(key.clone()));
        }
        let reply = reply.checked("s3:GetObjectTagging (to keep the object's tags)")?;
        tag_header(&reply.body, "Tagging")
    }
}

/// The header for a precondition.
pub(super) fn condition(precondition: &Precondition, style: ETagStyle) -> (&'static str, String) {
    match precondition {
        Precondition::MustNotExist => ("if-none-match", "*".into()),
        Precondition::MustMatch(version) => ("if-match", e_tag(version, style)),
    }
}

fn e_tag(version: &Version, style: ETagStyle) -> String {
    let is_weak = version.as_str().starts_with("W/");
    match style {
        ETagStyle::Quoted if !is_weak => format!("\"{version}\""),
        _ => version.to_string(),
    }
}

fn permission(headers: &BTreeMap<String, String>) -> String {
    let has = |start: &str| headers.keys().any(|name| name.starts_with(start));
    let mut needed = vec!["s3:PutObject"];
    if has("if-match") {
        needed.push("s3:GetObject");
    }
    if has("x-amz-acl") || has("x-amz-grant") {
        needed.push("s3:PutObjectAcl");
    }
    if has("x-amz-tagging") {
        needed.push("s3:PutObjectTagging");
    }
    if has("x-amz-server-side-encryption-aws-kms") {
        needed.push("kms:GenerateDataKey");
    }
    needed.join(" with ")
}

/// The version that a write made. A success that names none, or has a page or an error in its
/// body, is not believed.
fn written(key: &Key, reply: &Reply, permission: &str) -> Result<Version, StoreError> {
    let e_tag = reply.header("etag").filter(|tag| !tag.is_empty());
    match e_tag {
        Some(e_tag) if reply.status.is_success() && !reply.body.starts_with(b"<") => {
            Ok(Version::new(e_tag))
        }
        _ => Err(reply.write_error(key, permission)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e_tags_are_quoted_unless_the_service_cannot_read_that() {
        let cases = [
            ("abc", ETagStyle::Quoted, "\"abc\""),
            ("abc", ETagStyle::Bare, "abc"),
            ("W/\"abc\"", ETagStyle::Quoted, "W/\"abc\""),
        ];
        for (token, style, expected) in cases {
            assert_eq!(e_tag(&Version::new(token), style), expected);
        }
    }
}
