//! A directory store whose writers are killed at any moment, and one without rights.
//!
//! The killed writers are this test binary, run again for one ignored test.

use super::file_store::{create, later, store_at, temporary, update};
use git_store::model::{Capabilities, Key, Level};
use git_store::store::{Store, StoreError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const DIRECTORY: &str = "GIT_STORE_TEST_CHILD_DIRECTORY";

/// Starts this binary for one of the ignored tests below.
fn child(test: &str, directory: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", &format!("file_crash::{test}"), "--ignored", "--nocapture"]);
    command.env(DIRECTORY, directory).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn own_directory() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// Writes for ever: create, update many times, delete. Only to be killed.
#[tokio::test]
#[ignore = "run by others as a process to be killed"]
async fn endless_writer() {
    let Some(directory) = own_directory() else { return };
    let store = store_at(&directory).expect("opened");
    let key = Key::from("a/counter");
    loop {
        let Ok(object) = store.get(&key).await else { continue };
        let answer = match object {
            None => create(&store, "a/counter", "0").await.map(drop),
            Some(object) => {
                let number: u64 = String::from_utf8_lossy(&object.bytes).parse().expect("whole");
                let version = object.info.version;
                if number % 10 == 9 {
                    store.delete(&key, &version, later()).await
                } else {
                    update(&store, "a/counter", &version, &(number + 1).to_string()).await.map(drop)
                }
            }
        };
        assert!(matches!(answer, Ok(()) | Err(StoreError::Precondition(_))), "{answer:?}");
    }
}

fn kill(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("gone");
}

#[tokio::test]
async fn killed_writers_leave_whole_files_and_a_store_that_goes_on() {
    let directory = temporary();
    let store = store_at(directory.path()).expect("opened");
    let mut begun = 0;
    for round in 0..150_u64 {
        let before = fs::read(directory.path().join("a/counter")).ok();
        let writers: Vec<Child> = (0..1 + round % 2)
            .map(|_| child("endless_writer", directory.path()).spawn().expect("started"))
            .collect();
        while fs::read(directory.path().join("a/counter")).ok() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(round * 700 % 9000)).await;
        writers.into_iter().for_each(kill);
        begun += usize::from(directory.path().join(".git-store-tmp").exists());
        let listing = store.list().await.expect("listed");
        assert!(listing.len() <= 1, "{listing:?}");
        if let Some(object) = store.get(&Key::from("a/counter")).await.expect("read") {
            let text = String::from_utf8_lossy(&object.bytes).into_owned();
            assert!(text.parse::<u64>().is_ok_and(|number| number < 10), "round {round}: {text:?}");
            update(&store, "a/counter", &object.info.version, &text).await.expect("updated");
        } else {
            create(&store, "a/counter", "0").await.expect("created");
        }
        assert_eq!(fs::read_dir(directory.path()).expect("read").count(), 1, "all is cleared up");
    }
    assert!(begun > 2, "only {begun} writers were killed in the midst of a write");
}

/// A writer that is killed after its write has ended leaves a file that no intent speaks of.
#[tokio::test]
async fn what_nobody_needs_is_removed_by_the_next_listing() {
    let directory = temporary();
    let store = store_at(directory.path()).expect("opened");
    let holding = directory.path().join(".git-store-tmp");
    fs::create_dir(&holding).expect("made");
    fs::write(holding.join("object-1"), "old").expect("written");
    assert_eq!(store.list().await.expect("listed").len(), 0);
    assert!(!holding.exists(), "nothing of ours stays in the store");
}

/// Checks what can be done without the right to write. Run by nobody, in both senses.
#[tokio::test]
#[ignore = "run by others as a process without rights"]
async fn without_rights() {
    let Some(directory) = own_directory() else { return };
    let store = store_at(&directory).expect("opened");
    let listing =
        store_at(&directory.join("a/open")).expect("opened").list().await.expect("listed");
    assert_eq!(listing.len(), 2, "also what cannot be read");
    let listing = store.list().await;
    assert!(
        matches!(listing, Err(StoreError::Denied(_))),
        "not without the closed one: {listing:?}"
    );
    let object = store.get(&Key::from("a/open/config")).await.expect("read").expect("there");
    let denied = update(&store, "a/open/config", &object.info.version, "y").await;
    assert!(matches!(denied, Err(StoreError::Denied(_))), "{denied:?}");
    let denied = create(&store, "a/new", "y").await;
    assert!(matches!(denied, Err(StoreError::Denied(_))), "{denied:?}");
    let denied = store.get(&Key::from("a/open/private")).await;
    assert!(matches!(denied, Err(StoreError::Denied(_))), "{denied:?}");
    let listed = store_at(&directory.join("a/closed")).expect_err("closed");
    assert!(matches!(listed, StoreError::Denied(_)), "{listed:?}");
    let found = store.probe("x").await.expect("probed");
    assert_eq!((found, found.level()), (Capabilities::default(), Level::D));
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
}

#[test]
fn a_directory_that_may_only_be_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = directory.path();
    fs::create_dir_all(root.join("a/open")).expect("made");
    fs::create_dir_all(root.join("a/closed")).expect("made");
    for (name, bits) in [("a/open/config", 0o444), ("a/open/private", 0o000)] {
        fs::write(root.join(name), "x").expect("written");
        mode(&root.join(name), bits);
    }
    for (name, bits) in [("a/open", 0o555), ("a/closed", 0o000), ("a", 0o555), ("", 0o555)] {
        mode(&root.join(name), bits);
    }
    assert!(powerless("without_rights", root).success());
    for name in ["", "a", "a/open", "a/closed"] {
        mode(&root.join(name), 0o755);
    }
}

/// Runs an ignored test as somebody whom the modes bind: they do not bind root.
fn powerless(test: &str, directory: &Path) -> std::process::ExitStatus {
    if !rustix::process::geteuid().is_root() {
        return child(test, directory).status().expect("run");
    }
    let copy = tempfile::NamedTempFile::new().expect("a temporary file").into_temp_path();
    fs::copy(std::env::current_exe().expect("this program"), &copy).expect("copied");
    mode(&copy, 0o755);
    let original = child(test, directory);
    let mut command = Command::new(&copy);
    command.args(original.get_args()).env(DIRECTORY, directory).stdout(Stdio::null());
    command.uid(65534).gid(65534).status().expect("run")
}
