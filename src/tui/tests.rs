//! What keys and clicks do, without a terminal.

use std::rc::Rc;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;

use super::headless::Headless;
use super::state::{Mode, Pane};
use super::{Deed, Host, Row, Scene};
use crate::curriculum::{Curriculum, TopicIx, load_text};
use crate::progress::State;

/// Remembers what it was asked to do.
struct Fake {
    curriculum: Rc<Curriculum>,
    next: Option<TopicIx>,
    deeds: Vec<Deed>,
    answer: String,
}

impl Host for Fake {
    fn scene(&self) -> Scene {
        let states = self.curriculum.indices().map(|ix| State::ALL[(ix.0 as usize + self.deeds.len()) % 7]).collect();
        Scene {
            curriculum: Rc::clone(&self.curriculum),
            states,
            tally: vec![(1, 2); self.curriculum.phases().len()],
            next: self.next,
            head: vec!["head".into(), "because".into(), "due".into()],
            reasons: "it is time".into(),
        }
    }

    fn page(&self, row: Row, _: usize) -> String {
        match row {
            Row::Phase(at) => format!("phase {at}"),
            Row::Topic(ix) => (0..40).map(|line| format!("topic {} line {line}\n", ix.0)).collect(),
        }
    }

    fn act(&mut self, deed: Deed) -> String {
        self.deeds.push(deed);
        self.answer.clone()
    }
}

fn curriculum(phases: usize, topics: usize) -> Rc<Curriculum> {
    let phase = |p: usize| {
        let topics: Vec<String> =
            (0..topics).map(|t| format!("{{id: t-{p}-{t}, title: Topic {p}.{t} 日本語, hours: 1}}")).collect();
        format!("  - {{id: p-{p}, title: Phase {p}, topics: [{}]}}\n", topics.join(", "))
    };
    let text = format!("id: c\ntitle: C\nphases:\n{}", (0..phases).map(phase).collect::<String>());
    Rc::new(load_text("c", &text).curriculum.expect("sound"))
}

fn browser(size: (u16, u16)) -> Headless<Fake> {
    let host =
        Fake { curriculum: curriculum(3, 4), next: Some(TopicIx(5)), deeds: Vec::new(), answer: "so be it".to_owned() };
    Headless::new(host, size, true)
}

/// Presses keys from the next topic on, the sixth, and returns the selected row.
#[track_caller]
fn case(keys: &str, expected: Row) {
    let mut at = browser((80, 24));
    at.press(keys);
    assert_eq!(at.browser.tree.current(), Some(expected), "{keys}\n{}", at.seen());
    assert_eq!(at.host.deeds, [], "{keys} only moves");
}

#[test]
fn keys_move_and_fold() {
    let topic = |n| Row::Topic(TopicIx(n));
    case("", topic(5));
    case("<Down>", topic(6));
    case("<Up><Up>", Row::Phase(1));
    case("<Home>", Row::Phase(0));
    case("<End>", Row::Phase(2));
    case("<Left>", Row::Phase(1));
    case("<Left><Left><Down>", Row::Phase(2));
    case("<Home><Right><Down>", topic(0));
    case("<Home> <Down>", topic(0));
    case("<Home><Enter><Down>", topic(0));
    case("<Home><Enter><Enter><Down>", Row::Phase(1));
    case(" ", Row::Phase(1));
    case("-<Down>", Row::Phase(2));
    case("+<End>", topic(11));
    case("<C-b>", Row::Phase(0));
    case("<End>n", topic(5));
    // In the other pane the arrows scroll.
    case("<Tab><Down><Down>", topic(5));
    case("<Tab><Down><Tab><Down>", topic(6));
    case("<Enter><Down><Esc><Down>", topic(6));
    case("/2.3<Enter>", topic(11));
    case("/2.3<Esc><Up>", topic(10));
    case("/2.3<Enter>n", topic(5));
    case("/kdsux?<Enter><Esc>", topic(5));
    case("?<Down><Down>q<Down>", topic(6));
}

#[test]
fn letters_are_deeds_and_k_is_known_not_up() {
    let ix = TopicIx(5);
    for (key, deed) in [
        ("s", Deed::Start(ix)),
        ("S", Deed::StartAnyway(ix)),
        ("d", Deed::Done(ix)),
        ("D", Deed::DoneWithPrerequisites(ix)),
        ("k", Deed::Known(ix)),
        ("x", Deed::Skip(ix)),
        ("r", Deed::Reopen(ix)),
        ("u", Deed::Undo),
        ("U", Deed::Redo),
        ("<C-r>", Deed::Redo),
        ("<C-l>", Deed::Read),
    ] {
        let mut at = browser((80, 24));
        at.press(key);
        assert_eq!(at.host.deeds, [deed], "{key}");
        assert!(at.seen().contains("so be it"), "{key}");
        assert_eq!(at.browser.topic(), Some(ix));
        at.press("<Home>");
        assert!(!at.seen().contains("so be it"), "the next key takes the words away");
    }
    let mut at = browser((80, 24));
    at.press("<Left>dskxr");
    assert_eq!(at.host.deeds, []);
    assert!(at.seen().contains("Choose a topic"));
}

#[test]
fn what_is_held_down_pasted_or_let_go_marks_nothing() {
    let mut at = browser((80, 24));
    for kind in [KeyEventKind::Repeat, KeyEventKind::Release] {
        at.give(&Event::Key(KeyEvent::new_with_kind(KeyCode::Char('d'), KeyModifiers::NONE, kind)));
    }
    at.give(&Event::Key(KeyEvent::new(KeyCode::Char('d'), KeyModifiers::ALT)));
    at.give(&Event::Paste("ddd\nuuu".into()));
    at.press("<C-d><C-k>");
    assert_eq!(at.host.deeds, []);
    at.press("/");
    at.give(&Event::Paste("2.\n3".into()));
    assert_eq!(at.browser.typed, "2. 3");
    assert_eq!(at.browser.tree.found(), Some(1));
}

#[test]
fn escape_steps_back_and_at_last_quits() {
    let mut at = browser((80, 24));
    at.press("/0<Enter><Tab>?");
    at.press("<Esc>");
    assert_eq!((at.browser.mode, at.browser.focus), (Mode::Browse, Pane::Topic));
    at.press("<Esc>");
    assert_eq!((at.browser.focus, at.browser.tree.found().is_some()), (Pane::Tree, true));
    at.press("<Esc>");
    assert!(at.browser.tree.found().is_none() && !at.has_quit);
    at.press("<Esc>");
    assert!(at.has_quit);
    for keys in ["q", "<C-c>", "/q<C-c>", "?<C-c>", "<Tab>q"] {
        let mut at = browser((80, 24));
        at.press(keys);
        assert!(at.has_quit, "{keys}");
    }
    let mut at = browser((80, 24));
    at.press("/q");
    assert!(!at.has_quit);
}

#[test]
fn the_mouse_selects_folds_and_scrolls() {
    let mut at = browser((80, 24));
    // Three lines of head and one of border; then Phase 0, Phase 1 and its topics.
    at.click(5, 6);
    assert_eq!(at.browser.tree.current(), Some(Row::Topic(TopicIx(4))));
    at.click(5, 4);
    at.click(5, 5);
    assert_eq!(at.browser.tree.current(), Some(Row::Topic(TopicIx(0))));
    at.click(5, 4);
    assert_eq!(at.browser.tree.current(), Some(Row::Phase(0)));
    assert!(at.browser.tree.is_folded(0));
    at.click(5, 0);
    assert_eq!(at.browser.topic(), Some(TopicIx(5)), "a click on what is next goes there");
    at.click(60, 10);
    assert_eq!(at.browser.focus, Pane::Topic);
    at.mouse(MouseEventKind::ScrollDown, 60, 10);
    assert_eq!(at.browser.scroll, 3);
    at.press("<PageDown><PageDown><PageDown><PageDown>");
    assert_eq!(at.browser.scroll, 40 - 18, "the end is the last page, whole");
    at.mouse(MouseEventKind::ScrollUp, 60, 10);
    assert_eq!(at.browser.scroll, 40 - 18 - 3);
    at.press("<Tab><Down>");
    assert_eq!(at.browser.scroll, 0, "another topic begins at its beginning");
    let before = at.seen();
    at.mouse(MouseEventKind::Moved, 3, 3);
    at.mouse(MouseEventKind::Down(MouseButton::Right), 5, 4);
    assert_eq!(at.seen(), before);
}

#[test]
fn a_long_tree_keeps_the_selection_in_sight() {
    let host = Fake { curriculum: curriculum(100, 100), next: None, deeds: Vec::new(), answer: String::new() };
    let mut at = Headless::new(host, (80, 24), false);
    at.press("+<End>");
    assert!(at.seen().contains("10100 of 10100"));
    assert!(at.seen().contains("Topic 99.99"));
    at.press("<C-b><C-b>");
    assert!(at.seen().contains("Topic 99.63"), "{}", at.seen());
    at.press("/99.42");
    assert!(at.seen().contains("1 topic found"));
    // Nothing is done again for all topics when the selection moves.
    let start = std::time::Instant::now();
    at.press("<Esc><Home>");
    for _ in 0..1000 {
        at.press("<Down>");
        at.seen();
    }
    assert!(start.elapsed().as_secs() < 5, "1,000 steps took {:?}", start.elapsed());
}

#[test]
fn what_is_next_is_explained_when_one_goes_there() {
    let mut at = browser((80, 24));
    at.press("<Home>n");
    assert!(at.seen().contains("it is time"));
    at.host.next = None;
    at.press("<C-l>n");
    assert!(at.seen().contains("it is time"));
}

fn events() -> impl Strategy<Value = Event> {
    let keys = prop::sample::select(vec![
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::F(3),
    ]);
    let letters = prop::sample::select("sSdDkxruUnq?/ -+jg0.1日\u{301}\u{0}".chars().collect::<Vec<_>>());
    let control = prop::sample::select("crfblzud".chars().collect::<Vec<_>>());
    let mouse = prop::sample::select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
        MouseEventKind::Moved,
    ]);
    prop_oneof![
        6 => keys.prop_map(|code| Event::Key(KeyEvent::new(code, KeyModifiers::NONE))),
        6 => letters.prop_map(|c| Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))),
        1 => control.prop_map(|c| Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL))),
        3 => (mouse, 0u16..130, 0u16..50).prop_map(|(kind, column, row)| {
            Event::Mouse(crossterm::event::MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
        }),
        1 => (0u16..130, 0u16..50).prop_map(|(width, height)| Event::Resize(width, height)),
        1 => ".{0,8}".prop_map(Event::Paste),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_keys_panics_or_leaves_the_selection_outside(
        events in prop::collection::vec(events(), 0..60),
        width in 0u16..130,
        height in 0u16..50,
        answer in prop::sample::select(vec!["", "so be it", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight"]),
    ) {
        let mut at = browser((width, height));
        at.host.answer = answer.to_owned();
        for event in &events {
            at.give(event);
            at.cells();
            let tree = &at.browser.tree;
            prop_assert_eq!(tree.current().is_none(), tree.rows().is_empty());
            prop_assert!(at.browser.top <= tree.rows().len());
            prop_assert!(at.browser.scroll <= at.browser.page().len());
        }
    }
}
