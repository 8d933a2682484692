//! The server's repository, reached as people reach one: what its hooks say gets through.
//!
//! Clients and servers are real: git on both sides, OpenSSH, and `git http-backend` behind a
//! small web server.

use super::server::repository;
use super::world::{NODES, OTHER, World, replace};
use crate::sandbox::bytes_below;
use crate::skipped::skipped;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const SSHD: &str = "/usr/sbin/sshd";

/// A push with a mistake, and one without, to the repository of that URL; as a reader sees it.
fn pushes(world: &World, url: &str, shown: &str) {
    let server = repository(world);
    world.run(&world.sandbox.path(""), &format!("git clone -q {url} clone")).ok();
    let clone = world.sandbox.path("clone");
    let before = (bytes_below(&server), world.objects());
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9\n  maxSize: 8");
    insta::allow_duplicates! { insta::assert_snapshot!(pushed(world, &clone, shown), @"
    remote: In commit <id>:        
    remote: error[duplicate-key]: 'maxSize' is already set in line 14; kops takes this value and drops that one        
    remote:   --> prod.example.com/instancegroup/nodes:15:3        
    remote:    |        
    remote: 14 |   maxSize: 9        
    remote: 15 |   maxSize: 8        
    remote:    |   ^^^^^^^        
    remote:    |        
    remote:    = note: field spec.maxSize        
    remote:    = help: keep one of the two        
    remote:    = note: see docs/rules/duplicate-key.md        
    remote: 
    remote: 1 file checked: 1 error, 0 warnings        
    To URL
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to 'URL'
    [ended with 1]
    ") };
    assert_eq!((bytes_below(&server), world.objects()), before, "nothing is left behind");

    replace(&clone.join(NODES), "maxSize: 9\n  maxSize: 8", "maxSize: 9");
    replace(&clone.join(OTHER), "maxSize: 4", "maxSize: 6");
    world.run(&clone, "git commit -qa --amend -m mended").ok();
    insta::allow_duplicates! { insta::assert_snapshot!(pushed(world, &clone, shown), @"
    remote: Applying <id> to file://~/state …        
    remote: ~ prod.example.com/instancegroup/nodes: applied        
    remote: ~ staging.example.com/instancegroup/nodes: applied        
    remote: 2 of 2 objects written        
    remote: The store equals <id>.        
    To URL
       <id>..<id>  main -> main
    [ended with 0]
    ") };
    assert!(world.stored(NODES).contains("maxSize: 9"), "the store was changed");
    assert!(world.stored(OTHER).contains("maxSize: 6"), "the store was changed");
}

fn pushed(world: &World, clone: &Path, shown: &str) -> String {
    world.run(clone, "git push").seen().replace(shown, "URL")
}

/// Who changed the store, as the server noted.
fn by(world: &World) -> String {
    let server = world.sandbox.path("server.git");
    let note = world.run(&server, "git log -1 --format=%N --notes=store main").ok();
    note.lines().filter(|line| line.starts_with("By: ")).collect()
}

/// Something that a server runs: it has nobody's name in its environment.
fn on_the_server<S: AsRef<OsStr>>(world: &World, words: &[S]) -> Command {
    let mut command = world.sandbox.program(&world.sandbox.path(""), words);
    for role in ["AUTHOR", "COMMITTER"] {
        for what in ["NAME", "EMAIL", "DATE"] {
            command.env_remove(format!("GIT_{role}_{what}"));
        }
    }
    command
}

#[test]
fn over_ssh() {
    let world = World::new();
    if !Path::new(SSHD).exists() {
        return skipped("there is no sshd");
    }
    set_up_ssh(&world);
    let home = world.sandbox.path("");
    let words = [SSHD, "-t", "-f", "sshd_config"];
    let tried = world.sandbox.finish("sshd -t", &mut on_the_server(&world, &words));
    if tried.code() != Some(0) {
        return skipped(&format!("sshd does not run: {}", tried.stderr));
    }
    let url = format!("ssh://server.example.com{}server.git", home.display());
    pushes(&world, &url, "ssh://server.example.com~/server.git");
    assert_eq!(by(&world), "By: Ann <ann@example.com>");
}

/// Keys and settings for both sides. The server is one process a connection, on a pipe and not
/// on a port, as in OpenSSH's own tests: it ends with the client.
fn set_up_ssh(world: &World) {
    let directory = world.sandbox.path("");
    let home = directory.display().to_string();
    for key in ["server_key", "ann_key"] {
        world.run(&directory, &format!("ssh-keygen -q -t ed25519 -N '' -f {key}")).ok();
    }
    let key = std::fs::read_to_string(world.sandbox.path("server_key.pub")).expect("a key");
    let user = world.run(&directory, "id -un").ok();
    world.sandbox.write(&directory, "known_hosts", &format!("server.example.com {key}"));
    let client = format!(
        "User {user}\nIdentityFile {home}ann_key\nIdentitiesOnly yes\nBatchMode yes\n\
         UserKnownHostsFile {home}known_hosts\nStrictHostKeyChecking yes\n\
         ProxyCommand {SSHD} -i -f {home}sshd_config -E {home}sshd.log\n"
    );
    world.sandbox.write(&directory, "ssh_config", &client);
    let server = format!(
        "HostKey {home}server_key\nAuthorizedKeysFile {home}ann_key.pub\nPidFile none\n\
         PasswordAuthentication no\nPermitRootLogin prohibit-password\n\
         StrictModes no\nUsePAM no\nSetEnv {}\n",
        environment(world)
    );
    world.sandbox.write(&directory, "sshd_config", &server);
    let command = format!("git config --global core.sshCommand 'ssh -F {home}ssh_config'");
    world.run(&directory, &command).ok();
}

/// The environment of the sandbox, which a session at the server does not inherit.
fn environment(world: &World) -> String {
    let command = on_the_server(world, &["git"]);
    let set = command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?)));
    let words: Vec<String> =
        set.map(|(name, value)| format!("\"{name}={}\"", value.display())).collect();
    words.join(" ")
}

/// A web server, which ends when this is dropped.
struct Web {
    process: Child,
    port: String,
}

impl Web {
    fn start(world: &World) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/git-http.py");
        let home = world.sandbox.path("");
        let words = [OsStr::new("python3"), OsStr::new(script), home.as_os_str()];
        let mut command = on_the_server(world, &words);
        command.env("USER", "ann").env("PASSWORD", "example");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("Python runs");
        let mut port = String::new();
        let output = process.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut port).expect("a port");
        Self { process, port: port.trim_end().to_owned() }
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().expect("the server ends");
    }
}

#[test]
fn over_http() {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|output| output.status.success()) {
        return skipped("there is no Python");
    }
    let world = World::new();
    let web = Web::start(&world);
    let place = format!("127.0.0.1:{}/server.git", web.port);
    pushes(&world, &format!("http://ann:example@{place}"), &format!("http://{place}"));
    assert_eq!(by(&world), "By: ann <ann@http.127.0.0.1>");
    let stranger = format!("git ls-remote http://ann:wrong@{place}");
    world.run(&world.sandbox.path(""), &stranger).fails(128);
}
