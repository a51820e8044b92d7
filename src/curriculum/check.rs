//! The rules of a curriculum: what ids, numbers, addresses and the graph must be.
//!
//! One rule, one function, one code. Everything found is reported; a curriculum comes out as far
//! as it can be built, and `load` hands it on only if no problem was an error.

use std::collections::HashSet;

use super::edges::{Edge, Index, edges, graph, remarks, resolve};
use super::keys::{MOST_HOURS, MOST_VALUE};
use super::raw::{At, RawCurriculum, RawPhase, RawQuestion, RawResource, RawTopic, RawTrack, Text};
use super::seen::{ById, Seen};
use super::{Curriculum, Details, Hot, Kind, Phase, Question, Resource, Store, Topic, TopicIx, Track};
use crate::diagnostic::{Code, Diagnostic, Place, Problems};
use crate::graph::Graph;
use crate::text;

/// Among so many prerequisites a misspelt one is looked for; a topic has a dozen.
const FEW: usize = 100;
/// What a project is worth to the planner unless it says otherwise.
const PROJECT_VALUE: f64 = 8.0;

/// Returns the curriculum of `raw` and `phases`, and adds every problem to `out`. `None` if there
/// is nothing to build one from.
pub(super) fn check(raw: RawCurriculum, mut phases: Vec<RawPhase>, out: &mut Problems) -> Option<Curriculum> {
    let index = names(&raw, &phases, out);
    for topic in phases.iter().flat_map(|phase| &phase.topics) {
        alone(topic, out);
        completeness(topic, out);
    }
    let (wiring, edges) = wire(&raw, &phases, &index, out);
    if let Some(graph) = &wiring.graph {
        remarks(graph, &edges, &phases, &raw.settled, out);
    }
    let details = phases.iter_mut().flat_map(|phase| &mut phase.topics).map(details).collect();
    assemble(raw, phases, wiring, details)
}

/// The rules of a topic that need no other.
fn alone(topic: &RawTopic, out: &mut Problems) {
    numbers(topic, out);
    addresses(topic, out);
    questions(&topic.lists.quiz, out);
}

/// The rules of ids. Returns the topics by theirs.
fn names<'a>(raw: &RawCurriculum, phases: &'a [RawPhase], out: &mut Problems) -> Index<'a> {
    let topics: Vec<&RawTopic> = phases.iter().flat_map(|phase| &phase.topics).collect();
    let index = Index::new(&topics);
    ids(raw, phases, &topics, &index, out);
    emptiness(raw, phases, out);
    index
}

/// What ids came to mean.
struct Wiring {
    /// `None` if there is a cycle.
    graph: Option<Graph>,
    by_id: Vec<TopicIx>,
    former: Vec<(String, TopicIx)>,
    /// By track.
    goals: Vec<Vec<TopicIx>>,
    /// By topic.
    exercises: Vec<Vec<TopicIx>>,
}

fn wire<'a>(
    raw: &RawCurriculum,
    phases: &'a [RawPhase],
    index: &Index<'_>,
    out: &mut Problems,
) -> (Wiring, Vec<Edge<'a>>) {
    let topics: Vec<&RawTopic> = phases.iter().flat_map(|phase| &phase.topics).collect();
    let former = former(&topics, index, out);
    let edges = edges(&topics, index, out);
    let graph = graph(&topics, &edges, out);
    let goals = raw.tracks.iter().map(|track| goals(track, index, out)).collect();
    let exercises = topics.iter().map(|topic| exercises(topic, index, out)).collect();
    let mut by_id: Vec<TopicIx> = (0..topics.len() as u32).map(TopicIx).collect();
    by_id.sort_by(|a, b| topics[a.0 as usize].id.value.cmp(&topics[b.0 as usize].id.value));
    (Wiring { graph, by_id, former, goals, exercises }, edges)
}

fn assemble(raw: RawCurriculum, phases: Vec<RawPhase>, wiring: Wiring, details: Vec<Details>) -> Option<Curriculum> {
    let mut exercises = wiring.exercises.into_iter();
    let mut topics: Vec<Topic> = Vec::with_capacity(exercises.len());
    let mut ranges = Vec::new();
    for (at, phase) in phases.into_iter().enumerate() {
        let start = topics.len() as u32;
        topics.extend(phase.topics.into_iter().zip(&mut exercises).map(|(raw, own)| topic(raw, at as u32, own)));
        let topics = start..topics.len() as u32;
        ranges.push(Phase {
            id: owned(phase.id).into(),
            title: owned(phase.title).into(),
            summary: owned(phase.summary).into(),
            topics,
        });
    }
    let track = |(raw, goals): (RawTrack, _)| {
        let RawTrack { id, title, summary, .. } = raw;
        Track { id: id.value.into(), title: owned(title).into(), summary: owned(summary).into(), goals }
    };
    let hot = Hot {
        id: raw.id?.value,
        title: raw.title?.value,
        edition: raw.edition.map(|edition| edition.value),
        description: owned(raw.description),
        phases: ranges,
        graph: wiring
            .graph
            .unwrap_or_else(|| Graph::new(topics.len(), &[]).expect("a graph without edges has no cycle")),
        topics,
        tracks: raw.tracks.into_iter().zip(wiring.goals).map(track).collect(),
        by_id: wiring.by_id,
        former: wiring.former,
    };
    Some(Curriculum { hot, details: Store::Loaded(details) })
}

fn owned(text: Option<Text>) -> String {
    text.map_or_else(String::new, trimmed)
}

fn trimmed(text: Text) -> String {
    let mut value = text.value;
    value.truncate(value.trim_end().len());
    value
}

/// Returns what a topic is worth to the planner unless it says otherwise.
pub(super) fn ordinary_value(kind: Kind) -> f64 {
    if kind == Kind::Project { PROJECT_VALUE } else { 1.0 }
}

/// Returns whether a topic can take so many hours.
pub(super) fn are_hours(hours: f64) -> bool {
    hours > 0.0 && hours <= MOST_HOURS
}

/// Returns whether a topic can be worth so much to the planner.
pub(super) fn is_value(value: f64) -> bool {
    (0.0..=MOST_VALUE).contains(&value)
}

/// Returns whether a question with so many options, two at least, can have this answer.
pub(super) fn is_answer(answer: f64, options: usize) -> bool {
    options >= 2 && answer.fract() == 0.0 && answer >= 1.0 && answer <= options as f64
}

fn topic(raw: RawTopic, phase: u32, exercises: Vec<TopicIx>) -> Topic {
    Topic {
        id: raw.id.value.into(),
        title: owned(raw.title).into(),
        kind: raw.kind,
        hours: raw.hours.map_or(1.0, |hours| hours.value),
        value: raw.value.map_or(ordinary_value(raw.kind), |value| value.value),
        phase,
        exercises,
    }
}

fn ids(raw: &RawCurriculum, phases: &[RawPhase], topics: &[&RawTopic], index: &Index<'_>, out: &mut Problems) {
    let few: [(&str, Vec<&Text>); 3] = [
        ("curriculum", raw.id.iter().collect()),
        ("phase", phases.iter().filter_map(|phase| phase.id.as_ref()).collect()),
        ("track", raw.tracks.iter().map(|track| &track.id).collect()),
    ];
    for (what, ids) in few {
        let mut seen = Seen::default();
        for id in ids {
            self::id(what, id, seen.before(id), out);
        }
    }
    let mut again = index.again.iter().peekable();
    for (at, topic) in topics.iter().enumerate() {
        let first = again.next_if(|(again, _)| *again == at).map(|(_, first)| &topics[first.0 as usize].id.place);
        self::id("topic", &topic.id, first, out);
    }
}

/// The rules of one id, which another one of its kind had at `first`.
fn id(what: &str, id: &Text, first: Option<&Place>, out: &mut Problems) {
    if !text::is_kebab_case(&id.value) {
        let message = format!("{what} id `{}` is not in kebab-case", id.value);
        let better = text::kebab_case(&id.value);
        let help = if better.is_empty() {
            "use lower-case words joined by hyphens".to_owned()
        } else {
            format!("write `{better}`")
        };
        out.push(Diagnostic::new(Code::NotKebabCase, message, id.place.clone()).help(help));
    }
    if let Some(first) = first {
        let message = format!("two {what}s have the id `{}`", id.value);
        let problem = Diagnostic::new(Code::DuplicateId, message, id.place.clone());
        out.push(problem.label("again here").other(first.clone(), "first here").help("give one of them another id"));
    }
}

fn emptiness(raw: &RawCurriculum, phases: &[RawPhase], out: &mut Problems) {
    for phase in phases {
        // A topic that could not be read was reported; only an empty list is an empty phase.
        if let (true, Some(place)) = (phase.topics.is_empty(), &phase.topics_place)
            && !out.has_error_in(place.source)
        {
            let name = phase.title.as_ref().map_or("", |title| &title.value);
            let problem = Diagnostic::new(Code::EmptyPhase, format!("phase `{name}` has no topics"), place.clone());
            let at = phase.id.as_ref().map_or(&phase.place, |id| &id.place);
            out.push(problem.other(at.clone(), "this phase").help("add a topic, or remove the phase"));
        }
    }
    if let (true, Some(place)) = (phases.is_empty() && out.is_empty(), &raw.phases_place) {
        let problem = Diagnostic::new(Code::EmptyPhase, "the curriculum has no phases", place.clone());
        out.push(problem.help("add a phase"));
    }
}

fn former(topics: &[&RawTopic], index: &Index<'_>, out: &mut Problems) -> Vec<(String, TopicIx)> {
    let mut places: ById<'_, &Place> = ById::default();
    let mut former: Vec<(String, TopicIx)> = Vec::new();
    for (at, topic) in topics.iter().enumerate() {
        for old in &topic.lists.formerly {
            let taken = index.get(&old.value).map(|ix| &topics[ix.0 as usize].id.place);
            if let Some(place) = taken.or_else(|| places.get(old.value.as_str()).copied()) {
                let message = format!("former id `{}` is in use", old.value);
                let problem = Diagnostic::new(Code::FormerIdTaken, message, old.place.clone());
                out.push(
                    problem
                        .other(place.clone(), "used here")
                        .help("a former id belongs to one topic, and to none that still has it"),
                );
            } else {
                places.insert(&old.value, &old.place);
                former.push((old.value.clone(), TopicIx(at as u32)));
            }
        }
    }
    former.sort();
    former
}

fn numbers(topic: &RawTopic, out: &mut Problems) {
    if let Some(hours) = &topic.hours
        && !are_hours(hours.value)
    {
        let message = format!("`hours` must be above 0 and at most {MOST_HOURS}, not {}", text::number(hours.value));
        out.push(
            Diagnostic::new(Code::BadHours, message, hours.place.clone())
                .help("write the hours that a working adult needs, such as `hours: 6`"),
        );
    }
    if let Some(value) = &topic.value
        && !is_value(value.value)
    {
        let message = format!("`value` must be between 0 and {MOST_VALUE}, not {}", text::number(value.value));
        out.push(
            Diagnostic::new(Code::BadValue, message, value.place.clone())
                .help("an ordinary topic has the value 1, a project 8"),
        );
    }
}

fn addresses(topic: &RawTopic, out: &mut Problems) {
    for url in topic.lists.resources.iter().filter_map(|resource| resource.url.as_ref()) {
        if let Some(fault) = fault_of_address(&url.value) {
            let problem = Diagnostic::new(Code::BadUrl, format!("bad address: {fault}"), url.place.clone());
            out.push(problem.help("write a whole address, such as `https://example.org/page`"));
        }
    }
}

/// Returns what is wrong with `url` as a link for people: only http and https, with a host, and
/// nothing that a browser and a reader could understand differently.
pub(crate) fn fault_of_address(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Some("it must begin with `https://` or `http://`");
    };
    if url.contains(char::is_whitespace) || text::line(url) != url || url.contains(['<', '>', '"', '\\', '`']) {
        return Some("it holds a space or a character that no address may have");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("it holds a user name, which hides the real host");
    }
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let port_ok = authority.rsplit_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
    let label_ok = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    (!port_ok || !host.split('.').all(label_ok)).then_some("its host is not a host name")
}

fn questions(quiz: &[RawQuestion], out: &mut Problems) {
    for question in quiz {
        let options = question.options.len();
        if options < 2 {
            let place = question.ask.as_ref().map_or(&question.place, |ask| &ask.place);
            let problem = Diagnostic::new(Code::BadQuiz, "a question needs at least two options", place.clone());
            out.push(problem.help("add wrong answers that are real misconceptions"));
        }
        let mut seen = Seen::default();
        for option in &question.options {
            if let Some(first) = seen.before(option) {
                let problem = Diagnostic::new(Code::BadQuiz, "the same option twice", option.place.clone());
                out.push(problem.other(first.clone(), "first here").help("change or remove one of them"));
            }
        }
        if let Some(answer) = &question.answer
            && options >= 2
            && !is_answer(answer.value, options)
        {
            let message =
                format!("`answer` must be a whole number from 1 to {options}, not {}", text::number(answer.value));
            out.push(
                Diagnostic::new(Code::AnswerOutOfRange, message, answer.place.clone())
                    .help("options are counted from 1"),
            );
        }
    }
}

fn completeness(topic: &RawTopic, out: &mut Problems) {
    let mut warn = |code, what: &str, help: &str| {
        let message = format!("topic `{}` has no {what}", topic.id.value);
        out.push(Diagnostic::new(code, message, topic.id.place.clone()).help(help));
    };
    if topic.lists.outcomes.is_empty() {
        warn(Code::NoOutcomes, "outcomes", "add `outcomes: [Can …]`, so that a learner knows when it is done");
    }
    if topic.lists.resources.is_empty() {
        warn(Code::NoResources, "resources", "add something to learn from: `resources: [{title: …, url: …}]`");
    }
}

/// Returns the prerequisites that a topic exercises; names that it does not require are reported.
fn exercises(topic: &RawTopic, index: &Index<'_>, out: &mut Problems) -> Vec<TopicIx> {
    let mut exercises = Vec::new();
    let required: HashSet<&str> = match topic.lists.exercises.is_empty() {
        true => HashSet::new(),
        false => topic.lists.requires.iter().map(|(id, _)| id.value.as_str()).collect(),
    };
    for id in &topic.lists.exercises {
        if required.contains(id.value.as_str()) {
            exercises.extend(index.get(&id.value));
            continue;
        }
        let message = format!("`{}` is exercised but not required", id.value);
        let near = text::nearest(&id.value, topic.lists.requires.iter().take(FEW).map(|(id, _)| id.value.as_str()));
        let help = near.map_or_else(
            || "name a direct prerequisite, or add it to `requires`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        out.push(Diagnostic::new(Code::BadExercise, message, id.place.clone()).help(help));
    }
    exercises
}

/// Takes the long texts out of a topic. Its reasons are those of its prerequisites if it has no error.
fn details(topic: &mut RawTopic) -> Details {
    let texts = |texts: &mut Vec<Text>| std::mem::take(texts).into_iter().map(trimmed).collect();
    Details {
        summary: owned(topic.summary.take()),
        reasons: topic.lists.requires.iter_mut().map(|(_, reason)| owned(reason.take())).collect(),
        outcomes: texts(&mut topic.lists.outcomes),
        includes: texts(&mut topic.lists.includes),
        rubric: texts(&mut topic.lists.rubric),
        publish: owned(topic.publish.take()),
        resources: std::mem::take(&mut topic.lists.resources).into_iter().map(resource).collect(),
        quiz: std::mem::take(&mut topic.lists.quiz).into_iter().map(question).collect(),
    }
}

fn resource(raw: RawResource) -> Resource {
    Resource { title: owned(raw.title), by: owned(raw.by), kind: raw.kind, url: owned(raw.url) }
}

fn question(raw: RawQuestion) -> Question {
    Question {
        ask: owned(raw.ask),
        options: raw.options.into_iter().map(trimmed).collect(),
        answer: raw.answer.map_or(0, |At { value, .. }| (value - 1.0) as u32),
        because: owned(raw.because),
    }
}

/// Returns where a track leads.
fn goals(raw: &RawTrack, index: &Index<'_>, out: &mut Problems) -> Vec<TopicIx> {
    if raw.goals.is_empty() && !out.has_error() {
        let problem =
            Diagnostic::new(Code::EmptyTrack, format!("track `{}` has no goals", raw.id.value), raw.id.place.clone());
        out.push(problem.help("name the topics it leads to under `goals:`"));
    }
    let mut goals: Vec<TopicIx> = Vec::new();
    let mut seen = HashSet::new();
    for id in &raw.goals {
        if let Some(goal) = resolve(id, Code::UnknownGoal, "unknown goal", Some(&raw.id), index, out) {
            if !seen.insert(goal) {
                let problem = Diagnostic::new(
                    Code::RequiredTwice,
                    format!("goal `{}` is named twice", id.value),
                    id.place.clone(),
                );
                out.push(problem.help("remove one of the two"));
            } else {
                goals.push(goal);
            }
        }
    }
    goals
}

#[cfg(test)]
mod tests {
    use super::fault_of_address;

    #[test]
    fn only_plain_web_addresses_pass() {
        for good in [
            "https://a.org",
            "http://localhost:8000/x?y=z#w",
            "https://arxiv.org/abs/1706.03762",
            "https://bücher.example/ä",
        ] {
            assert_eq!(fault_of_address(good), None, "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "ftp://a.org",
            "https://",
            "https:///path",
            "https://a b.org",
            "https://a.org/x y",
            "https://user@host.org",
            "https://a..org",
            "https://a.org:99999",
            "www.example.org",
            "https://a.org/\u{202e}",
            "https://a.org/<script>",
            "HTTPS://",
        ] {
            assert!(fault_of_address(bad).is_some(), "{bad}");
        }
    }
}
