//! A process that is killed at any failpoint leaves a state from which the next run goes on.
//!
//! Every journey is first run to its end, which tells the places that it reaches. Then it is
//! run again for each, and dies there. Only builds with the feature `failpoints` have places.

use super::bucket::Bucket;
use super::recovery::{
    commit_two, kops_edits_two, recovers, small_clone, small_world, store_is_main,
};
use super::server::serve;
use super::world::{NODES, OTHER, World, replace};
use crate::sandbox::Sandbox;
use git_store::model::Failpoint;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Mutex;

/// What a journey needs, made anew for every run.
struct Scene {
    store: Stored,
    /// Where the line is typed.
    place: PathBuf,
    line: String,
    /// The repository that git-store works in.
    repository: PathBuf,
    /// How many merges there are in the end.
    merges: usize,
}

enum Stored {
    Directory(World),
    Bucket(Box<Bucket>),
}

/// Who dies, and how that is seen.
#[derive(Clone, Copy, PartialEq)]
enum Dying {
    /// The program that was typed.
    Program,
    /// A program that git started; git goes on and says so.
    Child,
    /// Git, and every program that it started.
    All,
    /// A hook of the server; whoever pushes is told nothing.
    Hook,
}

struct Journey {
    name: &'static str,
    prepare: fn() -> Option<Scene>,
    dying: Dying,
    /// The places that count; none: all.
    only: &'static [Failpoint],
}

const JOURNEYS: &[Journey] = &[
    Journey { name: "push", prepare: push, dying: Dying::Program, only: &[] },
    Journey { name: "fetch", prepare: fetch, dying: Dying::Program, only: &[] },
    Journey { name: "clone", prepare: clone, dying: Dying::Program, only: &[] },
    Journey { name: "git push", prepare: git_push, dying: Dying::Child, only: &[] },
    Journey { name: "git push, all of it", prepare: git_push, dying: Dying::All, only: &[] },
    Journey { name: "git fetch", prepare: git_fetch, dying: Dying::Child, only: &[] },
    Journey { name: "git clone", prepare: git_clone, dying: Dying::All, only: &[] },
    Journey { name: "push to a server", prepare: to_server, dying: Dying::Hook, only: &[] },
    Journey { name: "push to S3", prepare: to_bucket, dying: Dying::Program, only: OF_S3 },
];

/// Places that a store in a directory does not reach.
const OF_S3: &[Failpoint] = &[Failpoint::UploadAnswered, Failpoint::DeleteAnswered];

/// An update in each cluster, a new file, and one that is deleted.
fn change(sandbox: &Sandbox, clone: &Path) {
    let (old, new) = (NODES.replace("nodes", "nodes-spot"), NODES.replace("nodes", "nodes-next"));
    sandbox.git(clone, &["mv", &old, &new]);
    replace(&clone.join(&new), "name: nodes-spot", "name: nodes-next");
    let message = "another group\n\nAllow: remove-instance-group:** it has a new name";
    sandbox.git(clone, &["commit", "-qam", message]);
    commit_two(sandbox, clone);
}

fn in_clone(world: World, clone: PathBuf, line: &str) -> Option<Scene> {
    let (place, store) = (clone.clone(), Stored::Directory(world));
    Some(Scene { store, place, line: line.to_owned(), repository: clone, merges: 0 })
}

fn push() -> Option<Scene> {
    let (world, clone) = small_clone();
    change(&world.sandbox, &clone);
    in_clone(world, clone, "git-store push")
}

fn git_push() -> Option<Scene> {
    let (world, clone) = small_clone();
    change(&world.sandbox, &clone);
    in_clone(world, clone, "git push -q store main")
}

fn fetch() -> Option<Scene> {
    let (world, clone) = small_clone();
    kops_edits_two(&world);
    in_clone(world, clone, "git-store fetch")
}

fn git_fetch() -> Option<Scene> {
    let (world, clone) = small_clone();
    kops_edits_two(&world);
    in_clone(world, clone, "git fetch -q store")
}

fn fresh(line: &str) -> Option<Scene> {
    let world = small_world();
    kops_edits_two(&world);
    let (place, repository) = (world.sandbox.path(""), world.sandbox.path("fresh"));
    let line = line.replace("URL", &world.url());
    Some(Scene { store: Stored::Directory(world), place, line, repository, merges: 0 })
}

fn clone() -> Option<Scene> {
    fresh("git-store clone URL fresh")
}

fn git_clone() -> Option<Scene> {
    fresh("git clone -q store::URL fresh")
}

/// The store moved meanwhile, so that the server merges before it pushes.
fn to_server() -> Option<Scene> {
    let world = small_world();
    let (server, clone) = serve(&world);
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.kops_edits(OTHER, "maxSize: 4", "maxSize: 5");
    let scene = in_clone(world, clone, "git push -q")?;
    Some(Scene { repository: server, merges: 1, ..scene })
}

fn to_bucket() -> Option<Scene> {
    let world = small_world();
    let mut bucket = Bucket::new("failpoints")?;
    bucket.upload(&world.store);
    // The signature of a write is good for whole seconds.
    bucket.sandbox = bucket.sandbox.with("GIT_STORE_LIFETIME", "3");
    let clone = bucket.clone("clone");
    change(&bucket.sandbox, &clone);
    let (place, store) = (clone.clone(), Stored::Bucket(Box::new(bucket)));
    Some(Scene { store, place, line: "git-store push".into(), repository: clone, merges: 0 })
}

impl Scene {
    fn sandbox(&self) -> &Sandbox {
        match &self.store {
            Stored::Directory(world) => &world.sandbox,
            Stored::Bucket(bucket) => &bucket.sandbox,
        }
    }

    /// Runs the line in a process group of its own; returns the places that were reached, too.
    fn run(&self, last: Option<&str>, kills: &str) -> (Output, Vec<String>) {
        let log = self.sandbox().path("reached");
        let words: Vec<&str> = self.line.split(' ').collect();
        let mut command = self.sandbox().program(&self.place, &words);
        command.env("GIT_STORE_FAILPOINT_LOG", &log).process_group(0);
        if let Some(last) = last {
            command.env("GIT_STORE_FAILPOINT", last).env("GIT_STORE_FAILPOINT_KILLS", kills);
        }
        let output = command.output().expect("the program runs");
        let reached = fs::read_to_string(log).unwrap_or_default();
        (output, reached.lines().map(str::to_owned).collect())
    }

    fn recovers(&self, point: &str) {
        if self.line.contains(" clone ") {
            self.begin_again(point);
        }
        recovers(self.sandbox(), &self.repository, point, self.merges);
        match &self.store {
            Stored::Directory(world) => store_is_main(world, &self.repository, point),
            Stored::Bucket(bucket) => {
                let is_there = bucket.get(NODES).contains("maxSize: 9");
                assert!(is_there, "{point}: the change is in the store");
            }
        }
    }

    /// What people do is take a killed clone away and clone again. Our own can be fetched into;
    /// git's has a `HEAD` that is not valid before the end.
    fn begin_again(&self, point: &str) {
        if self.line.starts_with("git-store") {
            self.sandbox().run(&self.repository, "git store fetch").ok();
            self.sandbox().fsck(&self.repository);
        }
        fs::remove_dir_all(&self.repository).expect("removed");
        let (output, _) = self.run(None, "");
        assert!(output.status.success(), "{point}: cloning again: {}", said(&output));
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

impl Journey {
    /// The places that the journey reaches, as `name:time`, the first and the last time.
    fn places(&self) -> Vec<String> {
        let Some(scene) = (self.prepare)() else { return Vec::new() };
        let (output, reached) = scene.run(None, "");
        assert!(output.status.success(), "{}: {}", self.name, said(&output));
        let is_last = |place: &String| {
            let (name, time) = split(place);
            !reached.contains(&format!("{name}:{}", time + 1))
        };
        let counts = |place: &String| {
            let (name, time) = split(place);
            let is_meant = |point: &Failpoint| format!("{point:?}") == name;
            let is_meant = self.only.is_empty() || self.only.iter().any(is_meant);
            is_meant && (time == 1 || is_last(place))
        };
        reached.iter().filter(|place| counts(place)).cloned().collect()
    }

    /// Runs the journey, and lets it die at a place.
    fn die_at(&self, place: &str) {
        let Some(scene) = (self.prepare)() else { return };
        let point = format!("{}, killed at {place}", self.name);
        let kills = if self.dying == Dying::All { "group" } else { "process" };
        let (output, reached) = scene.run(Some(place), kills);
        assert_eq!(reached.last().map(String::as_str), Some(place), "{point}: it died there");
        let signal = output.status.signal();
        match self.dying {
            Dying::Program | Dying::All => assert_eq!(signal, Some(9), "{point}: by SIGKILL"),
            Dying::Child => assert!(!output.status.success(), "{point}: git noticed"),
            Dying::Hook => assert!(output.status.success(), "{point}: {}", said(&output)),
        }
        scene.recovers(&point);
    }
}

fn split(place: &str) -> (&str, usize) {
    let (name, time) = place.split_once(':').expect("a name and a time");
    (name, time.parse().expect("a number"))
}

/// Does something for each of the items, twelve at a time: most of them wait for a deadline.
fn for_each<T: Send>(items: Vec<T>, work: impl Fn(T) + Sync) {
    let items = Mutex::new(items);
    let next = || items.lock().expect("no panic").pop();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                while let Some(item) = next() {
                    work(item);
                }
            });
        }
    });
}

#[test]
#[cfg_attr(not(feature = "failpoints"), ignore = "needs --features failpoints")]
fn every_journey_at_every_failpoint() {
    let deaths = Mutex::new(Vec::new());
    for_each(JOURNEYS.iter().collect(), |journey| {
        let places = journey.places().into_iter().map(|place| (journey, place));
        deaths.lock().expect("no panic").extend(places);
    });
    let deaths = deaths.into_inner().expect("no panic");
    let reached: BTreeSet<&str> = deaths.iter().map(|(_, place)| split(place).0).collect();
    let has_bucket = std::env::var("GIT_STORE_TEST_S3").is_ok();
    let counts = |point: &&Failpoint| has_bucket || !OF_S3.contains(point);
    for point in Failpoint::ALL.iter().filter(counts) {
        assert!(reached.contains(format!("{point:?}").as_str()), "no journey reaches {point:?}");
    }
    for_each(deaths, |(journey, place)| journey.die_at(&place));
}

/// Where a failpoint is, is known: each stands in the code exactly once.
#[test]
fn every_failpoint_is_one_place() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let code: String = crate::sandbox::bytes_below(&source)
        .into_values()
        .map(|bytes| String::from_utf8(bytes).expect("text"))
        .collect();
    for point in Failpoint::ALL {
        let count = code.matches(&format!("Failpoint::{point:?}.reach()")).count();
        assert_eq!(count, 1, "{point:?} stands in the code {count} times");
    }
    assert_eq!(code.matches(".reach()").count(), Failpoint::ALL.len(), "all of them are listed");
}
