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
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

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
            terminal: Terminal::new(CrosstermBackend::new(io::stdout()))?,
        };
        take()?;
        Ok(screen)
    }

    /// Returns columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
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
        take()?;
        self.terminal.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
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

