//! The terminal browser: `state` is what there is, `input` what a key does, `view` draws, `screen`
//! holds the terminal.
//!
//! Knows topics and their states, but no journal and no command: whoever opens it is its [`Host`],
//! does the deeds and draws the topics.

use anyhow::Result;
use crossterm::event::Event;

mod input;
mod keys;
mod layout;
mod paint;
mod screen;
#[cfg(unix)]
mod signals;
mod state;
mod tree;
mod view;

use screen::{Screen, Wake};
use state::{Action, Browser};

pub(crate) use state::{Deed, Scene};
pub(crate) use tree::Row;

use crate::progress::State;

/// What the browser asks of the program around it.
pub(crate) trait Host {
    /// Returns everything as it is after the last deed.
    fn scene(&self) -> Scene;
    /// Returns the text about a row for so many columns.
    fn page(&self, row: Row, width: usize) -> String;
    /// Does a deed, and returns what to say: what was done, or why not. A refusal is no failure.
    fn act(&mut self, deed: Deed) -> String;
}

/// How it looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Whether there is colour.
    pub(crate) colour: bool,
    /// The colour of each state.
    pub(crate) of_state: fn(State) -> anstyle::Style,
}

/// Browses until the user has enough.
pub(crate) fn run(host: &mut dyn Host, look: Look) -> Result<()> {
    // It asks NO_COLOR by itself, but what counts is what we were told.
    crossterm::style::force_color_output(look.colour);
    let mut screen = Screen::open()?;
    let mut browser = Browser::new(host.scene(), screen.fit()?, look.colour);
    loop {
        browser.lay_page(|row, width| host.page(row, width));
        screen.draw(|frame| view::draw(frame, &browser, look))?;
        let mut input = match screen.wait()? {
            Wake::Input(event) => Some(event),
            Wake::Back => {
                browser.resize(screen.fit()?);
                act(host, &mut browser, Deed::Read);
                None
            }
        };
        // What is there already is taken in before it is drawn, so that a key held down never lags.
        while let Some(mut event) = input {
            if let Event::Resize(..) = event {
                let (width, height) = screen.fit()?;
                event = Event::Resize(width, height);
            }
            match browser.update(&event) {
                Some(Action::Quit) => return Ok(()),
                Some(Action::Suspend) => {
                    screen.suspend()?;
                    browser.resize(screen.fit()?);
                    act(host, &mut browser, Deed::Read);
                }
                Some(Action::Do(deed)) => act(host, &mut browser, deed),
                None => {}
            }
            input = screen.more()?;
        }
    }
}

fn act(host: &mut dyn Host, browser: &mut Browser, deed: Deed) {
    let words = host.act(deed);
    browser.refresh(host.scene());
    browser.say(words);
}

#[cfg(test)]
pub(crate) mod headless;
#[cfg(test)]
mod tests;
