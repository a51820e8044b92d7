//! The curriculum that the program ships, out of the bytes that `build.rs` compiled.

use std::borrow::Cow;

use crate::curriculum::Curriculum;

/// Returns the shipped curriculum. Its long texts stay in the binary until they are read.
pub fn shipped() -> Curriculum {
    let hot = include_bytes!(concat!(env!("OUT_DIR"), "/shipped.hot"));
    let texts = include_bytes!(concat!(env!("OUT_DIR"), "/shipped.texts"));
    Curriculum::decode(hot, Cow::Borrowed(texts)).expect("build.rs wrote these bytes for this very build")
}
