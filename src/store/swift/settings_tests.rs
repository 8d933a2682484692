//! Environments as OpenStack's clients read them.

use super::*;

fn resolve(variables: &[(&str, &str)]) -> Result<SwiftSettings, StoreError> {
    SwiftSettings::new(&Surroundings::new(&|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }))
}

fn body(variables: &[(&str, &str)]) -> serde_json::Value {
    let settings = resolve(variables).expect("settings");
    let Login::V3 { body, .. } = settings.login else { panic!("no login of version 3") };
    serde_json::from_str(&body).expect("JSON")
}

const USER: [(&str, &str); 4] = [
    ("OS_AUTH_URL", "https://id.example.com/v3"),
    ("OS_USERNAME", "u"),
    ("OS_PASSWORD", "hush"),
    ("OS_PROJECT_NAME", "p"),
];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    [&USER, more].concat()
}

#[test]
fn a_password_of_version_3() {
    let settings = resolve(&with(&[("OS_REGION_NAME", "r"), ("OS_INTERFACE", "internalURL")]));
    let settings = settings.expect("settings");
    assert_eq!((settings.region.as_deref(), settings.interface.as_str()), (Some("r"), "internal"));
    assert_eq!(settings.login.auth_url(), Some("https://id.example.com/v3"));
    let shown = format!("{settings:?}");
    assert!(shown.contains("id.example.com") && !shown.contains("hush"), "{shown}");
    let auth = &body(&USER)["auth"];
    assert_eq!(auth["identity"]["methods"], serde_json::json!(["password"]));
    let user = &auth["identity"]["password"]["user"];
    assert_eq!((&user["name"], &user["domain"]["id"]), (&"u".into(), &"default".into()));
    assert_eq!(
        (&user["password"], &auth["scope"]["project"]["name"]),
        (&"hush".into(), &"p".into())
    );
}

#[test]
fn domains_of_users_and_projects() {
    let cases: [(&[_], _, _); 4] = [
        (&[], r#"{"id":"default"}"#, r#"{"id":"default"}"#),
        (&[("OS_DOMAIN_NAME", "d")], r#"{"name":"d"}"#, r#"{"name":"d"}"#),
        (&[("OS_DOMAIN_ID", "d"), ("OS_DOMAIN_NAME", "e")], r#"{"id":"d"}"#, r#"{"id":"d"}"#),
        (
            &[("OS_USER_DOMAIN_NAME", "u"), ("OS_PROJECT_DOMAIN_ID", "p")],
            r#"{"name":"u"}"#,
            r#"{"id":"p"}"#,
        ),
    ];
    for (more, user, project) in cases {
        let auth = &body(&with(more))["auth"];
        assert_eq!(auth["identity"]["password"]["user"]["domain"].to_string(), user);
        assert_eq!(auth["scope"]["project"]["domain"].to_string(), project);
    }
}

#[test]
fn an_application_credential_names_no_project() {
    let named = with(&[
        ("OS_AUTH_TYPE", "v3applicationcredential"),
        ("OS_APPLICATION_CREDENTIAL_NAME", "ac"),
        ("OS_APPLICATION_CREDENTIAL_SECRET", "hush-ac"),
    ]);
    let auth = &body(&named)["auth"];
    assert!(auth.get("scope").is_none() && !auth.to_string().contains("\"hush\""), "{auth}");
    let credential = &auth["identity"]["application_credential"];
    assert_eq!((&credential["name"], &credential["user"]["name"]), (&"ac".into(), &"u".into()));
    let by_id =
        [USER[0], ("OS_APPLICATION_CREDENTIAL_ID", "i"), ("OS_APPLICATION_CREDENTIAL_SECRET", "s")];
    let credential = &body(&by_id)["auth"]["identity"]["application_credential"];
    assert_eq!(credential.to_string(), r#"{"id":"i","secret":"s"}"#);
}

#[test]
fn which_login_is_meant() {
    let v1 = [("ST_AUTH", "http://h/auth/v1.0"), ("ST_USER", "a:u"), ("ST_KEY", "hush")];
    let is_v1 = |variables: &[(&str, &str)]| {
        matches!(resolve(variables).expect("settings").login, Login::V1 { .. })
    };
    assert!(is_v1(&v1));
    assert!(is_v1(&[("OS_AUTH_URL", "https://h/auth/v1.0/"), USER[1], USER[2]]));
    assert!(is_v1(&[
        ("OS_AUTH_URL", "https://h/x"),
        ("OS_AUTH_TYPE", "v1password"),
        USER[1],
        USER[2]
    ]));
    assert!(!is_v1(&[&USER[..], &v1].concat()));
    let token = [("OS_TOKEN", "hush"), ("OS_STORAGE_URL", "https://s/v1/AUTH_x")];
    let settings = resolve(&[&USER[..], &token].concat()).expect("settings");
    assert!(matches!(settings.login, Login::Token(_)) && !format!("{settings:?}").contains("hush"));
    for (given, expected) in [
        ("https://id:5000", "https://id:5000/v3"),
        ("https://id/identity/v3/", "https://id/identity/v3"),
        ("https://id:5000/v2.0", "https://id:5000/v3"),
    ] {
        let settings = resolve(&[("OS_AUTH_URL", given), USER[1], USER[2], USER[3]]);
        assert_eq!(settings.expect("settings").login.auth_url(), Some(expected));
    }
}

#[test]
fn what_is_missing_is_named_and_no_secret_is() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "OS_AUTH_URL"),
        (&USER[..3], "OS_PROJECT_NAME"),
        (&[USER[0], USER[1], USER[3]], "OS_PASSWORD"),
        (&[USER[0], USER[2], USER[3]], "OS_USERNAME"),
        (&[("ST_AUTH", "https://h"), ("ST_USER", "u")], "ST_KEY"),
        (&[("OS_AUTH_URL", "https://u:hush@h/v3"), USER[1], USER[2], USER[3]], "OS_AUTH_URL"),
        (&[("OS_AUTH_URL", "h/v3"), USER[1], USER[2], USER[3]], "OS_AUTH_URL"),
        (&[USER[0], ("OS_AUTH_TYPE", "v3oidcpassword")], "v3oidcpassword"),
        (&[("OS_CLOUD", "nowhere"), ("OS_CLIENT_CONFIG_FILE", "/nowhere/x.yaml")], "nowhere"),
    ];
    for (variables, named) in cases {
        let error = resolve(variables).expect_err(named).to_string();
        assert!(error.contains(named) && !error.contains("hush"), "{error}");
    }
}

#[test]
fn a_cloud_of_a_file_is_all_there_is_but_for_its_region() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let text = "clouds:\n  mine:\n    region_name: a\n    auth: {auth_url: 'https://mine/v3', \
        username: me, password: mine, project_id: 7}\n";
    std::fs::write(file.path(), text).expect("written");
    let path = file.path().to_str().expect("a plain path");
    let cloud = [("OS_CLOUD", "mine"), ("OS_CLIENT_CONFIG_FILE", path)];
    let settings = resolve(&[&USER[..], &cloud].concat()).expect("settings");
    assert_eq!(settings.login.auth_url(), Some("https://mine/v3"));
    assert_eq!(settings.region.as_deref(), Some("a"));
    let variables = [&USER[..], &cloud, &[("OS_REGION_NAME", "b")]].concat();
    let settings = resolve(&variables).expect("settings");
    assert_eq!(settings.region.as_deref(), Some("b"));
    let Login::V3 { body, .. } = &settings.login else { panic!("no login of version 3") };
    assert!(body.contains("\"mine\"") && !body.contains("hush"), "{body}");
}
