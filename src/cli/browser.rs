//! Opens a page in the learner's browser: the one that `BROWSER` names, else the system's.

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::text;

/// How long the system may take to say that it has no browser.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens a file that is written.
///
/// `BROWSER` is a list of commands, the first that works is taken; `%s` stands for the file, which else
/// comes last, and a command that ends in `&` is not waited for.
pub(super) fn open(file: &Path) -> Result<()> {
    let shown = text::line(&file.display().to_string()).into_owned();
    let failed = |why: String| {
        Error::new(format!("cannot open {shown} in a browser: {why}"))
            .hint("the page is written: open it yourself, or name a browser, as in `BROWSER=firefox`")
    };
    let path = std::path::absolute(file).map_err(|error| failed(error.to_string()))?;
    let chosen = std::env::var("BROWSER").unwrap_or_default();
    let separator = if cfg!(windows) { ';' } else { ':' };
    let mut why = None;
    for command in chosen.split(separator).filter(|command| !command.trim().is_empty()) {
        match start(command, &path) {
            Ok(()) => return Ok(()),
            Err(problem) => why = Some(problem),
        }
    }
    match why {
        Some(why) => Err(failed(why)),
        None => open::that_detached_with_timeout(path, PATIENCE).map_err(|error| {
            failed(match error.kind() {
                ErrorKind::NotFound => "none was found".to_owned(),
                _ => text::line(&error.to_string()).into_owned(),
            })
        }),
    }
}

/// Runs one command of `BROWSER`, or says in words why that did not work.
fn start(command: &str, path: &Path) -> std::result::Result<(), String> {
    let (command, waits) = match command.trim().strip_suffix('&') {
        Some(command) => (command, false),
        None => (command, true),
    };
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    let mut named = false;
    let mut args: Vec<OsString> = Vec::new();
    for word in words {
        if word == "%s" {
            named = true;
            args.push(path.into());
        } else {
            args.push(word.into());
        }
    }
    if !named {
        args.push(path.into());
    }
    let mut browser = Command::new(program);
    browser.args(args);
    // A browser in the terminal needs it; what others say must not get into a result that is piped.
    if !waits || !std::io::stdout().is_terminal() {
        browser.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    }
    let program = text::line(program);
    let mut child = browser.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("there is no program `{program}`"),
        _ => format!("`{program}` does not start"),
    })?;
    if waits {
        let status = child.wait().map_err(|error| error.to_string())?;
        if !status.success() {
            return Err(format!("`{program}` failed"));
        }
    }
    Ok(())
}
