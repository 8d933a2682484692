//! One thread that runs every actor, one poll at a time, in an order left to chance.
//!
//! Every await of a port is a point where another actor may go on. A crash drops the future; the
//! actor then begins again as a new process that remembers nothing.

use super::swarm::Fault;
use super::world::{Shared, World};
use async_trait::async_trait;
use git_store::model::Timestamp;
use git_store::store::Clock;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// An actor at work.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A point where another actor may go on.
pub async fn turn(shared: &Shared) {
    shared.world().is_active = true;
    YieldOnce(false).await;
}

struct YieldOnce(bool);

impl Future for YieldOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Sleep<'a> {
    shared: &'a Shared,
    until: u64,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut world = self.shared.world();
        if world.now >= self.until {
            world.is_active = true;
            return Poll::Ready(());
        }
        let earliest = world.asleep_until.map_or(self.until, |until| until.min(self.until));
        world.asleep_until = Some(earliest);
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Virtual time.
#[derive(Clone, Debug)]
pub struct SimClock {
    shared: Shared,
    /// How far this clock is ahead of the store's, in milliseconds.
    ahead: u64,
}

impl SimClock {
    /// A clock that is `ahead` milliseconds ahead of the store's.
    pub fn new(shared: Shared, ahead: u64) -> Self {
        Self { shared, ahead }
    }
}

/// The time of the store's clock for virtual milliseconds; runs begin on 2026-01-01.
pub fn timestamp(milliseconds: u64) -> Timestamp {
    let beginning = Timestamp::from_timestamp(1_767_225_600, 0).expect("a time in range");
    beginning + Duration::from_millis(milliseconds)
}

/// Virtual milliseconds for a time of the store's clock.
pub fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from((time - timestamp(0)).num_milliseconds()).unwrap_or(0)
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        timestamp(self.shared.world().now + self.ahead)
    }

    async fn sleep(&self, duration: Duration) {
        let length = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let until = self.shared.world().now.saturating_add(length);
        Sleep { shared: &self.shared, until }.await;
    }
}

/// Virtual milliseconds a step when the network is quick again.
const CALM_MILLISECONDS: u64 = 50;

/// Somebody who does something for as long as the run lasts.
pub struct Actor {
    /// For people.
    pub name: String,
    /// Whether it runs on the machine of the shared repository and can crash.
    pub on_machine: bool,
    start: Box<dyn Fn() -> Task>,
    task: Task,
    paused_until: u64,
    asleep_until: u64,
}

impl Actor {
    /// An actor that begins again with `start` after each crash.
    pub fn new(name: String, on_machine: bool, start: impl Fn() -> Task + 'static) -> Self {
        let task = start();
        Self { name, on_machine, start: Box::new(start), task, paused_until: 0, asleep_until: 0 }
    }

    fn crash(&mut self) {
        self.task = (self.start)();
        (self.paused_until, self.asleep_until) = (0, 0);
    }
}

/// Runs actors.
pub struct Executor {
    shared: Shared,
    actors: Vec<Actor>,
    current: usize,
    step: u64,
}

impl Executor {
    /// An executor that has done nothing yet.
    pub fn new(shared: Shared, actors: Vec<Actor>) -> Self {
        shared.world().idle_since = vec![None; actors.len()];
        Self { shared, actors, current: 0, step: 0 }
    }

    /// Runs with faults until the horizon, the end of the tape or a broken promise.
    pub fn run_wild(&mut self) {
        let horizon = self.shared.world().swarm.horizon;
        while self.step < horizon && !self.is_stopped() {
            self.advance();
            self.cut_power();
            self.current = self.choose();
            if self.survives() {
                self.poll(self.current);
            }
        }
    }

    /// Runs without faults, everybody in turn, until nobody has anything to do; `false` if that
    /// never happens.
    pub fn run_calm(&mut self, limit: u64) -> bool {
        self.calm_down();
        for _ in 0..limit {
            for index in 0..self.actors.len() {
                self.advance();
                if self.actors[index].asleep_until <= self.shared.world().now {
                    self.poll(index);
                }
            }
            if self.is_stopped() || self.shared.world().is_settled() {
                return true;
            }
        }
        false
    }

    fn calm_down(&mut self) {
        let mut world = self.shared.world();
        world.calm = true;
        world.swarm.milliseconds = CALM_MILLISECONDS;
        world.event(|| "faults and foreign writes are over".to_owned());
        drop(world);
        for actor in &mut self.actors {
            (actor.paused_until, actor.asleep_until) = (0, 0);
        }
    }

    fn is_stopped(&self) -> bool {
        let world = self.shared.world();
        world.violation.is_some() || (!world.calm && world.tape.is_over())
    }

    /// Lets time pass; when everybody sleeps, until the first one wakes.
    fn advance(&mut self) {
        self.step += 1;
        let mut world = self.shared.world();
        world.now += world.swarm.milliseconds;
        let first_awake = self.actors.iter().map(|actor| actor.asleep_until).min().unwrap_or(0);
        world.now = world.now.max(first_awake);
        world.land_late_write();
    }

    fn can_run(&self, index: usize, now: u64) -> bool {
        let actor = &self.actors[index];
        actor.paused_until <= self.step && actor.asleep_until <= now
    }

    /// The next actor: 0 on the tape is the same as before.
    fn choose(&self) -> usize {
        let mut world = self.shared.world();
        let count = self.actors.len();
        let ready: Vec<usize> = (0..count)
            .map(|offset| (self.current + offset) % count)
            .filter(|index| self.can_run(*index, world.now))
            .collect();
        let Some(&first) = ready.first() else { return self.current };
        let drawn = ready[world.tape.index("next actor", ready.len())];
        let is_starved = world.swarm.starved == Some(drawn);
        if is_starved && !world.tape.chance("starved actor runs", 30) { first } else { drawn }
    }

    /// Whether the chosen actor is neither killed nor stopped at this point.
    fn survives(&mut self) -> bool {
        let actor = &mut self.actors[self.current];
        if actor.paused_until > self.step {
            return false;
        }
        let mut world = self.shared.world();
        if actor.on_machine && world.fault(Fault::Crash) {
            world.event(|| format!("{} crashes", actor.name));
            drop(world);
            actor.crash();
            return false;
        }
        if world.fault(Fault::Pause) {
            world.event(|| format!("{} stands still", actor.name));
            actor.paused_until = self.step + u64::from(world.tape.draw("length of pause", 200));
            return false;
        }
        true
    }

    /// Takes power from the machine of the shared repository.
    fn cut_power(&mut self) {
        if !self.shared.world().fault(Fault::PowerCut) {
            return;
        }
        for actor in self.actors.iter_mut().filter(|actor| actor.on_machine) {
            actor.crash();
        }
        self.shared.world().lose_refs_without_barrier();
    }

    fn poll(&mut self, index: usize) {
        begin_poll(&mut self.shared.world());
        let actor = &mut self.actors[index];
        let mut context = Context::from_waker(Waker::noop());
        let ended = actor.task.as_mut().poll(&mut context).is_ready();
        let world = self.shared.world();
        actor.asleep_until = if world.is_active { 0 } else { world.asleep_until.unwrap_or(0) };
        assert!(!ended, "{} came to an end", actor.name);
    }
}

fn begin_poll(world: &mut World) {
    world.asleep_until = None;
    world.is_active = false;
}
