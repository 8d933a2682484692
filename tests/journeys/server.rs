//! A bare repository that people push to: every push is checked, and applied to the store.

use super::world::{NODES, OTHER, World, replace};
use crate::sandbox::bytes_below;
use std::path::{Path, PathBuf};

/// The server's repository, with a store and hooks.
pub fn repository(world: &World) -> PathBuf {
    let server = world.sandbox.bare("server.git");
    world.run(&server, &format!("git store init {}", world.url())).ok();
    world.run(&server, "git branch main store/store").ok();
    world.run(&server, "git store hooks install --server").ok();
    server
}

/// The server's repository, and a clone of it.
pub fn serve(world: &World) -> (PathBuf, PathBuf) {
    let server = repository(world);
    world.run(&world.sandbox.path(""), "git clone -q server.git clone").ok();
    (server, world.sandbox.path("clone"))
}

#[test]
fn a_server_is_set_up() {
    let world = World::new();
    let server = world.sandbox.bare("server.git");
    let seen = world.run(&server, &format!("git store init -q {}", world.url()));
    assert!(seen.ok().contains("store/store is now at"), "the tracking ref is a branch there");
    insta::assert_snapshot!(world.run(&server, "git store hooks install --server").seen(), @"
    receive.fsckObjects = true: set
    receive.fsck.badFilemode = error: set
    receive.fsck.gitattributesSymlink = error: set
    receive.fsck.gitignoreSymlink = error: set
    receive.fsck.mailmapSymlink = error: set
    receive.denyDeletes = true: set
    receive.denyNonFastForwards = true: set
    receive.advertisePushOptions = true: set
    receive.maxInputSize = 100m: set
    core.protectHFS = true: set
    core.protectNTFS = true: set
    core.logAllRefUpdates = always: set
    core.fsync = all: set
    receive.hideRefs = refs/store: set
    pre-receive: installed
    post-receive: installed
    [ended with 0]
    ");
    insta::assert_snapshot!(world.run(&server, "git store hooks status").seen(), @"
    pre-receive: installed
    post-receive: installed
    [ended with 0]
    ");
    insta::assert_snapshot!(world.run(&server, "git store pull").seen().lines().last().expect("a line"), @"[ended with 0]");
}

#[test]
fn an_accepted_push_is_applied() {
    let world = World::new();
    let (_, clone) = serve(&world);
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    remote: Applying <id> to file://~/state …        
    remote: ~ prod.example.com/instancegroup/nodes: applied        
    remote: 1 of 1 object written        
    remote: The store equals <id>.        
    To ~/server.git
       <id>..<id>  main -> main
    [ended with 0]
    ");
    assert!(world.stored(NODES).contains("maxSize: 9"), "the store was changed");

    world.kops_edits(OTHER, "maxSize: 4", "maxSize: 6");
    world.edit(&clone, NODES, "maxSize: 9", "maxSize: 8");
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    remote: Applying <id> to file://~/state …        
    remote: ~ prod.example.com/instancegroup/nodes: applied        
    remote: 1 of 1 object written        
    remote: The store equals <id>.        
    To ~/server.git
       <id>..<id>  main -> main
    [ended with 0]
    ");
    assert!(world.stored(NODES).contains("maxSize: 8"), "drift elsewhere does not stop it");
    world.run(&clone, "git pull -q").ok();
    let merged = std::fs::read_to_string(clone.join(OTHER)).expect("a file");
    assert!(merged.contains("maxSize: 6"), "the drift was merged");
}

#[test]
fn drift_of_the_same_object_is_told() {
    let world = World::new();
    let (_, clone) = serve(&world);
    world.kops_edits(NODES, "maxSize: 12", "maxSize: 99");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    remote: Applying <id> to file://~/state …        
    remote: error: 'prod.example.com/instancegroup/nodes' changed on both sides        
    remote: hint: type `git pull --no-rebase origin store/store`, resolve the conflict, commit, and push again        
    remote: The push is accepted, but the store is not changed.        
    To ~/server.git
       <id>..<id>  main -> main
    [ended with 0]
    ");
    assert!(world.stored(NODES).contains("maxSize: 99"), "what kops wrote stays");
    world.run(&clone, "git pull -q --no-rebase origin store/store").fails(1);
    world.sandbox.git(&clone, &["checkout", "-q", "--ours", NODES]);
    world.run(&clone, "git commit -qam resolved").ok();
    world.run(&clone, "git push -q").ok();
    assert!(world.stored(NODES).contains("maxSize: 9"), "the decision is in the store");
}

/// A push must be refused and leave no byte behind.
fn is_refused(world: &World, server: &Path, clone: &Path, refspec: &str) -> String {
    let before = bytes_below(server);
    let objects = world.objects();
    let seen = world.run(clone, &format!("git push origin {refspec}")).fails(1);
    assert_eq!(bytes_below(server), before, "the repository is as it was: {seen}");
    assert_eq!(world.objects(), objects, "the store is as it was");
    seen
}

#[test]
fn a_secret_in_a_commit_between_is_refused() {
    let world = World::new();
    let (server, clone) = serve(&world);
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun\n-----END RSA PRIVATE KEY-----\n";
    let file = "prod.example.com/addons/key.yaml";
    world.sandbox.write(&clone, file, key);
    world.sandbox.git(&clone, &["add", "."]);
    world.run(&clone, "git commit -qm secret").ok();
    world.sandbox.git(&clone, &["rm", "-q", file]);
    world.run(&clone, "git commit -qm removed").ok();
    for refspec in
        ["main", "main:topic", "main:refs/heads/store/store", "main:refs/store/store/manifest"]
    {
        let seen = is_refused(&world, &server, &clone, refspec);
        assert!(!seen.contains("MIIEow"), "{seen}");
    }
    insta::assert_snapshot!(is_refused(&world, &server, &clone, "main"), @"
    remote: In commit <id>:        
    remote: error[generated-edited]: a file that 'kops update cluster' generates was added by hand        
    remote: --> prod.example.com/addons/key.yaml        
    remote:  = help: undo it; change config or instancegroup/* and run 'kops update cluster'        
    remote:  = note: see docs/rules/generated-edited.md        
    remote: 
    remote: error[secret-plain]: private key in plain text        
    remote:  --> prod.example.com/addons/key.yaml:1:1        
    remote:   |        
    remote: 1 | / *******************************        
    remote: 2 | | ****************************************************************        
    remote: 3 | | *****************************        
    remote:   | |_____________________________^        
    remote:   |        
    remote:   = help: take it out of every commit, replace it, and hand it over as a secret        
    remote:   = note: see docs/rules/secret-plain.md        
    remote: 
    remote: 1 file checked: 2 errors, 0 warnings        
    To ~/server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '~/server.git'
    ");
}

#[test]
fn hostile_trees_are_refused() {
    let world = World::new();
    let (server, clone) = serve(&world);
    let blob =
        world.sandbox.git_with_input(&clone, &["hash-object", "-w", "--stdin"], b"/etc/passwd");
    let tree = world.sandbox.git(&clone, &["rev-parse", "HEAD^{tree}"]);
    let head = world.sandbox.git(&clone, &["rev-parse", "HEAD"]);
    let old = world.sandbox.git(&clone, &["ls-tree", &tree]);
    let mut seen = String::new();
    for (what, entry) in [
        ("symlink", format!("120000 blob {blob}\tzz")),
        ("symlinked attributes", format!("120000 blob {blob}\t.gitattributes")),
        ("submodule", format!("160000 commit {head}\tzz")),
        ("case twin", format!("040000 tree {tree}\tPROD.example.com")),
        ("option", format!("100644 blob {blob}\t--upload-pack=x")),
        ("control character", format!("100644 blob {blob}\t\"a\\rb\"")),
        ("device", format!("100644 blob {blob}\tCON")),
        ("backslash", format!("100644 blob {blob}\t\"..\\\\x\"")),
        ("executable", format!("100755 blob {blob}\tzz")),
    ] {
        let input = format!("{old}\n{entry}\n");
        let hostile = world.sandbox.git_with_input(&clone, &["mktree"], input.as_bytes());
        let commit = world.sandbox.git(&clone, &["commit-tree", "-p", &head, "-m", what, &hostile]);
        let told = is_refused(&world, &server, &clone, &format!("{commit}:refs/heads/topic"));
        let mut errors = told.lines().filter(|line| line.contains("error"));
        let first = errors.next().expect("a reason");
        let error = errors.find(|line| line.contains("tree-entry")).unwrap_or(first);
        seen += &format!("{what}: {}\n", error.trim_end());
    }
    insta::assert_snapshot!(seen, @"
    symlink: remote: error[tree-entry]: the entry is a symbolic link (mode 120000)
    symlinked attributes: remote: error: object <id>: gitattributesSymlink: .gitattributes is a symlink
    submodule: remote: error[tree-entry]: the entry is a submodule (mode 160000)
    case twin: remote: error[tree-entry]: a name that differs from another only in case cannot be in a state store
    option: remote: error[unknown-file]: this file belongs to no cluster; pushing it would put it into the store
    control character: remote: error[tree-entry]: a control character in a name cannot be in a state store
    device: remote: error[tree-entry]: the entry's name is one that some file system takes for something else
    backslash: remote: error[tree-entry]: a slash or backslash in a name cannot be in a state store
    executable: remote: error[tree-entry]: the entry is an executable file (mode 100755)
    ");
}

/// Whoever may not check may not let through.
#[test]
fn without_the_program_nothing_is_accepted() {
    let world = World::new();
    let (server, clone) = serve(&world);
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    replace(&server.join("hooks/pre-receive"), "command -v git-store", "command -v git-store-gone");
    let seen = is_refused(&world, &server, &clone, "main");
    assert!(seen.contains("nothing can be accepted"), "{seen}");
}
