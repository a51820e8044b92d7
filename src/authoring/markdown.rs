//! Reads a Markdown checklist: headings are phases, list items topics, checked ones done.
//!
//! An item requires the one that it is indented under. `(3 h)` at the end of an item gives its
//! hours, links in it are what to learn from, and further paragraphs its summary.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::draft::{Draft, Fault, Ids, PhaseDraft, TopicDraft, hours, tidy};
use crate::curriculum::is_web_address;

/// A list item that has not ended.
#[derive(Default)]
struct Item {
    title: String,
    has_title: bool,
    rest: String,
    checked: bool,
    links: Vec<(String, String)>,
    /// Where the words of an open link begin in `title` or `rest`, and its address.
    link: Option<(usize, String)>,
    /// Its phase and its place there, once it has become a topic.
    topic: Option<(usize, usize)>,
}

impl Item {
    fn words(&mut self) -> &mut String {
        if self.has_title { &mut self.rest } else { &mut self.title }
    }
}

#[derive(Default)]
struct Reader {
    draft: Draft,
    ids: Ids,
    items: Vec<Item>,
    heading: Option<String>,
    /// The heading that items now stand under, and its phase if there is one.
    under: (String, Option<usize>),
    /// The first heading of the first level, and the phase that stands right under it.
    first: Option<(String, Option<usize>)>,
    /// How many blocks are open whose text is no topic's: code and tables.
    foreign: usize,
}

pub(super) fn read(text: &str) -> Result<Draft, Fault> {
    let mut reader = Reader::default();
    for event in
        Parser::new_ext(text, Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
    {
        reader.event(event);
    }
    let Reader { mut draft, first, .. } = reader;
    if draft.phases.is_empty() {
        let hint = "write topics as list items, `- [ ] Vectors`, under headings, which become phases";
        return Err(Fault::new(1, "no list item in it", hint));
    }
    if let Some((title, phase)) = first
        && (phase.is_none() || draft.phases.len() == 1)
    {
        draft.title = title;
    }
    if draft.topics().any(|topic| !topic.requires.is_empty()) {
        draft.remarks.push("An item requires the one that it is indented under.".to_owned());
    }
    Ok(draft)
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) if self.items.is_empty() => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => self.end_heading(level),
            Event::Start(Tag::List(_)) => self.end_title(),
            Event::Start(Tag::Item) => self.items.push(Item::default()),
            Event::End(TagEnd::Item) => self.end_item(),
            Event::End(TagEnd::Paragraph) => {
                if let Some(item) = self.items.last_mut() {
                    item.has_title |= !tidy(&item.title).is_empty();
                    item.rest.push(' ');
                }
            }
            Event::TaskListMarker(checked) => {
                if let Some(item) = self.items.last_mut() {
                    item.checked = checked;
                }
            }
            Event::Start(Tag::CodeBlock(_) | Tag::Table(_)) => {
                self.end_title();
                self.foreign += 1;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::Table) => self.foreign = self.foreign.saturating_sub(1),
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let Some(item) = self.items.last_mut() {
                    item.link = Some((item.words().len(), dest_url.into_string()));
                }
            }
            Event::End(TagEnd::Link) => self.end_link(),
            Event::Text(words) | Event::Code(words) => self.words(&words),
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.foreign > 0 {
            return;
        }
        match (self.items.last_mut(), &mut self.heading) {
            (Some(item), _) => item.words().push_str(words),
            (None, Some(heading)) => heading.push_str(words),
            (None, None) => {}
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let Some(heading) = self.heading.take() else {
            // A heading inside an item is its title, or a part of its text.
            return self.end_title();
        };
        let heading = tidy(&heading);
        if level == HeadingLevel::H1 && self.first.is_none() && !heading.is_empty() {
            self.first = Some((heading.clone(), None));
        }
        self.under = (heading, None);
    }

    fn end_link(&mut self) {
        let Some(item) = self.items.last_mut() else { return };
        let Some((start, url)) = item.link.take() else { return };
        let words = tidy(item.words().get(start..).unwrap_or_default());
        if is_web_address(&url) {
            item.links.push((if words.is_empty() { url.clone() } else { words }, url));
        }
    }

    /// Makes a topic of the open item: what it is indented under must stand before what follows.
    fn end_title(&mut self) {
        let Some((item, above)) = self.items.split_last_mut() else { return };
        let (title, hours) = split_hours(&tidy(&item.title));
        if title.is_empty() || item.topic.is_some() {
            return;
        }
        item.has_title = true;
        let at = *self.under.1.get_or_insert_with(|| {
            let title = if self.under.0.is_empty() { "Topics" } else { &self.under.0 };
            self.draft.phases.push(PhaseDraft { title: title.to_owned(), topics: Vec::new() });
            self.draft.phases.len() - 1
        });
        if let Some((first, phase)) = &mut self.first
            && *first == self.under.0
        {
            *phase = Some(at);
        }
        let mut topic = TopicDraft::new(self.ids.unique(&title, "topic"), title);
        topic.hours = hours;
        topic.done = item.checked;
        if let Some((phase, place)) = above.iter().rev().find_map(|parent| parent.topic) {
            topic.requires.push(self.draft.phases[phase].topics[place].id.clone());
        }
        let topics = &mut self.draft.phases[at].topics;
        topics.push(topic);
        item.topic = Some((at, topics.len() - 1));
    }

    fn end_item(&mut self) {
        self.end_title();
        if let Some(Item { topic: Some((phase, place)), rest, links, .. }) = self.items.pop() {
            let topic = &mut self.draft.phases[phase].topics[place];
            topic.summary = tidy(&rest);
            topic.resources = links;
        }
    }
}

/// Splits `Vectors (5 h)` into title and hours.
fn split_hours(title: &str) -> (String, Option<f64>) {
    let inside = title.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let found = inside.and_then(|(before, inside)| {
        let unit = inside.trim_end().ends_with(|c: char| c.is_ascii_alphabetic());
        Some((before.trim_end().to_owned(), hours(inside).filter(|_| unit)?))
    });
    match found {
        Some((before, hours)) if !before.is_empty() => (before, Some(hours)),
        _ => (title.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, title: &str, expected: &str) {
        let draft = read(text).expect("it has items");
        let topic = |t: &TopicDraft| {
            let hours = t.hours.map_or_else(String::new, |h| format!(" {h}h"));
            format!("{}{}{hours}<{}", t.title, if t.done { "*" } else { "" }, t.requires.join(","))
        };
        let phase =
            |p: &PhaseDraft| format!("{}: {}", p.title, p.topics.iter().map(topic).collect::<Vec<_>>().join("|"));
        assert_eq!(draft.phases.iter().map(phase).collect::<Vec<_>>().join(" / "), expected);
        assert_eq!(draft.title, title);
    }

    #[test]
    fn headings_items_checks_and_indentation_are_understood() {
        case("- A\n- [x] B\n", "", "Topics: A<|B*<");
        case(
            "# My list\n## P\n- [ ] A (3 h)\n  - [X] B\n    - C\n  - D\n## Q\n1. E\n",
            "My list",
            "P: A 3h<|B*<a|C<b|D<a / Q: E<",
        );
        case("# Only\n* A\n", "Only", "Only: A<");
        case("# One\n* A\n# Two\n* B\n", "", "One: A< / Two: B<");
        case(
            "Intro - no item\n\n- **Bold** and `code`\n-   \n  - under nothing\n",
            "",
            "Topics: Bold and code<|under nothing<",
        );
        case("- A\n\n  More words.\n\n  ```\n  - code\n  ```\n\n  - B (see [4])\n", "", "Topics: A<|B (see [4])<a");
        case("> - quoted\n\n| a |\n|---|\n| b |\n\n- # Head\n  - sub\n", "", "Topics: quoted<|Head<|sub<head");
    }

    #[test]
    fn links_are_resources_and_other_paragraphs_the_summary() {
        let draft = read("- [Paper](https://arxiv.org/abs/1706.03762) and [bad](javascript:alert(1))\n\n  Why <b>it</b>\n  matters.\n").expect("an item");
        let topic = draft.topics().next().expect("a topic");
        assert_eq!(topic.title, "Paper and bad");
        assert_eq!(topic.resources, [("Paper".to_owned(), "https://arxiv.org/abs/1706.03762".to_owned())]);
        assert_eq!(topic.summary, "Why it matters.");
    }

    #[test]
    fn a_text_without_items_is_refused() {
        for text in ["", "# Title\n\nWords.", "- \n- [ ]\n", "\0"] {
            assert_eq!(read(text).expect_err(text).line, 1);
        }
    }
}
