//! What a curriculum says about the one that it extends: `change:` and `remove:`, as written.

use super::{Fields, Node, RawTopic, RawTrack, Reader, Text, TopicLists, Value};
use crate::curriculum::keys;

/// What stands under `change:`.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) topics: Vec<ChangedTopic>,
    pub(crate) phases: Vec<ChangedPhase>,
    pub(crate) tracks: Vec<ChangedTrack>,
}

/// A topic of which only the keys in `given` were written.
#[derive(Debug)]
pub(crate) struct ChangedTopic {
    pub(crate) given: Given,
    pub(crate) topic: RawTopic,
    pub(crate) also: TopicLists,
}

#[derive(Debug)]
pub(crate) struct ChangedPhase {
    pub(crate) id: Text,
    pub(crate) title: Option<Text>,
    pub(crate) summary: Option<Text>,
}

/// A track of which only the keys in `given` were written.
#[derive(Debug)]
pub(crate) struct ChangedTrack {
    pub(crate) given: Given,
    pub(crate) track: RawTrack,
    pub(crate) also: Vec<Text>,
}

/// The names of the keys that were written, so that an empty list can be told from none.
#[derive(Debug)]
pub(crate) struct Given(Vec<String>);

impl Given {
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|given| given == key)
    }
}

/// What stands under `remove:`.
#[derive(Debug, Default)]
pub(crate) struct Removals {
    pub(crate) topics: Vec<Text>,
    pub(crate) phases: Vec<Text>,
    pub(crate) tracks: Vec<Text>,
}

impl Reader<'_> {
    pub(super) fn changes(&mut self, node: Node) -> Changes {
        let Some(mut fields) = self.fields(&keys::CHANGE, node) else { return Changes::default() };
        let topics = self.list(&mut fields, "topics");
        let phases = self.list(&mut fields, "phases");
        let tracks = self.list(&mut fields, "tracks");
        Changes {
            topics: topics.into_iter().filter_map(|item| self.changed_topic(item)).collect(),
            phases: phases.into_iter().filter_map(|item| self.changed_phase(item)).collect(),
            tracks: tracks.into_iter().filter_map(|item| self.changed_track(item)).collect(),
        }
    }

    pub(super) fn removals(&mut self, node: Node) -> Removals {
        let Some(mut fields) = self.fields(&keys::REMOVE, node) else { return Removals::default() };
        Removals {
            topics: self.texts(&mut fields, "topics"),
            phases: self.texts(&mut fields, "phases"),
            tracks: self.texts(&mut fields, "tracks"),
        }
    }

    fn changed_topic(&mut self, node: Node) -> Option<ChangedTopic> {
        let given = given(&node);
        let mut fields = self.fields(&keys::CHANGED_TOPIC, node)?;
        let topic = self.topic_of(&mut fields);
        let also = self.take(&mut fields, "also").and_then(|node| self.more_of_topic(node)).unwrap_or_default();
        Some(ChangedTopic { given, topic: topic?, also })
    }

    fn more_of_topic(&mut self, node: Node) -> Option<TopicLists> {
        let mut fields = self.fields(&keys::MORE_OF_TOPIC, node)?;
        Some(self.topic_lists(&mut fields))
    }

    fn changed_phase(&mut self, node: Node) -> Option<ChangedPhase> {
        let mut fields = self.fields(&keys::CHANGED_PHASE, node)?;
        let id = self.text(&mut fields, "id");
        let title = self.text(&mut fields, "title");
        let summary = self.text(&mut fields, "summary");
        Some(ChangedPhase { id: id?, title, summary })
    }

    fn changed_track(&mut self, node: Node) -> Option<ChangedTrack> {
        let given = given(&node);
        let mut fields = self.fields(&keys::CHANGED_TRACK, node)?;
        let track = self.track_of(&mut fields);
        let also = self.take(&mut fields, "also").and_then(|node| self.fields(&keys::MORE_OF_TRACK, node));
        let also = also.map_or_else(Vec::new, |mut fields: Fields| self.texts(&mut fields, "goals"));
        Some(ChangedTrack { given, track: track?, also })
    }
}

fn given(node: &Node) -> Given {
    match &node.value {
        Value::Map(entries) => Given(entries.iter().map(|(key, _)| key.name.clone()).collect()),
        _ => Given(Vec::new()),
    }
}
