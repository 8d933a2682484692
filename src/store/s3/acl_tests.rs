//! Which lists are kept, and how.

use super::*;

fn reply(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).expect("a status");
    let (headers, body) = (http::HeaderMap::new(), body.to_owned().into());
    Reply { status, headers, body, host: "host".into() }
}

fn policy(grants: &[(&str, &str, &str)]) -> Reply {
    let grants: String = grants
        .iter()
        .map(|(tag, value, permission)| format!(
            "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"x\"><{tag}>{value}</{tag}></Grantee><Permission>{permission}</Permission></Grant>"
        ))
        .collect();
    let owner = "<Owner><ID>me</ID><DisplayName>m</DisplayName></Owner>";
    reply(
        200,
        &format!(
            "<AccessControlPolicy xmlns=\"x\">{owner}<AccessControlList>{grants}</AccessControlList></AccessControlPolicy>"
        ),
    )
}

fn kept(grants: &[(&str, &str, &str)]) -> Vec<String> {
    let headers = headers(&policy(grants)).expect("headers");
    headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

#[test]
fn what_an_update_sends() {
    let own = ("ID", "me", "FULL_CONTROL");
    assert!(kept(&[own]).is_empty());
    assert_eq!(kept(&[own, ("URI", ALL_USERS, "READ")]), ["x-amz-acl: public-read"]);
    let expected = [
        "x-amz-grant-full-control: id=\"me\"",
        "x-amz-grant-read: id=\"you\", emailAddress=\"a@b\"",
    ];
    assert_eq!(kept(&[own, ("ID", "you", "READ"), ("EmailAddress", "a@b", "READ")]), expected);
    assert!(headers(&policy(&[own, ("ID", "you", "WRITE")])).is_err());
}

#[test]
fn what_ownership_controls_say() {
    let controls = |rule: &str| {
        format!(
            "<OwnershipControls xmlns=\"x\"><Rule><ObjectOwnership>{rule}</ObjectOwnership></Rule></OwnershipControls>"
        )
    };
    let error = |code: &str| format!("<Error><Code>{code}</Code><Message>m</Message></Error>");
    let cases = [
        (200, controls("BucketOwnerEnforced"), Some(AclUse::Ignored)),
        (200, controls("ObjectWriter"), Some(AclUse::Kept)),
        (200, controls("BucketOwnerPreferred"), Some(AclUse::Kept)),
        (200, "<OwnershipControls/>".into(), Some(AclUse::Ignored)),
        (404, error("OwnershipControlsNotFoundError"), Some(AclUse::Kept)),
        (403, error("AccessDenied"), Some(AclUse::Kept)),
        (501, error("NotImplemented"), None),
        (200, "<ListBucketResult></ListBucketResult>".into(), None),
    ];
    for (status, body, expected) in cases {
        assert_eq!(ownership(&reply(status, &body)).expect("an answer"), expected, "{body}");
    }
    for (status, code) in [(404, "NoSuchBucket"), (503, "SlowDown"), (403, "SignatureDoesNotMatch")]
    {
        assert!(ownership(&reply(status, &error(code))).is_err(), "{code}");
    }
}
