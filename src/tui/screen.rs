//! The terminal as a whole screen: taken over, and given back whatever happens in between.
//!
//! It is given back when the screen is dropped, before a panic is reported (a release build aborts
//! and drops nothing), before a signal ends or stops the program, and taken over again afterwards.

use std::io::{self, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event,
};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

#[cfg(unix)]
use super::signals::{Signal, Signals};

/// How soon a signal is noticed.
const GLANCE: Duration = Duration::from_millis(200);

static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The screen, while it is taken over.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    #[cfg(unix)]
    signals: Signals,
}

/// What woke the program.
#[cfg_attr(not(unix), allow(dead_code, reason = "nobody stops a program there"))]
pub(super) enum Wake {
    /// A key, a click, a change of size.
    Input(Event),
    /// Somebody else stopped the program or let it go on: the screen may be in any state.
    Back,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn open() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let report = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                give_back();
                report(panic);
            }));
        });
        let screen = Self {
            #[cfg(unix)]
            signals: Signals::watch(give_back)?,
            terminal: terminal()?,
        };
        take()?;
        Ok(screen)
    }

    /// Takes a new size of the terminal in, and returns columns and rows.
    pub(super) fn fit(&mut self) -> io::Result<(u16, u16)> {
        self.terminal = terminal()?;
        // Its own `clear` would ask where the cursor is, which not every terminal tells.
        execute!(io::stdout(), Clear(ClearType::All))?;
        Ok(size())
    }

    /// Draws what has changed since the last time.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw).map(|_| ())
    }

    /// Waits until there is something to do.
    pub(super) fn wait(&mut self) -> io::Result<Wake> {
        loop {
            #[cfg(unix)]
            match self.signals.take() {
                Some(Signal::Stop) => {
                    self.suspend()?;
                    return Ok(Wake::Back);
                }
                Some(Signal::GoOn) => {
                    self.retake()?;
                    return Ok(Wake::Back);
                }
                None => {}
            }
            match event::poll(GLANCE) {
                Ok(true) => return event::read().map(Wake::Input),
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the next input if it is there already.
    pub(super) fn more(&self) -> io::Result<Option<Event>> {
        if event::poll(Duration::ZERO)? { event::read().map(Some) } else { Ok(None) }
    }

    /// Goes to the shell until it brings the program back.
    #[cfg(unix)]
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.signals.forget();
        self.retake()
    }

    /// There is no shell to go to here.
    #[cfg(not(unix))]
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    #[cfg(unix)]
    fn retake(&mut self) -> io::Result<()> {
        give_back();
        take()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Returns columns and rows; the usual ones of a terminal that does not know its size, or says 0.
fn size() -> (u16, u16) {
    crossterm::terminal::size().ok().filter(|&(width, height)| width > 0 && height > 0).unwrap_or((80, 24))
}

fn terminal() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    let (width, height) = size();
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    Terminal::with_options(CrosstermBackend::new(io::stdout()), TerminalOptions { viewport })
}

fn take() -> io::Result<()> {
    IS_TAKEN.store(true, Ordering::SeqCst);
    let taken = enable_raw_mode()
        .and_then(|()| execute!(io::stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste));
    if taken.is_err() {
        give_back();
    }
    taken
}

/// Gives the terminal back, once for each time it was taken.
pub(super) fn give_back() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        // Nothing can be done about a terminal that went away.
        let _ = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture, LeaveAlternateScreen, Show);
        let _ = io::stdout().flush();
        let _ = disable_raw_mode();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    #[ignore = "panics, at the terminal that the next test makes"]
    fn panics_on_the_screen() {
        // In a release build nothing is dropped.
        std::mem::forget(Screen::open().expect("a terminal"));
        panic!("as a test");
    }

    #[test]
    fn a_panic_gives_the_terminal_back_before_it_is_reported() {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command.args(["--ignored", "--nocapture", "--exact", "tui::screen::tests::panics_on_the_screen"]);
        let mut terminal = rexpect::session::spawn_command(command, Some(10_000)).expect("a terminal");
        terminal.exp_string("\x1b[?1049h").expect("the screen is taken");
        terminal.exp_string("\x1b[?1049l").expect("the terminal is given back");
        terminal.exp_string("as a test").expect("the panic is reported");
    }
}
