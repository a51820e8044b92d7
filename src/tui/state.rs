//! What the terminal browser shows and what a key or click does to it; knows no terminal.
//!
//! Whatever changes the journal is handed out as a [`Deed`] and comes back as a new [`Scene`].

use std::rc::Rc;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use ratatui::text::Line;

use super::layout::{Areas, inside};
use super::paint;
use super::tree::{Row, Tree};
use crate::curriculum::{Curriculum, TopicIx};
use crate::progress::State;

/// Lines that a turn of the wheel moves.
const WHEEL: usize = 3;

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

    /// Does what a key, click or change of size asks for; what it can't do itself, it returns.
    pub(super) fn update(&mut self, event: &Event) -> Option<Action> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(*key),
            Event::Mouse(mouse) => self.mouse(*mouse),
            Event::Resize(width, height) => {
                self.resize((*width, *height));
                None
            }
            // Pasted text is no row of keys: whoever pastes a word means no deed.
            Event::Paste(words) if self.mode == Mode::Search => {
                self.typed.extend(words.chars().map(|c| if c.is_control() { ' ' } else { c }));
                self.search();
                None
            }
            _ => None,
        }
    }

    fn key(&mut self, key: KeyEvent) -> Option<Action> {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if control => return Some(Action::Quit),
            KeyCode::Char('z') if control => return Some(Action::Suspend),
            KeyCode::Char('l') if control => return Some(Action::Do(Deed::Read)),
            _ if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) => return None,
            _ => {}
        }
        match self.mode {
            Mode::Help(at) => {
                self.mode = match key.code {
                    KeyCode::Down => Mode::Help((at + 1).min(super::keys::KEYS.len() - 1)),
                    KeyCode::Up => Mode::Help(at.saturating_sub(1)),
                    _ => Mode::Browse,
                };
                None
            }
            Mode::Search => self.key_in_search(key.code, control),
            Mode::Browse if control => {
                let page = usize::from(inside(self.areas().tree).height).max(1);
                match key.code {
                    KeyCode::Char('r') => Some(Action::Do(Deed::Redo)),
                    KeyCode::Char('f') => self.moved(|at| at.saturating_add(page)),
                    KeyCode::Char('b') => self.moved(|at| at.saturating_sub(page)),
                    _ => None,
                }
            }
            Mode::Browse => {
                let repeated = key.kind == KeyEventKind::Repeat;
                self.say(String::new());
                match key.code {
                    // A key that is held down marks one thing, not many.
                    KeyCode::Char(typed) if !repeated => self.letter(typed),
                    code => self.motion(code),
                }
            }
        }
    }

    fn letter(&mut self, typed: char) -> Option<Action> {
        let deed = |deed: fn(TopicIx) -> Deed| match self.topic() {
            Some(ix) => Ok(Action::Do(deed(ix))),
            None => Err("Choose a topic to mark; this is a phase."),
        };
        let marked = match typed {
            's' => deed(Deed::Start),
            'S' => deed(Deed::StartAnyway),
            'd' => deed(Deed::Done),
            'D' => deed(Deed::DoneWithPrerequisites),
            'k' => deed(Deed::Known),
            'x' => deed(Deed::Skip),
            'r' => deed(Deed::Reopen),
            'u' => Ok(Action::Do(Deed::Undo)),
            'U' => Ok(Action::Do(Deed::Redo)),
            'q' => return Some(Action::Quit),
            '?' => {
                self.mode = Mode::Help(0);
                return None;
            }
            '/' => {
                self.mode = Mode::Search;
                self.focus = Pane::Tree;
                return None;
            }
            'n' => {
                self.say(self.scene.reasons.clone());
                if let Some(ix) = self.scene.next {
                    self.go_to(ix);
                }
                return None;
            }
            '-' | '+' => {
                self.tree.fold_all(&self.scene.curriculum, typed == '-');
                self.keep_in_sight();
                return None;
            }
            ' ' => return self.fold(),
            _ => return None,
        };
        match marked {
            Ok(action) => Some(action),
            Err(words) => {
                self.say(words.to_owned());
                None
            }
        }
    }

    fn motion(&mut self, code: KeyCode) -> Option<Action> {
        let page = usize::from(inside(self.areas().topic).height).max(2) - 1;
        let in_topic = self.focus == Pane::Topic;
        match code {
            KeyCode::Up if in_topic => self.scroll_to(self.scroll.saturating_sub(1)),
            KeyCode::Down if in_topic => self.scroll_to(self.scroll + 1),
            KeyCode::Home if in_topic => self.scroll_to(0),
            KeyCode::End if in_topic => self.scroll_to(usize::MAX),
            KeyCode::PageUp => self.scroll_to(self.scroll.saturating_sub(page)),
            KeyCode::PageDown => self.scroll_to(self.scroll.saturating_add(page)),
            KeyCode::Up => return self.moved(|at| at.saturating_sub(1)),
            KeyCode::Down => return self.moved(|at| at + 1),
            KeyCode::Home => return self.moved(|_| 0),
            KeyCode::End => return self.moved(|_| usize::MAX),
            KeyCode::Left if !in_topic => self.leave(),
            KeyCode::Right if !in_topic => match self.tree.current() {
                Some(Row::Phase(phase)) => {
                    self.tree.fold(&self.scene.curriculum, phase, false);
                    self.keep_in_sight();
                }
                _ => self.turn_to(Pane::Topic),
            },
            KeyCode::Left | KeyCode::Esc if in_topic => self.turn_to(Pane::Tree),
            KeyCode::Tab | KeyCode::BackTab => self.turn_to(if in_topic { Pane::Tree } else { Pane::Topic }),
            KeyCode::Enter if self.topic().is_some() => {
                self.turn_to(if in_topic { Pane::Tree } else { Pane::Topic });
            }
            KeyCode::Enter => return self.fold(),
            KeyCode::Esc if self.tree.found().is_some() => {
                self.typed.clear();
                self.search();
            }
            KeyCode::Esc => return Some(Action::Quit),
            _ => {}
        }
        None
    }

    fn key_in_search(&mut self, code: KeyCode, control: bool) -> Option<Action> {
        match code {
            KeyCode::Enter | KeyCode::Tab => self.mode = Mode::Browse,
            KeyCode::Esc => {
                self.mode = Mode::Browse;
                self.typed.clear();
                self.search();
            }
            KeyCode::Backspace if self.typed.is_empty() => self.mode = Mode::Browse,
            KeyCode::Backspace => {
                self.typed.pop();
                self.search();
            }
            KeyCode::Char('u') if control => {
                self.typed.clear();
                self.search();
            }
            KeyCode::Char(typed) if !control && !typed.is_control() => {
                self.typed.push(typed);
                self.search();
            }
            KeyCode::Up => return self.moved(|at| at.saturating_sub(1)),
            KeyCode::Down => return self.moved(|at| at + 1),
            _ => {}
        }
        None
    }

    fn mouse(&mut self, mouse: MouseEvent) -> Option<Action> {
        let at = Position::new(mouse.column, mouse.row);
        let areas = self.areas();
        let wheel = match mouse.kind {
            MouseEventKind::ScrollDown => Some(true),
            MouseEventKind::ScrollUp => Some(false),
            MouseEventKind::Down(MouseButton::Left) => None,
            _ => return None,
        };
        if let Mode::Help(from) = self.mode {
            self.mode = match wheel {
                Some(down) => Mode::Help(turned(from, down).min(super::keys::KEYS.len() - 1)),
                None => Mode::Browse,
            };
            return None;
        }
        if let Some(down) = wheel {
            if areas.topic.contains(at) {
                self.scroll_to(turned(self.scroll, down));
            } else if areas.tree.contains(at) {
                let seen = usize::from(inside(areas.tree).height);
                self.top = turned(self.top, down).min(self.tree.rows().len().saturating_sub(seen));
            }
            return None;
        }
        self.mode = Mode::Browse;
        self.say(String::new());
        let tree = inside(areas.tree);
        if areas.head.contains(at) {
            if let Some(ix) = self.scene.next {
                self.go_to(ix);
            }
        } else if areas.topic.contains(at) {
            self.turn_to(Pane::Topic);
        } else if tree.contains(at) {
            self.turn_to(Pane::Tree);
            let row = self.top + usize::from(at.y - tree.y);
            if row < self.tree.rows().len() {
                self.tree.select(row);
                if let Some(Row::Phase(phase)) = self.tree.current() {
                    self.tree.fold(&self.scene.curriculum, phase, !self.tree.is_folded(phase));
                }
                self.keep_in_sight();
            }
        }
        None
    }

    /// Folds or unfolds the phase of the selected row.
    fn fold(&mut self) -> Option<Action> {
        let phase = match self.tree.current()? {
            Row::Phase(phase) => phase,
            Row::Topic(ix) => self.scene.curriculum.topic(ix).phase as usize,
        };
        self.tree.fold(&self.scene.curriculum, phase, !self.tree.is_folded(phase));
        self.keep_in_sight();
        None
    }

    /// Goes from a topic to its phase, and folds a phase.
    fn leave(&mut self) {
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

    fn moved(&mut self, to: impl FnOnce(usize) -> usize) -> Option<Action> {
        self.tree.select(to(self.tree.selected()));
        self.keep_in_sight();
        None
    }

    fn go_to(&mut self, ix: TopicIx) {
        self.tree.reveal(&self.scene.curriculum, ix);
        if self.tree.found().is_none() {
            self.typed.clear();
        }
        self.keep_in_sight();
    }

    fn search(&mut self) {
        self.tree.search(&self.scene.curriculum, &self.typed);
        self.keep_in_sight();
    }

    fn turn_to(&mut self, pane: Pane) {
        self.focus = pane;
        self.keep_in_sight();
    }

    fn scroll_to(&mut self, line: usize) {
        let seen = usize::from(inside(self.areas().topic).height);
        self.scroll = line.min(self.page().len().saturating_sub(seen));
    }

    /// Moves the window on the tree as little as needed for the selected row to be seen.
    fn keep_in_sight(&mut self) {
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

fn turned(at: usize, down: bool) -> usize {
    if down { at.saturating_add(WHEEL) } else { at.saturating_sub(WHEEL) }
}
