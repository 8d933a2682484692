//! Running `git`.

use super::sandbox::{Sandbox, open};
use git_store::git::server::{Applied, harden_server};
use git_store::git::{Git, GitError};

#[test]
fn a_made_repository_can_be_used() {
    let sandbox = Sandbox::new();
    for bare in [true, false] {
        let path = sandbox.path(&format!("-odd name {bare}"));
        let git = Git::init(&path, bare, "trunk").expect("made");
        let repository = open(&path);
        assert_eq!(repository.is_bare(), bare);
        assert_eq!(repository.head_branch().as_deref(), Some("refs/heads/trunk"));
        assert!(git.version().expect("a version") > (2, 20, 0));
    }
}

#[test]
fn settings_are_read_with_their_origin_and_written_whatever_they_look_like() {
    let sandbox = Sandbox::new();
    let git = Git::at(&sandbox.repository("r"));
    let key = "remote.store.url";
    assert_eq!(git.settings(key).expect("read"), []);
    git.unset(key).expect("nothing to remove");
    git.set(key, "--upload-pack=x").expect("set");
    git.add(key, "store::s3://bucket/a b\n").expect("added");
    let settings = git.settings(key).expect("read");
    let values: Vec<_> = settings.iter().map(|setting| setting.value.as_str()).collect();
    assert_eq!(values, ["--upload-pack=x", "store::s3://bucket/a b\n"]);
    assert_eq!(settings[0].scope, "local");
    assert!(settings[0].origin.starts_with("file:"), "{settings:?}");
    let all = git.settings_matching("^remote\\..*\\.url$").expect("read");
    assert_eq!(all, settings);
    git.unset(key).expect("removed");
    assert_eq!(git.settings(key).expect("read"), []);
    git.settings("no dot").expect_err("no setting's name");
    git.set("--global", "x").expect_err("no setting's name");
}

#[test]
fn what_git_refuses_is_told_in_its_words() {
    let sandbox = Sandbox::new();
    let git = Git::at(&sandbox.repository("r"));
    let error = git.text("rev-parse", &["--verify", "refs/heads/none"]).expect_err("none");
    assert!(matches!(&error, GitError::Command { command, .. } if command == "rev-parse"));
    assert!(error.to_string().contains("single revision"), "{error}");
    let elsewhere = Git::at(&sandbox.path("missing"));
    assert!(elsewhere.is_dirty().is_err());
}

#[test]
fn a_clone_has_the_bytes_of_the_objects_whatever_attributes_and_settings_say() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    let git = Git::at(&path);
    git.set("core.autocrlf", "true").expect("set");
    git.set("filter.evil.smudge", "echo evil").expect("set");
    git.set("filter.evil.clean", "echo evil").expect("set");
    let content = "a: 1\nb: $Id$\n";
    let files = [
        (".gitattributes", "* text eol=crlf ident filter=evil working-tree-encoding=UTF-16\n"),
        ("prod/config", content),
    ];
    let repository = open(&path);
    let commit = super::sandbox::commit_files(&repository, &files);
    sandbox.git(&path, &["update-ref", "refs/heads/main", &commit.to_string()]);
    sandbox.write(&path, ".git/info/attributes", "*.yaml diff=yaml");
    assert!(repository.pin_bytes("").expect("pinned"));
    assert!(!repository.pin_bytes("").expect("twice is once"));
    git.fill_work_tree().expect("filled");
    assert_eq!(std::fs::read_to_string(path.join("prod/config")).expect("there"), content);
    assert!(!git.is_dirty().expect("status"));
    sandbox.write(&path, "prod/config", "x\r\n");
    assert!(git.is_dirty().expect("status"));
    sandbox.git(&path, &["commit", "-qam", "crlf"]);
    let stored = sandbox.git(&path, &["cat-file", "-s", "HEAD:prod/config"]);
    assert_eq!(stored, "3", "committed as it is");
    let text = std::fs::read_to_string(path.join(".git/info/attributes")).expect("there");
    assert!(text.lines().count() == 3 && text.ends_with("*.yaml diff=yaml\n"), "{text}");
}

#[test]
fn merges_tell_whether_they_stopped() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.commit(&path, "a", "1");
    sandbox.git(&path, &["branch", "same"]);
    let git = Git::at(&path);
    assert!(git.merge("refs/heads/same", &["--quiet"]).expect("git runs"));
    assert!(!git.merge("--abort", &["--quiet"]).expect("git runs"), "no option");
    git.maintain().expect("nothing to do");
}

#[test]
fn a_hardened_server_refuses_hostile_pushes_and_keeps_what_people_chose() {
    let sandbox = Sandbox::new();
    let (origin, clone) = (sandbox.bare("origin"), sandbox.repository("clone"));
    let git = Git::at(&origin);
    git.set("receive.maxInputSize", "7m").expect("set");
    git.set("receive.hideRefs", "refs/private").expect("set");
    git.set("receive.denyDeletes", "yes").expect("set");
    let settings = harden_server(&git).expect("hardened");
    let of = |key: &str| settings.iter().find(|setting| setting.key == key).expect(key);
    assert!(matches!(of("receive.maxInputSize").applied, Applied::Kept(_)));
    assert_eq!(of("receive.denyDeletes").applied, Applied::AsWanted);
    assert_eq!(of("receive.fsckObjects").applied, Applied::Set);
    assert_eq!(git.settings("receive.hideRefs").expect("read").len(), 2);
    let again = harden_server(&git).expect("hardened");
    assert!(again.iter().all(|setting| setting.applied != Applied::Set));
    let url = origin.display().to_string();
    sandbox.commit(&clone, "a", "1");
    sandbox.git(&clone, &["push", "-q", &url, "main"]);
    for refused in ["main:refs/store/x/lease", "main:refs/private/x", ":main"] {
        let (ok, said) = sandbox.try_git(&clone, &["push", &url, refused]);
        assert!(!ok, "{refused}: {said}");
    }
    std::os::unix::fs::symlink("x", clone.join(".gitattributes")).expect("a link");
    sandbox.git(&clone, &["add", "-A"]);
    sandbox.git(&clone, &["commit", "-qm", "link"]);
    let (ok, said) = sandbox.try_git(&clone, &["push", &url, "main"]);
    assert!(!ok && said.contains("gitattributesSymlink"), "{said}");
}
