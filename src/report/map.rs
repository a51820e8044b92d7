//! The map of a curriculum: where boxes, bands and lines lie. Pure geometry; it draws nothing.
//!
//! Phases are bands from top to bottom; in a band, topics stand in columns from left to right, each
//! right of what it needs there. All bands share the columns, so that the gaps between them run
//! through the whole map and lines between phases never cross a box: out of the right side of the
//! prerequisite, down a gap, along the corridor above the band, and into the left side of the topic
//! that needs it. Every coordinate is a function of curriculum and topics alone: no state, no chance.
//!
//! Fitting 200 topics on a screen 1,280 wide decides the form. One layering over all phases has 26
//! columns for the shipped curriculum; columns within phases need eight.

use serde::Serialize;

use crate::curriculum::{Curriculum, TopicIx};
use crate::text;
use columns::columns;
use lane::Lane;

mod columns;
mod lane;
mod order;
mod route;
pub(in crate::report) mod words;

#[cfg(test)]
mod tests;

/// The map of some topics. Lengths are pixels at natural size, `y` grows downwards.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Map {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The size of the letters that titles were wrapped for, in any sans-serif face.
    pub font_size: f64,
    /// A band for each phase that has a topic here, from top to bottom.
    pub bands: Vec<Band>,
    /// A box for each topic, in the order of the curriculum.
    pub nodes: Vec<Node>,
    /// A line for each prerequisite of which both ends are here.
    pub edges: Vec<Edge>,
}

/// A phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// The phase's id.
    pub phase: String,
    /// Its title, safe to print, cut where it would leave the band if 14 high and bold.
    pub title: String,
    /// Where the title's baseline begins. Lines may run behind it.
    pub title_x: f64,
    /// See `title_x`.
    pub title_y: f64,
    /// Left side.
    pub x: f64,
    /// Upper side.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// A topic's box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// The topic.
    #[serde(skip)]
    pub topic: TopicIx,
    /// Its id.
    pub id: String,
    /// Left side.
    pub x: f64,
    /// Upper side.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
    /// The centre of a free place, 12 wide and high, for a sign of the state.
    pub sign_x: f64,
    /// See `sign_x`.
    pub sign_y: f64,
    /// The title, wrapped to fit beside the sign.
    pub lines: Vec<Line>,
}

/// A line of a title.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Where its baseline begins.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// The words, safe to print; not escaped for any format.
    pub text: String,
}

/// A line from a prerequisite to a topic that needs it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edge {
    /// The prerequisite's id.
    pub from: String,
    /// The id of the topic that needs it.
    pub to: String,
    /// Whether they are in different phases.
    pub across: bool,
    /// SVG path data: from the right side of `from` to the left side of `to`.
    pub path: String,
}

/// A width of eight columns fits a screen of 1,280 with the gaps that the shipped curriculum needs.
const COLUMNS: usize = 8;
const BOX_WIDTH: f64 = 126.0;
const FONT_SIZE: f64 = 11.0;
const LINE_HEIGHT: f64 = 13.0;
const MOST_LINES: usize = 4;
const SIGN_WIDTH: f64 = 16.0;
const PAD: f64 = 6.0;
const MARGIN: f64 = 8.0;
/// The strip of a band that holds its title.
const TITLE: f64 = 26.0;
const FOOT: f64 = 12.0;
const TITLE_LEFT: f64 = 10.0;
/// Bold letters 14 high are as wide as plain ones of this height.
const BAND_LETTERS: f64 = 15.0;
const MOST_FOR_TITLES: f64 = 400.0;

impl Map {
    /// Returns the map of `topics`; their order and repetitions make no difference.
    pub fn new(curriculum: &Curriculum, topics: &[TopicIx]) -> Self {
        let mut topics = topics.to_vec();
        topics.sort_unstable();
        topics.dedup();
        let mut place = vec![usize::MAX; curriculum.topics().len()];
        for (at, topic) in topics.iter().enumerate() {
            place[topic.0 as usize] = at;
        }
        let titles: Vec<Vec<String>> = topics
            .iter()
            .map(|&ix| {
                let title = text::line(&curriculum.topic(ix).title).into_owned();
                words::wrap(&title, (BOX_WIDTH - SIGN_WIDTH - 1.5 * PAD) / FONT_SIZE, MOST_LINES)
            })
            .collect();
        let heights: Vec<f64> = titles.iter().map(|lines| lines.len() as f64 * LINE_HEIGHT + 2.0 * PAD).collect();
        let edges: Vec<(usize, usize)> = (0..topics.len())
            .flat_map(|to| curriculum.requires(topics[to]).map(move |from| (from, to)))
            .map(|(from, to)| (place[from.0 as usize], to))
            .filter(|&(from, _)| from != usize::MAX)
            .collect();
        // Topics of a phase lie side by side in the curriculum, and so they do here.
        let phase = |at: usize| curriculum.topic(topics[at]).phase;
        let mut starts: Vec<usize> = (0..topics.len()).filter(|&at| at == 0 || phase(at) != phase(at - 1)).collect();
        starts.push(topics.len());
        let lanes = lanes(&starts, &edges, &heights);
        let plan = route::plan(&lanes, &edges);
        let title = |first: &usize| text::line(&curriculum.phase_of(topics[*first]).title).into_owned();
        let titles_of_bands: Vec<String> = starts[..starts.len() - 1].iter().map(title).collect();
        let widest = titles_of_bands.iter().map(|title| words::measure(title) * BAND_LETTERS).fold(0.0, f64::max);
        let beside = 2.0 * (MARGIN + TITLE_LEFT);
        // A map of one column is wide enough for most titles, and none makes it very wide.
        let width = round(plan.width.max(beside + widest.min(MOST_FOR_TITLES)));
        let height = round(plan.height);
        let bands = plan.bands.iter().zip(&starts).zip(&titles_of_bands).map(|((&(y, h), &first), title)| Band {
            phase: curriculum.phase_of(topics[first]).id.to_string(),
            title: words::wrap(title, (width - beside) / BAND_LETTERS + 0.01, 1).concat(),
            title_x: MARGIN + TITLE_LEFT,
            title_y: round(y + 17.0),
            x: MARGIN,
            y: round(y),
            w: round(width - 2.0 * MARGIN),
            h: round(h),
        });
        let nodes = topics.iter().zip(titles).zip(&plan.boxes).map(|((&topic, title), &(x, y, h))| Node {
            topic,
            id: curriculum.topic(topic).id.to_string(),
            x: round(x),
            y: round(y),
            w: BOX_WIDTH,
            h: round(h),
            sign_x: round(x + PAD + 6.0),
            sign_y: round(y + h / 2.0),
            lines: (0..)
                .zip(title)
                .map(|(n, text)| Line {
                    x: round(x + PAD + SIGN_WIDTH),
                    y: round(y + PAD + LINE_HEIGHT * f64::from(n) + 10.0),
                    text,
                })
                .collect(),
        });
        let id = |at: usize| curriculum.topic(topics[at]).id.to_string();
        let drawn = edges.iter().zip(&plan.paths).map(|(&(from, to), path)| Edge {
            from: id(from),
            to: id(to),
            across: phase(from) != phase(to),
            path: path.clone(),
        });
        Self {
            width,
            height,
            font_size: FONT_SIZE,
            bands: bands.collect(),
            nodes: nodes.collect(),
            edges: drawn.collect(),
        }
    }
}

/// Returns the lanes, one for each stretch between two `starts`.
fn lanes(starts: &[usize], edges: &[(usize, usize)], heights: &[f64]) -> Vec<Lane> {
    let mut inner: Vec<Vec<(usize, usize)>> = vec![Vec::new(); starts.len() - 1];
    for &(from, to) in edges {
        let band = starts.partition_point(|&start| start <= to) - 1;
        if starts[band] <= from && from < starts[band + 1] {
            inner[band].push((from - starts[band], to - starts[band]));
        }
    }
    let size = |band: usize| starts[band + 1] - starts[band];
    let bands = 0..inner.len();
    let most = bands.clone().map(|band| columns::longest(size(band), &inner[band])).max().unwrap_or(0).max(COLUMNS);
    let mut placed: Vec<Vec<usize>> = bands.clone().map(|band| columns(size(band), &inner[band], most)).collect();
    columns::shift(starts, edges, &mut placed);
    let lane = |band: usize| Lane::new(&placed[band], &inner[band], &heights[starts[band]..starts[band + 1]]);
    bands.map(lane).collect()
}

/// Rounds to tenths of a pixel: what is drawn is shorter, and the same on every machine.
fn round(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}
