//! The rules of a curriculum: what ids, numbers, addresses and the graph must be.
//!
//! One rule, one function, one code. Everything found is reported; a curriculum comes out as far
//! as it can be built, and `load` hands it on only if no problem was an error.

use std::collections::HashMap;

use super::edges::{edges, graph, resolve};
use super::keys::{MOST_HOURS, MOST_VALUE};
use super::raw::{At, RawCurriculum, RawPhase, RawQuestion, RawTopic, RawTrack, Text};
use super::{Curriculum, Details, Hot, Kind, Phase, Question, Resource, Store, Topic, TopicIx, Track};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::Graph;
use crate::text;

/// What a project is worth to the planner unless it says otherwise.
const PROJECT_VALUE: f64 = 8.0;

/// Returns the curriculum of `raw` and `phases`, and adds every problem to `out`. `None` if there
/// is nothing to build one from.
pub(super) fn check(raw: RawCurriculum, phases: &[RawPhase], out: &mut Vec<Diagnostic>) -> Option<Curriculum> {
    ids(&raw, phases, out);
    emptiness(&raw, phases, out);
    let mut index: HashMap<&str, TopicIx> = HashMap::new();
    let topics: Vec<&RawTopic> = phases.iter().flat_map(|phase| &phase.topics).collect();
    for (at, topic) in topics.iter().enumerate() {
        index.entry(&topic.id.value).or_insert(TopicIx(at as u32));
    }
    let former = former(&topics, &index, out);
    let phase_of: Vec<u32> =
        phases.iter().enumerate().flat_map(|(at, phase)| phase.topics.iter().map(move |_| at as u32)).collect();
    for topic in &topics {
        numbers(topic, out);
        addresses(topic, out);
        questions(&topic.lists.quiz, out);
        completeness(topic, out);
    }
    let edges = edges(&topics, &index, out);
    let graph = match graph(&topics, &edges, &phase_of, phases, &raw.settled, out) {
        Some(graph) => graph,
        None => Graph::new(topics.len(), &[]).expect("a graph without edges has no cycle"),
    };
    let details = topics.iter().map(|topic| details(topic, &index)).collect();
    let tracks = raw.tracks.iter().map(|track| self::track(track, &index, out)).collect();

    let mut by_id: Vec<TopicIx> = (0..topics.len() as u32).map(TopicIx).collect();
    by_id.sort_by(|a, b| topics[a.0 as usize].id.value.cmp(&topics[b.0 as usize].id.value));
    let mut start = 0;
    let hot = Hot {
        id: raw.id?.value,
        title: raw.title?.value,
        edition: raw.edition.map(|edition| edition.value),
        description: owned(raw.description.as_ref()),
        topics: topics
            .iter()
            .zip(&phase_of)
            .map(|(raw, &phase)| topic(raw, phase, exercises(raw, &index, out)))
            .collect(),
        phases: phases
            .iter()
            .map(|phase| {
                let topics = start..start + phase.topics.len() as u32;
                start = topics.end;
                let (id, title) = (owned(phase.id.as_ref()), owned(phase.title.as_ref()));
                Phase { id, title, summary: owned(phase.summary.as_ref()), topics }
            })
            .collect(),
        tracks,
        graph,
        by_id,
        former,
    };
    Some(Curriculum { hot, details: Store::Loaded(details) })
}

fn owned(text: Option<&Text>) -> String {
    text.map_or_else(String::new, |text| text.value.trim_end().to_owned())
}

fn topic(raw: &RawTopic, phase: u32, exercises: Vec<TopicIx>) -> Topic {
    let ordinary = if raw.kind == Kind::Project { PROJECT_VALUE } else { 1.0 };
    Topic {
        id: raw.id.value.clone(),
        title: owned(raw.title.as_ref()),
        kind: raw.kind,
        hours: raw.hours.as_ref().map_or(1.0, |hours| hours.value),
        value: raw.value.as_ref().map_or(ordinary, |value| value.value),
        phase,
        exercises,
    }
}

fn ids(raw: &RawCurriculum, phases: &[RawPhase], out: &mut Vec<Diagnostic>) {
    let topics = phases.iter().flat_map(|phase| phase.topics.iter().map(|topic| &topic.id));
    let groups: [(&str, Vec<&Text>); 4] = [
        ("curriculum", raw.id.iter().collect()),
        ("phase", phases.iter().filter_map(|phase| phase.id.as_ref()).collect()),
        ("topic", topics.collect()),
        ("track", raw.tracks.iter().map(|track| &track.id).collect()),
    ];
    for (what, ids) in groups {
        let mut first: HashMap<&str, &Place> = HashMap::new();
        for id in ids {
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
            if let Some(&place) = first.get(id.value.as_str()) {
                let message = format!("two {what}s have the id `{}`", id.value);
                let problem = Diagnostic::new(Code::DuplicateId, message, id.place.clone());
                out.push(
                    problem.label("again here").other(place.clone(), "first here").help("give one of them another id"),
                );
            } else {
                first.insert(&id.value, &id.place);
            }
        }
    }
}

fn emptiness(raw: &RawCurriculum, phases: &[RawPhase], out: &mut Vec<Diagnostic>) {
    for phase in phases {
        // A topic that could not be read was reported; only an empty list is an empty phase.
        if let (true, Some(place)) = (phase.topics.is_empty(), &phase.topics_place)
            && !out.iter().any(|d| d.is_error() && d.primary.as_ref().is_some_and(|l| l.place.source == place.source))
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

fn former(topics: &[&RawTopic], index: &HashMap<&str, TopicIx>, out: &mut Vec<Diagnostic>) -> Vec<(String, TopicIx)> {
    let mut places: HashMap<&str, &Place> = HashMap::new();
    let mut former: Vec<(String, TopicIx)> = Vec::new();
    for (at, topic) in topics.iter().enumerate() {
        for old in &topic.lists.formerly {
            let taken = index.get(old.value.as_str()).map(|ix| &topics[ix.0 as usize].id.place);
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

fn numbers(topic: &RawTopic, out: &mut Vec<Diagnostic>) {
    if let Some(hours) = &topic.hours
        && !(hours.value > 0.0 && hours.value <= MOST_HOURS)
    {
        let message = format!("`hours` must be above 0 and at most {MOST_HOURS}, not {}", text::number(hours.value));
        out.push(
            Diagnostic::new(Code::BadHours, message, hours.place.clone())
                .help("write the hours that a working adult needs, such as `hours: 6`"),
        );
    }
    if let Some(value) = &topic.value
        && !(0.0..=MOST_VALUE).contains(&value.value)
    {
        let message = format!("`value` must be between 0 and {MOST_VALUE}, not {}", text::number(value.value));
        out.push(
            Diagnostic::new(Code::BadValue, message, value.place.clone())
                .help("an ordinary topic has the value 1, a project 8"),
        );
    }
}

fn addresses(topic: &RawTopic, out: &mut Vec<Diagnostic>) {
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

fn questions(quiz: &[RawQuestion], out: &mut Vec<Diagnostic>) {
    for question in quiz {
        let options = question.options.len();
        if options < 2 {
            let place = question.ask.as_ref().map_or(&question.place, |ask| &ask.place);
            let problem = Diagnostic::new(Code::BadQuiz, "a question needs at least two options", place.clone());
            out.push(problem.help("add wrong answers that are real misconceptions"));
        }
        for (at, option) in question.options.iter().enumerate() {
            if let Some(first) = question.options[..at].iter().find(|other| other.value == option.value) {
                let problem = Diagnostic::new(Code::BadQuiz, "the same option twice", option.place.clone());
                out.push(problem.other(first.place.clone(), "first here").help("change or remove one of them"));
            }
        }
        if let Some(answer) = &question.answer
            && options >= 2
            && !(answer.value.fract() == 0.0 && answer.value >= 1.0 && answer.value <= options as f64)
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

fn completeness(topic: &RawTopic, out: &mut Vec<Diagnostic>) {
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
fn exercises(topic: &RawTopic, index: &HashMap<&str, TopicIx>, out: &mut Vec<Diagnostic>) -> Vec<TopicIx> {
    let mut exercises = Vec::new();
    for id in &topic.lists.exercises {
        if topic.lists.requires.iter().any(|(required, _)| required.value == id.value) {
            exercises.extend(index.get(id.value.as_str()));
            continue;
        }
        let message = format!("`{}` is exercised but not required", id.value);
        let near = text::nearest(&id.value, topic.lists.requires.iter().map(|(id, _)| id.value.as_str()));
        let help = near.map_or_else(
            || "name a direct prerequisite, or add it to `requires`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        out.push(Diagnostic::new(Code::BadExercise, message, id.place.clone()).help(help));
    }
    exercises
}

fn details(topic: &RawTopic, index: &HashMap<&str, TopicIx>) -> Details {
    let texts = |texts: &[Text]| texts.iter().map(|text| owned(Some(text))).collect();
    Details {
        summary: owned(topic.summary.as_ref()),
        reasons: topic
            .lists
            .requires
            .iter()
            .filter(|(id, _)| id.value != topic.id.value && index.contains_key(id.value.as_str()))
            .map(|(_, reason)| owned(reason.as_ref()))
            .collect(),
        outcomes: texts(&topic.lists.outcomes),
        includes: texts(&topic.lists.includes),
        rubric: texts(&topic.lists.rubric),
        publish: owned(topic.publish.as_ref()),
        resources: topic
            .lists
            .resources
            .iter()
            .map(|raw| Resource {
                title: owned(raw.title.as_ref()),
                by: owned(raw.by.as_ref()),
                kind: raw.kind,
                url: owned(raw.url.as_ref()),
            })
            .collect(),
        quiz: topic.lists.quiz.iter().map(question).collect(),
    }
}

fn question(raw: &RawQuestion) -> Question {
    Question {
        ask: owned(raw.ask.as_ref()),
        options: raw.options.iter().map(|option| owned(Some(option))).collect(),
        answer: raw.answer.as_ref().map_or(0, |At { value, .. }| (value - 1.0) as u32),
        because: owned(raw.because.as_ref()),
    }
}

fn track(raw: &RawTrack, index: &HashMap<&str, TopicIx>, out: &mut Vec<Diagnostic>) -> Track {
    if raw.goals.is_empty() && !out.iter().any(Diagnostic::is_error) {
        let problem =
            Diagnostic::new(Code::EmptyTrack, format!("track `{}` has no goals", raw.id.value), raw.id.place.clone());
        out.push(problem.help("name the topics it leads to under `goals:`"));
    }
    let mut goals: Vec<TopicIx> = Vec::new();
    for id in &raw.goals {
        if let Some(goal) = resolve(id, Code::UnknownGoal, "unknown goal", Some(&raw.id), index, out) {
            if goals.contains(&goal) {
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
    Track { id: raw.id.value.clone(), title: owned(raw.title.as_ref()), summary: owned(raw.summary.as_ref()), goals }
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
