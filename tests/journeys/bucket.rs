//! A store in a bucket of a real S3 server, and a proxy before it that can make things happen
//! at the worst moment.

use crate::s3_servers::{create_bucket, request_with, server};
use crate::sandbox::{Run, Sandbox};
use git_store::store::s3::S3Settings;
use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Bucket {
    pub sandbox: Sandbox,
    pub settings: S3Settings,
    pub name: String,
}

/// Waits for a request of the tests' own.
pub fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(future)
}

impl Bucket {
    /// A new bucket, if there is a server; `lifetime` is how long a dead push is waited for.
    pub fn new(what: &str) -> Option<Self> {
        Self::on("GIT_STORE_TEST_S3", what)
    }

    /// The same on the server that a variable names.
    pub fn on(variable: &str, what: &str) -> Option<Self> {
        let settings = server(variable)?;
        let name = wait(create_bucket(&settings, what));
        let keys = settings.keys.clone().expect("keys");
        let sandbox = Sandbox::new()
            .with("S3_ENDPOINT", settings.endpoint.as_ref().expect("an endpoint"))
            .with("S3_REGION", "us-east-1")
            .with("S3_ACCESS_KEY_ID", &keys.access_key_id)
            .with("S3_SECRET_ACCESS_KEY", &keys.secret_access_key);
        Some(Self { sandbox, settings, name })
    }

    /// Lets everything that people run go through a proxy.
    pub fn through(mut self, proxy: &str) -> Self {
        self.sandbox = self.sandbox.with("S3_ENDPOINT", proxy);
        self
    }

    /// Puts every file below a directory into the bucket.
    pub fn upload(&self, directory: &Path) {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/s3.py");
        let words =
            [program.as_os_str(), "upload".as_ref(), directory.as_os_str(), self.name.as_ref()];
        let mut command = self.sandbox.program(&self.sandbox.path(""), &words);
        let endpoint = self.settings.endpoint.as_ref().expect("an endpoint");
        self.sandbox.finish("upload", command.env("S3_ENDPOINT", endpoint)).ok();
    }

    /// Writes without asking anybody, as kops does.
    pub fn put(&self, key: &str, body: &'static str, headers: &[(&str, &str)]) {
        drop(wait(request_with(
            &self.settings,
            "PUT",
            &format!("/{}/{key}", self.name),
            body,
            headers,
        )));
    }

    pub fn get(&self, key: &str) -> String {
        let body =
            wait(request_with(&self.settings, "GET", &format!("/{}/{key}", self.name), "", &[]));
        String::from_utf8(body.to_vec()).expect("text")
    }

    pub fn clone(&self, name: &str) -> PathBuf {
        let line = format!("git store clone s3://{} {name}", self.name);
        self.sandbox.run(&self.sandbox.path(""), &line).ok();
        self.sandbox.path(name)
    }

    pub fn run(&self, directory: &Path, line: &str) -> Run {
        self.sandbox.run(directory, line)
    }
}

/// Whether a request is passed on; called with its first line before that happens.
pub type Gate = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Starts a proxy and returns its URL. It lives as long as the process.
pub fn proxy(upstream: &str, gate: Gate) -> String {
    proxy_that(upstream, gate, |request| request.to_vec())
}

/// A proxy behind which no server sees a precondition.
pub fn blind_proxy(upstream: &str, gate: Gate) -> String {
    proxy_that(upstream, gate, without_preconditions)
}

/// A request whose preconditions have names that no server knows.
fn without_preconditions(request: &[u8]) -> Vec<u8> {
    let end = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(0);
    let head = String::from_utf8_lossy(&request[..end]);
    let head = head.replace("if-match:", "x-ignored:").replace("if-none-match:", "x-ignored-too:");
    [head.as_bytes(), &request[end..]].concat()
}

fn proxy_that(upstream: &str, gate: Gate, change: fn(&[u8]) -> Vec<u8>) -> String {
    let upstream = upstream.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (upstream, gate) = (upstream.clone(), Arc::clone(&gate));
            std::thread::spawn(move || {
                serve(client.expect("a connection"), &upstream, &gate, change)
            });
        }
    });
    format!("http://{address}")
}

fn serve(mut client: TcpStream, upstream: &str, gate: &Gate, change: fn(&[u8]) -> Vec<u8>) {
    let mut server = TcpStream::connect(upstream).expect("the server");
    let mut answers = server.try_clone().expect("a handle");
    let mut back = client.try_clone().expect("a handle");
    std::thread::spawn(move || {
        drop(std::io::copy(&mut answers, &mut back));
        drop(back.shutdown(Shutdown::Both));
    });
    let mut buffer = [0; 65536];
    while let Ok(count) = client.read(&mut buffer) {
        let line =
            String::from_utf8_lossy(&buffer[..count]).lines().next().unwrap_or("").to_owned();
        let is_passed = !line.contains(" HTTP/1.1") || gate(&line);
        if count == 0 || !is_passed || server.write_all(&change(&buffer[..count])).is_err() {
            break;
        }
    }
    drop(server.shutdown(Shutdown::Both));
}
