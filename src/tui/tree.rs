//! The tree of phases and topics as rows: what is folded away, and what a search leaves.

use crate::curriculum::{Curriculum, TopicIx};
use crate::study::search;

/// A row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// A phase, by its index.
    Phase(usize),
    /// A topic.
    Topic(TopicIx),
}

/// A search that is on.
#[derive(Debug)]
struct Search {
    words: Vec<String>,
    /// What is folded among what was found.
    folded: Vec<bool>,
    /// Where the search began.
    from: Option<Row>,
}

/// The tree. Rows are made anew when something folds or is searched, not when the selection moves.
#[derive(Debug, Default)]
pub(super) struct Tree {
    rows: Vec<Row>,
    selected: usize,
    folded: Vec<bool>,
    search: Option<Search>,
    /// How many topics were found, folded or not.
    found: usize,
    /// What of each topic is searched, made when it is first needed.
    texts: Vec<String>,
}

impl Tree {
    /// Returns the tree with all phases folded.
    pub(super) fn new(curriculum: &Curriculum) -> Self {
        let mut tree = Self { folded: vec![true; curriculum.phases().len()], ..Self::default() };
        tree.make(curriculum);
        tree
    }

    /// Returns the rows that are to be seen.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the position of the selected row; 0 if there is none.
    pub(super) fn selected(&self) -> usize {
        self.selected
    }

    /// Returns the selected row; none if nothing was found.
    pub(super) fn current(&self) -> Option<Row> {
        self.rows.get(self.selected).copied()
    }

    /// Returns how many topics were found, while something is searched.
    pub(super) fn found(&self) -> Option<usize> {
        self.search.as_ref().map(|_| self.found)
    }

    /// Returns whether the topics of a phase are hidden.
    pub(super) fn is_folded(&self, phase: usize) -> bool {
        self.search.as_ref().map_or(&self.folded, |search| &search.folded)[phase]
    }

    /// Selects the row at this position, or the last one if there are fewer.
    pub(super) fn select(&mut self, at: usize) {
        self.selected = at.min(self.rows.len().saturating_sub(1));
    }

    /// Hides the topics of a phase, or shows them. The selection stays, or goes to the phase.
    pub(super) fn fold(&mut self, curriculum: &Curriculum, phase: usize, folded: bool) {
        self.search.as_mut().map_or(&mut self.folded, |search| &mut search.folded)[phase] = folded;
        self.make(curriculum);
    }

    /// Hides the topics of all phases, or shows them.
    pub(super) fn fold_all(&mut self, curriculum: &Curriculum, folded: bool) {
        self.search.as_mut().map_or(&mut self.folded, |search| &mut search.folded).fill(folded);
        self.make(curriculum);
    }

    /// Leaves only topics that hold every word of `typed`, or all topics if there are no words.
    pub(super) fn search(&mut self, curriculum: &Curriculum, typed: &str) {
        let words = search::words(typed);
        if words.is_empty() {
            let from = self.search.take().and_then(|search| search.from);
            // What was found stays in sight; after nothing was found all is as before.
            match self.current().or(from) {
                Some(Row::Topic(ix)) => self.reveal(curriculum, ix),
                row => {
                    self.make(curriculum);
                    self.select(row.and_then(|row| self.rows.iter().position(|r| *r == row)).unwrap_or(0));
                }
            }
            return;
        }
        if self.texts.is_empty() {
            self.texts = curriculum.indices().map(|ix| search::text(curriculum, ix)).collect();
        }
        let was_on_phase = !matches!(self.current(), Some(Row::Topic(_)));
        let from = match self.search.take() {
            Some(search) => search.from,
            None => self.current(),
        };
        self.search = Some(Search { words, folded: vec![false; self.folded.len()], from });
        self.make(curriculum);
        let first = self.rows.iter().position(|row| matches!(row, Row::Topic(_))).unwrap_or(0);
        if was_on_phase || !matches!(self.current(), Some(Row::Topic(_))) {
            self.selected = first;
        }
    }

    /// Selects a topic, unfolding its phase and ending a search that hides it.
    pub(super) fn reveal(&mut self, curriculum: &Curriculum, ix: TopicIx) {
        let wanted = Row::Topic(ix);
        if let Some(Search { words, .. }) = &self.search
            && !search::holds(&self.texts[ix.0 as usize], words)
        {
            self.search = None;
        }
        self.fold(curriculum, curriculum.topic(ix).phase as usize, false);
        if let Some(at) = self.rows.iter().position(|row| *row == wanted) {
            self.selected = at;
        }
    }

    fn make(&mut self, curriculum: &Curriculum) {
        let before = self.current();
        self.rows.clear();
        self.found = 0;
        for (at, phase) in curriculum.phases().iter().enumerate() {
            let topics = phase.topics.clone().map(TopicIx);
            self.rows.push(Row::Phase(at));
            let start = self.rows.len();
            match &self.search {
                Some(Search { words, folded, .. }) => {
                    let found = topics.filter(|ix| search::holds(&self.texts[ix.0 as usize], words));
                    self.rows.extend(found.map(Row::Topic));
                    let found = self.rows.len() - start;
                    self.found += found;
                    if found == 0 {
                        self.rows.pop();
                    } else if folded[at] {
                        self.rows.truncate(start);
                    }
                }
                None if self.folded[at] => {}
                None => self.rows.extend(topics.map(Row::Topic)),
            }
        }
        let position = |row: Row| self.rows.iter().position(|r| *r == row);
        let at = before.and_then(|row| {
            let phase = || match row {
                Row::Topic(ix) => position(Row::Phase(curriculum.topic(ix).phase as usize)),
                Row::Phase(_) => None,
            };
            position(row).or_else(phase)
        });
        self.select(at.unwrap_or(self.selected));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::curriculum::load_text;

    fn small() -> Curriculum {
        let text = "id: c\ntitle: C\nphases:\n\
            \x20 - {id: p, title: P, topics: [{id: apple, title: Apple, hours: 1}, {id: pear, title: Pear, hours: 1, summary: Green}]}\n\
            \x20 - {id: q, title: Q, topics: [{id: plum, title: Plum, hours: 1}]}\n";
        load_text("c", text).curriculum.expect("sound")
    }

    fn seen(tree: &Tree, curriculum: &Curriculum) -> String {
        let name = |(at, row): (usize, &Row)| {
            let name = match *row {
                Row::Phase(at) => curriculum.phases()[at].title.to_string(),
                Row::Topic(ix) => curriculum.topic(ix).id.to_string(),
            };
            if at == tree.selected() { format!("[{name}]") } else { name }
        };
        tree.rows().iter().enumerate().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn folding_keeps_the_selection_or_gives_it_to_the_phase() {
        let c = small();
        let mut tree = Tree::new(&c);
        assert_eq!(seen(&tree, &c), "[P] Q");
        tree.reveal(&c, TopicIx(1));
        assert_eq!(seen(&tree, &c), "P apple [pear] Q");
        tree.fold(&c, 1, false);
        assert_eq!(seen(&tree, &c), "P apple [pear] Q plum");
        tree.fold(&c, 0, true);
        assert_eq!(seen(&tree, &c), "[P] Q plum");
        tree.select(99);
        assert_eq!(seen(&tree, &c), "P Q [plum]");
        tree.fold_all(&c, true);
        assert_eq!(seen(&tree, &c), "P [Q]");
    }

    #[test]
    fn a_search_shows_what_is_folded_and_leaves_the_folds_as_they_were() {
        let c = small();
        let mut tree = Tree::new(&c);
        tree.search(&c, "P");
        assert_eq!(seen(&tree, &c), "P [apple] pear Q plum");
        tree.search(&c, "green");
        assert_eq!((seen(&tree, &c).as_str(), tree.found()), ("P [pear]", Some(1)));
        tree.fold(&c, 0, true);
        assert_eq!((seen(&tree, &c).as_str(), tree.found()), ("[P]", Some(1)));
        tree.search(&c, "nothing like it");
        assert_eq!((seen(&tree, &c).as_str(), tree.current()), ("", None));
        tree.search(&c, "");
        assert_eq!(seen(&tree, &c), "[P] Q", "after nothing was found all is as before");
        tree.search(&c, "plum");
        tree.reveal(&c, TopicIx(0));
        assert_eq!((seen(&tree, &c).as_str(), tree.found()), ("P [apple] pear Q", None));
        tree.search(&c, "plum");
        tree.search(&c, " ");
        assert_eq!(seen(&tree, &c), "P apple pear Q [plum]", "what was found stays in sight");
    }

    proptest! {
        #[test]
        fn the_selection_is_always_a_row(steps in prop::collection::vec((0u8..6, 0usize..4), 0..40)) {
            let c = small();
            let mut tree = Tree::new(&c);
            for (what, n) in steps {
                match what {
                    0 => tree.select(n),
                    1 => tree.fold(&c, n % 2, n < 2),
                    2 => tree.fold_all(&c, n < 2),
                    3 => tree.search(&c, ["", "p", "plum", "zzz"][n]),
                    4 => tree.reveal(&c, TopicIx((n % 3) as u32)),
                    _ => tree.search(&c, ["pear", "apple", "green", "q"][n]),
                }
                prop_assert_eq!(tree.current().is_none(), tree.rows().is_empty());
            }
        }
    }
}
