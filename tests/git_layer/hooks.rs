//! Installing hooks beside those that are there.

use super::sandbox::{Sandbox, open};
use git_store::git::hooks::{self, CLIENT, HookState, SERVER, install, status, uninstall};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn states(found: &[hooks::HookStatus]) -> Vec<HookState> {
    found.iter().map(|status| status.state).collect()
}

fn write_hook(path: &Path, content: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, content).expect("a hook");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

#[test]
fn hooks_come_and_go_and_those_of_others_stay() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    let directory = path.join(".git/hooks");
    let foreign = "#!/bin/sh\necho theirs\n";
    write_hook(&directory.join("pre-commit"), foreign);
    let repository = open(&path);
    let before = states(&status(&repository, CLIENT).expect("a look"));
    assert_eq!(before, [HookState::Foreign, HookState::Missing, HookState::Missing]);
    for _ in 0..2 {
        let after = install(&repository, CLIENT).expect("installed");
        assert_eq!(states(&after), [HookState::Installed; 3]);
        assert!(after[0].is_chained && !after[1].is_chained);
    }
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).expect(name);
    assert_eq!(read("pre-commit.chained"), foreign);
    write_hook(&directory.join("pre-push"), &(read("pre-push") + "# of an older version\n"));
    assert_eq!(status(&repository, CLIENT).expect("a look")[2].state, HookState::Outdated);
    assert_eq!(install(&repository, CLIENT).expect("renewed")[2].state, HookState::Installed);
    let left = uninstall(&repository, CLIENT).expect("removed");
    assert_eq!(states(&left), [HookState::Foreign, HookState::Missing, HookState::Missing]);
    assert_eq!(read("pre-commit"), foreign);
    assert!(!directory.join("pre-commit.chained").exists());
    assert_eq!(states(&uninstall(&repository, CLIENT).expect("again"))[0], HookState::Foreign);
}

#[test]
fn a_second_foreign_hook_is_never_overwritten() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    write_hook(&path.join("hooks/post-receive"), "one");
    write_hook(&path.join("hooks/post-receive.chained"), "two");
    let error = install(&open(&path), SERVER).expect_err("both are taken");
    assert!(error.to_string().contains("join the two"), "{error}");
    assert!(!path.join("hooks/pre-receive").exists(), "nothing was changed");
    assert_eq!(std::fs::read_to_string(path.join("hooks/post-receive")).expect("there"), "one");
}

#[test]
fn the_hooks_directory_is_the_one_that_git_uses() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.git(&path, &["config", "core.hooksPath", ".githooks"]);
    let installed = install(&open(&path), CLIENT).expect("inside the work tree");
    assert!(installed[0].path.ends_with(".githooks/pre-commit"));
    assert!(path.join(".githooks/pre-commit").exists());
    for outside in ["../shared", "/usr/share/hooks", ".githooks/../../shared"] {
        sandbox.git(&path, &["config", "core.hooksPath", outside]);
        let error = install(&open(&path), CLIENT).expect_err("shared");
        assert!(error.to_string().contains("core.hooksPath .git/hooks"), "{outside}: {error}");
    }
    assert!(!sandbox.path("shared").exists());
}

#[test]
fn a_chained_hook_runs_and_may_refuse() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    let refuse = "#!/bin/sh\necho refused by the other hook >&2\nexit 1\n";
    write_hook(&path.join(".git/hooks/pre-commit"), refuse);
    install(&open(&path), CLIENT).expect("installed");
    sandbox.write(&path, "a", "1");
    sandbox.git(&path, &["add", "a"]);
    let (ok, said) = sandbox.try_git(&path, &["commit", "-qm", "x"]);
    assert!(!ok && said.contains("refused by the other hook"), "{said}");
}
