use super::SecretKind as K;
use super::*;
use proptest::prelude::*;

const KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nqqq=\n-----END RSA PRIVATE KEY-----\n";

fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let sextet = (bits >> (18 - 6 * index)) & 63;
            text.push(if index <= chunk.len() { alphabet[sextet as usize] as char } else { '=' });
        }
    }
    text
}

fn wrap(text: &str, width: usize, indent: &str) -> String {
    let lines: Vec<&str> =
        text.as_bytes().chunks(width).map(|c| std::str::from_utf8(c).expect("ASCII")).collect();
    format!("{indent}{}", lines.join(&format!("\n{indent}")))
}

#[track_caller]
fn check(content: &str, expected: &[(K, usize, usize)]) {
    let hits: Vec<_> = scan(content.as_bytes())
        .iter()
        .map(|hit| (hit.kind, hit.span.line, hit.span.column))
        .collect();
    assert_eq!(hits, expected, "{content}");
}

#[test]
fn private_keys() {
    check(KEY, &[(K::PrivateKey, 1, 1)]);
    check(&format!("a: |\n  {}", KEY.replace('\n', "\n  ")), &[(K::PrivateKey, 2, 3)]);
    check(&format!("a: {:?}\n", KEY), &[(K::PrivateKey, 1, 5)]);
    check("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", &[(K::PrivateKey, 1, 1)]);
    check("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", &[(K::PrivateKey, 1, 1)]);
    check("AGE-SECRET-KEY-1QQQQQQQQQQQQ\n", &[(K::PrivateKey, 1, 1)]);
    let encoded = base64(KEY.as_bytes());
    assert!(encoded.starts_with("LS0tLS1CRUdJTi"));
    check(&format!("data: {encoded}\n"), &[(K::PrivateKey, 1, 7)]);
    check(&format!("data: |\n{}\n", wrap(&encoded, 32, "    ")), &[(K::PrivateKey, 2, 5)]);
    check(&format!("data: {}\n", base64(encoded.as_bytes())), &[(K::PrivateKey, 1, 7)]);
    check("- privateMaterial: QUJD\n", &[(K::PrivateKey, 1, 20)]);
    check("users:\n- user:\n    client-key-data: QUJD\n", &[(K::PrivateKey, 3, 22)]);
}

#[test]
fn a_credential_deep_in_wrapped_base64() {
    let kubeconfig =
        format!("{}\nusers:\n- user:\n    token: abcdef.0123456789abcdef\n", "# text\n".repeat(40));
    let wrapped = wrap(&base64(kubeconfig.as_bytes()), 76, "      ");
    check(&format!("content: |\n{wrapped}\nx: y\n"), &[(K::Field, 2, 7)]);
    check(&format!("content: |\r\n{}\r\n", wrapped.replace('\n', "\r\n")), &[(K::Field, 2, 7)]);
    check(
        &format!("data\n{}\n", wrap(&base64(kubeconfig.as_bytes()), 64, "")),
        &[(K::Field, 2, 1)],
    );
}

#[test]
fn tokens_by_their_form() {
    check("id AKIAIOSFODNN7EXAMPLE x", &[(K::CloudCredential, 1, 4)]);
    let header = base64(b"{\"alg\":\"HS256\"}");
    let token = format!("{header}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
    check(&format!("a {token}"), &[(K::WebToken, 1, 3)]);
    check(&format!("- --token={token}"), &[(K::WebToken, 1, 11)]);
    check("ghp_0123456789abcdefghijklmnopqrstuvwxyz", &[(K::GitToken, 1, 1)]);
    check("x: github_pat_11ABCDEFG0abcdefghijkl_x", &[(K::GitToken, 1, 4)]);
    check("glpat-abcdefghij0123456789", &[(K::GitToken, 1, 1)]);
    check("xoxb-123456789012-abcdef", &[(K::ServiceToken, 1, 1)]);
    check(
        "https://hooks.slack.com/services/T00000000/B00000000/abcdefgh0123",
        &[(K::ServiceToken, 1, 9)],
    );
    check("proxy: http://user:hunter2@proxy:3128\n", &[(K::UrlPassword, 1, 20)]);
    check("Authorization: Bearer abcdefgh12\n", &[(K::Field, 1, 23)]);
    check("curl -H 'authorization: basic dXNlcjpwYXNz'", &[(K::Field, 1, 31)]);
    check("x AccountKey=QUJDREVGR0hJSktMTU5PUA==;", &[(K::CloudCredential, 1, 3)]);
}

#[test]
fn environment_in_every_form() {
    for name in [
        "S3_SECRET_ACCESS_KEY",
        "OS_PASSWORD",
        "OS_APPLICATION_CREDENTIAL_SECRET",
        "DIGITALOCEAN_ACCESS_TOKEN",
        "HCLOUD_TOKEN",
        "LINODE_TOKEN",
        "SCW_SECRET_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "DB_PASSWORD",
    ] {
        let forms = [
            format!("env:\n- name: {name}\n  value: simpleword\n"),
            format!("env:\n- name: \"{name}\"\n  # why\n\n  value: 'simpleword'\n- name: x\n"),
            format!("env:\n- value: simpleword\n  name: {name}\n"),
            format!(
                "env:\n  - name: {name}\n    x:\n      value: no\n    value: |\n      simpleword\n"
            ),
            format!("env: [{{name: {name}, value: simpleword}}]\n"),
            format!("env: [{{value: simpleword, name: {name}}}]\n"),
            format!("{{\"env\":[{{\"name\":\"{name}\",\"value\":\"simpleword\"}}]}}"),
            format!(
                "{{\n \"env\": [\n  {{\n   \"name\": \"{name}\",\n   \"value\": \"simpleword\"\n  }}\n ]\n}}\n"
            ),
            format!("a: \"[{{\\\"name\\\":\\\"{name}\\\",\\\"value\\\":\\\"simpleword\\\"}}]\"\n"),
            format!("environment:\n  {name}: simpleword\n"),
            format!("{{\"{name}\": \"simpleword\"}}"),
            format!("{name}=simpleword\n"),
            format!("content: |\n  export {name}='simpleword'\n"),
            format!("args:\n- -e\n- {name}=simpleword\n"),
            format!("a: [\"--env={name}=simpleword\"]"),
            format!("x: \"A=1\\n{name}=simpleword\\n\"\n"),
            format!("env:\r\n- name: {name}\r\n  value: simpleword\r\n"),
            format!("{name}:\n  simpleword\n"),
        ];
        for form in forms {
            let hits = scan(form.as_bytes());
            assert_eq!(hits.len(), 1, "{form}");
            assert_eq!(hits[0].field, name, "{form}");
            assert!(!mask(form.as_bytes()).contains("simpleword"), "{form}");
            let utf16: Vec<u8> = std::iter::once(0xfeffu16)
                .chain(form.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect();
            assert_eq!(scan(&utf16).len(), 1, "UTF-16: {form}");
        }
    }
}

#[test]
fn fields_arguments_and_objects() {
    check("vSpherePassword: hunter2\n", &[(K::Field, 1, 18)]);
    check("--password hunter2", &[(K::Field, 1, 12)]);
    check("args:\n- --token\n- abcdef0123456789xyz\n", &[(K::Field, 3, 3)]);
    check("[\"--token\", \"abcdef0123456789xyz\"]", &[(K::Field, 1, 14)]);
    check("- --client-secret=abcdef0123456789xyz\n", &[(K::Field, 1, 19)]);
    check("keys:\n- name: key1\n  secret: c2VjcmV0IGlzIHNlY3VyZQ==\n", &[(K::Field, 3, 11)]);
    check("gossipConfig:\n  secret: simple\n", &[(K::Field, 2, 11)]);
    check("gossipConfig:\n  secondary: {secret: simple}\n", &[(K::Field, 2, 23)]);
    check("[Global]\nsecret-key = abcdef0123456789XYZ\n", &[(K::Field, 2, 14)]);
    check("kind: Secret\ndata:\n  a: YQ==\n  b: ''\n", &[(K::SecretObject, 3, 6)]);
    check("a: b\n---\nstringData:\n  network: x\nkind: \"Secret\"\n", &[(K::SecretObject, 4, 12)]);
    check("{\"data\":{\"a\":\"YQ==\"},\"kind\":\"Secret\"}", &[(K::SecretObject, 1, 14)]);
    check(
        "kind: List\nitems:\n- kind: Secret\n  stringData: {t: x}\n",
        &[(K::SecretObject, 4, 19)],
    );
    assert_eq!(
        scan(b"kind: Secret\ndata:\n  a: YQ==\n\t- {\n").len(),
        1,
        "unreadable YAML counts as well"
    );
    let docker = "{\"auths\":{\"https://r.example.com\":{\"auth\":\"dXNlcjpwYXNz\"}}}";
    check(docker, &[(K::RegistryLogin, 1, 44)]);
    check(
        &format!(".dockerconfigjson: {}\n", base64(docker.as_bytes())),
        &[(K::RegistryLogin, 1, 20)],
    );
}

#[test]
fn what_only_looks_like_a_secret() {
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUDKzHb8RgKp2wQm3y\n-----END CERTIFICATE-----\n";
    let encoded = base64(certificate.as_bytes());
    let clean = [
        certificate,
        &format!("caBundle: {encoded}\n"),
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7yQ2v7Gq3i6T1x5 admin@example.com\n",
        "manifestHash: 3d6a1f0e9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e\n",
        "image: registry.k8s.io/x@sha256:3d6a1f0e9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e\n",
        "secretStore: s3://store/prod.example.com/secrets\n",
        "- name: S3_SECRET_ACCESS_KEY\n  valueFrom:\n    secretKeyRef:\n      key: token\n      name: s3\n",
        "- name: HCLOUD_TOKEN\n- name: OTHER\n  value: simpleword\n",
        "- name: TOKEN\n  value: $(OTHER)\n",
        "TOKEN=${OTHER}\n",
        "password: \"\"\n",
        "password: ${PASSWORD}\n",
        "secretName: my-registry-login\n",
        "- --token-auth-file=/srv/kubernetes/known_tokens.csv\n",
        "- --service-account-private-key-file=/srv/kubernetes/key.pem\n",
        "description: The password: it is used to log in\n",
        "properties:\n  password:\n    description: used for it\n    type: string\n",
        "kind: Secret\nmetadata:\n  name: x\ntype: kubernetes.io/service-account-token\n",
        "kind: Secret\ndata: {}\n",
        "kind: SecretProviderClass\ndata:\n  a: b\n",
        "url: https://user@example.com/x:y\n",
        "http://example.com:3128/a@b\n",
        "\"s3://$(USER):$(PASSWORD)@host\"\n",
        "resources: [secrets, tokens]\n",
        "authorizationMode: Node,RBAC\n",
        "automountServiceAccountToken: false\n",
        "tokenTTL: 12h0m0s\n",
        "secret: my-webhook-secret\n",
    ];
    for text in clean {
        check(text, &[]);
    }
}

#[test]
fn masks_keep_lines_and_columns() {
    let text = format!("a: 1\nb: |\n  {}c: 2\n", KEY.replace('\n', "\n  "));
    let masked = mask(text.as_bytes());
    assert_eq!(masked.lines().count(), text.lines().count());
    assert_eq!(masked.len(), text.len());
    assert!(!masked.contains("MIIE") && masked.contains("c: 2"));
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = mask(&bytes);
    }

    #[test]
    fn never_panics_near_secrets(text in "(name: |value: |HCLOUD_TOKEN|password|--token|kind: Secret|data:|auth|://a:b@|BEGIN PRIVATE KEY|eyJhbGciOiJI|AKIA|[-:={}\\[\\]\"'\\\\|>&! \n\r\t]|ü|ab){0,30}") {
        let _ = mask(text.as_bytes());
    }
}

#[test]
fn nothing_is_found_in_much_clean_text() {
    let text = "spec:\n  subnets:\n  - cidr: 172.20.32.0/19\n    name: us-test-1a\n    type: Public\n    zone: us-test-1a\n".repeat(40_000);
    assert_eq!(scan(text.as_bytes()).len(), 0);
}
