//! The learner's own pace: how long topics really take, and how much is really studied.
//!
//! Robust by design, because a diary has gaps and slips. With n topics whose hours were logged,
//! each with the ratio actual / estimated hours:
//!
//! - ratio = exp(n · median(ln rᵢ) / (n + 5)): the median, drawn towards 1 by a prior that weighs
//!   as much as five topics;
//! - hours per week = (3 · H + w · median(hₖ)) / (3 + w): the median of the last w ≤ 8 whole weeks
//!   since the first entry, drawn towards the configured H by a prior of three weeks;
//! - the late date takes the hours · exp(1.28 · s), 1.28 being the normal distribution's 90 % point,
//!   where s² = σ²/m + σ²/(n + 5) + τ²/(w + 3): the scatter of the m topics left, and what we do
//!   not know about ratio and week. σ and τ are 1.4826 · the median absolute deviation (of ln r, and of
//!   hₖ relative to the median), blended with the priors 0.4 and 0.4 by the same weights.
//!
//! The blend of a robust estimate with pseudo-observations is the usual shrinkage (Gelman et al.,
//! Bayesian Data Analysis, 3rd ed., section 2.5, with the median in place of the mean).

use chrono::{Datelike, Days, NaiveDate};

use crate::curriculum::Curriculum;
use crate::journal::{Event, Journal};
use crate::progress::Progress;

const RATIO_PRIOR: f64 = 5.0;
const WEEKS_PRIOR: f64 = 3.0;
const SCATTER_PRIOR: f64 = 0.4;
const WEEKS_SEEN: i64 = 8;
const LATE: f64 = 1.28;

/// How fast the learner goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Actual hours for each estimated hour.
    pub ratio: f64,
    /// Hours studied in a week.
    pub hours_per_week: f64,
    /// Topics whose hours were logged.
    pub topics_seen: usize,
    /// Whole weeks that were seen.
    pub weeks_seen: usize,
    scatter: f64,
    week_scatter: f64,
}

impl Pace {
    /// Returns the pace of somebody of whom nothing is known but the hours they mean to study.
    pub fn planned(hours_per_week: f64) -> Self {
        Self::of(hours_per_week, &[], &[])
    }

    /// Returns the pace that the journal shows by `today`.
    pub fn learned(
        curriculum: &Curriculum,
        progress: &Progress,
        journal: &Journal,
        today: NaiveDate,
        hours_per_week: f64,
    ) -> Self {
        let ratios: Vec<f64> = curriculum
            .indices()
            .filter(|&ix| progress.is_studied(ix) && progress.mark(ix).spent > 0.0)
            .map(|ix| (progress.mark(ix).spent / curriculum.topic(ix).hours).ln())
            .collect();
        Self::of(hours_per_week, &ratios, &weeks(curriculum, progress, journal, today))
    }

    fn of(hours_per_week: f64, ratios: &[f64], weeks: &[f64]) -> Self {
        let (n, w) = (ratios.len() as f64, weeks.len() as f64);
        let (middle, scatter) = median_and_scatter(ratios);
        let (week, week_scatter) = median_and_scatter(weeks);
        let relative = if week > 0.0 { (week_scatter / week).min(1.0) } else { 1.0 };
        let blend =
            |value: f64, count: f64, prior: f64, weight: f64| (count * value + weight * prior) / (count + weight);
        Self {
            ratio: blend(middle, n, 0.0, RATIO_PRIOR).exp(),
            // A tenth of the plan at least: somebody who paused is asked to go on, not told "never".
            hours_per_week: blend(week, w, hours_per_week, WEEKS_PRIOR).max(hours_per_week / 10.0),
            topics_seen: ratios.len(),
            weeks_seen: weeks.len(),
            scatter: blend(scatter, n, SCATTER_PRIOR, RATIO_PRIOR),
            week_scatter: blend(relative, w, SCATTER_PRIOR, WEEKS_PRIOR),
        }
    }

    /// Returns it with this many hours in a week, as the learner asks for.
    #[must_use]
    pub fn with_hours_per_week(mut self, hours: f64) -> Self {
        self.hours_per_week = hours;
        self
    }

    /// Returns the factor, above 1, by which the rest may take longer than likely: exceeded in
    /// about one case of ten when `topics_left` topics are left.
    pub fn late_factor(&self, topics_left: usize) -> f64 {
        let (n, w, m) = (self.topics_seen as f64, self.weeks_seen as f64, topics_left.max(1) as f64);
        let variance =
            self.scatter.powi(2) * (1.0 / m + 1.0 / (n + RATIO_PRIOR)) + self.week_scatter.powi(2) / (w + WEEKS_PRIOR);
        (LATE * variance.sqrt()).exp()
    }
}

/// Returns the median, and 1.4826 times the median absolute deviation from it (the standard
/// deviation, were the values normal); zeros if there are none.
fn median_and_scatter(values: &[f64]) -> (f64, f64) {
    let middle = median(values.to_vec());
    (middle, 1.4826 * median(values.iter().map(|v| (v - middle).abs()).collect()))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// Returns the Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

/// Returns the hours studied in each of the last whole weeks, oldest first: logged hours on their
/// day; the hours of a finished topic (logged, or else estimated) spread evenly from its start.
fn weeks(curriculum: &Curriculum, progress: &Progress, journal: &Journal, today: NaiveDate) -> Vec<f64> {
    let this_week = monday(today);
    let studied = |event| matches!(event, Event::Start | Event::Done | Event::Time);
    let Some(first) = journal.effective().filter(|e| studied(e.event)).map(|e| e.day()).min() else {
        return Vec::new();
    };
    // The first week counts only if it was seen from its Monday on.
    let first_whole = monday(first.checked_add_days(Days::new(6)).unwrap_or(first));
    let count = ((this_week - first_whole).num_days() / 7).clamp(0, WEEKS_SEEN);
    let mut weeks = vec![0.0; count as usize];
    for (day, hours) in study_days(curriculum, progress, journal) {
        let back = (this_week - monday(day)).num_days() / 7;
        if (1..=count).contains(&back) {
            weeks[(count - back) as usize] += hours;
        }
    }
    weeks
}

/// Returns the days of study with their hours, in no particular order. A day may come more than once.
pub fn study_days(curriculum: &Curriculum, progress: &Progress, journal: &Journal) -> Vec<(NaiveDate, f64)> {
    let mut days = Vec::new();
    let mut logged = vec![0.0; curriculum.topics().len()];
    for entry in journal.effective().filter(|e| e.event == Event::Time) {
        let hours = entry.hours.unwrap_or(0.0);
        days.push((entry.day(), hours));
        if let Some(ix) = entry.topic.as_deref().and_then(|id| curriculum.find_ever(id)) {
            logged[ix.0 as usize] += hours;
        }
    }
    for ix in curriculum.indices().filter(|&ix| progress.is_studied(ix)) {
        let mark = progress.mark(ix);
        let total = if mark.spent > 0.0 { mark.spent } else { curriculum.topic(ix).hours };
        let rest = total - logged[ix.0 as usize];
        let Some(end) = mark.since.filter(|_| rest > 0.0) else { continue };
        let start = mark.started.unwrap_or(end).min(end);
        let span = (end - start).num_days() + 1;
        let days_of = start.iter_days().take(span.clamp(1, 366) as usize);
        days.extend(days_of.map(|day| (day, rest / span.clamp(1, 366) as f64)));
    }
    days
}

/// Returns the hours studied in the week of `today`.
pub fn this_week(curriculum: &Curriculum, progress: &Progress, journal: &Journal, today: NaiveDate) -> f64 {
    let from = monday(today);
    study_days(curriculum, progress, journal)
        .into_iter()
        .filter(|(day, _)| (from..=today).contains(day))
        .map(|(_, h)| h)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_known_is_the_plan_itself() {
        let pace = Pace::planned(6.0);
        assert_eq!((pace.ratio, pace.hours_per_week), (1.0, 6.0));
        // s² = 0.16 (1/100 + 1/5) + 0.16/3 = 0.0869; exp(1.28 · 0.2948) = 1.458.
        assert!((pace.late_factor(100) - 1.458).abs() < 0.001);
        assert!(pace.late_factor(1) > pace.late_factor(100));
    }

    #[test]
    fn the_prior_fades_as_data_comes() {
        let doubled = |n: usize| Pace::of(6.0, &vec![2f64.ln(); n], &[]).ratio;
        assert!((doubled(5) - 2f64.sqrt()).abs() < 1e-12, "five topics weigh as much as the prior");
        assert!(doubled(1) < doubled(5) && doubled(5) < doubled(50) && doubled(50) < 2.0);
        let weeks = |n: usize| Pace::of(6.0, &[], &vec![3.0; n]).hours_per_week;
        assert_eq!((weeks(0), weeks(3)), (6.0, 4.5));
    }

    #[test]
    fn one_slip_of_the_pen_changes_little() {
        let mut ratios = vec![1.1f64.ln(); 9];
        let before = Pace::of(6.0, &ratios, &[]).ratio;
        ratios.push(1000f64.ln());
        assert!((Pace::of(6.0, &ratios, &[]).ratio - before).abs() < 0.01);
    }

    #[test]
    fn a_pause_slows_but_does_not_stop() {
        assert!(Pace::of(6.0, &[], &[0.0; 8]).hours_per_week > 0.6);
    }
}
