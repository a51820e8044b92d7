//! What went wrong, and what to do next.
//!
//! One type for everything below the command line: a sentence for the user and the next step.
//! Errors are printed in one place only, `main`.

use std::fmt;

/// The request could not be met. Displays as a sentence in lower case without a full stop.
#[derive(Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
    source: Option<std::io::Error>,
}

/// The result of anything that can be refused.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Returns an error that says `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, source: None }
    }

    /// Returns an error that says what could not be done, because of `source`.
    pub fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        let hint = match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                "free some space and try again; nothing was changed"
            }
            std::io::ErrorKind::FileTooLarge => {
                "the shell's file-size limit (`ulimit -f`) stops the write; nothing was changed"
            }
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "`roadmap doctor` shows where the files lie; `--home DIR` chooses another place"
            }
            std::io::ErrorKind::NotFound => "look whether the name is right",
            std::io::ErrorKind::IsADirectory => "name a file, not a folder",
            std::io::ErrorKind::AlreadyExists => "choose another name, or move away what is there",
            std::io::ErrorKind::BrokenPipe => {
                return Self { message: message.into(), hint: None, source: Some(source) };
            }
            _ => "see that the disk it lies on is well and connected, and try again; nothing was changed",
        };
        Self { message: message.into(), hint: Some(hint.to_owned()), source: Some(source) }
    }

    /// Returns it with the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the next step, if there is one to tell.
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            let text = source.to_string();
            write!(f, ": {}", text.split(" (os error").next().unwrap_or_default().to_lowercase())?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
