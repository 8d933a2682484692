//! Environments as kops reads them.

use super::*;

fn resolve(variables: &[(&str, &str)]) -> Result<S3Settings, StoreError> {
    S3Settings::new(&Surroundings::new(&|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }))
}

#[test]
fn an_endpoint_needs_its_own_keys() {
    let endpoint = ("S3_ENDPOINT", "https://s3.example.com");
    let aws = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let error = resolve(&[endpoint, aws[0], aws[1]]).expect_err("no S3 keys");
    assert!(error.to_string().contains("S3_ACCESS_KEY_ID"), "{error}");
    let error = resolve(&[endpoint, ("S3_SECRET_ACCESS_KEY", "hush")]).expect_err("half");
    assert!(!error.to_string().contains("hush"), "{error}");
    let keys = [("S3_ACCESS_KEY_ID", "id"), ("S3_SECRET_ACCESS_KEY", "hush")];
    let settings =
        resolve(&[endpoint, keys[0], keys[1], aws[0], aws[1], ("AWS_REGION", "eu-west-1")])
            .expect("settings");
    assert_eq!(settings.region.as_deref(), Some("us-east-1"), "AWS_REGION is not the endpoint's");
    assert_eq!(settings.keys.as_ref().map(|keys| keys.access_key_id.as_str()), Some("id"));
    assert!(!format!("{settings:?}").contains("hush"));
}

#[test]
fn the_aws_chain_without_an_endpoint() {
    let settings = resolve(&[
        ("S3_ENDPOINT", ""),
        ("S3_REGION", "nowhere-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ROLE_ARN", "arn"),
        ("KOPS_STATE_S3_ACL", "bucket-owner-full-control"),
        ("HOME", "/home/u"),
    ])
    .expect("settings");
    assert_eq!(
        (settings.endpoint.as_deref(), settings.region.as_deref()),
        (None, Some("eu-west-1"))
    );
    assert_eq!(settings.config_file, Some("/home/u/.aws/config".into()));
    assert_eq!(settings.chain.keys().collect::<Vec<_>>(), ["AWS_ROLE_ARN"]);
    assert_eq!(settings.acl.as_deref(), Some("bucket-owner-full-control"));
    let token = settings.keys.as_ref().and_then(|keys| keys.session_token.as_deref());
    assert_eq!(token, Some("token"));
    let shown = format!("{settings:?}");
    assert!(!shown.contains("hush") && !shown.contains("token\""), "{shown}");
}

#[test]
fn half_a_pair_of_keys_is_an_error() {
    assert!(resolve(&[("AWS_ACCESS_KEY_ID", "id")]).is_err());
    assert!(resolve(&[("AWS_SECRET_ACCESS_KEY", "hush")]).is_err());
    assert!(resolve(&[]).is_ok_and(|settings| settings.keys.is_none()));
}

#[test]
fn an_endpoint_with_a_password_is_refused_and_not_shown() {
    let error = resolve(&[("S3_ENDPOINT", "https://u:hush@host")]).expect_err("refused");
    assert!(!error.to_string().contains("hush"), "{error}");
    let settings =
        S3Settings { endpoint: Some("https://u:hush@host".into()), ..Default::default() };
    assert!(!format!("{settings:?}").contains("hush"));
}
