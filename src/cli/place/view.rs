//! What a placement believes, as JSON and as a table.

use serde::Serialize;

use crate::cli::app::Desk;
use crate::cli::style::{self, Table};
use crate::curriculum::TopicIx;
use crate::progress::State;
use crate::report::{Brief, VERSION, round};
use crate::study::place::{Placement, is_known, is_unsure};
use crate::text;

/// `roadmap place --json`.
#[derive(Serialize)]
pub(super) struct PlaceView {
    pub(super) version: u32,
    /// Topics asked about, the control not counted.
    pub(super) asked: usize,
    /// The share of topics that it expects to have judged rightly.
    pub(super) expected_right: f64,
    pub(super) control: Option<ControlView>,
    pub(super) phases: Vec<PhaseView>,
    /// Open topics that it takes as known, with their probability.
    pub(super) known: Vec<BelievedView>,
    /// Open topics that it is not sure of, known or not.
    pub(super) unsure: Vec<BelievedView>,
    /// The step in the journal; none if nothing was recorded.
    pub(super) step: Option<String>,
}

/// A topic asked outside of the sequence, which measures the placement itself.
#[derive(Clone, Serialize)]
pub(super) struct ControlView {
    #[serde(flatten)]
    pub(super) topic: Brief,
    /// The probability that it is known, as believed before it was asked.
    pub(super) probability: f64,
    pub(super) answer: &'static str,
    pub(super) agrees: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct PhaseView {
    pub(super) id: String,
    pub(super) title: String,
    /// Topics known, by placement or before.
    pub(super) known: usize,
    pub(super) unsure: usize,
    pub(super) total: usize,
}

#[derive(Clone, Serialize)]
pub(super) struct BelievedView {
    #[serde(flatten)]
    pub(super) topic: Brief,
    pub(super) probability: f64,
}

pub(super) fn view(
    desk: &Desk,
    placement: &Placement,
    probability: &[f64],
    control: Option<&ControlView>,
) -> PlaceView {
    let Desk { curriculum, progress, .. } = desk;
    let is_open = |ix: TopicIx| !progress.state(ix).is_closed();
    let known =
        |ix: TopicIx| if is_open(ix) { is_known(probability[ix.0 as usize]) } else { progress.state(ix).is_had() };
    let unsure = |ix: TopicIx| is_open(ix) && is_unsure(probability[ix.0 as usize]);
    let of = |ix: TopicIx| BelievedView {
        topic: Brief::new(curriculum, ix),
        probability: round(probability[ix.0 as usize]),
    };
    let phases = curriculum.phases().iter().map(|phase| {
        let wanted = || phase.topics.clone().map(TopicIx).filter(|&ix| progress.state(ix) != State::Skipped);
        PhaseView {
            id: phase.id.to_string(),
            title: phase.title.to_string(),
            known: wanted().filter(|&ix| known(ix)).count(),
            unsure: wanted().filter(|&ix| unsure(ix)).count(),
            total: wanted().count(),
        }
    });
    PlaceView {
        version: VERSION,
        asked: placement.asked(),
        expected_right: round(placement.expected_right()),
        control: control.cloned(),
        phases: phases.collect(),
        known: curriculum.indices().filter(|&ix| is_open(ix) && known(ix)).map(of).collect(),
        unsure: curriculum.indices().filter(|&ix| unsure(ix)).map(of).collect(),
        step: None,
    }
}

pub(super) fn draw(view: &PlaceView, width: usize) -> String {
    let mut out = String::from("\n");
    let mut table = Table::new(&["phase", "", "known", "unsure"], 0, &[2, 3]);
    let columns = if width < 72 { 8 } else { 16 };
    for phase in view.phases.iter().filter(|phase| phase.total > 0) {
        table.row(
            style::PLAIN,
            &[
                phase.title.clone(),
                style::bar(phase.known as f64, phase.total as f64, columns),
                format!("{}/{}", phase.known, phase.total),
                if phase.unsure > 0 { phase.unsure.to_string() } else { String::new() },
            ],
        );
    }
    out.push_str(&table.draw(width));
    out.push('\n');
    let words = format!(
        "After {} it expects to be right about {} of the topics.",
        text::count(view.asked, "question"),
        text::percent(view.expected_right, 1.0)
    );
    out.push_str(&style::paragraph(&words, "", width));
    if let Some(control) = &view.control {
        let believed = text::percent(control.probability, 1.0);
        let words = match control.agrees {
            Some(true) => format!(
                "Asked about `{}` outside the sequence you said {}, as it had expected ({believed} known).",
                control.topic.id, control.answer
            ),
            Some(false) => format!(
                "Asked about `{}` outside the sequence you said {}, which it had not expected ({believed} known): look the list over.",
                control.topic.id, control.answer
            ),
            None => format!(
                "Asked about `{}` outside the sequence you were not sure; it had believed {believed} known.",
                control.topic.id
            ),
        };
        out.push_str(&style::paragraph(&words, "", width));
    }
    if !view.unsure.is_empty() {
        let unsure: Vec<String> =
            view.unsure.iter().map(|b| format!("{} {}", b.topic.id, text::percent(b.probability, 1.0))).collect();
        out.push_str(&style::paragraph(&format!("Not sure of: {}.", unsure.join(", ")), "", width));
    }
    out
}
