//! Lays the order of study into days and weeks, and answers when and how much.
//!
//! Hours flow through the study days one after another, so a topic may be split over weeks, no hour
//! is lost, and the end does not depend on where weeks are cut. Reviews that fall due come first on a
//! day, and take half of it at the most. Takes the day and the pace; knows no clock.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::pace::{Pace, monday};
use super::upcoming::{REVIEW_HOURS, Upcoming};
use crate::curriculum::{Curriculum, TopicIx};
use crate::progress::Progress;

/// A plan ends after this many days, whatever is left: a date a lifetime away says nothing.
const LONGEST: usize = 366 * 60;

/// When the learner studies.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The first day.
    pub from: NaiveDate,
    /// Hours in a week with no day away, above 0, the same on each study day.
    pub hours_per_week: f64,
    /// The study days of a week; empty means all seven.
    pub days: Vec<Weekday>,
    /// Days without study.
    pub away: Vec<RangeInclusive<NaiveDate>>,
}

impl Calendar {
    fn hours_per_day(&self) -> f64 {
        self.hours_per_week / if self.days.is_empty() { 7.0 } else { self.days.len() as f64 }
    }

    fn is_study_day(&self, day: NaiveDate) -> bool {
        (self.days.is_empty() || self.days.contains(&day.weekday()))
            && !self.away.iter().any(|away| away.contains(&day))
    }

    /// Returns the study days from the first day on.
    fn study_days(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.from.iter_days().take(LONGEST).filter(|&day| self.is_study_day(day))
    }

    /// Returns the day on which the last of `hours` hours is studied; `None` if it lies beyond sixty years.
    pub fn day_after(&self, hours: f64) -> Option<NaiveDate> {
        let days = (hours / self.hours_per_day() - 1e-9).ceil().max(1.0);
        self.study_days().nth(days as usize - 1)
    }

    /// Returns how many hours a week it takes to study `hours` by the end of `by`; `None` if there is no study day.
    pub fn hours_per_week_for(&self, hours: f64, by: NaiveDate) -> Option<f64> {
        let days = self.study_days().take_while(|&day| day <= by).count();
        (days > 0).then(|| hours / days as f64 * if self.days.is_empty() { 7.0 } else { self.days.len() as f64 })
    }
}

/// A topic's hours within one week.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The topic.
    pub topic: TopicIx,
    /// Hours on it in this week.
    pub hours: f64,
    /// Whether more of it follows in a later week.
    pub continues: bool,
}

/// A calendar week of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// What is studied, in order. Weeks without study are left out of a plan.
    pub pieces: Vec<Piece>,
    /// How many reviews there is time for, each of [`REVIEW_HOURS`].
    pub reviews: usize,
}

/// A topic's days in the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The topic.
    pub topic: TopicIx,
    /// Its hours at the learner's pace.
    pub hours: f64,
    /// The first day on it.
    pub from: NaiveDate,
    /// The day it is finished.
    pub to: NaiveDate,
}

/// The order of study with dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Week by week.
    pub weeks: Vec<Week>,
    /// Topic by topic, in the order of study.
    pub stretches: Vec<Stretch>,
    /// Hours of study in all, at the learner's pace, without reviews.
    pub hours: f64,
    /// Hours that lie beyond the end of any calendar.
    pub beyond: f64,
}

/// What is to be laid into days: topics in the order of study, at a pace, with the reviews between.
#[derive(Clone, Debug)]
pub struct Load<'a> {
    /// The curriculum.
    pub curriculum: &'a Curriculum,
    /// Where the learner stands.
    pub progress: &'a Progress,
    /// The order of study of what is open.
    pub order: &'a [TopicIx],
    /// How fast the learner goes.
    pub pace: Pace,
    /// The reviews to come.
    pub reviews: Upcoming<'a>,
}

/// Returns the plan that studies the load in the days of `calendar`, each topic taking its hours left
/// times the pace's ratio.
pub fn plan(load: &Load<'_>, calendar: &Calendar) -> Plan {
    let mut reviews = load.reviews.clone();
    let mut days = StudyDays { days: calendar.study_days(), per_day: calendar.hours_per_day(), today: None, free: 0.0 };
    let mut plan = Plan { weeks: Vec::new(), stretches: Vec::new(), hours: 0.0, beyond: 0.0 };
    for &topic in load.order {
        let hours = load.progress.hours_left(load.curriculum, topic) * load.pace.ratio;
        plan.hours += hours;
        let mut left = hours;
        let mut first = None;
        while left > 1e-9 {
            let Some(today) = days.with_time(&mut reviews, &mut plan) else { break };
            let now = left.min(days.free);
            left -= now;
            days.free -= now;
            first = first.or(Some(today));
            plan.put(topic, monday(today), now, left > 1e-9);
        }
        match (first, days.today) {
            (Some(from), Some(to)) if left <= 1e-9 => {
                plan.stretches.push(Stretch { topic, hours, from, to });
                reviews.finish(topic, to);
            }
            _ => plan.beyond += left,
        }
    }
    plan
}

/// The study days, and what is left of the present one.
struct StudyDays<I> {
    days: I,
    per_day: f64,
    today: Option<NaiveDate>,
    free: f64,
}

impl<I: Iterator<Item = NaiveDate>> StudyDays<I> {
    /// Returns the first day that has time left once its reviews are done; `None` beyond the calendar.
    fn with_time(&mut self, reviews: &mut Upcoming<'_>, plan: &mut Plan) -> Option<NaiveDate> {
        while self.free <= 1e-9 {
            let today = self.days.next();
            self.today = today;
            let most = (self.per_day / 2.0 / REVIEW_HOURS) as usize;
            let done = reviews.review(today?, most);
            if done > 0 {
                plan.week(monday(today?)).reviews += done;
            }
            self.free = self.per_day - done as f64 * REVIEW_HOURS;
        }
        self.today
    }
}

impl Plan {
    /// Returns the week of `monday`, the last one or a new one.
    fn week(&mut self, monday: NaiveDate) -> &mut Week {
        if self.weeks.last().is_none_or(|week| week.monday != monday) {
            self.weeks.push(Week { monday, pieces: Vec::new(), reviews: 0 });
        }
        self.weeks.last_mut().expect("just pushed")
    }

    fn put(&mut self, topic: TopicIx, monday: NaiveDate, hours: f64, continues: bool) {
        let week = self.week(monday);
        match week.pieces.last_mut().filter(|piece| piece.topic == topic) {
            Some(piece) => {
                piece.hours += hours;
                piece.continues = continues;
            }
            None => week.pieces.push(Piece { topic, hours, continues }),
        }
    }

    /// Returns the day on which the last topic is finished; `None` if there is nothing to do or no end.
    pub fn end(&self) -> Option<NaiveDate> {
        self.stretches.last().filter(|_| self.beyond == 0.0).map(|stretch| stretch.to)
    }
}

/// When something is finished, as a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// As likely before as after.
    pub likely: NaiveDate,
    /// Later than this in about one case of ten.
    pub late: NaiveDate,
}

/// Returns when the load is finished; `None` if nothing is left, or the end lies beyond sixty years.
pub fn forecast(load: &Load<'_>, calendar: &Calendar) -> Option<Forecast> {
    let likely = plan(load, calendar).end()?;
    let mut slow = load.clone();
    slow.pace.ratio *= load.pace.late_factor(load.order.len());
    let latest = || calendar.from.checked_add_days(Days::new(LONGEST as u64));
    let late = plan(&slow, calendar).end().or_else(latest)?;
    Some(Forecast { likely, late })
}

/// Returns how many hours a week it takes to study the load by the end of `by`, reviews included;
/// `None` if no week has so many.
pub fn hours_per_week_needed(load: &Load<'_>, calendar: &Calendar, by: NaiveDate) -> Option<f64> {
    const OF_A_WEEK: f64 = 168.0;
    let with = |hours_per_week| Calendar { hours_per_week, ..calendar.clone() };
    let reaches = |hours: f64| plan(load, &with(hours)).end().is_none_or(|end| end <= by);
    let hours: f64 = load.order.iter().map(|&ix| load.progress.hours_left(load.curriculum, ix)).sum();
    // Reviews only add to what the topics take.
    let mut least = calendar.hours_per_week_for(hours * load.pace.ratio, by)?;
    if reaches(least) {
        return Some(least);
    }
    let mut enough = least;
    while !reaches(enough) {
        least = enough;
        enough *= 1.25;
        if least > OF_A_WEEK {
            return None;
        }
    }
    while enough - least > 0.05 {
        let middle = f64::midpoint(least, enough);
        if reaches(middle) { enough = middle } else { least = middle }
    }
    Some(enough)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::curriculum::load_text;
    use crate::journal::Journal;
    use crate::study::memory::{Memory, Scheduler};

    fn chain(hours: &[f64]) -> Curriculum {
        let topics: Vec<String> = hours
            .iter()
            .enumerate()
            .map(|(i, h)| {
                format!(
                    "{{id: t{i}, title: T, hours: {h}, requires: [{}]}}",
                    if i > 0 { format!("t{}", i - 1) } else { String::new() }
                )
            })
            .collect();
        let yaml = format!("id: c\ntitle: C\nphases: [{{id: p, title: P, topics: [{}]}}]", topics.join(", "));
        load_text("test", &yaml).curriculum.expect("sound")
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn calendar(hours_per_week: f64) -> Calendar {
        Calendar { from: date("2026-11-25"), hours_per_week, days: Vec::new(), away: Vec::new() }
    }

    /// Hands `of` the load of a chain, with so many reviews a day at the most.
    fn with_load<T>(hours: &[f64], per_day: usize, of: impl FnOnce(&Load<'_>) -> T) -> T {
        let curriculum = chain(hours);
        let journal = Journal::default();
        let progress = Progress::replay(&curriculum, &journal);
        let memory = Memory::replay(&curriculum, &journal, Scheduler::new(0.9));
        let order: Vec<TopicIx> = curriculum.indices().collect();
        of(&Load {
            curriculum: &curriculum,
            progress: &progress,
            order: &order,
            pace: Pace::planned(6.0),
            reviews: Upcoming::new(&curriculum, &memory, per_day),
        })
    }

    fn planned(hours: &[f64], calendar: &Calendar) -> Plan {
        with_load(hours, 0, |load| plan(load, calendar))
    }

    fn forecast_of(hours: &[f64], calendar: &Calendar) -> Option<Forecast> {
        with_load(hours, 0, |load| forecast(load, calendar))
    }

    #[test]
    fn topics_are_split_over_weeks_to_the_hour() {
        // Seven hours a week are one a day; the first week, from Wednesday on, has five.
        let plan = planned(&[4.0, 3.0, 1.0], &calendar(7.0));
        let weeks: Vec<_> = plan
            .weeks
            .iter()
            .map(|w| {
                (w.monday.to_string(), w.pieces.iter().map(|p| (p.topic.0, p.hours, p.continues)).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            weeks,
            [
                ("2026-11-23".to_owned(), vec![(0, 4.0, false), (1, 1.0, true)]),
                ("2026-11-30".to_owned(), vec![(1, 2.0, false), (2, 1.0, false)]),
            ]
        );
        assert_eq!(plan.end(), Some(date("2026-12-02")));
    }

    #[test]
    fn study_days_and_days_away_are_kept() {
        let mut calendar = calendar(4.0);
        calendar.days = vec![Weekday::Mon, Weekday::Sat];
        calendar.away = vec![date("2026-12-01")..=date("2026-12-12")];
        // Two hours on Sat 28 Nov, Mon 30 Nov, then not before Mon 14 Dec.
        let plan = planned(&[4.0, 1.0], &calendar);
        assert_eq!(plan.stretches.iter().map(|s| s.to).collect::<Vec<_>>(), [date("2026-11-30"), date("2026-12-14")]);
        assert_eq!(calendar.day_after(5.0), plan.end());
        assert_eq!(calendar.hours_per_week_for(9.0, date("2026-12-14")), Some(6.0));
        assert_eq!(calendar.hours_per_week_for(9.0, date("2026-11-26")), None);
    }

    #[test]
    fn a_forecast_is_a_range_and_ends() {
        let forecast = forecast_of(&[3.0; 20], &calendar(6.0)).expect("ten weeks");
        assert_eq!(forecast.likely, date("2027-02-02"));
        assert!(forecast.late > forecast.likely);
        assert_eq!(forecast_of(&[10_000.0; 5], &calendar(6.0)), None);
        assert_eq!(
            with_load(&[3.0], 0, |load| super::forecast(&Load { order: &[], ..load.clone() }, &calendar(6.0))),
            None
        );
        assert!(planned(&[10_000.0], &calendar(0.1)).end().is_none(), "no date beyond sixty years");
    }

    proptest! {
        #[test]
        fn no_hour_is_lost_and_the_end_does_not_depend_on_the_weeks(
            hours in prop::collection::vec((1u32..80).prop_map(|h| f64::from(h) / 4.0), 1..15),
            per_week in (1u32..60).prop_map(f64::from),
            shift in 0u64..7,
        ) {
            let mut calendar = calendar(per_week);
            calendar.from = calendar.from + Days::new(shift);
            let plan = planned(&hours, &calendar);
            let total: f64 = hours.iter().sum();
            let placed: f64 = plan.weeks.iter().flat_map(|w| &w.pieces).map(|p| p.hours).sum();
            prop_assert!((placed - total).abs() < 1e-6);
            prop_assert_eq!(plan.end(), calendar.day_after(total));
            let shifted = plan.end().expect("it ends") - calendar.from;
            let reference = planned(&hours, &Calendar { from: date("2026-11-25"), ..calendar });
            prop_assert_eq!(shifted, reference.end().expect("it ends") - date("2026-11-25"));
            prop_assert!(plan.stretches.windows(2).all(|pair| pair[0].to <= pair[1].from));
        }

        #[test]
        fn reviews_take_time_and_lose_none(
            hours in prop::collection::vec((1u32..40).prop_map(|h| f64::from(h) / 4.0), 1..25),
            per_week in (2u32..40).prop_map(f64::from),
            per_day in 1usize..8,
            shift in 0u64..7,
        ) {
            let mut calendar = calendar(per_week);
            calendar.from = calendar.from + Days::new(shift);
            let plan = with_load(&hours, per_day, |load| plan(load, &calendar));
            let total: f64 = hours.iter().sum();
            let placed: f64 = plan.weeks.iter().flat_map(|w| &w.pieces).map(|p| p.hours).sum();
            prop_assert!((placed - total).abs() < 1e-6);
            for week in &plan.weeks {
                let used = week.pieces.iter().map(|p| p.hours).sum::<f64>() + week.reviews as f64 * REVIEW_HOURS;
                prop_assert!(used <= per_week + 1e-6, "{used} hours in a week of {per_week}");
            }
            let reviewed: usize = plan.weeks.iter().map(|w| w.reviews).sum();
            let days = calendar.day_after(total + reviewed as f64 * REVIEW_HOURS);
            prop_assert_eq!(plan.end(), days, "{} reviews", reviewed);
            let needed = with_load(&hours, per_day, |load| hours_per_week_needed(load, &calendar, plan.end().expect("it ends")));
            prop_assert!(needed.is_some_and(|needed| needed <= per_week + 0.06), "{needed:?}");
        }
    }
}
