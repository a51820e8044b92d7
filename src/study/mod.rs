//! What to study: the next step, the plan, the pace.
//!
//! Pure: takes a curriculum, progress and the day, and returns data with its reasons. Knows no
//! files, no clock and no terminal.

pub mod memory;
pub mod next;
pub mod pace;
pub mod place;
pub mod plan;
pub mod portfolio;
pub mod quiz;
pub mod search;
pub mod standing;
pub mod upcoming;
pub mod work;
