//! `roadmap help TOPIC`: longer texts on what is more than one command.

use std::ffi::OsString;

use super::everyday;
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
    Unknown { word: String, near: Option<String> },
}

/// What is typed after `help`.
#[derive(Debug, clap::Args)]
struct Words {
    words: Vec<String>,
}

/// Returns what `args` ask for, and whether in colour; `None` if that is clap's to answer: the help of a
/// command, or of all.
pub(super) fn asked(args: &[OsString], commands: impl FnOnce() -> clap::Command) -> Option<(Asked, clap::ColorChoice)> {
    if !args.iter().any(|word| word == "help") {
        return None;
    }
    let args = everyday::command_first(args).filter(|args| args[0] == "help")?;
    let (globals, Words { words }) = everyday::arguments(&args)?;
    let [word] = words.as_slice() else { return None };
    Some((text_or_near(word, commands)?, globals.color))
}

fn text_or_near(word: &str, commands: impl FnOnce() -> clap::Command) -> Option<Asked> {
    if let Some(topic) = TOPICS.iter().find(|topic| topic.name == word) {
        return Some(Asked::Text(topic.name));
    }
    let commands = commands();
    let names = || commands.get_subcommands().map(clap::Command::get_name).chain(["help"]);
    if names().any(|name| name == word) {
        return None;
    }
    let near = text::nearest(word, names().chain(TOPICS.iter().map(|topic| topic.name)));
    Some(Asked::Unknown { word: word.to_owned(), near: near.map(|near| near.to_owned()) })
}

/// Returns what to say where nothing has the name that was asked for.
pub(super) fn unknown(word: &str, near: Option<String>) -> anyhow::Error {
    let hint = near.map_or_else(
        || "`roadmap help` lists the commands and the texts".to_owned(),
        |near| format!("did you mean `roadmap help {near}`?"),
    );
    Error::new(format!("no command and no help text is called `{}`", text::line(word))).hint(hint).into()
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

    fn asked_with(line: &str) -> Option<(Asked, clap::ColorChoice)> {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        asked(&args, super::super::command)
    }

    fn asked_by(line: &str) -> Option<Asked> {
        asked_with(line).map(|(asked, _)| asked)
    }

    #[test]
    fn a_text_a_command_or_what_comes_near() {
        assert_eq!(asked_by("roadmap help planner"), Some(Asked::Text("planner")));
        assert_eq!(asked_by("roadmap help done"), None);
        assert_eq!(asked_by("roadmap help help"), None);
        assert_eq!(asked_by("roadmap help evidence add"), None);
        assert_eq!(asked_by("roadmap next planner"), None);
        assert_eq!(asked_by("roadmap show help planner"), None);
        for (word, near) in [("planer", Some("planner")), ("stauts", Some("status")), ("qqqqqqqq", None)] {
            let unknown = Asked::Unknown { word: word.to_owned(), near: near.map(str::to_owned) };
            assert_eq!(asked_by(&format!("roadmap help {word}")), Some(unknown));
        }
    }

    #[test]
    fn options_may_stand_before_and_behind() {
        let always = Some((Asked::Text("planner"), clap::ColorChoice::Always));
        assert_eq!(asked_with("roadmap --color always help planner"), always);
        assert_eq!(asked_with("roadmap -q help planner --home x --color=always"), always);
        assert_eq!(asked_with("roadmap help planner --colour always"), None);
        assert_eq!(asked_with("roadmap help --home planner"), None);
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
