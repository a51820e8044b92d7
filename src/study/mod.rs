//! study
pub mod work;
