//! The browser on a screen that is only remembered, for tests.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::state::{Action, Browser};
use super::{Host, Look, act, view};

/// A browser that is given keys and looked at.
pub(crate) struct Headless<H> {
    pub(crate) host: H,
    pub(super) browser: Browser,
    look: Look,
    size: (u16, u16),
    pub(crate) has_quit: bool,
}

impl<H: Host> Headless<H> {
    pub(crate) fn new(host: H, size: (u16, u16), colour: bool) -> Self {
        let look = Look { colour, of_state: |_| anstyle::AnsiColor::Cyan.on_default() };
        let browser = Browser::new(host.scene(), size, colour);
        Self { host, browser, look, size, has_quit: false }
    }

    /// Gives an event, as `run` does.
    pub(crate) fn give(&mut self, event: &Event) {
        if let Event::Resize(width, height) = event {
            self.size = (*width, *height);
        }
        match self.browser.update(event) {
            Some(Action::Do(deed)) => act(&mut self.host, &mut self.browser, deed),
            Some(Action::Quit) => self.has_quit = true,
            Some(Action::Suspend) | None => {}
        }
        self.browser.lay_page(|row, width| self.host.page(row, width));
    }

    /// Presses keys: letters as they are, others by their names, `<Down>`, `<C-r>`.
    pub(crate) fn press(&mut self, keys: &str) {
        let mut rest = keys;
        while let Some(first) = rest.chars().next() {
            let name = rest.strip_prefix('<').and_then(|named| named.split_once('>'));
            let (code, modifiers) = match name {
                Some((name, after)) => {
                    rest = after;
                    match name.strip_prefix("C-") {
                        Some(letter) => (KeyCode::Char(letter.chars().next().expect("C-x")), KeyModifiers::CONTROL),
                        None => (code(name), KeyModifiers::NONE),
                    }
                }
                None => {
                    rest = &rest[first.len_utf8()..];
                    (KeyCode::Char(first), KeyModifiers::NONE)
                }
            };
            self.give(&Event::Key(KeyEvent::new(code, modifiers)));
        }
    }

    /// Clicks, or turns the wheel.
    pub(crate) fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        self.give(&Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }

    pub(crate) fn click(&mut self, column: u16, row: u16) {
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row);
    }

    /// Draws it and returns the cells.
    pub(crate) fn cells(&mut self) -> Buffer {
        self.browser.lay_page(|row, width| self.host.page(row, width));
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).expect("no terminal can fail");
        terminal.draw(|frame| view::draw(frame, &self.browser, self.look)).expect("no terminal can fail");
        terminal.backend().buffer().clone()
    }

    /// Draws it and returns the text.
    pub(crate) fn seen(&mut self) -> String {
        let cells = self.cells();
        let mut seen = String::new();
        for y in 0..cells.area.height {
            let mut line = String::new();
            let mut covered = 0;
            for x in 0..cells.area.width {
                let symbol = cells[(x, y)].symbol();
                if covered == 0 {
                    line.push_str(symbol);
                    covered = crate::text::width(symbol).max(1);
                }
                covered -= 1;
            }
            seen.push_str(line.trim_end());
            seen.push('\n');
        }
        seen
    }
}

fn code(name: &str) -> KeyCode {
    match name {
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Backspace" => KeyCode::Backspace,
        other => panic!("no key is called {other}"),
    }
}
