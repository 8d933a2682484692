//! A directory store beside writers that know no lock, odd files and missing rights.

use git_store::model::{Attributes, Key, Precondition, PutId, StoreUrl, Timestamp, Version};
use git_store::store::file::FileStore;
use git_store::store::{Clock, Store, StoreError, SystemClock, Upload};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub fn store_at(path: &Path) -> Result<FileStore, StoreError> {
    let url = StoreUrl::parse(&format!("file://{}", path.display())).expect("a store URL");
    FileStore::open(&url, Arc::new(SystemClock))
}

pub fn later() -> Timestamp {
    SystemClock.now() + Duration::from_secs(60)
}

pub fn upload(content: &str) -> Upload {
    let bytes = bytes::Bytes::copy_from_slice(content.as_bytes());
    Upload { bytes, attributes: Attributes::default(), put_id: PutId("p".into()) }
}

/// A directory, in memory where that can be had: thousands of writes wait for the disk.
pub fn temporary() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a temporary directory")
}

fn fresh() -> (TempDir, FileStore) {
    let directory = temporary();
    let store = store_at(directory.path()).expect("opened");
    (directory, store)
}

pub async fn create(store: &FileStore, key: &str, content: &str) -> Result<Version, StoreError> {
    store.put(&Key::from(key), &upload(content), &Precondition::MustNotExist, later()).await
}

pub async fn update(
    store: &FileStore,
    key: &str,
    version: &Version,
    content: &str,
) -> Result<Version, StoreError> {
    let matching = Precondition::MustMatch(version.clone());
    store.put(&Key::from(key), &upload(content), &matching, later()).await
}

async fn keys(store: &FileStore) -> Vec<String> {
    store.list().await.expect("listed").keys().map(ToString::to_string).collect()
}

fn is_key_error<T>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Key { .. }))
}

#[tokio::test]
async fn files_are_as_kops_would_make_them() {
    let (directory, store) = fresh();
    let first = create(&store, "a/config", "one").await.expect("created");
    let path = directory.path().join("a/config");
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(directory.path().join("a")).expect("there").mode() & 0o777, 0o755);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
    let second = update(&store, "a/config", &first, "two").await.expect("updated");
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o640, "the mode is kept");
    assert_eq!(fs::read_dir(directory.path()).expect("read").count(), 1, "nothing is left beside");
    store.delete(&Key::from("a/config"), &second, later()).await.expect("deleted");
    assert_eq!(fs::read_dir(directory.path()).expect("read").count(), 0, "nor empty directories");
    assert!(directory.path().is_dir(), "but the root stays");
}

#[tokio::test]
async fn a_refused_create_leaves_no_directories() {
    let (directory, store) = fresh();
    let past = SystemClock.now() - Duration::from_secs(1);
    let key = Key::from("a/b/c");
    assert!(store.put(&key, &upload("x"), &Precondition::MustNotExist, past).await.is_err());
    assert_eq!(fs::read_dir(directory.path()).expect("read").count(), 0);
}

#[tokio::test]
async fn links_and_special_files_are_never_touched() {
    let (directory, store) = fresh();
    let outside = temporary();
    let (root, secret) = (directory.path(), outside.path().join("secret"));
    fs::write(&secret, "secret").expect("written");
    fs::create_dir(root.join("a")).expect("made");
    symlink(&secret, root.join("a/link")).expect("linked");
    symlink(outside.path(), root.join("a/directory")).expect("linked");
    symlink(root, root.join("a/loop")).expect("linked");
    let (fifo, kind) = (root.join("a/fifo"), rustix::fs::FileType::Fifo);
    rustix::fs::mknodat(CWD, fifo, kind, 0o600.into(), 0).expect("made");
    fs::write(root.join("a/config"), "x").expect("written");
    assert_eq!(keys(&store).await, ["a/config"]);
    let version = store.head(&Key::from("a/config")).await.expect("read").expect("there").version;
    for key in ["a/link", "a/directory/secret", "a/directory/new", "a/loop/a/config", "a/fifo"] {
        let raw = Key::from(key);
        assert!(is_key_error(store.get(&raw).await), "get {key}");
        assert!(is_key_error(create(&store, key, "y").await), "create {key}");
        assert!(is_key_error(update(&store, key, &version, "y").await), "update {key}");
        assert!(is_key_error(store.delete(&raw, &version, later()).await), "delete {key}");
    }
    assert_eq!(fs::read_to_string(&secret).expect("read"), "secret");
    assert_eq!(fs::read_dir(outside.path()).expect("read").count(), 1);
    assert!(root.join("a/link").is_symlink());
}

#[tokio::test]
async fn temporary_files_of_kops_are_left_out() {
    let (directory, store) = fresh();
    fs::create_dir_all(directory.path().join("a/instancegroup")).expect("made");
    for name in ["tmp123456789", "tmp12345", "tmp1234", "tmpfile", "nodes"] {
        fs::write(directory.path().join("a/instancegroup").join(name), "x").expect("written");
    }
    let expected = ["a/instancegroup/nodes", "a/instancegroup/tmp1234", "a/instancegroup/tmpfile"];
    assert_eq!(keys(&store).await, expected);
    assert!(is_key_error(create(&store, "a/instancegroup/tmp123456789", "y").await));
}

#[tokio::test]
async fn a_file_and_a_directory_cannot_share_a_name() {
    let (_directory, store) = fresh();
    let version = create(&store, "a", "x").await.expect("created");
    assert!(is_key_error(create(&store, "a/b", "y").await));
    assert!(store.get(&Key::from("a/b")).await.expect("read").is_none());
    store.delete(&Key::from("a"), &version, later()).await.expect("deleted");
    create(&store, "a/b", "y").await.expect("created");
    assert!(is_key_error(create(&store, "a", "x").await));
    assert!(store.get(&Key::from("a")).await.expect("read").is_none());
}

#[tokio::test]
async fn roots_that_are_no_directory_are_refused() {
    let (directory, _) = fresh();
    let missing = store_at(&directory.path().join("missing"));
    assert!(matches!(missing, Err(StoreError::NoStore(_))), "{missing:?}");
    let file = directory.path().join("file");
    fs::write(&file, "x").expect("written");
    let message = store_at(&file).expect_err("refused").to_string();
    assert!(message.ends_with("/file is not a directory"), "{message}");
    let root = directory.path().join("root");
    fs::create_dir(&root).expect("made");
    let store = store_at(&root).expect("opened");
    fs::remove_dir(&root).expect("removed");
    assert!(matches!(store.list().await, Err(StoreError::NoStore(_))), "removed meanwhile");
    assert!(matches!(create(&store, "a", "x").await, Err(StoreError::NoStore(_))));
    assert!(!root.exists(), "nothing is created");
}

#[tokio::test]
async fn a_missing_root_is_not_an_empty_store() {
    let (directory, store) = fresh();
    create(&store, "a/config", "x").await.expect("created");
    fs::rename(directory.path(), directory.path().with_extension("away")).expect("moved");
    assert!(matches!(store.get(&Key::from("a/config")).await, Err(StoreError::NoStore(_))));
    fs::rename(directory.path().with_extension("away"), directory.path()).expect("moved back");
}

/// Replaces a file as kops does, but looks at what it replaces.
fn replace_and_witness(path: &Path, number: u64) -> String {
    let temporary = path.with_file_name(format!("tmp{number:07}"));
    fs::write(&temporary, format!("theirs {number}")).expect("written");
    renameat_with(CWD, &temporary, CWD, path, RenameFlags::EXCHANGE).expect("there");
    let old = fs::read_to_string(&temporary).expect("read");
    fs::remove_file(&temporary).expect("removed");
    old
}

/// A write that took effect: what it replaced, by what, and when.
struct Replaced {
    old: String,
    new: String,
    began: Instant,
    ended: Instant,
}

/// A write that was refused, and when that was known.
struct Refused {
    new: String,
    ended: Instant,
}

fn blind_writer(path: &Path, stop: &AtomicBool) -> Vec<Replaced> {
    let mut log = Vec::new();
    for number in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        let old = replace_and_witness(path, number);
        log.push(Replaced { old, new: format!("theirs {number}"), began, ended: Instant::now() });
        // now in quick succession, now so slowly that a write that stayed would be noticed
        let unit = if number % 100 < 70 { 100 } else { 2000 };
        std::thread::sleep(Duration::from_micros(unit * (number % 7)));
    }
    log
}

async fn careful_writer(store: FileStore, name: usize) -> (Vec<Replaced>, Vec<Refused>) {
    let (mut log, mut refused) = (Vec::new(), Vec::new());
    for round in 0..10_000 {
        // Long enough for a race, on however busy a machine.
        if round >= 250 && log.len() > 20 && refused.len() > 20 {
            break;
        }
        let began = Instant::now();
        let object = store.get(&Key::from("a/config")).await.expect("read").expect("there");
        let old = String::from_utf8_lossy(&object.bytes).into_owned();
        let new = format!("ours {name} {round}");
        match update(&store, "a/config", &object.info.version, &new).await {
            Ok(_) => log.push(Replaced { old, new, began, ended: Instant::now() }),
            Err(StoreError::Precondition(_)) => {
                refused.push(Refused { new, ended: Instant::now() })
            }
            Err(error) => panic!("{error}"),
        }
    }
    (log, refused)
}

/// Two careful writers with a blind one for a while: what took effect, and what was refused.
async fn race(directory: &Path) -> (Vec<Replaced>, Vec<Refused>) {
    let stop = Arc::new(AtomicBool::new(false));
    let blind = std::thread::spawn({
        let (path, stop) = (directory.join("a/config"), Arc::clone(&stop));
        move || blind_writer(&path, &stop)
    });
    let careful = [0, 1].map(|name| {
        let store = store_at(directory).expect("opened");
        tokio::spawn(careful_writer(store, name))
    });
    let (mut log, mut refused) = (Vec::new(), Vec::new());
    for writer in careful {
        let (written, not_written) = writer.await.expect("no panic");
        log.extend(written);
        refused.extend(not_written);
    }
    stop.store(true, Ordering::Relaxed);
    assert!(log.len() > 20 && refused.len() > 20, "{} and {}: no race", log.len(), refused.len());
    log.extend(blind.join().expect("no panic"));
    (log, refused)
}

/// Nobody builds on a blind write that was replaced by the next one before they looked.
fn assert_newest(log: &[Replaced]) {
    for ours in log.iter().filter(|it| it.new.starts_with("ours")) {
        let Some(number) = ours.old.strip_prefix("theirs ") else { continue };
        let next = format!("theirs {}", number.parse::<u64>().expect("a number") + 1);
        let next = log.iter().find(|it| it.new == next);
        assert!(next.is_none_or(|next| next.ended > ours.began), "{} came back", ours.old);
    }
}

/// Every content that ever was there was seen by whoever replaced it, or is there still, or
/// was replaced by a blind writer who saw our refused write in its place for a moment, which
/// was over when we said that it was refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_unseen_is_lost_beside_a_blind_writer() {
    let (directory, store) = fresh();
    create(&store, "a/config", "first").await.expect("created");
    let (log, refused) = race(directory.path()).await;
    let last = fs::read_to_string(directory.path().join("a/config")).expect("read");
    let mut written: BTreeSet<&str> = log.iter().map(|it| &it.new[..]).collect();
    written.insert("first");
    let (known, flashes): (Vec<_>, Vec<_>) =
        log.iter().partition(|it| written.contains(&it.old[..]));
    for flash in &flashes {
        let ours = refused.iter().find(|it| it.new == flash.old).expect("a refused write");
        assert!(flash.new.starts_with("theirs"), "we built on {}", ours.new);
        assert!(flash.began < ours.ended, "{} stayed", ours.new);
    }
    let mut seen: BTreeSet<&str> = known.iter().map(|it| &it.old[..]).collect();
    assert_eq!(seen.len(), known.len(), "something was replaced twice");
    assert!(seen.insert(&last), "{last} was replaced and is there");
    assert!(written.contains(&last[..]), "a refused write remained: {last}");
    let unseen: Vec<_> = written.difference(&seen).collect();
    assert_eq!(unseen.len(), flashes.len(), "lost is one of {unseen:?}");
    assert_newest(&log);
}
