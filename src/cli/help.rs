//! `roadmap help TOPIC`: longer texts on what is more than one command.

use std::ffi::OsString;

use super::style::{self, STRONG};
use crate::error::Error;
use crate::text;

/// A text: its name, what it is about, and itself.
struct Topic {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

macro_rules! topics {
    ($($name:literal $about:literal)*) => {
        const TOPICS: &[Topic] =
            &[$(Topic { name: $name, about: $about, text: include_str!(concat!("help/", $name, ".md")) }),*];
    };
}

topics! {
    "curriculum" "the format of a curriculum, by example"
    "journal" "what is kept of your progress, where, and how it is mended"
    "planner" "how the next topic is chosen"
    "reviews" "when a topic is due, and why then"
    "placement" "how a few answers tell what you know"
    "settings" "every key of the config"
    "environment" "every variable that is looked at"
    "exit-status" "what 0, 1 and 2 mean"
    "json" "what programs can read"
}

/// Returns the names of the texts with what they are about, as the end of `roadmap --help` lists them.
pub(super) fn list() -> String {
    let mut list = "More to read, by `roadmap help TOPIC`:".to_owned();
    for Topic { name, about, .. } in TOPICS {
        list.push_str(&format!("\n  {name:<12}  {about}"));
    }
    list
}

/// What `roadmap help WORD` asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// One of these texts, by its name.
    Text(&'static str),
    /// Neither a text nor a command; what comes nearest.
    Unknown { near: Option<String> },
}

/// Returns what `args` ask for; `None` if that is clap's to answer: the help of a command, or of all.
pub(super) fn asked(args: &[OsString], commands: impl FnOnce() -> clap::Command) -> Option<Asked> {
    let [_, help, word] = args else { return None };
    let word = word.to_str().filter(|word| help == "help" && !word.starts_with('-'))?;
    if let Some(topic) = TOPICS.iter().find(|topic| topic.name == word) {
        return Some(Asked::Text(topic.name));
    }
    let commands = commands();
    let names = || commands.get_subcommands().map(clap::Command::get_name).chain(["help"]);
    if names().any(|name| name == word) {
        return None;
    }
    let near = text::nearest(word, names().chain(TOPICS.iter().map(|topic| topic.name)));
    Some(Asked::Unknown { near: near.map(|near| near.to_owned()) })
}

/// Returns what to say where nothing has the name that was asked for.
pub(super) fn unknown(args: &[OsString], near: Option<String>) -> anyhow::Error {
    let word = args.last().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    let hint = near.map_or_else(
        || "`roadmap help` lists the commands and the texts".to_owned(),
        |near| format!("did you mean `roadmap help {near}`?"),
    );
    Error::new(format!("no command and no help text is called `{}`", text::line(&word))).hint(hint).into()
}

/// Returns a text as it is printed: headings stand out, what is indented keeps its lines, the rest
/// flows.
pub(super) fn draw(name: &str, width: usize) -> String {
    let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) else { return String::new() };
    let mut drawn = String::new();
    let mut prose = String::new();
    for line in topic.text.lines().chain([""]) {
        let heading = line.strip_prefix("# ");
        if !prose.is_empty() && (line.is_empty() || line.starts_with(' ') || heading.is_some()) {
            drawn.push_str(&style::paragraph(prose.trim_end(), "", width));
            prose.clear();
        }
        match heading {
            Some(heading) => drawn.push_str(&format!("{}\n", style::paint(STRONG, heading))),
            None if line.is_empty() || line.starts_with(' ') => drawn.push_str(&format!("{line}\n")),
            None => prose.push_str(&format!("{line} ")),
        }
    }
    drawn.truncate(drawn.trim_end().len());
    drawn.push('\n');
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_by(line: &str) -> Option<Asked> {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        asked(&args, super::super::command)
    }

    #[test]
    fn a_text_a_command_or_what_comes_near() {
        assert_eq!(asked_by("roadmap help planner"), Some(Asked::Text("planner")));
        assert_eq!(asked_by("roadmap help done"), None);
        assert_eq!(asked_by("roadmap help help"), None);
        assert_eq!(asked_by("roadmap help evidence add"), None);
        assert_eq!(asked_by("roadmap next planner"), None);
        assert_eq!(asked_by("roadmap help planer"), Some(Asked::Unknown { near: Some("planner".to_owned()) }));
        assert_eq!(asked_by("roadmap help stauts"), Some(Asked::Unknown { near: Some("status".to_owned()) }));
        assert_eq!(asked_by("roadmap help qqqqqqqq"), Some(Asked::Unknown { near: None }));
    }

    #[test]
    fn no_text_has_the_name_of_a_command() {
        let command = super::super::command();
        assert!(TOPICS.iter().all(|topic| command.get_subcommands().all(|c| c.get_name() != topic.name)));
    }

    #[test]
    fn texts_fit_eighty_columns() {
        for topic in TOPICS {
            let drawn = draw(topic.name, 80);
            let wide = drawn.lines().find(|line| text::width(line) > 80);
            assert_eq!(wide, None, "{}", topic.name);
        }
    }
}
