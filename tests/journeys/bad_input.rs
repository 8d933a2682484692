//! Bad input: one line, a hint, a documented code, and nothing changed.

use super::world::{NODES, World, replace};
use crate::s3_servers;
use crate::sandbox::{Sandbox, bytes_below};
use crate::scripted_http::{Answer, Scripted};
use std::path::Path;

/// What a command must say: an error, what to do, its code, and nothing else.
fn check(sandbox: &Sandbox, directory: &Path, line: &str, code: i32, kind: &str) -> String {
    let before = bytes_below(&sandbox.path(""));
    let run = sandbox.run(directory, line);
    let told: Vec<String> = run.stderr.lines().map(str::to_owned).collect();
    let seen = run.fails(code);
    assert!(told[0].starts_with("error: "), "{line}: {seen}");
    let hints = told[1..].iter().filter(|line| line.starts_with("hint: ")).count();
    assert!(hints > 0 && hints == told.len() - 1, "{line} says what to do: {seen}");

    let json = line.replace("git store ", "git store --json ");
    let run = sandbox.run(directory, &json);
    let error = &run.json()["error"];
    assert_eq!(error["kind"], kind, "{json}");
    assert_eq!(error["exit"], code, "{json}");
    assert_eq!(run.stderr, "", "{json}: nothing on standard error");
    assert_eq!(run.code(), Some(code), "{json}");
    assert_eq!(bytes_below(&sandbox.path("")), before, "{line} changed nothing");
    format!("$ {line}\n{seen}")
}

const KEYS: &str = "S3_ACCESS_KEY_ID=testak S3_SECRET_ACCESS_KEY=testsk S3_REGION=us-east-1";

#[test]
fn urls_and_settings() {
    let sandbox = Sandbox::new();
    let home = sandbox.path("");
    let mut seen = String::new();
    for (line, code, kind) in [
        ("git store clone bucket", 64, "bad-store-url"),
        ("git store clone s3://", 64, "bad-store-url"),
        ("git store clone s3:///prefix", 64, "bad-store-url"),
        ("git store clone ftp://host/x", 64, "bad-store-url"),
        ("git store clone s3://user:canary@bucket", 64, "bad-store-url"),
        ("git store clone file://relative/x", 64, "bad-store-url"),
        ("git store clone --state ''", 64, "bad-store-url"),
        ("env KOPS_STATE_STORE=bucket git store clone", 64, "bad-store-url"),
        ("git store clone", 64, "bad-store-url"),
        ("git store clone file:///", 64, "usage"),
        ("git store clone file:///nonexistent/x", 6, "no-store"),
        ("env S3_ENDPOINT=http://127.0.0.1:1 git store clone s3://bucket", 6, "credentials"),
        ("env S3_ENDPOINT=nonsense git store clone s3://bucket", 64, "bad-setting"),
        ("env GIT_STORE_LIFETIME=soon git store clone file:///srv x", 64, "bad-setting"),
    ] {
        seen += &check(&sandbox, &home, line, code, kind);
    }
    assert_eq!(seen.matches("canary").count(), 1, "a credential is not repeated: {seen}");
    insta::assert_snapshot!(seen, @"
    $ git store clone bucket
    error: 'bucket' has no scheme
    hint: write s3://bucket/prefix or file:///path; kops would take it for a local directory and write private keys there
    $ git store clone s3://
    error: 's3://' names no bucket
    hint: write s3://bucket/prefix
    $ git store clone s3:///prefix
    error: 's3:///prefix' names no bucket
    hint: write s3://bucket/prefix
    $ git store clone ftp://host/x
    error: 'ftp://' is no kind of store that this build knows: file://, memfs://, s3://, do://, scw://, hos://, linode://, gs://, azureblob://, swift://
    hint: write s3://bucket/prefix or file:///path
    $ git store clone s3://user:canary@bucket
    error: a store URL holds no ':': '***@bucket'
    hint: write the bucket and prefix only; credentials and endpoints come from the environment
    $ git store clone file://relative/x
    error: 'file://relative/x' is not an absolute path
    hint: write file:///path
    $ git store clone --state ''
    error: the store URL is empty
    hint: write s3://bucket/prefix or file:///path
    $ env KOPS_STATE_STORE=bucket git store clone
    error: 'bucket' has no scheme
    hint: write s3://bucket/prefix or file:///path; kops would take it for a local directory and write private keys there
    $ git store clone
    error: no store was named, and kops knows none
    hint: name it, such as s3://bucket/prefix, or set KOPS_STATE_STORE
    $ git store clone file:///
    error: the store's URL says no name for the clone
    hint: name a directory: `git store clone <URL> <directory>`
    $ git store clone file:///nonexistent/x
    error: the directory /nonexistent/x does not exist
    hint: is the URL right? `git store doctor file:///nonexistent/x` shows what is asked
    $ env S3_ENDPOINT=http://127.0.0.1:1 git store clone s3://bucket
    error: no usable credentials: S3_ENDPOINT is set, so S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set, too (kops does not use AWS_ACCESS_KEY_ID there)
    hint: `git store doctor s3://bucket` shows which credentials are used and where they come from
    $ env S3_ENDPOINT=nonsense git store clone s3://bucket
    error: the S3 endpoint (S3_ENDPOINT) is no URL; write https://host or https://host:port
    hint: `git store doctor s3://bucket` shows all settings and their origin
    $ env GIT_STORE_LIFETIME=soon git store clone file:///srv x
    error: lifetime = 'soon' ($GIT_STORE_LIFETIME): a number from 1 to 3600
    hint: `git store doctor file:///srv` shows all settings and their origin
    ");
}

#[test]
fn services_that_do_not_answer_as_they_should() {
    let sandbox = Sandbox::new();
    let home = sandbox.path("");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let html = Answer::reply("200 OK", &[("content-type", "text/html")], "<html>log in</html>");
    let html = runtime.block_on(Scripted::start(vec![html; 8]));
    let silent = runtime.block_on(Scripted::start(vec![Answer::Hang(Vec::new()); 20]));
    let mut seen = String::new();
    for (endpoint, kind) in [
        ("http://127.0.0.1:1".to_owned(), "unreachable"),
        ("http://no-such-host.invalid".to_owned(), "unreachable"),
        (html.endpoint(), "store"),
        (silent.endpoint(), "unreachable"),
    ] {
        let line = format!(
            "env {KEYS} GIT_STORE_TIMEOUT=1 S3_ENDPOINT={endpoint} git store clone s3://bucket"
        );
        let told = check(&sandbox, &home, &line, 6, kind);
        seen += &told.replace(endpoint.trim_start_matches("http://"), "<server>");
    }
    drop((html, silent));
    runtime.shutdown_background();
    insta::assert_snapshot!(seen, @"
    $ env S3_ACCESS_KEY_ID=testak S3_SECRET_ACCESS_KEY=testsk S3_REGION=us-east-1 GIT_STORE_TIMEOUT=1 S3_ENDPOINT=http://<server> git store clone s3://bucket
    error: cannot reach the store: <server>: error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)
    hint: `git store doctor s3://bucket` shows the endpoint and where it comes from
    $ env S3_ACCESS_KEY_ID=testak S3_SECRET_ACCESS_KEY=testsk S3_REGION=us-east-1 GIT_STORE_TIMEOUT=1 S3_ENDPOINT=http://<server> git store clone s3://bucket
    error: cannot reach the store: <server>: error sending request: client error (Connect): dns error: error resolving DNS: failed to lookup address information: Name or service not known
    hint: `git store doctor s3://bucket` shows the endpoint and where it comes from
    $ env S3_ACCESS_KEY_ID=testak S3_SECRET_ACCESS_KEY=testsk S3_REGION=us-east-1 GIT_STORE_TIMEOUT=1 S3_ENDPOINT=http://<server> git store clone s3://bucket
    error: the store's answer makes no sense: the listing is not usable: no <ListBucketResult>
    hint: is the endpoint right? `git store doctor s3://bucket` shows it and where it comes from
    $ env S3_ACCESS_KEY_ID=testak S3_SECRET_ACCESS_KEY=testsk S3_REGION=us-east-1 GIT_STORE_TIMEOUT=1 S3_ENDPOINT=http://<server> git store clone s3://bucket
    error: <server> did not answer in time (tried 4 times)
    hint: run the same command again in a while
    ");
}

#[test]
fn credentials_and_buckets() {
    let Some(settings) = s3_servers::server("GIT_STORE_TEST_S3") else { return };
    let sandbox = Sandbox::new();
    let endpoint = settings.endpoint.expect("an endpoint");
    let keys = settings.keys.expect("keys");
    let (id, secret) = (&keys.access_key_id, &keys.secret_access_key);
    let mut seen = String::new();
    for (id, secret, kind) in [
        (id.as_str(), "canary", "credentials"),
        ("nobody", secret, "credentials"),
        (id, secret, "no-store"),
    ] {
        let line = format!(
            "env S3_ENDPOINT={endpoint} S3_REGION=us-east-1 S3_ACCESS_KEY_ID={id} S3_SECRET_ACCESS_KEY={secret} git store clone s3://no-such-bucket"
        );
        let told = check(&sandbox, &sandbox.path(""), &line, 6, kind);
        assert_eq!(
            told.matches("canary").count(),
            usize::from(secret == "canary"),
            "only as typed"
        );
        seen += told.split_once('\n').expect("a line").1;
    }
    let host = endpoint.trim_start_matches("http://");
    insta::assert_snapshot!(seen.replace(host, "<server>"), @"
    error: no usable credentials: <server> answered 403, SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.
    hint: `git store doctor s3://no-such-bucket` shows which credentials are used and where they come from
    error: no usable credentials: <server> answered 403, InvalidAccessKeyId: The access key ID you provided does not exist in our records.
    hint: `git store doctor s3://no-such-bucket` shows which credentials are used and where they come from
    error: the bucket does not exist: <server> answered 404, NoSuchBucket: The specified bucket does not exist
    hint: is the URL right? `git store doctor s3://no-such-bucket` shows what is asked
    ");
}

#[test]
fn repositories() {
    let world = World::new();
    let sandbox = &world.sandbox;
    let home = sandbox.path("");
    sandbox.repository("plain");
    let init = |name: &str, option: &str| sandbox.try_git(&home, &["init", "-q", option, name]).0;
    assert!(init("sha256", "--object-format=sha256"), "git knows SHA-256");
    let has_reftable = init("reftable", "--ref-format=reftable");
    let mut seen = String::new();
    for (directory, line, code, kind) in [
        ("", "git store status", 7, "not-a-repository"),
        ("plain", "git store status", 64, "no-remote"),
        ("plain", "git store push --store other", 64, "no-remote"),
        ("sha256", "git store status", 7, "repository"),
        ("reftable", "git store status", 7, "repository"),
    ] {
        if directory != "reftable" || has_reftable {
            seen += &check(sandbox, &sandbox.path(directory), line, code, kind);
        }
    }
    if !has_reftable {
        return;
    }
    insta::assert_snapshot!(seen, @"
    $ git store status
    error: . is not a git repository
    hint: type `git store clone <URL> <directory>`, or `git init` to begin here
    $ git store status
    error: the repository has no store 'store'
    hint: type `git store init <URL>`, or name another one with --store
    $ git store push --store other
    error: the repository has no store 'other'
    hint: type `git store init <URL>`, or name another one with --store
    $ git store status
    error: a SHA-256 repository cannot be used by git-store
    hint: use one made with 'git init --object-format=sha1'
    $ git store status
    error: a repository with reftables cannot be used by git-store
    hint: run 'git refs migrate --ref-format=files' in it
    ");
}

#[test]
fn states_of_a_clone() {
    let world = World::new();
    let clone = world.clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    let check = |line: &str, code, kind| check(&world.sandbox, &clone, line, code, kind);
    let mut seen = check("git store push nothing", 64, "no-branch");
    seen += &check("git store verify nothing", 64, "no-branch");
    seen += &check("git store --store other fetch", 64, "no-remote");
    world.sandbox.git(&clone, &["checkout", "-q", "--detach"]);
    seen += &check("git store pull", 7, "repository");
    world.sandbox.git(&clone, &["checkout", "-q", "main"]);

    world.kops_edits(NODES, "maxSize: 12", "maxSize: 99");
    world.run(&clone, "git store fetch").ok();
    replace(&clone.join(NODES), "maxSize: 9", "maxSize: 8");
    let dirty = world.run(&clone, "git store pull");
    let file = std::fs::read_to_string(clone.join(NODES)).expect("a file");
    assert!(file.contains("maxSize: 8"), "what is not committed stays");
    seen += &dirty.seen();
    let json = world.run(&clone, "git store --json pull");
    let documents: Vec<serde_json::Value> =
        json.stdout.lines().map(|line| serde_json::from_str(line).expect("only JSON")).collect();
    assert_eq!(documents.last().expect("one")["error"]["exit"], 7, "{documents:?}");
    insta::assert_snapshot!(seen, @"
    $ git store push nothing
    error: 'nothing' is no commit
    hint: `git branch --all` lists what there is; `git store pull` brings what the store holds
    $ git store verify nothing
    error: 'nothing' is no commit
    hint: `git branch --all` lists what there is; `git store pull` brings what the store holds
    $ git store --store other fetch
    error: the repository has no store 'other'
    hint: type `git store init <URL>`, or name another one with --store
    $ git store pull
    error: the branch 'main' is not checked out
    hint: type `git switch main` first
    Nothing changed in file://~/state; store/main stays at <id>.
    prod.example.com/instancegroup/nodes: both sides changed spec.maxSize
    error: Your local changes to the following files would be overwritten by merge:
    	prod.example.com/instancegroup/nodes
    Please commit your changes or stash them before you merge.
    Aborting
    Merge with strategy ort failed.
    error: the store's changes are fetched, but git did not merge them
    hint: `git commit` or `git stash` what you changed, then pull again
    [ended with 7]
    ");
}

#[test]
fn a_branch_without_a_commit() {
    let world = World::empty();
    let repository = world.sandbox.repository("new");
    world.run(&repository, &format!("git store init {}", world.url())).ok();
    let seen = check(&world.sandbox, &repository, "git store push", 64, "no-branch");
    insta::assert_snapshot!(seen, @"
    $ git store push
    error: there is no commit to push: main does not exist
    hint: `git branch --all` lists what there is; to begin with what the store holds, type `git store pull`
    ");
}

#[test]
fn a_file_of_a_gigabyte_is_an_error_and_not_read_to_its_end() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("big.yaml");
    std::fs::write(&path, "a: \"x\n").expect("a file");
    let file = std::fs::File::options().append(true).open(&path).expect("a file");
    file.set_len(1 << 30).expect("a sparse file");
    let seen = sandbox.run(&sandbox.path(""), "git store check big.yaml").fails(4);
    assert!(seen.contains("and is not read any further"), "{seen}");
}
