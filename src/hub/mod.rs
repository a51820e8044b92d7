//! A hub: a database that holds the entries of many learners, so that one's machines find each other
//! and a teacher sees where a cohort stands.
//!
//! Only a copy, and only by union: every machine keeps its own journal and works without the hub. Knows
//! entries and curricula; asks no environment, clock or terminal.

mod admin;
mod cohort;
mod connect;
mod exchange;
mod pgpass;
mod publish;
mod row;
mod schema;
mod tls;
mod url;

pub use admin::{Forgotten, Part, Status, check_name};
pub use cohort::{Cohort, STATEMENTS};
pub use connect::{Answer, Failure, Hub, Value};
pub use exchange::{Exchanged, Greeting};
pub use pgpass::Environment;
pub use publish::Published;
pub use schema::{Migrated, VERSION};
pub use url::Address;
