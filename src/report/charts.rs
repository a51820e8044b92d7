//! The report's two pictures as geometry: hours done over time, and the days of study of a year.
//!
//! Pure: takes days and hours, returns places in a box. Knows neither SVG nor the journal.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

/// A point of the burn-up: by the end of a day so many estimated hours were done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Done {
    /// The day.
    pub on: NaiveDate,
    /// Estimated hours of the topics done or known by then.
    pub hours: f64,
}

/// Hours done over time, and where it leads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BurnUp {
    /// The points, oldest first; a step between each two.
    pub points: Vec<Done>,
    /// Hours in all.
    pub total: f64,
    /// When the rest is likely done, and late.
    pub until: Option<(NaiveDate, NaiveDate)>,
    /// The picture.
    pub picture: BurnUpPicture,
}

/// The burn-up in a box of [`BurnUpPicture::WIDTH`] by [`BurnUpPicture::HEIGHT`], the origin at its upper left.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BurnUpPicture {
    /// The line of what was done, as an SVG path; empty if nothing was.
    pub done: String,
    /// The area between the likely and the late way to the end, as an SVG path; empty without one.
    pub ahead: String,
    /// Where today is, from the left.
    pub today: f64,
    /// Marks on the left: place from above, and the hours there.
    pub hours: Vec<(f64, String)>,
    /// Marks below: place from the left, and the day there.
    pub days: Vec<(f64, String)>,
}

impl BurnUpPicture {
    /// Columns of the box.
    pub const WIDTH: f64 = 640.0;
    /// Rows of the box.
    pub const HEIGHT: f64 = 240.0;
}

/// Room for the marks on the left and below.
const LEFT: f64 = 48.0;
const BELOW: f64 = 24.0;
const ABOVE: f64 = 8.0;
const RIGHT: f64 = 12.0;

impl BurnUp {
    /// Returns the burn-up of `finished`, the days on which topics of so many hours were closed.
    pub fn new(
        finished: &[(NaiveDate, f64)],
        total: f64,
        today: NaiveDate,
        until: Option<(NaiveDate, NaiveDate)>,
    ) -> Self {
        let mut by_day: BTreeMap<NaiveDate, f64> = BTreeMap::new();
        for &(day, hours) in finished {
            *by_day.entry(day).or_default() += hours;
        }
        let mut hours = 0.0;
        let points: Vec<Done> = by_day
            .into_iter()
            .map(|(on, more)| {
                hours += more;
                Done { on, hours }
            })
            .collect();
        let picture = picture(&points, total, today, until);
        Self { points, total, until, picture }
    }
}

fn picture(points: &[Done], total: f64, today: NaiveDate, until: Option<(NaiveDate, NaiveDate)>) -> BurnUpPicture {
    let first = points.first().map_or(today, |point| point.on.min(today));
    let last = [Some(today), points.last().map(|p| p.on), until.map(|u| u.1)].into_iter().flatten().max();
    // A week at the least, so that the first evening is a picture too.
    let last = last.unwrap_or(today).max(first + Days::new(7));
    let span = (last - first).num_days() as f64;
    let right = BurnUpPicture::WIDTH - RIGHT;
    let bottom = BurnUpPicture::HEIGHT - BELOW;
    let top = total.max(points.last().map_or(0.0, |p| p.hours)).max(1.0);
    let x = |day: NaiveDate| LEFT + (day - first).num_days() as f64 / span * (right - LEFT);
    let y = |hours: f64| bottom - hours / top * (bottom - ABOVE);
    let mut done = String::new();
    let mut hours = 0.0;
    for point in points {
        let from = if done.is_empty() { format!("M{:.1} {:.1}", x(first), y(0.0)) } else { String::new() };
        done.push_str(&format!("{from}H{:.1}V{:.1}", x(point.on), y(point.hours)));
        hours = point.hours;
    }
    if !done.is_empty() {
        done.push_str(&format!("H{:.1}", x(today.max(points.last().map_or(today, |p| p.on)))));
    }
    let ahead = until.map_or_else(String::new, |(likely, late)| {
        let (from, to) = (format!("{:.1} {:.1}", x(today), y(hours)), y(top));
        format!("M{from}L{:.1} {to:.1}H{:.1}Z", x(likely), x(late))
    });
    let step = nice(top / 4.0);
    let marks = (0..=4).map(|n| f64::from(n) * step).filter(|hours| *hours <= top * 1.001);
    let every = nice_months(span / 30.4 / 5.0);
    let mut days: Vec<(f64, String)> = month_marks(first, last, every)
        .map(|day| (x(day), day.format(if every >= 12 { "%Y" } else { "%b %Y" }).to_string()))
        .collect();
    if days.is_empty() {
        days = vec![(x(first), first.format("%-d %b").to_string()), (x(last), last.format("%-d %b").to_string())];
    }
    BurnUpPicture {
        done,
        ahead,
        today: x(today),
        hours: marks.map(|hours| (y(hours), format!("{hours:.0} h"))).collect(),
        days,
    }
}

/// Returns 1, 2 or 5 times a power of ten, at least `step`.
fn nice(step: f64) -> f64 {
    let power = 10f64.powf(step.max(1.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|n| *n >= step * 0.999).unwrap_or(step)
}

/// Returns a number of months between marks that calendars know: 1, 2, 3, 6, 12, then whole years.
fn nice_months(months: f64) -> u32 {
    let few = [1, 2, 3, 6, 12].into_iter().find(|n| f64::from(*n) >= months);
    few.unwrap_or_else(|| 12 * nice(months / 12.0) as u32)
}

/// Returns the first days of months from `first` to `last`, `every` so many months as calendars count them.
/// Steps from mark to mark: a learner may have dated an entry before the pyramids.
fn month_marks(first: NaiveDate, last: NaiveDate, every: u32) -> impl Iterator<Item = NaiveDate> {
    let in_all = i64::from(first.year()) * 12 + i64::from(first.month0()) + i64::from(first.day() > 1);
    let every = i64::from(every.max(1));
    let start = in_all + (-in_all).rem_euclid(every);
    let day_of = |months: i64| {
        let year = i32::try_from(months.div_euclid(12)).ok()?;
        NaiveDate::from_ymd_opt(year, months.rem_euclid(12) as u32 + 1, 1)
    };
    (0..).map_while(move |n| day_of(start + n * every)).take_while(move |day| *day <= last)
}

/// A day of the calendar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Square {
    /// The day.
    pub on: NaiveDate,
    /// Hours studied.
    pub hours: f64,
    /// From 0, nothing, to 4.
    pub level: u8,
    /// The week's column, counted from 0.
    pub column: u32,
    /// The weekday's row, Monday being 0.
    pub row: u32,
}

/// The days of study of the last year, week by week.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Year {
    /// Each day of it, oldest first.
    pub days: Vec<Square>,
    /// Where a month begins: its column and name.
    pub months: Vec<(u32, String)>,
    /// Days with study.
    pub studied: usize,
    /// Hours in all.
    pub hours: f64,
}

/// Weeks shown.
const WEEKS: u64 = 53;

impl Year {
    /// Returns the year up to `today`, from days of study with their hours, in any order.
    pub fn new(study: &[(NaiveDate, f64)], today: NaiveDate) -> Self {
        let monday = crate::study::pace::monday(today);
        let first = monday.checked_sub_days(Days::new(7 * (WEEKS - 1))).unwrap_or(monday);
        let mut by_day: BTreeMap<NaiveDate, f64> = BTreeMap::new();
        for &(day, hours) in study.iter().filter(|(day, _)| (first..=today).contains(day)) {
            *by_day.entry(day).or_default() += hours;
        }
        let days: Vec<Square> = first
            .iter_days()
            .take_while(|day| *day <= today)
            .zip(0u32..)
            .map(|(on, at)| {
                let hours = by_day.get(&on).copied().unwrap_or(0.0);
                let level = match hours {
                    h if h <= 0.0 => 0,
                    h if h < 0.75 => 1,
                    h if h < 1.5 => 2,
                    h if h < 3.0 => 3,
                    _ => 4,
                };
                Square { on, hours: super::round(hours), level, column: at / 7, row: at % 7 }
            })
            .collect();
        let months = days
            .iter()
            .filter(|day| day.on.day() <= 7 && day.row == 0)
            .map(|day| (day.column, day.on.format("%b").to_string()))
            .collect();
        let studied = days.iter().filter(|day| day.hours > 0.0).count();
        Self { days, months, studied, hours: super::round(by_day.values().sum()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn hours_add_up_day_by_day() {
        let finished = [(date("2026-11-10"), 4.0), (date("2026-11-02"), 2.0), (date("2026-11-10"), 1.0)];
        let until = Some((date("2027-01-10"), date("2027-02-10")));
        let burn_up = BurnUp::new(&finished, 20.0, date("2026-11-25"), until);
        let points: Vec<(NaiveDate, f64)> = burn_up.points.iter().map(|p| (p.on, p.hours)).collect();
        assert_eq!(points, [(date("2026-11-02"), 2.0), (date("2026-11-10"), 7.0)]);
        assert!(burn_up.picture.done.starts_with("M48.0 216.0H48.0V195.2H"), "{}", burn_up.picture.done);
        assert!(burn_up.picture.ahead.ends_with('Z'));
        assert_eq!(
            burn_up.picture.days.iter().map(|d| d.1.as_str()).collect::<Vec<_>>(),
            ["Dec 2026", "Jan 2027", "Feb 2027"]
        );
    }

    #[test]
    fn everything_stays_in_its_box() {
        for (finished, total, until) in [
            (vec![], 0.0, None),
            (vec![], 1393.0, Some((date("2031-05-04"), date("2033-02-04")))),
            (vec![(date("2026-11-30"), 9.0)], 1.0, None),
            (vec![(date("2020-01-01"), 9.0)], 10_000.0, Some((date("2080-01-01"), date("2086-01-01")))),
            (vec![(NaiveDate::MIN, 9.0)], 10.0, Some((date("2027-01-01"), NaiveDate::MAX))),
        ] {
            let picture = BurnUp::new(&finished, total, date("2026-11-25"), until).picture;
            assert!(picture.days.iter().all(|d| (0.0..=BurnUpPicture::WIDTH).contains(&d.0)), "{picture:?}");
            assert!((1..=12).contains(&picture.days.len()), "{} marks", picture.days.len());
            assert!(picture.hours.iter().all(|h| (0.0..=BurnUpPicture::HEIGHT).contains(&h.0)), "{picture:?}");
            assert!((LEFT..=BurnUpPicture::WIDTH).contains(&picture.today));
        }
    }

    #[test]
    fn marks_stand_where_calendars_have_them() {
        let marks = |from: &str, to: &str, every| -> Vec<String> {
            month_marks(date(from), date(to), every).map(|day| day.format("%Y-%m-%d").to_string()).collect()
        };
        assert_eq!(marks("2026-11-02", "2027-02-10", 1), ["2026-12-01", "2027-01-01", "2027-02-01"]);
        assert_eq!(marks("2026-12-01", "2027-07-01", 3), ["2027-01-01", "2027-04-01", "2027-07-01"]);
        assert_eq!(marks("2020-01-01", "2086-01-01", 240), ["2020-01-01", "2040-01-01", "2060-01-01", "2080-01-01"]);
        assert_eq!(marks("-0003-05-05", "0004-01-01", 24), ["-0002-01-01", "0000-01-01", "0002-01-01", "0004-01-01"]);
        assert_eq!([0.5, 4.0, 13.0, 70.0, 200.0, 3e6].map(nice_months), [1, 6, 24, 120, 240, 6_000_000]);
    }

    #[test]
    fn a_year_has_every_day_up_to_today() {
        let today = date("2026-11-25");
        let year =
            Year::new(&[(today, 1.0), (today, 0.75), (date("2026-11-23"), 0.5), (date("2024-01-01"), 9.0)], today);
        assert_eq!((year.days.len(), year.studied, year.hours), (52 * 7 + 3, 2, 2.25));
        let last = year.days.last().expect("days");
        assert_eq!((last.on, last.level, last.column, last.row), (today, 3, 52, 2));
        assert!((11..=13).contains(&year.months.len()), "{:?}", year.months);
    }
}
