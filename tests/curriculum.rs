//! The promises of the shipped curriculum that can be counted.

use std::collections::BTreeSet;
use std::path::Path;

use roadmap::curriculum::{Curriculum, Kind, ResourceKind, TopicIx, load};
use roadmap::study::next::Aim;

/// What the founding article names; each is a topic or named inside one.
const CHECKLIST: &[&str] = &[
    // Why and what.
    "what a generative-AI engineer does",
    "probabilistic",
    "deterministic",
    "testing, evaluating and diagnosing",
    // Mathematics.
    "linear algebra",
    "matrix multiplication",
    "vector transformations",
    "eigenvalue decomposition",
    "multivariable calculus",
    "gradients",
    "gradient descent",
    "probability theory",
    "statistics",
    "conditional probability",
    "Bayes theorem",
    "probability distributions",
    "maximum likelihood estimation",
    "information theory",
    "sampling from distributions",
    // Python, engineering, frameworks, cloud.
    "Python",
    "object-oriented programming",
    "clean, maintainable code",
    "virtual environments",
    "Git",
    "version control",
    "scientific libraries",
    "PyTorch",
    "TensorFlow",
    "Amazon Web Services",
    "Google Cloud",
    "Microsoft Azure",
    // Deep learning.
    "neural networks",
    "activation functions",
    "backpropagation",
    "regularization",
    "optimization algorithms",
    "diagnosing training problems",
    "explaining model behaviour",
    // Transformers and language models.
    "transformer architecture",
    "self-attention",
    "positional encodings",
    "encoder-decoder",
    "scaling",
    "GPT family",
    "Claude",
    "LLaMA",
    "reading research papers",
    "pre-training",
    "next-token prediction",
    "instruction fine-tuning",
    "RLHF",
    "tokenization",
    "API cost",
    "context window",
    "attention patterns",
    "hallucination",
    "model landscape",
    "licences",
    // Prompt engineering.
    "zero-shot",
    "few-shot",
    "chain of thought",
    "structured output",
    "system prompts",
    "XML",
    "JSON",
    "prompt evaluation",
    "failure modes",
    // Retrieval-augmented generation.
    "retrieval augmented generation",
    "knowledge cutoff",
    "vector embeddings",
    "approximate nearest neighbour",
    "similarity metrics",
    "chunking",
    "retrieval evaluation",
    "missing information",
    "LangChain",
    "LlamaIndex",
    // Fine-tuning.
    "when to fine-tune",
    "parameter-efficient",
    "LoRA",
    "QLoRA",
    "prefix tuning",
    "supervised fine-tuning",
    "dataset curation",
    // Evaluation.
    "BLEU",
    "ROUGE",
    "BERTScore",
    "LLM as a judge",
    "A/B testing",
    "human evaluation",
    "factual accuracy",
    "coherence",
    "relevance",
    "tone",
    // MLOps.
    "MLOps",
    "Docker",
    "Kubernetes",
    "CI/CD",
    "model versioning",
    "experiment tracking",
    "MLflow",
    "Weights & Biases",
    "infrastructure as code",
    "monitoring",
    "latency and throughput",
    "alerting",
    "user satisfaction signals",
    // Safety, ethics, responsibility.
    "content filtering",
    "output moderation",
    "input validation",
    "prompt injection",
    "bias across groups",
    "red-teaming",
    "regulation",
    "accountability",
    // Portfolio.
    "end to end",
    "domain-specific question answering",
    "fine-tune an open model",
    "multi-modal application",
    "autonomous agent",
    "tool calls",
    "GitHub",
    "blog posts",
    "open-source contributions",
    // Where careers lead.
    "application engineer",
    "training infrastructure",
    "multimodal systems",
    "AI safety research",
    "engineering leadership",
    "applied research",
    // Habits.
    "keep up with",
    "safety research",
    "publishing code with documentation",
    "community",
];

/// Returns text in which hyphens, case and British spelling make no difference.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('-', " ");
    [("behaviour", "behavior"), ("neighbour", "neighbor"), ("licence", "license")]
        .iter()
        .fold(text, |text, (british, american)| text.replace(british, american))
}

fn everything(curriculum: &Curriculum) -> String {
    let mut all = String::new();
    for ix in curriculum.indices() {
        let details = curriculum.details(ix);
        let resources = details.resources.iter().map(|r| r.title.as_str());
        let texts = details.outcomes.iter().map(String::as_str).chain(resources);
        all.push_str(&curriculum.topic(ix).title);
        all.push('\n');
        all.push_str(&details.summary);
        all.push('\n');
        all.extend(texts.flat_map(|text| [text, "\n"]));
    }
    plain(&all)
}

#[test]
fn it_is_sound_without_a_warning() {
    let checked = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("roadmap"));
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    assert_eq!(checked.curriculum.expect("sound").topics(), roadmap::shipped().topics());
}

#[test]
fn it_names_what_the_article_names() {
    let all = everything(&roadmap::shipped());
    let missing: Vec<&&str> = CHECKLIST.iter().filter(|item| !all.contains(&plain(item))).collect();
    assert!(missing.is_empty(), "nowhere in the curriculum: {missing:?}");
}

#[test]
fn it_has_eight_phases_of_topics_and_projects() {
    let curriculum = roadmap::shipped();
    let ids: Vec<&str> = curriculum.phases().iter().map(|phase| phase.id.as_str()).collect();
    let expected = "mathematics python deep-learning transformers-llms prompting-rag-fine-tuning evaluation-mlops safety portfolio";
    assert_eq!(ids.join(" "), expected);
    assert!((150..=190).contains(&curriculum.topics().len()), "{} topics", curriculum.topics().len());
    for phase in curriculum.phases() {
        let topics: Vec<TopicIx> = phase.topics.clone().map(TopicIx).collect();
        let projects = topics.iter().filter(|&&ix| curriculum.topic(ix).kind == Kind::Project).count();
        assert!(topics.len() >= 12 && projects >= 1, "{}: {} topics, {projects} projects", phase.id, topics.len());
        for &ix in &topics {
            let topic = curriculum.topic(ix);
            let hours = if topic.kind == Kind::Project { 10.0..=40.0 } else { 2.0..=12.0 };
            assert!(hours.contains(&topic.hours), "{}: {} h", topic.id, topic.hours);
        }
    }
}

#[test]
fn every_topic_says_what_why_and_with_what() {
    let curriculum = roadmap::shipped();
    for ix in curriculum.indices() {
        let (topic, details) = (curriculum.topic(ix), curriculum.details(ix));
        let id = &topic.id;
        let sentences = details.summary.matches(['.', '?']).count();
        assert!(sentences >= 2 && details.summary.len() >= 100, "{id}: {}", details.summary);
        assert!((2..=5).contains(&details.outcomes.len()), "{id}: {} outcomes", details.outcomes.len());
        assert!(details.outcomes.iter().all(|outcome| outcome.starts_with("Can ")), "{id}: {:?}", details.outcomes);
        assert!((2..=4).contains(&details.resources.len()), "{id}: {} resources", details.resources.len());
        assert!(
            details.resources.iter().all(|r| !r.by.is_empty() && r.kind.is_some()),
            "{id}: {:?}",
            details.resources
        );
        let has = |kinds: &[ResourceKind]| details.resources.iter().any(|r| r.kind.is_some_and(|k| kinds.contains(&k)));
        use ResourceKind::{Article, Book, Course, Docs, Exercise, Paper, Tool};
        assert!(has(&[Book, Article, Paper, Docs]), "{id} has nothing to read");
        // What is neither computed nor built may be read only.
        let to_read_only = ["genai-engineering", "adaptation-choice", "explaining-models", "engineering-leadership"];
        assert!(has(&[Exercise, Course, Tool, Docs]) || to_read_only.contains(&id.as_str()), "{id} has nothing to do");
        let urls: BTreeSet<&str> = details.resources.iter().map(|r| r.url.as_str()).collect();
        assert_eq!(urls.len(), details.resources.len(), "{id} names an address twice");
        assert!((3..=5).contains(&details.quiz.len()), "{id}: {} questions", details.quiz.len());
        assert_eq!(details.reasons.len(), curriculum.requires(ix).len());
        assert!(details.reasons.iter().all(|reason| !reason.is_empty()), "{id} requires something without a reason");
        if topic.kind == Kind::Project {
            assert!((4..=6).contains(&details.rubric.len()), "{id}: {} checks", details.rubric.len());
            assert!(details.includes.len() >= 4 && !details.publish.is_empty(), "{id}");
        }
    }
}

#[test]
fn questions_have_four_options_and_no_pattern() {
    let curriculum = roadmap::shipped();
    let questions: Vec<_> = curriculum.indices().flat_map(|ix| curriculum.details(ix).into_owned().quiz).collect();
    let mut at = [0usize; 4];
    let mut longest = 0;
    for question in &questions {
        assert_eq!(question.options.len(), 4, "{}", question.ask);
        assert!(question.because.len() > 30, "{}", question.ask);
        at[question.answer as usize] += 1;
        let length = |at: usize| question.options[at].chars().count();
        longest += usize::from(
            (0..4).all(|other| other == question.answer as usize || length(other) < length(question.answer as usize)),
        );
        let all = plain(&question.options.join("\n"));
        assert!(!all.contains("all of the above") && !all.contains("none of the above"), "{}", question.ask);
    }
    let even = questions.len() / 4;
    assert!(at.iter().all(|&n| n.abs_diff(even) <= even / 3 + 4), "answers stand at {at:?}");
    assert!(
        longest * 3 <= questions.len(),
        "in {longest} of {} questions length gives the answer away",
        questions.len()
    );
}

#[test]
fn no_topic_carries_a_whole_phase() {
    let curriculum = roadmap::shipped();
    let graph = curriculum.graph();
    for phase in curriculum.phases() {
        let size = phase.topics.len();
        for hub in phase.topics.clone() {
            let above =
                graph.descendants(&[hub], |_| true).into_iter().filter(|node| phase.topics.contains(node)).count();
            // `above` counts the topic itself.
            assert!(above < size, "{} carries all of {}", curriculum.topic(TopicIx(hub)).id, phase.id);
        }
        let joined = phase
            .topics
            .clone()
            .filter(|&node| graph.parents(node).iter().chain(graph.children(node)).any(|n| phase.topics.contains(n)));
        assert!(joined.count() * 2 >= size, "{} does not hang together", phase.id);
    }
}

#[test]
fn there_is_always_a_choice_and_wrapping_up_comes_late() {
    let curriculum = roadmap::shipped();
    let graph = curriculum.graph();
    let progress = roadmap::progress::Progress::replay(&curriculum, &roadmap::journal::Journal::default());
    let order = roadmap::study::next::walk(&curriculum, &progress, &Aim::default());
    let mut done = vec![false; graph.len()];
    for (at, step) in order.iter().enumerate() {
        let ready = (0..graph.len() as u32)
            .filter(|&n| !done[n as usize] && graph.parents(n).iter().all(|&p| done[p as usize]))
            .count();
        let last_tenth = at * 10 >= order.len() * 9;
        assert!((3..=40).contains(&ready) || last_tenth, "{ready} ready after {at} topics");
        done[step.0 as usize] = true;
    }
    for id in ["resume", "career-paths", "ai-interviews"] {
        let ix = curriculum.find(id).expect("it is there");
        let before = graph.closure(&[ix.0], |_| true);
        let hours: f64 = before.iter().map(|&n| curriculum.topic(TopicIx(n)).hours).sum();
        let projects = before.iter().filter(|&&n| curriculum.topic(TopicIx(n)).kind == Kind::Project).count();
        assert!(hours > 300.0 && projects >= 2, "{id} can be reached after {hours} h and {projects} projects");
    }
}

#[test]
fn tracks_are_parts_of_the_road() {
    let curriculum = roadmap::shipped();
    let ids: Vec<&str> = curriculum.tracks().iter().map(|track| track.id.as_str()).collect();
    assert_eq!(ids[..2], ["full-road", "application-engineer"]);
    assert_eq!(ids.len(), 7);
    for track in curriculum.tracks() {
        let scope = Aim::new(Some(track), true, Default::default()).scope(&curriculum);
        let topics = scope.iter().filter(|&&inside| inside).count();
        let whole = track.id == "full-road";
        assert!(!track.summary.is_empty());
        assert!(
            if whole { topics == scope.len() } else { (60..160).contains(&topics) },
            "{}: {topics} topics",
            track.id
        );
        let graph = curriculum.graph();
        for goal in &track.goals {
            let others: Vec<u32> = track.goals.iter().filter(|g| *g != goal).map(|g| g.0).collect();
            // A project on the way to another may be a goal of its own, for goals weigh ten times.
            assert!(
                curriculum.topic(*goal).kind == Kind::Project || !graph.closure(&others, |_| true).contains(&goal.0),
                "{}: `{}` is implied",
                track.id,
                curriculum.topic(*goal).id
            );
        }
    }
}
