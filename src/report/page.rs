//! The report as one page that needs nothing else: no network, no file beside it, readable without
//! its little script.
//!
//! The template escapes whatever it is given; what would mislead a reader (control characters,
//! bidi overrides) is replaced before. The content security policy allows this very style and script
//! by their hashes and nothing else.

use std::borrow::{Borrow, Cow};
use std::collections::{HashMap, HashSet};

use askama::Template;
use chrono::NaiveDate;

use super::charts::BurnUpPicture;
use super::map::{Map, Node};
use super::{Report, TopicView, sign as sign_of};
use crate::progress::State;
use crate::text;

/// The style, as the page holds it.
const STYLE: &str = include_str!("../../templates/report.css");
/// The script, as the page holds it.
const SCRIPT: &str = include_str!("../../templates/report.js");
/// What the policy calls them; a test compares.
const STYLE_HASH: &str = "sha256-7BaS5rFftZ/wIdhpk3F6Hg5ivwzzDsT6JlY1IabKAR0=";
const SCRIPT_HASH: &str = "sha256-opND6eUC88e6E/xb56l4zHO0diJBbhpjvBVjelFe1F4=";

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    map: &'a Map,
    nodes: Vec<NodeOnPage<'a>>,
    edges: Vec<EdgeOnPage<'a>>,
    legend: Vec<&'static str>,
    style: &'static str,
    script: &'static str,
    style_hash: &'static str,
    script_hash: &'static str,
}

/// A box of the map with what the report says of its topic.
struct NodeOnPage<'a> {
    at: &'a Node,
    topic: &'a TopicView,
    way: bool,
    now: bool,
}

struct EdgeOnPage<'a> {
    from: &'a str,
    to: &'a str,
    path: &'a str,
    way: bool,
}

/// Returns the page; `map` shows the topics of the report.
pub fn render(report: &Report, map: &Map) -> String {
    let topics: HashMap<&str, &TopicView> =
        report.phases.iter().flat_map(|phase| &phase.topics).map(|topic| (topic.id.as_str(), topic)).collect();
    let way: HashSet<&str> = report.way.iter().map(String::as_str).collect();
    let is_way = |id: &str| way.contains(id);
    let now = report.next.as_ref().map(|next| next.id.as_str());
    let nodes: Vec<NodeOnPage<'_>> = map
        .nodes
        .iter()
        .filter_map(|at| {
            let topic = *topics.get(at.id.as_str())?;
            Some(NodeOnPage { at, topic, way: is_way(&at.id), now: now == Some(at.id.as_str()) })
        })
        .collect();
    let edges = map
        .edges
        .iter()
        .map(|edge| EdgeOnPage {
            from: &edge.from,
            to: &edge.to,
            path: &edge.path,
            way: is_way(&edge.from) && is_way(&edge.to),
        })
        .collect();
    let states = State::ALL.map(State::name);
    let legend = states.into_iter().filter(|state| nodes.iter().any(|node| node.topic.state == *state)).collect();
    let page = Page {
        report,
        map,
        nodes,
        edges,
        legend,
        style: STYLE,
        script: SCRIPT,
        style_hash: STYLE_HASH,
        script_hash: SCRIPT_HASH,
    };
    page.render().expect("a template into memory only fails when a value does, and none of ours does")
}

/// Functions that the template calls.
impl Page<'_> {
    fn line<'t>(&self, words: &'t str) -> Cow<'t, str> {
        text::line(words)
    }

    /// Returns a sentence without the marks that set a name off on a terminal.
    fn sentence(&self, words: &str) -> String {
        text::line(words).replace('`', "")
    }

    fn number(&self, number: impl Borrow<f64>) -> String {
        text::number(*number.borrow())
    }

    fn percent(&self, part: impl Borrow<f64>, whole: impl Borrow<f64>) -> String {
        text::percent(*part.borrow(), *whole.borrow())
    }

    fn sign(&self, state: &str) -> &'static str {
        State::parse(state).map_or("", sign_of)
    }

    fn long_date(&self, day: &NaiveDate) -> String {
        day.format("%-d %B %Y").to_string()
    }

    fn month(&self, day: &NaiveDate) -> String {
        day.format("%b %Y").to_string()
    }

    /// Returns an outcome to follow "Afterwards you can".
    fn plain<'t>(&self, outcome: &'t str) -> Cow<'t, str> {
        text::line(outcome.strip_prefix("Can ").unwrap_or(outcome))
    }

    fn is_address(&self, proof: &str) -> bool {
        proof.starts_with("https://") || proof.starts_with("http://")
    }
}
