//! Help, completions, colours, pipes, JSON, and what else a command line must do.

use super::world::{NODES, World, replace};
use std::fs;

#[test]
fn help_names_every_command() {
    let world = World::empty();
    let home = world.sandbox.path("");
    let help = world.run(&home, "git-store --help").ok();
    for command in [
        "clone", "init", "fetch", "status", "plan", "push", "pull", "verify", "doctor", "check",
        "hooks",
    ] {
        assert!(help.contains(&format!("  {command} ")), "{command} is in the help");
        let own = world.run(&home, &format!("git-store {command} --help")).ok();
        assert!(own.contains(&format!("Usage: git store {command}")), "{own}");
    }
    insta::assert_snapshot!(world.run(&home, "git store --version").ok(), @"git-store 0.1.0");
    world.run(&home, "git store frobnicate").fails(64);
    world.run(&home, "git store").fails(64);
}

#[test]
fn completions() {
    let world = World::empty();
    let home = world.sandbox.path("");
    for shell in ["bash", "zsh", "fish"] {
        let script = world.run(&home, &format!("git-store completions {shell}")).ok();
        assert!(script.contains("allow-delete"), "{shell} completes options");
    }
    let script = world.run(&home, "git-store completions bash").ok();
    fs::write(home.join("completion"), script).expect("a file");
    world.run(&home, "bash -n completion").ok();
}

#[test]
fn colours_where_they_are_wanted() {
    let world = World::new();
    let clone = world.clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    let is_coloured = |line: &str| world.run(&clone, line).ok().contains('\u{1b}');
    assert!(!is_coloured("git store plan"), "a pipe is no terminal");
    assert!(is_coloured("git store plan --color always"), "asked for");
    assert!(is_coloured("env CLICOLOR_FORCE=1 git store plan"), "asked for by the environment");
    assert!(!is_coloured("env NO_COLOR=1 CLICOLOR_FORCE=0 git store plan"), "refused");
    assert!(!is_coloured("env CLICOLOR_FORCE=1 git store plan --color never"), "the option wins");
}

#[test]
fn a_reader_that_goes_away() {
    let world = World::new();
    let clone = world.clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    for command in ["plan", "plan --json", "status", "push", "--help", "completions bash"] {
        let line =
            format!("bash -c 'git-store {command} | head -c 1 >first; exit ${{PIPESTATUS[0]}}'");
        let run = world.run(&clone, &line);
        assert_eq!((run.code(), run.stderr.as_str()), (Some(0), ""), "{command}");
    }
    assert!(world.stored(NODES).contains("maxSize: 9"), "the push went on");
}

#[test]
fn plans_for_scripts() {
    let world = World::new();
    let clone = world.clone("clone");
    world.run(&clone, "git store plan --detailed-exitcode").ok();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git store plan").ok();
    world.run(&clone, "git store plan --detailed-exitcode").fails(2);
    let plan = world.run(&clone, "git store plan --json");
    assert_eq!(plan.json()["version"], 1);
    let again = world.run(&clone, "git store plan --json");
    assert_eq!(plan.ok(), again.ok(), "the same observation gives the same plan");
    let feature = world.run(&clone, "git store plan HEAD~1 --detailed-exitcode").ok();
    assert!(feature.contains("Nothing to do") || feature.contains("0 to update"), "{feature}");
    let quiet = world.run(&clone, "git store push --quiet --stats");
    assert_eq!(quiet.stderr, "", "a quiet push says only its result");
    quiet.ok();
}

#[test]
fn checks() {
    let world = World::new();
    let home = world.sandbox.path("");
    let explained = world.run(&home, "git store check --explain yaml-1.1").ok();
    assert!(explained.contains("YAML 1.1"), "{explained}");
    world.run(&home, "git store check --explain nothing").fails(64);
    insta::assert_snapshot!(world.run(&home, "git store check state").seen().lines().last().expect("a line"), @"[ended with 4]");
    replace(&world.store.join(NODES), "minSize: 3", "minSize: 3\n  minSize: 4");
    insta::assert_snapshot!(world.run(&home, &format!("git store check state/{NODES}")).seen(), @"
    error[duplicate-key]: 'minSize' is already set in line 15; kops takes this value and drops that one
      --> state/prod.example.com/instancegroup/nodes:16:3
       |
    15 |   minSize: 3
    16 |   minSize: 4
       |   ^^^^^^^
       |
       = note: field spec.minSize
       = help: keep one of the two
       = note: see docs/rules/duplicate-key.md
    1 file checked: 1 error, 0 warnings
    [ended with 4]
    ");
    for format in ["json", "sarif"] {
        let run = world.run(&home, &format!("git store check --format {format} state/{NODES}"));
        assert!(run.json().is_object(), "{format}");
        run.fails(4);
    }
    world.run(&home, "git store check nothing").fails(1);
}

#[test]
fn doctor() {
    let world = World::new();
    let clone = world.clone("clone");
    let version = world.run(&clone, "git version").ok();
    let version = version.trim().trim_start_matches("git version ").to_owned();
    let seen = |line: &str| world.run(&clone, line).seen().replace(&version, "<git>");
    insta::assert_snapshot!(seen("git store doctor"), @"
    ok   git: <git>
    ok   store: file://~/state
    ok   list: 84 objects
    ok   read: staging.example.com/clusteraddons/default, 0 bytes
    warn level: not probed yet
         hint: git store doctor --probe writes scratch objects and finds out
    ok   hooks: installed

    Settings
         profile = kops   (default)
         directory =    (default)
         branch = main   (default)
         plain =    (default)
         pointer =    (default)
         ignore =    (default)
         allowDelete =    (default)
         allow =    (default)
         acceptRaces = false   (default)
         concurrency = 32   (default)
         largest = 16777216   (default)
         timeout = 30   (default)
         lifetime = 20   (default)
    [ended with 0]
    ");
    let probed = world.run(&clone, "git store doctor --probe --json");
    assert_eq!(probed.json()["version"], 1);
    assert!(probed.ok().contains("A (create-only yes"), "a directory gives what a push needs");
    insta::assert_snapshot!(seen("git store status"), @"
    Store file://~/state (level A)
    store/main is at <id>, main at <id>: the same commit
    26 objects kept as pointers; the content stays in the store
    [ended with 0]
    ");
    let home = world.sandbox.path("");
    let before = world.objects();
    world.run(&home, &format!("git store doctor {}", world.url())).ok();
    let bad = world.run(&home, "git store doctor file:///nonexistent").fails(6);
    assert!(bad.contains("BAD"), "{bad}");
    assert_eq!(world.objects(), before, "looking changes nothing");
}
