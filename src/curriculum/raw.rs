//! The curriculum as written: every value with its place, every shape error of a file at once.
//!
//! Knows keys and types, nothing of what ids mean; `check` does that. What is broken is left out
//! after it was reported, so that one slip does not make ten messages.

use self::change::{Changes, Removals};
use super::keys::{self, Keys, Need};
use super::node::{Key, Node, Value};
use super::{Kind, ResourceKind};
use crate::diagnostic::{Code, Diagnostic, Place, Problems};
use crate::text;

pub(crate) mod change;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

pub(crate) type Text = At<String>;

#[derive(Debug, Default)]
pub(crate) struct RawCurriculum {
    /// Whether the key `extends` is there, be it broken.
    pub(crate) extending: bool,
    pub(crate) extends: Option<Text>,
    pub(crate) id: Option<Text>,
    pub(crate) title: Option<Text>,
    pub(crate) edition: Option<Text>,
    pub(crate) description: Option<Text>,
    pub(crate) phases: Vec<PhaseItem>,
    pub(crate) phases_place: Option<Place>,
    pub(crate) tracks: Vec<RawTrack>,
    pub(crate) changes: Changes,
    pub(crate) removals: Removals,
    /// Prerequisites that are never called implied; see `extend`.
    pub(crate) settled: std::collections::HashSet<Place>,
}

/// An item under `phases:`: a file, or the phase itself.
#[derive(Debug)]
pub(crate) enum PhaseItem {
    File(Text),
    Here(Box<RawPhase>),
}

#[derive(Debug)]
pub(crate) struct RawPhase {
    pub(crate) place: Place,
    pub(crate) id: Option<Text>,
    pub(crate) title: Option<Text>,
    pub(crate) summary: Option<Text>,
    pub(crate) after: Option<Text>,
    pub(crate) before: Option<Text>,
    pub(crate) topics: Vec<RawTopic>,
    pub(crate) topics_place: Option<Place>,
}

#[derive(Debug)]
pub(crate) struct RawTopic {
    pub(crate) id: Text,
    pub(crate) title: Option<Text>,
    pub(crate) kind: Kind,
    pub(crate) hours: Option<At<f64>>,
    pub(crate) value: Option<At<f64>>,
    pub(crate) summary: Option<Text>,
    pub(crate) publish: Option<Text>,
    pub(crate) lists: TopicLists,
}

/// What a topic has several of.
#[derive(Debug, Default)]
pub(crate) struct TopicLists {
    pub(crate) requires: Vec<(Text, Option<Text>)>,
    pub(crate) outcomes: Vec<Text>,
    pub(crate) includes: Vec<Text>,
    pub(crate) rubric: Vec<Text>,
    pub(crate) resources: Vec<RawResource>,
    pub(crate) quiz: Vec<RawQuestion>,
    pub(crate) exercises: Vec<Text>,
    pub(crate) formerly: Vec<Text>,
}

#[derive(Debug)]
pub(crate) struct RawResource {
    pub(crate) title: Option<Text>,
    pub(crate) by: Option<Text>,
    pub(crate) kind: Option<ResourceKind>,
    pub(crate) url: Option<Text>,
}

#[derive(Debug)]
pub(crate) struct RawQuestion {
    pub(crate) place: Place,
    pub(crate) ask: Option<Text>,
    pub(crate) options: Vec<Text>,
    pub(crate) answer: Option<At<f64>>,
    pub(crate) because: Option<Text>,
}

#[derive(Debug)]
pub(crate) struct RawTrack {
    pub(crate) id: Text,
    pub(crate) title: Option<Text>,
    pub(crate) summary: Option<Text>,
    pub(crate) goals: Vec<Text>,
}

/// Reads one file's tree; problems go to `out`.
pub(crate) struct Reader<'a> {
    pub(crate) source: &'a str,
    pub(crate) out: &'a mut Problems,
    /// Whether the curriculum extends another, and so needs less and may say more.
    pub(crate) extending: bool,
}

/// The entries of one map that were not taken yet.
struct Fields {
    keys: &'static Keys,
    /// Where to point when something is missing: the first key.
    head: Place,
    entries: Vec<(Key, Node)>,
}

impl Reader<'_> {
    pub(crate) fn curriculum(&mut self, node: Node) -> RawCurriculum {
        self.extending =
            matches!(&node.value, Value::Map(entries) if entries.iter().any(|(key, _)| key.name == "extends"));
        let Some(mut fields) = self.fields(&keys::CURRICULUM, node) else { return RawCurriculum::default() };
        let extends = self.text(&mut fields, "extends");
        let id = self.text(&mut fields, "id");
        let title = self.text(&mut fields, "title");
        let phases_place = fields.place_of("phases");
        let items = self.list(&mut fields, "phases");
        let phases = items.into_iter().filter_map(|item| self.phase_item(item)).collect();
        let edition = self.text(&mut fields, "edition");
        let description = self.text(&mut fields, "description");
        let tracks = self.list(&mut fields, "tracks");
        let tracks = tracks.into_iter().filter_map(|item| self.track(item)).collect();
        let changes = self.take(&mut fields, "change").map_or_else(Changes::default, |node| self.changes(node));
        let removals = self.take(&mut fields, "remove").map_or_else(Removals::default, |node| self.removals(node));
        RawCurriculum {
            extending: self.extending,
            extends,
            id,
            title,
            edition,
            description,
            phases,
            phases_place,
            tracks,
            changes,
            removals,
            settled: Default::default(),
        }
    }

    fn phase_item(&mut self, node: Node) -> Option<PhaseItem> {
        match node.value {
            Value::Text(value) => Some(PhaseItem::File(At { value, place: node.place })),
            Value::Map(_) => self.phase(node).map(|phase| PhaseItem::Here(Box::new(phase))),
            other => {
                self.wrong_type(&node.place, "an item of `phases`", "a file name or a phase", &other);
                None
            }
        }
    }

    pub(crate) fn phase(&mut self, node: Node) -> Option<RawPhase> {
        let place = node.place.clone();
        let mut fields = self.fields(&keys::PHASE, node)?;
        let id = self.text(&mut fields, "id");
        let title = self.text(&mut fields, "title");
        let summary = self.text(&mut fields, "summary");
        let after = self.text(&mut fields, "after");
        let before = self.text(&mut fields, "before");
        let topics_place = fields.place_of("topics");
        let topics = self.list(&mut fields, "topics");
        let topics = topics.into_iter().filter_map(|item| self.topic(item)).collect();
        Some(RawPhase { place, id, title, summary, after, before, topics, topics_place })
    }

    fn topic(&mut self, node: Node) -> Option<RawTopic> {
        let mut fields = self.fields(&keys::TOPIC, node)?;
        self.topic_of(&mut fields)
    }

    /// Reads a topic; everything but its id may be missing in one that is changed.
    fn topic_of(&mut self, fields: &mut Fields) -> Option<RawTopic> {
        let id = self.text(fields, "id");
        let title = self.text(fields, "title");
        let kind = self.choice(fields, "kind", &Kind::NAMES).map_or(Kind::Concept, |i| Kind::ALL[i]);
        let hours = self.take(fields, "hours").and_then(|node| self.number("hours", node));
        let value = self.take(fields, "value").and_then(|node| self.number("value", node));
        let summary = self.text(fields, "summary");
        let publish = self.text(fields, "publish");
        let lists = self.topic_lists(fields);
        Some(RawTopic { id: id?, title, kind, hours, value, summary, publish, lists })
    }

    fn topic_lists(&mut self, fields: &mut Fields) -> TopicLists {
        let requires = self.take(fields, "requires").map_or_else(Vec::new, |node| self.requires(node));
        let resources = self.list(fields, "resources");
        let resources = resources.into_iter().filter_map(|item| self.resource(item)).collect();
        let quiz = self.list(fields, "quiz");
        let quiz = quiz.into_iter().filter_map(|item| self.question(item)).collect();
        TopicLists {
            requires,
            resources,
            quiz,
            outcomes: self.texts(fields, "outcomes"),
            includes: self.texts(fields, "includes"),
            rubric: self.texts(fields, "rubric"),
            exercises: self.texts(fields, "exercises"),
            formerly: self.texts(fields, "formerly"),
        }
    }

    fn requires(&mut self, node: Node) -> Vec<(Text, Option<Text>)> {
        let wanted = "a map of ids and reasons, or a list of ids";
        match node.value {
            Value::List(items) => {
                items.into_iter().filter_map(|item| Some((self.as_text("requires", item)?, None))).collect()
            }
            Value::Map(entries) => {
                self.refuse_duplicates(&entries);
                let mut requires: Vec<(Text, Option<Text>)> = Vec::new();
                let mut seen = std::collections::HashSet::new();
                for (key, node) in entries {
                    let id = At { value: key.name, place: key.place };
                    let reason = match node.value {
                        Value::Null => None,
                        _ => self.as_text("a reason", node),
                    };
                    if seen.insert(id.value.clone()) {
                        requires.push((id, reason));
                    }
                }
                requires
            }
            other => {
                self.wrong_type(&node.place, "`requires`", wanted, &other);
                Vec::new()
            }
        }
    }

    fn resource(&mut self, node: Node) -> Option<RawResource> {
        let mut fields = self.fields(&keys::RESOURCE, node)?;
        Some(RawResource {
            title: self.text(&mut fields, "title"),
            by: self.text(&mut fields, "by"),
            kind: self.choice(&mut fields, "kind", &ResourceKind::NAMES).map(|i| ResourceKind::ALL[i]),
            url: self.text(&mut fields, "url"),
        })
    }

    fn question(&mut self, node: Node) -> Option<RawQuestion> {
        let place = node.place.clone();
        let mut fields = self.fields(&keys::QUESTION, node)?;
        let ask = self.text(&mut fields, "ask");
        let options = self.list(&mut fields, "options");
        let options = options.into_iter().filter_map(|item| self.as_text("options", item)).collect();
        let answer = self.take(&mut fields, "answer").and_then(|node| self.number("answer", node));
        let because = self.text(&mut fields, "because");
        Some(RawQuestion { place, ask, options, answer, because })
    }

    fn track(&mut self, node: Node) -> Option<RawTrack> {
        let mut fields = self.fields(&keys::TRACK, node)?;
        self.track_of(&mut fields)
    }

    fn track_of(&mut self, fields: &mut Fields) -> Option<RawTrack> {
        let id = self.text(fields, "id");
        let title = self.text(fields, "title");
        let summary = self.text(fields, "summary");
        let goals = self.texts(fields, "goals");
        Some(RawTrack { id: id?, title, summary, goals })
    }

    // From here on: one kind of value each.

    fn fields(&mut self, keys: &'static Keys, node: Node) -> Option<Fields> {
        let (place, what) = (node.place, keys.what);
        let entries = match node.value {
            Value::Map(entries) => entries,
            other => {
                self.wrong_type(&place, &format!("a {what}"), "a map of keys and values", &other);
                return None;
            }
        };
        self.refuse_duplicates(&entries);
        for (key, _) in entries.iter().filter(|(key, _)| keys.find(&key.name).is_none()) {
            let meant = text::nearest(&key.name, keys.names()).map_or_else(
                || format!("a {what} may have {}", all(&keys.names().collect::<Vec<_>>())),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("unknown key `{}` in a {what}", key.name);
            self.out.push(Diagnostic::new(Code::UnknownKey, message, key.place.clone()).help(meant));
        }
        for (key, _) in entries.iter().filter(|_| !self.extending) {
            if keys.find(&key.name).is_some_and(|key| key.need == Need::OnlyExtending) {
                let message = format!("`{}` in a curriculum that extends no other", key.name);
                let problem = Diagnostic::new(Code::NothingExtended, message, key.place.clone());
                self.out.push(problem.help("add `extends: …` to `roadmap.yaml`, or remove the key"));
            }
        }
        let head = entries.first().map_or(place, |(key, _)| key.place.clone());
        Some(Fields { keys, head, entries })
    }

    fn refuse_duplicates(&mut self, entries: &[(Key, Node)]) {
        let mut seen = std::collections::HashMap::new();
        for (key, _) in entries {
            if let Some(first) = seen.insert(&key.name, &key.place) {
                let message = format!("duplicate key `{}`", key.name);
                let problem = Diagnostic::new(Code::DuplicateKey, message, key.place.clone());
                self.out
                    .push(problem.label("again here").other(first.clone(), "first here").help("remove one of the two"));
                seen.insert(&key.name, first);
            }
        }
    }

    fn wrong_type(&mut self, place: &Place, what: &str, wanted: &str, found: &Value) {
        let help = match found {
            Value::Null => "write the value, or remove the key".to_owned(),
            _ => format!("write {wanted} here"),
        };
        let message = format!("{what} must be {wanted}, not {}", found.kind());
        // An empty value has no width to point at; the character before it does.
        let span = if place.span.is_empty() {
            place.span.start.saturating_sub(1)..place.span.start
        } else {
            place.span.clone()
        };
        let place = Place { source: place.source, span };
        self.out.push(Diagnostic::new(Code::WrongType, message, place).help(help));
    }

    /// Takes what stands under a key; if it is missing and needed, that is reported.
    fn take(&mut self, fields: &mut Fields, key: &'static str) -> Option<Node> {
        let known = fields.keys.find(key);
        debug_assert!(known.is_some(), "`{key}` is read and stands in no list of keys");
        let found = fields.take(key);
        let needed =
            |key: &keys::Key| key.need == Need::Always || (key.need == Need::UnlessExtending && !self.extending);
        if found.is_none() && known.is_some_and(needed) {
            let what = fields.keys.what;
            let message = format!("{what} without `{key}`");
            let problem = Diagnostic::new(Code::MissingKey, message, fields.head.clone());
            self.out.push(problem.label(format!("this {what}")).help(format!("add `{key}: …`")));
        }
        found
    }

    fn text(&mut self, fields: &mut Fields, key: &'static str) -> Option<Text> {
        let node = self.take(fields, key)?;
        self.as_text(key, node)
    }

    fn as_text(&mut self, key: &str, node: Node) -> Option<Text> {
        let place = node.place;
        let value = match node.value {
            Value::Text(value) => value,
            // `id: 1.10` and `title: true` are meant as they stand.
            Value::Number(_) | Value::Bool => self.source[place.span.clone()].to_owned(),
            other => {
                let key = if key.contains(' ') { key.to_owned() } else { format!("`{key}`") };
                self.wrong_type(&place, &key, "text", &other);
                return None;
            }
        };
        if value.trim().is_empty() {
            let message = format!("`{key}` is empty");
            self.out.push(
                Diagnostic::new(Code::EmptyText, message, place.clone()).help("write the text, or remove the key"),
            );
            return None;
        }
        Some(At { value, place })
    }

    fn number(&mut self, key: &str, node: Node) -> Option<At<f64>> {
        match node.value {
            Value::Number(value) => Some(At { value, place: node.place }),
            other => {
                self.wrong_type(&node.place, &format!("`{key}`"), "a number", &other);
                None
            }
        }
    }

    fn choice(&mut self, fields: &mut Fields, key: &'static str, names: &[&'static str]) -> Option<usize> {
        let given = self.text(fields, key)?;
        let found = names.iter().position(|name| *name == given.value);
        if found.is_none() {
            let help = text::nearest(&given.value, names.iter().copied())
                .map_or_else(|| format!("one of {}", all(names)), |near| format!("did you mean `{near}`?"));
            let message = format!("unknown {} {key} `{}`", fields.keys.what, given.value);
            self.out.push(Diagnostic::new(Code::WrongType, message, given.place).help(help));
        }
        found
    }

    fn list(&mut self, fields: &mut Fields, key: &'static str) -> Vec<Node> {
        self.take(fields, key).map_or_else(Vec::new, |node| self.as_list(key, node))
    }

    fn as_list(&mut self, key: &str, node: Node) -> Vec<Node> {
        match node.value {
            Value::List(items) => items,
            other => {
                self.wrong_type(&node.place, &format!("`{key}`"), "a list", &other);
                Vec::new()
            }
        }
    }

    fn texts(&mut self, fields: &mut Fields, key: &'static str) -> Vec<Text> {
        let items = self.list(fields, key);
        items.into_iter().filter_map(|item| self.as_text(key, item)).collect()
    }
}

impl Fields {
    fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(k, _)| k.name == key)?;
        Some(self.entries.remove(at).1)
    }

    fn place_of(&self, key: &str) -> Option<Place> {
        self.entries.iter().find(|(k, _)| k.name == key).map(|(k, _)| k.place.clone())
    }
}

fn all(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
