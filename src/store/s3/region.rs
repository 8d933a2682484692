//! Which region a bucket is in, asked of the service as kops asks it.

use super::client::Client;
use super::reply::Reply;
use super::site;
use crate::store::StoreError;
use crate::store::wire::Call;
use http::Method;
use serde::Deserialize;

#[derive(Deserialize)]
struct Constraint {
    #[serde(rename = "$text")]
    region: Option<String>,
}

/// SeaweedFS answers with what a request to create a bucket holds.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    location_constraint: Option<Constraint>,
}

impl Client {
    /// Asks GetBucketLocation; if that is not answered, HeadBucket, whose reply names the
    /// region even when it refuses.
    pub(super) async fn bucket_region(&self) -> Result<String, StoreError> {
        let call = Call::read(Method::GET, "").with_query("location", "");
        let reply = self.read(&call).await?;
        match location(&reply) {
            Ok(region) => Ok(region),
            Err(error @ StoreError::NoStore(_)) => Err(error),
            Err(error) => self.head_region().await?.ok_or(error),
        }
    }

    async fn head_region(&self) -> Result<Option<String>, StoreError> {
        let reply = self.read(&Call::read(Method::HEAD, "")).await?;
        Ok(reply.region_hint())
    }
}

/// The region of a GetBucketLocation: nothing is the first, `EU` an old name.
fn location(reply: &Reply) -> Result<String, StoreError> {
    if !reply.status.is_success() {
        return Err(reply.read_error("s3:GetBucketLocation"));
    }
    let wrapped = || reply.xml::<Configuration>("CreateBucketConfiguration");
    let constraint = reply
        .xml::<Constraint>("LocationConstraint")
        .map(Some)
        .or_else(|why| wrapped().map(|found| found.location_constraint).map_err(|_| why))
        .map_err(|why| StoreError::Protocol(format!("the bucket's region is not told: {why}")))?;
    match constraint
        .and_then(|constraint| constraint.region)
        .as_deref()
        .map(str::trim)
        .unwrap_or_default()
    {
        "" => Ok(site::DEFAULT_REGION.into()),
        "EU" => Ok("eu-west-1".into()),
        region => site::check_region(region),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, StatusCode};

    fn reply(status: u16, header: Option<&'static str>, body: &str) -> Reply {
        let mut headers = HeaderMap::new();
        if let Some(region) = header {
            headers.insert("x-amz-bucket-region", region.parse().expect("a value"));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        Reply { status, headers, body: body.to_owned().into(), host: "host".into() }
    }

    #[test]
    fn locations() {
        let told = |inner: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<LocationConstraint xmlns=\"x\">{inner}</LocationConstraint>"
            )
        };
        let cases = [
            (told(""), Some("us-east-1")),
            ("<LocationConstraint xmlns=\"x\"/>".into(), Some("us-east-1")),
            (told("EU"), Some("eu-west-1")),
            (format!("<CreateBucketConfiguration>{}</CreateBucketConfiguration>", told("EU").split_at(22).1), Some("eu-west-1")),
            ("<CreateBucketConfiguration><LocationConstraint></LocationConstraint></CreateBucketConfiguration>".into(), Some("us-east-1")),
            (told("ap-south-1"), Some("ap-south-1")),
            (told("evil.com/"), None),
            ("<html>".into(), None),
        ];
        for (body, expected) in cases {
            assert_eq!(location(&reply(200, None, &body)).ok().as_deref(), expected, "{body}");
        }
        let missing =
            reply(404, None, "<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>");
        assert!(matches!(location(&missing), Err(StoreError::NoStore(_))));
    }

    #[test]
    fn a_refusal_names_the_region() {
        for status in [301, 400, 403] {
            let hint = reply(status, Some("eu-west-1"), "").region_hint();
            assert_eq!(hint.as_deref(), Some("eu-west-1"));
        }
        assert!(reply(301, Some("eu-west-1"), "").is_elsewhere());
        assert!(!reply(403, Some("eu-west-1"), "").is_elsewhere());
        let body = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>eu-west-1</Region></Error>";
        let malformed = reply(400, None, body);
        assert!(malformed.is_elsewhere());
        assert_eq!(malformed.region_hint().as_deref(), Some("eu-west-1"));
        assert_eq!(reply(301, Some("evil.com/"), "").region_hint(), None);
    }
}
