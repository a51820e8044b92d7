//! `roadmap browse`: the curriculum on the whole screen.

use std::io::IsTerminal;

use anyhow::Result;

use super::app::{App, Desk};
use super::mark::{Marking, carry_out};
use super::style::{self, FAINT, STRONG};
use super::{next, show, undo};
use crate::curriculum::TopicIx;
use crate::error::Error;
use crate::journal::Journal;
use crate::progress::State;
use crate::report::{SuggestionView, TopicView, sign};
use crate::study::next::{Aim, Limits, next as suggest};
use crate::text;
use crate::tui::{self, Deed, Host, Look, Row, Scene};

/// Browse the curriculum on the whole screen
///
/// Phases and topics on the left, with their states; the selected topic on the right, as `show` has
/// it; what is next and what is due on top. Search, mark and undo with single keys; the rules are
/// those of the commands. `?` shows the keys, `q` quits. The mouse works too.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, app: &mut App) -> Result<()> {
    if app.json {
        return Err(Error::new("`browse` is for people and has no JSON")
            .hint("`roadmap list --json` and `roadmap show TOPIC --json` are for programs")
            .into());
    }
    let is_dumb = std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() || is_dumb {
        return Err(Error::new("there is no screen to browse on: this is not a terminal")
            .hint("`roadmap list` prints the topics, `roadmap show TOPIC` one of them")
            .into());
    }
    let (desk, journal) = app.desk_and_journal()?;
    let aim = app.aim(&desk.curriculum, None, false, None)?;
    let look = Look { colour: app.colour(), of_state: style::of_state };
    app.hold_warnings();
    let browsed = tui::run(&mut Shelf { app, desk, journal, aim }, look);
    app.release_warnings();
    browsed
}

/// The browser's view of the program.
struct Shelf<'a> {
    app: &'a mut App,
    desk: Desk,
    journal: Journal,
    aim: Aim,
}

impl Host for Shelf<'_> {
    fn scene(&self) -> Scene {
        let Desk { curriculum, progress, .. } = &self.desk;
        let states: Vec<State> = curriculum.indices().map(|ix| progress.state(ix)).collect();
        let count = |of: &mut dyn Iterator<Item = State>| {
            of.fold((0, 0), |(had, all), state| {
                (had + usize::from(state.is_had()), all + usize::from(state != State::Skipped))
            })
        };
        let of_phase = |topics: &std::ops::Range<u32>| {
            count(&mut states[topics.start as usize..topics.end as usize].iter().copied())
        };
        let tally = curriculum.phases().iter().map(|phase| of_phase(&phase.topics)).collect();
        let suggestion = suggest(curriculum, progress, &self.aim, &Limits::default()).pop();
        let (done, all) = count(&mut states.iter().copied());
        let reviews = self.app.reviews_today(&self.desk);
        let reviews = if reviews.is_empty() { "Nothing is due for review.".to_owned() } else { reviews };
        let kept = format!("{done} of {} done. {reviews}", text::count(all, "topic"));
        let (head, reasons) = match &suggestion {
            Some(suggestion) => {
                let view = SuggestionView::new(curriculum, suggestion);
                let sign = style::paint(style::of_state(suggestion.state), sign(suggestion.state));
                let name = style::paint(STRONG, text::line(&view.title));
                let about = format!("{} · {}", text::line(&view.id), text::hours(view.hours_left));
                let reasons: Vec<String> =
                    view.because.iter().map(|because| text::line(because).into_owned()).collect();
                let head = vec![
                    format!(" Next {sign} {name}  {}", style::paint(FAINT, about)),
                    format!("      {}", reasons.first().map_or("", String::as_str)),
                    format!(" {kept}"),
                ];
                (head, reasons.iter().map(|because| format!("- {because}\n")).collect())
            }
            None => {
                let nothing = next::nothing(&self.desk, &Limits::default(), &self.aim.scope(curriculum));
                (vec![format!(" {nothing}"), format!(" {kept}")], nothing)
            }
        };
        Scene { curriculum: curriculum.clone(), states, tally, next: suggestion.map(|s| s.topic), head, reasons }
    }

    fn page(&self, row: Row, width: usize) -> String {
        let Desk { curriculum, progress, memory } = &self.desk;
        match row {
            Row::Topic(ix) => {
                show::draw(&TopicView::new(curriculum, progress, &self.journal, memory, self.app.today, ix), width)
            }
            Row::Phase(at) => {
                let phase = &curriculum.phases()[at];
                let hours: f64 = phase.topics.clone().map(|n| curriculum.topic(TopicIx(n)).hours).sum();
                let size = format!("{} · {}", text::count(phase.topics.len(), "topic"), text::hours(hours));
                let mut drawn = format!("{}\n", style::paint(STRONG, text::line(&phase.title)));
                drawn.push_str(&format!("{}\n", style::paint(FAINT, size)));
                if !phase.summary.is_empty() {
                    drawn.push_str(&format!("\n{}", style::paragraph(&phase.summary, "", width)));
                }
                drawn
            }
        }
    }

    fn act(&mut self, deed: Deed) -> String {
        self.app.wake();
        let acted = self.dare(deed);
        let mut words = self.app.hold_warnings();
        match acted {
            Ok(said) => words.extend(said),
            Err(error) => words.push(super::spoken(&error)),
        }
        words.join("\n")
    }
}

impl Shelf<'_> {
    fn dare(&mut self, deed: Deed) -> Result<Vec<String>> {
        let (ix, marking) = match deed {
            Deed::Start(ix) => (ix, Marking::start().with_ways_out("`S` begins it all the same")),
            Deed::StartAnyway(ix) => (ix, Marking::start().forced()),
            Deed::Done(ix) => (ix, Marking::done(self.app).with_ways_out("`D` marks what is missing too")),
            Deed::DoneWithPrerequisites(ix) => (ix, Marking::done(self.app).with_prerequisites()),
            Deed::Known(ix) => (ix, Marking::known()),
            Deed::Skip(ix) => (ix, Marking::skip()),
            Deed::Reopen(ix) => (ix, Marking::reopen()),
            Deed::Undo | Deed::Redo => {
                let curriculum = self.desk.curriculum.clone();
                let cancelled = match deed {
                    Deed::Undo => undo::take_back(self.app, curriculum)?,
                    _ => undo::bring_back(self.app, curriculum)?,
                };
                let words = cancelled.words();
                self.desk = cancelled.desk;
                self.journal = cancelled.journal;
                return Ok(vec![words]);
            }
            Deed::Read => {
                self.read()?;
                return Ok(Vec::new());
            }
        };
        let marked = carry_out(self.app, self.desk.curriculum.clone(), &[ix], &marking, |_| {})?;
        // The entries are shown too, and those of other devices may have come.
        self.read()?;
        Ok(marked.words)
    }

    fn read(&mut self) -> Result<()> {
        (self.desk, self.journal) = self.app.desk_and_journal_of(self.desk.curriculum.clone())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use ratatui::style::Color;

    use super::*;
    use crate::tui::headless::Headless;

    /// A learner's home in which the curriculum at `path`, below the repository, is used.
    struct Place {
        _home: tempfile::TempDir,
        app: App,
    }

    impl Place {
        fn with(path: &str) -> Self {
            let home = tempfile::tempdir().expect("a temporary folder");
            let globals = super::super::Globals {
                home: Some(home.path().to_owned()),
                curriculum: Some(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)),
                today: NaiveDate::from_ymd_opt(2026, 11, 23),
                json: false,
                quiet: false,
                color: clap::ColorChoice::Never,
            };
            Self { _home: home, app: App::new(globals).expect("an empty home") }
        }

        fn browser(&mut self, size: (u16, u16), colour: bool) -> Headless<Shelf<'_>> {
            let (desk, journal) = self.app.desk_and_journal().expect("sound");
            let aim = self.app.aim(&desk.curriculum, None, false, None).expect("no track");
            self.app.hold_warnings();
            Headless::new(Shelf { app: &mut self.app, desk, journal, aim }, size, colour)
        }
    }

    #[track_caller]
    fn snapshot(name: &str, seen: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
        insta::with_settings!({snapshot_path => path, prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(format!("browse__{name}"), seen);
        });
    }

    #[test]
    fn screens_show_the_tree_the_topic_and_what_is_next() {
        for size in [(80, 24), (120, 40), (40, 10)] {
            let mut place = Place::with("roadmap");
            let mut at = place.browser(size, false);
            at.press("d<Down>d<Down><Down>");
            snapshot(&format!("at_{}x{}", size.0, size.1), &at.seen());
        }
    }

    #[test]
    fn an_evening_in_the_browser() {
        let mut place = Place::with("examples/workshop");
        let mut at = place.browser((80, 24), false);
        let mut seen = String::new();
        for keys in [
            "+<End>d",
            "D",
            "u",
            "U",
            "s",
            "x",
            "r",
            "<Home>k",
            "<Down>k",
            "d",
            "/rank",
            "<Enter>S",
            "n",
            "<Tab><End>",
            "?",
            "qu",
            "uu",
            "uuuuuuuuu",
        ] {
            at.press(keys);
            seen.push_str(&format!("# {keys}\n{}\n", at.seen()));
        }
        assert!(!at.has_quit, "a key that closes the help does nothing else");
        snapshot("an_evening", &seen);
    }

    #[test]
    fn the_words_are_those_of_the_commands() {
        let mut place = Place::with("examples/workshop");
        place.app.config.done_needs_quiz = true;
        let mut at = place.browser((120, 30), false);
        at.press("/ranking<Enter>d");
        let seen = at.seen();
        assert!(seen.contains("error: topic `ranking` is locked: `inverted-index` is not done"), "{seen}");
        assert!(seen.contains("`roadmap why ranking` shows the way"), "{seen}");
        at.press("D");
        assert!(at.seen().contains("the quiz of `ranking` is not passed"), "{}", at.seen());
        at.press("u");
        assert!(at.seen().contains("there is nothing to undo"));
    }

    #[test]
    fn what_another_program_marked_is_seen_at_the_next_deed() {
        let mut place = Place::with("examples/workshop");
        let folder = {
            let desk = place.app.desk().expect("sound");
            place.app.folder(&desk.curriculum).expect("a home")
        };
        let (now, today) = (place.app.now(), place.app.today);
        let mut at = place.browser((80, 24), false);
        folder
            .append(now, today, |_| Ok(vec![crate::journal::Entry::new(crate::journal::Event::Done, "tokens")]))
            .expect("written");
        assert!(at.seen().contains("0 of 5 topics done"), "{}", at.seen());
        at.press("<C-l>");
        assert!(at.seen().contains("1 of 5 topics done"), "{}", at.seen());
    }

    #[test]
    fn without_colour_nothing_but_the_signs_tells_the_states() {
        for colour in [true, false] {
            let mut place = Place::with("examples/workshop");
            let mut at = place.browser((100, 30), colour);
            at.press("+d");
            let cells = at.cells();
            let coloured = cells.content.iter().filter(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
            assert_eq!(coloured.count() > 0, colour);
            let seen = at.seen();
            assert!(["✓", "○", "·"].iter().all(|sign| seen.contains(sign)), "{seen}");
        }
    }

    #[test]
    fn text_from_files_cannot_steer_the_screen() {
        let evil = "\\e[31mred\\e[2J\\u202e\\u200b\\r\\a日本語";
        let text = format!(
            "id: c\ntitle: \"{evil}\"\nphases:\n  - id: p\n    title: \"{evil}\"\n    summary: \"{evil}\"\n    topics:\n\
            \x20     - {{id: t, title: \"{evil}\", hours: 1, summary: \"{evil}\", outcomes: [\"{evil}\"]}}\n"
        );
        let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let mut place = Place::with("");
        let globals = super::super::Globals {
            home: Some(place._home.path().to_owned()),
            curriculum: Some(file.path().to_owned()),
            today: NaiveDate::from_ymd_opt(2026, 11, 23),
            json: false,
            quiet: false,
            color: clap::ColorChoice::Never,
        };
        place.app = App::new(globals).expect("an empty home");
        let mut at = place.browser((80, 24), true);
        for keys in ["", "<Left>", "<Down>d", "n", "/red<Enter>"] {
            at.press(keys);
            let cells = at.cells();
            let safe = |symbol: &str| symbol.chars().all(|c| !c.is_control()) && text::line(symbol) == symbol;
            assert!(cells.content.iter().all(|cell| safe(cell.symbol())), "{keys}: {}", at.seen());
            assert!(cells.content.iter().all(|cell| cell.fg != Color::Red), "{keys}: {}", at.seen());
        }
    }
}
