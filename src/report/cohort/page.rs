//! A cohort's numbers as one page: no names, no script, no other file, so that it can be shown around.
//!
//! askama escapes every value at compile time; what would mislead a reader is replaced before.

use std::borrow::{Borrow, Cow};

use askama::Template;
use chrono::NaiveDate;

use super::{CohortPhase, CohortStatus, CohortTopic, Stuck};
use crate::text;

/// The SHA-256 of [`STYLE`] in base 64: the only style that the page's security policy lets in.
const STYLE_HASH: &str = "1C0oOdKgmjmK4KKGOsQW20O7HWbX8iMsi2MdrMdX7cQ=";
const STYLE: &str = include_str!("../../../templates/cohort.css");

#[derive(Template)]
#[template(path = "cohort.html")]
struct Page<'a> {
    status: &'a CohortStatus,
    stuck: &'a Stuck,
    topics: &'a [CohortTopic],
    style: &'static str,
    style_hash: &'static str,
}

/// Returns the page.
pub fn render(status: &CohortStatus, stuck: &Stuck, topics: &[CohortTopic]) -> String {
    let page = Page { status, stuck, topics, style: STYLE, style_hash: STYLE_HASH };
    let mut html = page.render().expect("writing to a string cannot fail");
    html.push('\n');
    html
}

/// Functions that the template calls.
impl Page<'_> {
    fn line<'t>(&self, words: &'t str) -> Cow<'t, str> {
        text::line(words)
    }

    fn number(&self, number: impl Borrow<f64>) -> String {
        text::number(*number.borrow())
    }

    fn maybe(&self, number: &Option<f64>) -> String {
        number.map_or_else(String::new, |number| text::number((number * 10.0).round() / 10.0))
    }

    fn long_date(&self, day: &NaiveDate) -> String {
        day.format("%-d %B %Y").to_string()
    }

    fn places(&self) -> Vec<(&str, &CohortPhase)> {
        let phases = self.status.phases.iter().map(|phase| (phase.title.as_str(), phase));
        let begun = std::iter::once(("Nothing begun yet", &self.status.not_begun)).chain(phases);
        begun.chain(std::iter::once(("Finished", &self.status.finished))).collect()
    }

    /// Returns the most that a bar of the weeks, or of the phases, has to show.
    fn most_done(&self) -> i64 {
        self.status.weeks.iter().map(|week| week.done).max().unwrap_or(0).max(1)
    }

    fn most_learners(&self) -> i64 {
        self.places().iter().map(|(_, phase)| phase.learners).max().unwrap_or(0).max(1)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_lets_our_style_in() {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(hash, STYLE_HASH, "put this hash into STYLE_HASH");
    }
}
