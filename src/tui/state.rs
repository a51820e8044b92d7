//! What the terminal browser shows, and the ways in which it changes; knows no terminal and no keys.
//!
//! Whatever changes the journal is handed out as a [`Deed`] and comes back as a new [`Scene`].

use std::rc::Rc;

use ratatui::text::Line;

use super::layout::{Areas, inside};
use super::paint;
use super::tree::{Row, Tree};
use crate::curriculum::{Curriculum, TopicIx};
use crate::progress::State;

/// Everything that is browsed, as it stands after the last deed.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) curriculum: Rc<Curriculum>,
    /// The state of each topic.
    pub(crate) states: Vec<State>,
    /// For each phase: topics done or known, of those not skipped.
    pub(crate) tally: Vec<(usize, usize)>,
    /// What to study next.
    pub(crate) next: Option<TopicIx>,
    /// That in words, a line each, the weightiest first.
    pub(crate) head: Vec<String>,
    /// Why that, or why nothing.
    pub(crate) reasons: String,
}

/// What the learner wants to have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Start(TopicIx),
    StartAnyway(TopicIx),
    Done(TopicIx),
    DoneWithPrerequisites(TopicIx),
    Known(TopicIx),
    Skip(TopicIx),
    Reopen(TopicIx),
    Undo,
    Redo,
    /// Look again what the journal says.
    Read,
}

/// What has to happen outside of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Do(Deed),
    Suspend,
    Quit,
}

/// The part of the screen that takes the arrows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Pane {
    #[default]
    Tree,
    Topic,
}

/// What takes the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Browse,
    /// The search is being typed.
    Search,
    /// The keys are explained, from this line on.
    Help(usize),
}

/// The browser.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) scene: Scene,
    pub(super) tree: Tree,
    pub(super) focus: Pane,
    pub(super) mode: Mode,
    /// The search as typed.
    pub(super) typed: String,
    /// The first row of the tree that is seen.
    pub(super) top: usize,
    /// The first line of the topic that is seen.
    pub(super) scroll: usize,
    /// What was just done or refused, in words.
    pub(super) notice: Vec<Line<'static>>,
    notice_words: String,
    page: Option<Page>,
    size: (u16, u16),
    colour: bool,
}

/// What the right pane shows, drawn for a width.
#[derive(Debug)]
struct Page {
    row: Option<Row>,
    width: usize,
    lines: Vec<Line<'static>>,
    /// Whether something may have changed since.
    is_stale: bool,
}

impl Browser {
    /// Returns the browser on a screen of this size, at the next topic.
    pub(super) fn new(scene: Scene, size: (u16, u16), colour: bool) -> Self {
        let tree = Tree::new(&scene.curriculum);
        let mut browser = Self {
            scene,
            tree,
            focus: Pane::default(),
            mode: Mode::default(),
            typed: String::new(),
            top: 0,
            scroll: 0,
            notice: Vec::new(),
            notice_words: String::new(),
            page: None,
            size,
            colour,
        };
        match browser.scene.next {
            Some(ix) => browser.go_to(ix),
            None => browser.tree.fold_all(&browser.scene.curriculum, browser.scene.curriculum.phases().len() > 1),
        }
        browser
    }

    /// Takes what changed.
    pub(super) fn refresh(&mut self, scene: Scene) {
        self.scene = scene;
        if let Some(page) = &mut self.page {
            page.is_stale = true;
        }
    }

    /// Shows what was done or refused until the next key.
    pub(super) fn say(&mut self, words: String) {
        self.notice_words = words;
        self.lay_notice();
        self.keep_in_sight();
    }

    /// Returns the parts of the screen.
    pub(super) fn areas(&self) -> Areas {
        let foot = if self.mode == Mode::Search { 1 } else { self.notice.len() };
        Areas::new(self.size, self.focus, foot)
    }

    /// Takes the size of the screen.
    pub(super) fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        self.lay_notice();
        self.keep_in_sight();
        self.scroll_to(self.scroll);
    }

    /// Returns the lines of the right pane; `draw` is asked for what is not there yet.
    pub(super) fn lay_page(&mut self, draw: impl FnOnce(Row, usize) -> String) {
        let width = usize::from(inside(self.areas().topic).width).saturating_sub(1);
        let row = self.tree.current();
        let is_there = self.page.as_ref().is_some_and(|page| !page.is_stale && page.row == row && page.width == width);
        if is_there || width == 0 {
            return;
        }
        if self.page.as_ref().is_some_and(|page| page.row != row) {
            self.scroll = 0;
        }
        let words = row.map_or_else(String::new, |row| draw(row, width));
        self.page = Some(Page { row, width, lines: paint::lines(&words, width, self.colour), is_stale: false });
        self.scroll_to(self.scroll);
    }

    /// Returns the lines of the right pane, as laid last.
    pub(super) fn page(&self) -> &[Line<'static>] {
        self.page.as_ref().map_or(&[], |page| &page.lines)
    }

    /// Returns the topic that is selected.
    pub(super) fn topic(&self) -> Option<TopicIx> {
        match self.tree.current()? {
            Row::Topic(ix) => Some(ix),
            Row::Phase(_) => None,
        }
    }

    /// Folds or unfolds the phase of the selected row.
    pub(super) fn fold(&mut self) -> Option<Action> {
        let phase = match self.tree.current()? {
            Row::Phase(phase) => phase,
            Row::Topic(ix) => self.scene.curriculum.topic(ix).phase as usize,
        };
        self.tree.fold(&self.scene.curriculum, phase, !self.tree.is_folded(phase));
        self.keep_in_sight();
        None
    }

    /// Goes from a topic to its phase, and folds a phase.
    pub(super) fn leave(&mut self) {
        match self.tree.current() {
            Some(Row::Phase(phase)) => self.tree.fold(&self.scene.curriculum, phase, true),
            Some(Row::Topic(ix)) => {
                let phase = Row::Phase(self.scene.curriculum.topic(ix).phase as usize);
                let at = self.tree.rows()[..self.tree.selected()].iter().rposition(|row| *row == phase);
                self.tree.select(at.unwrap_or(0));
            }
            None => {}
        }
        self.keep_in_sight();
    }

    pub(super) fn moved(&mut self, to: impl FnOnce(usize) -> usize) -> Option<Action> {
        self.tree.select(to(self.tree.selected()));
        self.keep_in_sight();
        None
    }

    pub(super) fn go_to(&mut self, ix: TopicIx) {
        self.tree.reveal(&self.scene.curriculum, ix);
        if self.tree.found().is_none() {
            self.typed.clear();
        }
        self.keep_in_sight();
    }

    pub(super) fn search(&mut self) {
        self.tree.search(&self.scene.curriculum, &self.typed);
        self.keep_in_sight();
    }

    pub(super) fn turn_to(&mut self, pane: Pane) {
        self.focus = pane;
        self.keep_in_sight();
    }

    pub(super) fn scroll_to(&mut self, line: usize) {
        let seen = usize::from(inside(self.areas().topic).height);
        self.scroll = line.min(self.page().len().saturating_sub(seen));
    }

    /// Moves the window on the tree as little as needed for the selected row to be seen.
    pub(super) fn keep_in_sight(&mut self) {
        let seen = usize::from(inside(self.areas().tree).height).max(1);
        let selected = self.tree.selected();
        // The phase above its first topic is worth a line.
        let first = match self.tree.rows().get(selected.wrapping_sub(1)) {
            Some(Row::Phase(_)) if seen > 2 => selected - 1,
            _ => selected,
        };
        let last = self.tree.rows().len().saturating_sub(seen);
        self.top = self.top.clamp((selected + 1).saturating_sub(seen), first).min(last);
    }

    fn lay_notice(&mut self) {
        let width = usize::from(self.size.0).saturating_sub(2);
        self.notice = match self.notice_words.is_empty() {
            true => Vec::new(),
            false => paint::lines(&self.notice_words, width, self.colour),
        };
    }
}
