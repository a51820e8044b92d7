//! What to study next on the way to being a generative-AI engineer, and why.
//!
//! The library behind the `roadmap` command: load a curriculum, replay a journal, ask what is next.
//! The modules stand in the order in which to read them; each uses only those above it, and none
//! but [`cli`] and its terminal browser touches a terminal or the clock.
//!
//! ```
//! use roadmap::journal::Journal;
//! use roadmap::progress::Progress;
//! use roadmap::study::next::{Aim, Limits, next};
//!
//! let curriculum = roadmap::shipped();
//! let progress = Progress::replay(&curriculum, &Journal::default());
//! let best = &next(&curriculum, &progress, &Aim::default(), &Limits::default())[0];
//! assert!(curriculum.requires(best.topic).len() == 0, "nothing is done, so it needs nothing");
//! ```

pub mod text;

pub mod diagnostic;
pub mod error;

mod bounded;
mod held;
mod private;
mod stamp;

pub mod graph;

mod bundle;
pub mod curriculum;
mod shipped;

pub mod authoring;

pub mod journal;

pub mod sync;

pub mod progress;

pub mod study;

pub(crate) mod cache;

pub mod report;

#[cfg(feature = "hub")]
pub mod hub;

mod tui;

pub mod cli;

#[doc(hidden)]
pub use cache::{decode_anything, encoded};
pub use shipped::shipped;
#[doc(hidden)]
pub use study::standing::{checkpointed, resume_anything};
