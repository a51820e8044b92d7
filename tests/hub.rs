//! The hub on a real PostgreSQL: machines that find each other, attackers with plain SQL, and what
//! breaks on the way.
//!
//! `.ci/postgres cargo test --features hub --test hub` starts one, runs these and stops it;
//! `ROADMAP_TEST_POSTGRES=postgres://…` names one whose superuser may make databases and roles.
#![cfg(feature = "hub")]

#[path = "hub/attack.rs"]
mod attack;
#[path = "hub/cluster.rs"]
mod cluster;
mod common;
#[path = "hub/keep.rs"]
mod keep;
#[path = "hub/learner.rs"]
mod learner;
#[path = "hub/network.rs"]
mod network;
#[path = "hub/proxy.rs"]
mod proxy;
#[path = "hub/school.rs"]
mod school;
#[path = "hub/server.rs"]
mod server;
