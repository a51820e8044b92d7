//! A curriculum in the making, as an import finds it, and the files it becomes.
//!
//! A reader hands over titles, hours and what requires what; ids, quoting and comments are made
//! here, so that whatever was read loads without an error.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::yaml::scalar;
use super::{NewFile, SCHEMA_FILES, hint, markdown, roadmap_sh, schema_files, table};
use crate::curriculum::Kind;
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::text;

/// A curriculum read from somewhere else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Its title; empty if the text has none.
    pub title: String,
    /// Its phases, none of them empty.
    pub phases: Vec<PhaseDraft>,
    /// What the reader took how, in sentences.
    pub remarks: Vec<String>,
}

/// A phase of a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseDraft {
    /// Its title.
    pub title: String,
    /// Its topics.
    pub topics: Vec<TopicDraft>,
}

/// A topic of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicDraft {
    /// Its id, unique in the draft.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What sort of topic it is.
    pub kind: Kind,
    /// Its hours, if the text gives them.
    pub hours: Option<f64>,
    /// What it is; may be empty.
    pub summary: String,
    /// Ids of the topics it requires.
    pub requires: Vec<String>,
    /// Titles and addresses of what to learn from.
    pub resources: Vec<(String, String)>,
    /// Whether it is checked off.
    pub done: bool,
}

/// The forms that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A checklist.
    Markdown,
    /// A table with a line of column names.
    Csv,
    /// What roadmap.sh stores.
    RoadmapSh,
}

/// What is wrong with a text, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, counted from 1.
    pub(super) line: usize,
    /// What is wrong, in lower case.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: String,
}

impl Fault {
    pub(super) fn new(line: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, message: message.into(), hint: hint.into() }
    }
}

impl Form {
    /// Returns the form that a file of this name with this text most likely has.
    pub fn guess(name: &str, text: &str) -> Self {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "md" | "markdown" => Self::Markdown,
            "csv" | "tsv" => Self::Csv,
            "json" => Self::RoadmapSh,
            _ if text.trim_start().starts_with('{') => Self::RoadmapSh,
            _ if table::looks_like_one(text) => Self::Csv,
            _ => Self::Markdown,
        }
    }
}

/// Reads a text of this form; `name` is shown in messages.
///
/// # Errors
///
/// The first fault that leaves no curriculum, as `NAME:LINE: …`.
pub fn read(form: Form, name: &str, text: &str) -> Result<Draft> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let draft = match form {
        Form::Markdown => markdown::read(text),
        Form::Csv => table::read(text),
        Form::RoadmapSh => roadmap_sh::read(text),
    };
    draft.and_then(within_bounds).map_err(|Fault { line, message, hint }| {
        Error::new(format!("{}:{line}: {message}", crate::text::line(name))).hint(hint)
    })
}

/// Refuses what would fill a disk with files, or a memory with topics.
fn within_bounds(draft: Draft) -> std::result::Result<Draft, Fault> {
    const MOST_PHASES: usize = 1_000;
    const MOST_TOPICS: usize = 100_000;
    let (phases, topics) = (draft.phases.len(), draft.topics().count());
    if phases > MOST_PHASES || topics > MOST_TOPICS {
        let message = format!("{} in {}", text::count(topics, "topic"), text::count(phases, "phase"));
        let hint = format!("a curriculum may have {MOST_TOPICS} topics in {MOST_PHASES} phases; import it in parts");
        return Err(Fault::new(1, message, hint));
    }
    Ok(draft)
}

impl Draft {
    /// Returns every topic, phase by phase.
    pub fn topics(&self) -> impl Iterator<Item = &TopicDraft> {
        self.phases.iter().flat_map(|phase| &phase.topics)
    }

    /// Returns the files of the curriculum `id`, with `usual` hours for topics that have none.
    /// `from` says where it came from.
    pub fn files(&self, id: &str, from: &str, usual: f64) -> Vec<NewFile> {
        let [curriculum_schema, phase_schema] = SCHEMA_FILES;
        let mut files = Vec::new();
        let mut ids = Ids::default();
        let title = if self.title.is_empty() { id } else { &self.title };
        let mut main = format!(
            "{}# Imported from {}.\nid: {}\ntitle: {}\nphases:\n",
            hint(curriculum_schema),
            scalar(&tidy(from)),
            scalar(id),
            scalar(title)
        );
        for (at, phase) in self.phases.iter().enumerate() {
            let id = ids.unique(&phase.title, "phase");
            let name = format!("{:02}-{id}.yaml", at + 1);
            // Digits, an id and an ending: plain in every reader of YAML.
            let _ = writeln!(main, "  - {name}");
            files.push(NewFile::new(name, hint(phase_schema) + &phase.yaml(&id, usual)));
        }
        files.insert(0, NewFile::new("roadmap.yaml", main));
        files.extend(schema_files());
        files
    }

    /// Refuses a draft in which topics require themselves or each other; `line` gives each its line.
    pub(super) fn check_order(&self, line: impl Fn(usize) -> usize) -> std::result::Result<(), Fault> {
        let topics: Vec<&TopicDraft> = self.topics().collect();
        let index: HashMap<&str, u32> = topics.iter().zip(0..).map(|(topic, at)| (topic.id.as_str(), at)).collect();
        let mut edges = Vec::new();
        for (topic, at) in topics.iter().zip(0u32..) {
            for from in topic.requires.iter().filter_map(|id| index.get(id.as_str())) {
                if *from == at {
                    let message = format!("`{}` requires itself", topic.id);
                    return Err(Fault::new(line(at as usize), message, "remove it from its own `requires`"));
                }
                edges.push((*from, at));
            }
        }
        let cycles = Graph::new(topics.len(), &edges).err().unwrap_or_default();
        let Some(cycle) = cycles.first() else { return Ok(()) };
        let path: Vec<&str> = cycle.iter().map(|&at| topics[at as usize].id.as_str()).collect();
        let first = cycle.first().map_or(0, |&at| at as usize);
        let message = format!("topics require each other in a circle: {}", text::list(&path));
        Err(Fault::new(line(first), message, "remove the one of these that is the least true"))
    }
}

impl PhaseDraft {
    fn yaml(&self, id: &str, usual: f64) -> String {
        let mut out = format!("id: {}\ntitle: {}\ntopics:\n", scalar(id), scalar(&self.title));
        for topic in &self.topics {
            let _ = writeln!(out, "  - id: {}\n    title: {}", scalar(&topic.id), scalar(&topic.title));
            if topic.kind != Kind::Concept {
                let _ = writeln!(out, "    kind: {}", topic.kind.name());
            }
            let _ = match topic.hours {
                Some(hours) => writeln!(out, "    hours: {hours}"),
                None => writeln!(out, "    hours: {usual} # a guess"),
            };
            if !topic.summary.is_empty() {
                let _ = writeln!(out, "    summary: {}", scalar(&topic.summary));
            }
            if !topic.requires.is_empty() {
                out.push_str("    requires:\n");
                for id in &topic.requires {
                    let _ = writeln!(out, "      - {}", scalar(id));
                }
            }
            if !topic.resources.is_empty() {
                out.push_str("    resources:\n");
                for (title, url) in &topic.resources {
                    let _ = writeln!(out, "      - title: {}\n        url: {}", scalar(title), scalar(url));
                }
            }
        }
        out
    }
}

impl TopicDraft {
    pub(super) fn new(id: String, title: String) -> Self {
        Self {
            id,
            title,
            kind: Kind::Concept,
            hours: None,
            summary: String::new(),
            requires: Vec::new(),
            resources: Vec::new(),
            done: false,
        }
    }
}

/// Ids given out so far, none twice.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
    /// The next number to try behind a word, so that a thousand like titles cost no million tries.
    next: HashMap<String, usize>,
}

impl Ids {
    /// Returns the id nearest to `words` that is still free, made of `otherwise` if nothing of
    /// `words` can stand in an id.
    pub(super) fn unique(&mut self, words: &str, otherwise: &str) -> String {
        const LONGEST: usize = 60;
        let mut base = text::kebab_case(words);
        if base.len() > LONGEST {
            let cut = base[..=LONGEST].rfind('-').unwrap_or(LONGEST);
            base.truncate(cut);
        }
        if base.is_empty() {
            otherwise.clone_into(&mut base);
        }
        if self.taken.insert(base.clone()) {
            return base;
        }
        let number = self.next.entry(base.clone()).or_insert(2);
        loop {
            let id = format!("{base}-{number}");
            *number += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Returns `words` on one line, without control characters and doubled spaces.
pub(super) fn tidy(words: &str) -> String {
    let words: String = words.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a sensible number of hours as people write it: `3`, `2.5 h`, `1,5 hours`.
pub(super) fn hours(typed: &str) -> Option<f64> {
    let typed = typed.trim().to_ascii_lowercase();
    let number = ["hours", "hour", "hrs", "h"].iter().find_map(|unit| typed.strip_suffix(unit)).unwrap_or(&typed);
    let number = number.trim().replace(',', ".");
    let digits = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    number.parse().ok().filter(|&hours: &f64| digits && hours > 0.0 && hours <= crate::curriculum::keys::MOST_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_short() {
        let mut ids = Ids::default();
        assert_eq!(ids.unique("A b", "x"), "a-b");
        assert_eq!(ids.unique("a-b-2", "x"), "a-b-2");
        assert_eq!(ids.unique("a B!", "x"), "a-b-3");
        assert_eq!(ids.unique("日本", "topic"), "topic");
        assert_eq!(ids.unique("…", "topic"), "topic-2");
        let long = ids.unique(&"word ".repeat(40), "x");
        assert!(long.len() <= 60 && text::is_kebab_case(&long), "{long}");
        assert!(text::is_kebab_case(&ids.unique(&"x".repeat(500), "x")));
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        assert_eq!(hours("3"), Some(3.0));
        assert_eq!(hours(" 2,5 H "), Some(2.5));
        assert_eq!(hours("1 hour"), Some(1.0));
        for bad in ["", "0", "-1", "1e3", "inf", "nan", "h", "10001", "3 weeks", "1.2.3"] {
            assert_eq!(hours(bad), None, "{bad}");
        }
    }

    #[test]
    fn forms_are_guessed_from_name_and_text() {
        assert_eq!(Form::guess("list.MD", "{"), Form::Markdown);
        assert_eq!(Form::guess("t.csv", ""), Form::Csv);
        assert_eq!(Form::guess("x", " {\"nodes\": []}"), Form::RoadmapSh);
        assert_eq!(Form::guess("x", "id;title;hours\n"), Form::Csv);
        assert_eq!(Form::guess("x", "# Title\n- a"), Form::Markdown);
    }
}
