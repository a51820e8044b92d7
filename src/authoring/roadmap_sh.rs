//! Reads what roadmap.sh stores: nodes on a drawing, of which `topic` and `subtopic` are topics.
//!
//! Its edges are lines of the drawing and say nothing of prerequisites. So position gives the
//! order: a topic begins a phase, and subtopics belong to the topic nearest in height.

use serde::Deserialize;

use super::draft::{Draft, Fault, Ids, PhaseDraft, TopicDraft, tidy};

#[derive(Deserialize)]
struct Drawing {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    position: Option<Position>,
    /// Where it stands if `position` is counted from a group.
    #[serde(default)]
    position_absolute: Option<Position>,
    #[serde(default)]
    data: Option<Data>,
}

#[derive(Clone, Copy, Deserialize)]
struct Position {
    x: f64,
    y: f64,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    label: Option<String>,
}

impl Node {
    fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    fn label(&self) -> String {
        tidy(self.data.as_ref().and_then(|data| data.label.as_deref()).unwrap_or_default())
    }

    /// Height and distance from the left; what stands nowhere comes last.
    fn place(&self) -> (f64, f64) {
        self.position_absolute.or(self.position).map_or((f64::MAX, f64::MAX), |at| (at.y, at.x))
    }
}

pub(super) fn read(text: &str) -> Result<Draft, Fault> {
    let hint = "take the JSON that roadmap.sh keeps for a roadmap: an object with `nodes`";
    let Drawing { mut nodes } = serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
        Fault::new(error.line().max(1), format!("not a roadmap of roadmap.sh: {}", crate::text::line(said)), hint)
    })?;
    nodes.sort_by(|a, b| {
        let ((ay, ax), (by, bx)) = (a.place(), b.place());
        ay.total_cmp(&by).then(ax.total_cmp(&bx))
    });
    let title = nodes.iter().find(|node| node.is("title")).map(Node::label).unwrap_or_default();
    let labelled = |kind: &'static str| nodes.iter().filter(move |node| node.is(kind) && !node.label().is_empty());
    let heads: Vec<&Node> = labelled("topic").collect();
    let mut members: Vec<Vec<&Node>> = heads.iter().map(|&head| vec![head]).collect();
    for node in labelled("subtopic") {
        match nearest(&heads, node) {
            Some(at) => members[at].push(node),
            None if members.is_empty() => members.push(vec![node]),
            None => members[0].push(node),
        }
    }
    if members.is_empty() {
        let message = "no node of type `topic` or `subtopic` has a label";
        return Err(Fault::new(1, message, hint));
    }
    let mut ids = Ids::default();
    let phases = members
        .iter()
        .map(|nodes| {
            let topic = |node: &&Node| TopicDraft::new(ids.unique(&node.label(), "topic"), node.label());
            let title = if heads.is_empty() { "Topics".to_owned() } else { nodes[0].label() };
            PhaseDraft { title, topics: nodes.iter().map(topic).collect() }
        })
        .collect();
    let remarks = vec![
        "The lines between its nodes are drawing and say nothing of what builds on what: topics are ordered by their position, from top to bottom, subtopics belong to the topic nearest in height, and nothing requires anything yet."
            .to_owned(),
        "Add `requires:` where one topic builds on another; until then `roadmap next --order phases` keeps the order."
            .to_owned(),
    ];
    Ok(Draft { title, phases, remarks })
}

/// Returns the head nearest in height; `heads` are sorted by it.
fn nearest(heads: &[&Node], node: &Node) -> Option<usize> {
    let (height, _) = node.place();
    let below = heads.partition_point(|head| head.place().0 < height);
    let distance = |at: usize| (heads[at].place().0 - height).abs();
    let candidates = below.saturating_sub(1)..heads.len().min(below + 1);
    candidates.min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_orders_and_groups() {
        let text = r#"{"nodes": [
            {"type": "subtopic", "position": {"x": 9, "y": 52}, "data": {"label": "Near two"}},
            {"type": "topic", "position": {"x": 1, "y": 50}, "data": {"label": "Two"}},
            {"type": "topic", "position": {"x": 0, "y": 0}, "data": {"label": " One\n"}},
            {"type": "subtopic", "position": {"x": 5, "y": 10}, "data": {"label": "Right"}},
            {"type": "subtopic", "position": {"x": -5, "y": 10}, "data": {"label": "Left"}},
            {"type": "subtopic", "data": {"label": "Nowhere"}},
            {"type": "title", "position": {"x": 0, "y": -10}, "data": {"label": "Road"}},
            {"type": "vertical", "data": {"label": "vertical node"}}, {"type": "topic"}, {}
        ], "edges": [{"source": "x", "target": "y"}]}"#;
        let draft = read(text).expect("nodes");
        let shown: Vec<String> = draft
            .phases
            .iter()
            .map(|p| {
                format!("{}: {}", p.title, p.topics.iter().map(|t| t.title.as_str()).collect::<Vec<_>>().join("|"))
            })
            .collect();
        assert_eq!(shown, ["One: One|Left|Right", "Two: Two|Near two|Nowhere"]);
        assert_eq!(draft.title, "Road");
    }

    #[test]
    fn what_is_no_drawing_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("{\n  \"nodes\": [\n    {]\n", 3),
            ("[]", 1),
            ("{\"nodes\":\n 3}", 2),
            ("{\"nodes\": []}", 1),
            ("{\"nodes\": [{\"type\": \"topic\", \"data\": {\"label\": \"  \"}}]}", 1),
        ] {
            assert_eq!(read(text).expect_err(text).line, line, "{text}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
