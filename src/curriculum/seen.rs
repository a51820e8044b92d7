//! Texts that were there before: of a few as of a million.

use std::collections::HashMap;

use super::raw::Text;
use crate::diagnostic::Place;

/// A map by ids, hashed by foldhash: faster than the standard library's hash, and seeded as that is.
pub(super) type ById<'a, V> = HashMap<&'a str, V, foldhash::fast::RandomState>;

/// So many texts are looked through one by one.
const FEW: usize = 16;

/// The texts of a list that were met so far.
#[derive(Default)]
pub(super) struct Seen<'a> {
    few: Vec<&'a Text>,
    many: ById<'a, &'a Place>,
}

impl<'a> Seen<'a> {
    /// Returns where an equal text was met first, or remembers this one.
    pub(super) fn before(&mut self, text: &'a Text) -> Option<&'a Place> {
        if self.many.is_empty() {
            if let Some(first) = self.few.iter().find(|first| first.value == text.value) {
                return Some(&first.place);
            }
            if self.few.len() < FEW {
                self.few.push(text);
                return None;
            }
            self.many = self.few.iter().map(|text| (text.value.as_str(), &text.place)).collect();
        }
        match self.many.get(text.value.as_str()) {
            Some(first) => Some(first),
            None => {
                self.many.insert(&text.value, &text.place);
                None
            }
        }
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.few.clear();
        self.many.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::raw::At;
    use super::*;

    #[test]
    fn the_first_of_equals_is_found_among_few_and_many() {
        let text = |n: usize| At { value: format!("text-{}", n % 40), place: Place { source: 0, span: n..n + 1 } };
        let texts: Vec<Text> = (0..100).map(text).collect();
        let mut seen = Seen::default();
        for _ in 0..2 {
            for (n, text) in texts.iter().enumerate() {
                let first = (n >= 40).then_some(n % 40);
                assert_eq!(seen.before(text).map(|place| place.span.start), first);
            }
            seen.clear();
        }
    }
}
