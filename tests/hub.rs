//! The hub on a real PostgreSQL: machines that find each other, and attackers with plain SQL.
//!
//! `.ci/postgres cargo test --features hub --test hub` starts one, runs these and stops it;
//! `ROADMAP_TEST_POSTGRES=postgres://…` names one whose superuser may make databases and roles.
#![cfg(feature = "hub")]

#[path = "hub/attack.rs"]
mod attack;
mod common;
#[path = "hub/keep.rs"]
mod keep;
#[path = "hub/learner.rs"]
mod learner;
#[path = "hub/school.rs"]
mod school;
