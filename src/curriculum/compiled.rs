//! The curriculum in the form that the binary carries: postcard, the long texts apart.
//!
//! `build.rs` checks `roadmap/` and writes two files; at run time the hot one is decoded at every
//! start (a tenth of a millisecond) and the texts of a topic when somebody asks for them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Curriculum, Details, Hot, Store};

#[derive(Serialize, Deserialize)]
struct Packed<H> {
    hot: H,
    starts: Vec<u32>,
}

impl Curriculum {
    /// Returns the compiled form: what every start needs, and the long texts.
    #[allow(dead_code, reason = "build.rs, which includes this file, calls it")]
    pub(crate) fn compile(&self) -> (Vec<u8>, Vec<u8>) {
        let mut starts = Vec::new();
        let mut texts = Vec::new();
        for ix in self.indices() {
            starts.push(u32::try_from(texts.len()).expect("a curriculum's texts are far below 4 GiB"));
            texts.extend(postcard::to_allocvec(&*self.details(ix)).expect("plain data always encodes"));
        }
        let packed = Packed { hot: &self.hot, starts };
        (postcard::to_allocvec(&packed).expect("plain data always encodes"), texts)
    }
}

/// Returns the details that `bytes` begin with.
pub(super) fn unpack(bytes: &[u8]) -> Details {
    postcard::take_from_bytes(bytes).expect("the bytes were written by `compile` of this very build").0
}

impl Curriculum {
    /// Returns the curriculum from the two parts that [`Curriculum::compile`] gave.
    ///
    /// # Errors
    ///
    /// When `hot` was not written by this very version of the program.
    pub(crate) fn decode(hot: &[u8], texts: Cow<'static, [u8]>) -> postcard::Result<Self> {
        let Packed { hot, starts } = postcard::from_bytes::<Packed<Hot>>(hot)?;
        Ok(Self { hot, details: Store::Packed { starts, bytes: texts } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiling_and_decoding_gives_the_same_curriculum() {
        let curriculum = crate::shipped();
        let (hot, texts) = curriculum.compile();
        let again = Curriculum::decode(&hot, Cow::Owned(texts)).expect("just compiled");
        assert_eq!(again.topics(), curriculum.topics());
        assert!(again.indices().all(|ix| again.details(ix) == curriculum.details(ix)));
        assert!(Curriculum::decode(&hot[..hot.len() / 2], Cow::Borrowed(&[])).is_err());
    }
}
