//! The real binary in a home of its own, with day, width and colour pinned.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary home, and the curriculum that commands use in it.
pub struct Place {
    pub home: TempDir,
    curriculum: Option<PathBuf>,
    width: usize,
}

impl Place {
    /// Returns a home in which the shipped curriculum is used.
    pub fn shipped() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder"), curriculum: None, width: 80 }
    }

    /// Returns a home in which the curriculum at `path`, below the repository, is used.
    pub fn with(path: impl AsRef<Path>) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { curriculum: Some(root.join(path)), ..Self::shipped() }
    }

    /// Returns it with another width.
    pub fn wide(mut self, columns: usize) -> Self {
        self.width = columns;
        self
    }

    /// Returns the command with these arguments, split at spaces outside of double quotes.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_roadmap"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", self.home.path()).env("ROADMAP_HOME", self.home.path());
        command.env("ROADMAP_TODAY", "2026-11-23").env("COLUMNS", self.width.to_string()).env("TZ", "UTC");
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        if let Some(path) = &self.curriculum {
            command.env("ROADMAP_CURRICULUM", path);
        }
        command.args(words(line)).stdin(Stdio::null());
        command
    }

    /// Returns the command as it starts at a terminal, which has a kind and its own input.
    pub fn command_on_terminal(&self, line: &str) -> Command {
        let mut command = self.command(line);
        command.env("TERM", "xterm-256color").env("NO_COLOR", "1").stdin(Stdio::inherit());
        command
    }

    /// Runs a command and returns everything the user sees, with the home's path replaced.
    pub fn run(&self, line: &str) -> String {
        let output = self.command(line).output().expect("the binary runs");
        self.seen(&output)
    }

    /// Runs a command that must succeed, and returns its standard output.
    #[track_caller]
    pub fn ok(&self, line: &str) -> String {
        let output = self.command(line).output().expect("the binary runs");
        assert!(output.status.success(), "`{line}` failed: {}", self.seen(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Runs a command that must print JSON, and returns it.
    #[track_caller]
    pub fn json(&self, line: &str) -> serde_json::Value {
        serde_json::from_str(&self.ok(&format!("--json {line}"))).expect("JSON")
    }

    fn seen(&self, output: &Output) -> String {
        let home = self.home.path().to_string_lossy().into_owned();
        let root = env!("CARGO_MANIFEST_DIR");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&home, "[HOME]").replace(root, "[ROOT]");
        let mut seen = text(&output.stdout);
        let stderr = text(&output.stderr);
        if !stderr.is_empty() {
            seen.push_str(&format!("--- stderr\n{stderr}"));
        }
        let status = output.status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
        seen.push_str(&format!("--- status {status}\n"));
        seen
    }
}

/// Splits a command line at spaces; double quotes hold words together.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut any) = (false, false);
    for c in line.chars() {
        match c {
            '"' => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}
