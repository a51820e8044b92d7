//! What a key, a click or a turn of the wheel does to the browser; knows no terminal.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::keys::KEYS;
use super::layout::inside;
use super::state::{Action, Browser, Deed, Mode, Pane};
use super::tree::Row;
use crate::curriculum::TopicIx;

/// Lines that a turn of the wheel moves.
const WHEEL: usize = 3;

impl Browser {
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
                    KeyCode::Down => Mode::Help((at + 1).min(KEYS.len() - 1)),
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
                Some(down) => Mode::Help(turned(from, down).min(KEYS.len() - 1)),
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
}

fn turned(at: usize, down: bool) -> usize {
    if down { at.saturating_add(WHEEL) } else { at.saturating_sub(WHEEL) }
}
