//! Chooses what to study now, and says why.
//!
//! Brings the learner's state to the rule in [`super::work`] and its answer back as data with
//! reasons. Knows topics and progress; knows nothing of weeks, files or terminals.

use crate::curriculum::{Curriculum, TopicIx, Track};
use crate::progress::{Progress, State};
use crate::study::place::is_unsure;
use crate::study::work::{Choice, Work};

/// Goal topics of the chosen track weigh this many times their value.
const GOAL_WEIGHT: f64 = 10.0;

/// The way the road is walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The most value per hour first, across phases.
    #[default]
    Value,
    /// Phase by phase, within each by value per hour.
    Phases,
}

impl Order {
    /// The names, as config and command line have them.
    pub const NAMES: [&str; 2] = ["value", "phases"];

    /// Returns the order with this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "value" => Some(Self::Value),
            "phases" => Some(Self::Phases),
            _ => None,
        }
    }
}

/// Where the learner wants to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aim {
    /// Topics that weigh ten times.
    pub goals: Vec<TopicIx>,
    /// Whether nothing counts but the goals and what they stand on.
    pub only: bool,
    /// The way.
    pub order: Order,
}

impl Aim {
    /// Returns the aim of `track`; of the whole curriculum if there is none.
    pub fn new(track: Option<&Track>, only: bool, order: Order) -> Self {
        Self { goals: track.map_or_else(Vec::new, |track| track.goals.clone()), only, order }
    }

    /// Returns, topic by topic, whether it belongs to the aim: everything, or the goals' closure.
    pub fn scope(&self, curriculum: &Curriculum) -> Vec<bool> {
        if !self.only {
            return vec![true; curriculum.topics().len()];
        }
        let mut scope = vec![false; curriculum.topics().len()];
        let goals: Vec<u32> = self.goals.iter().map(|ix| ix.0).collect();
        for node in curriculum.graph().closure(&goals, |_| true) {
            scope[node as usize] = true;
        }
        scope
    }
}

/// What the suggestions must keep to.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// How many at most.
    pub count: usize,
    /// Only topics of the phase with this index.
    pub phase: Option<usize>,
    /// Only what can be finished within this many hours, one after the other.
    pub hours: Option<f64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { count: 1, phase: None, hours: None }
    }
}

/// A topic to study, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The topic.
    pub topic: TopicIx,
    /// Its state: ready or started; locked for a later step that waits for an earlier one.
    pub state: State,
    /// The earlier suggestions that must be done before; empty if it can be begun now.
    pub after: Vec<TopicIx>,
    /// Hours still to study on it.
    pub hours_left: f64,
    /// Why it was chosen.
    pub because: Reason,
    /// Where it leads.
    pub way: Way,
    /// What would be chosen if this one were not wanted.
    pub runner_up: Option<TopicIx>,
    /// The topics that it unlocks at once.
    pub unlocks: Vec<TopicIx>,
    /// The goal until just now, when a step made another one cheaper.
    pub goal_before: Option<Change>,
    /// Its direct prerequisites of which placement was not sure, with the probability that they are
    /// known: studying it shows in passing whether they are.
    pub unsure: Vec<(TopicIx, f64)>,
}

/// Why a topic was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was begun.
    Started,
    /// It is worth the most for its hours by itself.
    Itself,
    /// It leads to the goal that is worth the most for the hours to it.
    Toward,
    /// It is all that this many worthwhile topics wait for.
    Fan(usize),
}

/// The way to a goal, counted from the suggestion on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// The goal; the topic itself if it is one.
    pub goal: TopicIx,
    /// Open topics to it, the goal included.
    pub topics_left: usize,
    /// Hours to it.
    pub hours_left: f64,
    /// What the way brings for each hour, in ordinary topics.
    pub value_per_hour: f64,
}

/// A goal that another one overtook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The goal before.
    pub from: TopicIx,
    /// The step that made the new goal cheaper.
    pub by: TopicIx,
}

/// Returns what to study next, best first, each suggestion assuming that those before are done.
pub fn next(curriculum: &Curriculum, progress: &Progress, aim: &Aim, limits: &Limits) -> Vec<Suggestion> {
    let mut desk = Desk::new(curriculum, progress, aim, limits);
    let mut suggestions: Vec<Suggestion> = Vec::new();
    let mut budget = limits.hours;
    let mut goal_before = desk.goal_before_latest(progress);
    while suggestions.len() < limits.count {
        let Some((choice, reason)) = desk.choose(budget) else { break };
        let topic = TopicIx(choice.step);
        let goal = TopicIx(choice.goal);
        let changed = goal_before.filter(|change| change.from != goal && desk.work.is_open(change.from.0));
        let suggestion = desk.suggestion(choice, reason, &suggestions, changed);
        budget = budget.map(|hours| hours - suggestion.hours_left);
        goal_before = Some(Change { from: goal, by: topic });
        suggestions.push(suggestion);
        // What comes after the last one is nobody's question, and the sums for it are dear.
        if suggestions.len() < limits.count {
            desk.finish(topic);
        }
    }
    suggestions
}

/// Returns the order in which everything open in the aim's scope would be studied.
pub fn walk(curriculum: &Curriculum, progress: &Progress, aim: &Aim) -> Vec<TopicIx> {
    let mut desk = Desk::new(curriculum, progress, aim, &Limits::default());
    let mut order: Vec<TopicIx> = Vec::new();
    while desk.work.is_vast() {
        // What was begun comes first, one by one.
        match desk.started.first().copied() {
            Some(begun) => {
                order.push(begun);
                desk.finish(begun);
            }
            None => order.extend(desk.take_share()),
        }
    }
    while let Some((choice, _)) = desk.choose(None) {
        order.push(TopicIx(choice.step));
        desk.finish(TopicIx(choice.step));
    }
    order
}

/// Returns the work that is open in the aim's scope, with the learner's hours and the aim's values.
pub fn work<'c>(curriculum: &'c Curriculum, progress: &Progress, aim: &Aim) -> Work<'c> {
    work_with(curriculum, progress, aim, &[])
}

fn work_with<'c>(curriculum: &'c Curriculum, progress: &Progress, aim: &Aim, reopened: &[TopicIx]) -> Work<'c> {
    let mut value: Vec<f64> = curriculum.topics().iter().map(|topic| topic.value).collect();
    for goal in &aim.goals {
        value[goal.0 as usize] *= GOAL_WEIGHT;
    }
    let open = aim
        .scope(curriculum)
        .into_iter()
        .zip(curriculum.indices())
        .map(|(inside, ix)| inside && (!progress.state(ix).is_closed() || reopened.contains(&ix)))
        .collect();
    let hours = curriculum
        .indices()
        .map(|ix| {
            if progress.state(ix).is_closed() {
                curriculum.topic(ix).hours
            } else {
                progress.hours_left(curriculum, ix)
            }
        })
        .collect();
    Work::new(curriculum.graph(), value, hours, open)
}

/// The work as it stands after the suggestions made so far.
struct Desk<'a> {
    curriculum: &'a Curriculum,
    progress: &'a Progress,
    aim: &'a Aim,
    work: Work<'a>,
    started: Vec<TopicIx>,
    /// With a phase to keep to: its topics whose open prerequisites all lie in it.
    within: Option<Vec<bool>>,
}

impl<'a> Desk<'a> {
    fn new(curriculum: &'a Curriculum, progress: &'a Progress, aim: &'a Aim, limits: &Limits) -> Self {
        let work = work(curriculum, progress, aim);
        let within = limits.phase.map(|phase| {
            let mut within = vec![false; curriculum.topics().len()];
            for &node in curriculum.graph().order() {
                let ix = TopicIx(node);
                within[node as usize] = work.is_open(node)
                    && curriculum.topic(ix).phase as usize == phase
                    && curriculum.requires(ix).all(|p| !work.is_open(p.0) || within[p.0 as usize]);
            }
            within
        });
        let allowed = |ix: TopicIx| within.as_ref().is_none_or(|within| within[ix.0 as usize]);
        let mut started: Vec<TopicIx> = curriculum
            .indices()
            .filter(|&ix| progress.state(ix) == State::Started && work.is_open(ix.0) && allowed(ix))
            .collect();
        // What was begun first is finished first.
        started.sort_by_key(|&ix| (progress.mark(ix).started, ix));
        Self { curriculum, progress, aim, work, started, within }
    }

    fn choose(&self, budget: Option<f64>) -> Option<(Choice, Reason)> {
        let fits = |node: u32| budget.is_none_or(|hours| self.work.own(node).1 <= hours);
        let within = |node: u32| self.within.as_ref().is_none_or(|within| within[node as usize]);
        if let Some(&begun) = self.started.iter().find(|ix| fits(ix.0)) {
            let onward = self.work.choose_step(|node| node == begun.0);
            let alone = Choice { step: begun.0, goal: begun.0, density: 0.0, fan: None };
            return Some((onward.unwrap_or(alone), Reason::Started));
        }
        let choice = if budget.is_some() {
            self.work.choose_step(|node| fits(node) && within(node))?
        } else if self.aim.order == Order::Phases && self.within.is_none() {
            let first = self.curriculum.indices().find(|ix| self.work.is_open(ix.0))?;
            let phase = self.curriculum.topic(first).phase;
            self.work.choose_among(|node| self.curriculum.topic(TopicIx(node)).phase == phase)?
        } else {
            self.work.choose_among(within)?
        };
        let reason = match choice.fan {
            Some(fan) => Reason::Fan(fan as usize),
            None if choice.goal == choice.step => Reason::Itself,
            None => Reason::Toward,
        };
        Some((choice, reason))
    }

    fn suggestion(
        &self,
        choice: Choice,
        because: Reason,
        before: &[Suggestion],
        goal_before: Option<Change>,
    ) -> Suggestion {
        let topic = TopicIx(choice.step);
        let graph = self.curriculum.graph();
        let onward = graph.descendants(&[choice.step], |node| self.work.is_open(node));
        let mut is_onward = vec![false; graph.len()];
        for node in onward {
            is_onward[node as usize] = true;
        }
        let runner_up = self
            .work
            .choose_among(|node| !is_onward[node as usize] && self.within.as_ref().is_none_or(|w| w[node as usize]));
        let (value, hours_left) = self.work.closure(choice.goal);
        Suggestion {
            topic,
            state: self.progress.state(topic),
            after: before
                .iter()
                .map(|s| s.topic)
                .filter(|&earlier| graph.parents(choice.step).contains(&earlier.0))
                .collect(),
            hours_left: self.work.own(choice.step).1,
            because,
            way: Way {
                goal: TopicIx(choice.goal),
                topics_left: graph.closure(&[choice.goal], |node| self.work.is_open(node)).len(),
                hours_left,
                value_per_hour: value / hours_left,
            },
            runner_up: runner_up.map(|choice| TopicIx(choice.step)),
            unlocks: self.unlocks(topic),
            goal_before,
            unsure: self.curriculum.requires(topic).filter_map(|p| Some((p, self.doubt(p)?))).collect(),
        }
    }

    /// Returns the probability that a topic known by placement is known, if that is too low to build on.
    fn doubt(&self, topic: TopicIx) -> Option<f64> {
        self.progress.mark(topic).placed.filter(|&probability| is_unsure(probability))
    }

    fn unlocks(&self, topic: TopicIx) -> Vec<TopicIx> {
        let waits_for_it_alone =
            |child: &TopicIx| self.curriculum.requires(*child).all(|p| p == topic || !self.work.is_open(p.0));
        self.curriculum
            .required_by(topic)
            .filter(|child| self.work.is_open(child.0))
            .filter(waits_for_it_alone)
            .collect()
    }

    /// Takes a share of what is open as done, where there is too much to go step by step.
    fn take_share(&mut self) -> Vec<TopicIx> {
        let first = self.curriculum.indices().find(|ix| self.work.is_open(ix.0));
        let phase = first.filter(|_| self.aim.order == Order::Phases).map(|ix| self.curriculum.topic(ix).phase);
        let allowed = |node: u32| phase.is_none_or(|phase| self.curriculum.topic(TopicIx(node)).phase == phase);
        self.work.take_share(allowed).into_iter().map(TopicIx).collect()
    }

    fn finish(&mut self, topic: TopicIx) {
        self.started.retain(|&ix| ix != topic);
        self.work.finish(topic.0);
    }

    /// Returns the goal as it was before the learner's newest step, if that closed a topic.
    fn goal_before_latest(&self, progress: &Progress) -> Option<Change> {
        let by = progress.latest().last().copied().filter(|_| self.started.is_empty() && self.within.is_none())?;
        let before = work_with(self.curriculum, progress, self.aim, progress.latest());
        let phase = self.curriculum.indices().find(|ix| before.is_open(ix.0)).map(|ix| self.curriculum.topic(ix).phase);
        let allowed =
            |node: u32| self.aim.order == Order::Value || Some(self.curriculum.topic(TopicIx(node)).phase) == phase;
        let choice = before.choose_among(allowed).filter(|choice| choice.fan.is_none())?;
        Some(Change { from: TopicIx(choice.goal), by })
    }
}

#[cfg(test)]
mod tests;
