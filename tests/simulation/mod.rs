//! Deterministic simulation: agents, people, blind writers and an admin on one store and several
//! repositories, with every fault that we know of, in one thread and in an order left to chance.
//!
//! | file | holds |
//! |---|---|
//! | `tape` | chance: every draw is an entry of a tape that can be recorded, cut and replayed |
//! | `swarm` | what a run has in it: actors, fault rates, kinds of store |
//! | `executor` | the actors, polled one at a time; crashes, pauses, virtual time |
//! | `world` | what all share |
//! | `bucket`, `store` | the model of a store; the port to it, over a bad network |
//! | `objects`, `repository` | the model of a repository; the port to it |
//! | `actors`, `people` | who takes part |
//! | `session`, `journeys` | one process with its ports; the seam to what is under test |
//! | `causality` | who had seen what |
//! | `storewrites`, `refmoves`, `ending` | the invariants, by when they are checked |
//! | `mutants` | deliberate mistakes at the ports, each of which must be caught |
//! | `run`, `campaign`, `shrink` | one run, many runs, and a smaller tape for a failure |
//! | `copies` | one order of events told by hand |
//!
//! `docs/simulation.md` tells what is promised, what is not, and how to replay a failure.

mod actors;
mod bucket;
mod campaign;
mod causality;
mod copies;
mod ending;
mod executor;
mod journeys;
mod mutants;
mod objects;
mod people;
mod refmoves;
mod repository;
mod run;
mod session;
mod shrink;
mod store;
mod storewrites;
mod swarm;
mod tape;
mod world;
