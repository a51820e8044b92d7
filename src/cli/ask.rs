//! Asks the user: a key at a time on a terminal, or from answers given beforehand.
//!
//! Everything that is asked goes through [`Asker`], so every dialogue can be scripted. Questions go to
//! standard error; results stay alone on standard output.

use std::collections::{HashMap, VecDeque};
use std::io::{IsTerminal, Write};

use anyhow::Result;
use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::style::{self, FAINT, STRONG};
use crate::error::Error;
use crate::text;

/// A question with answers to choose from.
pub(super) struct Question<'a> {
    /// What a script calls it.
    pub(super) id: &'a str,
    /// What stands above the answers, drawn already.
    pub(super) words: String,
    /// The key and the name of each answer.
    pub(super) answers: Vec<(char, &'a str)>,
    /// What Enter means, where it means something.
    pub(super) enter: Option<&'a str>,
    /// Words that a script may use for an answer, which no key stands for.
    pub(super) for_scripts: Vec<(&'a str, usize)>,
}

impl<'a> Question<'a> {
    /// Returns a question in which Enter means nothing.
    pub(super) fn new(id: &'a str, words: String, answers: Vec<(char, &'a str)>) -> Self {
        Self { id, words, answers, enter: None, for_scripts: Vec::new() }
    }
}

/// What the user did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Chose an answer, counted from 0.
    Chosen(usize),
    /// Pressed Enter, or left it out of the script.
    Passed,
    /// Wants no more questions.
    Quit,
}

/// Somebody, or something, that answers.
///
/// `ask` returns one of the question's answers, and `Passed` only where `enter` is set or a script names
/// nothing. `say` shows words between questions.
pub(super) trait Asker {
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply>;
    fn say(&mut self, words: &str);
}

/// The person at the terminal.
pub(super) struct Terminal {
    stderr: anstream::AutoStream<std::io::Stderr>,
}

impl Terminal {
    /// Returns the person at the terminal.
    ///
    /// # Errors
    ///
    /// When there is none; `instead` says how to answer without one.
    pub(super) fn new(color: clap::ColorChoice, instead: &str) -> Result<Self> {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(Error::new("there is nobody to ask: this is not a terminal").hint(instead).into());
        }
        Ok(Self { stderr: anstream::AutoStream::new(std::io::stderr(), style::choice(color)) })
    }
}

/// Raw mode, switched off again whatever happens.
struct Raw;

impl Raw {
    fn on() -> std::io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that went away.
        let _ = disable_raw_mode();
    }
}

fn key() -> std::io::Result<KeyCode> {
    loop {
        if let Event::Key(key) = read()?
            && key.kind != KeyEventKind::Release
        {
            let control = key.modifiers.contains(KeyModifiers::CONTROL);
            return Ok(match key.code {
                KeyCode::Char('c' | 'd') if control => KeyCode::Esc,
                code => code,
            });
        }
    }
}

impl Asker for Terminal {
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply> {
        let mut line = String::new();
        for (key, name) in &question.answers {
            // An answer whose key is its number is written out above.
            if !name.is_empty() && !key.is_ascii_digit() {
                line.push_str(&format!("{} {}   ", style::paint(STRONG, key), text::line(name)));
            }
        }
        if let (Some(first), Some(last)) =
            (question.answers.first(), question.answers.iter().rfind(|a| a.0.is_ascii_digit()))
            && first.0.is_ascii_digit()
        {
            line = format!("{}   {line}", style::paint(STRONG, format!("{}-{}", first.0, last.0)));
        }
        if let Some(enter) = question.enter {
            line.push_str(&format!("{} {enter}   ", style::paint(STRONG, "Enter")));
        }
        line.push_str(&format!("{} quit", style::paint(STRONG, "q")));
        // Raw before the first word is seen, so that no key is lost; there a line break needs its return.
        let raw = Raw::on()?;
        write!(self.stderr, "{}", format!("{}{line} ", question.words).replace('\n', "\r\n"))?;
        self.stderr.flush()?;
        let reply = loop {
            match key()? {
                KeyCode::Enter if question.enter.is_some() => break Reply::Passed,
                KeyCode::Esc => break Reply::Quit,
                KeyCode::Char(typed) => {
                    let typed = typed.to_ascii_lowercase();
                    if let Some(at) = question.answers.iter().position(|(key, _)| *key == typed) {
                        break Reply::Chosen(at);
                    }
                    if typed == 'q' {
                        break Reply::Quit;
                    }
                }
                _ => {}
            }
        };
        drop(raw);
        let echo = match reply {
            Reply::Chosen(at) => question.answers[at].0.to_string(),
            Reply::Passed => String::new(),
            Reply::Quit => "q".to_owned(),
        };
        writeln!(self.stderr, " {}", style::paint(FAINT, echo))?;
        Ok(reply)
    }

    fn say(&mut self, words: &str) {
        // Words that nobody can read are no reason to stop.
        let _ = self.stderr.write_all(words.as_bytes());
    }
}

/// Answers given beforehand.
pub(super) enum Script {
    /// By the question's id; what is not named is passed over.
    Named(HashMap<String, String>),
    /// One after the other; where they end, no more is answered.
    Listed(VecDeque<String>),
}

impl Script {
    /// Returns the answers in `typed`, separated by commas or spaces.
    pub(super) fn listed(typed: &str) -> Self {
        let words = typed.split([',', ' ', '\n', '\t']).filter(|word| !word.is_empty());
        Self::Listed(words.map(str::to_owned).collect())
    }
}

impl Asker for Script {
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply> {
        let typed = match self {
            Self::Named(answers) => match answers.get(question.id) {
                Some(typed) => typed.clone(),
                None => return Ok(Reply::Passed),
            },
            Self::Listed(answers) => match answers.pop_front() {
                Some(typed) => typed,
                None => return Ok(Reply::Quit),
            },
        };
        let wanted = typed.to_lowercase();
        let found = question
            .answers
            .iter()
            .position(|(key, name)| wanted == key.to_string() || (!name.is_empty() && wanted == name.to_lowercase()));
        let found = found.or_else(|| question.for_scripts.iter().find(|(word, _)| wanted == *word).map(|&(_, at)| at));
        found.map(Reply::Chosen).ok_or_else(|| {
            let names: Vec<String> = question
                .answers
                .iter()
                .map(
                    |(key, name)| {
                        if key.is_ascii_digit() || name.is_empty() { key.to_string() } else { (*name).to_owned() }
                    },
                )
                .collect();
            Error::new(format!("`{}` is no answer to `{}`", text::line(&typed), text::line(question.id)))
                .hint(format!("answer one of {}", names.join(", ")))
                .into()
        })
    }

    fn say(&mut self, _: &str) {}
}

/// Returns a seed that nobody chose.
pub(super) fn seed() -> u64 {
    // Short enough to be typed again.
    fastrand::u64(1..1_000_000)
}
