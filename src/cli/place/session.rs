//! The dialogue of a placement: phases, topics, and one more topic as a control.

use anyhow::Result;

use super::view::ControlView;
use crate::cli::app::Desk;
use crate::cli::ask::{Asker, Question, Reply};
use crate::cli::quiz;
use crate::cli::style::{self, FAINT, STRONG};
use crate::curriculum::{Topic, TopicIx};
use crate::report::{Brief, round};
use crate::study::place::{MOST_QUESTIONS, Noise, Placement, Share};
use crate::study::quiz::{Posed, paper};
use crate::text;

/// What the learner quit before the end.
pub(super) struct BrokenOff;

/// The questions and what came of them.
pub(super) struct Session<'a> {
    desk: &'a Desk,
    asker: &'a mut dyn Asker,
    pub(super) placement: Placement,
    seed: u64,
    quiz: bool,
    width: usize,
}

impl<'a> Session<'a> {
    pub(super) fn new(desk: &'a Desk, asker: &'a mut dyn Asker, seed: u64, quiz: bool, width: usize) -> Self {
        let Desk { curriculum, progress, .. } = desk;
        let phase: Vec<u32> = curriculum.topics().iter().map(|topic| topic.phase).collect();
        let open = curriculum.indices().map(|ix| !progress.state(ix).is_closed()).collect();
        let mut placement = Placement::imagine(curriculum.graph(), &phase, open, seed);
        for ix in curriculum.indices().filter(|&ix| progress.state(ix).is_had()) {
            placement.learn(ix.0, Some(true), Noise::SELF);
        }
        Self { desk, asker, placement, seed, quiz, width }
    }

    /// Asks until enough is known, and once more as a control.
    pub(super) fn dialogue(&mut self) -> Result<std::result::Result<Option<ControlView>, BrokenOff>> {
        let curriculum = &self.desk.curriculum;
        self.asker.say("How much of each phase do you know? A key is enough; you can quit at any time.\n\n");
        for (at, phase) in curriculum.phases().iter().enumerate() {
            let open = phase.topics.clone().any(|t| !self.desk.progress.state(TopicIx(t)).is_closed());
            if !open {
                continue;
            }
            let words = format!("{}\n  ", style::paint(STRONG, text::line(&phase.title)));
            let answers = vec![('n', "none"), ('s', "some"), ('m', "most")];
            let question = Question { enter: Some("skip"), ..Question::new(&phase.id, words, answers) };
            let share = match self.asker.ask(&question)? {
                Reply::Quit => return Ok(Err(BrokenOff)),
                Reply::Passed => continue,
                Reply::Chosen(at) => [Share::None, Share::Some, Share::Most][at],
            };
            self.placement.answer_phase(at as u32, share);
        }
        while let Some(topic) = self.placement.question() {
            let number = format!("{} of at most {MOST_QUESTIONS}", self.placement.asked() + 1);
            let Ok((yes, noise)) = self.topic(TopicIx(topic), &number)? else { return Ok(Err(BrokenOff)) };
            self.placement.answer(topic, yes, noise);
        }
        let Some(topic) = self.placement.control(self.seed) else { return Ok(Ok(None)) };
        let Ok((yes, _)) = self.topic(TopicIx(topic), "one more, to check the placement itself")? else {
            return Ok(Err(BrokenOff));
        };
        let probability = self.placement.probability(topic);
        Ok(Ok(Some(ControlView {
            topic: Brief::new(curriculum, TopicIx(topic)),
            probability: round(probability),
            answer: match yes {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not sure",
            },
            agrees: yes.map(|yes| yes == self.placement.is_known(topic)),
        })))
    }

    /// Asks about a topic, and returns the answer and how far it can be trusted.
    fn topic(&mut self, ix: TopicIx, number: &str) -> Result<std::result::Result<(Option<bool>, Noise), BrokenOff>> {
        let topic = self.desk.curriculum.topic(ix);
        let posed = if self.quiz { paper(&self.desk.curriculum, ix, self.seed) } else { Vec::new() };
        // Which of its questions, by chance.
        if let Some(posed) = fastrand::Rng::with_seed(self.seed ^ u64::from(ix.0)).choice(&posed) {
            let noise = Noise::quiz(posed.question.options.len());
            let dont_know = posed.order.len();
            return Ok(match self.asker.ask(&quiz_question(topic, posed, number, self.width))? {
                Reply::Quit => Err(BrokenOff),
                Reply::Chosen(at) if at < dont_know => Ok((Some(posed.is_right(at)), noise)),
                Reply::Chosen(_) | Reply::Passed => Ok((Some(false), noise)),
            });
        }
        let mut words =
            format!("\n{}  {}\n", style::paint(STRONG, text::line(&topic.title)), style::paint(FAINT, number));
        for outcome in &self.desk.curriculum.details(ix).outcomes {
            words.push_str(&style::hanging(outcome, "  - ", "    ", self.width));
        }
        words.push_str("Could you do this today?\n  ");
        let answers = vec![('y', "yes"), ('n', "no"), ('?', "not sure")];
        let question = Question { for_scripts: vec![("unsure", 2)], ..Question::new(&topic.id, words, answers) };
        Ok(match self.asker.ask(&question)? {
            Reply::Quit => Err(BrokenOff),
            Reply::Chosen(0) => Ok((Some(true), Noise::SELF)),
            Reply::Chosen(1) => Ok((Some(false), Noise::SELF)),
            Reply::Chosen(_) | Reply::Passed => Ok((None, Noise::SELF)),
        })
    }
}

fn quiz_question<'q>(topic: &'q Topic, posed: &'q Posed, number: &str, width: usize) -> Question<'q> {
    let title = style::paint(STRONG, text::line(&topic.title));
    let words = format!("\n{title}{}", quiz::draw(posed, number, width));
    let mut answers: Vec<(char, &str)> = ('1'..='9').zip(posed.options()).collect();
    answers.push(('?', "I don't know"));
    // A script cannot know how the options stand: `yes` is the right one, `no` another.
    let right = posed.answer();
    let wrong = usize::from(right == 0);
    let for_scripts = vec![("yes", right), ("no", wrong), ("unsure", posed.order.len())];
    Question { for_scripts, ..Question::new(&topic.id, words, answers) }
}
