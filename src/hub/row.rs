//! An entry as a row of the hub, and back: every line that a journal can hold comes back byte for byte.
//!
//! A line that this program would write is told by its columns and an object with the rest. Any other (of
//! a newer version, edited by hand, with U+0000 in it, which JSONB refuses) goes over as a string.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio_postgres::Row as Found;

use crate::journal::{Entry, Event, Grade, Line, Score, lines};

/// The longest text of a column that stands in an index, in bytes. No id of ours comes near.
const LONGEST: usize = 500;
/// Hours beyond it are cut for reports: none are real, and sums of them would be none.
const MOST_HOURS: f64 = 1e9;

/// An entry as `roadmap.push` takes it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    at: i64,
    nanos: u32,
    offset: i32,
    day: NaiveDate,
    act: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    step: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancels: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiz_right: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiz_asked: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiz_of: Option<u32>,
    payload: Json,
}

/// What of an entry has no column.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Payload {
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rubric: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    placed: Option<f64>,
}

/// The columns that [`line`] reads, in its order.
pub(super) const COLUMNS: &str = "id, extract(epoch FROM at)::bigint, at_nanos, at_offset, act, topic, step, cancels, hours, \
    quiz_right, quiz_asked, quiz_of, payload::text";

impl Row {
    /// Returns the row of a line; `None` if no hub could hold it: an id of many hundred letters, a year
    /// of five digits.
    pub(super) fn of(line: &Line) -> Option<Self> {
        let entry = line.entry().ok()?;
        let id = column(&entry.id)?;
        let step = column(entry.step_id())?;
        let optional = |text: &Option<String>| match text {
            Some(text) => column(text).map(Some),
            None => Some(None),
        };
        let day = entry.day();
        let at = entry.at.to_utc();
        let fits = |year: i32| (1..=9999).contains(&year);
        if !fits(day.year()) || !fits(at.year()) {
            return None;
        }
        let payload = if is_plain(&entry, line) { object(&entry)? } else { string(line)? };
        Some(Self {
            id,
            at: at.timestamp(),
            nanos: at.timestamp_subsec_nanos(),
            offset: entry.at.offset().local_minus_utc(),
            day,
            act: entry.event.name(),
            topic: optional(&entry.topic)?,
            step,
            cancels: optional(&entry.cancels)?,
            hours: entry.hours.map(|hours| hours.clamp(-MOST_HOURS, MOST_HOURS)),
            quiz_right: entry.quiz.map(|quiz| quiz.right),
            quiz_asked: entry.quiz.map(|quiz| quiz.asked),
            quiz_of: entry.quiz.map(|quiz| quiz.of),
            payload,
        })
    }
}

/// Returns whether columns and object give back the very line.
fn is_plain(entry: &Entry, line: &Line) -> bool {
    let written = lines::write(entry);
    let texts = entry.evidence.iter().chain(&entry.rubric).chain(&entry.note);
    written.strip_suffix(b"\n") == Some(line.bytes())
        && entry.step.as_ref() != Some(&entry.id)
        && entry.hours.is_none_or(|hours| hours.abs() <= MOST_HOURS && !is_negative_zero(hours))
        && entry.placed.is_none_or(|placed| !is_negative_zero(placed))
        && !texts.into_iter().any(|text| text.contains('\0'))
}

/// The database's numbers have no sign of nothing.
fn is_negative_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}

fn object(entry: &Entry) -> Option<Json> {
    let Entry { on, evidence, rubric, note, grade, placed, .. } = entry.clone();
    serde_json::to_value(Payload { on, evidence, rubric, note, grade, placed }).ok()
}

fn string(line: &Line) -> Option<Json> {
    std::str::from_utf8(line.bytes()).ok().map(|text| Json::String(text.to_owned()))
}

/// Returns a text as its column has it; `None` if it is too long. U+0000, which PostgreSQL refuses, becomes
/// U+0001 U+0001, and U+0001 becomes U+0001 U+0002: nothing is mistaken for another, and the order stays.
pub(super) fn column(text: &str) -> Option<String> {
    let text: Cow<'_, str> = if text.contains(['\0', '\u{1}']) {
        text.replace('\u{1}', "\u{1}\u{2}").replace('\0', "\u{1}\u{1}").into()
    } else {
        text.into()
    };
    (text.len() <= LONGEST).then(|| text.into_owned())
}

/// Returns the text that a column has.
fn text(column: &str) -> String {
    if !column.contains('\u{1}') {
        return column.to_owned();
    }
    let mut text = String::new();
    let mut letters = column.chars();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\u{1}' if letters.next() == Some('\u{1}') => '\0',
            letter => letter,
        });
    }
    text
}

/// Returns the line of a row with these [`COLUMNS`]; `None` if it is none that this program can read.
pub(super) fn line(row: &Found) -> Option<Line> {
    let payload: Json = serde_json::from_str(row.try_get(12).ok()?).ok()?;
    if let Json::String(whole) = payload {
        return Line::read(whole.as_bytes());
    }
    let Payload { on, evidence, rubric, note, grade, placed } = serde_json::from_value(payload).ok()?;
    let own = |at: usize| row.try_get::<_, Option<&str>>(at).ok().map(|column| column.map(text));
    let number = |at: usize| row.try_get::<_, Option<i64>>(at).ok().map(|n| n.and_then(|n| u32::try_from(n).ok()));
    let id = own(0)??;
    let at = time(row.try_get(1).ok()?, row.try_get(2).ok()?, row.try_get(3).ok()?)?;
    let act: &str = row.try_get(4).ok()?;
    let event: Event = serde_json::from_value(act.into()).ok()?;
    let quiz = match (number(9)?, number(10)?, number(11)?) {
        (Some(right), Some(asked), Some(of)) => Some(Score { right, asked, of }),
        _ => None,
    };
    let step = own(6)?.filter(|step| *step != id);
    let entry = Entry {
        id,
        at,
        event,
        topic: own(5)?,
        on,
        hours: row.try_get(8).ok()?,
        evidence,
        rubric,
        note,
        quiz,
        grade,
        placed,
        step,
        cancels: own(7)?,
    };
    Line::read(&lines::write(&entry))
}

fn time(seconds: i64, nanos: i32, offset: i32) -> Option<DateTime<FixedOffset>> {
    let at = DateTime::from_timestamp(seconds, u32::try_from(nanos).ok()?)?;
    Some(at.with_timezone(&FixedOffset::east_opt(offset)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> Line {
        Line::read(line.as_bytes()).expect(line)
    }

    #[track_caller]
    fn case(line: &str, is_object: bool) {
        let row = Row::of(&read(line)).expect("it fits");
        assert_eq!(row.payload.is_object(), is_object, "{line}");
        // PostgreSQL refuses U+0000 anywhere in JSONB.
        assert!(!serde_json::to_string(&row).expect("data").replace("\\\\", "").contains("\\u0000"), "{line}");
    }

    #[test]
    fn what_we_write_is_an_object_and_the_rest_a_string() {
        let start = r#"{"id":"01","at":"2026-11-23T17:31:02+01:00","do":"#;
        case(&format!(r#"{start}"done","topic":"a","hours":5.5,"note":"x"}}"#), true);
        case(&format!(r#"{start}"quiz","topic":"a","quiz":{{"right":1,"asked":2,"of":2}}}}"#), true);
        case(&format!(r#"{start}"done","topic":"a","note":"\u0000"}}"#), false);
        case(&format!(r#"{start}"done","topic":"\u0000"}}"#), true);
        case(&format!(r#"{start}"done","topic":"a","hours":1e300}}"#), false);
        case(&format!(r#"{start}"done","topic":"a","hours":-0.0}}"#), false);
        case(&format!(r#"{start}"done","topic":"a","step":"01"}}"#), false);
        case(&format!(r#"{start}"dance","topic":"a"}}"#), false);
        case(&format!(r#"{start}"done","topic":"a","new":{{"b":"\ud800"}}}}"#), false);
        case(&format!(r#"{start} "done"}}"#), false);
    }

    #[test]
    fn what_no_hub_can_hold() {
        let long = "x".repeat(501);
        for line in [
            format!(r#"{{"id":"{long}","at":"2026-11-23T17:31:02+01:00","do":"done"}}"#),
            format!(r#"{{"id":"1","at":"2026-11-23T17:31:02+01:00","do":"done","topic":"{long}"}}"#),
            r#"{"id":"1","at":"2026-11-23T17:31:02+01:00","do":"done","on":"-0005-01-01"}"#.to_owned(),
        ] {
            assert!(Row::of(&read(&line)).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn columns_keep_texts_and_their_order(a in "[\u{0}\u{1}\u{2}a]{0,6}", b in "[\u{0}\u{1}\u{2}a]{0,6}") {
            let (x, y) = (column(&a).expect("short"), column(&b).expect("short"));
            prop_assert!(!x.contains('\0'));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(text(&x), a);
        }
    }
}
