//! What to study next on the way to being a generative-AI engineer, and why.
pub mod text;
pub mod diagnostic;
pub mod graph;
pub mod curriculum;
mod shipped;
pub use shipped::shipped;
pub mod error;
pub mod journal;
pub mod progress;
pub mod study;
